"""Every judge in one table: event type -> the pure function that judges an act of that type.

Answers and withdrawals are judged with their offer (``judge_transfer``), so they are not in this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from custody.core.checks.case import Judge
from custody.core.judges import carriers as judge_carrier
from custody.core.judges import counts as judge_counts
from custody.core.judges import destruction as judge_destruction
from custody.core.judges import handovers as judge_transfer
from custody.core.judges import losses as judge_loss
from custody.core.judges import production as judge_production
from custody.core.judges import replacements as judge_replacement
from custody.core.judges import resupply as judge_supply
from custody.core.judges import returns as judge_return
from custody.core.judges import station_book as judge_book
from custody.core.judges import station_packages as judge_station

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
