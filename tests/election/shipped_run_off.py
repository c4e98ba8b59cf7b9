"""What the shipped run-off says of the election before it: derived from a rehearsal of municipal-2027 with seed 1.

python -m tests.election.shipped_run_off      rehearses it and writes the derived lines into the shipped folder anew
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from custody.adapters.reference import shipped
from custody.cli.exits import run
from custody.cli.program import make_app

FIRST: Final = shipped("municipal-2027")
SECOND: Final = shipped("municipal-2027-run-off")
_FOLLOWS: Final = re.compile(r"^\[follows\]\n(?:\w+ = .+\n)+", re.MULTILINE)


def command(*words: str) -> int:
    """The exit code of a command."""
    return run(make_app(words), arguments=list(words))


def derived(place: Path) -> Path:
    """Rehearse the first election in an empty directory and write its run-off's folder; returns that."""
    first, second = place / "first", place / "second"
    if command("election", "rehearse", str(FIRST), "--dir", str(first)):
        raise SystemExit("The rehearsal did not end as it should.")
    root = (first / "root.txt").read_text(encoding="ascii").strip()
    words = ("--after", str(FIRST), "--earlier", str(first / "archive"), "--root", root)
    if command("election", "run-off", str(second), *words, "--slug", "municipal-2027-run-off", "--day", "2027-11-13"):
        raise SystemExit("The folder of the run-off was not written.")
    return second


def follows_of(folder: Path) -> tuple[str, str]:
    """What a folder says of the earlier election: its part of ``election.toml``, and ``follows.csv``."""
    found = _FOLLOWS.search((folder / "election.toml").read_text(encoding="utf-8"))
    return "" if found is None else found.group(), (folder / "follows.csv").read_text(encoding="utf-8")


def rewrite(folder: Path, *, like: Path) -> None:
    """Put what one folder says of the earlier election into another."""
    toml = folder / "election.toml"
    stated, rows = follows_of(like)
    toml.write_text(_FOLLOWS.sub(stated, toml.read_text(encoding="utf-8")), encoding="utf-8")
    (folder / "follows.csv").write_text(rows, encoding="utf-8")


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        rewrite(SECOND, like=derived(Path(place)))
    sys.exit(0)
