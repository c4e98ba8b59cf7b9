"""Sums over the styles of a contest at a station, where it has several: list, reserve and signatures (identities 2 and 6).

The theory. A voter stands once on the list, and gets one paper of a contest, in one of its styles. So what the books of these
styles say is held against the list together: papers allocated, papers on hand, papers issued against signatures - the latter
unless rules have voters sign for each style. Nothing is compared before every book of the contest has its figure. The books have
chains of their own, so what is said follows from all acts in force: whatever changes one of the books has the sums told anew.

Not here: the identities of one book (book_check). An election with one style a contest has no sums.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from custody.core.checks.supply_limits import allocated_in
from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import Draft, finding_id
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import contest_topic
from custody.core.state.units import Book, Figure, Unit
from custody.core.wording.messages import Message, message

_BOUND: Final[tuple[tuple[str, int], ...]] = (("counted", 1), ("resupplied", 1), ("sent_on", -1), ("defective", -1))
Sum = Literal["allocation", "day", "signatures", "supply"]
_SUMS: Final[tuple[Sum, ...]] = ("allocation", "day", "signatures", "supply")
_FIGURES: Final[Mapping[Sum, tuple[str, str]]] = {
    "day": ("day_issued", "day_signatures"),
    "signatures": ("issued", "signatures"),
}
"""Papers issued, and the signatures that they are held against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A sum that does not hold: the event whose figure it is held against, all that stated parts of it, by how much."""

    code: str
    root: str
    stated: tuple[str, ...]
    off: int
    sentence: Message


def refresh_sums(state: State, record: RecordedEvent) -> None:
    """An act came into force, or left it: say what the sums are of the contests whose books it changed."""
    for station, contest in dict.fromkeys(_touched(state, record)):
        books = _books(state, station=station, contest=contest)
        for name in _SUMS:
            _tell(state, record, books=books, name=name, place=(station, contest))


def _touched(state: State, record: RecordedEvent) -> Iterator[tuple[str, str]]:
    for unit, _ in record.refs:
        snapshot = state.paths.snapshot(unit, record.event_id)
        if snapshot is not None and snapshot.book is not None and state.styles.is_part(snapshot.style):
            yield snapshot.station, state.styles.contest_of(snapshot.style)


def _books(state: State, *, station: str, contest: str) -> tuple[Unit, ...]:
    """The station's books of a contest, in the order in which genesis lists their styles."""
    names = (
        state.registers.stock(station, style=style) for style, of in state.styles.contests.items() if of == contest
    )
    heads = (state.paths.head(name) for name in names if name)
    return tuple(head for head in heads if head is not None and head.book is not None)


def _tell(state: State, record: RecordedEvent, *, books: Sequence[Unit], name: Sum, place: tuple[str, str]) -> None:
    station, contest = place
    topic, subject = contest_topic(station, contest=contest, name=name), f"{station}/{contest}"
    found = _disagreement(state, books=books, name=name, place=place)
    told = state.registers.sums.get(topic)
    # rules.md 161
    if found is None:
        state.findings.settle_topic(topic, by=record.event_id)
        state.registers.sums.pop(topic, None)
        return
    identity = finding_id(code=found.code, subject=subject, evidence=(found.root,))
    if told == (found.code, found.root, found.off):
        return
    state.registers.sums[topic] = (found.code, found.root, found.off)
    known = state.findings.get(identity)
    if told is not None and told[:2] != (found.code, found.root):
        state.findings.supersede(finding_id(code=told[0], subject=subject, evidence=(told[1],)))
    if known is None:
        more: DraftFields = {
            "evidence": (found.root,),
            "topic": topic,
            "station": station,
            "units": tuple(unit.unit for unit in books),
            "causes": found.stated,
            "off": found.off,
        }
        state.raise_all((Draft(code=found.code, subject=subject, sentence=found.sentence, **more),), record=record)
    elif known.settled_by is not None and known.status == "settled":
        state.findings.reopen(topic, settled_by=known.settled_by)
    standing = state.findings.get(identity)
    if standing is not None:
        evidence = tuple(dict.fromkeys((found.root, *found.stated)))
        state.findings.retell(identity, sentence=found.sentence, evidence=evidence, units=standing.units)


