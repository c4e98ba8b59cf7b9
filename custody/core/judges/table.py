"""Every judge in one table: event type -> the pure function that judges an act of that type.

Answers and withdrawals are judged with their offer (``handovers``), so they are not in this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Never, cast

from custody.core.checks.case import Case, Judge, Stated
from custody.core.judges import (
    carriers,
    counts,
    destruction,
    handovers,
    losses,
    production,
    replacements,
    resupply,
    returns,
    station_book,
    station_changes,
    station_packages,
)
from custody.core.state.verdict import Verdict

JUDGES: Final[Mapping[str, Judge]] = MappingProxyType(
    {
        **production.JUDGES,
        **handovers.JUDGES,
        **carriers.JUDGES,
        **losses.JUDGES,
        **station_packages.JUDGES,
        **returns.JUDGES,
        **counts.JUDGES,
        **station_book.JUDGES,
        **station_changes.JUDGES,
        **resupply.JUDGES,
        **replacements.JUDGES,
        **destruction.JUDGES,
    }
)


def judge(case: Case[Stated]) -> Verdict:
    """What an act means: its type's judge is asked, who takes just that type (``judging``)."""
    return JUDGES[case.type](cast("Case[Never]", case))
