"""A real browser of the system, without JavaScript, on loopback only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.web.demo import Web, running_web, shared_demo

CHROMIUM = Path(os.environ.get("CUSTODY_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1280, 320)


@dataclass
class Seen:
    """A page in the browser, and what the browser said and asked for while it was open."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def elsewhere(self) -> list[str]:
        """Requests that left loopback."""
        return [url for url in self.asked if urlsplit(url).hostname != "127.0.0.1"]


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with running_web("--dir", str(shared_demo(tmp_path_factory))) as web:
        yield web


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing; install it: apt-get update && apt-get install -y chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def context(request: pytest.FixtureRequest, browser: Browser, web: Web) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 900}, java_script_enabled=False, base_url=web.url
    )
    yield context
    context.close()


@pytest.fixture
def seen(context: BrowserContext) -> Seen:
    """A new page that remembers what it asked for and what went wrong."""
    page = context.new_page()
    seen = Seen(page)

    def asked(request: Request) -> None:
        seen.asked.append(request.url)

    page.on("request", asked)
    page.on("console", lambda message: seen.said.append(message.text))
    page.on("pageerror", lambda error: seen.said.append(str(error)))
    page.on("requestfailed", lambda request: seen.said.append(f"failed: {request.url}"))
    return seen
