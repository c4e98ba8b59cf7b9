"""The file derived from the whole log at its end, kept beside the books: every paper's account and every seal's life.

Whoever brings the books up has the state of the whole log in hand, and writes this down; whoever reads later need not fold the
log again, which takes seconds. It belongs to exactly one log: so many entries, the last of which has this hash. Anything else
is as if it were not there, and the log is folded.

Not here: how it is made (``derived_docs``), earlier positions, and whether the log is the one that was signed (``signed_log``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from custody.adapters.durable import read_file
from custody.core.authority.rules_in_force import is_given_out
from custody.ports import LogReader
from schemas.envelope import entry_hash
from schemas.rules import SealSeries

FORMAT: Final = "custody/derived/v1"
_BYTES_MAX: Final = 64_000_000


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


def _read(path: Path, *, log: LogReader) -> Mapping[str, Any] | None:
    try:
        doc = json.loads(read_file(path, bytes_max=_BYTES_MAX))
    except (OSError, ValueError):
        return None
    end = log.end()
    is_whole = isinstance(doc, dict) and doc.get("format") == FORMAT and doc.get("entries") == end and end > 0
    return doc if is_whole and doc["last"] == entry_hash(log.read(start=end - 1, limit=1)[0].entry) else None
