"""Preparation: genesis, enrolments, stations, voter lists, printing, allocation, mandates. What ``--scenario empty`` leaves.

One printing batch, of which as many papers are good as the stations are allocated; the rest is waste.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from custody.adapters.reference import ReferenceStation
from custody.core.authority.roster import possession_message
from custody.core.entries.signing import sign
from custody.core.tlog.checkpoint import origin_of
from custody.courier.signatories import Device, Signatory
from custody.demo.world import MINUTE, DemoWorld, Journey, stamp
from custody.election import dates
from custody.election.genesis import carried_of, genesis_of, sessions_of, zone_of_place
from custody.election.model import Election
from custody.election.reference import reference_election
from schemas.identifiers import consignment_id, unit_id

_KEYS_AN_ACT: Final = 64
_LINES_AN_ACT: Final = 90
"""A list of keys has 64 rows at most, a table of allocation 100 lines."""


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
    """Papers for a station of the reference election."""
    return reference_election().allocation(station)


def prepare(stage: DemoWorld, *, stations: Sequence[ReferenceStation], log_key: str, second: str = "") -> Journey:
    """Everything up to allocated batches and granted mandates; ``second`` is the log's ML-DSA-44 key, where it has one."""
    election = stage.election
    yield stage.capital(dates.OPENED, hour=10)
    _genesis(stage, log_key=log_key, second=second)
    yield stage.capital(dates.OPENED, hour=11)
    groups = groups_of(election, stations=stations)
    _enrol(stage, people=groups[""], by=election.opened_by)
    for station in stations:
        yield stage.now + MINUTE
        _open_station(stage, station=station, people=groups[station.code])
    yield from _print(stage, stations=stations)
    yield stage.capital(dates.PACKING, hour=9)
    for station in stations:
        _mandate(stage, station=station)
        yield stage.now + MINUTE


def groups_of(election: Election, *, stations: Sequence[ReferenceStation]) -> Mapping[str, Sequence[str]]:
    """Who is enrolled with which station ("" : before all of them), by badge: its people, and couriers with their first one."""
    first = {row.courier: row.station for row in reversed(election.plan)}
    groups: dict[str, list[str]] = {"": [], **{station.code: [] for station in stations}}
    for person in election.people:
        groups.get(first.get(person.badge, person.office), groups[""]).append(person.badge)
    return groups


def _genesis(stage: DemoWorld, *, log_key: str, second: str) -> None:
    cast, election = stage.cast, stage.election
    root = [cast.people[badge] for badge in election.root]
    keys = [{"public": person.public.hex(), "person": person.person, "badge": person.badge} for person in root]
    genesis = genesis_of(election, keys=keys, log_key=log_key, second=second)
    # The log witnesses of the folder have keys of their own, which nobody can compute: a rehearsal has its own, or none.
    policy: dict[str, object] = {"witnesses": [], "groups": [], "quorum": None}
    if stage.notary is not None:
        policy = stage.notary.witnesses.policy
    stage.act({**genesis, "domain": cast.domain, "witness_policy": policy}, by=election.opened_by)
    if stage.notary is not None:
        stage.notary.open(origin_of(genesis=stage.state.opening(), election=stage.ledger.election))


def _enrol(stage: DemoWorld, *, people: Sequence[str], by: Sequence[str]) -> None:
    """Keys of people, and of the devices they use that are not enrolled yet; so many acts as a list is too long for one."""
    cast, election = stage.cast, stage.ledger.election
    devices: dict[str, str] = {}
    for badge in people:
        if badge in cast.device_of:
            devices.setdefault(cast.device_of[badge], cast.people[badge].office)
    roster = stage.state.roster
    rows = [
        enrolment(cast.people[badge], election=election)
        for badge in people
        if roster.get(cast.people[badge].key) is None
    ]
    rows += [
        device_enrolment(cast.devices[name], election=election, office=office)
        for name, office in devices.items()
        if roster.get(cast.devices[name].key) is None
    ]
    own = cast.devices[cast.device_of[by[0]]]
    for start in range(0, len(rows), _KEYS_AN_ACT):
        # Officers enrol their own device too: before that, they have none that the log knows.
        device = {"device": None} if roster.get(own.key) is None else {}
        stage.act({"type": "KeyEnrolled", "keys": rows[start : start + _KEYS_AN_ACT], **device}, by=by)


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


