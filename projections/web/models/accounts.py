"""The parts of answers about figures: ballot accounts, their double entry, sums of the election.

A figure that nobody stated is null, never 0; one that a dispute keeps out of force is shown and named as disputed.
"""

from __future__ import annotations

from pydantic import Field

from projections.web.models.parts import Model, Position


class TermDoc(Model):
    """One figure of an account."""

    name: str = Field(examples=["issued"])
    words: str = Field(examples=["issued"])
    papers: int | None
    disputed: bool = Field(description="A dispute keeps out of force what states it.")


class EquationDoc(Model):
    """One line of double entry: both sides should be equal."""

    words: str
    left: tuple[TermDoc, ...]
    right: tuple[TermDoc, ...]
    left_papers: int | None
    right_papers: int | None
    difference: int | None = Field(description="right - left; null while a figure is missing.")


class AccountDoc(Model):
    """A station's ballot account, in papers (list and signatures: voters)."""

    station: str = Field(examples=["AAA"])
    style: str | None = Field(description="Style of the papers; null: of the only one, or of all together.")
    state: str | None
    list: int | None
    reserve: int | None
    allocated: int | None
    declared: int | None
    counted: int | None
    counted_at: str | None
    issued: int | None
    signatures: int | None
    spoiled: int | None
    unused: int | None
    defective: int | None
    cancelled: int | None
    in_boxes: int | None
    valid: int | None
    invalid: int | None
    not_returned: int | None
    returned: int | None
    unaccounted: int | None = Field(description="Declared less accounted for; negative: papers without origin.")
    store: int | None
    with_issuers: int | None
    disputed: bool = Field(description="A dispute keeps some of these figures out of force; they stay shown.")
    disputed_figures: tuple[str, ...] = Field(description="Which of them.", examples=[["counted", "store"]])
    withheld: bool = Field(description="Figures from inside the boxes are null until the last station has closed.")
    position: Position


class TotalDoc(Model):
    """One figure of the ballot accounts, summed over the stations that have it."""

    name: str = Field(examples=["counted"])
    words: str
    papers: int
    stations: int = Field(ge=0, description="Number of stations whose account has the figure.")
    disputed: int = Field(ge=0, description="Number of these stations whose figure a dispute keeps out of force.")


class Papers(Model):
    """The papers of the election; each figure is the sum of what was stated."""

    ordered: int | None
    printed: int | None
    good: int | None
    waste: int | None
    waste_destroyed: int | None
    batches: tuple[str, ...] = Field(description="Printing batches.", examples=[["CEC-B01-G"]])
    totals: tuple[TotalDoc, ...]
