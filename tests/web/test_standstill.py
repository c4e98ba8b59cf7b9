"""Pages and answers over books that stand before the end of the log."""

from __future__ import annotations

import shutil
from pathlib import Path

from custody.cli.directory import Directory
from tests.web.demo import running_web


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
