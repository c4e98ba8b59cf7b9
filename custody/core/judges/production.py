"""Judges of production: ordering, printing, waste, allocation, packing, sealing, manifests (identities 1, 2 and 3).

Each is a pure function of a scene. Papers leave one account and enter another in the same act: batch -> station's batch ->
pack -> pouch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custody.core.authority.parties import Party
from custody.core.checks.batch_draws import beside, draw, number, overdrawn
from custody.core.checks.book_check import BookCheck, check_book
from custody.core.checks.case import Case, Judge, Stated, check_holder, judging
from custody.core.checks.empty_packages import check_empty
from custody.core.checks.items import check_items_back, sent
from custody.core.checks.open_topics import handed_down
from custody.core.checks.printed_papers import check_order
from custody.core.checks.repacking import around, is_opened, may_be_packed
from custody.core.checks.seals import SealCheck, apply_seals, check_seals, on, removed, taken_out
from custody.core.checks.serials import check_serials
from custody.core.checks.style_books import book_of, why_unknown
from custody.core.judges.destruction import sent_back
from custody.core.state.book import with_figures
from custody.core.state.finding_store import Draft
from custody.core.state.styles import mix_of, sole, without
from custody.core.state.topics import contents_topic, printed_topic, waste_topic
from custody.core.state.trail import Trail
from custody.core.state.units import PrintRun, Seal, Unit, UnitChanges, packed_by
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.identifiers import parse_consignment_id
from schemas.production import (
    BallotsPrinted,
    BatchAllocated,
    ConsignmentManifested,
    PrintOrdered,
    SealsApplied,
    UnitPacked,
    UnitUnpacked,
    WasteDestroyed,
)

_CEC: Final = Party("CEC")
_PRINTER: Final = Party("printer")
_BEING_PACKED: Final = ("packed", "sealed")
_IN_HANDS: Final = ("received", "in store")
"""States of units that are closed and on their way, or packed again on it: only the latter take another seal."""


def judge_print_ordered(case: Case[PrintOrdered]) -> Verdict:
    """An order creates the printing batch, which the printer will hold."""
    event = case.event
    why = why_unknown(case, style=event.style)
    if why is not None:
        return blocked(_unfit(case, name=event.batch, why=why))
    run = PrintRun(ordered=event.papers)
    return Verdict(units=(case.create(event.batch, custodian=_PRINTER, run=run, station="", style=event.style),))


def judge_ballots_printed(case: Case[BallotsPrinted]) -> Verdict:
    """printed = good + waste; a difference is a quantity-mismatch within the printer's own note."""
    event, batch = case.event, case.unit(case.event.batch)
    if batch is None or batch.run is None:
        return blocked(_unfit(case, name=event.batch, why=message("unfit.no-printing-batch")))
    serials = None if event.serials is None else (event.serials.first, event.serials.last)
    run = replace(
        batch.run,
        printed=event.printed,
        good=event.good,
        waste=event.waste,
        serials=serials,
        printed_by=case.event_id,
    )
    findings: list[Draft] = []
    # rules.md 37, 52
    tolerance = event.printed * case.rules.rules.weighed_per_mille // 1000 if event.method == "weighed" else 0
    if abs(event.printed - event.good - event.waste) > tolerance:
        made = event.good + event.waste
        sentence = message("printed.sum", printed=event.printed, good=event.good, waste=event.waste, made=made)
        off = made - event.printed
        evidence = (batch.act, case.event_id)
        topic = printed_topic(event.batch)
        findings.append(
            _mismatch(case, subject=event.batch, sentence=sentence, evidence=evidence, off=off, topic=topic)
        )
    else:
        run = replace(run, tolerated=abs(event.printed - event.good - event.waste))
    findings += check_order(case, batch=batch, tolerance=tolerance)
    findings += check_serials(case, run=run, subject=event.batch, order=batch.act, tolerance=tolerance)
    held = None if serials is None else (serials,)
    moved = case.move(batch, run=run, custodian=_CEC, papers=event.good, serials=held)
    return Verdict(units=(moved,), findings=tuple(findings))


