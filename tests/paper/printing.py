"""A small election whose acts are printed, and what a scanner makes of a printed page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from random import Random

import pypdfium2
from PIL import Image, ImageDraw

from custody.paper.forms import FORMS
from custody.paper.sheet import Sheet
from custody.paper.source import Source, filled_from
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.supplies import destroy
from tests.core.ledger.test_losses import found, lost

DPI = 150
UNIT = "AYT-P01-T"
SUBJECTS = {
    "handover": UNIT,
    "seal-log": UNIT,
    "loss-find": "WAW-P01-N",
    "destruction": "ROM",
    "remark": UNIT,
    "label": UNIT,
}
"""What a form is about that is not about the station of Antalya."""


@lru_cache(maxsize=1)
def printed_election() -> Source:
    """Antalya from the manifest to the way back, Rome to the destruction at the mission, Warsaw's pouch lost and found."""
    play = Play("AYT", "ROM", "WAW")
    antalya, rome, warsaw = (Journey(play, code) for code in ("AYT", "ROM", "WAW"))
    ruled(play, disposal_exceptions=[{"station": "ROM", "disposal": "keep-and-destroy"}])
    antalya.closed()
    play.act({"type": "ObserverRemarked", "units": [antalya.pouch]}, by=("observer-1",))
    antalya.packed_for_return()
    antalya.returning()
    rome.closed()
    destroy(rome, packages=[], from_boxes=rome.papers - 23, cancelled=22, by=("rom-officer", "rom-head"))
    warsaw.under_way()
    lost(warsaw, by=("courier-waw", "mfa-1"))
    found(warsaw)
    return filled_from(play.ledger.state, entries=play.log)


def scanned(pdf: bytes, *, folder: Path) -> list[Path]:
    """Pages of a PDF as a scanner at 150 dpi gives them: noisy, turned by two degrees, with a fold across the middle."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for number in range(len(document)):
        page = document[number].render(scale=DPI / 72, grayscale=True).to_pil()
        noise = Image.frombytes("L", page.size, Random(number).randbytes(page.width * page.height))
        page = Image.blend(page, noise, 0.25)
        page = page.rotate(2, resample=Image.Resampling.BICUBIC, fillcolor=235, expand=True)
        ImageDraw.Draw(page).line([(0, page.height // 2), (page.width, page.height // 2 + 6)], fill=90, width=3)
        pages.append(folder / f"scan-{number}.png")
        page.save(pages[-1])
    document.close()
    return pages


def filled(source: Source, form: str) -> Sheet:
    """A form about something in the election."""
    subject = SUBJECTS.get(form, "AYT")
    return FORMS[form].filled(source, next(iter(source.state.findings)).id if form == "discrepancy" else subject)
