"""The record to take away: every file of the archive, all in one, and nothing beside; what is withheld waits and is counted."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from custody.adapters.token_file import TokenFile
from tests.web.demo import ENTRIES, Web, running_web
from tests.web.past_books import books_until


@pytest.fixture(scope="module")
def early(books_then: Path, demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, Path]]:
    """Pages as of before the last station has closed, beside the whole archive."""
    folder = tmp_path_factory.mktemp("early")
    with books_until(books_then, 2_230, folder=folder / "books"):
        pass
    (folder / "archive").symlink_to(demo / "archive")
    with running_web("--dir", str(folder)) as web:
        yield web, folder


def test_every_file_of_the_archive_can_be_taken_and_is_the_one_that_was_summed(web: Web, demo: Path) -> None:
    sums = web.get("/record/SHA256SUMS")
    assert sums.content == (demo / "archive" / "SHA256SUMS").read_bytes()
    for line in sums.text.splitlines()[::4]:
        digest, path = line.split("  ")
        assert sha256(web.get(f"/record/{path}").content).hexdigest() == digest
    assert web.get("/logs/0/checkpoint").content == web.get("/record/logs/0/checkpoint").content
    with zipfile.ZipFile(io.BytesIO(web.get("/record.zip").content)) as archive:
        assert len(archive.namelist()) == len(sums.text.splitlines()) + 1
        assert archive.read("archive/SHA256SUMS") == sums.content


@pytest.mark.parametrize("path", ["../keystore.json", "..%2fkeystore.json", "/etc/passwd", "keystore.json", "logs", ""])
def test_nothing_beside_the_archive_is_given(web: Web, path: str) -> None:
    answer = web.client.get(f"{web.url}/record/{path}")
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_a_bundle_with_figures_from_inside_the_boxes_waits_and_a_token_opens_it(early: tuple[Web, Path]) -> None:
    web, folder = early
    assert web.get("/record/election.json").status_code == 200
    assert web.get("/logs/0/tile/0/008").status_code == 200
    assert web.get("/logs/0/tile/entries/000").status_code == 200
    for path in ("/logs/0/tile/entries/008", "/record/logs/0/tile/entries/010", "/record.zip"):
        answer = web.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "withheld"), path
    tokens = TokenFile(folder / "tokens.json", clock=lambda: "2026-01-01T00:00:00+00:00")
    _, token = tokens.issue("test", expires="2099-01-01T00:00:00+00:00", draw=os.urandom)
    opened = web.get("/logs/0/tile/entries/008", Authorization=f"Bearer {token}")
    assert opened.status_code == 200


def test_what_is_withheld_is_counted_with_until_when(early: tuple[Web, Path], web: Web) -> None:
    record = early[0].json("/verify.json")["record"]
    assert record["withheld_entries"] > 0
    assert record["withheld_until"].startswith("2015-04-2")
    assert f"{record['withheld_entries']:,} entries with figures" in early[0].get("/en/verify").text
    whole = web.json("/verify.json")["record"]
    assert (whole["entries"], whole["withheld_entries"], whole["withheld_until"]) == (ENTRIES, 0, None)
