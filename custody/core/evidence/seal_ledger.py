"""Seals and packages as ledgers of their own: each seal from its issue to its end, each package from dispatch to arrival.

    issued -> applied -> checked ... -> removed | found broken -> retained | destroyed;  blocked, where its package was replaced

A seal that is read on a unit that it does not close stands there as *read out of place*, whether or not it was ever applied.
A seal that was not whole is evidence: whoever takes it off retains it, and the step names them.

    seals issued = applied + unused        packages out = arrived + lost + under way

Pure and derived: it reads the acts in force on the units, and is no part of the fold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from custody.core.checks.seals import on
from custody.core.state.lifecycles import SEAL, goes_on
from custody.core.state.registers import Consignment
from custody.core.state.state import State
from custody.core.state.units import Unit
from schemas.identifiers import epoch_seconds, parse_seal_id

_ASTRAY: Final = "read out of place"
_LOST: Final = ("lost", "quarantined", "replaced", "evidence")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a seal's life: what became of it, on which unit, by which event at which claimed time.

    ``by`` is who held the unit then: of a seal that was taken off, who has it. Empty where nobody who signed did.
    """

    state: str
    unit: str
    event: str
    at: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SealCounts:
    """How many seals there are: given out (None: no series is stated), applied, closing a unit now, taken off, unused.

    ``retained`` and ``destroyed`` are among those taken off: kept as evidence, destroyed with their unit.
    """

    issued: int | None
    applied: int
    closing: int
    taken_off: int
    retained: int
    destroyed: int
    blocked: int
    unused: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """Where the packages of a consignment are: out = arrived + lost + under way."""

    consignment: str
    out: int
    arrived: int
    lost: int
    under_way: int


def life_of(state: State, seal: str) -> tuple[Step, ...]:
    """The life of a seal in the order of the acts in force, unit by unit; empty: no act applied it, and nobody read it.

    Where it was read out of place stands by claimed time among the others.
    """
    units = dict.fromkeys(sorted(state.registers.seals.get(seal, {}).values()))
    life = [step for unit in units for step in _on_unit(state, unit, seal=seal)]
    for step in _astray(state, seal):
        later = (place for place, other in enumerate(life) if epoch_seconds(other.at) > epoch_seconds(step.at))
        life.insert(next(later, len(life)), step)
    return tuple(life)


def _astray(state: State, seal: str) -> list[Step]:
    """The readings in force of a seal on units that it did not close."""
    read = state.registers.astray.get(seal, {}).items()
    rows = [(state.records[event].at, event, unit) for event, unit in read if state.records[event].in_force]
    return [_reading(state, event=event, at=at, unit=unit) for at, event, unit in sorted(rows)]


def _reading(state: State, *, event: str, at: str, unit: str) -> Step:
    snapshot = state.paths.snapshot(unit, event)
    by = None if snapshot is None else snapshot.custodian
    return Step(_ASTRAY, unit, event, at, "" if by is None else str(by))


def _on_unit(state: State, unit: str, *, seal: str) -> Iterator[Step]:
    is_applied = False
    for snapshot in state.paths.in_force(unit):
        for entry in snapshot.seals:
            if entry.number == seal and entry.event == snapshot.act:
                told = _read(entry.condition) if is_applied else "applied"
                is_applied = True
                yield _step(told, snapshot)
        if is_applied and snapshot.type == "ReplacementAuthorised":
            yield _step("blocked", snapshot)


def _step(state: str, unit: Unit) -> Step:
    return Step(state, unit.unit, unit.act, unit.at, "" if unit.custodian is None else str(unit.custodian))


def _read(condition: str) -> str:
    is_off = not goes_on(SEAL, state=condition)
    return condition if is_off else {"intact": "checked"}.get(condition, f"found {condition}")


def seals_of(state: State) -> SealCounts:
    """All seals at the state's position. A number outside every series counts as applied, and as never issued."""
    series = state.rules_now().rules.seal_series
    issued = sum(row.last - row.first + 1 for row in series)
    applied = state.registers.seals
    own = [name for name in map(parse_seal_id, applied) if any(row.issuer == name.issuer for row in series)]
    in_series = [
        name
        for name in own
        if any(row.issuer == name.issuer and row.first <= name.number <= row.last for row in series)
    ]
    heads = [head for unit in state.paths.units() if (head := state.paths.head(unit)) is not None]
    closing = {seal.number for head in heads for seal in on(head)}
    ends = {seal.number: seal.condition for head in heads for seal in head.seals}
    blocked = {seal.number for head in heads if head.state == "replaced" for seal in head.seals}
    return SealCounts(
        issued=issued if series else None,
        applied=len(applied),
        closing=len(closing),
        taken_off=len(applied) - len(closing),
        retained=sum(condition == "retained" for condition in ends.values()),
        destroyed=sum(condition == "destroyed" for condition in ends.values()),
        blocked=len(blocked),
        unused=issued - len(in_series) if series else None,
    )


def packages_of(state: State) -> tuple[Packages, ...]:
    """Every consignment's packages, in the order of their names."""
    return tuple(_packages(state, row) for _, row in sorted(state.registers.consignments.items()))


def _packages(state: State, consignment: Consignment) -> Packages:
    heads = [head for unit in consignment.units if (head := state.paths.head(unit)) is not None]
    lost = sum(_is_lost(head) for head in heads)
    arrived = sum(_has_arrived(head, consignment) for head in heads)
    out = len(consignment.units)
    return Packages(
        consignment=consignment.consignment, out=out, arrived=arrived, lost=lost, under_way=out - arrived - lost
    )


def _has_arrived(head: Unit, consignment: Consignment) -> bool:
    return not _is_lost(head) and head.is_at_its_end(consignment.direction)


def _is_lost(head: Unit) -> bool:
    """Lost, or replaced: it never arrives, whatever became of it since."""
    return head.state in _LOST or head.was_replaced
