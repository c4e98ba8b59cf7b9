"""The heap of a program that folds a log: it only grows, and nothing in it goes round in circles.

Python looks for circles among what was made lately after every 700 objects, and now and then among everything. A fold makes none
(tests/core/ledger/test_folded_again.py), and what it keeps it keeps for good: looking took a fifth of its time. So it is looked
for seldom, and still found: whatever else a program does (servers, answers, errors) does leave some.
"""

from __future__ import annotations

import gc
from typing import Final

_YOUNG: Final = 50_000
"""Objects made, less those that went, before the young are looked at."""
_YOUNG_TO_MIDDLE: Final = 20
_MIDDLE_TO_ALL: Final = 100


def expect_growth() -> None:
    """From here on this process looks for circles seldom."""
    gc.set_threshold(_YOUNG, _YOUNG_TO_MIDDLE, _MIDDLE_TO_ALL)
