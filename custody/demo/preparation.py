"""Preparation: genesis, enrolments, stations, voter lists, printing, allocation, mandates. What ``--scenario empty`` leaves.

The figures: one printing batch of 21,200 sheets, of which as many are good as the stations are allocated; the rest is waste.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from custody.adapters.reference import ReferenceStation, default_rules, reference_zones
from custody.core.authority.roster import possession_message
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.entries.signing import sign
from custody.courier.signatories import Device, Signatory
from custody.demo.people import SLUG
from custody.demo.world import ASTANA, DAY, HOUR, MINUTE, DemoWorld, Journey, local, stamp
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
    style: int = 1
    """number of the style of the papers, in the order of genesis; 1 where there is one"""

    @property
    def stock(self) -> str:
        """The station's book of papers."""
        return unit_id(office=self.station, kind="stock", number=self.style)

    @property
    def batch(self) -> str:
        """The station's share of the printing batch."""
        return unit_id(office=self.station, kind="batch", number=self.style)

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
        "witness_policy": {"witnesses": [], "groups": [], "quorum": None},
        "rules": default_rules().model_dump(mode="json"),
        "fold_version": 1,
        "device": None,
        **({"styles": [dict(style) for style in stage.styles]} if stage.styles else {}),
    }
    stage.act(genesis, by=_CEC)


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
    days = [(opens + day * DAY, opens + day * DAY + 13 * HOUR) for day in range(stage.voting_days)]
    rows = [{"opens": stamp(a, zone=station.timezone), "closes": stamp(b, zone=station.timezone)} for a, b in days]
    fact = {
        "type": "StationOpened",
        "station": station.code,
        "stock": names.stock,
        **_books(stage, names=names),
        "city": station.city,
        "country": station.country,
        **_zone(station.timezone),
        "opens": rows[0]["opens"],
        "closes": rows[-1]["closes"],
        **({"sessions": rows} if len(rows) > 1 else {}),
    }
    stage.act(fact, by=_CEC)
    listed = {"type": "VoterListStated", "station": station.code, "stage": "allocation", "voters": station.voters}
    stage.act({**listed, "signatures": None}, by=_CEC)


def _zone(name: str) -> dict[str, object]:
    """A zone as the reference data has it; of another one drafting reads up what its clocks show."""
    return {"timezone": name, **reference_zones().get(name, {})}


def _print(stage: DemoWorld, *, stations: Sequence[ReferenceStation]) -> Iterator[int]:
    runs = [_Run(number, style, shares_of(stage, stations=stations, style=style)) for number, style in _styles(stage)]
    yield local("2015-04-01", hour=10)
    for run in runs:
        ordered = {"type": "PrintOrdered", "batch": run.batch, "papers": run.good}
        stage.act({**ordered, **({"style": run.style} if run.style else {})}, by=_CEC)
    yield local("2015-04-08", hour=16)
    for run in runs:
        printed = {"type": "BallotsPrinted", "batch": run.batch, "printed": run.good + run.waste, "good": run.good}
        noted = {"waste": run.waste, "method": "counted", "serials": None}
        stage.act({**printed, **noted}, by=("printer-1", "cec-representative"))
    yield local("2015-04-08", hour=18)
    for run in runs:
        destroyed = {"type": "WasteDestroyed", "batch": run.batch, "papers": run.waste, "method": "shredded"}
        stage.act(destroyed, by=("printer-1", "cec-representative"))
    yield local("2015-04-09", hour=10)
    for run in runs:
        lines = [
            {"station": code, "batch": Names(code, style=run.number).batch, "papers": papers}
            for code, papers in run.shares.items()
        ]
        for start in range(0, len(lines), _LINES_AN_ACT):
            table = lines[start : start + _LINES_AN_ACT]
            stage.act({"type": "BatchAllocated", "batch": run.batch, "lines": table}, by=_CEC)


@dataclass(frozen=True, slots=True)
class _Run:
    """The printing of one style: its number from 1, its code ("" where the election has one), papers for each station."""

    number: int
    style: str
    shares: Mapping[str, int]

    @property
    def batch(self) -> str:
        """The printing batch."""
        return unit_id(office="CEC", kind="batch", number=self.number)

    @property
    def good(self) -> int:
        """Papers fit for use: as many as are allocated."""
        return sum(self.shares.values())

    @property
    def waste(self) -> int:
        """Papers unfit for use."""
        return _SHEETS_OVER if self.good + _SHEETS_OVER == SHEETS else max(1, self.good // 150)


def shares_of(stage: DemoWorld, *, stations: Sequence[ReferenceStation], style: str) -> dict[str, int]:
    """Papers of a style for each station: of a contest in several styles a part, the first having what is left over."""
    contest = next((row["contest"] for row in stage.styles if row["code"] == style), "")
    beside = [row["code"] for row in stage.styles if row["contest"] == contest] or [style]
    place = beside.index(style)
    rows = {station.code: divmod(allocation(station), len(beside)) for station in stations}
    return {code: part + (rest if place == 0 else 0) for code, (part, rest) in rows.items()}


def _styles(stage: DemoWorld) -> list[tuple[int, str]]:
    return list(enumerate((str(row["code"]) for row in stage.styles), start=1)) or [(1, "")]


def _books(stage: DemoWorld, *, names: Names) -> dict[str, object]:
    """The station's book of each style; nothing is said of styles where the election has one."""
    rows = [{"style": style, "stock": replace(names, style=number).stock} for number, style in _styles(stage)]
    return {"books": rows} if stage.styles else {}


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
