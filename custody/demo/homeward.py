"""Voting day and the way back: safe opened, papers issued, account closed, everything returned, received and archived."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from custody.demo.journey import Way
from custody.demo.outward import day_of
from custody.demo.preparation import VOTING_DAY, allocation
from custody.demo.world import HOUR, MINUTE, local, stamp

_CEC = ("cec-1", "cec-2")
_EXTRA = 5


@dataclass(frozen=True, slots=True)
class Turnout:
    """How a station's papers end, invented from the seed: issued (net), spoiled, unused, from the boxes, not returned."""

    issued: int
    spoiled: int
    unused: int
    signatures: int
    in_boxes: int
    invalid: int

    @property
    def not_returned(self) -> int:
        """Issued and not in the boxes."""
        return self.issued - self.in_boxes


def turnout(way: Way) -> Turnout:
    """Figures of one station; Antalya issues all it received and five more."""
    received, voters = allocation(way.station), way.station.voters
    if way.trouble == "issues-too-many":
        return Turnout(received + _EXTRA, 0, 0, received, received + _EXTRA, 4)
    issued = voters * way.random.randint(78, 92) // 100
    spoiled = way.random.randint(0, 2)
    in_boxes = issued - (way.random.random() < 0.2)
    return Turnout(
        issued, spoiled, received - issued - spoiled, issued, in_boxes, in_boxes * way.random.randint(5, 20) // 1000
    )


def voting(way: Way) -> Iterator[int]:
    """From the opening of the safe to the closed account and the packed return."""
    stage, station, figures = way.stage, way.station.code, turnout(way)
    chair, secretary, _ = way.commission
    issuer = way.who("issuer")
    yield day_of(way, VOTING_DAY, hour=6, minute=10)
    opened = {"type": "StoreOpened", "station": station, "seals": stage.seals_found(way.names.stock)}
    way.act(opened, by=(chair, secretary))
    yield stage.now + 5 * MINUTE
    listed = {"type": "VoterListStated", "station": station, "voters": way.station.voters}
    way.act({**listed, "stage": "opening", "signatures": None}, by=(chair, secretary))
    yield stage.now + 10 * MINUTE
    box = way.names.ballot_box
    sealed = {"type": "BallotBoxesSealed", "station": station, "boxes": [box], "seals": [stage.seal(box)]}
    way.act({**sealed, "present": [{"role": "observer", "note": "present"}]}, by=way.commission)
    yield stage.now + 15 * MINUTE
    given = {"type": "BallotsGivenToIssuer", "station": station, "issuer": issuer, "papers": allocation(way.station)}
    way.act(given, by=(secretary, issuer))
    if figures.spoiled:
        yield day_of(way, VOTING_DAY, hour=14, minute=way.random.randint(0, 59))
        spoiled = {"type": "BallotsSpoiled", "station": station, "issuer": issuer, "papers": figures.spoiled}
        way.act(spoiled, by=(secretary, issuer))
    yield day_of(way, VOTING_DAY, hour=20, minute=5)
    returned = {"type": "BallotsReturnedByIssuer", "station": station, "issuer": issuer}
    way.act({**returned, "issued": figures.issued, "unused": figures.unused}, by=(issuer, secretary))
    yield stage.now + 10 * MINUTE
    way.act({**listed, "stage": "closing", "signatures": figures.signatures}, by=(chair, secretary))
    yield stage.now + 10 * MINUTE
    cancelled = {"type": "UnusedCancelled", "station": station, "unused": figures.unused, "spoiled": figures.spoiled}
    way.act({**cancelled, "defective": 0}, by=way.commission)
    yield stage.now + 10 * MINUTE
    boxes = {"type": "BallotBoxesOpened", "station": station, "boxes": [box], "seals": stage.seals_found(box)}
    way.act(boxes, by=way.commission)
    yield from _account(way, figures=figures)


