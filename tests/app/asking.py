"""Questions to the app's own code, many in one process of Node.js, which runs the sources as they are."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.verifier.asking import NODE, ROOT

DRIVER = ROOT / "tests" / "app" / "driver.ts"
VECTORS: Path = ROOT / "tests" / "vectors"


def ask(task: str, values: Sequence[Any]) -> list[Any]:
    """One answer for each value: what came of it, or {"refused": code}."""
    tasks = [{"task": task, "value": value} for value in values]
    done = subprocess.run(
        [NODE, "--no-warnings", str(DRIVER)],
        input=json.dumps(tasks),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[:2_000]
    answers = json.loads(done.stdout)
    assert len(answers) == len(tasks)
    return [one["value"] if one["ok"] else {"refused": one["code"]} for one in answers]


def vectors(folder: str) -> dict[str, dict[str, Any]]:
    """Name -> vector, of a folder of vectors."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((VECTORS / folder).glob("*.json"))
    }
