"""Book check: a station's book and the identities that must hold in it at every position (domain.md §5).

The theory. Every figure is a number of papers (or voters) that one event stated. An identity is an equation between figures,
checked as soon as all of its figures are known. When one breaks, the difference is fixed (right - left), and a later identity
that would hold if one shared figure were moved by exactly that difference has the same cause: it is listed under the first.
So one altered number gives one finding, which names the two events that disagree.

To add an identity: one row in ``IDENTITIES``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Final

from custody.core.checks.book_identities import BY_CONTEST, IDENTITIES, Identity, is_restated, sentence_of
from custody.core.checks.style_books import said_of
from custody.core.checks.supply_limits import check_allocation, check_supply
from custody.core.state.finding_store import Draft
from custody.core.state.topics import account_topic
from custody.core.state.trail import LOOKED_BACK, newest
from custody.core.state.units import Book, Figure, Unit
from custody.core.wording.messages import Message

if TYPE_CHECKING:
    from custody.core.checks.case import Case, Stated


@dataclass(frozen=True, slots=True)
class BookCheck:
    """What a changed book means: the book with its broken identities, drafts to raise, topics to settle, newer sentences."""

    book: Book
    findings: tuple[Draft, ...]
    settles: tuple[str, ...]
    sentences: Mapping[str, Message]


def check_book(case: Case[Stated], *, stock: Unit, book: Book) -> BookCheck:
    """Check every identity of a book that an act has changed, against the book before it."""
    before = stock.book if stock.book is not None else book
    first_of = {number: place for place, number in enumerate(before.primaries)}
    primaries: list[tuple[Identity, int]] = []
    # rules.md 161
    is_part, signs_apart = case.styles.is_part(stock.style), case.rules.signs_each_style
    is_by_sum = is_part and case.rules.fixed_share(stock.station, style=stock.style) is None
    book, allocation, met = (book, (), ()) if is_by_sum else check_allocation(case, stock=stock, book=book)
    supply, supplied = ((), ()) if is_part else check_supply(case, stock=stock, book=book)
    identities = [row for row in IDENTITIES if signs_apart or not is_part or row.number not in BY_CONTEST]
    allocation, met = (*allocation, *supply), (*met, *supplied)
    findings: list[Draft] = list(allocation)
    settles: list[str] = list(met)
    sentences: dict[str, Message] = {draft.topic: draft.sentence for draft in allocation}
    for identity in sorted(identities, key=lambda identity: first_of.get(identity.number, len(first_of))):
        # rules.md 45
        difference = identity.broken(book)
        topic = account_topic(stock.account, number=identity.number)
        if difference is None:
            continue
        if difference == 0:
            # What went below nothing is not made good by what comes back later: another count of what was there does it.
            if not identity.bound or book.figures["counted"].event == case.event_id:
                settles.append(topic)
            continue
        sentence = said_of(stock, sentence_of(identity, book=book))
        cause = _cause(primaries, later=identity, figures=book.figures)
        if cause is None:
            primaries.append((identity, difference))
            sentences[topic] = sentence
        if cause is None and identity.number in before.primaries:
            continue
        if cause is None or not identity.broken(before):
            under = topic if cause is None else account_topic(stock.account, number=cause[0].number)
            findings.append(
                _draft(case, stock=stock, identity=identity, figures=book.figures, sentence=sentence, topic=under)
            )
    checked = replace(book, primaries=tuple(identity.number for identity, _ in primaries))
    return BookCheck(checked, tuple(findings), tuple(settles), sentences)


_CANCELLED_PARTS: Final = ("unused", "cancelled_spoiled", "cancelled_defective")
"""Figures of UnusedCancelled whose sum is what was cancelled: a difference in one of them moves the sum."""


_ONE_FIGURE: Final = {"issued_so_far": "issued"}
"""What issuing members have accounted for so far is what was issued, once they hold nothing any more."""


def _cause(
    primaries: Sequence[tuple[Identity, int]], *, later: Identity, figures: Mapping[str, Figure]
) -> tuple[Identity, int] | None:
    """The first broken identity that explains a later one: alone, or together with another one that is broken."""
    remaining = later.difference(figures) or 0
    moves = [(row, _moves(row, later=later, figures=figures)) for row in primaries]
    alone = next((row for row, steps in moves if -remaining in steps), None)
    # rules.md 148
    pairs = combinations(moves, 2)
    together = (one for (one, first), (_, second) in pairs if any(-remaining - step in second for step in first))
    return alone or next(together, None)


def _moves(cause: tuple[Identity, int], *, later: Identity, figures: Mapping[str, Figure]) -> set[int]:
    """By how much a later identity's difference moves where one figure that it shares is moved by the cause's difference.

    A figure and its restatement in the closed account (``x`` and ``stated.x``) with equal values are one figure.
    """
    first, difference = cause
    shared = ((name, other) for name in first.names for other in later.names if _same(name, other, figures=figures))
    return {-difference * first.sign(name) * later.sign(other) for name, other in shared}


def _same(name: str, other: str, *, figures: Mapping[str, Figure]) -> bool:
    name, other = (_ONE_FIGURE.get(each, each) for each in (name, other))
    if name == other or (name in _CANCELLED_PARTS and other.removeprefix("stated.") == "cancelled"):
        return True
    one, two = figures.get(name), figures.get(other)
    return (
        name.removeprefix("stated.") == other.removeprefix("stated.")
        and one is not None
        and two is not None
        and one.value == two.value
    )


def _draft(
    case: Case[Stated], *, stock: Unit, identity: Identity, figures: Mapping[str, Figure], sentence: Message, topic: str
) -> Draft:
    """Evidence: the act that broke the identity, and the event whose figure it contradicts (else the first it used)."""
    evidence = _evidence(identity, figures=figures)
    if len(evidence) == 1:
        recorded = [figures[name].event for name in map(_bare, identity.names) if name in figures]
        other = next((event for event in (*recorded, stock.act) if event not in evidence), case.event_id)
        evidence = tuple(dict.fromkeys((other, *evidence)))
    return case.draft(
        identity.code,
        subject=stock.account,
        sentence=sentence,
        evidence=evidence,
        topic=topic,
        station=stock.station,
        units=(stock.unit,),
        causes=_statements(identity, figures=figures),
        off=identity.difference(figures),
        abroad=_abroad(identity, figures=figures),
        bound=identity.bound,
    )


def _abroad(identity: Identity, *, figures: Mapping[str, Figure]) -> frozenset[str]:
    """Events whose figure stands in another station's book as well."""
    figure = figures.get("sent_on") if "sent_on" in identity.names else None
    return frozenset() if figure is None else frozenset(_events(figure))


def _statements(identity: Identity, *, figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """All events that stated the figures of an identity, or parts of them."""
    rows = [figures[name] for name in identity.names if name in figures]
    return tuple(dict.fromkeys(event for figure in rows for event in _events(figure)))


def _events(figure: Figure) -> tuple[str, ...]:
    """The events that stated a figure or parts of it, the newest of them."""
    return (figure.event, *newest(figure.earlier, most=LOOKED_BACK))


def _bare(name: str) -> str:
    return name.removeprefix("stated.")


def _evidence(identity: Identity, *, figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """The events that disagree: where the account restates figures, it and who recorded them; else all that state one."""
    restated = [name for name in identity.names if is_restated(name, figures=figures)]
    pairs = [name for stated in restated for name in (_bare(stated), stated)]
    names = pairs or identity.evidence or identity.names
    return tuple(dict.fromkeys(figures[name].event for name in names if name in figures))
