"""Papers on other ways than the plain journey: resupply between stations or from the CEC, replacement, destruction."""

from __future__ import annotations

from typing import Any

from schemas.identifiers import consignment_id, unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC

RUN = unit_id(office="CEC", kind="batch", number=1)
RESERVE_RUN = unit_id(office="CEC", kind="batch", number=9)


class Resupply:
    """Papers for a station that lacks them: from another station's store, or from a batch of the CEC."""

    def __init__(self, *, to: Journey, papers: int = 20, source: Journey | None = None, number: int = 90) -> None:
        self.to, self.source, self.papers = to, source, papers
        self.package = unit_id(office=to.code, kind="pack", number=number)
        self.consignment = consignment_id(office=to.code, number=number)
        self.givers = CEC if source is None else source.commission

    def sent(self, **other: Any) -> str:
        """Packed for the other station; returns the event."""
        stock = RESERVE_RUN if self.source is None else self.source.names.stock
        act = {"type": "ResupplySent", "station": self.to.code, "source": stock, "package": self.package}
        return self.to.play.act({**act, "papers": self.papers, **other}, by=self.givers)

    def manifested(self, **other: Any) -> str:
        """Sealed, manifested and mandated; returns the manifest."""
        play = self.to.play
        play.act({"type": "SealsApplied", "seals": [play.stage.seal(self.package)]}, by=self.givers)
        releasing = "CEC" if self.source is None else "commission"
        hands = ((releasing, "courier"), ("courier", "commission"))
        legs = [
            {"number": number, "releasing": one, "receiving": two, "due": None, "due_commitment": None}
            for number, (one, two) in enumerate(hands, start=1)
        ]
        manifest = {"type": "ConsignmentManifested", "consignment": self.consignment, "station": self.to.code}
        rest = {"direction": "out", "units": [self.package], "packages": 1, "papers": self.papers, "legs": legs}
        event = play.act({**manifest, **rest, **other}, by=self.givers)
        self.to.mandate(self.to.courier, consignment=self.consignment)
        return event

    def carried(self) -> None:
        """Handed over by the giver to the courier, and by the courier to the commission."""
        releasing_signers = self.givers[:1] if self.source is None else self.givers
        self.to.over(releasing_signers, (self.to.courier,), units=[self.package])
        self.to.over((self.to.courier,), self.to.commission, units=[self.package])

    def received(self, **other: Any) -> str:
        """Counted into the stock; returns the event."""
        act = {"type": "ResupplyReceived", "station": self.to.code, "package": self.package, "papers": self.papers}
        return self.to.play.act({**act, "seals": "intact", **other}, by=self.to.commission)

    def whole(self) -> Resupply:
        """From one store into the other."""
        self.sent()
        self.manifested()
        self.carried()
        self.received()
        return self


def declare(journey: Journey, *, papers: int) -> str:
    """The commission declares that papers are lacking."""
    act = {"type": "ShortageDeclared", "station": journey.code, "papers": papers}
    return journey.play.act(act, by=journey.commission)


def reserve_run(journey: Journey, *, papers: int = 500, serials: tuple[int, int] | None = None) -> None:
    """Another batch is printed, which no station was allocated."""
    play = journey.play
    play.act({"type": "PrintOrdered", "batch": RESERVE_RUN, "papers": papers}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": RESERVE_RUN, "printed": papers, "good": papers, "waste": 0}
    numbers = None if serials is None else {"first": serials[0], "last": serials[1]}
    play.act({**note, "method": "counted", "serials": numbers}, by=("printer-1", "cec-representative"))


def destroy(journey: Journey, *, packages: list[str], by: tuple[str, ...] = (), **figures: Any) -> str:
    """Papers of a station are destroyed."""
    act = {"type": "Destroyed", "station": journey.code, "packages": packages, "method": "burned", "seals": "intact"}
    return journey.play.act({**act, **figures}, by=by or journey.commission)


def replace(journey: Journey, *, replaced: list[str], papers: int, **other: Any) -> str:
    """Two officers authorise papers of another series in place of packages."""
    act = {"type": "ReplacementAuthorised", "station": journey.code, "reason": "spoiled", "replaced": replaced}
    batch = unit_id(office=journey.code, kind="batch", number=5)
    return journey.play.act({**act, "source": RESERVE_RUN, "batch": batch, "papers": papers, **other}, by=CEC)
