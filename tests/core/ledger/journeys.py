"""Whole stretches of a journey in one call, so that a scene begins where its subject begins. Every step can be told otherwise.

A journey is honest unless a test says so: figures agree, seals are intact, everybody signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.core.ledger.playing import CEC, Partial, Play

PACK_PAPERS = 250


class Journey:
    """One station's papers from the packing table to the archive."""

    def __init__(self, play: Play, code: str) -> None:
        self.play = play
        self.code = code
        self.names = play.names(code)
        self.pouch = self.names.pouch(1)
        self.back = self.names.pouch(9)
        self.packs: list[str] = []

    def who(self, *names: str) -> tuple[str, ...]:
        """Badges of the station's people."""
        return tuple(f"{self.code.lower()}-{name}" for name in names)

    @property
    def courier(self) -> str:
        """The station's courier."""
        return f"courier-{self.code.lower()}"

    @property
    def commission(self) -> tuple[str, ...]:
        """Chair, secretary and member."""
        return self.who("chair", "secretary", "member")

    @property
    def papers(self) -> int:
        """Papers allocated to the station."""
        return self.play.allocated(self.code)

    # --- outward

    def wrapped(self, packs: int) -> Journey:
        """So many packs of fifty papers, which are in no pouch."""
        for _ in range(packs):
            self.packs.append(self.names.pack(len(self.packs) + 1))
            pack = {"type": "UnitPacked", "unit": self.packs[-1], "batch": self.names.batch, "contents": []}
            self.play.act({**pack, "papers": 50}, by=CEC)
        return self

    def packed(self) -> Journey:
        """Packs in one pouch, sealed and manifested."""
        left = self.papers
        while left:
            size = min(left, PACK_PAPERS)
            self.packs.append(self.names.pack(len(self.packs) + 1))
            pack = {
                "type": "UnitPacked",
                "unit": self.packs[-1],
                "batch": self.names.batch,
                "contents": [],
                "papers": size,
            }
            self.play.act(pack, by=CEC)
            left -= size
        pouch = {"type": "UnitPacked", "unit": self.pouch, "batch": None, "contents": self.packs, "papers": self.papers}
        self.play.act(pouch, by=CEC)
        self.play.act({"type": "SealsApplied", "seals": [self.play.stage.seal(self.pouch)]}, by=CEC)
        self.manifested([self.pouch], papers=self.papers)
        return self

    def manifested(self, units: Sequence[str], *, papers: int, **other: Any) -> str:
        """The CEC's manifest."""
        hands = (("CEC", "MFA"), ("MFA", "courier"), ("courier", "mission"), ("mission", "commission"))
        due = {"courier": self.play.at(96)}
        legs = [
            {
                "number": number,
                "releasing": releasing,
                "receiving": receiving,
                "due": due.get(releasing),
                "due_commitment": None,
            }
            for number, (releasing, receiving) in enumerate(hands, start=1)
        ]
        manifest = {"type": "ConsignmentManifested", "consignment": self.names.out, "station": self.code}
        rest = {"direction": "out", "units": list(units), "packages": len(units), "papers": papers, "legs": legs}
        return self.play.act({**manifest, **rest, **other}, by=CEC)

    def offer(
        self, releasing: Sequence[str], receiving: Sequence[str], *, units: Sequence[Any] = (), **other: Any
    ) -> str:
        """An offer, recorded at once."""
        return self.play.act(self.offering(receiving, units=units, **other), by=releasing)

    def offering(self, receiving: Sequence[str], *, units: Sequence[Any] = (), **other: Any) -> Partial:
        """An offer as its giver states it."""
        nonce = self.play.stage.cast.nonce(f"{self.pouch}/{self.play.stage.now}")
        return {
            "type": "HandoverOffered",
            "units": list(units or [self.pouch]),
            "to": list(receiving),
            "nonce": nonce,
            **other,
        }

    def answer(self, offer: str, receiving: Sequence[str], *, result: str = "accepted", **other: Any) -> str:
        """An answer, recorded at once; everything found intact unless told otherwise."""
        return self.play.act({**self.answering(offer, result=result), **other}, by=receiving)

    def answering(self, offer: str, *, result: str = "accepted") -> Partial:
        """An answer as its receiver states it."""
        return {"type": "HandoverAnswered", "offer": offer, "result": result, "found": "intact"}

    def over(self, releasing: Sequence[str], receiving: Sequence[str], *, units: Sequence[Any] = ()) -> str:
        """A handover with everything intact; returns the answer."""
        return self.answer(self.offer(releasing, receiving, units=units), receiving)

    def at_mfa(self) -> Journey:
        """Packed, and taken over by the pouch office."""
        self.packed()
        self.over(("cec-1",), ("mfa-1",))
        return self

    def under_way(self) -> Journey:
        """With the courier."""
        self.at_mfa()
        self.over(("mfa-1",), (self.courier,))
        return self

    def received(self) -> Journey:
        """Received by the mission officer in the night and by the commission in the morning."""
        self.under_way()
        self.over((self.courier,), self.who("officer"))
        self.play.wait(hours=8)
        self.over(self.who("officer"), self.commission)
        return self

    def opened(self) -> Journey:
        """Opened before the commission."""
        self.received()
        self.play.act({"type": "ConsignmentOpened", "unit": self.pouch, "seals": "intact"}, by=self.commission)
        return self

    def counted(self) -> Journey:
        """Counted into the stock, and the safe sealed and opened again."""
        self.opened()
        self.count()
        self.play.act(
            {"type": "StoreSealed", "station": self.code, "seals": [self.play.stage.seal(self.names.stock)]},
            by=self.commission,
        )
        self.play.wait(hours=96)
        self.play.act({"type": "StoreOpened", "station": self.code, "seals": "intact"}, by=self.commission)
        return self

    def count(self, *, wrong: int = 0, **other: Any) -> str:
        """All packs counted; ``wrong`` is added to the first one's figure."""
        papers = [self.play.unit(pack).papers or 0 for pack in self.packs]
        papers[0] += wrong
        counts = [{"unit": pack, "papers": counted} for pack, counted in zip(self.packs, papers, strict=True)]
        return self.play.act(
            {"type": "BallotsCounted", "occasion": "receipt", "counts": counts, **other}, by=self.commission
        )

    # --- voting

    def voted(self, *, spoiled: int = 2, unused: int = 20, **other: Any) -> Journey:
        """Boxes sealed, papers issued and accounted for by the issuer; figures can be told otherwise by ``given``, ``issued``."""
        self.counted()
        play, station, issuer = self.play, {"station": self.code}, self.who("issuer")[0]
        box = self.names.ballot_box
        play.act(
            {"type": "BallotBoxesSealed", **station, "boxes": [box], "seals": [play.stage.seal(box)]},
            by=self.commission,
        )
        given = other.get("given", self.papers)
        pair = (self.commission[1], issuer)
        play.act({"type": "BallotsGivenToIssuer", **station, "issuer": issuer, "papers": given}, by=pair)
        if spoiled:
            play.act({"type": "BallotsSpoiled", **station, "issuer": issuer, "papers": spoiled}, by=pair)
        issued = other.get("issued", given - spoiled - unused)
        returned = {"type": "BallotsReturnedByIssuer", **station, "issuer": issuer, "issued": issued, "unused": unused}
        play.act(returned, by=(issuer, self.commission[1]))
        return self

    def stated(self, *, stage: str = "closing", **other: Any) -> str:
        """The voters list at closing."""
        listed = {
            "type": "VoterListStated",
            "station": self.code,
            "stage": stage,
            "voters": self.play.stations[self.code].voters,
        }
        return self.play.act({**listed, "signatures": None, **other}, by=self.commission)

    def cancelled(self, **figures: int) -> str:
        """Unused, spoiled and defective papers cancelled."""
        return self.play.act(
            {"type": "UnusedCancelled", "station": self.code, "defective": 0, **figures}, by=self.commission
        )

    def boxes_opened(self) -> str:
        """The ballot box opened, its seal intact."""
        boxes = {"type": "BallotBoxesOpened", "station": self.code, "boxes": [self.names.ballot_box], "seals": "intact"}
        return self.play.act(boxes, by=self.commission)

    def account(self, **other: Any) -> Partial:
        """An honest account, with figures told otherwise."""
        spoiled, unused, invalid = 2, 20, 3
        issued = self.papers - spoiled - unused
        honest = {
            "received": self.papers,
            "issued": issued,
            "spoiled": spoiled,
            "unused": unused,
            "defective": 0,
            "cancelled": unused + spoiled,
            "signatures": issued,
            "in_boxes": issued - 1,
            "valid": issued - 1 - invalid,
            "invalid": invalid,
            "not_returned": 1,
            "unaccounted": 0,
        }
        return {"type": "BallotAccountClosed", "station": self.code, **honest, **other}

    def closed(self, **other: Any) -> str:
        """Voting as honest as can be, and the account closed with figures told otherwise; returns the account's event."""
        self.voted()
        self.stated(signatures=self.papers - 22)
        self.cancelled(unused=20, spoiled=2)
        self.boxes_opened()
        return self.play.act(self.account(**other), by=self.commission)

    def closed_with_defective(self) -> str:
        """As ``closed``, with a list at opening and four defective papers: every figure of the book is stated."""
        play, spoiled, unused, defective = self.play, 2, 20, 4
        self.counted()
        self.stated(stage="opening")
        play.act({"type": "BallotsFoundDefective", "station": self.code, "papers": defective}, by=self.commission)
        self.used(given=self.papers - 10 - defective, spoiled=spoiled, unused=unused - 10)
        issued = self.papers - defective - spoiled - unused
        self.stated(signatures=issued)
        self.cancelled(unused=unused, spoiled=spoiled, defective=defective)
        self.boxes_opened()
        figures = {"issued": issued, "defective": defective, "cancelled": unused + spoiled + defective}
        boxes = {"signatures": issued, "in_boxes": issued - 1, "valid": issued - 4}
        return play.act(self.account(**figures, **boxes), by=self.commission)

    def used(self, *, given: int, spoiled: int, unused: int) -> None:
        """The box sealed, papers given to the issuer and accounted for."""
        play, station, issuer = self.play, {"station": self.code}, self.who("issuer")[0]
        box, pair = self.names.ballot_box, (self.commission[1], issuer)
        sealed = {"type": "BallotBoxesSealed", **station, "boxes": [box], "seals": [play.stage.seal(box)]}
        play.act(sealed, by=self.commission)
        play.act({"type": "BallotsGivenToIssuer", **station, "issuer": issuer, "papers": given}, by=pair)
        play.act({"type": "BallotsSpoiled", **station, "issuer": issuer, "papers": spoiled}, by=pair)
        issued = given - spoiled - unused
        returned = {"type": "BallotsReturnedByIssuer", **station, "issuer": issuer, "issued": issued, "unused": unused}
        play.act(returned, by=(issuer, self.commission[1]))

    # --- homeward

    def packed_for_return(self, **other: Any) -> str:
        """Everything in one pouch for the way back, sealed."""
        book = self.play.book(self.code)
        package = {"unit": self.back, "from_boxes": book["in_boxes"], "cancelled": book["cancelled"], **other}
        act = self.play.act(
            {"type": "PackedForReturn", "station": self.code, "packages": [package]}, by=self.commission
        )
        self.play.act({"type": "SealsApplied", "seals": [self.play.stage.seal(self.back)]}, by=self.commission)
        return act

    def returning(self) -> Journey:
        """Manifested for the way back, with a mandate for the courier."""
        hands = (("commission", "courier"), ("courier", "MFA"), ("MFA", "CEC"))
        legs = [
            {"number": number, "releasing": releasing, "receiving": receiving, "due": None, "due_commitment": None}
            for number, (releasing, receiving) in enumerate(hands, start=1)
        ]
        manifest = {
            "type": "ConsignmentManifested",
            "consignment": self.names.back,
            "station": self.code,
            "direction": "back",
        }
        rest = {"units": [self.back], "packages": 1, "papers": self.play.unit(self.back).papers, "legs": legs}
        self.play.act({**manifest, **rest}, by=self.commission)
        self.mandate(self.courier, consignment=self.names.back)
        return self

    def mandate(
        self, courier: str, *, consignment: str = "", days: tuple[str, str] = ("2015-04-15", "2015-05-20")
    ) -> str:
        """The ministry grants a mandate."""
        mandate = {"type": "MandateGranted", "courier": courier, "consignments": [consignment or self.names.out]}
        return self.play.act({**mandate, "first_day": days[0], "last_day": days[1]}, by=("mfa-1",))

    def home(self) -> Journey:
        """From the closed account to the archive."""
        self.packed_for_return()
        self.returning()
        back = [self.back]
        self.over(self.commission, (self.courier,), units=back)
        self.over((self.courier,), ("mfa-2",), units=back)
        self.over(("mfa-2",), ("cec-1",), units=back)
        received = {"type": "ReturnReceived", "consignment": self.names.back, "units": back, "packages": 1}
        self.play.act({**received, "papers": self.play.unit(self.back).papers, "seals": "intact"}, by=CEC)
        self.play.act({"type": "Archived", "units": back}, by=CEC)
        return self
