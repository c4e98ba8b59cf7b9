"""``custody print`` and ``custody paper read``: from the log to paper and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from custody.adapters.sqlite import SqliteLog
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.core.evidence.archive_documents import keys_json
from custody.paper.source import Source
from schemas.station import BallotAccountClosed, UnusedCancelled
from tests.paper.printing import printed_election


@dataclass(frozen=True)
class Printing:
    """A log, and the commands run on it."""

    folder: Path
    source: Source
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> tuple[int, str]:
        """A command's exit code and what it said."""
        self.capsys.readouterr()
        code = run(make_app(words), arguments=words)
        told = self.capsys.readouterr()
        return code, told.out + told.err

    def print(self, *words: str) -> Path:
        """A printed form."""
        page = self.folder / "form.pdf"
        assert self("print", *words, "--to", str(page), "--dir", str(self.folder)) == (0, "")
        return page

    def read(self, *words: str) -> tuple[int, str]:
        """What is read from paper."""
        return self("paper", "read", *words, "--out", str(self.folder / "act.event"))


@pytest.fixture
def printing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Printing:
    source = printed_election()
    with SqliteLog.create(tmp_path / "log.sqlite") as log:
        log.append([row.entry for row in source.recorded.values()])
    return Printing(tmp_path, source, capsys)


def test_an_act_that_was_printed_comes_back_and_its_figures_are_told(printing: Printing) -> None:
    page = printing.print("account", "AYT", "--lang", "kk,ru")
    code, said = printing.read(str(page))
    (row, account), *_ = printing.source.standing(BallotAccountClosed)
    assert code == 0
    assert (printing.folder / "act.event").read_bytes() == row.entry
    assert f"Line: Issued to voters; Papers: {account.issued}" in said
    assert "signatures match the keys printed here; keys not established" in said
    assert said.endswith("Ink signatures and stamps are not checked.\n")


def test_a_list_of_keys_or_the_log_establishes_whose_they_are(printing: Printing) -> None:
    page = printing.print("cancelling", "AYT")
    keys = printing.folder / "keys.json"
    keys.write_bytes(keys_json(printing.source.state.roster))
    assert "keys established" in printing.read(str(page), "--roster", str(keys))[1]
    keys.write_text("{}", encoding="utf-8")
    assert "keys not established" in printing.read(str(page), "--roster", str(keys))[1]
    said = printing.read(str(page), "--archive", str(printing.folder), "--lang", "ru")[1]
    (row, _), *_ = printing.source.standing(UnusedCancelled)
    assert f"запись журнала № {row.position}" in said
    assert "ключи установлены" in said
    assert "ayt-chair (председатель комиссии)" in said


def test_an_earlier_position_knows_only_what_was_there(printing: Printing) -> None:
    (row, _), *_ = printing.source.standing(BallotAccountClosed)
    words = ("account", "AYT", "--to", str(printing.folder / "form.pdf"), "--dir", str(printing.folder))
    code, said = printing("print", *words, "--at", str(row.position - 1))
    assert (code, said) == (64, "custody: No act that this form is for is recorded of AYT by then.\n")
    assert printing("print", *words, "--at", "100000")[0] == 64
    assert printing("print", *words, "--at", str(row.position))[0] == 0


def test_a_blank_form_needs_no_log(printing: Printing) -> None:
    page = printing.folder / "blank.pdf"
    assert printing("print", "handover", "--blank", "--to", str(page), "--lang", "ru") == (0, "")
    assert printing("paper", "read", str(page), "--out", str(page.with_suffix(".event")))[0] == 2


@pytest.mark.parametrize(
    "words",
    [
        ("letter", "AYT"),
        ("account",),
        ("account", "AYT", "--blank"),
        ("account", "AYT", "--lang", "de"),
        ("account", "AYT", "--lang", "kk,ru,en"),
        ("account", "AYT", "--lang", "ru,ru"),
    ],
)
def test_what_cannot_be_printed_is_a_mistake_in_the_command(printing: Printing, words: tuple[str, ...]) -> None:
    assert printing("print", *words, "--to", str(printing.folder / "form.pdf"))[0] == 64


@pytest.mark.parametrize("content", [b"", b"no picture", b"%PDF-1.7 torn"])
def test_what_is_no_scan_is_told(printing: Printing, content: bytes) -> None:
    scan = printing.folder / "scan.png"
    scan.write_bytes(content)
    code, said = printing.read(str(scan))
    assert (code, "is no picture or PDF that can be read" in said) == (64, True)
    assert printing.read(str(printing.folder / "absent.png"))[0] == 64
