"""A sheet of paper as what stands on it, in order; how it looks is for ``custody/data/forms/sheet.typ``.

Everything that people read is a saying, so that one sheet can be told in any language, or in two side by side. A value of None
is a line to be filled in by hand: a blank form is a sheet without values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, render

GROUPED_FROM: Final = {"en": 1_000, "ru": 10_000, "kk": 10_000}
"""From which number on its thousands are set apart, by language."""
_BETWEEN: Final = {"en": ",", "ru": "\u00a0", "kk": "\u00a0"}
_MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class Code:
    """An identifier, the same in all languages, set in letters of one width."""

    text: str


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Words that stand in no catalogue, language by language."""

    by: tuple[tuple[str, str], ...]

    def told(self, language: Language) -> str:
        """The words in a language."""
        return dict(self.by).get(language, "")


Value = Message | Code | PlainWords | int | None
"""What stands in a field: words, an identifier, a figure; None: to be filled in."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A title over what follows."""

    text: Message


@dataclass(frozen=True, slots=True)
class SmallPrint:
    """A sentence in small letters."""

    text: Message


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels and what was stated under each; without a label, one more line to be filled in."""

    rows: tuple[tuple[Message | None, Value], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two parties: what it does here, its office, its people."""

    title: Message
    party: Value
    people: tuple[Value, ...]
    lines: tuple[tuple[Message, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """The giving and the taking side, next to each other."""

    left: Side
    right: Side


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. ``figures``: numbers of the columns that hold figures; ``strong``: numbers of rows that stand out."""

    head: tuple[Message, ...]
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[int, ...]
    figures: tuple[int, ...] = ()
    strong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """Boxes of which one is ticked; none on a blank form."""

    label: Message
    choices: tuple[tuple[Message, bool], ...]
    more: tuple[tuple[Message, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Signing:
    """Lines for ink: under ``title`` one for each person, known by role and badge or not."""

    title: Message
    people: tuple[Value, ...]
    has_stamp: bool = True


@dataclass(frozen=True, slots=True)
class Signatures:
    """Columns of lines for ink signatures."""

    columns: tuple[Signing, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """An identifier that is read from afar, and its QR code."""

    code: str
    lines: tuple[tuple[Message, Value], ...]


Block = Heading | SmallPrint | Fields | Sides | Table | Marks | Signatures | Label


@dataclass(frozen=True, slots=True)
class CarriedAct:
    """An act that a sheet carries: its name, its envelope, its public keys by key id, where the log has it."""

    event_id: str
    entry: bytes
    keys: tuple[tuple[str, bytes], ...]
    position: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form. ``acts``: those it was filled from, the one it is about first; ``about``: the event whose id it shows."""

    number: int
    slug: str
    title: Message
    lines: tuple[Value, ...]
    blocks: tuple[Block, ...]
    says: tuple[Message, ...]
    acts: tuple[CarriedAct, ...] = ()
    has_twin: bool = False
    """whether its acts stand on a further page in codes, and not only in files with it"""
    about: str | None = None
    at: str | None = None
    """claimed time of what it is about; None on a blank form"""


_NUMBERED: Final = re.compile("№ ")
"""A number stays on the line of its sign."""


def told(value: Value, *, languages: Sequence[Language]) -> dict[str, Any] | None:
    """A value as the typesetter takes it; None stays a line to be filled in."""
    if value is None:
        return None
    if isinstance(value, Code):
        return {"code": value.text}
    if isinstance(value, int):
        return {"text": _once([figure(value, language=language) for language in languages]), "figure": True}
    if isinstance(value, PlainWords):
        return {"text": _once([value.told(language) for language in languages])}
    return {"text": _once([_NUMBERED.sub("№\u00a0", render(value, language=language)) for language in languages])}


def figure(number: int, *, language: Language) -> str:
    """A number as readers of a language write it."""
    digits = str(abs(number))
    if abs(number) >= GROUPED_FROM[language]:
        digits = f"{abs(number):,}".replace(",", _BETWEEN[language])
    return f"{_MINUS}{digits}" if number < 0 else digits


def _once(texts: list[str]) -> list[str]:
    """What is the same in both languages is said once."""
    return list(dict.fromkeys(texts))


def block_doc(block: Block, *, languages: Sequence[Language]) -> dict[str, Any]:
    """A block as the typesetter takes it."""
    match block:
        case Heading(text) | SmallPrint(text):
            kind = "heading" if isinstance(block, Heading) else "note"
            return {"kind": kind, "text": told(text, languages=languages)}
        case Fields(rows):
            return {"kind": "fields", "rows": _pairs(rows, languages=languages)}
        case Label(code, rows):
            return {"kind": "label", "code": code, "rows": _pairs(rows, languages=languages)}
        case Table():
            return _table_doc(block, languages=languages)
        case Sides() | Signatures() | Marks():
            return _people_doc(block, languages=languages)


def _people_doc(block: Sides | Signatures | Marks, *, languages: Sequence[Language]) -> dict[str, Any]:
    match block:
        case Sides(left, right):
            return {"kind": "sides", "sides": [_side_doc(side, languages=languages) for side in (left, right)]}
        case Signatures(columns):
            return {"kind": "signatures", "columns": [_signing_doc(one, languages=languages) for one in columns]}
        case Marks(label, choices, more):
            return {
                "kind": "marks",
                "label": told(label, languages=languages),
                "marks": [[told(text, languages=languages), is_on] for text, is_on in choices],
                "more": _pairs(more, languages=languages),
            }


def _table_doc(table: Table, *, languages: Sequence[Language]) -> dict[str, Any]:
    return {
        "kind": "table",
        "head": [told(text, languages=languages) for text in table.head],
        "rows": [[told(value, languages=languages) for value in row] for row in table.rows],
        "widths": list(table.widths),
        "figures": list(table.figures),
        "strong": list(table.strong),
    }


def _pairs(rows: Sequence[tuple[Message | None, Value]], *, languages: Sequence[Language]) -> list[Any]:
    return [[told(label, languages=languages), told(value, languages=languages)] for label, value in rows]


def _side_doc(side: Side, *, languages: Sequence[Language]) -> dict[str, Any]:
    return {
        "title": told(side.title, languages=languages),
        "party": told(side.party, languages=languages),
        "people": [told(value, languages=languages) for value in side.people],
        "lines": _pairs(side.lines, languages=languages),
    }


def _signing_doc(signing: Signing, *, languages: Sequence[Language]) -> dict[str, Any]:
    return {
        "title": told(signing.title, languages=languages),
        "people": [told(value, languages=languages) for value in signing.people],
        "stamp": signing.has_stamp,
    }
