"""The mutation run itself: its mutants are what they say, and a changed module is really run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from tests.mutation.mutants import mutants_of, mutated, source_of

MODULE = "custody.core.checks.serials"


def test_each_mutant_is_another_program() -> None:
    _, text = source_of(MODULE)
    plain = ast.unparse(ast.parse(text))
    trees = [ast.unparse(mutated(MODULE, number=mutant.number)[0]) for mutant in mutants_of(MODULE)]
    assert len(trees) > 5
    assert len({plain, *trees}) == len(trees) + 1


def test_all_four_kinds_of_change_are_made() -> None:
    kinds = {
        mutant.what
        for module in (MODULE, "custody.core.fold.effects", "custody.core.fold.disputes")
        for mutant in mutants_of(module)
    }
    assert kinds == {"comparison", "condition", "connective", "not"}


def test_a_process_with_a_mutant_runs_the_changed_module() -> None:
    program = "import tests.mutation.plugin; from custody.core.wording.numbers import papers; print(papers(1))"
    said = set()
    for name in ("", *(mutant.name for mutant in mutants_of("custody.core.wording.numbers"))):
        environment = {**os.environ, **({"CUSTODY_MUTANT": name} if name else {})}
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        said.add(done.stdout)
    assert len(said) > 1
