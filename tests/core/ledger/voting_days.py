"""A journey whose station votes on three days, the boxes closed for the nights between. Honest unless a test says so."""

from __future__ import annotations

from typing import Any

from schemas.identifiers import epoch_seconds
from tests.core.ledger.journeys import Journey

DAY = 86_400
ISSUED = (100, 120, 80)


class Days(Journey):
    """A station that votes on three days."""

    def at(self, *, day: int, hour: int) -> None:
        """A moment of a day of voting, the first being 1."""
        opens = epoch_seconds(self.play.ledger.state.registers.hours[self.code][0])
        self.play.stage.now = opens + (day - 1) * DAY + (hour - 7) * 3_600

    def act(self, kind: str, *, by: tuple[str, ...] = (), **fields: Any) -> str:
        """An act of the commission."""
        return self.play.act({"type": kind, "station": self.code, **fields}, by=by or self.commission)

    def begun(self) -> Days:
        """The boxes sealed, shown empty, in the morning of the first day."""
        self.counted()
        self.at(day=1, hour=6)
        box = self.names.ballot_box
        self.act("BallotBoxesSealed", boxes=[box], seals=[self.play.stage.seal(box)])
        return self

    def voting(self, day: int, *, signed: int = 0) -> None:
        """A day of voting: papers issued and accounted for, the signatures so far counted; ``signed``: so many more."""
        issuer, papers = self.who("issuer")[0], ISSUED[day - 1]
        self.at(day=day, hour=8)
        self.act("BallotsGivenToIssuer", by=(self.commission[1], issuer), issuer=issuer, papers=papers)
        self.at(day=day, hour=21)
        self.act("BallotsReturnedByIssuer", by=(issuer, self.commission[1]), issuer=issuer, issued=papers, unused=0)
        self.stated(stage="day", signatures=sum(ISSUED[:day]) + signed)

    def evening(self) -> None:
        """The slot sealed for the night."""
        box = self.names.ballot_box
        self.act("BallotBoxesSealed", purpose="night", boxes=[box], seals=[self.play.stage.seal(box)])

    def morning(self, *, day: int, seals: Any = "intact") -> None:
        """The slot opened for another day."""
        self.at(day=day, hour=6)
        self.act("BallotBoxesOpened", purpose="voting", boxes=[self.names.ballot_box], seals=seals)

    def whole(self) -> Days:
        """Three honest days, and the account."""
        self.begun()
        for day in (1, 2, 3):
            self.voting(day)
            if day < len(ISSUED):
                self.evening()
                self.morning(day=day + 1)
        issued, unused = sum(ISSUED), self.papers - sum(ISSUED)
        self.stated(signatures=issued)
        self.cancelled(unused=unused, spoiled=0)
        self.boxes_opened()
        figures = {"issued": issued, "spoiled": 0, "unused": unused, "cancelled": unused, "signatures": issued}
        self.play.act(self.account(**figures, in_boxes=issued - 1, valid=issued - 1, invalid=0), by=self.commission)
        return self
