"""QR codes on paper: drawn as vectors, and read from pictures of pages; the one place that knows zxing-cpp.

Drawn at level M with modules of 0.75 mm and a quiet zone of 4 (docs/spec/transport.md T11): so they are read at 150 dpi with
noise, slightly turned, and across a fold. What a code says is for ``transport``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt, sqrt
from pathlib import Path
from typing import Final, cast

import PIL.Image
import pypdfium2
import zxingcpp

from schemas.errors import Misused

MODULE_MM: Final = 0.75
QUIET_MODULES: Final = 4
PAGES_MAX: Final = 200
_DOTS_PER_POINT: Final = 200 / 72
"""A page of a PDF is drawn at 200 dpi before it is looked at."""
_PIXELS_MAX: Final = 50_000_000
"""A page is drawn no larger than this, whatever size it states."""
_PDF: Final = b"%PDF-"
_QR: Final = zxingcpp.barcode_formats_from_str("QRCode")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A code as SVG, and how wide it is with its quiet zone."""

    svg: str
    width_mm: float


def draw(text: str) -> Drawing:
    """The QR code of a text."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    shades = bytes(
        cast("bytes", code.to_image(scale=1, add_quiet_zones=False))
    )  # a buffer, which its stub does not say
    modules = isqrt(len(shades))
    side = modules + 2 * QUIET_MODULES
    path = "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h{length}v1h-{length}z"
        for y in range(modules)
        for x, length in _dark(shades[y * modules : (y + 1) * modules])
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path d="{path}"/></svg>'
    return Drawing(svg=svg, width_mm=side * MODULE_MM)


def read_codes(path: Path) -> list[str]:
    """What all codes on the pages of a file say: a PDF, or a picture (PNG, JPEG, TIFF).  Misused("scan-unreadable")."""
    if not path.is_file():
        raise Misused("scan-unreadable", f"{path} cannot be read: there is no such file.")
    try:
        return [code.text for page in _pages(path) for code in zxingcpp.read_barcodes(page, _QR)]
    except (OSError, ValueError, PIL.Image.DecompressionBombError, pypdfium2.PdfiumError) as error:
        raise Misused("scan-unreadable", f"{path} is no picture or PDF that can be read.") from error


def _dark(row: bytes) -> Iterator[tuple[int, int]]:
    """Runs of dark modules of a row: where each begins, and how long it is."""
    start = None
    for x, shade in enumerate([*row, 255]):
        if shade < 128 and start is None:
            start = x
        elif shade >= 128 and start is not None:
            yield start, x - start
            start = None


def _pages(path: Path) -> Iterator[PIL.Image.Image]:
    with path.open("rb") as file:
        is_pdf = file.read(len(_PDF)) == _PDF
    yield from _of_pdf(path) if is_pdf else _of_picture(path)


def _of_pdf(path: Path) -> Iterator[PIL.Image.Image]:
    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(min(len(document), PAGES_MAX)):
            page = document[number]
            width, height = page.get_size()
            scale = min(_DOTS_PER_POINT, sqrt(_PIXELS_MAX / max(width * height, 1)))
            yield page.render(scale=scale, grayscale=True).to_pil()
    finally:
        document.close()


def _of_picture(path: Path) -> Iterator[PIL.Image.Image]:
    with PIL.Image.open(path) as picture:
        for number in range(min(getattr(picture, "n_frames", 1), PAGES_MAX)):
            picture.seek(number)
            yield picture.convert("L")
