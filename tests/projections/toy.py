"""A small but real fold for the tests of store, views and carriers: the bytes of an entry decide what it means.

It knows every kind of outcome, duplicates, entries that wait and are judged later, and findings that are withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

from custody.core.tlog.merkle import leaf_hash
from custody.core.wording.outcomes import Outcome
from custody.ports import LogRecord

UNITS: Final = ("P-1", "P-2", "P-10", "B-1")
STATIONS: Final = ("AYT", "WAW")


UNDISPUTED: dict[str, Any] = {"disputed": False, "disputed_figures": []}


def unit_doc(unit: str, *, station: str = "AYT", version: int = 1, **changed: Any) -> dict[str, Any]:
    return {
        "unit": unit, "kind": "pouch", "station": station, "consignment": f"{station}-1", "state": "in store",
        "custodian": "C-7", "basis": "confirmed", "inside": None, "contains": [], "papers": 100,
        "seals": [{"seal": "S-1", "condition": "intact"}], "hold": False, "disputed": False, "head": "e" * 64,
        "disputed_figures": [], "version": version, "type": "HandoverAnswered", "at": "2026-11-01T10:00:00+01:00",
        "says": {"key": "unit.not-in-force", "args": {"unit": f"{unit} ({version})"}},
    } | changed  # fmt: skip


def entry_doc(position: int, *, units: Sequence[str] = (), status: str = "applied", **changed: Any) -> dict[str, Any]:
    return {
        "position": position, "entry": f"{position:064x}", "event": "e" * 64, "type": "SealsChecked", "status": status,
        "codes": [], "at": "2026-11-01T10:00:00+01:00", "place": "FRA", "station": "AYT", "units": list(units),
        "by": ["C-7"], "stands_for": "SealsChecked", "noted": [], "not_before": None, "not_after": None,
        "says": {"key": "event.unknown-finding", "args": {"finding": "Ы"}},
    } | changed  # fmt: skip


def status_doc(position: int, *, units: Sequence[str], status: str = "applied") -> dict[str, Any]:
    return {
        "position": position, "event": "e" * 64, "status": status, "codes": [], "units": list(units), "station": "AYT",
    }  # fmt: skip


def finding_doc(finding: str, *, station: str = "AYT", status: str = "open", raised: int = 0) -> dict[str, Any]:
    return {
        "id": finding, "code": "package-count", "severity": "attention", "status": status, "station": station,
        "stations": [station],
        "units": ["P-1"], "evidence": ["e" * 64], "sentence": "1 of 2 packages shown.", "settled_by": None,
        "raised": raised, "also": [],
    }  # fmt: skip


def consignment_doc(consignment: str, *, station: str, handover: str | None = None) -> dict[str, Any]:
    leg = {"number": 1, "from": "MFA", "to": station, "due": "2026-11-02T10:00:00Z", "handover": handover, "at": None}
    return {
        "consignment": consignment, "station": station, "direction": "out", "units": ["P-1"], "papers": 100,
        "legs": [leg], "delivered": None,
    }  # fmt: skip


def handover_doc(offer: str, *, consignments: Sequence[str], station: str | None) -> dict[str, Any]:
    return {
        "offer": offer, "answer": None, "state": "offered", "units": ["P-1"], "consignments": list(consignments),
        "from": "MFA", "to": "C-7", "station": station, "direction": "out", "offered_at": None, "answered_at": None,
    }  # fmt: skip


def tour_doc(tour: str, *, aboard: Sequence[str]) -> dict[str, Any]:
    return {
        "tour": tour, "courier": "courier C-7", "consignments": ["AYT-1", "ROM-1"], "state": "under way", "document": 2,
        "waiting": [], "aboard": list(aboard), "delivered": [], "elsewhere": [], "left_behind": [],
    }  # fmt: skip


def account_doc(station: str, **figures: int | None) -> dict[str, Any]:
    return {"station": station, "list": 100, "counted": None, "issued": None, "state": "open", **UNDISPUTED} | figures


class ToyFold:
    """Mutable as the real fold is; fold anew to start again."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._versions: dict[str, int] = {}
        self._waiting: list[int] = []

    def apply(self, record: LogRecord) -> tuple[Outcome, ...]:
        told = list(self._told(record))
        return tuple(
            Outcome(record.position, ordinal, kind, subject, doc) for ordinal, (kind, subject, doc) in enumerate(told)
        )

    def state_digest(self) -> str:
        state = [sorted(entry.hex() for entry in self._seen), sorted(self._versions.items()), self._waiting]
        return sha256(repr(state).encode()).hexdigest()

    def _told(self, record: LogRecord) -> Iterator[tuple[str, str, dict[str, Any]]]:
        at = record.position
        if record.entry in self._seen:
            yield "entry", str(at), entry_doc(at, status="duplicate")
            return
        self._seen.add(record.entry)
        dice = sha256(record.entry).digest()
        unit, station = UNITS[dice[0] % len(UNITS)], STATIONS[dice[1] % len(STATIONS)]
        if dice[2] < 40:
            self._waiting.append(at)
            yield "entry", str(at), entry_doc(at, units=[unit], status="waiting")
            return
        yield "entry", str(at), entry_doc(at, units=[unit])
        version = self._versions[unit] = self._versions.get(unit, 0) + 1
        yield "unit", unit, unit_doc(unit, station=station, version=version)
        if dice[2] > 200:
            for waited in self._waiting:
                yield "entry-status", str(waited), status_doc(waited, units=[unit])
            self._waiting = []
        yield from self._facts(station, dice=dice, at=at)

    def _facts(self, station: str, *, dice: bytes, at: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
        finding = f"{dice[4] % 4:064x}"
        choices: list[tuple[str, str, dict[str, Any]]] = [
            ("finding", finding, finding_doc(finding, station=station, raised=at)),
            ("finding-withdrawn", finding, {"id": finding, "position": at}),
            ("account", station, account_doc(station, counted=dice[5])),
            ("print", "PB-1", {"batch": "PB-1", "ordered": 100, "printed": dice[5], "good": dice[5], "waste": 0}),
            ("consignment", f"{station}-1", consignment_doc(f"{station}-1", station=station)),
            ("handover", "d" * 64, handover_doc("d" * 64, consignments=[f"{station}-1"], station=None)),
            ("tour", "a" * 64, tour_doc("a" * 64, aboard=[f"P-{dice[5] % 3}"])),
            ("station", station, {"station": station, "city": "Город", "voters": dice[5]}),
            ("election", "f" * 64, {"election": "f" * 64, "name": "Toy", "slug": "toy", "closed": False}),
        ]
        for n in range(dice[6] % 3):
            yield choices[dice[7 + n] % len(choices)]


def folded(entries: Iterable[bytes]) -> list[Outcome]:
    """The reference: every outcome of a log that holds these entries."""
    fold = ToyFold()
    return [outcome for at, entry in enumerate(entries) for outcome in fold.apply(LogRecord(at, entry))]


def hashed(entry: bytes) -> str:
    return leaf_hash(entry).hex()
