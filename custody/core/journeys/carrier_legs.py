"""Carrier legs: what was collected from carriers, so that their legs count as walked (custody.core.state.legs).

What an act collected is kept whether or not it is in force; what has passed of a consignment holds it only while it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.core.state.leg_transfers import LegTransfers
from custody.core.state.legs import collected
from custody.core.state.registers import CarriedUnit, CarrierTransfer
from custody.core.state.state import RecordedEvent, State
from custody.core.state.units import Unit


def note_carriage(state: State, record: RecordedEvent, *, before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Register an act judged good that collected packages: ``before`` and ``after`` it."""
    came = {unit.unit: unit for unit in after if unit.custodian is not None}
    for unit in before:
        receiving = came[unit.unit].custodian if unit.unit in came else None
        # Who collects what he gave to the carrier himself has walked no leg.
        if receiving is None or unit.consignment is None or unit.last_holder is None or unit.last_holder == receiving:
            continue
        carried = tuple(CarriedUnit(unit.unit, unit.consignment, package, papers) for package, papers in unit.cargo)
        rows = state.registers.carriages.setdefault(record.event_id, {})
        known = rows.get(unit.consignment)
        rows[unit.consignment] = CarrierTransfer(
            event=record.event_id,
            at=record.at,
            releasing=unit.last_holder,
            receiving=receiving,
            carried=carried if known is None else (*known.carried, *carried),
        )
        state.dirty_consignments[unit.consignment] = None


def note_collected(state: State, record: RecordedEvent) -> None:
    """An act that collected packages came into force, or left it."""
    for name, carriage in state.registers.carriages.get(record.event_id, {}).items():
        known = state.registers.consignments.get(name)
        passed = state.passed.setdefault(name, LegTransfers())
        if record.in_force:
            passed.put(collected(carriage, consignment=name), known=known)
        else:
            passed.take(record.event_id, known=known)
