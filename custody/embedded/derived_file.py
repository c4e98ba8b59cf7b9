"""What follows from the whole log at its end, kept beside the books: every paper's account and every seal's life.

Whoever brings the books up has the state of the whole log in hand, and writes this down; whoever reads later need not fold the
log again, which takes seconds. It belongs to exactly one log: so many entries, the last of which has this hash. Anything else
is as if it were not there, and the log is folded.

Not here: earlier positions, which are always folded, and whether the log is the one that was signed (``signed_log``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from custody.adapters.durable import read_file, write_private
from custody.core.authority.rules_in_force import is_given_out
from custody.core.evidence.conservation import check_accounts
from custody.core.evidence.postings import PRESS, Balances, balances, moved
from custody.core.evidence.seal_ledger import life_of, packages_of, seals_of
from custody.core.fold.disputes import is_disputed
from custody.core.state.state import State
from custody.ports import LogReader
from schemas.envelope import entry_hash
from schemas.rules import SealSeries

FORMAT: Final = "custody/derived/v1"
_BYTES_MAX: Final = 64_000_000
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


def derived_accounts(path: Path, *, log: LogReader) -> dict[str, Any] | None:
    """The accounts at the end of this log, as kept; None where they are not kept for it."""
    doc = _read(path, log=log)
    return None if doc is None else dict(doc["accounts"])


def derived_seal(path: Path, *, log: LogReader, seal: str) -> dict[str, Any] | None:
    """The life of a seal up to the end of this log, as kept; None where it is not kept for it."""
    doc = _read(path, log=log)
    if doc is None or doc["seals"] is None:
        return None
    series = [SealSeries.model_validate(row) for row in doc["series"]]
    return {"seal": seal, "given_out": is_given_out(seal, series=series), "life": doc["seals"].get(seal, [])}


def _life(state: State, seal: str) -> list[dict[str, Any]]:
    return [asdict(step) for step in life_of(state, seal)]


def _read(path: Path, *, log: LogReader) -> Mapping[str, Any] | None:
    try:
        doc = json.loads(read_file(path, bytes_max=_BYTES_MAX))
    except (OSError, ValueError):
        return None
    end = log.end()
    is_whole = isinstance(doc, dict) and doc.get("format") == FORMAT and doc.get("entries") == end and end > 0
    return doc if is_whole and doc["last"] == entry_hash(log.read(start=end - 1, limit=1)[0].entry) else None
