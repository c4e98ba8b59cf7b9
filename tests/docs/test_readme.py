"""What the README shows is what happens: its commands are run as they stand."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = ".venv/bin/custody"
WARNINGS = ",".join(
    ("error", *(f"ignore:{name} is deprecated:DeprecationWarning" for name in ("open_text", "read_text")))
)
"""As in pyproject.toml: kafka-python reads its schemas so, on Python 3.11."""


def block_with(text: str) -> list[str]:
    """The lines of the README's indented block in which ``text`` stands."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = [found for found in re.findall(r"(?:^    .*\n)+", readme, re.MULTILINE) if text in found]
    return [line.strip() for line in block.splitlines()]


def run(line: str, *, folder: Path) -> str:
    """The output of one line of shell, with the program of this environment."""
    shell = line.replace(COMMAND, f"{shlex.quote(sys.executable)} -m custody.cli")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": WARNINGS}
    done = subprocess.run(
        ["/bin/sh", "-c", shell], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


def test_the_missing_signature_of_the_readme_is_found_and_settled(tmp_path: Path) -> None:
    said = [run(line, folder=tmp_path) for line in block_with("--scenario empty")]
    appended = [out for out in said if out.startswith("recorded ")]
    assert len(appended) == 2
    assert "finding:below-threshold" in appended[0]
    assert "finding" not in appended[1]
    (finding,) = json.loads(run(f"{COMMAND} findings --dir play --json", folder=tmp_path))
    assert (finding["code"], finding["status"]) == ("below-threshold", "settled")
    unit = json.loads(run(f"{COMMAND} show AYT-K01-W --dir play --json", folder=tmp_path))
    assert unit["state"] == "packed"
