"""`custody audit` and `custody tamper`: words, JSON and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from custody.audit.verdict import AuditCounts
from custody.cli.commands.audit import register
from schemas.errors import Misused, Refused
from tests.audit.cases import BUNDLE, SIZE, entries, owned_by_somebody, world

APP = typer.Typer()
register(APP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    world().archive(tmp_path / "archive", entries=entries())
    (tmp_path / "root.txt").write_text(f"{world().election}\n")
    return tmp_path


def run(*arguments: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(APP, arguments)
    if isinstance(result.exception, Exception) and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output.splitlines()


def test_a_good_archive_ends_with_verified_and_0(folder: Path) -> None:
    code, lines = run("audit", str(folder / "archive"), "--root", world().election)
    assert (code, lines[-1]) == (0, f"VERIFIED  as of {SIZE} entries")
    assert lines[0].startswith(f"AUDIT     {SIZE} of {SIZE} entries re-hashed, ")
    assert lines[0].endswith(" signatures, all rules replayed; root compared")


def test_an_altered_entry_ends_with_tampered_and_1(folder: Path) -> None:
    data = bytearray((folder / "archive" / BUNDLE).read_bytes())
    data[-40] ^= 1
    (folder / "archive" / BUNDLE).write_bytes(data)
    code, lines = run("audit", str(folder / "archive"), "--root", world().election)
    assert code == 1
    assert lines[-1].startswith(f"TAMPERED  log 0, first bad entry at position {SIZE - 1} ({SIZE} entries): ")


def test_a_missing_root_ends_with_not_established_and_2(folder: Path) -> None:
    code, lines = run("audit", str(folder / "archive"))
    assert code == 2
    assert not any("VERIFIED" in line for line in lines)
    assert lines[-1].startswith("NOT ESTABLISHED  --root: ")


def test_json_is_all_that_is_printed_when_it_is_asked_for(folder: Path) -> None:
    code, lines = run("audit", str(folder / "archive"), "--root", world().election, "--json")
    report = json.loads("\n".join(lines))
    assert (code, report["verdict"], report["events"]) == (0, "VERIFIED", SIZE)


@pytest.mark.parametrize("root", ["", "0" * 63, "A" * 64, "g" * 64, "0" * 65])
def test_what_cannot_be_a_root_is_a_misuse(folder: Path, root: str) -> None:
    with pytest.raises(Misused, match="root-form"):
        run("audit", str(folder / "archive"), "--root", root)


@pytest.mark.parametrize("source", ["nowhere", "root.txt"])
def test_what_is_no_folder_is_refused(folder: Path, source: str) -> None:
    with pytest.raises(Refused, match="audit-no-folder"):
        run("audit", str(folder / source))


def test_tamper_leaves_the_archive_alone_and_ends_with_tampered_and_0(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, lines = run("tamper", "--dir", str(folder))
    assert code == 0
    assert lines[-1].startswith(f"TAMPERED  log 0, first bad entry at position {SIZE // 2} ({SIZE // 2 + 1} entries): ")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_tamper_works_on_an_archive_that_may_not_be_written_to(folder: Path) -> None:
    for path in (folder / "archive").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    with owned_by_somebody(folder) as copy:
        assert run("tamper", "--dir", str(copy))[0] == 0


def test_tamper_without_a_demonstration_is_a_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="root-missing"):
        run("tamper", "--dir", str(tmp_path))


@pytest.mark.parametrize(
    ("tally", "told"),
    [
        (AuditCounts(entries=3, events=3), ""),
        (AuditCounts(entries=4, events=3), "3 events; 1 repeats one, as a later signature does"),
        (AuditCounts(entries=5, events=3), "3 events; 2 repeat one, as a later signature does"),
        (
            AuditCounts(entries=5, events=3, findings={"malformed": 1}),
            "3 events; 2 are none or repeat one, as a later signature does",
        ),
    ],
)
def test_entries_and_events_are_told_as_one_figure_with_its_reason(tally: AuditCounts, told: str) -> None:
    assert tally.repeats == told
