"""Answers about log witnesses: whom the log asks, what each cosigned last, and who stands behind one entry."""

from __future__ import annotations

from pydantic import Field

from projections.web.models.answers import Answer
from projections.web.models.parts import Model, Position


class WitnessDoc(Model):
    """A log witness of the policy in force."""

    name: str = Field(examples=["alpha"])
    group: str | None = Field(description="The group of the policy in which it stands: its camp.")
    size: int = Field(ge=0, description="It stands behind every entry below this position; 0: it has not cosigned yet.")
    at: str | None = Field(description="When it last cosigned, by its own clock, in UTC.")


class WitnessGroupDoc(Model):
    """A group of the policy: so many of its members are needed."""

    name: str
    threshold: int = Field(ge=1)
    members: tuple[str, ...]


class BehindDoc(Model):
    """Who stands behind one entry: k of n, from which groups, and whether that is what the policy asks for."""

    k: int = Field(ge=0, description="Log witnesses that cosigned a checkpoint over it, as far as the log shows.")
    n: int = Field(ge=0, description="Log witnesses that the policy in force names.")
    groups: tuple[str, ...] = Field(description="The groups from which they come.")
    names: tuple[str, ...]
    proven: bool = Field(description="Whether they meet the quorum of the policy in force; never, where there is none.")


class WitnessesAnswer(Answer):
    """The log witnesses, and what each cosigned last."""

    quorum: str | None = Field(description="The group that must be met; null where nobody has to cosign.")
    groups: tuple[WitnessGroupDoc, ...]
    witnesses: tuple[WitnessDoc, ...]


class EntryWitnessesAnswer(Answer):
    """Who stands behind one entry."""

    entry: Position
    behind: BehindDoc
