"""Questions to the second verifier, many in one process of Node.js."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NODE = str(Path(sys.executable).with_name("node"))
"""Node.js as the locked wheel brings it."""
PROGRAM = ROOT / "verifier" / "custody-verify.mjs"
DRIVER = ROOT / "tests" / "verifier" / "driver.mjs"


def ask(tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One answer for each task: ``ok`` and its ``value``, or the ``code`` of a refusal."""
    done = subprocess.run(
        [NODE, str(DRIVER)], input=json.dumps(tasks), capture_output=True, text=True, timeout=300, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[:2_000]
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(answers) == len(tasks)
    return answers


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """The program itself."""
    return subprocess.run([NODE, str(PROGRAM), *words], capture_output=True, text=True, timeout=120, check=False)
