"""``custody token``: a token is shown once, only what recognises it is kept, and one that was revoked stays so."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from custody.cli.settings.bearer import bearer
from custody.core.authority.tokens import digest
from schemas.errors import Misused
from tests.cli.conftest import Ended


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing that the machine sets is seen; the tokens' file is the test's own."""
    for name in ("CUSTODY_TOKEN", "CUSTODY_TOKEN_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CUSTODY_TOKENS", str(tmp_path / "kept" / "tokens.json"))
    return monkeypatch


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "tokens.json"


def token(capsys: pytest.CaptureFixture[str], *words: str) -> Ended:
    code = run(make_app(["token"]), arguments=["token", *words])
    told = capsys.readouterr()
    return Ended(code, told.out, told.err)


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str | None]]:
    listed: list[dict[str, str | None]] = json.loads(token(capsys, "list", "--json").out)
    return listed


def test_a_token_is_shown_once_and_only_its_digest_is_kept(capsys: pytest.CaptureFixture[str], kept: Path) -> None:
    made = token(capsys, "issue", "--label", "observers")
    text = made.out.strip()
    assert made.code == 0
    assert text not in kept.read_text()
    assert digest(text) in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    listed = token(capsys, "list")
    assert "observers" in listed.out
    assert text not in listed.out
    assert digest(text) not in token(capsys, "list", "--json").out


def test_json_tells_the_token_and_what_is_kept_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(token(capsys, "issue", "--label", "observers", "--days", "3", "--json").out)
    text = told.pop("token")
    assert len(text) == 64
    assert rows(capsys) == [told]
    assert (told["label"], told["revoked"]) == ("observers", None)


def test_one_that_was_revoked_stays_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    token(capsys, "issue", "--label", "observers")
    (row,) = rows(capsys)
    assert token(capsys, "revoke", str(row["id"])).code == 0
    first = rows(capsys)[0]["revoked"]
    assert first is not None
    assert token(capsys, "revoke", str(row["id"])).code == 0
    assert rows(capsys)[0]["revoked"] == first
    assert "revoked" in token(capsys, "list").out


def test_nobody_has_a_token_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    assert rows(capsys) == []
    assert token(capsys, "list").out.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("revoke", "00000000"), 64),
        (("issue", "--label", ""), 64),
        (("issue", "--label", "two\nlines"), 64),
        (("issue", "--label", "x", "--days", "0"), 64),
        (("issue", "--label", "x", "--days", "367"), 64),
        (("issue",), 64),
    ],
)
def test_what_cannot_be_is_told_and_keeps_nothing(
    words: tuple[str, ...], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = token(capsys, *words)
    assert (ended.code, ended.out) == (code, "")
    assert len(ended.err.splitlines()) == 1
    assert rows(capsys) == []


def test_without_a_place_nothing_is_issued(capsys: pytest.CaptureFixture[str], settings: pytest.MonkeyPatch) -> None:
    settings.delenv("CUSTODY_TOKENS")
    assert token(capsys, "issue", "--label", "observers").code == 64


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"format":"custody/tokens/v1","tokens":[{}]}'])
def test_a_damaged_file_is_told_and_stays_what_it_is(
    content: bytes, capsys: pytest.CaptureFixture[str], kept: Path
) -> None:
    kept.parent.mkdir()
    kept.write_bytes(content)
    assert token(capsys, "issue", "--label", "observers").code == 65
    assert kept.read_bytes() == content


def test_the_token_to_send_is_the_first_word_of_its_file(tmp_path: Path, settings: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token"
    file.write_text("abc\nmore\n")
    settings.setenv("CUSTODY_TOKEN", "of the environment")
    assert bearer(file) == "abc"
    assert bearer(None) == "of the environment"
    settings.delenv("CUSTODY_TOKEN")
    assert bearer(None) is None


@pytest.mark.parametrize("content", [None, b"", b"\n \n", b"\xff\xfe"])
def test_a_file_that_holds_no_token_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Misused) as caught:
        bearer(file)
    assert caught.value.code == "token-file"
    assert str(file) in caught.value.sentence
