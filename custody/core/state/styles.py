"""The styles of an election's papers, as genesis lists them: which there are, and which contest each is for.

The theory. Every book of a station, every batch and every pack has one style; the identities of an account hold in each book by
itself. What voters do once a contest whatever the language of their paper - stand on the list, sign in it - has no style of its
own: where a contest has several styles, their books are *parts* of it, and those identities hold in the sum of the parts.
An election of one style lists none; its style is the empty text.

Not here: the sums (custody.core.fold.contest_sums), and where rules have voters sign for each style.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from custody.core.state.units import Unit
from schemas.styles import Style


@dataclass(frozen=True, slots=True)
class ElectionStyles:
    """Style -> its contest, in the order of genesis; empty where the election has one style."""

    contests: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, styles: Iterable[Style]) -> ElectionStyles:
        """The styles that genesis lists."""
        return cls(MappingProxyType({style.code: style.contest for style in styles}))

    def is_one(self, style: str) -> bool:
        """Whether this is a style of the election; the empty text is, where genesis lists none."""
        return style in self.contests if self.contests else not style

    def contest_of(self, style: str) -> str:
        """The contest that a style is for; empty where there is none."""
        return self.contests.get(style, "")

    def beside(self, style: str) -> tuple[str, ...]:
        """All styles of the contest of a style, itself among them."""
        contest = self.contest_of(style)
        return tuple(name for name, other in self.contests.items() if other == contest) if contest else ()

    def is_part(self, style: str) -> bool:
        """Whether a style shares its contest with others."""
        return len(self.beside(style)) > 1


ONE_STYLE: Final = ElectionStyles()


def mix_of(units: Iterable[Unit]) -> tuple[tuple[str, int], ...]:
    """(style, papers) of these units together, by style; empty where the election has one style."""
    papers: dict[str, int] = {}
    for unit in units:
        for style, part in unit.by_style:
            papers[style] = papers.get(style, 0) + part
    return tuple(sorted(papers.items()))


def without(mix: Iterable[tuple[str, int]], *, units: Iterable[Unit]) -> tuple[tuple[str, int], ...]:
    """What is left of a mixture after units have left it."""
    gone = dict(mix_of(units))
    rest = {style: papers - gone.get(style, 0) for style, papers in mix}
    return tuple((style, papers) for style, papers in rest.items() if papers > 0)


def sole(mix: tuple[tuple[str, int], ...]) -> str:
    """The one style of a mixture; empty where there is none or are several."""
    return mix[0][0] if len(mix) == 1 else ""
