"""A folder with mistakes: every one of them is told in one run, with its file, line and column, and nothing else is."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from custody.election.mistakes import Mistake
from custody.election.reading import look
from custody.election.starting import NewElection, start
from tests.election.broken import BROKEN, Broken
from tests.election.broken_rules import CONTRADICTED

STATED = NewElection("md-2027", "Alegeri", "ro", "cec.example", "2027-05-16", 1, "Europe/Chisinau", "MD")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "folder"
    list(start(folder, stated=STATED))
    return folder


def broken(whole: Path, *, case: Broken, at: Path) -> Path:
    folder = at / "folder"
    shutil.copytree(whole, folder)
    for file, old, new in case.edits:
        path = folder / file
        if new is None:
            path.unlink()
        elif not old:
            path.write_text(new, encoding="utf-8")
        else:
            text = path.read_text(encoding="utf-8")
            assert old in text, (file, old)
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_a_new_folder_has_no_mistake(whole: Path) -> None:
    assert look(whole).mistakes == ()


def test_there_are_sixty_broken_folders() -> None:
    assert len({case.name for case in BROKEN}) == len(BROKEN) >= 60


@pytest.mark.parametrize("case", [*BROKEN, *CONTRADICTED], ids=lambda case: case.name)
def test_every_mistake_is_told_with_its_line(case: Broken, whole: Path, tmp_path: Path) -> None:
    folder = broken(whole, case=case, at=tmp_path)
    looked = look(folder)
    told = {(item.file, item.line, item.column, item.code) for item in looked.mistakes}
    assert told == set(case.told), [item.told for item in looked.mistakes]
    assert looked.election is None
    assert all(item.sentence.endswith(".") for item in looked.mistakes)
    held = {
        word for path in folder.iterdir() for word in re.findall(r"\w+", path.read_bytes().decode(errors="replace"))
    }
    assert [told for item in looked.mistakes for told in english(item, known=held | TYPED)] == []


NAMED = re.compile(
    r"[\w.]+\.(csv|xlsx|toml|json)\b|'[^']*'|\b[\w-]*[-_\d][\w-]*\b|\[follows\]|UTF-8|NFC|TOML|JSON|IANA"
)
"""Files, cells, codes and standards, in a mistake of any language."""
TYPED = {"courier", "device", "legs", "out", "back", "custody", "rules", "tour", "monitor", "AAA"}
"""Words of the tables themselves, and of the command line."""


def english(item: Mistake, *, known: set[str]) -> list[str]:
    """The Latin words of a mistake in Russian and Kazakh that neither the folder nor the tables hold."""
    where = ":".join([item.file, *([str(item.line)] if item.line else []), *([item.column] if item.column else [])])
    told = [item.told_in(language).removeprefix(f"{where}: ") for language in ("ru", "kk")]
    assert all(re.search("[а-я]", one) for one in told), told
    found = [word for one in told for word in re.findall(r"[A-Za-z]{3,}", NAMED.sub("", one)) if word not in known]
    return [f"{word}: {item.sentence}" for word in found]


@pytest.mark.parametrize("strange", ["a folder", "a link", "a loop", "a pipe"])
def test_what_is_no_file_of_the_folder_is_not_read(strange: str, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(whole, folder)
    at = folder / "plan.csv"
    kept = at.rename(tmp_path / "elsewhere.csv")
    if strange == "a folder":
        at.mkdir()
    elif strange == "a pipe":
        os.mkfifo(at)
    else:
        at.symlink_to(kept if strange == "a link" else "plan.csv")
    assert [(item.file, item.code) for item in look(folder).mistakes] == [("plan.csv", "file-kind")]


def test_a_name_that_several_stations_share_on_the_log_too_is_no_mistake(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(whole, folder)
    table = folder / "stations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Station 2", "Station 1"), encoding="utf-8")
    assert look(folder).mistakes == ()
