"""Cheats: who, how, and which finding must tell of it (domain.md §8): one row a cheat.

A cheat acts between two scenes of a station's journey, with the keys that such a person would have. It says which codes tell of
it: at the end of the election at least one finding of one of them stands at that station or names its units. Nothing here is
prevented by the system, and nothing is meant to be; it has to be seen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from custody.core.entries.signing import sign
from custody.core.state.lifecycles import SEAL, goes_on
from custody.core.state.units import Unit
from custody.courier.completion import seal_up
from custody.demo.journey import Way
from custody.demo.preparation import enrolment
from custody.demo.world import HOUR, MINUTE
from custody.sim.world import World
from schemas.envelope import Envelope, Signature, format_envelope, pae, parse_envelope
from schemas.identifiers import seal_id
from schemas.strict_json import canonical

Play = Callable[[World, Way], Iterator[int]]
SCENES: Final = ("leaving", "travelling", "arriving", "opening", "voting", "returning")
"""Moments of a journey, each named by the scene that follows: the papers are with the CEC, the MFA or the courier, the courier,
the commission (sealed), the commission (counted, in the safe), the commission (packed for the return)."""


@dataclass(frozen=True, slots=True)
class Cheat:
    """A cheat: what is done, in front of which scenes it can be done, and the codes of which one must tell of it."""

    play: Play
    scenes: tuple[str, ...]
    codes: frozenset[str]


def _pack_alone(world: World, way: Way) -> Iterator[int]:
    """One officer packs papers alone."""
    pack = {"type": "UnitPacked", "unit": way.names.pack(77), "batch": way.names.batch, "contents": [], "papers": 5}
    yield world.stage.now
    way.act(pack, by=("cec-3",), where="capital")


def _pack_as_courier(world: World, way: Way) -> Iterator[int]:
    """A courier packs papers."""
    pack = {"type": "UnitPacked", "unit": way.names.pack(78), "batch": way.names.batch, "contents": [], "papers": 5}
    yield world.stage.now
    way.act(pack, by=(way.courier,), where="capital")


def _photographed_offer(world: World, way: Way) -> Iterator[int]:
    """Somebody who photographed the offer answers it in the receiver's place."""
    pouch = way.names.pouch(1)
    offer = way.offer([pouch], releasing=(way.courier,), receiving=(way.who("officer"),))
    yield world.stage.now + MINUTE
    way.answer(offer, receiving=("courier-reserve",))
    yield world.stage.now + MINUTE
    way.act({"type": "HandoverWithdrawn", "offer": offer}, by=(way.courier,))


def _two_couriers(world: World, way: Way) -> Iterator[int]:
    """The courier hands the pouch to a colleague, and on a copy of the phone to another station's officer."""
    pouch = way.names.pouch(1)
    ref = {"unit": pouch, "previous": world.stage.unit(pouch).act}
    first = way.offer([pouch], releasing=(way.courier,), receiving=("courier-reserve",))
    second = way.offer([pouch], releasing=(way.courier,), receiving=(way.who("officer"),))
    yield world.stage.now + 3 * MINUTE
    answer = {"type": "HandoverAnswered", "offer": second, "result": "accepted", "found": "intact", "units": [ref]}
    drafted, device = world.stage.drafted(answer, by=(way.who("officer"),), zone=way.station.timezone)
    held = world.stage.cast.devices[device]
    world.smuggled.append(
        (world.stage.now, seal_up(drafted, signatories=[world.stage.cast.people[way.who("officer")]], device=held))
    )
    way.answer(first, receiving=("courier-reserve",))


def _forged(world: World, way: Way, *, partial: Mapping[str, Any], by: str) -> bytes:
    """An event made on a copy of somebody's device: the device itself never hears of it."""
    drafted, device = world.stage.drafted(dict(partial), by=(by,), zone=way.station.timezone)
    held = world.stage.cast.devices[device]
    return seal_up(drafted, signatories=[world.stage.cast.people[by]], device=replace(held))


def _fork(world: World, way: Way) -> Iterator[int]:
    """A phone is copied, and both copies are used."""
    pouch = world.stage.unit(way.names.pouch(1))
    seen = {"units": [{"unit": pouch.unit, "observed": pouch.act}]}
    yield world.stage.now
    world.smuggled.append(
        (
            world.stage.now,
            _forged(world, way, partial={"type": "DelayReported", "reason": "illness", **seen}, by=way.courier),
        )
    )
    way.act({"type": "DelayReported", "reason": "weather", **seen}, by=(way.courier,))


