"""Answers about the record as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from projections.web.models.answers import Answer
from projections.web.models.parts import Model


@dataclass(frozen=True, slots=True)
class RecordFiles:
    """The files of an archive, in figures."""

    entries: int | None
    files: int
    size_bytes: int


class RecordDoc(Model):
    """The archive that can be taken away, and what of the log is withheld."""

    entries: int | None = Field(description="Entries that the archive covers; null where there is no archive here.")
    files: int
    size_bytes: int
    withheld_entries: int = Field(description="Entries that are not given before their time.")
    withheld_until: str | None = Field(description="Until when; null where nothing is withheld.")


class VerifyAnswer(Answer):
    """What a reader needs to check this election himself."""

    record: RecordDoc