def judge_waste_destroyed(case: Case[WasteDestroyed]) -> Verdict:
    """The waste that was printed is the waste that is destroyed."""
    event, batch = case.event, case.unit(case.event.batch)
    if batch is None or batch.run is None:
        return blocked(_unfit(case, name=event.batch, why=message("unfit.no-printing-batch")))
    total = (batch.run.waste_destroyed or 0) + event.papers
    findings: list[Draft] = []
    # rules.md 38
    if total != batch.run.waste:
        sentence = message("waste.destroyed", waste=batch.run.waste or 0, destroyed=total)
        topic = waste_topic(event.batch)
        evidence = (batch.run.printed_by, case.event_id)
        off = total - (batch.run.waste or 0)
        findings.append(
            _mismatch(case, subject=event.batch, sentence=sentence, evidence=evidence, topic=topic, off=off)
        )
    settles = () if findings else (waste_topic(event.batch),)
    moved = case.move(batch, run=replace(batch.run, waste_destroyed=total))
    raises = {draft.topic: draft.sentence for draft in findings}
    return Verdict(units=(moved,), findings=tuple(findings), settles=settles, raises=raises)


def judge_batch_allocated(case: Case[BatchAllocated]) -> Verdict:
    """Papers of a printing batch become stations' batches; each station's list and reserve bound its share."""
    event, batch = case.event, case.unit(case.event.batch)
    if batch is None or batch.run is None:
        return blocked(_unfit(case, name=event.batch, why=message("unfit.no-printing-batch")))
    for names in ([line.station for line in event.lines], [line.batch for line in event.lines]):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            return blocked(_unfit(case, name=event.batch, why=message("unfit.allocated-twice", name=twice)))
    papers = sum(line.papers for line in event.lines)
    over = overdrawn(case, batch=batch, papers=papers, into="", by=batch.run.printed_by or batch.act)
    drawn = Trail(case.event_id, batch.drawn)
    run = replace(batch.run, allocated=batch.run.allocated + papers)
    rest, numbered = batch, list[Draft]()
    units: list[Unit] = []
    checks: list[BookCheck] = []
    for line in event.lines:
        stock = book_of(case, station=line.station, style=batch.style)
        if stock is None or stock.book is None or case.unit(line.batch) is not None or line.batch not in case.before:
            why = message("unfit.no-new-batch", station=line.station)
            return blocked(_unfit(case, name=line.batch, why=why))
        numbers = number(
            case, batch=rest, papers=line.papers, serials=line.serials, subject=line.batch, station=line.station
        )
        rest, numbered = replace(rest, serials=numbers.left), [*numbered, *numbers.findings]
        made: UnitChanges = {"station": line.station, "custodian": _CEC, "papers": line.papers, "style": batch.style}
        units.append(case.create(line.batch, **(made | {"packed_by": case.event_id, "serials": numbers.taken})))
        before = stock.book.value("allocated") or 0
        book = with_figures(stock.book, event=case.event_id, allocated=before + line.papers)
        checks.append(check_book(case, stock=stock, book=book))
        units.append(case.move(stock, book=checks[-1].book))
    shares = beside(over, [draft for check in checks for draft in check.findings])
    left = (batch.papers or 0) - papers
    return Verdict(
        units=(case.move(batch, run=run, papers=left, drawn=drawn, serials=rest.serials), *units),
        findings=(*over, *shares, *beside(shares, numbered)),
        settles=tuple(topic for check in checks for topic in check.settles),
        raises={topic: sentence for check in checks for topic, sentence in check.sentences.items()},
    )


