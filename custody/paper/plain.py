"""A sheet as lines of text, in the order of the sheet: to be compared with the paper by eye, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from custody.core.wording.message_format import Language
from custody.core.wording.messages import render
from custody.paper.sheet import (
    Block,
    Code,
    Fields,
    Heading,
    Label,
    Marks,
    PlainWords,
    Sheet,
    Sides,
    Table,
    Value,
    figure,
)


def plain_lines(sheet: Sheet, *, language: Language) -> Iterator[str]:
    """Title, and every value that is stated; what is blank or for ink is left out."""
    yield render(sheet.title, language=language)
    yield " · ".join(plain(line, language=language) for line in sheet.lines if line is not None)
    for block in sheet.blocks:
        for line in _block(block, language=language):
            yield f"  {line}"


def plain(value: Value, *, language: Language) -> str:
    """One value as text; nothing for one that is not stated."""
    match value:
        case None:
            return ""
        case Code(text):
            return text
        case PlainWords():
            return value.told(language)
        case int():
            return figure(value, language=language)
        case _:
            return render(value, language=language)


def _block(block: Block, *, language: Language) -> Iterator[str]:
    match block:
        case Heading(text):
            yield render(text, language=language)
        case Fields(rows):
            yield from _pairs(rows, language=language)
        case Sides(left, right):
            for side in (left, right):
                yield from _pairs([(side.title, side.party)], language=language)
                yield from (f"  {plain(one, language=language)}" for one in side.people if one is not None)
        case Marks(label, choices, more):
            yield from _pairs([(label, text) for text, is_on in choices if is_on], language=language)
            yield from _pairs(more, language=language)
        case Label(code, lines):
            yield code
            yield from _pairs(lines, language=language)
        case Table(head, rows):
            titles = [render(text, language=language) for text in head]
            half = len(titles) // 2
            parts = [slice(0, half), slice(half, None)] if titles[:half] == titles[half:] else [slice(None)]
            for part in parts:
                stated = (row[part] for row in rows if any(one is not None for one in row[part]))
                yield from (_row(row, titles=titles[part], language=language) for row in stated)


def _row(row: Sequence[Value], *, titles: Sequence[str], language: Language) -> str:
    said = [(title, plain(value, language=language)) for title, value in zip(titles, row, strict=True)]
    return "; ".join(f"{title}: {text}" for title, text in said if text)


def _pairs(rows: Sequence[tuple[Value, Value]], *, language: Language) -> Iterator[str]:
    for label, value in rows:
        if value is not None:
            yield f"{plain(label, language=language)}: {plain(value, language=language)}"
