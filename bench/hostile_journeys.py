"""What somebody with valid keys can write about pouches on their way to make a ledger slow: more shapes (hostile_shapes).

Played in an election with a courier's journey, by the stage on which the ledger's tests play.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from bench.hostile_shapes import HostileElection, Shape
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.witnesses import note_bytes, noted, policy_set

GIVER: Final = ("mfa-1",)
"""Who has the pouch at the pouch office."""


class Pouch:
    """A pouch at the pouch office, or elsewhere on its way, in a stage's ledger."""

    def __init__(self, stage: HostileElection, *, until: Callable[[Journey], Journey] = Journey.at_mfa) -> None:
        self.stage = stage
        self.play = Play("AYT", "ROM")
        self.journey = until(Journey(self.play, "AYT"))
        stage.begin(self.play.log)

    @property
    def couriers(self) -> tuple[str, str]:
        """Two couriers."""
        return self.journey.courier, "courier-rom"

    def made(self, partial: dict[str, Any], *, by: Sequence[str]) -> bytes:
        """An event that people make and that is not on the log yet."""
        return self.play.held.pop(self.play.hold(partial, by=by))

    def held(self, partial: dict[str, Any], *, by: Sequence[str]) -> tuple[str, bytes]:
        """The same, with its event id."""
        event = self.play.hold(partial, by=by)
        return event, self.play.held.pop(event)

    def taken(self) -> None:
        """The first courier takes the pouch over."""
        offer, entry = self.held(self.journey.offering(self.couriers[:1]), by=GIVER)
        self.stage.put(entry)
        self.stage.put(self.made(self.journey.answering(offer), by=self.couriers[:1]))


def offers(stage: HostileElection, _: int) -> Iterator[bytes]:
    """A pouch is offered again and again to one courier and to another, and the first offer refused and withdrawn each time."""
    pouch = Pouch(stage)
    first, entry = pouch.held(pouch.journey.offering(pouch.couriers[:1]), by=GIVER)
    stage.put(entry)
    while True:
        yield pouch.made(pouch.journey.offering(pouch.couriers[:1]), by=GIVER)
        yield pouch.made(pouch.journey.offering(pouch.couriers[1:]), by=GIVER)
        yield pouch.made(pouch.journey.answering(first, result="refused"), by=pouch.couriers[:1])
        yield pouch.made({"type": "HandoverWithdrawn", "offer": first}, by=GIVER)


def tours(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Document after document for a consignment and another one, and an offer of the pouch after each."""
    pouch = Pouch(stage)
    names = [pouch.journey.names.out, pouch.play.names("ROM").out]
    mandate = {"type": "MandateGranted", "courier": "courier-reserve", "consignments": names}
    days = {"first_day": "2015-04-15", "last_day": "2015-04-20"}
    while True:
        yield pouch.made({**mandate, **days}, by=GIVER)
        yield pouch.made(pouch.journey.offering(pouch.couriers[:1]), by=GIVER)


def former_custodian(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Who gave a pouch out of hand says again and again that it went to a carrier before."""
    pouch = Pouch(stage)
    refs = pouch.play.refs(pouch.journey.pouch)
    pouch.taken()
    while True:
        yield pouch.made({"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}, by=GIVER)


def packed_again(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Papers are packed into one pack again and again."""
    pouch = Pouch(stage)
    pack = {"type": "UnitPacked", "unit": pouch.journey.names.pack(99), "batch": pouch.journey.names.batch}
    while True:
        yield pouch.made({**pack, "contents": [], "papers": 1}, by=CEC)


def counts(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One pack is counted again and again, each time otherwise."""
    pouch = Pouch(stage, until=Journey.opened)
    for papers in range(1, 10**6):
        rows = [{"unit": pouch.journey.packs[0], "papers": papers}]
        yield pouch.made(
            {"type": "BallotsCounted", "occasion": "receipt", "number": 2, "counts": rows}, by=pouch.journey.commission
        )


def breaks(stage: HostileElection, _: int) -> Iterator[bytes]:
    """A courier says again and again that nobody watched the pouch for a while."""
    pouch = Pouch(stage, until=Journey.under_way)
    times = {"since": pouch.play.at(-2), "until": pouch.play.at(-1)}
    said = {"type": "CustodyBroken", "classification": "breach", "cause": "unattended", **times}
    while True:
        yield pouch.made({**said, "units": [pouch.journey.pouch]}, by=pouch.couriers[:1])


def notes(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Checkpoints cosigned by one log witness of the two that it takes, and now and then by both."""
    pouch = Pouch(stage)
    stage.put(pouch.made(policy_set(), by=CEC))
    pouch.play.ledger = stage.ledger
    while True:
        for names in (("alpha",), ("alpha",), ("alpha",), ("alpha", "beta")):
            note = note_bytes(pouch.play, dict.fromkeys(names, pouch.play.stage.now))
            yield pouch.made(noted(note), by=("checkpointer-1",))


ON_THE_WAY: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "offers": offers,
        "tours": tours,
        "former-custodian": former_custodian,
        "packed-again": packed_again,
        "counts": counts,
        "breaks": breaks,
        "notes": notes,
    }
)
"""Kind -> how it is played. One row to add a shape."""
