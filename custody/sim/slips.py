"""Slips with accounts, codes and clocks: what people who mean no harm leave behind, and which findings, exactly, tell of it.

A row is a ``Cheat`` as in the table of those, and is committed in the same way, between two scenes of a journey; but here the
codes are all that a plain journey may raise, and each of them has to be there. Whose clock is wrong is told of the clock alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from custody.demo.journey import Way
from custody.demo.preparation import allocation
from custody.demo.world import HOUR, MINUTE, stamp
from custody.sim.cheats import Cheat, Play
from custody.sim.world import World
from schemas.identifiers import unit_id

_CEC: Final = ("cec-1", "cec-2")
_FIGURES: Final = (
    *("received", "issued", "spoiled", "unused", "defective", "cancelled", "signatures"),
    *("in_boxes", "valid", "invalid", "not_returned", "unaccounted"),
)
UNSEALED: Final = "a safe that is never sealed"
_UNKNOWN: Final = "sim-nobody-published-this"


def _box(world: World, way: Way) -> str:
    """A second ballot box is shown empty and sealed."""
    box = unit_id(office=way.station.code, kind="ballot box", number=2)
    sealed = {"type": "BallotBoxesSealed", "station": way.station.code, "boxes": [box]}
    present = [{"role": "observer", "note": "present"}]
    way.act({**sealed, "seals": [world.stage.seal(box)], "present": present}, by=way.commission)
    return box


def _box_never_opened(world: World, way: Way) -> Iterator[int]:
    """A second ballot box is sealed, and nobody ever opens it."""
    yield world.stage.now
    _box(world, way)


def _box_opened_first(world: World, way: Way) -> Iterator[int]:
    """A ballot box is opened before the vote: papers are given, spoiled, returned and cancelled after it."""
    yield world.stage.now
    box = _box(world, way)
    yield world.stage.now + MINUTE
    opened = {"type": "BallotBoxesOpened", "station": way.station.code, "boxes": [box]}
    way.act({**opened, "seals": world.stage.seals_found(box)}, by=way.commission)


def _account_restated(world: World, way: Way) -> Iterator[int]:
    """The closed account is stated once more, and nobody says that the first was in error."""
    yield world.stage.now
    book = world.stage.unit(way.names.stock).book
    figures = {} if book is None else {name: book.value(f"stated.{name}") for name in _FIGURES}
    way.act({"type": "BallotAccountClosed", "station": way.station.code, **figures}, by=way.commission)


def _safe_left_open(world: World, way: Way) -> Iterator[int]:
    """Nobody seals the safe after the count; the people of the station leave that out where they would do it."""
    del way
    yield world.stage.now


def _open_safe(world: World, way: Way) -> None:
    seals = world.stage.seals_found(way.names.stock)
    way.act({"type": "StoreOpened", "station": way.station.code, "seals": seals}, by=way.commission[:2])


def _more_than_there_is(world: World, way: Way) -> Iterator[int]:
    """An issuing member is given five papers more than the safe holds, and gives all of them back."""
    yield world.stage.now
    _open_safe(world, way)
    yield world.stage.now + MINUTE
    issuer, papers = way.who("issuer"), allocation(way.station) + 5
    row = {"station": way.station.code, "issuer": issuer}
    way.act({"type": "BallotsGivenToIssuer", **row, "papers": papers}, by=(way.who("secretary"), issuer))
    yield world.stage.now + MINUTE
    back = {"type": "BallotsReturnedByIssuer", **row, "issued": 0, "unused": papers}
    way.act(back, by=(issuer, way.who("secretary")))
    yield world.stage.now + MINUTE
    closed = [world.stage.seal(way.names.stock)]
    way.act({"type": "StoreSealed", "station": way.station.code, "seals": closed}, by=way.commission[:2])


def _empty_pack(world: World, way: Way) -> Iterator[int]:
    """A pack of no papers is packed."""
    yield world.stage.now
    pack = {"type": "UnitPacked", "unit": way.names.pack(79), "batch": way.names.batch, "contents": [], "papers": 0}
    way.act(pack, by=_CEC, where="capital")


def _delayed(world: World, way: Way, **other: Any) -> None:
    pouch = world.stage.unit(way.names.pouch(1))
    seen = {"units": [{"unit": pouch.unit, "observed": pouch.act}]}
    way.act({"type": "DelayReported", "reason": "weather", **seen, **other}, by=(way.courier,))


def _clock_at_1970(world: World, way: Way) -> Iterator[int]:
    """The courier's phone has lost its time, and says so of the hour of a delay."""
    yield world.stage.now
    _delayed(world, way, at="1970-01-01T00:00:30+06:00")


def _clock_ten_years_ahead(world: World, way: Way) -> Iterator[int]:
    """The courier's phone is ten years ahead."""
    yield world.stage.now
    _delayed(world, way, at="2025-04-20T12:00:00+06:00")


def _clock_a_day_behind(world: World, way: Way) -> Iterator[int]:
    """The courier's phone falls back by a day between two events, over midnight."""
    yield world.stage.now
    _delayed(world, way)
    yield world.stage.now + MINUTE
    _delayed(world, way, at=stamp(world.stage.now - 24 * HOUR, zone=world.stage.election.timezone))


def _unknown_code(world: World, way: Way) -> Iterator[int]:
    """A form is filled in with a code that nobody published."""
    yield world.stage.now
    _delayed(world, way, codes=[_UNKNOWN])


def _row(play: Play, scene: str, *codes: str) -> Cheat:
    return Cheat(play, (scene,), frozenset(codes))


SLIPS: Final[Mapping[str, Cheat]] = MappingProxyType(
    {
        "a box that is never opened": _row(_box_never_opened, "voting", "box-unopened"),
        "a box opened before the vote": _row(_box_opened_first, "voting", "after-opening", "cancelled-unused"),
        "an account stated anew": _row(_account_restated, "returning", "account-restated"),
        UNSEALED: _row(_safe_left_open, "closing-safe", "store-unsealed"),
        "more given than there is": _row(_more_than_there_is, "voting", "station-account"),
        "a pack of no papers": _row(_empty_pack, "leaving", "empty-package"),
        "a clock at 1970": _row(_clock_at_1970, "arriving", "time-contradiction"),
        "a clock ten years ahead": _row(_clock_ten_years_ahead, "arriving", "time-contradiction"),
        "a clock a day behind its own": _row(_clock_a_day_behind, "arriving", "time-contradiction"),
        "a code that nobody published": _row(_unknown_code, "arriving", "unknown-code"),
    }
)
"""Name -> the slip. One row to add one."""
