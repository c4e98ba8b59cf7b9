"""A small election whose acts are printed, and what a scanner makes of a printed page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw

from custody.paper.source import Source, filled_from
from tests.ledger.journeys import Journey
from tests.ledger.playing import Play

DPI = 150


@lru_cache(maxsize=1)
def printed_election() -> Source:
    """One station, from the handover to the closed account."""
    journey = Journey(Play("AYT"), "AYT")
    journey.closed()
    return filled_from(journey.play.ledger.state, entries=journey.play.log)


def scanned(pdf: bytes, *, folder: Path) -> list[Path]:
    """Pages of a PDF as a scanner at 150 dpi gives them: noisy, turned by two degrees, with a fold across the middle."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for number in range(len(document)):
        page = document[number].render(scale=DPI / 72, grayscale=True).to_pil()
        page = Image.blend(page, Image.effect_noise(page.size, 60), 0.25)
        page = page.rotate(2, resample=Image.Resampling.BICUBIC, fillcolor=235, expand=True)
        ImageDraw.Draw(page).line([(0, page.height // 2), (page.width, page.height // 2 + 6)], fill=90, width=3)
        pages.append(folder / f"scan-{number}.png")
        page.save(pages[-1])
    document.close()
    return pages
