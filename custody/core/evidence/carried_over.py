"""Stations and seals that an election carries over from an earlier one, held against the state of the earlier log.

Pure: two states that were folded by themselves, the earlier one up to the size that genesis names. Whether the earlier log is the
one that genesis names (its root hash) is for whoever has its entries (``custody.embedded.earlier_election``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from custody.core.checks.seals import on
from custody.core.state.state import State
from schemas.authority import StationOpened
from schemas.identifiers import parse_unit_id

_WHOLE: Final = "intact"


@dataclass(frozen=True, slots=True)
class CarriedDifference:
    """What a station says of the earlier election, and the earlier log does not."""

    station: str
    sentence: str


def unbroken_at(state: State, station: str) -> tuple[str, ...]:
    """The seals that close something of a station now and were whole when they were last read, by number."""
    heads = (state.paths.head(unit) for unit in state.paths.units() if parse_unit_id(unit).office == station)
    return tuple(
        sorted(seal.number for head in heads if head is not None for seal in on(head) if seal.condition == _WHOLE)
    )


def carried_differences(state: State, *, earlier: State) -> Iterator[CarriedDifference]:
    """Station by station, what does not agree; nothing where all that is carried over is as the earlier log has it."""
    for station, opening in sorted(state.registers.openings.items()):
        if opening.carried is None or station not in state.registers.stations:
            continue
        before = earlier.registers.openings.get(station)
        if before is None or earlier.paths.snapshot(before.stock, opening.carried.opened) is None:
            yield CarriedDifference(station, "What it names is not its opening on the earlier log.")
            continue
        yield from _facts(station, opening=opening, before=before)
        whole = set(unbroken_at(earlier, station))
        for seal in opening.carried.seals:
            if seal not in whole:
                yield CarriedDifference(
                    station, f"Seal {seal} does not close anything there, unbroken, on the earlier log."
                )


def used_again(state: State, *, earlier: State) -> tuple[str, ...]:
    """Seals that both elections applied and that no station carries over, by number."""
    return tuple(
        sorted(
            seal
            for seal in state.registers.seals.keys() & earlier.registers.seals.keys()
            if seal not in state.registers.carried
        )
    )


def _facts(station: str, *, opening: StationOpened, before: StationOpened) -> Iterator[CarriedDifference]:
    for (name, now), (_, was) in zip(_facts_of(opening), _facts_of(before), strict=True):
        if now != was:
            yield CarriedDifference(
                station, f"Its {name} is {now or 'none'}; on the earlier log it is {was or 'none'}."
            )


def _facts_of(opening: StationOpened) -> tuple[tuple[str, str], ...]:
    """What is said of a station that stays the same as long as it is the same station."""
    return (
        ("number", opening.number),
        ("country", opening.country),
        ("timezone", opening.timezone),
        ("mission", opening.mission),
    )
