"""Carriages: what was collected from carriers, so that a leg walked over a carrier counts as walked (custody.core.legs).

Kept whether or not the collecting act is in force; whoever asks also asks for that.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.core.registers import Carriage, Carried
from custody.core.state import Record, State
from custody.core.units import Unit


def note_carriage(state: State, record: Record, *, before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Register an act judged good that collected packages: ``before`` and ``after`` it."""
    came = {unit.unit: unit for unit in after if unit.custodian is not None}
    for unit in before:
        taker = came[unit.unit].custodian if unit.unit in came else None
        # Who collects what he gave to the carrier himself has walked no leg.
        if taker is None or unit.consignment is None or unit.last_holder is None or unit.last_holder == taker:
            continue
        carried = tuple(Carried(unit.unit, unit.consignment, package, papers) for package, papers in unit.cargo)
        rows = state.registers.carriages.setdefault(unit.consignment, {})
        known = rows.get(record.event_id)
        rows[record.event_id] = Carriage(
            event=record.event_id,
            at=record.at,
            giver=unit.last_holder,
            taker=taker,
            carried=carried if known is None else (*known.carried, *carried),
        )
        state.dirty_consignments[unit.consignment] = None
