"""Whom a checkpointer asks and what time they are told: from the settings, or, in a demonstration, from its own folder."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from custody.adapters.memory import MemoryLog
from custody.cli.settings.asked_witnesses import asked_of, named_witnesses
from custody.cli.settings.play_clock import ClockedLog, PlayClock, is_played
from custody.cli.settings.services import LogAndBooks
from custody.core.tlog.cosignatures import format_witness_key
from custody.embedded.directory import Directory
from schemas.envelope import parse_envelope
from schemas.errors import CustodyError, Misused, Refused, Unavailable
from schemas.identifiers import epoch_seconds
from schemas.union import parse_event
from tests.core.ledger.playing import Play
from tests.core.ledger.witnesses import witness

URL = "https://alpha.invalid/prefix"
LINE = f"witness alpha {format_witness_key(witness('alpha')[0])} {URL}\n"


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What the machine sets is not seen."""
    for name in ("CUSTODY_WITNESSES", "CUSTODY_CLOCK"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture
def file(tmp_path: Path, settings: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "witnesses"
    settings.setenv("CUSTODY_WITNESSES", str(path))
    return path


def place(folder: Path) -> LogAndBooks:
    return LogAndBooks(Directory(folder), address=None, access=None)


def held(entries: Sequence[bytes]) -> MemoryLog:
    return MemoryLog.holding(entries)


def told_at(entry: bytes) -> int:
    return epoch_seconds(parse_event(parse_envelope(entry).payload).at)


def test_nobody_is_asked_where_nothing_says_who(tmp_path: Path) -> None:
    assert named_witnesses() == ()
    with asked_of(place(tmp_path)) as asked:
        assert (dict(asked.witnesses), asked.clock) == ({}, None)


def test_those_of_the_file_are_asked_and_told_no_time(tmp_path: Path, file: Path) -> None:
    file.write_text(f"# ours\n{LINE}")
    assert [(one.name, one.url) for one in named_witnesses()] == [("alpha", URL)]
    with asked_of(place(tmp_path)) as asked:
        assert [one.name for one in asked.witnesses] == ["alpha"]
        assert asked.clock is None


def test_in_a_play_the_reading_of_the_log_sets_the_clock_that_they_are_told(
    tmp_path: Path, file: Path, settings: pytest.MonkeyPatch
) -> None:
    file.write_text(LINE)
    settings.setenv("CUSTODY_CLOCK", "log")
    play = Play("AYT")
    with asked_of(place(tmp_path)) as asked, asked.reading(lambda: nullcontext(held(play.log))) as log:
        assert asked.clock is not None
        assert asked.clock() is None
        assert log.end() == len(play.log)
        log.read(start=0, limit=3)
        assert asked.clock() == told_at(play.log[2])


@pytest.mark.parametrize(
    ("content", "error", "code"),
    [
        (None, Unavailable, "witnesses-unreadable"),
        (b"\xff\xfe", Unavailable, "witnesses-unreadable"),
        (b"", Refused, "witnesses-file"),
        (LINE.replace("https", "ftp").encode(), Misused, "witness-address"),
        (LINE.replace("https", "http").encode(), Misused, "witness-address"),
    ],
)
def test_what_is_wrong_with_the_file_is_named_before_anybody_is_asked(
    content: bytes | None, error: type[CustodyError], code: str, tmp_path: Path, file: Path
) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(error) as caught, asked_of(place(tmp_path)):
        pass
    assert caught.value.code == code


@pytest.mark.parametrize(("named", "played"), [(None, False), ("wall", False), ("log", True)])
def test_the_clock_is_the_wall_s_unless_the_setting_says_log(
    named: str | None, *, played: bool, settings: pytest.MonkeyPatch
) -> None:
    if named is not None:
        settings.setenv("CUSTODY_CLOCK", named)
    assert is_played() is played


def test_another_clock_is_none(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("CUSTODY_CLOCK", "sun")
    with pytest.raises(Misused) as caught:
        is_played()
    assert caught.value.code == "setting-clock"


def test_the_clock_of_a_play_never_goes_back_and_bears_what_is_no_entry() -> None:
    play, clock = Play("AYT"), PlayClock()
    log = ClockedLog(held([*play.log, b"no entry"]), clock)
    log.read(start=0, limit=len(play.log))
    newest = clock()
    assert newest == told_at(play.log[-1])
    log.read(start=0, limit=1)
    log.read(start=len(play.log), limit=1)
    log.read(start=len(play.log) + 1, limit=1)
    assert clock() == newest
