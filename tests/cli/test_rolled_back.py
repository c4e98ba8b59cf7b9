"""A log that lost what was signed, or holds something else: told before anything is written, and by whoever reads."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from custody.adapters.sqlite import SqliteLog
from tests.cli.conftest import Commands

PACK = {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441}
READING = [
    ["show", "AYT"],
    ["show", "AYT-B01-1"],
    ["show", "ACCOUNTS"],
    ["show", "CEC-000101-E"],
    ["board"],
    ["findings"],
]
LOST = 3


def entries(custody: Commands) -> list[bytes]:
    with custody.place.open_log() as log:
        return [record.entry for record in log.read(start=0, limit=100_000)]


def put(custody: Commands, *, kept: list[bytes]) -> None:
    """A log of the operator's own making in the place of the log."""
    for file in custody.place.path.glob("log.sqlite*"):
        file.unlink()
    with SqliteLog.create(custody.place.log) as log:
        log.append(kept)


def shorter(custody: Commands) -> None:
    put(custody, kept=entries(custody)[:-LOST])


def other(custody: Commands) -> None:
    """As many entries as there were: the last ones come in another order."""
    whole = entries(custody)
    put(custody, kept=[*whole[:-2], whole[-1], whole[-2]])


def longer(custody: Commands) -> None:
    """The log lost entries and went on: it is longer than what was signed."""
    whole = entries(custody)
    put(custody, kept=[*whole[:-LOST], *[whole[-1]] * (LOST + 1)])


ROLLED = pytest.mark.parametrize("roll_back", [shorter, other, longer])


@ROLLED
def test_nothing_is_appended_to_a_log_that_lost_what_was_signed(
    custody: Commands, roll_back: Callable[[Commands], None]
) -> None:
    custody.act(PACK, "cec-1", "cec-2")
    assert custody("checkpointer", "--once").code == 0
    roll_back(custody)
    log, before = entries(custody), custody.contents()
    ended = custody("append", "out.event")
    assert (ended.code, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert ended.err.startswith("custody: Nothing was written. SIGNED ENTRIES ARE MISSING: ")
    assert entries(custody) == log
    assert custody.contents() == before


@ROLLED
def test_nothing_is_signed_that_would_follow_what_the_log_lost(
    custody: Commands, roll_back: Callable[[Commands], None]
) -> None:
    custody.act(PACK, "cec-1", "cec-2")
    assert custody("checkpointer", "--once").code == 0
    roll_back(custody)
    (custody.place.path.parent / "next.json").write_text(json.dumps({**PACK, "unit": "AYT-K02-U", "papers": 1}))
    before = custody.contents()
    ended = custody(
        "act", str(custody.place.path.parent / "next.json"), "--as", "cec-1", "--as", "cec-2", "--out", "b.event"
    )
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("custody: Nothing was written. SIGNED ENTRIES ARE MISSING: ")
    assert custody.contents() == before


@ROLLED
def test_a_device_hands_nothing_in_and_the_monitor_notes_nothing(
    custody: Commands, roll_back: Callable[[Commands], None]
) -> None:
    assert custody("checkpointer", "--once").code == 0
    roll_back(custody)
    log = entries(custody)
    assert custody("sync", "--device", "cec-device").code == 1
    assert custody("monitor", "--once", "--at", "2015-04-25T18:00:00+03:00").code == 1
    assert entries(custody) == log


@ROLLED
def test_whoever_reads_is_told_first(custody: Commands, roll_back: Callable[[Commands], None]) -> None:
    custody("checkpointer", "--once")
    roll_back(custody)
    for command in READING:
        ended = custody(*command)
        assert (ended.code, ended.out.splitlines()[0].split(":")[0]) == (1, "SIGNED ENTRIES ARE MISSING")
        assert "No findings." not in ended.out


@ROLLED
def test_books_are_not_made_anew_from_a_log_that_lost_what_was_signed(
    custody: Commands, roll_back: Callable[[Commands], None]
) -> None:
    custody("checkpointer", "--once")
    roll_back(custody)
    before = custody.contents()
    ended = custody("rebuild")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("custody: Nothing was written. SIGNED ENTRIES ARE MISSING: ")
    assert custody.contents() == before


def test_books_that_read_more_than_was_signed_are_made_anew_from_what_was_put_back(custody: Commands) -> None:
    custody("checkpointer", "--once")
    signed = entries(custody)
    custody.act(PACK, "cec-1", "cec-2")
    custody("append", "out.event")
    put(custody, kept=signed)
    assert "CHANGED" in custody("rebuild").out
    assert custody("findings").code == 0


def test_status_says_nothing_that_the_log_no_longer_bears_out(custody: Commands) -> None:
    custody("checkpointer", "--once")
    had = len(entries(custody))
    shorter(custody)
    told = custody("status")
    assert (told.code, "hold them all" in told.out) == (1, False)
    assert f"hold {had:,}, more than the log" in told.out
    assert f"checkpoint  {had:,} entries were signed, and the log holds {had - LOST:,}" in told.out
    assert json.loads(custody("status", "--json").out)["books"] == had


def test_json_says_it_too(custody: Commands) -> None:
    custody("checkpointer", "--once")
    shorter(custody)
    ended = custody("show", "AYT", "--json")
    assert (ended.code, json.loads(ended.out)["entries_missing"]["code"]) == (1, "log-shorter")
    assert ended.err.startswith("SIGNED ENTRIES ARE MISSING: ")


def test_nothing_is_exported_as_if_it_were_whole(custody: Commands) -> None:
    custody("checkpointer", "--once")
    shorter(custody)
    ended = custody("export", "--to", "archive")
    assert (ended.code, (custody.folder / "archive").exists()) == (1, False)


def test_what_the_books_took_in_is_missed_before_a_checkpoint_was_signed(custody: Commands) -> None:
    custody.act(PACK, "cec-1", "cec-2")
    shorter(custody)
    log = entries(custody)
    ended = custody("append", "out.event")
    assert (ended.code, entries(custody)) == (1, log)
    assert ended.err.startswith("custody: Nothing was written. ENTRIES ARE MISSING: ")


def test_a_log_that_grew_since_its_checkpoint_is_as_it_should_be(custody: Commands) -> None:
    custody("checkpointer", "--once")
    custody.act(PACK, "cec-1", "cec-2")
    assert custody("append", "out.event").code == 0
    for command in READING:
        ended = custody(*command)
        assert (ended.code, "MISSING" in ended.out) == (0, False)
