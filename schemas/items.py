"""Items: what is sent to a station beside the papers, by kind, by number or count: lists, the stamp, ink, booths, spare seals.

Sources: the delivery note of the commission's supplies, and the register of spare seals. Kinds are codes of the published list or
of the rules. Not here: what a difference means (custody.core.checks.items).
"""

from __future__ import annotations

from typing import Annotated, Final, Self, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from schemas.base import Code, Strict
from schemas.styles import left_out

ITEMS_MAX: Final = 30
ItemNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z/.-]{0,23}$")]
"""Number on an item: of a seal, a certificate, a protocol form."""


L = TypeVar("L", bound="ItemLine")


class ItemLine(Strict):
    """Items of one kind."""

    kind: Code = Field(description="kind of item, a code of the published list or of the rules")
    count: Annotated[int, Field(ge=0, le=100_000)] = Field(description="how many of them; 0: none is there")
    numbers: Annotated[tuple[ItemNumber, ...], Field(min_length=1, max_length=200)] = Field(
        default=(),
        json_schema_extra=left_out,
        description="their numbers, each once; left out: not numbered, or not stated",
    )

    @model_validator(mode="after")
    def _as_many_as_numbers(self) -> Self:
        if self.numbers and len(set(self.numbers)) != self.count:
            raise ValueError("items that are numbered are as many as their numbers, each once")
        return self


class SentItem(ItemLine):
    """Items of one kind on a manifest."""

    comes_back: bool = Field(
        default=False, json_schema_extra=left_out, description="whether they come back with the return; left out: no"
    )


def _each_kind_once(lines: tuple[L, ...]) -> tuple[L, ...]:
    if len({line.kind for line in lines}) != len(lines):
        raise ValueError("items of one kind stand in one line")
    return lines


Items = Annotated[tuple[ItemLine, ...], Field(min_length=1, max_length=ITEMS_MAX), AfterValidator(_each_kind_once)]
SentItems = Annotated[tuple[SentItem, ...], Field(min_length=1, max_length=ITEMS_MAX), AfterValidator(_each_kind_once)]
