"""The API against its own description: requests that fit it and requests that do not, by schemathesis with all its checks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.web.demo import Web

EXAMPLES = "400" if os.environ.get("CUSTODY_SOAK") == "1" else "4"


def test_schemathesis_finds_nothing(web: Web, tmp_path: Path) -> None:
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{web.url}/openapi.json"),
        *("--checks", "all", "--max-examples", EXAMPLES, "--generation-deterministic", "--no-color"),
        *("--request-timeout", "30"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=3_600, check=False)
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    assert "Tested: 28" in done.stdout
