"""Documents derived from the state after a log: every paper's account and every seal's life, and the file that keeps them.

Not here: reading that file (``derived_file``), which needs neither the ledger nor its state.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from custody.adapters.durable import write_private
from custody.core.evidence.conservation import check_accounts
from custody.core.evidence.postings import PRESS, Balances, balances, moved
from custody.core.evidence.seal_ledger import life_of, packages_of, seals_of
from custody.core.fold.disputes import is_disputed
from custody.core.state.state import State
from custody.embedded.derived_file import FORMAT
from schemas.envelope import entry_hash

_SEALS_MAX: Final = 20_000
"""A log with more seals than that is folded when one is asked for."""


def accounts_doc(state: State, *, before: Balances) -> dict[str, Any]:
    """All accounts, what moved since the balances before, seals, packages, and whatever does not add up."""
    held = balances(state)
    rows = moved(before, held)
    return {
        "position": state.position,
        "printed": -held.pop(PRESS, 0),
        "accounts": [{"place": row.place, "state": row.state, "papers": papers} for row, papers in held.items()],
        "postings": [{"from": str(row.source), "to": str(row.target), "papers": row.papers} for row in rows],
        "seals": asdict(seals_of(state)),
        "packages": [asdict(row) for row in packages_of(state)],
        "disputed": [unit for unit in sorted(state.paths.units()) if is_disputed(state, unit)],
        "wrong": list(check_accounts(state)),
    }


def seal_doc(state: State, *, seal: str) -> dict[str, Any]:
    """The life of one seal."""
    return {"seal": seal, "given_out": state.rules_now().was_issued(seal), "life": _life(state, seal)}


def write_derived(path: Path, *, state: State, before: Balances, last: bytes) -> None:
    """Keep what follows from the log up to its entry ``last``; ``before`` are the balances before that entry."""
    known = sorted({*state.registers.seals, *state.registers.astray})
    is_few = len(known) <= _SEALS_MAX
    doc = {
        "format": FORMAT,
        "entries": state.position + 1,
        "last": entry_hash(last),
        "accounts": accounts_doc(state, before=before),
        "series": [series.model_dump(mode="json") for series in state.rules_now().rules.seal_series],
        "seals": {seal: _life(state, seal) for seal in known} if is_few else None,
    }
    write_private(path, json.dumps(doc).encode())


def _life(state: State, seal: str) -> list[dict[str, Any]]:
    return [asdict(step) for step in life_of(state, seal)]
