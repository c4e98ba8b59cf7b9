"""A consignment with items: two of them come back."""

from __future__ import annotations

from typing import Any, Final

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Partial

SENT: Final[list[Partial]] = [
    {"kind": "commission-stamp", "count": 1, "comes_back": True},
    {"kind": "voters-list", "count": 1, "comes_back": True},
    {"kind": "ink", "count": 6},
    {"kind": "absentee-certificate", "count": 3, "numbers": ["000101", "000102", "000103"]},
]
BACK: Final[list[Partial]] = [{"kind": "commission-stamp", "count": 1}, {"kind": "voters-list", "count": 1}]


def found_of(*changed: Partial) -> list[Partial]:
    """Everything that was sent, as somebody finds it; ``changed`` in the place of lines of the same kind."""
    other = {line["kind"]: line for line in changed}
    rows = [other.pop(line["kind"], line) for line in SENT]
    plain = [{name: value for name, value in line.items() if name != "comes_back"} for line in rows]
    return [*plain, *other.values()]


class Itemised(Journey):
    """One station's papers with items."""

    def manifested(self, units: Any, *, papers: int, **other: Any) -> str:
        """The CEC's manifest, with the items."""
        return super().manifested(units, papers=papers, **{"items": SENT, **other})

    def seen(self, releasing: tuple[str, ...], receiving: tuple[str, ...], *, items: list[Partial]) -> str:
        """A handover at which the receiver states the items."""
        found = {"packages": "all", "seals": "intact", "papers": None, "items": items}
        return self.answer(self.offer(releasing, receiving), receiving, found=found)

    def returned(self, *, items: list[Partial]) -> str:
        """Everything packed and manifested for the way back, with items."""
        self.packed_for_return()
        legs = [{"number": 1, "releasing": "commission", "receiving": "CEC", "due": None, "due_commitment": None}]
        manifest = {"type": "ConsignmentManifested", "consignment": self.names.back, "station": self.code}
        rest = {"direction": "back", "units": [self.back], "packages": 1, "legs": legs, "items": items}
        return self.play.act({**manifest, **rest, "papers": self.play.unit(self.back).papers}, by=self.commission)