def _ghost(world: World, way: Way) -> Iterator[int]:
    """One registrar enrols a member who does not exist."""
    ghost = world.stage.cast.signatory(f"{way.station.code.lower()}-ghost", role="member", office=way.station.code)
    yield world.stage.now
    row = enrolment(ghost, election=world.stage.ledger.election)
    world.stage.act({"type": "KeyEnrolled", "keys": [row]}, by=("registrar-1",))


def _other_election(world: World, way: Way) -> Iterator[int]:
    """An act that belongs to another election is played in."""
    yield world.stage.now
    stated = {"type": "DispensationGranted", "station": way.station.code, "election": "11" * 32}
    world.stage.act(stated, by=("cec-1", "cec-2"))


def _no_mandate(world: World, way: Way) -> Iterator[int]:
    """A courier without a mandate carries the pouch for an hour."""
    pouch = way.names.pouch(1)
    yield world.stage.now
    for releasing, receiving in ((way.courier, "courier-reserve"), ("courier-reserve", way.courier)):
        offer = way.offer([pouch], releasing=(releasing,), receiving=(receiving,))
        yield world.stage.now + 4 * MINUTE
        way.answer(offer, receiving=(receiving,))
        yield world.stage.now + HOUR


def _own_handover(world: World, way: Way) -> Iterator[int]:
    """A courier offers the pouch to himself and accepts it."""
    yield world.stage.now
    offer = way.offer([way.names.pouch(1)], releasing=(way.courier,), receiving=(way.courier,))
    yield world.stage.now + MINUTE
    way.answer(offer, receiving=(way.courier,))


def seal_on(unit: Unit) -> str:
    """The first seal that closes a unit. LookupError where none does: then the cheat cannot be carried out."""
    seal = next((seal for seal in unit.seals if goes_on(SEAL, state=seal.condition)), None)
    if seal is None:
        raise LookupError(unit.unit)
    return seal.number


def _strange_seal(world: World, way: Way) -> Iterator[int]:
    """The commission replaces the seal of its safe's stock by one that nobody issued."""
    yield world.stage.now
    number = seal_id(issuer="XXX", number=world.random.randint(1, 999))
    stock = world.stage.unit(way.names.stock)
    old = seal_on(stock)
    by = way.commission[:2]
    opened = [{"unit": stock.unit, "seal": old, "condition": "intact"}]
    way.act({"type": "StoreOpened", "station": way.station.code, "seals": opened}, by=by)
    yield world.stage.now + MINUTE
    sealed = [{"unit": stock.unit, "seal": number}]
    way.act({"type": "StoreSealed", "station": way.station.code, "seals": sealed}, by=by)


def _seal_twice(world: World, way: Way) -> Iterator[int]:
    """The seal of the pouch is used a second time, on the safe."""
    yield world.stage.now
    stock, pouch = world.stage.unit(way.names.stock), world.stage.unit(way.names.pouch(1))
    old = seal_on(stock)
    by = way.commission[:2]
    opened = [{"unit": stock.unit, "seal": old, "condition": "intact"}]
    way.act({"type": "StoreOpened", "station": way.station.code, "seals": opened}, by=by)
    yield world.stage.now + MINUTE
    again = [{"unit": stock.unit, "seal": pouch.seals[0].number}]
    way.act({"type": "StoreSealed", "station": way.station.code, "seals": again}, by=by)


def _cancel_late(world: World, way: Way) -> Iterator[int]:
    """Papers are cancelled after the account was closed and everything was packed."""
    yield world.stage.now
    late = {"type": "UnusedCancelled", "station": way.station.code, "unused": 1, "spoiled": 0, "defective": 0}
    way.act(late, by=way.commission)


def _former_custodian(world: World, way: Way) -> Iterator[int]:
    """Who gave the pouch to the courier says afterwards that it had gone to a carrier, behind the act before."""
    pouch = way.names.pouch(1)
    row = world.stage.unit(pouch)
    yield world.stage.now
    before = world.stage.state.registers.offers[_answered(world, pouch=pouch)].units
    refs = [{"unit": unit, "previous": previous} for unit, previous in before if unit == row.unit]
    way.act(
        {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}, by=("mfa-1",), where="capital"
    )


def _answered(world: World, *, pouch: str) -> str:
    """The offer that was answered by the newest act on a pouch. LookupError where that is no answer."""
    offer = world.stage.state.records[world.stage.unit(pouch).act].offer
    if offer is None:
        raise LookupError(pouch)
    return offer


def _thief_hands_over(world: World, way: Way) -> Iterator[int]:
    """Somebody who does not hold the pouch hands it over."""
    yield world.stage.now
    way.offer([way.names.pouch(1)], releasing=("mfa-2",), receiving=("courier-reserve",), where="capital")


