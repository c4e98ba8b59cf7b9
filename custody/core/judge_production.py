"""Judges of production: ordering, printing, waste, allocation, packing, sealing, manifests (identities 1, 2 and 3).

Each is a pure function of a scene. Papers leave one account and enter another in the same act: batch -> station's batch ->
pack -> pouch.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.core.accounts import check_book, with_figures
from custody.core.findings import Draft
from custody.core.parties import Party
from custody.core.scene import Judge, Scene, Verdict, blocked, check_holder
from custody.core.seals import apply_seals
from custody.core.units import PrintRun, Unit
from schemas.identifiers import parse_unit_id

_CEC: Final = Party("CEC")
_PRINTER: Final = Party("printer")


def judge_print_ordered(scene: Scene) -> Verdict:
    """An order creates the printing batch, which the printer will hold."""
    event = scene.event
    run = PrintRun(ordered=event.papers)
    return Verdict(units=(scene.create(event.batch, custodian=_PRINTER, run=run, station=""),))


def judge_ballots_printed(scene: Scene) -> Verdict:
    """printed = good + waste; a difference is a quantity-mismatch within the printer's own note."""
    event, batch = scene.event, scene.unit(scene.event.batch)
    if batch is None or batch.run is None:
        return blocked(_not_named(scene, name=event.batch))
    run = replace(batch.run, printed=event.printed, good=event.good, waste=event.waste)
    findings: list[Draft] = []
    if event.printed != event.good + event.waste:
        sentence = f"Printed {event.printed}, but {event.good} good and {event.waste} waste make {event.good + event.waste}."
        findings.append(_mismatch(scene, subject=event.batch, sentence=sentence, evidence=(batch.act, scene.event_id)))
    return Verdict(units=(scene.move(batch, run=run, custodian=_CEC, papers=event.good),), findings=tuple(findings))


def judge_waste_destroyed(scene: Scene) -> Verdict:
    """The waste that was printed is the waste that is destroyed."""
    event, batch = scene.event, scene.unit(scene.event.batch)
    if batch is None or batch.run is None:
        return blocked(_not_named(scene, name=event.batch))
    total = (batch.run.waste_destroyed or 0) + event.papers
    findings: list[Draft] = []
    if total != batch.run.waste:
        sentence = f"Waste printed {batch.run.waste}, waste destroyed {total}."
        topic = f"waste/{event.batch}"
        findings.append(_mismatch(scene, subject=event.batch, sentence=sentence, evidence=(batch.act, scene.event_id), topic=topic))
    settles = () if findings else (f"waste/{event.batch}",)
    moved = scene.move(batch, run=replace(batch.run, waste_destroyed=total))
    return Verdict(units=(moved,), findings=tuple(findings), settles=settles)


def judge_batch_allocated(scene: Scene) -> Verdict:
    """Papers of a printing batch become stations' batches; each station's list and reserve bound its share."""
    event, batch = scene.event, scene.unit(scene.event.batch)
    if batch is None or batch.run is None:
        return blocked(_not_named(scene, name=event.batch))
    papers = sum(line.papers for line in event.lines)
    left = (batch.papers or 0) - papers
    if left < 0:
        sentence = f"{papers} papers were allocated, but {event.batch} had {batch.papers} left."
        return blocked(_mismatch(scene, subject=event.batch, sentence=sentence, evidence=(batch.act, scene.event_id)))
    run = replace(batch.run, allocated=batch.run.allocated + papers)
    units: list[Unit] = [scene.move(batch, run=run, papers=left)]
    verdict_findings: list[Draft] = []
    settles: list[str] = []
    for line in event.lines:
        stock = scene.unit(scene.registers.stations.get(line.station, ""))
        if stock is None or stock.book is None or scene.unit(line.batch) is not None or line.batch not in scene.before:
            return blocked(_not_named(scene, name=line.batch))
        units.append(scene.create(line.batch, station=line.station, custodian=_CEC, papers=line.papers, packed_by=scene.event_id))
        before = stock.book.value("allocated") or 0
        book = with_figures(stock.book, event=scene.event_id, allocated=before + line.papers)
        check = check_book(scene, stock=stock, book=book)
        verdict_findings += check.findings
        settles += check.settles
        units.append(scene.move(stock, book=check.book))
    return Verdict(units=tuple(units), findings=tuple(verdict_findings), settles=tuple(settles))


def judge_unit_packed(scene: Scene) -> Verdict:
    """A new unit takes papers out of a batch, or takes other units inside."""
    event = scene.event
    if event.unit not in scene.before or scene.unit(event.unit) is not None or (event.batch is None) == (not event.contents):
        return blocked(_not_named(scene, name=event.unit))
    return _packed_from_batch(scene) if event.batch is not None else _packed_from_units(scene)


def _packed_from_batch(scene: Scene) -> Verdict:
    event, batch = scene.event, scene.unit(scene.event.batch)
    if batch is None or batch.kind != "batch":
        return blocked(_not_named(scene, name=event.batch))
    wrong = check_holder(scene, party=scene.party("acting"), units=(batch,))
    if wrong:
        return blocked(*wrong)
    left = (batch.papers or 0) - event.papers
    if left < 0:
        sentence = f"{event.papers} papers were packed into {event.unit}, but {batch.unit} had {batch.papers} left."
        return blocked(_mismatch(scene, subject=event.unit, sentence=sentence, evidence=(batch.act, scene.event_id)))
    packed = scene.create(
        event.unit, station=batch.station, custodian=batch.custodian, papers=event.papers, packed_by=scene.event_id
    )
    return Verdict(units=(scene.move(batch, papers=left), packed))


