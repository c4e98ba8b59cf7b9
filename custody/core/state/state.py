"""The ledger's working state: everything the fold knows at one position. Mutable, owned by one ``Ledger``, never shared.

Units' snapshots are immutable and kept in each unit's tree of acts, so that a dispute can step back to the last act that nobody
contests. Records keep the event only until it was judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from custody.core.authority.device_chains import DeviceChains
from custody.core.authority.roots import RootInForce, root_before
from custody.core.authority.roster import Roster
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.authority.vouching import Pledge, Vouchings
from custody.core.authority.witness_policy import Policy
from custody.core.entries.signing import keyid
from custody.core.state.brackets import Bounds, Claims, LoggedNote
from custody.core.state.conflict import Conflict, Ref
from custody.core.state.crowds import ClaimedPapers, Crowd, Saying, Sayings
from custody.core.state.disputed_figures import Suspended
from custody.core.state.due_queue import DueQueue
from custody.core.state.finding_draft import located
from custody.core.state.finding_store import Draft, FindingStore
from custody.core.state.leg_transfers import LegTransfers
from custody.core.state.legs import Leg
from custody.core.state.recorded_event import CONFLICT, NOBODY, RecordedEvent, Status
from custody.core.state.registers import Registers
from custody.core.state.styles import ONE_STYLE, ElectionStyles
from custody.core.state.topics import BY_DAYS
from custody.core.state.unit_history import UnitHistories
from custody.core.state.zones import Zone
from custody.core.tlog.merkle import Tree
from custody.core.undo import Undoable
from custody.core.wording.outcomes import OutcomeChange
from schemas.authority import ElectionOpened

__all__ = ["CONFLICT", "NOBODY", "RecordedEvent", "State", "Status"]


@dataclass(slots=True)
class State(Undoable):
    """Everything at one position."""

    election: str = ""
    genesis: ElectionOpened | None = None
    zone: Zone = ()
    """what the commission's clocks show"""
    styles: ElectionStyles = ONE_STYLE
    """those that genesis lists"""
    position: int = -1
    log_time: int | None = None
    device_times: Claims = field(default_factory=Claims)
    """claimed times of devices that the time of the log may lean on"""
    rules: list[tuple[int, RulesInForce]] = field(default_factory=list)
    roots: list[tuple[int, RootInForce]] = field(default_factory=list)
    policies: list[tuple[int, Policy]] = field(default_factory=list)
    witness_keys: set[str] = field(default_factory=set)
    """key ids of log witnesses by a policy that ever was"""
    origin: str = ""
    """the log's name in checkpoints, "" where genesis allows none"""
    tree: Tree = field(default_factory=Tree)
    """the Merkle tree over the entries before the one that is judged"""
    notes: dict[str, LoggedNote] = field(default_factory=dict)
    """SHA-256 of a cosigned note -> what it says"""
    seen: dict[str, dict[int, tuple[str, int]]] = field(default_factory=dict)
    """device -> number -> (event, entries under the newest checkpoint that it had seen)"""
    unseen: dict[str, dict[str, None]] = field(default_factory=dict)
    """SHA-256 of a note that is not on the log -> events whose device says that it had seen it"""
    uncovered: list[str] = field(default_factory=list)
    """events that no cosigned note bounds yet"""
    bounds: Bounds = field(default_factory=Bounds)
    closed: tuple[int, str] | None = None
    """where the log was closed, and by which event"""
    succeeded: str | None = None
    """the event that names the log's successor"""
    roster: Roster = field(default_factory=Roster)
    registers: Registers = field(default_factory=Registers)
    passed: dict[str, LegTransfers] = field(default_factory=dict)
    """consignment -> what changed hands of it"""
    paths: UnitHistories = field(default_factory=UnitHistories)
    suspended: Suspended = field(default_factory=Suspended)
    devices: DeviceChains = field(default_factory=DeviceChains)
    vouchings: Vouchings = field(default_factory=Vouchings)
    again: list[str] = field(default_factory=list)
    """events that are judged again: of their keys, or of what they are about, something else is known by now"""
    offices: dict[str, None] = field(default_factory=dict)
    """offices for which somebody was enrolled or a station opened, whatever became of that"""
    nowhere: dict[str, dict[str, None]] = field(default_factory=dict)
    """office that is not known -> events of which something is said that name it"""
    findings: FindingStore = field(default_factory=FindingStore)
    records: dict[str, RecordedEvent] = field(default_factory=dict)
    signed_by: dict[str, list[str]] = field(default_factory=dict)
    """key -> events that it signed, but for decisions"""
    waiters: dict[str, list[str]] = field(default_factory=dict)
    """awaited event id -> events that wait for it"""
    waiting: dict[str, None] = field(default_factory=dict)
    """events that wait for a predecessor, in order of arrival"""
    waits_due: DueQueue = field(default_factory=DueQueue)
    """events that wait and were not told of, by the time since which they do"""
    wait_ends: dict[str, tuple[str, int]] = field(default_factory=dict)
    """event that waits -> what keeps it waiting in the end, and over how many others"""
    wait_told: dict[str, str] = field(default_factory=dict)
    """what keeps others waiting -> the last of those that was told"""
    gaps_due: DueQueue = field(default_factory=DueQueue)
    """gaps of devices (device/first missing number) that were not told of, by the time since which they are seen"""
    offers_due: DueQueue = field(default_factory=DueQueue)
    """open offers that were not told of, by the time since which they are"""
    offers_covered: DueQueue = field(default_factory=DueQueue)
    """open offers that log witnesses prove to have been on the log, by the time by which they were"""
    open_notes: list[LoggedNote] = field(default_factory=list)
    """cosigned notes that cover events which none bounds yet"""
    claims: dict[Ref, list[str]] = field(default_factory=dict)
    """(unit, act) -> the acts judged good that follow it there, in order of judgement"""
    standing: dict[Ref, Crowd] = field(default_factory=dict)
    """(unit, act) -> those of its claims that stand (claims)"""
    apart: dict[Ref, Crowd] = field(default_factory=dict)
    """(unit, act) -> declarations and idle corrections among its claims, neither void nor set aside"""
    answers_at: dict[Ref, list[str]] = field(default_factory=dict)
    """(unit, act) -> the accepted handovers among its claims that both sides have signed, by event id (voids)"""
    papers_at: dict[Ref, ClaimedPapers] = field(default_factory=dict)
    """(unit, act) -> the papers of one side that claim it, and what else does, where there are any (claimed_papers)"""
    dependents: dict[str, list[str]] = field(default_factory=dict)
    """event -> judged events that name it and change no unit: offers, reports, refusals, acts without effect"""
    winners: dict[Ref, str] = field(default_factory=dict)
    """(unit, act) -> the follower that adjudication chose"""
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    """conflicting-acts finding -> its contested places and rivals"""
    rivals_of: dict[str, dict[str, None]] = field(default_factory=dict)
    """conflicting-acts finding -> all its rivals"""
    contenders: dict[Ref, dict[str, None]] = field(default_factory=dict)
    """(unit, act) -> the persons who signed acts that claim it, where several do (branch_claims)"""
    conflicts_at: dict[Ref, dict[str, None]] = field(default_factory=dict)
    """contested place -> conflicting-acts findings about it"""
    sayings: dict[Saying, Sayings] = field(default_factory=dict)
    """(places, what a record says there) -> who says it"""
    first_of: dict[str, str] = field(default_factory=dict)
    """name of an act in the tree -> of the records of it that say the same, where there are several, the first by id"""
    signed_by_both: set[str] = field(default_factory=set)
    """handovers transcribed from paper whose transcription both sides have signed"""
    errors: dict[str, list[str]] = field(default_factory=dict)
    """event -> declarations, judged good, that it is in error"""
    corrections: dict[str, str] = field(default_factory=dict)
    """corrective event -> the declaration that names it"""
    newly_excused: dict[str, None] = field(default_factory=dict)
    """those that the decision in hand excused"""
    excused: dict[str, str] = field(default_factory=dict)
    """event that a decision let take effect, in spite of a revoked key or of the closing -> the finding decided upon"""
    excused_by: dict[str, dict[str, None]] = field(default_factory=dict)
    """finding decided upon -> the events that it let take effect"""
    overruled: dict[str, tuple[Ref, ...]] = field(default_factory=dict)
    """finding about an act that an answer had beaten -> where a decision about it let the act take effect"""
    held_back: set[str] = field(default_factory=set)
    """events that took effect so, and that a later decision about the same finding holds back again"""
    leaned: dict[str, dict[str, None]] = field(default_factory=dict)
    """event -> acts of which it was said that they claim to be earlier than it"""
    judgements: int = 0
    """how many events were judged"""
    dirty_units: dict[str, None] = field(default_factory=dict)
    dirty_offers: dict[str, None] = field(default_factory=dict)
    dirty_consignments: dict[str, None] = field(default_factory=dict)
    dirty_tours: dict[str, None] = field(default_factory=dict)
    dirty_records: dict[str, None] = field(default_factory=dict)
    pending_outcomes: list[OutcomeChange] = field(default_factory=list)
    """outcomes told after the entry that brought them"""
    entry_outcomes: list[OutcomeChange] = field(default_factory=list)
    """(kind, subject, doc) of outcomes that never change again"""

    def opening(self) -> ElectionOpened:
        """The event at position 0; asked for only where the log has begun."""
        if self.genesis is None:
            raise ValueError("a log without genesis has no election")
        return self.genesis

    def ask_witnesses(self, policy: Policy, *, since: int) -> None:
        """Other log witnesses are asked from a position on; their keys are theirs for good."""
        self.policies.append((since, policy))
        for key in policy.keys.values():
            self.witness_keys.add(keyid(key.public))

    def root_of(self, record: RecordedEvent) -> RootInForce:
        """The root in force where an event was first recorded."""
        return root_before(self.roots, position=record.position)

    def is_made_on_device(self, record: RecordedEvent) -> bool:
        """Whether the device that an event names signed it, and somebody with it: a device's key alone makes no history."""
        others = (key for key in record.signatures if key != record.device)
        known = ((self.roster.get(key), self.roster.is_prepared(key)) for key in others)
        # rules.md 117
        by_somebody = any(is_next or (row is not None and row.role != "device") for row, is_next in known)
        return record.device in record.signatures and by_somebody

    def vouch(self, revocation: str, *, device: str, number: int) -> None:
        """A revocation vouches for what stands in a device's chain now, up to a number; "" for nothing."""
        if device:
            self.vouchings.open(revocation, device=device, number=number, chains=self.devices)

    def take_again(self) -> list[str]:
        """Events that are judged again, once for each time that something else was known."""
        names = list(self.again)
        self.again.clear()
        return names

    def pledge(self, revocation: str, *, record: RecordedEvent) -> Pledge:
        """Whether the owner of a revoked key stands for an event."""
        return self.vouchings.pledge(
            revocation, event=record.event_id, device=record.device, number=record.number, chains=self.devices
        )

    def note_signatures(self, record: RecordedEvent, *, keys: Iterable[str]) -> None:
        """Keys signed an event: what is suspect of a lost one is found without a look at all events."""
        if record.kind != "decision":
            for key in keys:
                self.signed_by.setdefault(key, []).append(record.event_id)

    def place(self, ref: Ref) -> Ref:
        """The place in the tree that an act following ``ref`` claims: records of one act share what follows them."""
        return ref if ref[1] is None else self.paths.place(ref)

    def own_key(self, name: str) -> str:
        """A key id in the roster's own text: a hundred bytes less than a copy in each event."""
        known = self.roster.get(name)
        return name if known is None else known.keyid

    def own_ref(self, ref: Ref) -> Ref:
        """A unit and the act that is followed there, each in the text that is kept of it already."""
        unit, act = ref
        head, known = self.paths.head(unit), None if act is None else self.records.get(act)
        return unit if head is None else head.unit, act if known is None else known.event_id

    def rules_now(self) -> RulesInForce:
        """The rules in force after the last entry."""
        return self.rules[-1][1]

    def raise_all(self, drafts: Sequence[Draft], *, record: RecordedEvent) -> None:
        """Raise findings about an event's signatures, device or waiting: they stand whatever becomes of the event."""
        for draft in drafts:
            self._raise(draft, record=record, act="")
            if draft.code not in record.signature_codes:
                record.signature_codes = (*record.signature_codes, draft.code)

    def raise_judged(self, drafts: Sequence[Draft], *, record: RecordedEvent) -> None:
        """Raise findings of an event's judgement: a dispute withdraws them together with the event."""
        for draft in drafts:
            self._raise(draft, record=record, act=record.event_id)
            self.add_code(record, code=draft.code)

    def add_code(self, record: RecordedEvent, *, code: str) -> None:
        """A finding of this code names the event because of what it was judged to mean."""
        if code not in record.judgement_codes:
            record.judgement_codes = (*record.judgement_codes, code)
            self.dirty_records[record.event_id] = None

    def _raise(self, draft: Draft, *, record: RecordedEvent, act: str) -> None:
        heads = [head for unit in draft.units if (head := self.paths.head(unit)) is not None]
        self.findings.raise_(
            located(draft, heads=heads),
            position=self.position,
            by=record.event_id,
            severity=record.rules.severity(draft.code),
            act=act,
        )
        self.dirty_records[record.event_id] = None
        if draft.dated and draft.topic and draft.code in BY_DAYS:
            for event in (record.event_id, *(() if record.offer is None else (record.offer,))):
                self.bounds.hang(draft.topic, on=event)

    def legs(self, consignment: str) -> tuple[Leg, ...]:
        """The legs of a consignment: the planned ones, and the newest of the others."""
        known = self.registers.consignments[consignment]
        return self.passed.get(consignment, LegTransfers()).legs(known)

    def unplanned(self, consignment: str) -> int:
        """How often a consignment changed hands on no planned leg."""
        return len(self.passed.get(consignment, LegTransfers()).unplanned)

    def settle_overdue(self, consignment: str, *, package: str, by: str) -> None:
        """Whoever holds a package of the consignment was heard of again; silence is settled when all of them were."""
        silent = self.registers.overdue.get(consignment, {})
        for topic, packages in silent.items():
            silent[topic] = tuple(name for name in packages if name != package)
            if packages and not silent[topic]:
                self.findings.settle_topic(topic, by=by)
                self.bounds.hang(topic, on=by)

    def publish_pending(self) -> None:
        """Facts of stations that came into force follow the entry that brought them."""
        self.entry_outcomes += self.pending_outcomes
        self.pending_outcomes.clear()

    def mark(self, record: RecordedEvent, status: Status) -> None:
        """Change what an event means from this position on."""
        record.status = status
        self.dirty_records[record.event_id] = None
