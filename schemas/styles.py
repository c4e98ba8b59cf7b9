"""Styles of ballot papers: which contest a paper is for, of which kind it is, in which language.

An election of one style names none: its events say nothing of styles. Where genesis lists styles, the printing order names one;
batches, packs and resupplies have that of the papers in them, and every station has a book for each style that it is sent. What
is left out has no form of its own, so that one fact has one form.

Source: the decision on the form and the text of the ballot paper.
Not here: what a style means for figures (custody.core.state.styles).
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from schemas.base import Code, Papers, SerialRange, Strict
from schemas.identifiers import UnitId

STYLE_PATTERN: Final = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
STYLES_MAX: Final = 16
"""The most styles that one election has."""


def left_out(schema: dict[str, Any]) -> None:
    """What is left out has no form of its own: the default of the program is no value that a file may state."""
    schema.pop("default", None)


StyleCode = Annotated[str, StringConstraints(pattern=STYLE_PATTERN, max_length=24)]
"""Code of a style or of a contest: small letters, digits and single hyphens."""


class Style(Strict):
    """One style of ballot paper of the election."""

    code: StyleCode = Field(description="code of the style, as events name it")
    contest: StyleCode = Field(description="code of the contest that the paper is for; several styles may be of one")
    kind: Code = Field(description="kind of paper, a code: ordinary, large-print and the like")
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = Field(
        description="ISO 639 code of the language that it is printed in; null: several on one paper"
    )


class StyleBook(Strict):
    """A station's book of the papers of one style."""

    style: StyleCode = Field(description="code of a style of genesis")
    stock: UnitId = Field(
        description="unit that stands for the station's book of papers of this style; created here, empty"
    )


class ReplacementOfStyle(Strict):
    """New papers of a further style, where what is replaced held several."""

    source: UnitId = Field(description="printing batch that the new papers come from")
    batch: UnitId = Field(description="batch created for the station")
    papers: Papers = Field(description="new papers, from the CEC's decision")
    serials: SerialRange | None = Field(
        description="serial numbers of the new papers; null: not numbered, or not stated"
    )


class StylePapers(Strict):
    """Papers of one style."""

    style: StyleCode = Field(description="code of a style of genesis")
    papers: Papers = Field(description="papers of this style")


Styles = Annotated[tuple[Style, ...], Field(min_length=1, max_length=STYLES_MAX)]
StyleBooks = Annotated[tuple[StyleBook, ...], Field(min_length=1, max_length=STYLES_MAX)]
PapersByStyle = Annotated[tuple[StylePapers, ...], Field(min_length=1, max_length=STYLES_MAX)]
ReplacementsOfStyles = Annotated[tuple[ReplacementOfStyle, ...], Field(min_length=1, max_length=STYLES_MAX)]