def _packed_from_units(scene: Scene) -> Verdict:
    event = scene.event
    inner = [scene.unit(name) for name in event.contents]
    present = [unit for unit in inner if unit is not None]
    if len(present) != len(event.contents) or any(unit.inside or unit.kind == "batch" for unit in present):
        return blocked(_not_named(scene, name=event.unit))
    wrong = check_holder(scene, party=scene.party("acting"), units=present)
    if wrong:
        return blocked(*wrong)
    declared = sum(unit.papers or 0 for unit in present)
    findings: list[Draft] = []
    if declared != event.papers:
        sentence = f"{event.unit} is said to hold {event.papers} papers; what was packed into it says {declared}."
        evidence = (present[-1].packed_by or present[-1].act, scene.event_id)
        findings.append(_mismatch(scene, subject=event.unit, sentence=sentence, evidence=evidence))
    first = present[0]
    outer = scene.create(
        event.unit,
        station=first.station,
        custodian=first.custodian,
        contains=tuple(event.contents),
        papers=event.papers,
        packed_by=scene.event_id,
    )
    return Verdict(units=(outer, *(scene.move(unit, inside=event.unit) for unit in present)), findings=tuple(findings))


def judge_unit_unpacked(scene: Scene) -> Verdict:
    """Units leave the one around them; seals of what is opened this way are removed."""
    event, outer = scene.event, scene.unit(scene.event.unit)
    inner = [unit for unit in scene.existing() if unit.unit != event.unit]
    if outer is None or {unit.unit for unit in inner} != set(event.contents) or any(unit.inside != outer.unit for unit in inner):
        return blocked(_not_named(scene, name=event.unit))
    wrong = check_holder(scene, party=scene.party("acting"), units=(outer,))
    if wrong:
        return blocked(*wrong)
    left = tuple(name for name in outer.contains if name not in event.contents)
    papers = (outer.papers or 0) - sum(unit.papers or 0 for unit in inner)
    out = [scene.move(unit, inside=None, custodian=outer.custodian) for unit in inner]
    return Verdict(units=(scene.move(outer, contains=left, papers=papers), *out))


def judge_seals_applied(scene: Scene) -> Verdict:
    """Seals close units that the signers hold."""
    units = scene.existing()
    sealed = {item.unit for item in scene.event.seals}
    if sealed != set(scene.before):
        return blocked(_not_named(scene, name=min(sealed ^ set(scene.before))))
    wrong = check_holder(scene, party=scene.party("acting"), units=units)
    if wrong:
        return blocked(*wrong)
    added, drafts = apply_seals(scene, seals=scene.event.seals)
    moved = tuple(scene.move(unit, seals=(*unit.seals, *added[unit.unit])) for unit in units)
    return Verdict(units=moved, findings=drafts, seals=tuple(item.seal for item in scene.event.seals))


def judge_consignment_manifested(scene: Scene) -> Verdict:
    """What a manifest says is what its units say: packages, papers, station."""
    event, units = scene.event, scene.existing()
    wrong = check_holder(scene, party=scene.party("acting"), units=units)
    if wrong:
        return blocked(*wrong)
    foreign = [unit.unit for unit in units if unit.station != event.station or unit.inside is not None]
    if foreign or event.consignment in scene.registers.consignments:
        return blocked(_not_named(scene, name=foreign[0] if foreign else units[0].unit))
    findings: list[Draft] = []
    papers = sum(unit.papers or 0 for unit in units)
    evidence = (units[0].packed_by or units[0].act, scene.event_id)
    if papers != event.papers:
        sentence = f"The manifest of {event.consignment} says {event.papers} papers; what was packed says {papers}."
        findings.append(_mismatch(scene, subject=event.consignment, sentence=sentence, evidence=evidence))
    if event.packages != len(units):
        sentence = f"The manifest of {event.consignment} says {event.packages} packages and names {len(units)}."
        findings.append(scene.draft("package-count", subject=event.consignment, sentence=sentence, evidence=evidence))
    moved = tuple(scene.move(unit, consignment=event.consignment, direction=event.direction) for unit in units)
    return Verdict(units=moved, findings=tuple(findings))


def _mismatch(scene: Scene, *, subject: str, sentence: str, evidence: tuple[str, ...], topic: str = "") -> Draft:
    return scene.draft("quantity-mismatch", subject=subject, sentence=sentence, evidence=evidence, topic=topic)


def _not_named(scene: Scene, *, name: str) -> Draft:
    kind = parse_unit_id(name).kind if name else "unit"
    sentence = f"{scene.type} needs the {kind} {name} in a form and state that its units do not give; nothing was changed."
    return scene.draft("not-in-state", subject=name, sentence=sentence)


JUDGES: Final[dict[str, Judge]] = {
    "PrintOrdered": judge_print_ordered,
    "BallotsPrinted": judge_ballots_printed,
    "WasteDestroyed": judge_waste_destroyed,
    "BatchAllocated": judge_batch_allocated,
    "UnitPacked": judge_unit_packed,
    "UnitUnpacked": judge_unit_unpacked,
    "SealsApplied": judge_seals_applied,
    "ConsignmentManifested": judge_consignment_manifested,
}
