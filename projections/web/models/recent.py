"""The entries recorded last, in short."""

from __future__ import annotations

from pydantic import Field

from projections.web.models.answers import Answer
from projections.web.models.parts import Hash, Model, Position, Sentences


class RecentDoc(Model):
    """An entry in short."""

    position: Position
    event: Hash | None
    type: str = Field(examples=["HandoverAnswered"])
    at: str | None = Field(description="Claimed time, by the clock of those who signed.")
    station: str | None
    units: tuple[str, ...]
    status: str = Field(
        description="What came of it at once: applied, waiting, disputed, finding, recorded or duplicate."
    )
    sentences: Sentences


class RecentAnswer(Answer):
    """The entries recorded last, the newest first."""

    items: tuple[RecentDoc, ...] = Field(description="At most 50.")
