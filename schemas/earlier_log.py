"""An election that follows another one, as a run-off follows the first vote: what it refers to, by hash and never by copy.

Genesis names the earlier election and a checkpoint of its log; the opening of a station names the opening that it had there, and
the seals that are on something at the station since then and unbroken. Whether the earlier log says so is checked against it
(``custody.core.evidence.carried_over``); the fold judges what this log alone can say.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from schemas.base import Strict
from schemas.identifiers import Digest, SealId
from schemas.styles import left_out

SEALS_MAX: Final = 40
"""The most seals that a station carries over."""

T = TypeVar("T")


def whole_or_left_out(schema: dict[str, Any]) -> None:
    """What is left out has no form of its own: it is never null."""
    left_out(schema)
    schema.update(schema.pop("anyOf")[0])


def _stated(value: T | None) -> T:
    """What a field says that may be left out and is never null."""
    if value is None:
        raise ValueError("this is left out where there is none")
    return value


Stated = Annotated[T | None, AfterValidator(_stated)]
"""A part that may be left out, which a program reads as None, and is never null."""


class EarlierLog(Strict):
    """The election that this one follows, as it stood under one checkpoint of its log."""

    election: Digest = Field(description="election id of the earlier election")
    size: Annotated[int, Field(ge=1, le=2**53 - 1)] = Field(description="entries of its log under that checkpoint")
    root: Digest = Field(description="root hash of its log under that checkpoint, 64 hex digits")


class CarriedOver(Strict):
    """What a station has from the earlier election."""

    opened: Digest = Field(description="event id of its opening on the earlier log")
    seals: Annotated[tuple[SealId, ...], Field(min_length=1, max_length=SEALS_MAX)] = Field(
        default=(),
        json_schema_extra=left_out,
        description="seals on something at the station since then, unbroken; an act there that names one applies it here; left "
        "out: none",
    )

    @model_validator(mode="after")
    def _each_seal_once(self) -> Self:
        if len(set(self.seals)) != len(self.seals):
            raise ValueError("a seal is carried over once")
        return self
