"""``custody prove-fork``: from a directory and an archive, and verified with nothing but the file and the root."""

from __future__ import annotations

from pathlib import Path

from custody.cli.exits import run
from custody.cli.program import make_app
from tests.cli.conftest import Commands

GRANTED = {"type": "DispensationGranted", "station": "AYT"}


def prove(custody: Commands, *words: str) -> tuple[int, str, str]:
    custody.capsys.readouterr()
    code = run(make_app(["prove-fork"]), arguments=["prove-fork", *words])
    told = custody.capsys.readouterr()
    return code, told.out, told.err


def fork(custody: Commands) -> str:
    custody.act(GRANTED, "cec-1", "cec-2", out="one.event")
    custody.act({**GRANTED, "device": {"number": 1, "previous": None}}, "cec-1", "cec-2", out="two.event")
    assert "device-fork" in custody("append", "one.event", "two.event").out
    return custody.place.root.read_text(encoding="ascii").strip()


def test_a_fork_is_proven_from_a_directory_and_verified_without_it(custody: Commands, tmp_path: Path) -> None:
    root = fork(custody)
    file = str(tmp_path / "fork.json")
    code, out, _ = prove(custody, str(custody.place.path), "--out", file)
    assert (code, "Device cec-device signed two events with number 1" in out) == (0, True)
    code, out, _ = prove(custody, "--verify", file, "--root", root)
    assert code == 0
    assert out.splitlines()[-1].startswith("PROVEN")


def test_a_fork_is_proven_from_an_archive_with_inclusion_proofs(custody: Commands, tmp_path: Path) -> None:
    root = fork(custody)
    archive, file = tmp_path / "archive", str(tmp_path / "fork.json")
    assert custody("checkpointer", "--once").code == 0
    assert custody("export", "--to", str(archive)).code == 0
    code, out, _ = prove(custody, str(archive), "--device", "cec-device", "--out", file)
    assert code == 0, out
    _, out, _ = prove(custody, "--verify", file, "--root", root)
    recorded, _, entries = out.splitlines()[-1].removeprefix("PROVEN  ").partition(" of ")
    assert int(recorded) == int(entries.split()[0])


def test_what_proves_nothing_ends_with_65_and_a_code(custody: Commands, tmp_path: Path) -> None:
    file = tmp_path / "fork.json"
    code, _, err = prove(custody, str(custody.place.path), "--out", str(file))
    assert (code, "No device of this log has two histories" in err) == (65, True)
    file.write_bytes(b"{}\n")
    assert prove(custody, "--verify", str(file), "--root", "ab" * 32)[0] == 65
    assert prove(custody, "--verify", str(file))[0] == 64
