"""Turnout: how a station's papers of each style end, and which styles a voter signs for in the list together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custody.demo.journey import Way

_EXTRA = 5


@dataclass(frozen=True, slots=True)
class Turnout:
    """How a station's papers of one style end, invented from the seed: issued (net), spoiled, unused, from the boxes."""

    style: str
    received: int
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

    @property
    def cancelled(self) -> int:
        """Never issued, or returned spoiled."""
        return self.unused + self.spoiled

    @property
    def named(self) -> dict[str, str]:
        """What an act says of the style: nothing where the election has one."""
        return {"style": self.style} if self.style else {}


def turnout(way: Way, *, style: str = "") -> Turnout:
    """Figures of one style at a station; one that issues too many issues all it received of the first, and five more."""
    received, voters = way.share(style), way.stage.election.voters_of(way.station, style=style)
    if way.trouble == "issues-too-many" and style == way.styles[0]:
        return Turnout(style, received, received + _EXTRA, 0, 0, received, received + _EXTRA, 4)
    issued = voters * way.random.randint(78, 92) // 100
    spoiled = min(way.random.randint(0, 2), received - issued)
    in_boxes = issued - (issued > 0 and way.random.random() < 0.2)
    invalid = in_boxes * way.random.randint(5, 20) // 1000
    return Turnout(style, received, issued, spoiled, received - issued - spoiled, issued, in_boxes, invalid)


def signed(way: Way, *, figures: Sequence[Turnout]) -> list[tuple[dict[str, list[str]], int]]:
    """Signatures in the list at closing, and the books that they are about where several contests have a list of their own."""
    groups: dict[tuple[str, ...], list[Turnout]] = {}
    for row in figures:
        groups.setdefault(counted_together(way, style=row.style), []).append(row)
    told = []
    for rows in groups.values():
        units = {"units": [way.names_of(row.style).stock for row in rows]} if len(groups) > 1 else {}
        told.append((units, sum(row.signatures for row in rows)))
    return told


def counted_together(way: Way, *, style: str) -> tuple[str, ...]:
    """The styles for which a voter signs in the list once: those of a contest, or each by itself."""
    election = way.stage.election
    return election.beside(style) if election.rules.list_signatures == "contest" else (style,)
