"""Keeping the books against the bare inserts of the `eventsourcing` library under them.

What views follow, and what the library would call events, are outcomes; an act of an election has about three (what
became of the entry, a unit, and a handover, an account or a finding).  The yardstick: the library's process recorder
inserts these same outcomes as its stored events, made ready beforehand, with its tracking, 500 at a time.  Beside it:
the ledger store written from outcomes that are at hand (500 entries at a time), and all views rebuilt from the store.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.sqlite import SQLiteProcessRecorder

from consumers.loop import RetryPolicy, drain
from consumers.views import ViewFollower
from custody.core.wording.outcomes import Outcome
from projections.stores.books import Books, create_books
from projections.stores.ports import START, Head
from projections.stores.sqlite_recorder import datastore_at
from projections.views.all_views import VIEWS
from schemas.strict_json import canonical

ENTRIES: Final = 10_000
BATCH: Final = 500
ROUNDS: Final = 5
"""The ratio is the median of so many rounds, each of which measures all three: the machine may be busy."""


def run() -> Iterable[tuple[str, float]]:
    """``ledger-store`` and ``views``: outcomes a second, each as a ratio to the bare inserts."""
    outcomes = [list(outcomes_at(position)) for position in range(ENTRIES)]
    events = [stored(outcome) for told in outcomes for outcome in told]
    gc.freeze()  # what was made ready for the measurement is not part of it
    kept, seen = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, create_books(Path(folder)) as books:
            bare_s = elapsed_s(_insert_bare, path=Path(folder) / "bare.sqlite", events=events)
            kept.append(bare_s / elapsed_s(write_store, books=books, outcomes=outcomes))
            seen.append(bare_s / elapsed_s(rebuild_views, books=books))
    gc.unfreeze()
    yield "ledger-store", median(kept)
    yield "views", median(seen)


def elapsed_s(work: Any, **arguments: Any) -> float:
    """Seconds on the clock that the work takes."""
    started = perf_counter()
    work(**arguments)
    return perf_counter() - started


def stored(outcome: Outcome) -> StoredEvent:
    """An outcome as an event of the library."""
    name = f"{outcome.position}.{outcome.ordinal}"
    return StoredEvent(name, 1, outcome.kind, canonical(dict(outcome.doc)))


def _insert_bare(*, path: Path, events: list[StoredEvent]) -> None:
    recorder = SQLiteProcessRecorder(datastore_at(path, mode="rwc"))
    recorder.create_table()
    for start in range(0, len(events), BATCH):
        recorder.insert_events(events[start : start + BATCH], tracking=Tracking("bare", start + BATCH))
    recorder.datastore.close()


def write_store(*, books: Books, outcomes: list[list[Outcome]]) -> None:
    """Write the ledger store, 500 entries at a time."""
    head = START
    for start in range(0, ENTRIES, BATCH):
        batch = [outcome for told in outcomes[start : start + BATCH] for outcome in told]
        after = Head(start + BATCH, f"{start:064x}", f"{start:064x}")
        books.ledger.write(expected=head, head=after, outcomes=batch)
        head = after


def rebuild_views(*, books: Books) -> None:
    """Make all views from the store."""
    drain([ViewFollower(view, books=books) for view in VIEWS], patience=RetryPolicy(), pause=lambda _: None)


def outcomes_at(at: int) -> Iterator[Outcome]:
    """The outcomes of a made-up entry."""
    unit, station = f"P-{at % 400:05d}", f"S{at % 65:02d}"
    common = {"station": station, "at": "2026-11-01T10:00:00+01:00", "type": "HandoverAnswered"}
    yield Outcome(at, 0, "entry", str(at), common | {
        "position": at, "entry": f"{at:064x}", "event": f"{at:064x}", "status": "applied", "codes": [],
        "place": "FRA", "stands_for": "HandoverAnswered", "units": [unit], "by": ["C-7", "M-1"],
        "says": {"key": "event.HandoverWithdrawn", "args": {"units": [unit]}}, "noted": [],
    })  # fmt: skip
    yield Outcome(at, 1, "unit", unit, common | {
        "unit": unit, "kind": "pouch", "consignment": f"{station}-1", "state": "with courier", "custodian": "C-7",
        "basis": "confirmed", "inside": None, "contains": [], "papers": 320, "hold": False, "disputed": False,
        "seals": [{"seal": "S-00017-A", "condition": "intact"}, {"seal": "S-00018-B", "condition": "intact"}],
        "head": f"{at:064x}", "version": 1 + at // 400,
        "says": {"key": "unit.became", "args": {"unit": unit, "state": "with courier", "holder": "C-7"}},
    })  # fmt: skip
    yield (
        Outcome(at, 2, "handover", f"{at:064x}", common | {
            "offer": f"{at:064x}", "answer": f"{at + 1:064x}", "state": "accepted", "units": [unit],
            "consignments": [f"{station}-1"], "from": "MFA", "to": "C-7", "direction": "out",
            "offered_at": common["at"], "answered_at": common["at"],
        })
        if at % 3
        else Outcome(at, 2, "account", station, {
            "station": station, "list": 320, "reserve": 4, "counted": 324, "issued": None, "state": "open",
        })
    )  # fmt: skip
