"""What can be written about one unit again and again, each entry good by itself: long lives of a pouch, a book, a return.

Played as the shapes of hostile_journeys are. Each act follows the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count as itertools_count
from itertools import product
from string import ascii_lowercase
from types import MappingProxyType
from typing import Final

from bench.hostile_journeys import Pouch
from bench.hostile_shapes import HostileElection, Shape
from schemas.identifiers import seal_id, unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC


def stated_breaks(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The courier says again and again that nobody answered for the pouch, each time about other hours."""
    yield from _stated(stage, cause="unattended", classification="incident")


def explained_breaks(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The same with an explanation, so that none is a finding."""
    yield from _stated(stage, cause="carrier", classification="explained")


def _stated(stage: HostileElection, *, cause: str, classification: str) -> Iterator[bytes]:
    pouch = Pouch(stage, until=Journey.under_way)
    units = [pouch.journey.pouch]
    stated = {"type": "CustodyBroken", "units": units, "cause": cause, "classification": classification}
    while True:
        yield pouch.made({**stated, "since": pouch.play.at(-9), "until": pouch.play.at(-1)}, by=pouch.couriers[:1])


def carried(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The pouch is given to a carrier and collected, again and again."""
    yield from _carried(Pouch(stage, until=Journey.under_way))


def _carried(pouch: Pouch) -> Iterator[bytes]:
    units = [pouch.journey.pouch]
    while True:
        released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": units}
        yield pouch.made(released, by=pouch.couriers[:1])
        yield pouch.made({"type": "CollectedFromCarrier", "units": units, "found": "intact"}, by=pouch.couriers[:1])


def back_and_forth(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Two couriers hand the pouch to each other, again and again."""
    yield from _exchanged(Pouch(stage, until=Journey.under_way))


def former_holder(stage: HostileElection, count: int) -> Iterator[bytes]:
    """Many acts were done on a pouch; somebody who never held it states breaks in its custody."""
    pouch = Pouch(stage, until=Journey.under_way)
    rows = _carried(pouch)
    for _ in range(count):
        stage.put(next(rows))
    stated = {
        "type": "CustodyBroken",
        "units": [pouch.journey.pouch],
        "cause": "carrier",
        "classification": "explained",
    }
    while True:
        yield pouch.made({**stated, "since": pouch.play.at(-9), "until": pouch.play.at(-1)}, by=("courier-reserve",))


def sightings(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The seal of a pouch is read again and again, as whole and as broken."""
    pouch = Pouch(stage, until=Journey.under_way)
    seal = pouch.play.unit(pouch.journey.pouch).seals[0].number
    check = {"type": "SealsChecked", "units": [pouch.journey.pouch]}
    for condition in ("intact", "intact", "intact", "broken") * 10**6:
        row = [{"unit": pouch.journey.pouch, "seal": seal, "condition": condition}]
        yield pouch.made({**check, "seals": row}, by=pouch.couriers[:1])


def strange_seals(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Seals of numbers that nobody applied are read on a pouch, another one each time."""
    pouch = Pouch(stage, until=Journey.under_way)
    check = {"type": "SealsChecked", "units": [pouch.journey.pouch]}
    for number in range(5_000, 900_000):
        row = [{"unit": pouch.journey.pouch, "seal": seal_id(issuer="CEC", number=number), "condition": "intact"}]
        yield pouch.made({**check, "seals": row}, by=pouch.couriers[:1])


def half_lost(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Somebody who is not concerned declares a pouch lost again and again."""
    pouch = Pouch(stage, until=Journey.under_way)
    lost = {"type": "LossDeclared", "units": pouch.play.refs(pouch.journey.pouch), "last_seen": None}
    while True:
        yield pouch.made(lost, by=("rom-officer",))


def lost(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Two persons declare a pouch lost again and again, at one place."""
    pouch = Pouch(stage, until=Journey.under_way)
    lost = {"type": "LossDeclared", "units": pouch.play.refs(pouch.journey.pouch), "last_seen": None}
    while True:
        yield pouch.made(lost, by=CEC)


def lists(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The voters list at closing is stated again and again: the book is restated."""
    pouch = Pouch(stage, until=Journey.counted)
    for voters in itertools_count(1):
        yield pouch.made(
            {"type": "VoterListStated", "station": "AYT", "stage": "closing", "voters": voters, "signatures": voters},
            by=pouch.journey.commission,
        )


def boxes(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Ballot box after ballot box is sealed."""
    pouch = Pouch(stage, until=Journey.counted)
    for number in itertools_count(1):
        box = unit_id(office="AYT", kind="ballot box", number=number)
        seal = {"unit": box, "seal": seal_id(issuer="CEC", number=number + 90_000)}
        sealed = {"type": "BallotBoxesSealed", "station": "AYT", "boxes": [box], "seals": [seal]}
        yield pouch.made(sealed, by=pouch.journey.commission)


def unknown_codes(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Reports with codes that nobody published, another one each time."""
    pouch = Pouch(stage, until=Journey.under_way)
    for letters in product(ascii_lowercase, repeat=5):
        remark = {
            "type": "DelayReported",
            "reason": "other",
            "units": [pouch.journey.pouch],
            "codes": ["x-" + "".join(letters)],
        }
        yield pouch.made(remark, by=pouch.couriers[:1])


def reversed_go(stage: HostileElection, count: int) -> Iterator[bytes]:
    """Acts without effect of one device arrive in the reverse order of its numbers."""
    pouch = Pouch(stage)
    refs = pouch.play.refs(pouch.journey.pouch)
    act = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
    rows = [pouch.made(act, by=("rom-officer",)) for _ in range(count + 240)]
    yield from reversed(rows)


LIVES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "stated-breaks": stated_breaks,
        "explained-breaks": explained_breaks,
        "carried": carried,
        "back-and-forth": back_and_forth,
        "former-holder": former_holder,
        "sightings": sightings,
        "strange-seals": strange_seals,
        "half-lost": half_lost,
        "lost": lost,
        "list-again": lists,
        "boxes": boxes,
        "unknown-codes": unknown_codes,
        "reversed-go": reversed_go,
    }
)
"""Kind -> how it is played. One row to add a shape."""


def _exchanged(pouch: Pouch) -> Iterator[bytes]:
    releasing, receiving = pouch.couriers
    while True:
        offer, entry = pouch.held(pouch.journey.offering((receiving,)), by=(releasing,))
        yield entry
        yield pouch.made(pouch.journey.answering(offer), by=(receiving,))
        releasing, receiving = receiving, releasing
