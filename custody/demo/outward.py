"""The way out: packing, sealing, manifest, MFA, courier, mission, and the commission's opening and count.

One journey a station. Where the demonstration plants a trouble, ``Trouble`` says which, and the journey takes that turn; every
other station has the plain journey with a night arrival: the mission officer receives, the commission opens in the morning.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

from custody.core.checks.log_time_limits import latest
from custody.demo.journey import Way, counting
from custody.demo.own_pouch import own_pouch
from custody.demo.recount import recounted
from custody.demo.world import HOUR, MINUTE, local, stamp
from custody.election import dates
from custody.election.genesis import moment

_PACK_PAPERS = 250
_WAIT_MINUTES = 40 * 60
_TRAVEL_S = 24 * HOUR
"""How long a courier usually waits for the papers at most, and is then on the way."""


def outward(way: Way, *, start: int) -> Iterator[int]:
    """From the CEC's packing table to the commission's count; ``start`` is when packing begins."""
    yield start
    pouches = yield from _pack(way)
    for scene, play in _SCENES.items():
        yield from way.conduct.interlude(way, scene=scene)
        yield from play(way, pouches=pouches)


def _pack(way: Way) -> Generator[int, None, list[str]]:
    """As many pouches as the plan says, the papers of each style shared among them, in packs."""
    names, by, count = way.names, way.stage.officers, way.out.packages
    groups: list[list[str]] = [[] for _ in range(count)]
    number = 0
    for style in way.styles:
        for place, share in enumerate(shares(way.share(style), packages=count)):
            for papers in share:
                number += 1
                groups[place].append(names.pack(number))
                pack = {"type": "UnitPacked", "unit": names.pack(number), "batch": way.names_of(style).batch}
                way.act({**pack, "contents": [], "papers": papers}, by=by, where="capital")
                yield way.stage.now + MINUTE
    pouches: list[str] = []
    for place, group in enumerate(groups, start=1):
        pouches.append(names.box(place) if way.trouble == "own-pouch" else names.pouch(place))
        papers = sum(way.stage.unit(pack).papers or 0 for pack in group)
        pouch = {"type": "UnitPacked", "unit": pouches[-1], "batch": None, "contents": group, "papers": papers}
        way.act(pouch, by=by, where="capital")
        yield way.stage.now + MINUTE
    seals = [way.stage.seal(pouch) for pouch in pouches]
    way.act({"type": "SealsApplied", "seals": seals}, by=by, where="capital")
    yield way.stage.now + MINUTE
    _manifest(way, pouches=pouches)
    return pouches


def shares(total: int, *, packages: int) -> list[list[int]]:
    """The papers of each pack in each pouch: the last pouch takes what does not divide."""
    each = total // packages
    counts = [*([each] * (packages - 1)), total - each * (packages - 1)]
    return [[min(_PACK_PAPERS, count - start) for start in range(0, count, _PACK_PAPERS)] for count in counts]


def _manifest(way: Way, *, pouches: Sequence[str]) -> None:
    plan, styles = way.out, [style for style in way.styles if style]
    due = stamp(moment(plan.due, zone=way.station.timezone), zone=way.station.timezone)
    legs = [
        {
            "number": number,
            "releasing": releasing,
            "receiving": receiving,
            "due": due if number == carried_leg(way) else None,
            "due_commitment": None,
        }
        for number, (releasing, receiving) in enumerate(plan.legs, start=1)
    ]
    manifest = {"type": "ConsignmentManifested", "consignment": way.names.out, "station": way.station.code}
    sums = {"direction": "out", "units": list(pouches), "packages": len(pouches), "papers": way.allocation}
    by_style = {"by_style": [{"style": style, "papers": way.share(style)} for style in styles]} if styles else {}
    rows = way.stage.election.items_of(way.station.code)
    items = {"items": rows} if rows else {}
    way.act({**manifest, **sums, **by_style, **items, "legs": legs}, by=way.stage.officers, where="capital")


def carried_leg(way: Way) -> int:
    """The number of the leg on which the courier delivers."""
    return next(number for number, (releasing, _) in enumerate(way.out.legs, start=1) if releasing == "courier")


def _leave(way: Way, *, pouches: list[str]) -> Iterator[int]:
    """Up to the courier, over the pouch office where the plan has one."""
    stage = way.stage
    holder = stage.officers[:1]
    yield stage.capital(dates.TO_MINISTRY, hour=9) + way.random.randint(0, 6 * 60) * MINUTE
    if "MFA" in way.out.hands:
        yield from way.hand_over(pouches, releasing=holder, receiving=stage.ministry[:1], where="capital")
        holder = stage.ministry[:1]
    if way.trouble == "own-pouch":
        pouches[:] = [own_pouch(way, boxes=pouches)]
    minutes = way.random.randint(0, _WAIT_MINUTES)
    usual, share = stage.capital(dates.TO_COURIER, hour=7) + minutes * MINUTE, minutes / _WAIT_MINUTES
    yield way.time_out.sets_out(usual, longest=_TRAVEL_S, share=share)
    yield from way.hand_over(pouches, releasing=holder, receiving=(way.courier,), where="capital")


def _travel(way: Way, *, pouches: list[str]) -> Iterator[int]:
    yield from way.conduct.on_the_way(way, pouches=pouches)
    part = way.time_out.part(way.stage.now, longest=_TRAVEL_S)
    yield way.stage.now + int(part * way.random.randint(4, 9) * HOUR)
    if way.trouble == "missed-flight":
        yield from _missed_flight(way, pouches=pouches)
        return
    if way.trouble == "substitute":
        yield from _substitute(way, pouches=pouches, part=part)
        return
    _check_seals(way, pouches=pouches, by=way.courier)
    usual = 180 * MINUTE if way.trouble == "broken-seal" else way.random.randint(3, 12) * HOUR
    yield way.stage.now + int(part * usual)


def _check_seals(way: Way, *, pouches: Sequence[str], by: str) -> None:
    seals = [row for pouch in pouches for row in way.stage.seals_found(pouch)]
    way.stage.act(
        {"type": "SealsChecked", "units": list(pouches), "seals": seals, "place": way.stop},
        by=(by,),
        zone=way.station.timezone,
    )


def _missed_flight(way: Way, *, pouches: Sequence[str]) -> Iterator[int]:
    """Silence after the deadline, the monitor's note, then storage by act with the seals intact, and a later flight."""
    due = moment(way.out.due, zone=way.station.timezone)
    monitor = way.stage.election.holders("monitor")[:1]
    while (limit := latest(way.stage.state)) < due - 24 * HOUR:
        yield limit
        if latest(way.stage.state) == limit and way.stage.notary is not None:
            break  # nobody else said anything, and log witnesses prove the time: no heartbeat brings it further
        if latest(way.stage.state) == limit:  # the time of the log waits for the monitor
            way.stage.act({"type": "HeartbeatNoted", "device": None}, by=monitor)
    for hours in range(-24, 12):
        yield due + hours * HOUR
        way.stage.act({"type": "HeartbeatNoted", "device": None}, by=monitor)
    yield due + 12 * HOUR
    number = carried_leg(way)
    leg = {"consignment": way.names.out, "leg": number, "step": "overdue", "units": list(pouches), "device": None}
    overdue = {
        "type": "OverdueNoted",
        "due": way.stage.state.registers.consignments[way.names.out].legs[number - 1].due,
        **leg,
    }
    way.stage.act(overdue, by=monitor)
    yield due + 14 * HOUR + 10 * MINUTE
    seals = [row for pouch in pouches for row in way.stage.seals_found(pouch)]
    stop = {"type": "StopRecorded", "units": list(pouches), "purpose": "storage", "seals": seals, "place": way.stop}
    way.stage.act({**stop, "codes": ["missed-connection"]}, by=(way.courier,), zone=way.station.timezone)
    day = dates.day(way.stage.election.days[0], days=dates.NEXT_FLIGHT)
    flight = local(day, hour=21, minute=20, zone=way.station.timezone)
    ends = moment(f"{way.out.days[1]} 23:59", zone=way.stage.election.timezone)
    yield flight if way.stage.now < flight < min(way.hours[0], ends) else way.stage.now + HOUR


