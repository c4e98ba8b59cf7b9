"""The second verifier as a module in a real browser: the same verdicts, and nothing asked of anybody."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from tests.worlds import World

ROOT = Path(__file__).parents[2]
EDGE_CASES = json.loads((ROOT / "tests" / "vectors" / "ed25519" / "edge-cases.json").read_text(encoding="utf-8"))[
    "vectors"
]
AUDIT = """async ([files, folders, root]) => {
  const verifier = await import("/custody-verify.mjs");
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const read = new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)]));
  const archive = { files: read, folders: new Set(folders), odd: new Set(), isCut: false };
  return (await verifier.audit(archive, root)).report;
}"""
VERIFY = """async (cases) => {
  const verifier = await import("/custody-verify.mjs");
  const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const found = cases.map(([key, signature, message]) => verifier.verify(bytes(key), bytes(message), bytes(signature)));
  return Promise.all(found);
}"""


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {".mjs": "text/javascript"}  # noqa: RUF012 - as the standard library has it

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    handler = partial(_Quiet, directory=str(ROOT / "verifier"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        yield page
        page.close()
        server.shutdown()


def test_an_archive_has_the_verdict_that_it_has_elsewhere(page: Page, tmp_path: Path) -> None:
    world = World()
    archive = world.archive(tmp_path / "archive", entries=world.some(6))
    paths = {path.relative_to(archive).as_posix(): path for path in archive.rglob("*")}
    files = {name: b64encode(path.read_bytes()).decode() for name, path in paths.items() if path.is_file()}
    folders = [name for name, path in paths.items() if path.is_dir()]
    report = page.evaluate(AUDIT, [files, folders, world.election])
    assert (report["verdict"], report["entries"], report["missing"]) == ("VERIFIED", 6, [])
    other = page.evaluate(AUDIT, [files, folders, "0" * 64])
    assert (other["verdict"], other["first_bad"]["position"]) == ("TAMPERED", 0)


def test_the_914_edge_cases_have_one_verdict_there_too(page: Page) -> None:
    cases = [[key, signature, message.encode().hex()] for key, signature, message, _, _ in EDGE_CASES]
    assert page.evaluate(VERIFY, cases) == [bool(case[4]) for case in EDGE_CASES]