def judge_unit_packed(case: Case[UnitPacked]) -> Verdict:
    """A new unit takes papers out of a batch, or takes other units inside."""
    event = case.event
    outer, inner = case.unit(event.unit), [unit for name in event.contents if (unit := case.unit(name)) is not None]
    if event.unit not in case.before or (outer is not None and not (inner and is_opened(outer, inner=inner))):
        return blocked(_unfit(case, name=event.unit, why=message("unfit.not-new")))
    if (event.batch is None) == (not event.contents):
        return blocked(_unfit(case, name=event.unit, why=message("unfit.two-sources")))
    return _packed_from_units(case) if event.batch is None else _packed_from_batch(case, source=event.batch)


def _packed_from_batch(case: Case[UnitPacked], *, source: str) -> Verdict:
    event, batch = case.event, case.unit(source)
    if batch is None or batch.kind != "batch":
        return blocked(_unfit(case, name=source, why=message("unfit.no-batch")))
    wrong = check_holder(case, part="acting", units=(batch,))
    if wrong:
        return blocked(*wrong)
    drawn = draw(
        case,
        batch=batch,
        papers=event.papers,
        serials=event.serials,
        subject=event.unit,
        into=event.unit,
    )
    packed = case.create(
        event.unit,
        station=batch.station,
        custodian=batch.custodian,
        papers=event.papers,
        serials=drawn.numbers.taken,
        packed_by=case.event_id,
        style=batch.style,
    )
    acts = Trail(case.event_id, batch.drawn)
    moved = case.move(batch, papers=drawn.papers, serials=drawn.numbers.left, drawn=acts)
    empty = check_empty(case, name=event.unit, papers=event.papers)
    return Verdict(units=(moved, packed), findings=(*drawn.findings, *empty))


def _packed_from_units(case: Case[UnitPacked]) -> Verdict:
    event = case.event
    inner = [case.unit(name) for name in event.contents]
    present = [unit for unit in inner if unit is not None]
    if len(present) != len(event.contents) or len(set(event.contents)) != len(present):
        why = message("unfit.contents-unnamed")
        draft = _unfit(case, name=event.unit, why=why)
        return blocked(replace(draft, causes=case.attempts(name for name in event.contents if not case.unit(name))))
    loose = next((unit for unit in present if unit.kind == "batch" or unit.inside is not None), None)
    if loose is not None:
        return blocked(_unfit(case, name=loose.unit, why=message("unfit.not-packable", into=event.unit)))
    if case.unit(event.unit) is None and not may_be_packed(present):
        return blocked(_unfit(case, name=present[0].unit, why=message("unfit.not-sealed-box", into=event.unit)))
    stations = sorted({unit.station for unit in present})
    if len(stations) > 1:
        return blocked(_unfit(case, name=event.unit, why=message("unfit.two-stations", stations=tuple(stations))))
    wrong = check_holder(case, part="acting", units=present)
    if wrong:
        return blocked(*wrong)
    declared = sum(unit.papers or 0 for unit in present)
    findings: list[Draft] = []
    # rules.md 42
    if declared != event.papers:
        sentence = message("packed.other-sum", unit=event.unit, papers=event.papers, packed=declared)
        off = event.papers - declared
        evidence = (*packed_by(present), case.event_id)
        findings.append(_mismatch(case, subject=event.unit, sentence=sentence, evidence=evidence, off=off))
    findings += check_empty(case, name=event.unit, papers=declared or event.papers, inside=present)
    outer = _outer(case, inner=present)
    within: UnitChanges = {"inside": event.unit}
    if outer.carries:
        within["state"] = "sealed"
    return Verdict(units=(outer, *(case.move(unit, **within) for unit in present)), findings=tuple(findings))


def _outer(case: Case[UnitPacked], *, inner: Sequence[Unit]) -> Unit:
    """The unit around these: made by this act, or packed again after it was opened."""
    event, first, old, mix = case.event, inner[0], case.unit(case.event.unit), mix_of(inner)
    made: UnitChanges = {"contains": tuple(event.contents), "papers": event.papers, "packed_by": case.event_id}
    made |= {"mix": mix, "style": sole(mix)}
    if old is not None:
        return case.move(old, **(made | {"state": first.state, "hold": False, "pending": ()}))
    made |= {"station": first.station, "custodian": first.custodian}
    return case.create(event.unit, **(made | around(inner)))


