"""Every judge in one table: event type -> the pure function that judges an act of that type.

Answers and withdrawals are judged with their offer (``judge_transfer``), so they are not in this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.core import (
    judge_book,
    judge_carrier,
    judge_counts,
    judge_destruction,
    judge_loss,
    judge_production,
    judge_replacement,
    judge_return,
    judge_station,
    judge_supply,
    judge_transfer,
)
from custody.core.scene import Judge

JUDGES: Final[Mapping[str, Judge]] = MappingProxyType(
    {
        **judge_production.JUDGES,
        **judge_transfer.JUDGES,
        **judge_carrier.JUDGES,
        **judge_loss.JUDGES,
        **judge_station.JUDGES,
        **judge_return.JUDGES,
        **judge_counts.JUDGES,
        **judge_book.JUDGES,
        **judge_supply.JUDGES,
        **judge_replacement.JUDGES,
        **judge_destruction.JUDGES,
    }
)
