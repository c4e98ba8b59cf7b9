"""The facts that people quote: indicators with their denominators, the data of two charts, and a sample that anybody can draw."""

from __future__ import annotations

from hashlib import sha256

from custody.core.authority.withholding import hidden_figures
from projections import queries, quoted_figures
from projections.kept_rows import KeptAccount
from projections.web.facts.events import in_each
from projections.web.models.figures import BarDoc, FiguresAnswer, IndicatorDoc, SampleAnswer
from projections.web.snapshots.snapshot import Snapshot

_PARTS = ("valid", "invalid", "cancelled", "not_returned", "unaccounted")
"""Figures of an account that together are what arrived."""


def figures_answer(reading: Snapshot) -> FiguresAnswer:
    """All figures to quote."""

    def hidden(doc: KeptAccount) -> frozenset[str]:
        return hidden_figures(doc) if reading.withheld else frozenset()

    found = quoted_figures.quoted_figures(reading.books, hidden=hidden)
    return FiguresAnswer(
        **reading.common(),
        indicators=tuple(
            IndicatorDoc(name=one.name, value=one.value, of=one.of, means=in_each(one.means)) for one in found
        ),
        arrivals=tuple(BarDoc(name=bar.name, value=bar.value) for bar in quoted_figures.arrivals(reading.books)),
        papers=_papers(reading),
        withheld=reading.withheld,
    )


def _papers(reading: Snapshot) -> tuple[BarDoc, ...]:
    hidden = hidden_figures if reading.withheld else None
    totals = queries.election_totals(reading.books, hidden=hidden) if hidden else queries.election_totals(reading.books)
    return tuple(BarDoc(name=name, value=totals[name].papers) for name in _PARTS if name in totals)


def sample_answer(reading: Snapshot, *, seed: str, size: int) -> SampleAnswer:
    """Stations in the order of SHA-256 of seed, a colon and the code: who has the seed draws the same without this program."""
    codes = [station["station"] for station in queries.all_stations(reading.books)]
    drawn = sorted(codes, key=lambda code: sha256(f"{seed}:{code}".encode()).hexdigest())[:size]
    return SampleAnswer(**reading.common(), seed=seed, stations=tuple(drawn), of=len(codes))
