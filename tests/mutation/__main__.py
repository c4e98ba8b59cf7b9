"""``python -m tests.mutation [--sample N] [--seed S] [--workers W] [MODULE...]``: which mutants of the core live?

For each mutant the tests of the ledger run, the rulebook's vectors first, until one fails. A mutant that takes far longer than
the unchanged tests is counted as killed (it no longer ends). Prints a line for each, and how many were killed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Final

from tests.mutation.mutants import Mutant, mutants_of

ROOT: Final = Path(__file__).parents[2]
TESTS: Final = ("tests/core/ledger/test_rulebook.py", "tests/core")
SECONDS_MAX: Final = 900


def modules() -> list[str]:
    """All modules of the pure core."""
    paths = (path for path in (ROOT / "custody/core").rglob("*.py") if path.stem != "__init__")
    return sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths)


def outcome(mutant: Mutant) -> str:
    """``killed``, ``survived`` or ``endless``."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "tests.mutation.plugin",
        "-p",
        "no:cacheprovider",
        *TESTS,
    ]
    environment = {**os.environ, "CUSTODY_MUTANT": mutant.name, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return "endless"
    return "survived" if done.returncode == 0 else "killed"


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("modules", nargs="*", default=modules())
    asked = parser.parse_args()
    everything = [mutant for module in asked.modules for mutant in mutants_of(module)]
    chosen = Random(asked.seed).sample(everything, min(asked.sample, len(everything)))
    survivors: list[Mutant] = []
    with ThreadPoolExecutor(asked.workers) as pool:
        for mutant, result in zip(chosen, pool.map(outcome, chosen), strict=True):
            print(
                f"{result:9} {mutant.module}:{mutant.line}  {mutant.what}  {mutant.before}  ->  {mutant.after}",
                flush=True,
            )
            survivors += [mutant] if result == "survived" else []
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} killed, out of {len(everything)} mutants", flush=True)


if __name__ == "__main__":
    main()
