"""The parts of answers about the whole election: a row for each station, and custody planned against recorded."""

from __future__ import annotations

from pydantic import Field

from projections.web.models.accounts import AccountDoc
from projections.web.models.parts import Hash, Model, Sentences


class StationRow(Model):
    """A station on the board."""

    station: str
    city: str
    country: str
    account: AccountDoc | None
    out_legs: int
    out_done: int
    back_legs: int
    back_done: int
    refused: int
    open_findings: int
    told_findings: int = Field(description="Told for information: nobody has to do anything about them.")
    settled_findings: int
    adjudicated_findings: int
    worst: str | None = Field(description="Greatest severity among the open findings.")


class UncertainDoc(Model):
    """A time in which the whereabouts or seal of something was uncertain."""

    station: str | None
    city: str | None
    minutes: int
    finding: Hash


class Handovers(Model):
    """Planned against recorded."""

    planned: int
    done: int
    substitutes: int
    unplanned: int = Field(description="Handovers that no plan names, substitutes not among them.")
    refused: int
    missing: int
    uncertain: tuple[UncertainDoc, ...]


class NoteDoc(Model):
    """An irregularity that is nobody's disagreement: it raises no finding, and is told all the same."""

    station: str
    city: str
    code: str
    sentence: str
    sentences: Sentences = Field(description="The sentence in each language.")
