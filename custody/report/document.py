"""A document for reading: a lead, and sections of sentences, tables, bars and words to copy; all of it in one language.

It is no form: nothing on it is signed. How it looks is for ``custody/data/forms/document.html`` and ``document.typ``.
"""

from __future__ import annotations

from dataclasses import dataclass

from custody.core.wording.message_format import Language


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or several that belong together."""

    text: str


@dataclass(frozen=True, slots=True)
class Copied:
    """Words to be copied as they are, in letters of one width."""

    text: str


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table; ``figures`` are the numbers of the columns that hold figures, ``widths`` how the columns share the room."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    figures: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, how long each of its parts is, and the figure that is written beside it."""

    name: str
    parts: tuple[int, ...]
    figure: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Lying bars of one measure. ``slug`` names its file; ``legend`` names the parts; ``longest`` is a whole bar's length.

    ``alt`` says in a sentence what is seen; the figures stand in a table of the same section too.
    """

    slug: str
    title: str
    alt: str
    legend: tuple[str, ...]
    bars: tuple[Bar, ...]
    longest: int


Part = Said | Copied | DocumentTable | Bars


@dataclass(frozen=True, slots=True)
class Section:
    """Some parts under a heading."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. ``made_at`` is the claimed time of what it is about, in seconds since 1970: no clock is read for it."""

    language: Language
    title: str
    lead: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    page_of: str
    """page x of y, with these two signs"""
    made_at: int = 0

    def charts(self) -> tuple[Bars, ...]:
        """All bars, in order."""
        return tuple(part for section in self.sections for part in section.parts if isinstance(part, Bars))