def judge_unit_unpacked(case: Case[UnitUnpacked]) -> Verdict:
    """Units leave the one around them; its seals are read and removed, those of what was inside are read."""
    event, outer = case.event, case.unit(case.event.unit)
    inner = [unit for unit in case.existing() if unit.unit != event.unit]
    if (
        outer is None
        or {unit.unit for unit in inner} != set(event.contents)
        or any(unit.inside != outer.unit for unit in inner)
    ):
        return blocked(_unfit(case, name=event.unit, why=message("unfit.other-contents")))
    wrong = check_holder(case, part="acting", units=(outer,))
    if wrong:
        return blocked(*wrong)
    left = tuple(name for name in outer.contains if name not in event.contents)
    papers = (outer.papers or 0) - sum(unit.papers or 0 for unit in inner)
    check = check_seals(case, units=(outer, *inner), found=event.seals)
    out = [_taken_out(case, unit=unit, outer=outer, check=check) for unit in inner]
    seals = removed(check.seals[outer.unit], act=case.event_id)
    pending = handed_down(outer, broken=check.broken) if left or papers else ()
    changes: UnitChanges = {"contains": left, "papers": papers, "seals": seals, "hold": False, "pending": pending}
    opened = case.move(
        outer, **(changes | {"found_off": outer.found_off if left else None, "mix": without(outer.mix, units=inner)})
    )
    settles = check.settles if left else (*check.settles, contents_topic(outer.unit))
    return Verdict(units=(opened, *out), findings=check.findings, settles=settles, breaks=check.breaks)


def _taken_out(case: Case[Stated], *, unit: Unit, outer: Unit, check: SealCheck) -> Unit:
    """On its own from here on: it travels with what it was in, or is still being packed."""
    travelling = outer.state not in _BEING_PACKED
    state = outer.state if travelling and outer.state != "opened" else "received" if travelling else unit.state
    return case.move(unit, **(taken_out(unit, outer=outer, check=check) | {"state": state}))


def judge_seals_applied(case: Case[SealsApplied]) -> Verdict:
    """Seals close units that the signers hold."""
    units = case.existing()
    sealed = {item.unit for item in case.event.seals}
    if sealed != set(case.before):
        why = message("unfit.not-sealed-by-it")
        return blocked(_unfit(case, name=min(sealed ^ set(case.before)), why=why))
    wrong = check_holder(case, part="acting", units=units)
    if wrong:
        return blocked(*wrong)
    closed = next((unit for unit in units if unit.state in _IN_HANDS and (on(unit) or not unit.contains)), None)
    if closed is not None:
        state = message("state", state=closed.state)
        sentence = message("not-in-state.other-state", type=case.type, unit=closed.unit, state=state)
        return blocked(case.draft("not-in-state", subject=closed.unit, sentence=sentence))
    added, drafts = apply_seals(case, seals=case.event.seals)
    moved = tuple(_sealed(case, unit=unit, seals=added[unit.unit]) for unit in units)
    return Verdict(units=moved, findings=drafts, seals=tuple(item.seal for item in case.event.seals))


def _sealed(case: Case[Stated], *, unit: Unit, seals: Sequence[Seal]) -> Unit:
    """The unit with its new seals; what was packed around a package on its journey goes on with it."""
    changes: UnitChanges = {"seals": (*unit.seals, *seals)}
    if unit.carries and unit.state == "packed":
        changes["state"] = "in store"
    return case.move(unit, **changes)


