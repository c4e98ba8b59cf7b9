"""The way of one entry through the ledger gets no longer: modules passed, and changes from one module to another.

Upper bounds, to be lowered with whatever shortens it; ``python -m tests.architecture.way`` prints where it changes most.
"""

from __future__ import annotations

from typing import Final

import pytest

from tests.architecture import way
from tests.architecture.way import main, way_of_an_answer

MODULES_MAX: Final = 79
CHANGES_MAX: Final = 718


def test_the_way_of_an_accepted_answer_is_no_longer_than_it_was() -> None:
    walked = way_of_an_answer()
    assert (len(walked.modules) <= MODULES_MAX, walked.changes <= CHANGES_MAX) == (True, True), walked
    assert {"ledger.py", "fold/disputes.py"} <= {name[len(way.CORE) + 1 :] for name in walked.modules}


def test_the_program_prints_modules_functions_calls_and_changes(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    first, *pairs = capsys.readouterr().out.splitlines()
    assert [word for word in first.replace(",", "").split() if word.isalpha()] == [
        *("modules", "functions", "calls", "changes", "of", "module"),
    ]
    assert all(" -> " in line for line in pairs)
