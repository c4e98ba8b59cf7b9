"""Judges of what comes back to the CEC: received in one part or several, archived (identity 10).

The theory. A return may come in parts. Each part is compared with all that has come back by then: packages that the manifest
names and no part has brought are missing, and a later part that brings them settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.findings import Draft
from custody.core.registers import Consignment, Returned
from custody.core.saying import Said, say
from custody.core.scene import Judge, Scene, Verdict, blocked, check_holder
from custody.core.seals import check_seals
from custody.core.units import Unit, packed_by


def judge_return_received(scene: Scene) -> Verdict:
    """The CEC takes stock of what came back against what the station packed."""
    event, units = scene.event, scene.existing()
    wrong = check_holder(scene, part="acting", units=units)
    foreign = next((unit for unit in units if unit.consignment != event.consignment or unit.direction != "back"), None)
    if wrong or foreign is not None:
        name = units[0].unit if foreign is None else foreign.unit
        return blocked(*(wrong or (_unfit(scene, name=name),)))
    check = check_seals(scene, units=units, found=event.seals)
    part = Returned(event.consignment, tuple(unit.unit for unit in units), event.packages, event.papers)
    earlier = tuple(scene.registers.returns.get(event.consignment, {}).values())
    findings, settles, raises = _compared(scene, units=units, parts=(*earlier, part))
    return Verdict(
        units=tuple(scene.move(unit, seals=check.seals[unit.unit]) for unit in units),
        findings=(*check.findings, *findings),
        settles=(*check.settles, *settles),
        raises=raises,
        breaks=check.breaks,
        returned=part,
    )


def _compared(
    scene: Scene, *, units: Sequence[Unit], parts: Sequence[Returned]
) -> tuple[tuple[Draft, ...], tuple[str, ...], dict[str, Said]]:
    """What has come back so far against the manifest: drafts, topics that are settled, newer sentences."""
    sent, topic = scene.registers.consignments.get(scene.event.consignment), f"return/{scene.event.consignment}"
    packed, packages = _expected(sent, units=units, parts=parts)
    papers, came = sum(part.papers for part in parts), sum(part.packages for part in parts)
    # rules.md 48, 124
    if (papers, came) == (packed, packages):
        return (), (topic,), {}
    sentence = say(
        "return.short",
        station=units[0].station,
        papers=packed,
        packages=packages,
        received=papers,
        in_packages=came,
    )
    if len(parts) > 1:
        return (), (), {topic: sentence}
    evidence = (units[0].packed_by or units[0].act if sent is None else sent.act, scene.event_id)
    more = {"off": papers - packed, "causes": packed_by(units)} if packed != papers else {}
    station = units[0].station
    draft = scene.draft("return-short", subject=station, sentence=sentence, evidence=evidence, topic=topic, **more)
    return (draft,), (), {}


def _expected(sent: Consignment | None, *, units: Sequence[Unit], parts: Sequence[Returned]) -> tuple[int, int]:
    """Papers and packages that the manifest sent; of packages that are all there, what they are declared to hold."""
    names = {name for part in parts for name in part.units}
    if sent is None:
        return sum(unit.papers or 0 for unit in units), len(units)
    declared = dict(zip(sent.units, sent.sizes, strict=True))
    whole = names >= set(sent.units)
    return (sum(declared.get(name, 0) for name in names) if whole else sent.papers), len(sent.units)


def judge_archived(scene: Scene) -> Verdict:
    """Returned packages go into the CEC's archive."""
    wrong = check_holder(scene, part="acting", units=scene.existing())
    return blocked(*wrong) if wrong else Verdict(units=tuple(scene.move(unit) for unit in scene.existing()))


def _unfit(scene: Scene, *, name: str) -> Draft:
    why = say("unfit.not-returned", consignment=scene.event.consignment)
    return scene.draft("not-in-state", subject=name, sentence=say("unfit", type=scene.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = {
    "ReturnReceived": judge_return_received,
    "Archived": judge_archived,
}