def judge_consignment_manifested(case: Case[ConsignmentManifested]) -> Verdict:
    """What a manifest says is what its units say: packages, papers, station."""
    event, units = case.event, case.existing()
    wrong = check_holder(case, part="acting", units=units)
    if wrong:
        return blocked(*wrong)
    foreign = next((unit for unit in units if unit.station != event.station), None)
    if foreign is not None:
        return blocked(
            _unfit(
                case,
                name=foreign.unit,
                why=message("unfit.other-station", station=foreign.station, other=event.station),
            )
        )
    if (
        event.consignment in case.registers.consignments
        or parse_consignment_id(event.consignment).office != event.station
    ):
        return blocked(
            _unfit(case, name=units[0].unit, why=message("unfit.consignment-taken", consignment=event.consignment))
        )
    if [leg.number for leg in event.legs] != list(range(1, len(event.legs) + 1)):
        return blocked(_unfit(case, name=units[0].unit, why=message("unfit.legs-not-numbered")))
    findings: list[Draft] = []
    papers = sum(unit.papers or 0 for unit in units)
    evidence = (*packed_by(units), case.event_id)
    # rules.md 42
    if papers != event.papers:
        sentence = message("manifest.papers", consignment=event.consignment, papers=event.papers, packed=papers)
        off = event.papers - papers
        findings.append(_mismatch(case, subject=event.consignment, sentence=sentence, evidence=evidence, off=off))
    findings += _by_style(case, units=units, evidence=evidence)
    if event.packages != len(units):
        named = len(units)
        sentence = message("manifest.packages", consignment=event.consignment, packages=event.packages, named=named)
        findings.append(case.draft("package-count", subject=event.consignment, sentence=sentence, evidence=evidence))
    findings += check_empty(case, name=event.consignment, papers=papers or event.papers, inside=units)
    findings += sent_back(case, units=units)
    name, direction, back = event.consignment, event.direction, check_items_back(case)
    first, items = min(unit.unit for unit in units), sent(event.items)
    moved = [case.move(unit, consignment=name, direction=direction, package=unit.unit) for unit in units]
    by = case.event_id if items else ""
    moved = [replace(unit, items=items, items_by=by) if unit.unit == first else unit for unit in moved]
    return Verdict(units=tuple(moved), findings=(*findings, *back.findings), settles=back.settles)


def _by_style(case: Case[ConsignmentManifested], *, units: Sequence[Unit], evidence: tuple[str, ...]) -> list[Draft]:
    """Drafts where a manifest states the papers of a style otherwise than they were packed; one figure is one finding."""
    event, packed = case.event, dict(mix_of(units))
    stated = {row.style: row.papers for row in event.by_style}
    # rules.md 160
    rows = (
        [(style, stated.get(style, 0), packed.get(style, 0)) for style in sorted({*stated, *packed})] if stated else []
    )
    return [
        _mismatch(
            case,
            subject=f"{event.consignment}/{style}",
            sentence=message("manifest.style", consignment=event.consignment, style=style, papers=said, packed=there),
            evidence=evidence,
            off=said - there,
        )
        for style, said, there in rows
        if said != there
    ]


def _mismatch(
    case: Case[Stated], *, subject: str, sentence: Message, evidence: tuple[str, ...], off: int, topic: str = ""
) -> Draft:
    return case.draft("quantity-mismatch", subject=subject, sentence=sentence, evidence=evidence, off=off, topic=topic)


def _unfit(case: Case[Stated], *, name: str, why: Message) -> Draft:
    return case.draft("not-in-state", subject=name, sentence=message("unfit", type=case.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(PrintOrdered, judge_print_ordered),
        judging(BallotsPrinted, judge_ballots_printed),
        judging(WasteDestroyed, judge_waste_destroyed),
        judging(BatchAllocated, judge_batch_allocated),
        judging(UnitPacked, judge_unit_packed),
        judging(UnitUnpacked, judge_unit_unpacked),
        judging(SealsApplied, judge_seals_applied),
        judging(ConsignmentManifested, judge_consignment_manifested),
    )
)
