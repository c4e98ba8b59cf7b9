"""A sheet set as PDF: A4, PDF/A-3a and PDF/UA-1, fonts embedded, the signed acts attached; the one place that knows typst.

The same sheet in the same languages is the same bytes: its date is the claimed time of the act, and no clock, no font of the
system and no name of a machine goes in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import fontpkg_noto_sans
import typst

from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message
from custody.paper.codes import Drawing, draw
from custody.paper.eight import eight_words
from custody.paper.packing import PackedAct, pack
from custody.paper.sheet import Sheet, block_doc, told
from custody.paper.transport import Carried, printed, set_of
from schemas.errors import Refused
from schemas.identifiers import epoch_seconds

ROW_CODES: Final = 3
PAGE_CODES: Final = 12
"""Codes that stand in a row, and on a page: what the bodies leave free is filled with repair frames."""
DEMONSTRATION: Final = ".invalid"
"""How the domain of a log ends that is no election's."""
_STANDARDS: Final[list[typst.PDFStandard]] = ["a-3a", "ua-1"]
_UNKNOWN: Final = re.compile("the text `(?P<text>.+?)` could not be displayed")


def typeset(
    sheet: Sheet, *, languages: Sequence[Language], election: tuple[str, Message] | None, domain: str = ""
) -> bytes:
    """The PDF of a sheet in one language or two; ``election``: its short name and its voting day, None on a blank form."""
    doc = _doc(sheet, languages=languages, election=election, domain=domain)
    template = files("custody").joinpath("data/forms/sheet.typ").read_bytes()
    return pdf_of(template, doc=doc, made_at=0 if sheet.at is None else epoch_seconds(sheet.at))


def pdf_of(template: bytes, *, doc: Mapping[str, Any], made_at: int) -> bytes:
    """A template filled with what it says, as PDF by both standards; ``made_at``: the date in the file.  Refused("letters")."""
    return _set(template, doc=doc, how={"format": "pdf", "pdf_standards": _STANDARDS, "timestamp": made_at})


def svg_of(template: bytes, *, doc: Mapping[str, Any]) -> bytes:
    """The same as one drawing.  Refused("letters")."""
    return _set(template, doc=doc, how={"format": "svg"})


def _set(template: bytes, *, doc: Mapping[str, Any], how: Mapping[str, Any]) -> bytes:
    compiler = typst.Compiler(template, font_paths=_fonts(), ignore_system_fonts=True)
    try:
        made = compiler.compile(sys_inputs={"sheet": json.dumps(doc, ensure_ascii=False)}, **how)
    except typst.TypstError as error:
        found = _UNKNOWN.search(str(error))
        if found is None:
            raise
        raise Refused("letters", f"The fonts of the forms have no sign for {found['text']}.") from error
    if not isinstance(made, bytes):
        raise TypeError("typst makes one file of a sheet")
    return made


def carried(sheet: Sheet) -> list[str]:
    """The texts of the codes that carry a sheet's acts; none where it carries none."""
    if not sheet.has_twin:
        return []
    packed = pack([PackedAct(act.entry, dict(act.keys)) for act in sheet.acts])
    frames = set_of(Carried("A", packed))
    return printed(frames, spare=max(PAGE_CODES - len(frames.bodies), 1), together=ROW_CODES)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(fontpkg_noto_sans.ROOT) / "files"])


def _doc(
    sheet: Sheet, *, languages: Sequence[Language], election: tuple[str, Message] | None, domain: str
) -> dict[str, Any]:
    def tell(text: Message | None) -> dict[str, Any] | None:
        return told(text, languages=languages)

    title = told(sheet.title, languages=languages) or {}
    named = (
        message("form.election-blank")
        if election is None
        else message("form.election", slug=election[0], day=election[1])
    )
    return {
        "languages": list(languages),
        "document": " / ".join(title["text"]),
        "title": title,
        "lines": [told(line, languages=languages) for line in sheet.lines],
        "head": {
            "commission": tell(message("form.cec")),
            "election": tell(named),
            "form": tell(message("form.number", number=sheet.number)),
            "sheet": tell(message("form.sheet", x="⟦x⟧", y="⟦y⟧")),
            "demonstration": tell(message("form.demonstration")) if domain.endswith(DEMONSTRATION) else None,
        },
        "words": {
            "surname": tell(message("form.surname")),
            "signature": tell(message("form.signature")),
            "stamp": tell(message("form.stamp")),
            "declined": tell(message("form.declined")),
        },
        "blocks": [_drawn(block_doc(block, languages=languages), languages=languages) for block in sheet.blocks],
        "says": [tell(text) for text in sheet.says],
        "identity": _identity(sheet, languages=languages),
        "eight": _eight(sheet, languages=languages),
        "twin": _twin(sheet, languages=languages),
        "files": [_file(sheet, number=number, languages=languages) for number in range(len(sheet.acts))],
    }


def _drawn(block: dict[str, Any], *, languages: Sequence[Language]) -> dict[str, Any]:
    """A label with its code drawn; any other block as it is."""
    if block["kind"] != "label":
        return block
    alt = message("form.alt.label", unit=block["code"])
    return block | {"qr": _code(draw(block["code"]), alt=alt, languages=languages)}


def _identity(sheet: Sheet, *, languages: Sequence[Language]) -> dict[str, Any] | None:
    """The id of the event that the sheet is about: as a code, as digits; the words stand beside it."""
    if sheet.about is None or not sheet.acts:
        return None
    digits = [" ".join(sheet.about[at : at + 4] for at in range(half, half + 32, 4)) for half in (0, 32)]
    position = sheet.acts[0].position
    says = (
        message("form.recorded", position=position)
        if sheet.has_twin
        else message("form.recorded-plain", position=position)
    )
    code = draw(printed(set_of(Carried("I", bytes.fromhex(sheet.about))))[0])
    return {
        "label": told(message("form.event-id"), languages=languages),
        "digits": digits,
        "code": _code(code, alt=message("form.alt.event-id"), languages=languages),
        "says": told(says, languages=languages),
    }


def _eight(sheet: Sheet, *, languages: Sequence[Language]) -> list[list[list[str]]]:
    if sheet.about is None:
        return []
    return [
        [[f"{number:03}", word] for number, word in eight_words(sheet.about, language=language)]
        for language in languages
    ]


def _twin(sheet: Sheet, *, languages: Sequence[Language]) -> dict[str, Any] | None:
    """The acts in codes, all on one further page as far as acts are of the usual size."""
    texts = carried(sheet)
    if not texts:
        return None
    codes = []
    for number, text in enumerate(texts, start=1):
        caption = message("form.twin.code", number=number, of=len(texts))
        drawn = _code(draw(text), alt=caption, languages=languages)
        codes.append(drawn | {"caption": told(caption, languages=languages)})
    return {
        "title": told(message("form.twin.title"), languages=languages),
        "says": told(message("form.twin.says"), languages=languages),
        "codes": codes,
    }


def _code(drawing: Drawing, *, alt: Message, languages: Sequence[Language]) -> dict[str, Any]:
    words = told(alt, languages=languages) or {}
    return {"svg": drawing.svg, "width": drawing.width_mm, "alt": " / ".join(words["text"])}


def _file(sheet: Sheet, *, number: int, languages: Sequence[Language]) -> dict[str, Any]:
    act = sheet.acts[number]
    words = told(message("form.attached", event=act.event_id), languages=languages) or {}
    return {
        "name": f"{sheet.slug}-{act.event_id[:16]}.event",
        "data": act.entry.decode("ascii"),
        "description": " / ".join(words["text"]),
    }
