"""Judges of counts: of packs into the station's stock, and of a unit on hold (identity 4), of what came back.

The theory. Packs that one count finds to differ are one finding, however many they are; the same packs counted again, or the
contents of a unit that had been counted unopened, belong to it: the second count makes it serious, and it is settled when each
of its units was counted as declared. Who counts what lay behind a broken seal, and finds it as declared, settles that too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, Stated, check_holder, judging
from custody.core.checks.open_topics import said, together, without
from custody.core.checks.paper_acts import CountDone
from custody.core.checks.seals import SealCheck, check_seals, on, removed
from custody.core.checks.style_books import book_in
from custody.core.state.book import with_figures, with_store
from custody.core.state.finding_store import Draft
from custody.core.state.topics import COUNT, PAPERS, SEAL, count_topic, recipient_topic, seal_topic
from custody.core.state.units import Book, Unit, UnitChanges, packed_by
from custody.core.state.verdict import Verdict, blocked
from custody.core.state.verdict import together as side_by_side
from custody.core.wording.messages import Message, message
from schemas.rules import Severity
from schemas.station import BallotsCounted, ResupplyReceived

RETURNED: Final = ("returned", "archived")
"""States of a package that came back: a count of it is a recount."""
_SERIOUS: Final[Severity] = "serious"
_TALLIES_KEPT: Final = 4
"""How many counts of a unit are told, the newest ones, each with its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountResult:
    """What a count says: drafts with newer sentences, topics that become serious, changes of each unit."""

    findings: tuple[Draft, ...]
    serious: frozenset[str]
    changes: Mapping[str, UnitChanges]

    @property
    def sentences(self) -> dict[str, Message]:
        """Topic -> sentence of each draft; what was said of a handover stays said."""
        return {draft.topic: draft.sentence for draft in self.findings if draft.topic.startswith(COUNT)}


def judge_ballots_counted(case: Case[BallotsCounted | CountDone]) -> Verdict:
    """A count of packs into the stock, or of a unit on hold."""
    counted = [unit for unit in case.existing() if unit.book is None]
    if sorted(row.unit for row in case.event.counts) != sorted(unit.unit for unit in counted):
        return blocked(_unfit(case, name=case.event.counts[0].unit, why=message("unfit.not-counted")))
    wrong = check_holder(case, part="acting", units=counted)
    if wrong:
        return blocked(*wrong)
    if all(_came_back(unit) for unit in counted):
        return _counted_again(case, units=counted)
    on_hold = case.event.occasion == "hold"
    return _counted_on_hold(case, units=counted) if on_hold else _counted_on_receipt(case, units=counted)


def _came_back(unit: Unit) -> bool:
    """Whether a package is with the CEC again, whether or not its return was recorded by then."""
    # rules.md 125
    at_home = unit.direction == "back" and unit.custodian is not None and unit.custodian.kind == "CEC"
    return unit.state in RETURNED or (at_home and unit.state == "in store" and not unit.contains)


def _counted_again(case: Case[BallotsCounted | CountDone], *, units: Sequence[Unit]) -> Verdict:
    """What came back is counted once more by the CEC: the figure is booked, whatever it is."""
    check = check_seals(case, units=units, found=case.event.seals)
    tally = _tally(case, units=units, figures=_figures(case))
    findings = (*(draft for draft in check.findings if draft.code != "seal-unchecked"), *tally.findings)
    moved = []
    for unit in units:
        seals = removed(check.seals[unit.unit], act=case.event_id) if case.event.seals else unit.seals
        moved.append(case.move(unit, **(tally.changes[unit.unit] | {"seals": seals})))
    return Verdict(
        units=tuple(moved),
        findings=findings,
        settles=check.settles,
        raises=tally.sentences,
        serious=tally.serious,
        breaks=check.breaks,
    )


def _counted_on_hold(case: Case[BallotsCounted | CountDone], *, units: Sequence[Unit]) -> Verdict:
    closed = next((unit for unit in units if unit.contains), None)
    # rules.md 139
    if closed is not None:
        return blocked(_unfit(case, name=closed.unit, why=message("unfit.counted-closed")))
    free = next((unit for unit in units if not _is_held(unit)), None)
    if free is not None:
        return blocked(_unfit(case, name=free.unit, why=message("unfit.not-on-hold")))
    if not _by_three(case):
        sentence = message("hold.counted-by-fewer", persons=case.rules.rules.recount_persons)
        return blocked(case.draft("below-threshold", subject=units[0].unit, sentence=sentence))
    tally = _tally(case, units=units, figures=_figures(case))
    settles: list[str] = []
    moved: list[Unit] = []
    for unit in units:
        changes = tally.changes[unit.unit]
        whole = bool(on(unit)) and all(seal.condition == "intact" for seal in on(unit))
        resealed = whole and changes["counted"] == unit.papers
        settles += [seal_topic(unit.unit)] if resealed else []
        moved.append(case.move(unit, **(changes | {"hold": unit.hold and not resealed})))
    return Verdict(
        units=tuple(moved),
        findings=tally.findings,
        settles=tuple(settles),
        raises=tally.sentences,
        serious=tally.serious,
    )