def _account(way: Way, *, figures: Turnout) -> Iterator[int]:
    received = allocation(way.station)
    yield way.stage.now + 90 * MINUTE
    account = {
        "type": "BallotAccountClosed",
        "station": way.station.code,
        "received": received,
        "issued": figures.issued,
        "spoiled": figures.spoiled,
        "unused": figures.unused,
        "defective": 0,
        "cancelled": figures.unused + figures.spoiled,
        "signatures": figures.signatures,
        "in_boxes": figures.in_boxes,
        "valid": figures.in_boxes - figures.invalid,
        "invalid": figures.invalid,
        "not_returned": figures.not_returned,
        "unaccounted": received - figures.issued - figures.spoiled - figures.unused,
    }
    way.act(account, by=way.commission)
    yield way.stage.now + 30 * MINUTE
    packages = _packages(way, figures=figures)
    pouches = [str(row["unit"]) for row in packages]
    way.act({"type": "PackedForReturn", "station": way.station.code, "packages": packages}, by=way.commission[:2])
    yield way.stage.now + 5 * MINUTE
    seals = [way.stage.seal(pouch) for pouch in pouches]
    way.act({"type": "SealsApplied", "seals": seals}, by=way.commission[:2])
    yield way.stage.now + 5 * MINUTE
    _manifest_back(way, pouches=pouches, papers=figures.in_boxes + figures.unused + figures.spoiled)


def _packages(way: Way, *, figures: Turnout) -> list[dict[str, object]]:
    """All in the first pouch but one paper from the boxes for each further one."""
    names = [way.names.pouch(9 + number) for number in range(way.conduct.packages_back(way))]
    more = [{"unit": name, "from_boxes": 1, "cancelled": 0} for name in names[1:]]
    first = {"from_boxes": figures.in_boxes - len(more), "cancelled": figures.unused + figures.spoiled}
    return [{"unit": names[0], **first}, *more]


def _manifest_back(way: Way, *, pouches: list[str], papers: int) -> None:
    due = stamp(local("2015-05-04", hour=18), zone="Asia/Almaty")
    hands = (("commission", "courier"), ("courier", "MFA"), ("MFA", "CEC"))
    legs = [
        {
            "number": number,
            "releasing": releasing,
            "receiving": receiving,
            "due": due if receiving == "MFA" else None,
            "due_commitment": None,
        }
        for number, (releasing, receiving) in enumerate(hands, start=1)
    ]
    manifest = {"type": "ConsignmentManifested", "consignment": way.names.back, "station": way.station.code}
    rest = {"direction": "back", "units": pouches, "packages": len(pouches), "papers": papers, "legs": legs}
    way.act({**manifest, **rest}, by=way.commission[:2])


def homeward(way: Way) -> Iterator[int]:
    """From the commission back through courier and MFA into the CEC's archive."""
    stage, pouches = way.stage, list(way.stage.state.registers.consignments[way.names.back].units)
    yield stage.now + HOUR
    mandate = {"type": "MandateGranted", "courier": way.courier, "consignments": [way.names.back]}
    stage.act({**mandate, "first_day": "2015-04-26", "last_day": "2015-05-04"}, by=("mfa-1",))
    yield day_of(way, "2015-04-28", hour=9) + way.random.randint(0, 600) * MINUTE
    yield from way.hand_over(pouches, releasing=way.commission[:2], receiving=(way.courier,))
    yield stage.now + way.random.randint(20, 60) * HOUR
    yield from way.hand_over(pouches, releasing=(way.courier,), receiving=("mfa-2",), where="capital")
    yield max(stage.now, local("2015-05-05", hour=9)) + way.random.randint(0, 360) * MINUTE
    yield from way.hand_over(pouches, releasing=("mfa-2",), receiving=("cec-1",), where="capital")
    yield stage.now + HOUR
    for pouch in pouches:
        received = {"type": "ReturnReceived", "consignment": way.names.back, "packages": 1, "units": [pouch]}
        part = {"papers": stage.unit(pouch).papers, "seals": stage.seals_found(pouch)}
        way.act({**received, **part}, by=_CEC, where="capital")
        yield stage.now + HOUR
    way.act({"type": "Archived", "units": pouches}, by=_CEC, where="capital")
