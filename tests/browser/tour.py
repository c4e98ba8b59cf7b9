"""A courier's tour: five consignments at the ministry, one mandate for all of them, and phones for who hands over and takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from schemas.identifiers import consignment_id, seal_id, unit_id
from tests.browser.phones import Place, Who
from tests.courier.two_stations import Election
from tests.gateway.serving_gateway import served

STATIONS = ("BUD", "MAD", "PRG", "ROM", "VIE")
COURIER = Who("phone-tour", "courier-reserve", "courier", "MFA")
MINISTRY = Who("phone-ministry", "mfa-1", "pouch-office", "MFA")
POUCHES = {station: unit_id(office=station, kind="pouch", number=1) for station in STATIONS}
SEALS = {station: seal_id(issuer="CEC", number=101 + place) for place, station in enumerate(STATIONS)}
START = "2015-04-16T04:30:00Z"
"""What phones show when the tour begins, as the command lines of ``two_stations`` do after 90 minutes."""
_OFFICERS = ("cec-1", "cec-2")
_HANDS = ("CEC", "MFA", "courier", "mission", "commission")


def officer_of(station: str) -> Who:
    """A mission officer who gets a key on a phone."""
    return Who(f"tablet-{station.lower()}", f"{station.lower()}-officer", "mission-officer", station)


def packed(election: Election, station: str) -> None:
    """A pouch of a station: packed, sealed, manifested."""
    pack = unit_id(office=station, kind="pack", number=1)
    batch = unit_id(office=station, kind="batch", number=1)
    acts: list[dict[str, Any]] = [
        {"type": "UnitPacked", "unit": pack, "batch": batch, "contents": [], "papers": 20},
        {"type": "UnitPacked", "unit": POUCHES[station], "batch": None, "contents": [pack], "papers": 20},
        {"type": "SealsApplied", "seals": [{"unit": POUCHES[station], "seal": SEALS[station]}]},
    ]
    legs = [
        {"number": number, "releasing": giving, "receiving": taking, "due": None, "due_commitment": None}
        for number, (giving, taking) in enumerate(pairwise(_HANDS), start=1)
    ]
    named = {"consignment": consignment_id(office=station, number=1), "station": station, "direction": "out"}
    manifest = {"type": "ConsignmentManifested", **named, "units": [POUCHES[station]], "packages": 1, "papers": 20}
    for said in (*acts, {**manifest, "legs": legs}):
        election.act(said, *_OFFICERS)


@contextmanager
def tour_of(folder: Path) -> Iterator[Place]:
    """Five pouches are with the ministry, and the reserve courier has a mandate for all of them."""
    election = Election(folder, codes=STATIONS)
    place = Place(election, "")
    for station in STATIONS:
        packed(election, station)
    place.hand("cec-1", "mfa-1", units=POUCHES.values())
    mandate = {"type": "MandateGranted", "courier": election.cast.people["courier-reserve"].person}
    named = [consignment_id(office=station, number=1) for station in STATIONS]
    days = {"first_day": "2015-04-15", "last_day": "2015-04-30"}
    election.act({**mandate, "consignments": named, **days}, "mfa-1")
    place.sync("mfa-1")
    with served(election.log, reader=election.log, private=election.cast.people["gateway-1"].private) as at:
        place.url, election.minute = at.url, 90
        yield place
