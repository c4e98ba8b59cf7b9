"""Pages and answers over books that stand before the end of the log."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from custody.cli.coverage import log_seen
from custody.embedded.directory import Directory
from custody.embedded.log_watch import DirectoryLogWatch
from projections.stores.standstill import LogSeen
from projections.web.snapshots.snapshot import alarms
from tests.web.demo import ENTRIES, running_web


def test_books_that_stand_still_are_the_first_alarm_of_every_page_and_answer(demo: Path, tmp_path: Path) -> None:
    place = tmp_path / "election"
    place.mkdir()
    shutil.copy(demo / "log.sqlite", place / "log.sqlite")
    shutil.copytree(demo / "books", place / "books")
    with Directory(place).open_log() as log:
        log.append([b"no entry"])
        end = log.end()
    said = f"The books stand at position {end - 2} ({end - 1} entries); the log holds {end} entries"
    with running_web("--dir", str(place)) as web:
        for path in ("/board", "/stations/AYT", "/units/DEL-P01-T", "/findings", "/board?at=1300"):
            page = web.get(path).text
            assert 'role="alert"' in page
            assert said in page
        for path in ("/board.json", "/api/v1/standing", "/api/v1/findings", "/api/v1/stations/AYT"):
            alarm = web.json(path)["alarms"][0]
            assert alarm["code"] == "books-stopped"
            assert alarm["sentence"].startswith(said)


def test_a_log_that_lost_entries_is_the_first_alarm(demo: Path) -> None:
    with Directory(demo).open_books() as books:
        taken = books.ledger.head().position
        for seen, said in (
            (
                LogSeen(taken - 3, signed=taken),
                "SIGNED ENTRIES ARE MISSING: 2,868 entries were signed, and the log holds 2,865.",
            ),
            (LogSeen(0, signed=taken), "SIGNED ENTRIES ARE MISSING: 2,868 entries were signed, and the log holds 0."),
            (
                LogSeen(taken - 3),
                "ENTRIES ARE MISSING: 2,868 entries were read into the books, and the log holds 2,865.",
            ),
        ):
            alarm = alarms(books, now=0.0, look=partial(LogSeen, seen.entries, seen.signed))[0]
            assert (alarm.code, alarm.sentence) == ("log-shorter", said)
        other = alarms(books, now=0.0, look=partial(LogSeen, taken, taken, is_other=True))[0]
        assert other.code == "log-differs"
        assert other.sentence == "SIGNED ENTRIES ARE MISSING: the first 2,868 entries are not those that were signed."
        for signed in (taken, 0):
            assert alarms(books, now=0.0, look=partial(LogSeen, taken, signed)) == ()
        assert alarms(books, now=0.0, look=lambda: None) == ()


def test_what_a_directory_shows_of_its_log(demo: Path, tmp_path: Path) -> None:
    seen = log_seen(DirectoryLogWatch(Directory(demo)))
    assert seen is not None
    assert (seen.entries, seen.signed, seen.is_other) == (ENTRIES, ENTRIES, False)
    assert [name for name, _ in seen.witnesses] == [
        f"{name}.kz-2015.invalid" for name in ("observers", "parties", "university")
    ]
    assert log_seen(DirectoryLogWatch(Directory(tmp_path))) is None
