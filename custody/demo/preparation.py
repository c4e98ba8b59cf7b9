"""Preparation: genesis, enrolments, stations, voter lists, printing, allocation, mandates. What ``--scenario empty`` leaves.

The figures: one printing batch of 21,200 sheets, of which as many are good as the stations are allocated; the rest is waste.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from custody.adapters.reference import ReferenceStation, default_rules, reference_zones
from custody.core.authority.roster import possession_message
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.entries.signing import sign
from custody.core.tlog.checkpoint import origin_of
from custody.courier.signatories import Device, Signatory
from custody.demo.people import SLUG
from custody.demo.world import ASTANA, HOUR, MINUTE, DemoWorld, Journey, local, stamp
from schemas.identifiers import consignment_id, unit_id

VOTING_DAY: Final = "2015-04-26"
SHEETS: Final = 21_200
PRINTING_BATCH: Final = unit_id(office="CEC", kind="batch", number=1)
_CEC: Final = ("cec-1", "cec-2")
_SHEETS_OVER: Final = 138
_LINES_AN_ACT: Final = 90
"""A table of allocation has 100 lines at most."""


@dataclass(frozen=True, slots=True)
class Names:
    """The identifiers of one station's units and consignments."""

    station: str

    @property
    def stock(self) -> str:
        """The station's book of papers."""
        return unit_id(office=self.station, kind="stock", number=1)

    @property
    def batch(self) -> str:
        """The station's share of the printing batch."""
        return unit_id(office=self.station, kind="batch", number=1)

    @property
    def out(self) -> str:
        """The consignment to the station."""
        return consignment_id(office=self.station, number=1)

    @property
    def back(self) -> str:
        """The consignment from the station."""
        return consignment_id(office=self.station, number=2)

    @property
    def ballot_box(self) -> str:
        """The station's ballot box."""
        return unit_id(office=self.station, kind="ballot box", number=1)

    def pack(self, number: int) -> str:
        """A pack of papers."""
        return unit_id(office=self.station, kind="pack", number=number)

    def box(self, number: int) -> str:
        """A sealed box."""
        return unit_id(office=self.station, kind="box", number=number)

    def pouch(self, number: int) -> str:
        """A pouch."""
        return unit_id(office=self.station, kind="pouch", number=number)


def allocation(station: ReferenceStation) -> int:
    """Papers for a station: the voters on its list and the reserve of the default rules."""
    return station.voters + RulesInForce.of(default_rules(), event="").reserve(station.voters)


def prepare(stage: DemoWorld, *, stations: Sequence[ReferenceStation], log_key: str) -> Journey:
    """Everything up to allocated batches and granted mandates."""
    yield local("2015-03-30", hour=10)
    _genesis(stage, log_key=log_key)
    yield local("2015-03-30", hour=11)
    people = stage.cast.people
    central = [
        person
        for person in people.values()
        if person.role != "cec-officer" and not _is_station(person, stations=stations)
    ]
    devices = [stage.cast.devices[name] for name in dict.fromkeys(stage.cast.device_of.values()) if "-" in name]
    shared = [
        device
        for device in devices
        if device.badge.split("-")[0] not in _codes(stations) and not _is_phone(device, stations)
    ]
    _enrol(stage, people=central, devices=shared, by=_CEC)
    for station in stations:
        yield stage.now + MINUTE
        _open_station(stage, station=station)
    yield from _print(stage, stations=stations)
    yield local("2015-04-13", hour=9)
    for station in stations:
        _mandate(stage, station=station, consignment=Names(station.code).out, days=("2015-04-13", "2015-04-30"))
        yield stage.now + MINUTE


def _genesis(stage: DemoWorld, *, log_key: str) -> None:
    cast = stage.cast
    root = [cast.people[badge] for badge in ("cec-1", "cec-2", "cec-3")]
    keys = [{"public": person.public.hex(), "person": person.person, "badge": person.badge} for person in root]
    genesis = {
        "type": "ElectionOpened",
        "slug": SLUG,
        "domain": cast.domain,
        "voting_day": VOTING_DAY,
        **_zone(ASTANA),
        "root": {"threshold": 2, "keys": keys},
        "log_key": log_key,
        "witness_policy": {"witnesses": [], "groups": [], "quorum": None}
        if stage.notary is None
        else stage.notary.witnesses.policy,
        "rules": default_rules().model_dump(mode="json"),
        "fold_version": 1,
        "device": None,
    }
    stage.act(genesis, by=_CEC)
    if stage.notary is not None:
        stage.notary.open(origin_of(genesis=stage.state.opening(), election=stage.ledger.election))


