"""The ledger's working state: everything the fold knows at one position. Mutable, owned by one ``Ledger``, never shared.

Units' snapshots are immutable and kept along each unit's path, so that a dispute can step back to the last act that nobody
contests. Records of acts keep the event only as long as it may still have to be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from custody.core.devices import DeviceChains
from custody.core.findings import Draft, Finding, FindingStore
from custody.core.legs import legs_done, match_legs
from custody.core.registers import Consignment, Registers
from custody.core.roster import KeyRecord, Roster
from custody.core.rules import RulesInForce
from custody.core.scene import Verdict
from custody.core.units import Unit
from schemas.base import Kind, Part

Status = Literal["applied", "waiting", "disputed", "finding", "recorded"]
Ref = tuple[str, str | None]
"""(unit, act it follows)"""


@dataclass(slots=True, kw_only=True)
class Record:
    """One event on the log. ``event`` is dropped once it was judged for good.

    ``verdict`` is kept while a dispute suspends an applied act; ``withdrawn`` then holds its findings and what it had settled.
    """

    event_id: str
    position: int
    type: str
    kind: Kind
    refs: tuple[Ref, ...]
    rules: RulesInForce
    event: Any
    signatures: dict[str, int]
    at: str = ""
    """claimed time of the event"""
    status: Status = "recorded"
    reached: int = 0
    codes: tuple[str, ...] = ()
    verdict: Verdict | None = None
    withdrawn: tuple[tuple[Finding, ...], tuple[str, ...]] | None = None
    offer: str | None = None
    consignment: Consignment | None = None
    signed: dict[Part, tuple[KeyRecord, ...]] = field(default_factory=dict)
    told: bool = False
    """whether an ``entry`` outcome was given for its own position"""
    since: int | None = None
    """log time, epoch seconds, when it began to wait"""


class Paths:
    """Each unit's path: the acts in force, one after another, with the snapshot after each."""

    def __init__(self) -> None:
        self._steps: dict[str, list[Unit]] = {}
        self._place: dict[str, dict[str, int]] = {}
        self._version: dict[str, int] = {}

    def head(self, unit: str) -> Unit | None:
        """The unit now, None where it does not exist."""
        steps = self._steps.get(unit)
        return steps[-1] if steps else None

    def place(self, unit: str, act: str | None) -> int | None:
        """Where an act stands on a unit's path, -1 for None (before creation), None where it is not on it."""
        return -1 if act is None else self._place.get(unit, {}).get(act)

    def at(self, unit: str, place: int) -> Unit | None:
        """The snapshot at a place of the path."""
        return None if place < 0 else self._steps[unit][place]

    def after(self, unit: str, act: str | None) -> str | None:
        """The act in force that follows ``act`` on a unit's path, or None."""
        place = self.place(unit, act)
        steps = self._steps.get(unit, ())
        return steps[place + 1].act if place is not None and place + 1 < len(steps) else None

    def push(self, snapshot: Unit) -> None:
        """The unit moves on by one act."""
        steps = self._steps.setdefault(snapshot.unit, [])
        self._place.setdefault(snapshot.unit, {})[snapshot.act] = len(steps)
        steps.append(snapshot)
        self._version[snapshot.unit] = self._version.get(snapshot.unit, 0) + 1

    def pop(self, unit: str) -> Unit:
        """Take the last act off a path (a dispute); the version still grows: a step back is a change too."""
        snapshot = self._steps[unit].pop()
        del self._place[unit][snapshot.act]
        self._version[unit] += 1
        return snapshot

    def version(self, unit: str) -> int:
        """How often the unit has changed."""
        return self._version.get(unit, 0)

    def units(self) -> Iterator[str]:
        """All units that ever existed, in name order."""
        return iter(sorted(self._steps))


@dataclass(slots=True)
class State:
    """Everything at one position."""

    election: str = ""
    genesis: Any = None
    position: int = -1
    log_time: int | None = None
    rules: list[tuple[int, RulesInForce]] = field(default_factory=list)
    roster: Roster = field(default_factory=Roster)
    registers: Registers = field(default_factory=Registers)
    paths: Paths = field(default_factory=Paths)
    devices: DeviceChains = field(default_factory=DeviceChains)
    findings: FindingStore = field(default_factory=FindingStore)
    records: dict[str, Record] = field(default_factory=dict)
    waiters: dict[str, list[str]] = field(default_factory=dict)
    """awaited event id -> events that wait for it"""
    waiting: dict[str, None] = field(default_factory=dict)
    """events that wait for a predecessor, in order of arrival"""
    branches: dict[Ref, list[str]] = field(default_factory=dict)
    """(unit, act) -> acts judged good that follow it and are not in force because others follow it too"""
    winners: dict[Ref, str] = field(default_factory=dict)
    """(unit, act) -> the follower that adjudication chose"""
    conflicts: dict[str, tuple[Ref, ...]] = field(default_factory=dict)
    """conflicting-acts finding -> the contested places"""
    dirty_units: dict[str, None] = field(default_factory=dict)
    dirty_offers: dict[str, None] = field(default_factory=dict)
    dirty_consignments: dict[str, None] = field(default_factory=dict)
    dirty_records: dict[str, None] = field(default_factory=dict)
    fixed: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    """(kind, subject, doc) of outcomes that never change again"""

    def rules_now(self) -> RulesInForce:
        """The rules in force after the last entry."""
        return self.rules[-1][1]

    def raise_all(self, drafts: Sequence[Draft], *, record: Record) -> None:
        """Raise findings of an event that is being judged."""
        for draft in drafts:
            station = draft.station or self._station_of(draft.units)
            finding = self.findings.raise_(
                replace(draft, station=station), position=self.position, by=record.event_id, severity=record.rules.severity(draft.code)
            )
            if draft.code not in record.codes:
                record.codes = (*record.codes, draft.code)
            if finding.raised_by == record.event_id:
                self.dirty_records[record.event_id] = None

    def _station_of(self, units: Sequence[str]) -> str:
        heads = (self.paths.head(unit) for unit in units)
        return next((head.station for head in heads if head is not None and head.station), "")

    def legs_done(self, consignment: str) -> int:
        """The highest planned leg of a consignment that is recorded."""
        offers = [self.registers.offers[name] for name in self.registers.offers_of.get(consignment, ())]
        return legs_done(match_legs(self.registers.consignments[consignment], offers=offers))

    def settle_overdue(self, consignment: str, *, by: str) -> None:
        """Whoever holds the consignment was heard of again."""
        for topic in self.registers.overdue.pop(consignment, ()):
            self.findings.settle_topic(topic, by=by)

    def mark(self, record: Record, status: Status) -> None:
        """Change what an event means from this position on."""
        record.status = status
        record.reached = self.position
        self.dirty_records[record.event_id] = None
