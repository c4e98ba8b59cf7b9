"""A journey whose papers are of several styles, in one pouch: two languages of one contest, and a second contest.

It is honest unless a test says so: ``other`` states figures of one style otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play

STYLES: Final = ("president/kk", "president/ru", "council")
CODES: Final = ("president-kk", "president-ru", "council")
SPOILED: Final = 2
UNUSED: Final = 10
_PACK: Final = 250


class StyledJourney(Journey):
    """One station's papers of three styles, from the packing table to the archive."""

    def __init__(self, play: Play, code: str) -> None:
        super().__init__(play, code)
        self.packs_of: dict[str, list[str]] = {style: [] for style in CODES}
        self.sealed_boxes: list[str] = []

    @classmethod
    def begun(cls, code: str = "AYT") -> StyledJourney:
        """An election of three styles with one station, prepared."""
        return cls(Play(code, styles=STYLES), code)

    def stock(self, style: str) -> str:
        """The station's book of a style."""
        return replace(self.names, style=CODES.index(style) + 1).stock

    def share(self, style: str) -> int:
        """Papers of a style allocated to the station."""
        return self.account_of(style)["allocated"] or 0

    def account_of(self, style: str) -> dict[str, Any]:
        """The account of a style as last told."""
        return self.play.book(f"{self.code}/{style}")

    # --- outward

    def packed(self, **off: int) -> StyledJourney:
        """Packs of every style in one pouch, sealed, and manifested by style; ``off`` as in ``by_style``."""
        for style in CODES:
            self.pack_style(style, papers=self.share(style))
        contents = [pack for style in CODES for pack in self.packs_of[style]]
        papers = sum(self.share(style) for style in CODES)
        pouch = {"type": "UnitPacked", "unit": self.pouch, "batch": None, "contents": contents, "papers": papers}
        self.play.act(pouch, by=CEC)
        self.play.act({"type": "SealsApplied", "seals": [self.play.stage.seal(self.pouch)]}, by=CEC)
        self.manifested([self.pouch], papers=papers, by_style=self.by_style(**off))
        return self

    def pack_style(self, style: str, *, papers: int) -> None:
        """Packs of one style out of the station's batch of it."""
        batch = replace(self.names, style=CODES.index(style) + 1).batch
        while papers:
            size = min(papers, _PACK)
            pack = self.names.pack(sum(map(len, self.packs_of.values())) + 1)
            packed = {"type": "UnitPacked", "unit": pack, "batch": batch, "contents": [], "papers": size}
            self.play.act(packed, by=CEC)
            self.packs_of[style].append(pack)
            papers -= size

    def by_style(self, **off: int) -> list[Partial]:
        """The manifest's lines; ``off``: style (with underscores) -> by how much it is stated otherwise."""
        stated = {style.replace("_", "-"): papers for style, papers in off.items()}
        return [{"style": style, "papers": self.share(style) + stated.get(style, 0)} for style in CODES]

    # --- at the station

    def counted(self) -> StyledJourney:
        """All packs counted into the books of their style in one act; the safe sealed with one seal, and opened again."""
        self.opened()
        self.count_styles()
        seals = [self.play.stage.seal(self.stock(CODES[0]))]
        self.play.act({"type": "StoreSealed", "station": self.code, "seals": seals}, by=self.commission)
        self.play.wait(hours=96)
        self.play.act({"type": "StoreOpened", "station": self.code, "seals": "intact"}, by=self.commission)
        return self

    def count_styles(self, **wrong: int) -> str:
        """One count of all packs; ``wrong``: style (with underscores) -> by how much its first pack is counted otherwise."""
        rows = []
        for style, packs in self.packs_of.items():
            for number, pack in enumerate(packs):
                off = wrong.get(style.replace("-", "_"), 0) if number == 0 else 0
                rows.append({"unit": pack, "papers": (self.play.unit(pack).papers or 0) + off})
        return self.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": rows}, by=self.commission)

    def act(self, kind: str, *, style: str = "", by: tuple[str, ...] = (), **fields: Any) -> str:
        """An act of the commission about one style, or about all."""
        said = {"type": kind, "station": self.code, **fields, **({"style": style} if style else {})}
        return self.play.act(said, by=by or self.commission)

    def voted(self, **other: Any) -> StyledJourney:
        """One ballot box for all styles; papers of each issued and accounted for. ``other``: style -> papers issued more."""
        self.counted()
        box, issuer = self.names.ballot_box, self.who("issuer")[0]
        self.act("BallotBoxesSealed", boxes=[box], seals=[self.play.stage.seal(box)])
        pair = (self.commission[1], issuer)
        for style in CODES:
            more = other.get(style.replace("-", "_"), 0)
            self.act("BallotsGivenToIssuer", style=style, by=pair, issuer=issuer, papers=self.share(style))
            self.act("BallotsSpoiled", style=style, by=pair, issuer=issuer, papers=SPOILED)
            back = {"issuer": issuer, "issued": self.issued(style) + more, "unused": UNUSED}
            self.act("BallotsReturnedByIssuer", style=style, by=(issuer, self.commission[1]), **back)
        return self

    def issued(self, style: str) -> int:
        """Papers of a style issued, where nobody says otherwise."""
        return self.share(style) - SPOILED - UNUSED

    def signed(self, contest: str) -> int:
        """Signatures in the list: one voter gets one paper of a contest."""
        return sum(self.issued(style) for style in CODES if style.startswith(contest))

    def listed(self, *, off: int = 0) -> None:
        """The list at closing: one act for each contest, since more voters took the papers of the one than of the other."""
        for contest in ("president", "council"):
            units = [self.stock(style) for style in CODES if style.startswith(contest)]
            signatures = self.signed(contest) + (off if contest == "president" else 0)
            self.stated(signatures=signatures, units=units)

    def drawn_up(self, **other: Mapping[str, int]) -> StyledJourney:
        """Everything up to the accounts, one a style; ``other``: style (with underscores) -> figures stated otherwise."""
        self.voted()
        self.listed()
        self.close_accounts(**other)
        return self

    def close_accounts(self, **other: Mapping[str, int]) -> None:
        """What is left is cancelled, the box opened, and each account drawn up."""
        for style in CODES:
            self.act("UnusedCancelled", style=style, unused=UNUSED, spoiled=SPOILED, defective=0)
        self.boxes_opened()
        for style in CODES:
            self.play.act({**self.figures(style), **other.get(style.replace("-", "_"), {})}, by=self.commission)

    def figures(self, style: str) -> Partial:
        """An honest account of a style."""
        issued, contest = self.issued(style), style.partition("-")[0]
        figures = self.account(
            received=self.share(style),
            issued=issued,
            spoiled=SPOILED,
            unused=UNUSED,
            cancelled=UNUSED + SPOILED,
            signatures=self.signed(contest),
            in_boxes=issued - 1,
            valid=issued - 4,
            invalid=3,
        )
        return {**figures, "style": style}

    # --- homeward

    def packed_for_return(self, **other: Any) -> str:
        """Papers of all styles in one pouch for the way back, sealed."""
        accounts = {style: self.account_of(style) for style in CODES}
        rows = [
            {"unit": self.back, "style": style, "from_boxes": row["in_boxes"], "cancelled": row["cancelled"], **other}
            for style, row in accounts.items()
        ]
        event = self.act("PackedForReturn", packages=rows)
        self.play.act({"type": "SealsApplied", "seals": [self.play.stage.seal(self.back)]}, by=self.commission)
        return event