def _enrol(stage: DemoWorld, *, people: Sequence[Signatory], devices: Sequence[Device], by: Sequence[str]) -> None:
    rows = [enrolment(person, election=stage.ledger.election) for person in people]
    rows += [
        device_enrolment(device, election=stage.ledger.election, office=_office(stage, device)) for device in devices
    ]
    stage.act({"type": "KeyEnrolled", "keys": rows, **({"device": None} if by == _CEC else {})}, by=by)


def enrolment(person: Signatory, *, election: str) -> dict[str, object]:
    """A row of KeyEnrolled with proof of possession."""
    message = possession_message(election=election, person=person.person, role=person.role, keyid=person.key)
    return {
        "public": person.public.hex(),
        "role": person.role,
        "person": person.person,
        "badge": person.badge,
        "office": person.office,
        "proof": sign(person.private, message).hex(),
        "next_key": person.next_key,
    }


def device_enrolment(device: Device, *, election: str, office: str) -> dict[str, object]:
    """A row of KeyEnrolled for a device, which belongs to no person."""
    holder = Signatory(device.badge, "device", office, None, device.private, device.next_key)
    return enrolment(holder, election=election)


def _open_station(stage: DemoWorld, *, station: ReferenceStation) -> None:
    cast, code, names = stage.cast, station.code.lower(), Names(station.code)
    people = [*(cast.people[badge] for badge in cast.at_station(station.code)), cast.people[f"courier-{code}"]]
    devices = [cast.devices[f"{code}-device"], cast.devices[f"phone-{code}"]]
    _enrol(stage, people=people, devices=devices, by=("registrar-1", "registrar-2"))
    stage.zones[station.code] = station.timezone
    opens = local(VOTING_DAY, hour=7, zone=station.timezone)
    fact = {
        "type": "StationOpened",
        "station": station.code,
        "stock": names.stock,
        "city": station.city,
        "country": station.country,
        **_zone(station.timezone),
        "opens": stamp(opens, zone=station.timezone),
        "closes": stamp(opens + 13 * HOUR, zone=station.timezone),
    }
    stage.act(fact, by=_CEC)
    listed = {"type": "VoterListStated", "station": station.code, "stage": "allocation", "voters": station.voters}
    stage.act({**listed, "signatures": None}, by=_CEC)


def _zone(name: str) -> dict[str, object]:
    """A zone as the reference data has it; of another one drafting reads up what its clocks show."""
    return {"timezone": name, **reference_zones().get(name, {})}


def _print(stage: DemoWorld, *, stations: Sequence[ReferenceStation]) -> Iterator[int]:
    good = sum(allocation(station) for station in stations)
    waste = _SHEETS_OVER if good + _SHEETS_OVER == SHEETS else max(1, good // 150)
    yield local("2015-04-01", hour=10)
    stage.act({"type": "PrintOrdered", "batch": PRINTING_BATCH, "papers": good}, by=_CEC)
    yield local("2015-04-08", hour=16)
    printed = {"type": "BallotsPrinted", "batch": PRINTING_BATCH, "printed": good + waste, "good": good, "waste": waste}
    stage.act({**printed, "method": "counted", "serials": None}, by=("printer-1", "cec-representative"))
    yield local("2015-04-08", hour=18)
    destroyed = {"type": "WasteDestroyed", "batch": PRINTING_BATCH, "papers": waste, "method": "shredded"}
    stage.act(destroyed, by=("printer-1", "cec-representative"))
    yield local("2015-04-09", hour=10)
    lines = [
        {"station": station.code, "batch": Names(station.code).batch, "papers": allocation(station)}
        for station in stations
    ]
    for start in range(0, len(lines), _LINES_AN_ACT):
        table = lines[start : start + _LINES_AN_ACT]
        stage.act({"type": "BatchAllocated", "batch": PRINTING_BATCH, "lines": table}, by=_CEC)


def _mandate(stage: DemoWorld, *, station: ReferenceStation, consignment: str, days: tuple[str, str]) -> None:
    courier = f"courier-{station.code.lower()}"
    mandate = {"type": "MandateGranted", "courier": courier, "consignments": [consignment]}
    stage.act({**mandate, "first_day": days[0], "last_day": days[1]}, by=("mfa-1",))


def _codes(stations: Sequence[ReferenceStation]) -> set[str]:
    return {station.code.lower() for station in stations}


def _is_phone(device: Device, stations: Sequence[ReferenceStation]) -> bool:
    return device.badge.removeprefix("phone-") in _codes(stations)


def _is_station(person: Signatory, *, stations: Sequence[ReferenceStation]) -> bool:
    codes = _codes(stations)
    return person.badge.split("-")[0] in codes or person.badge.removeprefix("courier-") in codes


def _office(stage: DemoWorld, device: Device) -> str:
    return next(stage.cast.people[badge].office for badge, name in stage.cast.device_of.items() if name == device.badge)
