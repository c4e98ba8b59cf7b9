"""Losses on the way: a pouch that one person reports lost, and that two declare so, is found again, or is replaced.

reported   one person reports it; then it turns up, and nobody signs after that
found      two declare it; two find it; two officers let it go on
replaced   a replacement is authorised before the second signature; the old pouch is found, and destroyed by act
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Final

from custody.demo.journey import Way
from custody.demo.world import HOUR, MINUTE, stamp
from schemas.identifiers import consignment_id, unit_id

_CEC: Final = ("cec-1", "cec-2")
_PRINTERS: Final = ("printer-1", "cec-representative")
_RUN: Final = 100
"""Number of the first printing batch from which replacements come."""


def lose(way: Way, *, pouches: list[str], how: str) -> Iterator[int]:
    """What is lost of a station's pouches, and what becomes of it; ``pouches`` are those that travel on afterwards."""
    yield way.stage.now + 2 * HOUR
    yield from _WAYS[how](way, pouches)


def _declared(way: Way, pouches: list[str], *, hours: int) -> Iterator[int]:
    loss = {"type": "LossDeclared", "units": list(pouches), "last_seen": None}
    event = way.act(loss, by=(way.courier,), late=("mfa-1",))
    yield way.stage.now + hours * HOUR
    way.stage.sign_late(event, by="mfa-1")


def _found(way: Way, pouches: list[str]) -> None:
    seals = [row for pouch in pouches for row in way.stage.seals_found(pouch)]
    finders = (way.who("officer"), way.who("head"))
    way.act({"type": "UnitFound", "units": list(pouches), "seals": seals}, by=finders)


def _reported(way: Way, pouches: list[str]) -> Iterator[int]:
    way.act({"type": "LossDeclared", "units": list(pouches), "last_seen": None}, by=(way.courier,), late=("mfa-1",))
    yield way.stage.now + 5 * HOUR


def _lost_and_found(way: Way, pouches: list[str]) -> Iterator[int]:
    yield from _declared(way, pouches, hours=3)
    yield way.stage.now + 8 * HOUR
    _found(way, pouches)
    yield way.stage.now + 2 * HOUR
    key = way.stage.cast.people[way.courier].key
    lifted = {"type": "QuarantineLifted", "units": list(pouches), "custodian": key}
    way.act(lifted, by=_CEC, where="capital")
    yield way.stage.now + HOUR


def _replaced(way: Way, pouches: list[str]) -> Iterator[int]:
    stage, names, old = way.stage, way.names, list(pouches)
    inside = [name for pouch in old for name in stage.unit(pouch).contains]
    papers = sum(stage.unit(pouch).papers or 0 for pouch in old)
    declared = _declared(way, pouches, hours=30)
    yield next(declared)
    run = unit_id(office="CEC", kind="batch", number=_RUN + sorted(stage.state.registers.stations).index(names.station))
    batch = unit_id(office=names.station, kind="batch", number=2)
    way.act({"type": "PrintOrdered", "batch": run, "papers": papers}, by=_CEC, where="capital")
    note = {"type": "BallotsPrinted", "batch": run, "printed": papers, "good": papers, "waste": 0}
    way.act({**note, "method": "counted", "serials": None}, by=_PRINTERS, where="capital")
    act = {"type": "ReplacementAuthorised", "station": names.station, "reason": "lost", "source": run, "batch": batch}
    way.act({**act, "replaced": [*old, *inside], "papers": papers, "serials": None}, by=_CEC, where="capital")
    yield from declared
    yield from _sent_anew(way, pouches=pouches, batch=batch, papers=papers)
    _found(way, old)
    yield stage.now + 3 * HOUR
    seals = [row for pouch in old for row in stage.seals_found(pouch)]
    gone = {"type": "Destroyed", "station": names.station, "packages": [*old, *inside], "seals": seals}
    figures = {"from_boxes": 0, "cancelled": papers, "method": "shredded"}
    way.act({**gone, **figures}, by=(way.who("officer"), way.who("head")))
    yield stage.now + HOUR


def _sent_anew(way: Way, *, pouches: list[str], batch: str, papers: int) -> Iterator[int]:
    """The new papers packed, sealed, manifested and with the courier."""
    stage, names = way.stage, way.names
    pack, pouch = names.pack(60), names.pouch(3)
    packed = {"type": "UnitPacked", "papers": papers}
    way.act({**packed, "unit": pack, "batch": batch, "contents": []}, by=_CEC, where="capital")
    way.act({**packed, "unit": pouch, "batch": None, "contents": [pack]}, by=_CEC, where="capital")
    way.act({"type": "SealsApplied", "seals": [stage.seal(pouch)]}, by=_CEC, where="capital")
    hands = (("CEC", "MFA"), ("MFA", "courier"), ("courier", "mission"), ("mission", "commission"))
    legs = [
        {"number": number, "releasing": releasing, "receiving": receiving, "due": None, "due_commitment": None}
        for number, (releasing, receiving) in enumerate(hands, start=1)
    ]
    name = consignment_id(office=names.station, number=5)
    manifest = {"type": "ConsignmentManifested", "consignment": name, "station": names.station, "direction": "out"}
    rest = {"units": [pouch], "packages": 1, "papers": papers, "legs": legs}
    way.act({**manifest, **rest}, by=_CEC, where="capital")
    mandate = {"type": "MandateGranted", "courier": way.courier, "consignments": [name]}
    days = {"first_day": stamp(stage.now, zone=stage.election.timezone)[:10], "last_day": way.out.days[1]}
    way.act({**mandate, **days}, by=("mfa-1",), where="capital")
    pouches[:] = [pouch]
    yield stage.now + 20 * MINUTE
    yield from way.hand_over(pouches, releasing=("cec-1",), receiving=("mfa-1",), where="capital")
    yield stage.now + HOUR
    yield from way.hand_over(pouches, releasing=("mfa-1",), receiving=(way.courier,), where="capital")
    yield stage.now + 6 * HOUR


_WAYS: Final = MappingProxyType[str, Callable[[Way, list[str]], Iterator[int]]](
    {"reported": _reported, "found": _lost_and_found, "replaced": _replaced}
)
LOSSES: Final = tuple(_WAYS)
