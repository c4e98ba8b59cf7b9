"""The reference election as a play: 65 stations' journeys side by side, and five troubles planted at named stations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.demo.homeward import homeward, voting
from custody.demo.journey import Trouble, Way
from custody.demo.notary import Notary
from custody.demo.outward import outward
from custody.demo.people import assemble
from custody.demo.preparation import prepare
from custody.demo.world import DemoWorld, local

TROUBLES: Final[Mapping[str, Trouble]] = {
    "AYT": "issues-too-many",
    "DEL": "broken-seal",
    "WAW": "one-package-missing",
    "BSB": "missed-flight",
    "ROM": "half-signed",
    "YOW": "substitute",
    "ULN": "offline",
    "PEK": "own-pouch",
}
"""Station -> what is planted there; the first five raise one finding each, the last three none."""


def set_stage(*, seed: int, stations: Sequence[ReferenceStation], notary: Notary | None = None) -> DemoWorld:
    """The people and devices of an election, and nothing on the log yet; ``notary``: who has its checkpoints cosigned."""
    stage = DemoWorld(cast=assemble(seed=seed, stations=stations), notary=notary)
    until = local("2015-04-19", hour=10, zone="Asia/Ulaanbaatar")
    # Two phones without network; the later one is synced first.
    stage.offline = {"uln-device": (until, 1), "phone-uln": (until, 2)}
    return stage


def play_empty(stage: DemoWorld, *, stations: Sequence[ReferenceStation], log_key: str) -> None:
    """Genesis, people, stations, printed and allocated batches, mandates; no movement yet."""
    for _ in stage.play([prepare(stage, stations=stations, log_key=log_key)]):
        pass
    stage.witness()


def play(stage: DemoWorld, *, stations: Sequence[ReferenceStation], log_key: str) -> Iterator[int]:
    """The whole election; yields the number of stations whose journey has ended."""
    play_empty(stage, stations=stations, log_key=log_key)
    ways = [_way(stage, station=station) for station in stations]
    yield from stage.play(_whole(way, place=place) for place, way in enumerate(ways))
    stage.witness()


def _way(stage: DemoWorld, *, station: ReferenceStation) -> Way:
    random = Random(f"{stage.cast.seed}/{station.code}")  # noqa: S311 - a demonstration must repeat itself
    return Way(stage, station, TROUBLES.get(station.code, ""), random)


def _whole(way: Way, *, place: int) -> Iterator[int]:
    yield from outward(way, start=local("2015-04-13", hour=11) + place * 8 * 60)
    yield from voting(way)
    yield from homeward(way)
