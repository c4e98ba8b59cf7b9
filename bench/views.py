"""Keeping the books against the bare inserts of the `eventsourcing` library under them.

The yardstick: the library's process recorder inserts the same number of events, each a row with the document of that
entry, and its tracking, in batches of 500.  Beside it: the ledger store written from outcomes that are at hand, and all
views rebuilt from the store, both in events (log entries) a second.  An event has three outcomes here, as an ordinary
act has (the entry, a unit, and a handover, an account or a finding).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.sqlite import SQLiteProcessRecorder

from consumers.loop import Patience, drain
from consumers.views import ViewFollower
from custody.core.outcomes import Outcome
from projections.books import Books, create_books
from projections.recorder import START, Head, datastore_at
from projections.views import VIEWS
from schemas.strict_json import canonical

EVENTS: Final = 10_000
BATCH: Final = 500
ROUNDS: Final = 3
"""The best of so many counts: the machine may be busy with something else."""


def run() -> Iterable[tuple[str, float]]:
    """``ledger-store`` and ``views``, each as a ratio to the bare inserts."""
    outcomes = [list(_outcomes(position)) for position in range(EVENTS)]
    bare = kept = seen = float("inf")
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, create_books(Path(folder)) as books:
            bare = min(bare, _elapsed_s(_insert_bare, path=Path(folder) / "bare.sqlite", outcomes=outcomes))
            kept = min(kept, _elapsed_s(_write_store, books=books, outcomes=outcomes))
            seen = min(seen, _elapsed_s(_rebuild_views, books=books))
    yield "ledger-store", bare / kept
    yield "views", bare / seen


def _elapsed_s(work: Any, **arguments: Any) -> float:
    started = perf_counter()
    work(**arguments)
    return perf_counter() - started


def _insert_bare(*, path: Path, outcomes: list[list[Outcome]]) -> None:
    recorder = SQLiteProcessRecorder(datastore_at(path, mode="rwc"))
    recorder.create_table()
    events = [
        StoredEvent(told[0].doc["event"], at + 1, "entry", canonical(dict(told[0].doc)))
        for at, told in enumerate(outcomes)
    ]
    for start in range(0, EVENTS, BATCH):
        recorder.insert_events(events[start : start + BATCH], tracking=Tracking("bare", start + BATCH))
    recorder.datastore.close()


def _write_store(*, books: Books, outcomes: list[list[Outcome]]) -> None:
    head = START
    for start in range(0, EVENTS, BATCH):
        batch = [outcome for told in outcomes[start : start + BATCH] for outcome in told]
        after = Head(start + BATCH, f"{start:064x}", f"{start:064x}")
        books.ledger.write(expected=head, head=after, outcomes=batch)
        head = after


def _rebuild_views(*, books: Books) -> None:
    drain([ViewFollower(view, books=books) for view in VIEWS], patience=Patience(), pause=lambda _: None)


def _outcomes(at: int) -> Iterator[Outcome]:
    unit, station = f"P-{at % 400:05d}", f"S{at % 65:02d}"
    common = {"station": station, "at": "2026-11-01T10:00:00+01:00", "type": "HandoverAnswered"}
    yield Outcome(at, 0, "entry", str(at), common | {
        "position": at, "entry": f"{at:064x}", "event": f"{at:064x}", "status": "applied", "codes": [],
        "place": "FRA", "units": [unit], "by": ["C-7", "M-1"], "sentence": f"{unit} was handed over at {station}.",
    })  # fmt: skip
    yield Outcome(at, 1, "unit", unit, common | {
        "unit": unit, "kind": "pouch", "consignment": f"{station}-1", "state": "with courier", "custodian": "C-7",
        "basis": "confirmed", "inside": None, "contains": [], "papers": 320, "hold": False, "disputed": False,
        "seals": [{"seal": "S-00017-A", "condition": "intact"}, {"seal": "S-00018-B", "condition": "intact"}],
        "head": f"{at:064x}", "version": 1 + at // 400, "sentence": f"Courier C-7 holds {unit} since the handover.",
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