def _disagreement(state: State, *, books: Sequence[Unit], name: Sum, place: tuple[str, str]) -> Disagreement | None:
    rows = [unit.book for unit in books if unit.book is not None]
    if name == "allocation":
        return _allocated(state, books=rows, place=place)
    if name in _FIGURES:
        return _signed(state, books=rows, names=_FIGURES[name], place=place)
    return _supplied(books=rows, place=place)


def _allocated(state: State, *, books: Sequence[Book], place: tuple[str, str]) -> Disagreement | None:
    parts, voters = _every(books, name="allocated"), _stated(books, name="list")
    if parts is None:
        return None
    rules, total = state.records[parts[-1].event].rules, sum(map(allocated_in, books))
    if rules.cap is not None:
        return _beyond_cap(parts, total=total, cap=rules.cap, place=place)
    if voters is None or not rules.is_by_list:
        return None
    bound = voters.value + rules.reserve(voters.value)
    if total == bound:
        return None
    rule = rules.rules.reserve
    sentence = message(
        "contest.allocation",
        station=place[0],
        contest=place[1],
        allocated=total,
        voters=voters.value,
        bound=bound,
        papers=abs(total - bound),
        side="over" if total > bound else "under",
        rule=message("rules.reserve", papers=rule.numerator, voters=rule.denominator, rounding=rule.rounding),
    )
    code = "over-allocation" if total > bound else "shortage"
    return Disagreement(
        code=code, root=voters.event, stated=tuple(row.event for row in parts), off=total - bound, sentence=sentence
    )


def _beyond_cap(parts: Sequence[Figure], *, total: int, cap: int, place: tuple[str, str]) -> Disagreement | None:
    # rules.md 162
    if total <= cap:
        return None
    sentence = message(
        "contest.cap", station=place[0], contest=place[1], allocated=total, bound=cap, papers=total - cap
    )
    stated = tuple(row.event for row in parts)
    return Disagreement(code="over-allocation", root=stated[-1], stated=stated, off=total - cap, sentence=sentence)


def _signed(
    state: State, *, books: Sequence[Book], names: tuple[str, str], place: tuple[str, str]
) -> Disagreement | None:
    parts, signatures = _every(books, name=names[0]), _stated(books, name=names[1])
    if parts is None or signatures is None or state.records[signatures.event].rules.signs_each_style:
        return None
    issued = sum(row.value for row in parts)
    off = signatures.value - issued
    sentence = message(
        "contest.signatures",
        station=place[0],
        contest=place[1],
        issued=issued,
        signatures=signatures.value,
        difference=abs(off),
    )
    stated = tuple(row.event for row in parts)
    row = Disagreement(code="issued-signatures", root=signatures.event, stated=stated, off=off, sentence=sentence)
    return row if off else None


def _supplied(*, books: Sequence[Book], place: tuple[str, str]) -> Disagreement | None:
    parts, listed = _every(books, name="counted"), _stated(books, name="list_opening")
    if parts is None or listed is None:
        return None
    added = _stated(books, name="list_added")
    papers = sum(sign * (book.value(name) or 0) for book in books for name, sign in _BOUND)
    voters = listed.value + (0 if added is None else added.value)
    # What is left unused when the accounts are drawn up was enough.
    if papers >= voters or any(book.value("stated.unused") for book in books):
        return None
    sentence = message(
        "contest.supply", station=place[0], contest=place[1], papers=papers, voters=voters, missing=voters - papers
    )
    stated = tuple(row.event for row in parts)
    return Disagreement(code="shortage", root=listed.event, stated=stated, off=papers - voters, sentence=sentence)


def _every(books: Sequence[Book], *, name: str) -> tuple[Figure, ...] | None:
    """A figure of every book; None while one of them lacks it."""
    rows = tuple(row for book in books if (row := book.figures.get(name)) is not None)
    return rows if rows and len(rows) == len(books) else None


def _stated(books: Sequence[Book], *, name: str) -> Figure | None:
    """A figure that holds for all of them, as the first that has it says."""
    return next((row for book in books if (row := book.figures.get(name)) is not None), None)
