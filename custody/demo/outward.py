"""The way out: packing, sealing, manifest, MFA, courier, mission, and the commission's opening and count.

One journey a station. Where the demonstration plants a trouble, ``Trouble`` says which, and the journey takes that turn; every
other station has the plain journey with a night arrival: the mission officer receives, the commission opens in the morning.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from custody.demo.journey import Way, counting
from custody.demo.own_pouch import own_pouch
from custody.demo.preparation import allocation
from custody.demo.recount import recounted
from custody.demo.world import HOUR, MINUTE, local, stamp

_CEC = ("cec-1", "cec-2")
_PACK_PAPERS = 250
_WARSAW_POUCHES = 2
_CONNECTION = "FRA"
"""Where couriers change planes; their phones state the offset of the station that they travel to."""


def outward(way: Way, *, start: int) -> Iterator[int]:
    """From the CEC's packing table to the commission's count; ``start`` is when packing begins."""
    yield start
    pouches = yield from _pack(way)
    for scene, play in _SCENES.items():
        yield from way.conduct.interlude(way, scene=scene)
        yield from play(way, pouches=pouches)


def _pack(way: Way) -> Generator[int, None, list[str]]:
    total, names = allocation(way.station), way.names
    left, packs = total, list[str]()
    while left:
        papers = min(left, _PACK_PAPERS)
        if way.trouble == "one-package-missing" and not packs:
            papers = total // _WARSAW_POUCHES
        packs.append(names.pack(len(packs) + 1))
        pack = {"type": "UnitPacked", "unit": packs[-1], "batch": names.batch, "contents": [], "papers": papers}
        way.act(pack, by=_CEC, where="capital")
        left -= papers
        yield way.stage.now + MINUTE
    groups = [[pack] for pack in packs[:1]] + [packs[1:]] if way.trouble == "one-package-missing" else [packs]
    pouches: list[str] = []
    for number, group in enumerate(groups, start=1):
        pouches.append(names.box(number) if way.trouble == "own-pouch" else names.pouch(number))
        papers = sum(way.stage.unit(pack).papers or 0 for pack in group)
        pouch = {"type": "UnitPacked", "unit": pouches[-1], "batch": None, "contents": group, "papers": papers}
        way.act(pouch, by=_CEC, where="capital")
        yield way.stage.now + MINUTE
    way.act({"type": "SealsApplied", "seals": [way.stage.seal(pouch) for pouch in pouches]}, by=_CEC, where="capital")
    yield way.stage.now + MINUTE
    _manifest(way, pouches=pouches, total=total)
    return pouches


def _manifest(way: Way, *, pouches: Sequence[str], total: int) -> None:
    arrival = local("2015-04-21", hour=12, zone=way.station.timezone)
    hands = (("CEC", "MFA"), ("MFA", "courier"), ("courier", "mission"), ("mission", "commission"))
    legs = [
        {
            "number": number,
            "releasing": releasing,
            "receiving": receiving,
            "due": stamp(arrival, zone=way.station.timezone) if releasing == "courier" else None,
            "due_commitment": None,
        }
        for number, (releasing, receiving) in enumerate(hands, start=1)
    ]
    manifest = {
        "type": "ConsignmentManifested",
        "consignment": way.names.out,
        "station": way.station.code,
        "direction": "out",
    }
    way.act(
        {**manifest, "units": list(pouches), "packages": len(pouches), "papers": total, "legs": legs},
        by=_CEC,
        where="capital",
    )


def _leave(way: Way, *, pouches: list[str]) -> Iterator[int]:
    yield local("2015-04-14", hour=9) + way.random.randint(0, 6 * 60) * MINUTE
    yield from way.hand_over(pouches, releasing=("cec-1",), receiving=("mfa-1",), where="capital")
    if way.trouble == "own-pouch":
        pouches[:] = [own_pouch(way, boxes=pouches)]
    yield local("2015-04-16", hour=7) + way.random.randint(0, 40 * 60) * MINUTE
    yield from way.hand_over(pouches, releasing=("mfa-1",), receiving=(way.courier,), where="capital")


def _travel(way: Way, *, pouches: list[str]) -> Iterator[int]:
    yield from way.conduct.on_the_way(way, pouches=pouches)
    yield way.stage.now + way.random.randint(4, 9) * HOUR
    if way.trouble == "missed-flight":
        yield from _missed_flight(way, pouches=pouches)
        return
    if way.trouble == "substitute":
        yield from _substitute(way, pouches=pouches)
        return
    _check_seals(way, pouches=pouches, by=way.courier)
    yield way.stage.now + (180 * MINUTE if way.trouble == "broken-seal" else way.random.randint(3, 12) * HOUR)


def _check_seals(way: Way, *, pouches: Sequence[str], by: str) -> None:
    seals = [row for pouch in pouches for row in way.stage.seals_found(pouch)]
    way.stage.act(
        {"type": "SealsChecked", "units": list(pouches), "seals": seals, "place": _CONNECTION},
        by=(by,),
        zone=way.station.timezone,
    )


def _missed_flight(way: Way, *, pouches: Sequence[str]) -> Iterator[int]:
    """Silence after the deadline, the monitor's note, then storage by act with the seals intact, and a later flight."""
    due = local("2015-04-21", hour=12, zone=way.station.timezone)
    for hours in range(-24, 12):
        yield due + hours * HOUR
        way.stage.act({"type": "HeartbeatNoted", "device": None}, by=("monitor-1",))
    yield due + 12 * HOUR
    leg = {"consignment": way.names.out, "leg": 3, "step": "overdue", "units": list(pouches), "device": None}
    overdue = {"type": "OverdueNoted", "due": way.stage.state.registers.consignments[way.names.out].legs[2].due, **leg}
    way.stage.act(overdue, by=("monitor-1",))
    yield due + 14 * HOUR + 10 * MINUTE
    seals = [row for pouch in pouches for row in way.stage.seals_found(pouch)]
    stop = {"type": "StopRecorded", "units": list(pouches), "purpose": "storage", "seals": seals, "place": _CONNECTION}
    way.stage.act({**stop, "codes": ["missed-connection"]}, by=(way.courier,), zone=way.station.timezone)
    yield local("2015-04-24", hour=21, minute=20, zone=way.station.timezone)


