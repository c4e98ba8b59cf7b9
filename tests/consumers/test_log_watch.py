"""A log of as many entries as were signed, but others, is seen without an audit."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from consumers.checkpointer import run_once
from custody.adapters.sqlite import SqliteLog
from custody.embedded.directory import Directory
from custody.embedded.log_watch import DirectoryLogWatch
from tests.consumers.test_checkpointer import KEY, ORIGIN, some_entries

ENTRIES = some_entries(300)


def written(path: Path, entries: Sequence[bytes]) -> None:
    with SqliteLog.create(path) as log:
        log.append(entries)


def signed(place: Directory) -> None:
    with place.open_log() as log:
        run_once(log=log, folder=place.tiles, state=place.checkpointer, origin=ORIGIN, key=KEY)


@pytest.fixture
def place(tmp_path: Path) -> Directory:
    place = Directory(tmp_path)
    written(place.log, ENTRIES)
    signed(place)
    return place


def test_another_file_of_the_same_length_is_another_log(place: Directory) -> None:
    watch = DirectoryLogWatch(place)
    assert (watch.is_other(), watch.is_other()) == (False, False)
    written(place.path / "other.sqlite", [*ENTRIES[:7], b"another", *ENTRIES[8:]])
    os.replace(place.path / "other.sqlite", place.log)
    assert (watch.is_other(), watch.is_other(), DirectoryLogWatch(place).is_other()) == (True, True, True)
    written(place.path / "again.sqlite", ENTRIES)
    os.replace(place.path / "again.sqlite", place.log)
    assert not watch.is_other()


def test_an_entry_that_was_altered_in_the_file_is_seen(place: Directory) -> None:
    watch = DirectoryLogWatch(place)
    assert not watch.is_other()
    with closing(sqlite3.connect(place.log)) as log, log:
        log.execute("DROP TRIGGER entries_are_never_changed")
        log.execute("UPDATE entries SET entry = ? WHERE position = 7", (b"another",))
    assert (watch.is_other(), watch.is_other()) == (True, True)


def test_a_log_that_grows_and_is_signed_again_is_no_other_one(place: Directory) -> None:
    watch = DirectoryLogWatch(place)
    for number in range(3):
        with place.open_log() as log:
            log.append([b"more %d" % number])
        assert not watch.is_other()
    signed(place)
    assert not watch.is_other()


def test_a_directory_without_a_checkpoint_promises_nothing(tmp_path: Path) -> None:
    written(tmp_path / "log.sqlite", ENTRIES[:3])
    assert not DirectoryLogWatch(Directory(tmp_path)).is_other()