def _stolen_phone(world: World, way: Way) -> Iterator[int]:
    """The courier's key is stolen and revoked; the thief signs on."""
    key = world.stage.cast.people[way.courier].key
    device = world.stage.cast.devices[world.stage.cast.device_of[way.courier]]
    vouched, pouch = device.number - 1, world.stage.unit(way.names.pouch(1))
    yield world.stage.now
    revoked = {"type": "KeyRevoked", "key": key, "reason": "stolen", "vouched_number": vouched}
    world.stage.act(revoked, by=("registrar-1", "registrar-2"))
    yield world.stage.now + 80 * HOUR
    delay = {"type": "DelayReported", "reason": "other", "units": [{"unit": pouch.unit, "observed": pouch.act}]}
    way.act(delay, by=(way.courier,))


def _garbage(world: World, way: Way) -> Iterator[int]:
    """The operator writes bytes into the log that are no event."""
    del way
    yield world.stage.now
    world.smuggled.append((world.stage.now, world.random.randbytes(world.random.randint(1, 400))))


def _rewritten(world: World, way: Way) -> Iterator[int]:
    """The operator alters a figure in a signed event and writes it into the log under the old signatures."""
    yield world.stage.now
    code = way.station.code.lower()
    own = [item.entry for item in world.stage.submissions if code in item.device]
    envelope = parse_envelope(own[-1])
    payload = json.loads(envelope.payload)
    payload["place"] = way.station.code if payload["place"] != way.station.code else "CEC"
    world.smuggled.append((world.stage.now, format_envelope(Envelope(canonical(payload), envelope.signatures))))


def _self_signed(world: World, way: Way) -> Iterator[int]:
    """A stranger signs a count in the commission's name with a key that nobody enrolled."""
    stranger = world.stage.cast.signatory(
        f"{way.station.code.lower()}-stranger", role="member", office=way.station.code
    )
    yield world.stage.now
    pouch = world.stage.unit(way.names.pouch(1))
    delay = {"type": "DelayReported", "reason": "other", "units": [{"unit": pouch.unit, "observed": pouch.act}]}
    drafted, badge = world.stage.drafted(delay, by=(way.courier,), zone=way.station.timezone)
    payload = json.loads(drafted.payload)
    payload["signers"] = [
        {**row, "key": stranger.key, "person": stranger.person} if row["part"] == "acting" else row
        for row in payload["signers"]
    ]
    device = world.stage.cast.devices[badge]
    payload["device"]["number"] = device.number + 1_000_000
    raw = canonical(payload)
    keys = sorted(((stranger.key, stranger.private), (device.key, device.private)), key=lambda item: item[0])
    signed = tuple(Signature(key, sign(private, pae(raw))) for key, private in keys)
    world.smuggled.append((world.stage.now, format_envelope(Envelope(raw, signed))))


def _row(play: Play, scenes: str, *codes: str) -> Cheat:
    return Cheat(play, tuple(scenes.split()), frozenset(codes))


CHEATS: Final[Mapping[str, Cheat]] = MappingProxyType(
    {
        "an officer packs alone": _row(_pack_alone, "leaving travelling", "below-threshold"),
        "a courier packs": _row(_pack_as_courier, "travelling arriving", "not-authorised", "below-threshold"),
        "an offer is photographed": _row(_photographed_offer, "arriving", "wrong-recipient"),
        "two takers claim one pouch": _row(_two_couriers, "arriving", "conflicting-acts"),
        "a phone is copied": _row(_fork, "arriving", "device-fork"),
        "one registrar enrols a ghost": _row(_ghost, "leaving opening voting", "below-threshold"),
        "an act of another election": _row(_other_election, "leaving arriving voting", "wrong-election"),
        "a courier without a mandate": _row(_no_mandate, "arriving", "mandate-missing"),
        "a courier hands over to himself": _row(_own_handover, "arriving", "own-handover"),
        "a seal that nobody issued": _row(_strange_seal, "voting", "seal-not-issued"),
        "a seal is used twice": _row(_seal_twice, "voting", "seal-reused"),
        "papers cancelled too late": _row(_cancel_late, "returning", "not-in-state", "cancelled-unused"),
        "a handover by somebody else": _row(_thief_hands_over, "arriving opening", "not-custodian"),
        "a former custodian writes": _row(_former_custodian, "travelling arriving", "not-custodian", "not-authorised"),
        "a stolen phone signs on": _row(
            _stolen_phone, "arriving", "late-by-revoked-key", "revoked-key", "suspect-after-loss"
        ),
        "bytes that are no event": _row(_garbage, "leaving arriving voting returning", "malformed"),
        "a signed event altered": _row(_rewritten, "arriving opening voting", "extra-signature"),
        "a stranger signs": _row(_self_signed, "arriving", "unknown-key"),
    }
)
"""Name -> the cheat. One row to add one."""
