"""Answers for whoever quotes figures."""

from __future__ import annotations

from pydantic import Field

from projections.web.models.answers import Answer
from projections.web.models.parts import Model, Sentences


class IndicatorDoc(Model):
    """So many of so many."""

    name: str = Field(examples=["stations-counted"])
    value: int | None = Field(description="null while nobody stated it, or it is withheld.")
    of: int | None = Field(description="The denominator.")
    means: Sentences


class BarDoc(Model):
    """One bar of a chart."""

    name: str
    value: int


class FiguresAnswer(Answer):
    """Figures to quote, with their denominators, and the data of the charts."""

    indicators: tuple[IndicatorDoc, ...]
    arrivals: tuple[BarDoc, ...] = Field(
        description="Whole days before its opening that a station had counted -> stations."
    )
    papers: tuple[BarDoc, ...] = Field(description="Where the papers that arrived went; withheld figures are left out.")
    withheld: bool


class SampleAnswer(Answer):
    """Stations drawn by a seed: anybody who takes the same seed draws the same ones."""

    seed: str
    stations: tuple[str, ...] = Field(description="In the order in which they were drawn.")
    of: int = Field(description="Number of all stations.")
