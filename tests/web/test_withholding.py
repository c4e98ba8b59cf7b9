"""What the pages and the API tell before the last station has closed, with and without a token, over real HTTP."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from custody.adapters.token_file import TokenFile
from tests.web.demo import Web, running_web
from tests.web.past_books import books_until

NOW = "2026-01-01T00:00:00+00:00"


@dataclass(frozen=True)
class Cut:
    web: Web
    tokens: TokenFile

    def issue(self) -> tuple[str, str]:
        made, text = self.tokens.issue("test", expires="2099-01-01T00:00:00+00:00", draw=os.urandom)
        return made.id, text


@pytest.fixture(scope="module")
def cut(books_then: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cut]:
    folder = tmp_path_factory.mktemp("cut")
    with books_until(books_then, 2_230, folder=folder / "books"):
        pass
    with running_web("--dir", str(folder)) as web:
        yield Cut(web, TokenFile(folder / "tokens.json", clock=lambda: NOW))


PATHS = ["/api/v1/accounts", "/api/v1/accounts.csv", "/api/v1/accounts/totals", "/board.json", "/board"]


@pytest.mark.parametrize("path", PATHS)
def test_a_token_opens_what_is_withheld_from_others_and_no_cache_keeps_it(cut: Cut, path: str) -> None:
    identity, token = cut.issue()
    public, opened = cut.web.get(path), cut.web.get(path, Authorization=f"Bearer {token}")
    assert (public.status_code, opened.status_code) == (200, 200)
    assert public.headers["cache-control"] == "public, no-cache"
    assert opened.headers["cache-control"] == "private, no-store"
    assert public.content != opened.content
    assert public.headers["etag"] != opened.headers["etag"]
    assert cut.web.get(path).content == public.content
    cut.tokens.revoke(identity)
    assert cut.web.get(path, Authorization=f"Bearer {token}").status_code == 401


def test_what_is_unaccounted_is_withheld_once_an_account_says_what_was_in_the_boxes(cut: Cut) -> None:
    """Issued, less in the boxes, less not returned: whoever has it and the figures that are public has the rest."""
    _, token = cut.issue()
    path, opened = "/api/v1/accounts?limit=100", {"Authorization": f"Bearer {token}"}
    public, whole = (cut.web.get(path, **more).json()["items"] for more in ({}, opened))
    assert [row["station"] for row in public] == [row["station"] for row in whole]
    drawn_up = {row["station"] for row in whole if row["in_boxes"] is not None}
    assert 0 < len(drawn_up) < len(whole)
    for one, all_of_it in zip(public, whole, strict=True):
        assert one["unaccounted"] == (None if one["station"] in drawn_up else all_of_it["unaccounted"])
    totals = cut.web.get("/api/v1/accounts/totals").json()["papers"]["totals"]
    known = [row["unaccounted"] for row in whole if row["station"] not in drawn_up and row["unaccounted"] is not None]
    (total,) = [row for row in totals if row["name"] == "unaccounted"]
    assert (total["papers"], total["stations"]) == (sum(known), len(known))
    for row in csv.DictReader(io.StringIO(cut.web.get("/api/v1/accounts.csv").text)):
        assert row["station"] not in drawn_up or row["unaccounted"] == ""
    for code in sorted(drawn_up)[:1]:
        page = cut.web.get(f"/stations/{code}")
        assert (page.status_code, "Unaccounted:" in page.text) == (200, False)


def test_a_wrong_token_is_refused_on_pages_and_api_alike(cut: Cut) -> None:
    for path in ("/board", "/api/v1/board"):
        answer = cut.web.get(path, Authorization="Bearer " + "0" * 64)
        assert answer.status_code == 401
        assert "unknown, expired or revoked" in answer.text
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/api/v1/stations?limit=5&limit=6", "/board?at=1&a%74=2", "/openapi.json?x=1&x=1"])
def test_a_repeated_parameter_is_refused_as_at_the_gateway(cut: Cut, path: str) -> None:
    answer = cut.web.get(path)
    assert answer.status_code == 400
    assert "comes twice" in answer.text