def _is_held(unit: Unit) -> bool:
    """On hold itself, or out of a package whose seal was not whole."""
    return unit.hold or any(topic.startswith(SEAL) for topic in unit.pending)


def _counted_on_receipt(case: Case[BallotsCounted | CountDone], *, units: Sequence[Unit]) -> Verdict:
    stocks = tuple(unit for unit in case.existing() if unit.book is not None)
    closed = next((unit for unit in units if unit.state != "opened" and not _is_loose(unit)), None)
    if not stocks or closed is not None:
        name = case.event.counts[0].unit if closed is None else closed.unit
        why = message("unfit.not-countable")
        return blocked(_unfit(case, name=name, why=why))
    wrong = check_holder(case, part="acting", units=stocks) or _of_another_station(case, stock=stocks[0], units=units)
    # rules.md 159
    foreign = {unit.style for unit in units} ^ {stock.style for stock in stocks}
    if foreign and not wrong:
        wrong = (_unfit(case, name=case.event.counts[0].unit, why=message("unfit.other-style")),)
    return blocked(*wrong) if wrong else count_into(case, stocks=stocks, units=units, figures=_figures(case))


def count_into(
    case: Case[BallotsCounted | CountDone | ResupplyReceived],
    *,
    stocks: Sequence[Unit],
    units: Sequence[Unit],
    figures: Mapping[str, int],
) -> Verdict:
    """Units counted into the stock of their style; ``figures``: unit -> papers counted in it."""
    check = check_seals(case, units=[unit for unit in units if unit.state == "received"], found=case.event.seals)
    # Seals of packs were read when the unit around them was opened or handed over; a count need not read them again.
    findings = [draft for draft in check.findings if draft.code != "seal-unchecked"]
    tally = _tally(case, units=units, figures=figures)
    settles = [*check.settles]
    moved: list[Unit] = []
    for unit in units:
        changes, hold = _opened_by_count(case, unit=unit, changes=tally.changes[unit.unit], check=check)
        on_hold = unit.hold or unit.unit in check.broken
        settles += [seal_topic(unit.unit)] if on_hold and not hold else []
        moved.append(case.move(unit, **(changes | {"state": "opened", "hold": hold, "booked": changes["counted"]})))
    pairs = list(zip(units, moved, strict=True))
    booked = side_by_side(
        [_booked(case, stock=one, pairs=[pair for pair in pairs if pair[0].style == one.style]) for one in stocks]
    )
    return Verdict(
        units=(*moved, *booked.units),
        findings=(*findings, *tally.findings, *booked.findings),
        settles=(*settles, *booked.settles),
        raises={**tally.sentences, **booked.raises},
        serious=tally.serious,
        breaks=check.breaks,
    )


def _booked(case: Case[Stated], *, stock: Unit, pairs: Sequence[tuple[Unit, Unit]]) -> Verdict:
    """The stock with what was counted into it, each unit before and after the count, and the check of its book."""
    book = book_in(stock)
    before = book.store
    for is_resupply, names in ((False, ("declared", "counted")), (True, ("resupply_declared", "resupplied"))):
        own = [pair for pair in pairs if pair[0].resupply == is_resupply]
        if own:
            book = _grown(book, names=names, pairs=own, event=case.event_id)
    if any(not unit.resupply for unit, _ in pairs):
        book = replace(book, counted_at=case.event.at)
    store = before + sum((after.booked or 0) - (unit.booked or 0) for unit, after in pairs)
    check = check_book(case, stock=stock, book=with_store(book, store=store, event=case.event_id))
    kept = case.move(stock, book=check.book, papers=check.book.store)
    return Verdict(units=(kept,), findings=check.findings, settles=check.settles, raises=check.sentences)


def _grown(book: Book, *, names: tuple[str, str], pairs: Sequence[tuple[Unit, Unit]], event: str) -> Book:
    """The book with what was declared and what was counted of these units, each before and after the count."""
    declared = (book.value(names[0]) or 0) + sum(unit.papers or 0 for unit, _ in pairs if unit.booked is None)
    counted = (book.value(names[1]) or 0) + sum((after.booked or 0) - (unit.booked or 0) for unit, after in pairs)
    return with_figures(book, event=event, **{names[0]: declared, names[1]: counted})


def _opened_by_count(
    case: Case[Stated], *, unit: Unit, changes: UnitChanges, check: SealCheck
) -> tuple[UnitChanges, bool]:
    """A pack is opened by counting it: its seals are removed. Whether it stays on hold."""
    seals = removed(check.seals.get(unit.unit, unit.seals), act=case.event_id)
    agrees = changes["counted"] == unit.papers and _by_three(case)
    return {**changes, "seals": seals}, (unit.hold or unit.unit in check.broken) and not agrees


