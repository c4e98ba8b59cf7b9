"""The ledger: a pure fold over checked entries. The same log gives the same state and the same outcomes, on any machine.

``apply`` never refuses and never raises on content: what an entry means is said in outcomes and findings (design §1: recorded is
not accepted). The way of an entry:

    fault?  ->  genesis?  ->  known event? (duplicate, or a new listed signature is added)
            ->  device chain  ->  standing (whose signatures count)  ->  decision | act | report

Not here: verifying signatures (admission), judging acts (judge_*), views of any kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from custody.core import emission
from custody.core.acts import consider
from custody.core.admission import UNREPRESENTABLE, Checked
from custody.core.decisions import decide
from custody.core.findings import Draft
from custody.core.handovers import expire_offers
from custody.core.outcomes import Outcome
from custody.core.roster import KeyRecord
from custody.core.rows import rows
from custody.core.rules import RulesInForce
from custody.core.signing import keyid
from custody.core.standing import Signed, assess
from custody.core.state import Record, State
from schemas.authority import ElectionOpened
from schemas.identifiers import epoch_seconds
from schemas.rules import Rules
from schemas.strict_json import canonical

FOLD_VERSION: Final = 1
"""The version of these rules of meaning; genesis names the one in force."""

_NO_RULES: Final = RulesInForce.of(Rules.model_construct(signatures=(), severities=(), seal_series=()), event="")
_SECONDS_AN_HOUR: Final = 3600


class Ledger:
    """The state after the entries applied so far. Entries are applied once each, in order of position."""

    def __init__(self) -> None:
        self._state = State()

    @classmethod
    def empty(cls) -> Ledger:
        """The state before genesis."""
        return cls()

    @property
    def state(self) -> State:
        """The working state, for readers that must not change it."""
        return self._state

    @property
    def election(self) -> str:
        """The election id, empty before genesis."""
        return self._state.election

    def public_key(self, key: str) -> bytes | None:
        """The raw public key of a key ever enrolled so far."""
        return self._state.roster.public_key(key)

    def apply(self, checked: Checked) -> tuple[Outcome, ...]:
        """Apply one entry and return everything that changed."""
        self._state.position = checked.position
        if checked.event is None:
            self._fault(checked)
        elif not self._state.election:
            self._open(checked)
        elif (record := self._state.records.get(checked.event_id or "")) is not None:
            self._again(record, checked)
        elif self._is_foreign(checked.event):
            self._foreign(checked)
        else:
            self._first(checked)
        return emission.drain(self._state)

    def rows(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """(table, key, row) of the whole state in key order."""
        return rows(self._state)

    def state_digest(self) -> str:
        """SHA-256 over the rows in key order as canonical JSON, one a line; 64 hex digits."""
        digest = hashlib.sha256()
        for table, key, row in self.rows():
            digest.update(canonical([table, key, row]) + b"\n")
        return digest.hexdigest()

    def _open(self, checked: Checked) -> None:
        event = checked.event
        if not isinstance(event, ElectionOpened) or checked.position != 0 or not _is_genesis(event, valid=set(checked.valid)):
            self._foreign(checked)
            return
        state = self._state
        state.election = checked.event_id or ""
        state.genesis = event
        state.rules.append((0, RulesInForce.of(event.rules, event=state.election)))
        for key in event.root.keys:
            raw = bytes.fromhex(key.public)
            record = KeyRecord(keyid(raw), raw, "cec-officer", key.person, key.badge, "CEC", enrolled=-1)
            state.roster.enrol(record)
        record = self._record(checked)
        record.status = "applied"
        self._tell(record, checked)
        doc = {"election": state.election, "slug": event.slug, "domain": event.domain, "voting_day": event.voting_day}
        state.fixed.append(("election", state.election, doc))
        record.event = None

    def _first(self, checked: Checked) -> None:
        record = self._record(checked)
        self._extra(record, checked)
        if not checked.valid:
            sentence = f"{record.type} carries no valid signature of a key that was ever enrolled."
            draft = Draft(code="unknown-key", subject=record.event_id, evidence=(record.event_id,), sentence=sentence)
            self._state.raise_all((draft,), record=record)
        event = record.event
        self._chain(record)
        doc = emission.entry_doc(self._state, record, entry=checked.entry)
        self._attempt(record)
        self._tell(record, checked, doc=doc)
        self._facts(record, event)
        self._tick(record, event)

    def _again(self, record: Record, checked: Checked) -> None:
        new = [key for key in checked.valid if key not in record.signatures]
        self._extra(record, checked)
        for key in new:
            record.signatures[key] = checked.position
        status = "added" if new else "duplicate"
        event = checked.event
        doc = emission.entry_doc(self._state, self._shadow(record, event), entry=checked.entry)
        self._state.fixed.append(("entry", str(checked.position), {**doc, "status": status, "codes": []}))
        if new and record.event is not None and not record.signed:
            self._chain(record)
            self._attempt(record)
            self._tick(record, event)

    def _attempt(self, record: Record) -> None:
        """Judge the event if the signatures it has by now are enough."""
        state = self._state
        signed = Signed(
            event_id=record.event_id, event=record.event, position=record.position, signatures=record.signatures
        )
        standing = assess(signed, roster=state.roster, rules=record.rules, forked=tuple(state.devices.forked))
        state.raise_all(standing.drafts, record=record)
        if not standing.is_enough:
            if standing.late is not None:
                state.mark(record, "finding")
            return
        record.signed = dict(standing.counted)
        state.findings.settle_topic(f"signatures/{record.event_id}", by=record.event_id)
        if record.kind == "decision":
            decide(state, record)
        else:
            consider(state, record.event_id)

    def _record(self, checked: Checked) -> Record:
        state, event = self._state, checked.event
        refs = tuple(
            (ref.unit, getattr(ref, "previous", None) or getattr(ref, "observed", None)) for ref in getattr(event, "units", ())
        )
        record = Record(
            event_id=checked.event_id or "",
            position=checked.position,
            type=getattr(event, "type", ""),
            kind=event.KIND if event is not None else "decision",
            refs=refs,
            rules=state.rules_now() if state.rules else _NO_RULES,
            event=event,
            signatures=dict.fromkeys(checked.valid, checked.position),
            at=getattr(event, "at", ""),
            reached=checked.position,
        )
        state.records[record.event_id] = record
        return record

    def _shadow(self, record: Record, event: Any) -> Record:
        """The record as an entry that repeats the event shows it, with the event it carries."""
        return Record(
            event_id=record.event_id,
            position=self._state.position,
            type=record.type,
            kind=record.kind,
            refs=record.refs,
            rules=record.rules,
            event=event,
            signatures=record.signatures,
            status=record.status,
        )

    def _chain(self, record: Record) -> None:
        """Place the event in its device's chain, once the device's signature is there."""
        state, mark = self._state, record.event.device
        if mark is None or mark.key not in record.signatures:
            return
        fork = state.devices.add(mark.key, number=mark.number, event=record.event_id, previous=mark.previous)
        if fork is not None:
            key = state.roster.get(mark.key)
            who = mark.key[:16] if key is None else key.badge
            sentence = f"Device {who} made two events that cannot both be in its chain: number {mark.number}."
            draft = Draft(code="device-fork", subject=mark.key, evidence=(fork.first, fork.second), sentence=sentence)
            state.raise_all((draft,), record=record)
        if not state.devices.has_gap(mark.key):
            state.findings.settle_topic(f"gap/{mark.key}", by=record.event_id)

    def _tick(self, record: Record, event: Any) -> None:
        """The claimed time of monitor and checkpointer is the time of the log until log witnesses give a better one."""
        state = self._state
        if "service" not in record.signed:
            return
        now = epoch_seconds(event.at)
        if state.log_time is not None and now <= state.log_time:
            return
        state.log_time = now
        limit = state.rules_now().rules.waiting_hours * _SECONDS_AN_HOUR
        expire_offers(state, now=now)
        for name in state.waiting:
            _expire_waiting(state, state.records[name], now=now, limit=limit)
        for device, (number, chain) in state.devices.gaps().items():
            chain.gap_since = now if chain.gap_since is None else chain.gap_since
            if now - chain.gap_since >= limit:
                self._gap(record, device=device, number=number, evidence=min(chain.ahead.items())[1][0])

    def _gap(self, record: Record, *, device: str, number: int, evidence: str) -> None:
        key = self._state.roster.get(device)
        who = device[:16] if key is None else key.badge
        sentence = f"Device {who}: event number {number} is missing: not sent or not recorded."
        draft = Draft(
            code="device-gap", subject=device, evidence=(evidence,), sentence=sentence, topic=f"gap/{device}"
        )
        if self._state.findings.unsettled(draft.topic) is None:
            self._state.raise_all((draft,), record=record)

    def _fault(self, checked: Checked) -> None:
        """Bytes that are no event: a finding, and nothing else stops."""
        state = self._state
        code = "unrepresentable" if checked.fault == UNREPRESENTABLE else "malformed"
        sentence = f"Position {checked.position} holds no well-formed signed event ({checked.fault})."
        draft = Draft(code=code, subject=checked.entry, evidence=(checked.entry,), sentence=sentence)
        severity = (state.rules_now() if state.rules else _NO_RULES).severity(code)
        state.findings.raise_(draft, position=checked.position, by=checked.entry, severity=severity)
        self._bare(checked, code=code, sentence=sentence)

    def _foreign(self, checked: Checked) -> None:
        state = self._state
        rules = state.rules_now() if state.rules else _NO_RULES
        sentence = "The event belongs to another election or log, or opens one where none can be opened."
        event = checked.event_id or checked.entry
        draft = Draft(code="wrong-election", subject=event, evidence=(event,), sentence=sentence)
        state.findings.raise_(draft, position=checked.position, by=event, severity=rules.severity("wrong-election"))
        self._bare(checked, code="wrong-election", sentence=sentence)

    def _is_foreign(self, event: Any) -> bool:
        state = self._state
        return getattr(event, "election", None) != state.election or event.log != state.genesis.log

    def _extra(self, record: Record, checked: Checked) -> None:
        if not checked.unlisted:
            return
        sentence = f"{record.type} carries {len(checked.unlisted)} signature(s) of keys that its payload does not list."
        evidence = (record.event_id, checked.entry)
        draft = Draft(code="extra-signature", subject=record.event_id, evidence=evidence, sentence=sentence)
        self._state.raise_all((draft,), record=record)

    def _tell(self, record: Record, checked: Checked, *, doc: dict[str, Any] | None = None) -> None:
        told = doc or emission.entry_doc(self._state, record, entry=checked.entry)
        told = {**told, "status": emission.shown(record), "codes": list(record.codes)}
        self._state.fixed.append(("entry", str(checked.position), told))
        record.told = True

    def _bare(self, checked: Checked, *, code: str, sentence: str) -> None:
        doc = {
            "position": checked.position,
            "entry": checked.entry,
            "event": checked.event_id,
            "type": getattr(checked.event, "type", None),
            "status": "finding",
            "codes": [code],
            "at": getattr(checked.event, "at", None),
            "place": getattr(checked.event, "place", None),
            "station": None,
            "units": [],
            "by": [],
            "sentence": sentence,
        }
        self._state.fixed.append(("entry", str(checked.position), doc))

    def _facts(self, record: Record, event: Any) -> None:
        if record.type == "StationOpened" and record.status == "applied":
            doc = {"station": event.station, "city": event.city, "country": event.country, "timezone": event.timezone}
            self._state.fixed.append(("station", event.station, {**doc, "opens": event.opens, "closes": event.closes}))


def _is_genesis(event: ElectionOpened, *, valid: set[str]) -> bool:
    """Signed by the root threshold it names, counted by distinct person; the threshold can be met at all."""
    person_of = {keyid(bytes.fromhex(key.public)): key.person for key in event.root.keys}
    persons = {person_of[key] for key in valid if key in person_of}
    return len(person_of) == len(event.root.keys) and len(persons) >= event.root.threshold


def _expire_waiting(state: State, record: Record, *, now: int, limit: int) -> None:
    record.since = now if record.since is None else record.since
    if now - record.since < limit or state.findings.unsettled(f"waiting/{record.event_id}") is not None:
        return
    awaited = next(name for name, waiters in state.waiters.items() if record.event_id in waiters)
    sentence = f"{record.type} follows an event that is not on the log: not sent or not recorded."
    draft = Draft(
        code="predecessor-missing",
        subject=record.refs[0][0],
        evidence=(awaited, record.event_id),
        sentence=sentence,
        topic=f"waiting/{record.event_id}",
        units=tuple(unit for unit, _ in record.refs),
    )
    state.raise_all((draft,), record=record)
