"""A document as files: HTML without a script, PDF (A-3a, UA-1), each of its bars as SVG, or plain text.

The same document is the same bytes with the same versions of typst and the fonts: bars in HTML and in PDF are one drawing.
"""

from __future__ import annotations

import textwrap
from functools import cache
from importlib.resources import files
from typing import Any, Final

import jinja2

from custody.paper.typeset import pdf_of, svg_of
from custody.report.document import Bars, Copied, Document, DocumentTable, Part, Said

_DRAWN: Final = b"#draw(json(bytes(sys.inputs.sheet)))\n"
_WIDTH: Final = 100
"""Signs in a line of plain text."""


def as_pdf(document: Document) -> bytes:
    """The document as PDF, A4, with tags that a screen reader needs."""
    return pdf_of(_template("bars.typ") + _template("document.typ"), doc=_doc(document), made_at=document.made_at)


def as_svg(bars: Bars) -> bytes:
    """One drawing, its words as outlines; the sentence about it is for whoever shows it."""
    return svg_of(_template("bars.typ") + _DRAWN, doc=_part_doc(bars))


def as_html(document: Document) -> bytes:
    """One file that needs no other: style and drawings are in it."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    page = environment.from_string(_template("document.html").decode())
    drawn = {bars.slug: as_svg(bars).decode() for bars in document.charts()}
    doc = _doc(document)
    return page.render(doc=doc, drawn=drawn).encode()


def as_text(document: Document) -> str:
    """The document for a terminal or a printer of lines."""
    lines = [document.title, *document.lines, "", *textwrap.wrap(document.lead, _WIDTH)]
    for section in document.sections:
        lines += ["", section.title]
        for part in section.parts:
            lines += _part_lines(part)
    return "\n".join(lines) + "\n"


def _part_lines(part: Part) -> list[str]:
    match part:
        case Said(text):
            return textwrap.wrap(text, _WIDTH)
        case Copied(text):
            return [f"    {line}" for line in text.splitlines()]
        case DocumentTable():
            return _grid_lines(part)
        case Bars():
            return [f"  {bar.name}: {bar.figure}" for bar in part.bars]


def _grid_lines(grid: DocumentTable) -> list[str]:
    rows = [grid.head, *grid.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(grid.head))]
    told = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in grid.figures else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        told.append("  ".join(cells).rstrip())
    return [grid.caption, *told] if grid.caption else told


def _doc(document: Document) -> dict[str, Any]:
    return {
        "language": document.language,
        "title": document.title,
        "lead": document.lead,
        "lines": list(document.lines),
        "page_of": document.page_of,
        "sections": [
            {"title": section.title, "parts": [_part_doc(part) for part in section.parts]}
            for section in document.sections
        ],
    }


def _part_doc(part: Part) -> dict[str, Any]:
    match part:
        case Said(text):
            return {"kind": "said", "text": text}
        case Copied(text):
            return {"kind": "copied", "text": text}
        case DocumentTable(caption, head, rows, widths, figures):
            return {
                "kind": "grid",
                "caption": caption,
                "head": head,
                "rows": rows,
                "widths": widths,
                "figures": figures,
            }
        case Bars(slug, title, alt, legend, bars, longest):
            told = [{"name": bar.name, "parts": bar.parts, "figure": bar.figure} for bar in bars]
            doc = {"kind": "bars", "slug": slug, "title": title, "alt": alt, "legend": legend}
            return {**doc, "bars": told, "longest": max(longest, 1)}


@cache
def _template(name: str) -> bytes:
    return files("custody").joinpath("data/forms", name).read_bytes()