def _open_station(stage: DemoWorld, *, station: ReferenceStation, people: Sequence[str]) -> None:
    _enrol(stage, people=people, by=stage.election.holders("registrar")[:2] or stage.election.opened_by)
    stage.zones[station.code] = station.timezone
    days = sessions_of(station, election=stage.election)
    rows = [{"opens": stamp(a, zone=station.timezone), "closes": stamp(b, zone=station.timezone)} for a, b in days]
    fact = {
        "type": "StationOpened",
        "station": station.code,
        "stock": Names(station.code).stock,
        **_books(stage, code=station.code),
        "city": station.city,
        "country": station.country,
        **zone_of_place(stage.election, name=station.timezone),
        "opens": rows[0]["opens"],
        "closes": rows[-1]["closes"],
        **({"sessions": rows} if len(rows) > 1 else {}),
        **({"number": station.number} if station.number else {}),
        **carried_of(station.code, election=stage.election),
    }
    stage.act(fact, by=stage.officers)
    listed = {"type": "VoterListStated", "station": station.code, "stage": "allocation", "voters": station.voters}
    stage.act({**listed, "signatures": None}, by=stage.officers)


def _print(stage: DemoWorld, *, stations: Sequence[ReferenceStation]) -> Iterator[int]:
    election = stage.election
    runs = [_Run(number, style, election, stations) for number, style in _styles(election)]
    yield stage.capital(dates.ORDERED, hour=10)
    for run in runs:
        ordered = {"type": "PrintOrdered", "batch": run.batch, "papers": run.good}
        stage.act({**ordered, **({"style": run.style} if run.style else {})}, by=stage.officers)
    yield stage.capital(dates.PRINTED, hour=16)
    for run in runs:
        printed = {"type": "BallotsPrinted", "batch": run.batch, "printed": run.good + run.waste, "good": run.good}
        stage.act({**printed, "waste": run.waste, "method": "counted", "serials": None}, by=stage.printers)
    yield stage.capital(dates.PRINTED, hour=18)
    for run in runs:
        destroyed = {"type": "WasteDestroyed", "batch": run.batch, "papers": run.waste, "method": "shredded"}
        stage.act(destroyed, by=stage.printers)
    yield stage.capital(dates.ALLOCATED, hour=10)
    for run in runs:
        lines = run.lines()
        for start in range(0, len(lines), _LINES_AN_ACT):
            table = lines[start : start + _LINES_AN_ACT]
            stage.act({"type": "BatchAllocated", "batch": run.batch, "lines": table}, by=stage.officers)


@dataclass(frozen=True, slots=True)
class _Run:
    """The printing of one style: its number from 1 and its code, "" where the election has one."""

    number: int
    style: str
    election: Election
    stations: Sequence[ReferenceStation]

    @property
    def batch(self) -> str:
        """The printing batch."""
        return unit_id(office="CEC", kind="batch", number=self.number)

    @property
    def good(self) -> int:
        """Papers fit for use: as many as are allocated."""
        return sum(self.election.share(station, style=self.style) for station in self.stations)

    @property
    def waste(self) -> int:
        """Papers unfit for use: what is left of the sheets that the folder names, where that is little."""
        good, sheets = self.good, self.election.rehearsal.sheets
        is_named = sheets is not None and not self.style and good < sheets <= good + good // 100
        return sheets - good if is_named and sheets is not None else max(1, good // 150)

    def lines(self) -> list[dict[str, object]]:
        """The table of allocation."""
        rows = [(station.code, self.election.share(station, style=self.style)) for station in self.stations]
        return [
            {"station": code, "batch": Names(code, style=self.number).batch, "papers": papers}
            for code, papers in rows
            if papers
        ]


def _styles(election: Election) -> list[tuple[int, str]]:
    return list(enumerate(election.style_codes, start=1))


def _books(stage: DemoWorld, *, code: str) -> dict[str, object]:
    """The station's book of each style; nothing is said of styles where the election has one."""
    rows = [{"style": style, "stock": Names(code, style=number).stock} for number, style in _styles(stage.election)]
    return {"books": rows} if stage.election.styles else {}


def _mandate(stage: DemoWorld, *, station: ReferenceStation) -> None:
    row = stage.election.consignment(station.code, direction="out")
    mandate = {"type": "MandateGranted", "courier": row.courier, "consignments": [Names(station.code).out]}
    stage.act({**mandate, "first_day": row.days[0], "last_day": row.days[1]}, by=stage.mandating)
