"""Reports: what was seen on units. They change none of them; what they say can raise, settle or narrow findings.

A report is judged against the units as they were after the acts it observed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from custody.core.scene import Scene, check_holder
from custody.core.seals import check_seals
from custody.core.state import Record, State
from custody.core.units import Unit
from schemas.identifiers import epoch_seconds

_STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {"not-reported": "not yet reported", "overdue": "overdue", "station-at-risk": "station at risk"}
)


def judge_report(state: State, scene: Scene, *, record: Record) -> None:
    """Take note of one report; it is applied whatever it says, unless its signer could not have seen it."""
    REPORTS[scene.type](state, scene, record)
    if record.status != "finding":
        state.mark(record, "applied")
    record.event = None


def _seen_by_holder(state: State, scene: Scene, record: Record) -> None:
    """Stops, delays and checked seals are the holder's to report."""
    units = scene.existing()
    wrong = check_holder(scene, party=scene.party("acting"), units=units)
    if len(units) != len(scene.before):
        name = next(name for name, unit in scene.before.items() if unit is None)
        wrong = (scene.draft("not-in-state", subject=name, sentence=f"{scene.type} observes an act that is none on {name}."),)
    if wrong:
        state.raise_all(wrong, record=record)
        state.mark(record, "finding")
        return
    for unit in units:
        if unit.consignment is not None:
            state.settle_overdue(unit.consignment, by=record.event_id)
    _note_seals(state, scene, record, units=units)


def _note_seals(state: State, scene: Scene, record: Record, *, units: tuple[Unit, ...]) -> None:
    found = getattr(scene.event, "seals", ())
    if not found:
        return
    read = {item.seal for item in found}
    check = check_seals(scene, units=units, found=found)
    state.raise_all([draft for draft in check.findings if draft.code != "seal-unchecked"], record=record)
    for topic in check.settles:
        state.findings.settle_topic(topic, by=record.event_id)
    at = epoch_seconds(scene.event.at)
    for seals in check.seals.values():
        for seal in seals:
            newest = state.registers.sightings.get(seal.number)
            if seal.number in read and seal.condition == "intact" and (newest is None or newest[0] < at):
                state.registers.sightings[seal.number] = (at, record.event_id)


def _overdue(state: State, scene: Scene, record: Record) -> None:
    """The monitor's note, once for each leg and deadline; a leg that is recorded by now raises nothing."""
    event = scene.event
    consignment = state.registers.consignments.get(event.consignment)
    if consignment is None or event.leg <= state.legs_done(event.consignment):
        return
    topic = f"overdue/{event.consignment}/{event.leg}"
    hours = max(0, epoch_seconds(event.at) - epoch_seconds(event.due)) // 60
    sentence = (
        f"{event.consignment}, leg {event.leg}: due {event.due}, nothing recorded {hours // 60} h {hours % 60:02d} min later "
        f"({_STEPS[event.step]})."
    )
    evidence = (consignment.act, record.event_id)
    draft = scene.draft(
        "overdue",
        subject=f"{event.consignment}/{event.leg}",
        sentence=sentence,
        evidence=evidence,
        topic=topic,
        station=consignment.station,
    )
    state.raise_all((draft,), record=record)
    state.registers.overdue.setdefault(event.consignment, []).append(topic)


def _remark(state: State, scene: Scene, record: Record) -> None:
    """An observer's remark is kept; it raises nothing."""


Reporter = Callable[[State, Scene, Record], None]

REPORTS: Final[Mapping[str, Reporter]] = MappingProxyType(
    {
        "SealsChecked": _seen_by_holder,
        "StopRecorded": _seen_by_holder,
        "DelayReported": _seen_by_holder,
        "OverdueNoted": _overdue,
        "ObserverRemarked": _remark,
    }
)
"""Report type -> what it says. One row to add a report."""
