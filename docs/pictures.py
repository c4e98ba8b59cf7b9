"""Makes the pictures of the README: the start page and a station, of the demonstration, in the system's own browser.

make pictures        needs .demo (make demo) and chromium; writes docs/pictures/*.png
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).with_name("pictures")
SHOWN = {"start": "/en/?at=1240", "station": "/en/stations/AYT"}
SIZE = {"width": 1280, "height": 900}


def main(demo: Path) -> None:
    """Serve the demonstration, and take each picture."""
    command = [sys.executable, "-m", "custody.cli", "web", "--dir", str(demo), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - this very program
        try:
            line = "" if server.stdout is None else server.stdout.readline()
            if not line.startswith("Pages: "):
                raise SystemExit(f"The pages of {demo} cannot be shown: make demo first.")
            take(line.split()[1].rstrip("/"))
        finally:
            server.terminate()


def take(url: str) -> None:
    """Each page as it is seen without scrolling."""
    FOLDER.mkdir(exist_ok=True)
    chromium = os.environ.get("CUSTODY_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        for name, path in SHOWN.items():
            page = browser.new_page(viewport=SIZE, java_script_enabled=False)
            page.goto(f"{url}{path}")
            page.screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".demo"))
