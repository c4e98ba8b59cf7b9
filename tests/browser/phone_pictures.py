"""Pictures for the guides (docs/guides), taken of the running app; ``make pictures`` takes them."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import PIL.Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import ARGUMENTS
from tests.browser.phones import COURIER, OFFICER, Phone, Place, phone_of, place_of
from tests.courier.two_stations import SEAL

OUT: Final = Path(__file__).parents[2] / "docs" / "pictures"
LANGUAGES: Final = ("en", "ru", "kk")
_SIZE: Final = {"width": 360, "height": 740}
_COLOURS: Final = 32
"""Screens have few colours: pictures stay small."""


def taken(phone: Phone, *, step: str, language: str, out: Path) -> None:
    """One screen as a PNG."""
    shot = PIL.Image.open(BytesIO(phone.page.screenshot())).convert("RGB")
    small = shot.quantize(_COLOURS, dither=PIL.Image.Dither.NONE)
    small.save(out / f"phone-{step}-{language}.png", optimize=True)


def handover(place: Place, browser: Browser, *, language: str, out: Path) -> None:
    """A pouch from courier to mission officer, a picture at each step."""
    settings: dict[str, Any] = {
        "locale": language,
        "viewport": _SIZE,
        "timezone_id": "Europe/Istanbul",
        "device_scale_factor": 1,
    }
    with phone_of(browser, place, **settings) as courier, phone_of(browser, place, **settings) as officer:
        courier.enrol(COURIER)
        officer.enrol(OFFICER)
        courier.send()
        officer.send()
        taken(courier, step="today", language=language, out=out)
        officer.tap("receive")
        officer.at("code-invitation-box").wait_for()
        taken(officer, step="invitation", language=language, out=out)
        invitation = officer.code("code-invitation")
        officer.tap("receive-read")
        courier.tap("give", "give-read")
        courier.scan(invitation)
        officer.scan(courier.code("code-offer"))
        officer.at(f"seal-{SEAL}-intact").wait_for()
        taken(officer, step="look", language=language, out=out)
        officer.tap(f"seal-{SEAL}-intact", "accept")
        courier.tap("give-answer")
        courier.scan(officer.code("code-answer"))
        courier.at("now").wait_for()
        taken(courier, step="now", language=language, out=out)


def main() -> int:
    """Take them all; the exit code."""
    OUT.mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ["CUSTODY_CHROMIUM"], args=ARGUMENTS)
        for language in LANGUAGES:
            with TemporaryDirectory() as folder, place_of(Path(folder)) as place:
                handover(place, browser, language=language, out=OUT)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
