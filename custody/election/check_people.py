"""people.csv: badges that are there once, roles at their offices, devices, the root, and enough people to sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from custody.core.authority.parties import PARTY_OF_ROLE
from custody.election.mistakes import Mistakes, Place
from custody.election.model import Election, PlannedConsignment
from custody.election.signers import ByTheRules, said
from custody.election.tables import Row

FILE: Final = "people.csv"
_OFFICE: Final = {"CEC": "CEC", "MFA": "MFA", "courier": "MFA", "printer": "PRN"}
"""Kind of party -> its office; of mission and commission it is the station."""
_SERVICES: Final = ("gateway", "checkpointer", "monitor")
_STATION: Final = ("mission", "commission")
CENTRAL_ACTS: Final = (
    *("StationOpened", "VoterListStated", "PrintOrdered", "BatchAllocated", "UnitPacked", "SealsApplied"),
    *("ConsignmentManifested", "ReturnReceived", "Archived"),
)
COMMISSION_ACTS: Final = (
    *("ConsignmentOpened", "BallotsCounted", "BallotBoxesSealed", "UnusedCancelled", "BallotBoxesOpened"),
    *("BallotAccountClosed", "StoreSealed", "StoreOpened", "VoterListStated"),
)
RETURN_ACTS: Final = ("PackedForReturn", "SealsApplied", "ConsignmentManifested")
_HANDOVER: Final = ("HandoverOffered", "HandoverAnswered")
_ACTS_FOR: Final = {"CEC": "cec-officer", "MFA": "pouch-office", "printer": "printer"}
ISSUER_ACTS: Final = ("BallotsGivenToIssuer", "BallotsSpoiled", "BallotsReturnedByIssuer")


def check_people(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note what is wrong with the people."""
    before = len(mistakes.found)
    badges: set[str] = set()
    for row in tables["people"]:
        if row.said.badge in badges:
            told = f"The badge {row.said.badge} is there twice."
            mistakes.note(row.place, told, code="badge-twice", column="badge")
        badges.add(row.said.badge)
        _check_office(row, election=election, mistakes=mistakes)
        _check_device(row, mistakes=mistakes)
    for row in tables["people"]:
        if row.said.device in badges:
            told = f"{row.said.device} is the badge of a person; a device has a name of its own."
            mistakes.note(row.place, told, code="device-badge", column="device")
    _check_root(election, mistakes=mistakes)
    for role in _SERVICES:
        if not election.holders(role):
            mistakes.note(Place(FILE), f"Nobody has the role {role}: the services need one.", code="service-missing")
    if len(mistakes.found) == before:
        _check_quorums(election, mistakes=mistakes)


def _check_office(row: Row, *, election: Election, mistakes: Mistakes) -> None:
    role, office = row.said.role, row.said.office
    if role == "device":
        mistakes.note(row.place, "A device is named in the column device, not as a person.", code="role", column="role")
        return
    kind = PARTY_OF_ROLE.get(role)
    if kind in _STATION:
        if office not in election.by_station:
            told = f"{office} is no station: a {role} belongs to one of stations.csv."
            mistakes.note(row.place, told, code="office-unknown", column="office")
        return
    allowed = {_OFFICE.get(str(kind), "CEC"), *(["CEC"] if kind == "courier" else ())}
    if office not in allowed and not (role == "observer" and office in election.by_station):
        told = f"The office of a {role} is {_OFFICE.get(str(kind), 'CEC')}."
        mistakes.note(row.place, told, code="office-of-role", column="office")


def _check_device(row: Row, *, mistakes: Mistakes) -> None:
    is_service, device = row.said.role in _SERVICES, row.said.device
    if is_service and device:
        mistakes.note(row.place, "A service has no device: leave the cell empty.", code="device-of", column="device")
    elif not is_service and not device:
        mistakes.note(row.place, "The person needs a device to sign on.", code="device-missing", column="device")


def _check_root(election: Election, *, mistakes: Mistakes) -> None:
    place = Place("election.toml")
    if len(set(election.root)) < len(election.root):
        mistakes.note(place, "An officer is named twice.", code="root-twice", column="root")
    for badge in election.root:
        person = election.by_badge.get(badge)
        if person is None:
            told = f"{badge} is not in people.csv."
            mistakes.note(place, told, code="root-unknown", column="root")
        elif person.role != "cec-officer":
            mistakes.note(place, f"{badge} is no cec-officer.", code="root-role", column="root")
    if election.threshold > len(set(election.root)):
        told = f"The threshold {election.threshold} is more than the {len(set(election.root))} officers of the root."
        mistakes.note(place, told, code="threshold", column="threshold")


def _check_quorums(election: Election, *, mistakes: Mistakes) -> None:
    """Whether each office has enough people for what the rules ask of it on a usual journey."""
    signers = ByTheRules(election)
    officers = election.holders("cec-officer")[:1]
    printers = (*election.holders("printer")[:1], *(election.holders("cec-representative")[:1] or officers))
    registrars = election.holders("registrar")[:1] or officers
    mandating = election.holders("pouch-office")[:1] or officers
    central = [(name, officers) for name in CENTRAL_ACTS]
    central += [("BallotsPrinted", printers), ("WasteDestroyed", printers)]
    central += [("KeyEnrolled", registrars), ("KeyEnrolled", officers), ("MandateGranted", mandating)]
    for name, by in dict.fromkeys(central):
        _note(signers, type_name=name, by=by, office="CEC", mistakes=mistakes)
    for station in election.stations:
        commission = election.commission(station.code)[:1]
        issuer = election.holders("issuing-member", office=station.code)[:1]
        acts = [*COMMISSION_ACTS, *(RETURN_ACTS if election.returns(station.code) else ("Destroyed",))]
        for name in acts:
            _note(signers, type_name=name, by=commission, office=station.code, mistakes=mistakes)
        for name in ISSUER_ACTS:
            by = (*election.commission(station.code)[1:2], *issuer)
            _note(signers, type_name=name, by=by, office=station.code, mistakes=mistakes)
    _check_legs(election, signers=signers, mistakes=mistakes)


def _check_legs(election: Election, *, signers: ByTheRules, mistakes: Mistakes) -> None:
    """Whether each side of each leg of the plan has who must sign for it; that there is anybody, the plan's own check says."""
    sides = {
        (name, *_side(election, kind=kind, planned=planned))
        for planned in election.plan
        for leg in planned.legs
        for name, kind in zip(_HANDOVER, leg, strict=True)
    }
    for name, office, badge in sorted(side for side in sides if side[2] in election.by_badge):
        _note(signers, type_name=name, by=(badge,), office=office, mistakes=mistakes)


def _side(election: Election, *, kind: str, planned: PlannedConsignment) -> tuple[str, str]:
    """Where a party sits, and who acts for it first; without anybody where the folder names nobody."""
    station = planned.station
    if kind == "courier":
        return "MFA", planned.courier if planned.courier in election.holders("courier") else ""
    if kind in _STATION:
        of_mission = election.holders("mission-officer", office=station)
        return station, next(iter(of_mission if kind == "mission" else election.commission(station)), "")
    return _OFFICE.get(kind, kind), next(iter(election.holders(_ACTS_FOR.get(kind, ""))), "")


def _note(signers: ByTheRules, *, type_name: str, by: Sequence[str], office: str, mistakes: Mistakes) -> None:
    lacking = signers.lacks(type_name, by=by)
    if lacking is not None:
        told = f"{office} has too few people for {type_name}: the rules ask for {said(lacking)}."
        mistakes.note(Place(FILE), told, code="people-too-few", column=office)