def _substitute(way: Way, *, pouches: Sequence[str]) -> Iterator[int]:
    """The courier falls ill on the way; the ministry transfers the mandate; both couriers sign in Frankfurt."""
    mandate = next(way.stage.state.registers.mandates_of(_tag(way, way.courier), consignment=way.names.out)).event
    transfer = {"type": "MandateTransferred", "mandate": mandate, "courier": "courier-reserve"}
    way.stage.act(transfer, by=("mfa-1",))
    yield way.stage.now + 5 * HOUR
    offer = way.offer(pouches, releasing=(way.courier,), receiving=("courier-reserve",), place=_CONNECTION)
    yield way.stage.now + 4 * MINUTE
    answer = {"type": "HandoverAnswered", "offer": offer, "result": "accepted", "found": "intact", "place": _CONNECTION}
    way.stage.act(answer, by=("courier-reserve",), zone=way.station.timezone)
    yield way.stage.now + 9 * HOUR


def _tag(way: Way, badge: str) -> str:
    return way.stage.cast.people[badge].person or ""


def _arrive(way: Way, *, pouches: Sequence[str]) -> Iterator[int]:
    carrier, officer = "courier-reserve" if way.trouble == "substitute" else way.courier, (way.who("officer"),)
    if way.trouble == "broken-seal":
        yield from _with_reservation(way, pouch=pouches[0], releasing=(carrier,), receiving=officer)
    elif way.trouble == "one-package-missing":
        yield from _arrive_incomplete(way, pouches=pouches)
    else:
        yield from way.hand_over(pouches, releasing=(carrier,), receiving=officer)
    yield way.stage.now + (95 * MINUTE if way.trouble == "missed-flight" else way.random.randint(7, 11) * HOUR)
    if way.trouble == "broken-seal":
        yield from _with_reservation(way, pouch=pouches[0], releasing=officer, receiving=way.commission)
        yield from recounted(way, pouch=pouches[0])
    else:
        yield from way.hand_over(pouches, releasing=officer, receiving=way.commission)


def _with_reservation(way: Way, *, pouch: str, releasing: Sequence[str], receiving: Sequence[str]) -> Iterator[int]:
    """A pouch whose seal is found broken changes hands with reservation: it is on hold."""
    offer = way.offer([pouch], releasing=releasing, receiving=receiving)
    yield way.stage.now + 5 * MINUTE
    found = {"packages": 1, "seals": way.stage.seals_found(pouch, condition="broken"), "papers": None}
    answer = {"type": "HandoverAnswered", "offer": offer, "result": "accepted with reservation", "found": found}
    way.act({**answer, "codes": ["seal-broken"]}, by=receiving)


def _arrive_incomplete(way: Way, *, pouches: Sequence[str]) -> Iterator[int]:
    """One of two packages shown: refused; five and a half hours later both: accepted."""
    officer = (way.who("officer"),)
    offer = way.offer(pouches, releasing=(way.courier,), receiving=officer)
    yield way.stage.now + 5 * MINUTE
    found = {
        "packages": 1,
        "seals": way.stage.seals_found(pouches[0]),
        "papers": None,
    }
    answer = {
        "type": "HandoverAnswered",
        "offer": offer,
        "result": "refused",
        "found": found,
        "codes": ["package-missing"],
    }
    way.act(answer, by=officer)
    yield way.stage.now + 5 * HOUR + 25 * MINUTE
    yield from way.hand_over(pouches, releasing=(way.courier,), receiving=officer)


def _open_and_count(way: Way, *, pouches: Sequence[str]) -> Iterator[int]:
    """The commission opens every package, counts every pack and closes the safe."""
    stage = way.stage
    yield stage.now + way.random.randint(5, 20) * MINUTE
    packs: list[str] = []
    closed = list(pouches)
    while closed:
        unit = closed.pop(0)
        inner = stage.unit(unit).contains
        seals = [row for name in (unit, *inner) for row in stage.seals_found(name)]
        way.act({"type": "ConsignmentOpened", "unit": unit, "seals": seals}, by=way.commission)
        packs += [name for name in inner if stage.unit(name).kind == "pack"]
        closed += [name for name in inner if stage.unit(name).kind == "box"]
    yield stage.now + 30 * MINUTE
    if way.trouble == "half-signed":
        event = way.act(counting(way, packs=packs), by=way.commission[:2], late=way.commission[2:])
        yield stage.now + 40 * MINUTE
        stage.sign_late(event, by=way.commission[2])
    else:
        yield from way.conduct.count(way, packs=packs)
    yield stage.now + 10 * MINUTE
    way.conduct.close_safe(way)


def day_of(way: Way, day: str, *, hour: int, minute: int = 0) -> int:
    """A local time at the station."""
    return local(day, hour=hour, minute=minute, zone=way.station.timezone)


_SCENES = {"leaving": _leave, "travelling": _travel, "arriving": _arrive, "opening": _open_and_count}
