"""Losses on the way: a pouch that one person reports lost, and that two declare so, is found again, or is replaced.

reported   one person reports it; then it turns up, and nobody signs after that
found      two declare it; two find it; two officers let it go on
twice      two pairs declare it, one of them of the first pouch alone; it is found, and goes on
replaced   a replacement is authorised before the second signature; the old pouch is found, and destroyed by act
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Final

from custody.demo.journey import Way
from custody.demo.world import HOUR, MINUTE, stamp
from schemas.identifiers import consignment_id, unit_id

_RUN: Final = 100
"""Number of the first printing batch from which replacements come."""


def lose(way: Way, *, pouches: list[str], how: str) -> Iterator[int]:
    """What is lost of a station's pouches, and what becomes of it; ``pouches`` are those that travel on afterwards."""
    yield way.stage.now + 2 * HOUR
    yield from _WAYS[how](way, pouches)


def _declared(way: Way, pouches: list[str], *, hours: int) -> Iterator[int]:
    loss = {"type": "LossDeclared", "units": list(pouches), "last_seen": None}
    event = way.act(loss, by=(way.courier,), late=way.stage.mandating[:1])
    yield way.stage.now + hours * HOUR
    way.stage.sign_late(event, by=way.stage.mandating[0])


def _found(way: Way, pouches: list[str]) -> None:
    seals = [row for pouch in pouches for row in way.stage.seals_found(pouch)]
    way.act({"type": "UnitFound", "units": list(pouches), "seals": seals}, by=_pair(way))


def _pair(way: Way) -> tuple[str, ...]:
    """Two of the mission, or of the commission where a station belongs to none."""
    election, code = way.stage.election, way.station.code
    officer, head = (election.holders(role, office=code)[:1] for role in ("mission-officer", "head-of-mission"))
    return (*officer, *head) if officer and head else way.commission[:2]


def _reported(way: Way, pouches: list[str]) -> Iterator[int]:
    way.act(
        {"type": "LossDeclared", "units": list(pouches), "last_seen": None},
        by=(way.courier,),
        late=way.stage.mandating[:1],
    )
    yield way.stage.now + 5 * HOUR


def _lost_and_found(way: Way, pouches: list[str]) -> Iterator[int]:
    yield from _declared(way, pouches, hours=3)
    yield from _let_go_on(way, pouches)


def _let_go_on(way: Way, pouches: list[str]) -> Iterator[int]:
    """Two find it, and two officers let it go on with the courier."""
    yield way.stage.now + 8 * HOUR
    _found(way, pouches)
    yield way.stage.now + 2 * HOUR
    key = way.stage.cast.people[way.courier].key
    lifted = {"type": "QuarantineLifted", "units": list(pouches), "custodian": key}
    way.act(lifted, by=way.stage.officers, where="capital")
    yield way.stage.now + HOUR


def _declared_twice(way: Way, pouches: list[str]) -> Iterator[int]:
    rows = [
        [{"unit": name, "previous": way.stage.unit(name).act} for name in names] for names in (pouches, pouches[:1])
    ]
    for refs, by in zip(rows, ((way.courier, *way.stage.mandating[:1]), way.stage.officers), strict=True):
        way.act({"type": "LossDeclared", "units": refs, "last_seen": None}, by=by)
        yield way.stage.now + HOUR
    yield from _let_go_on(way, pouches)


def _replaced(way: Way, pouches: list[str]) -> Iterator[int]:
    stage, names, old = way.stage, way.names, list(pouches)
    inside = [name for pouch in old for name in stage.unit(pouch).contains]
    papers = sum(stage.unit(pouch).papers or 0 for pouch in old)
    declared = _declared(way, pouches, hours=30)
    yield next(declared)
    run = unit_id(office="CEC", kind="batch", number=_RUN + sorted(stage.state.registers.stations).index(names.station))
    batch = unit_id(office=names.station, kind="batch", number=2)
    way.act({"type": "PrintOrdered", "batch": run, "papers": papers}, by=way.stage.officers, where="capital")
    note = {"type": "BallotsPrinted", "batch": run, "printed": papers, "good": papers, "waste": 0}
    way.act({**note, "method": "counted", "serials": None}, by=way.stage.printers, where="capital")
    act = {"type": "ReplacementAuthorised", "station": names.station, "reason": "lost", "source": run, "batch": batch}
    way.act(
        {**act, "replaced": [*old, *inside], "papers": papers, "serials": None}, by=way.stage.officers, where="capital"
    )
    yield from declared
    yield from _sent_anew(way, pouches=pouches, batch=batch, papers=papers)
    _found(way, old)
    yield stage.now + 3 * HOUR
    seals = [row for pouch in old for row in stage.seals_found(pouch)]
    gone = {"type": "Destroyed", "station": names.station, "packages": [*old, *inside], "seals": seals}
    figures = {"from_boxes": 0, "cancelled": papers, "method": "shredded"}
    way.act({**gone, **figures}, by=_pair(way))
    yield stage.now + HOUR


def _sent_anew(way: Way, *, pouches: list[str], batch: str, papers: int) -> Iterator[int]:
    """The new papers packed, sealed, manifested and with the courier."""
    stage, names = way.stage, way.names
    pack, pouch = names.pack(60), names.pouch(3)
    packed = {"type": "UnitPacked", "papers": papers}
    way.act({**packed, "unit": pack, "batch": batch, "contents": []}, by=way.stage.officers, where="capital")
    way.act({**packed, "unit": pouch, "batch": None, "contents": [pack]}, by=way.stage.officers, where="capital")
    way.act({"type": "SealsApplied", "seals": [stage.seal(pouch)]}, by=way.stage.officers, where="capital")
    legs = [
        {"number": number, "releasing": releasing, "receiving": receiving, "due": None, "due_commitment": None}
        for number, (releasing, receiving) in enumerate(way.out.legs, start=1)
    ]
    name = consignment_id(office=names.station, number=5)
    manifest = {"type": "ConsignmentManifested", "consignment": name, "station": names.station, "direction": "out"}
    rest = {"units": [pouch], "packages": 1, "papers": papers, "legs": legs}
    way.act({**manifest, **rest}, by=way.stage.officers, where="capital")
    mandate = {"type": "MandateGranted", "courier": way.courier, "consignments": [name]}
    days = {"first_day": stamp(stage.now, zone=stage.election.timezone)[:10], "last_day": way.out.days[1]}
    way.act({**mandate, **days}, by=way.stage.mandating, where="capital")
    pouches[:] = [pouch]
    yield stage.now + 20 * MINUTE
    giver = stage.officers[:1]
    if "MFA" in way.out.hands:
        yield from way.hand_over(pouches, releasing=giver, receiving=stage.ministry[:1], where="capital")
        yield stage.now + HOUR
        giver = stage.ministry[:1]
    yield from way.hand_over(pouches, releasing=giver, receiving=(way.courier,), where="capital")
    yield stage.now + 6 * HOUR


_WAYS: Final = MappingProxyType[str, Callable[[Way, list[str]], Iterator[int]]](
    {"reported": _reported, "found": _lost_and_found, "twice": _declared_twice, "replaced": _replaced}
)
LOSSES: Final = tuple(_WAYS)
