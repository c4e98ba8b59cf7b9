"""The answer of a search."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from projections.web.models.parts import Model

Kind = Literal["station", "unit", "consignment", "seal", "entry", "event", "finding", "handover", "badge", "key"]


class Hit(Model):
    """Something that has a page."""

    kind: Kind
    name: str = Field(examples=["Gori (AAA)"])
    path: str = Field(description="Path of its page, without a language.", examples=["/stations/AAA"])


class SearchAnswer(Model):
    """What was meant, or may have been."""

    query: str
    hits: tuple[Hit, ...] = Field(description="What fits; at most 20.")
    meant: tuple[Hit, ...] = Field(description="Where nothing fits: what may have been meant.")
    sentence: str = Field(description="Where nothing fits: what is not there. In English.")