def _substitute(way: Way, *, pouches: Sequence[str], part: float) -> Iterator[int]:
    """The courier falls ill on the way; the ministry transfers the mandate; both couriers sign where they meet."""
    mandate = next(way.stage.state.registers.mandates_of(_tag(way, way.courier), consignment=way.names.out)).event
    transfer = {"type": "MandateTransferred", "mandate": mandate, "courier": way.substitute}
    way.stage.act(transfer, by=way.stage.mandating)
    yield way.stage.now + int(part * 5 * HOUR)
    offer = way.offer(pouches, releasing=(way.courier,), receiving=(way.substitute,), place=way.stop)
    yield way.stage.now + 4 * MINUTE
    answer = {"type": "HandoverAnswered", "offer": offer, "result": "accepted", "found": "intact", "place": way.stop}
    way.stage.act(answer, by=(way.substitute,), zone=way.station.timezone)
    yield way.stage.now + int(part * 9 * HOUR)


def _tag(way: Way, badge: str) -> str:
    return way.stage.cast.people[badge].person or ""


def _arrive(way: Way, *, pouches: Sequence[str]) -> Iterator[int]:
    """Over the legs from the courier on: to the mission, whose commission comes in the morning, or to the commission itself."""
    hands = {
        "courier": (way.substitute if way.trouble == "substitute" else way.courier,),
        "mission": (way.who("officer"),),
        "commission": way.commission,
    }
    for releasing, receiving in way.out.legs[carried_leg(way) - 1 :]:
        giving, taking = hands[releasing], hands[receiving]
        if releasing != "courier":
            night = way.random.randint(7, 11) * HOUR if way.trouble != "missed-flight" else 95 * MINUTE
            yield way.stage.now + night
        if way.trouble == "broken-seal":
            yield from _with_reservation(way, pouch=pouches[0], releasing=giving, receiving=taking)
        elif way.trouble == "one-package-missing" and releasing == "courier":
            yield from _arrive_incomplete(way, pouches=pouches, receiving=taking)
        else:
            yield from way.hand_over(pouches, releasing=giving, receiving=taking)
    if way.trouble == "broken-seal":
        yield from recounted(way, pouch=pouches[0])


def _with_reservation(way: Way, *, pouch: str, releasing: Sequence[str], receiving: Sequence[str]) -> Iterator[int]:
    """A pouch whose seal is found broken changes hands with reservation: it is on hold."""
    offer = way.offer([pouch], releasing=releasing, receiving=receiving)
    yield way.stage.now + 5 * MINUTE
    found = {"packages": 1, "seals": way.stage.seals_found(pouch, condition="broken"), "papers": None}
    answer = {"type": "HandoverAnswered", "offer": offer, "result": "accepted with reservation", "found": found}
    way.act({**answer, "codes": ["seal-broken"]}, by=receiving)


def _arrive_incomplete(way: Way, *, pouches: Sequence[str], receiving: Sequence[str]) -> Iterator[int]:
    """One of two packages shown: refused; five and a half hours later both: accepted."""
    offer = way.offer(pouches, releasing=(way.courier,), receiving=receiving)
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
    way.act(answer, by=receiving)
    yield way.stage.now + 5 * HOUR + 25 * MINUTE
    yield from way.hand_over(pouches, releasing=(way.courier,), receiving=receiving)


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
