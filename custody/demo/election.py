"""An election as a play: the journeys of its stations side by side, with whatever its folder says goes wrong at some of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from types import MappingProxyType
from typing import Any, Final, cast

from custody.adapters.reference import ReferenceStation
from custody.demo.homeward import homeward, voting
from custody.demo.journey import Trouble, Way
from custody.demo.notary import Notary
from custody.demo.outward import outward
from custody.demo.people import cast_of
from custody.demo.preparation import prepare
from custody.demo.world import DAY, MINUTE, DemoWorld, local
from custody.election import dates
from custody.election.model import Election
from custody.election.reference import following, reference_at, voting_for
from custody.election.signers import ByTheRules
from schemas.styles import Style

_APART: Final = 8 * MINUTE
_PACKING: Final = 5 * DAY
"""Between the beginnings of two stations' journeys, and within how long the last of them has begun."""


def set_stage(
    *,
    seed: int,
    stations: Sequence[ReferenceStation],
    styles: Sequence[Mapping[str, Any]] = (),
    days: int = 1,
    carried: Mapping[str, Sequence[str]] = MappingProxyType({}),
    notary: Notary | None = None,
) -> DemoWorld:
    """The people and devices of the reference election at these stations; exactly those sign who are told to.

    It has no names by language: a story is told under those of the log.

    ``carried``: seals that stations carry over from an earlier election, which this one follows where any station is named.
    ``notary``: who has its checkpoints cosigned.
    """
    election = voting_for(reference_at(stations), days=days)
    unnamed = tuple(replace(station, names={}) for station in election.stations)
    election = replace(election, stations=unnamed, names={}, labels={})
    election = replace(election, styles=tuple(Style.model_validate(row) for row in styles))
    if carried:
        election = following(election, seals=carried)
    return _offline(DemoWorld(cast=cast_of(election, seed=seed), election=election, notary=notary))


def stage_of(election: Election, *, seed: int, notary: Notary | None = None) -> DemoWorld:
    """The people and devices of an election, of whom as many sign as its rules ask for; nothing on the log yet."""
    cast = cast_of(election, seed=seed)
    return _offline(DemoWorld(cast=cast, election=election, signers=ByTheRules(election), notary=notary))


def play_empty(stage: DemoWorld, *, stations: Sequence[ReferenceStation], log_key: str, second: str = "") -> None:
    """Genesis, people, stations, printed and allocated batches, mandates; no movement yet."""
    for _ in stage.play([prepare(stage, stations=stations, log_key=log_key, second=second)]):
        pass
    stage.witness()


def play(stage: DemoWorld, *, stations: Sequence[ReferenceStation], log_key: str) -> Iterator[int]:
    """The whole election; yields the number of stations whose journey has ended."""
    play_empty(stage, stations=stations, log_key=log_key)
    ways = [_way(stage, station=station) for station in stations]
    yield from stage.play(_whole(way, start=start_of(stage, place=place)) for place, way in enumerate(ways))
    stage.witness()


def start_of(stage: DemoWorld, *, place: int) -> int:
    """When the journey of the station at a place of the list begins."""
    apart = min(_APART, _PACKING // max(1, len(stage.election.stations)))
    return stage.capital(dates.PACKING, hour=11) + place * apart


def _offline(stage: DemoWorld) -> DemoWorld:
    """Where a folder says so, two phones are without network for days; the later one is synced first."""
    for code, trouble in stage.election.rehearsal.troubles.items():
        station = stage.election.by_station.get(code)
        if trouble == "offline" and station is not None:
            day = dates.day(stage.election.days[0], days=dates.SYNCED)
            until = local(day, hour=10, zone=station.timezone)
            courier = stage.election.consignment(code, direction="out").courier
            chair = stage.election.commission(code)[0]
            stage.offline |= {stage.cast.device_of[chair]: (until, 1), stage.cast.device_of[courier]: (until, 2)}
    return stage


def _way(stage: DemoWorld, *, station: ReferenceStation) -> Way:
    random = Random(f"{stage.cast.seed}/{station.code}")  # noqa: S311 - a demonstration must repeat itself
    trouble = cast(Trouble, stage.election.rehearsal.troubles.get(station.code, ""))
    return Way(stage, station, trouble, random)


def _whole(way: Way, *, start: int) -> Iterator[int]:
    yield from outward(way, start=start)
    yield from voting(way)
    yield from homeward(way)
