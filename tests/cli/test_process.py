"""The program as a process: its reader goes away, its disk is full, it is interrupted while it starts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.cases import entries, world

COMMAND = (sys.executable, "-m", "custody.cli")


def ended_unread(*arguments: str | Path) -> int:
    """The exit code of a command whose output nobody reads."""
    process = subprocess.Popen([*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    process.stdout.close()
    return process.wait(timeout=120)


def test_a_verdict_stays_what_it_is_when_nobody_reads_it(tmp_path: Path) -> None:
    archive = world().archive(tmp_path / "archive", entries=entries())
    assert ended_unread("audit", archive, "--root", world().election) == 0
    assert ended_unread("audit", archive) == 2
    assert ended_unread("audit", archive, "--root", "0" * 64, "--json") == 1


def test_a_disk_that_is_full_is_told_and_gives_no_verdict(tmp_path: Path) -> None:
    archive = world().archive(tmp_path / "archive", entries=entries())
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "audit", archive, "--root", world().election],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
    assert (done.returncode, done.stderr) == (69, "custody: The output cannot be written: No space left on device.\n")


def test_an_error_that_cannot_be_told_keeps_its_exit_code() -> None:
    with Path("/dev/full").open("w") as full:
        assert subprocess.run([*COMMAND, "nothing"], stdout=full, stderr=full, check=False, timeout=60).returncode == 64


@pytest.mark.parametrize("module", ["typer", "custody.audit.audit"])
def test_an_interruption_while_the_program_is_loaded_is_told_in_words(module: str) -> None:
    program = f"""
import sys
class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupting())
from custody.cli import main
main(["audit", "--help"])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "custody: Interrupted.\n")


def test_no_command_at_all_is_a_usage_error_in_words() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 64
    assert done.stderr == "custody: Name a command; they are listed above.\n"