def _figures(case: Case[BallotsCounted | CountDone]) -> dict[str, int]:
    return {row.unit: row.papers for row in case.event.counts}


def _tally(case: Case[Stated], *, units: Sequence[Unit], figures: Mapping[str, int]) -> CountResult:
    """Identity 4: declared - counted stands in unaccounted; the first count that differs is attention, the second serious."""
    groups: dict[str, list[Unit]] = {}
    changes: dict[str, UnitChanges] = {}
    for unit in units:
        counted = figures[unit.unit]
        declared = counted if unit.papers is None else unit.papers
        pending = _kept(case, unit=unit, agrees=declared == counted)
        # rules.md 43
        if declared != counted:
            topic = _topic(case, unit=unit)
            groups.setdefault(topic, []).append(unit)
            pending = together(pending, (topic,))
        # rules.md 43
        tallies = (*unit.tallies, (declared, counted))[-_TALLIES_KEPT:]
        changes[unit.unit] = {
            "counted": counted,
            "found_off": None,
            "tallies": tallies,
            "pending": pending,
            "counts": unit.counts + 1,
            "miscounted": unit.miscounted or declared != counted,
        }
    drafts = [_draft(case, topic=topic, units=group, changes=changes) for topic, group in groups.items()]
    again = {topic for topic in groups if topic != count_topic(case.event_id)}
    return CountResult(findings=tuple(drafts), serious=frozenset(again), changes=changes)


def _kept(case: Case[Stated], *, unit: Unit, agrees: bool) -> tuple[str, ...]:
    """What a counted unit keeps open: nothing about counts, nor about seals where three counted it, if the count agrees."""
    if not agrees:
        return unit.pending
    # rules.md 36
    return without(unit, prefixes=(COUNT, PAPERS, SEAL) if _by_three(case) else (COUNT, PAPERS))


def _topic(case: Case[Stated], *, unit: Unit) -> str:
    """What the unit keeps open about its papers: an earlier count that differs, or a handover's; else this count."""
    # rules.md 193
    return next((name for name in unit.pending if name.startswith((COUNT, PAPERS))), count_topic(case.event_id))


def _draft(case: Case[Stated], *, topic: str, units: Sequence[Unit], changes: Mapping[str, UnitChanges]) -> Draft:
    first = units[0]
    evidence = (*packed_by(units), case.event_id)
    counted = [_newest(unit, changes=changes[unit.unit]) for unit in units]
    return case.draft(
        "quantity-mismatch",
        subject=first.unit,
        sentence=said(counted),
        evidence=evidence,
        topic=topic,
        units=tuple(unit.unit for unit in units),
        off=sum(unit.tallies[-1][1] - unit.tallies[-1][0] for unit in counted),
        severity=_SERIOUS if topic.startswith(PAPERS) and any(unit.miscounted for unit in units) else None,
        causes=_manifests(case, units=units),
    )


def _manifests(case: Case[Stated], *, units: Sequence[Unit]) -> tuple[str, ...]:
    """What sent packages back: a return that is off by as much as they are has one cause with their count."""
    names = dict.fromkeys(unit.consignment for unit in units if unit.direction == "back")
    known = (case.registers.consignments.get(name or "") for name in names)
    return tuple(row.act for row in known if row is not None)


def _newest(unit: Unit, *, changes: UnitChanges) -> Unit:
    """The unit with its newest count alone: what a count says itself; the finding is said with those before it (pending)."""
    newest = changes["tallies"][-1:]
    return replace(unit, counts=changes["counts"], tallies=newest, miscounted=changes["miscounted"])


def _of_another_station(case: Case[Stated], *, stock: Unit, units: Iterable[Unit]) -> tuple[Draft, ...]:
    """Papers of one station are not counted into the stock of another."""
    # rules.md 44
    foreign = next((unit for unit in units if unit.station != stock.station), None)
    if foreign is None:
        return ()
    sentence = message("recipient.counted", unit=foreign.unit, station=foreign.station, stock=stock.station)
    topic = recipient_topic(foreign.package or foreign.unit)
    return (case.draft("wrong-recipient", subject=foreign.unit, sentence=sentence, topic=topic),)


def _is_loose(unit: Unit) -> bool:
    """A pack that stands alone in the commission's custody is opened by counting it."""
    return unit.kind in ("pack", "box") and unit.state == "received" and unit.inside is None


def _by_three(case: Case[Stated]) -> bool:
    # rules.md 54
    return len({record.person for record in case.signed.get("acting", ())}) >= case.rules.rules.recount_persons


def _unfit(case: Case[Stated], *, name: str, why: Message) -> Draft:
    return case.draft("not-in-state", subject=name, sentence=message("unfit", type=case.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = dict((judging(BallotsCounted, judge_ballots_counted),))
