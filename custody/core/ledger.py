"""The ledger: a pure fold over checked entries. The same log gives the same state and the same outcomes, on any machine.

``apply`` never refuses and never raises on content: what an entry means is said in outcomes and findings (design §1: recorded is
not accepted). What no rule foresaw is the finding ``unjudgeable``: whatever is raised while an entry is judged, put into words or
rendered takes back all that the entry had changed, and the log goes on (design D16). The way of an entry:

    fault?  ->  genesis?  ->  known event? (duplicate, or a new listed signature is added)
            ->  device chain  ->  signature check (whose count)  ->  decision | act | report

Not here: verifying signatures (admission), judging acts (judges), views of any kind.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from custody.core.authority.required_signatures import stands_for
from custody.core.authority.rules_in_force import BEFORE_GENESIS
from custody.core.checks.code_list import check_codes
from custody.core.checks.finding_causes import HELD, LACKING, by_signers
from custody.core.entries.admission import Checked
from custody.core.entries.commitments import about, committed
from custody.core.fold import outcome_docs
from custody.core.fold.acts import countersign, judge_when_ready
from custody.core.fold.closing import expire_all, is_awaited, is_too_late
from custody.core.fold.decisions import decide, stand
from custody.core.fold.earlier import Earlier, checked_again
from custody.core.fold.genesis import examine, found, is_genesis, tell_election
from custody.core.fold.half_signed_losses import as_delivered, note_recorded, note_signed
from custody.core.fold.late_authority import tell_all_late
from custody.core.fold.log_time import chain, tick
from custody.core.fold.no_entries import no_event, unjudgeable
from custody.core.fold.paper_of_both import with_other_side
from custody.core.fold.signature_check import REVOKED, Signed, count_signatures
from custody.core.fold.state_rows import Row, rows
from custody.core.fold.uncounted_signatures import as_known, complete, tell_doubts
from custody.core.fold.witnesses_told import tell_witnesses
from custody.core.fold.witnessing import bound, look_at_seen, remember
from custody.core.journeys.tours import refresh_tours
from custody.core.state.conflict import refs_of
from custody.core.state.finding_store import Draft
from custody.core.state.recorded_event import SignedAtOnce
from custody.core.state.state import RecordedEvent, State
from custody.core.undo import Changes, take_back
from custody.core.wording.messages import Message, message
from custody.core.wording.outcomes import ENTRY, EVERY_KIND, KindName, Meaning, Outcome
from schemas.authority import ElectionOpened
from schemas.base import Common, DeviceMark, Event, OnOffer
from schemas.errors import Exhausted
from schemas.outcomes import EntryJson
from schemas.strict_json import canonical

FOLD_VERSION: Final = 1
"""The version of these rules of meaning; genesis names the one in force."""
_NO_LEAF: Final = bytes(32)
"""Stands for an event that is on no log: what a device knows ahead of it has no place in its tree."""


class Ledger:
    """The state after the entries applied so far. Entries are applied once each, in order of position.

    ``earlier`` reads the log again. A ledger that has it writes down no changes until judging fails for the first time; then it
    folds the entries before that one once more, and writes down from there on: a log costs twice its fold at most.
    """

    def __init__(self, *, tells: Iterable[KindName] = EVERY_KIND, earlier: Earlier | None = None) -> None:
        self._state = State()
        self._changes: Changes = []
        self._earlier = earlier
        self._is_half_changed = False
        if earlier is None:
            self._state.watch(self._changes)
        self._kinds = frozenset(kind.name for kind in tells)
        self._meant = Meaning("recorded")

    @classmethod
    def empty(cls) -> Ledger:
        """The state before genesis."""
        return cls()

    @classmethod
    def silent(cls, *, earlier: Earlier | None = None) -> Ledger:
        """The same, for whoever reads the state and no outcomes: none is put into words."""
        return cls(tells=(), earlier=earlier)

    @property
    def meant(self) -> Meaning:
        """What became of the entry applied last, whether or not it is told."""
        return self._meant

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

    def is_expected(self, key: str) -> bool:
        """Whether a key was ever enrolled, or prepared to take the place of one that was."""
        return self.public_key(key) is not None or self._state.roster.is_prepared(key)

    def apply(self, checked: Checked) -> tuple[Outcome, ...]:
        """Apply one entry and return everything that changed.

        Raises ``Exhausted`` where the machine fails (memory, stack, system), which says nothing about the entry: the state is
        then as it was before the entry, at the latest when the next is applied. Also what ``earlier`` raises.
        """
        if self._is_half_changed:
            self._fold_again()
        self._changes.clear()
        try:
            outcomes = self._judged(checked)
        except (MemoryError, RecursionError, OSError) as error:
            self._take_back()
            raise Exhausted(position=checked.position) from error
        except Exception:  # noqa: BLE001 - the net: whatever it was, it came of the log's bytes
            self._take_back()
            outcomes = self._unjudgeable(checked)
        except BaseException:
            self._take_back()
            raise
        self._state.tree.append(bytes.fromhex(checked.entry) or _NO_LEAF)
        return outcomes

    def _take_back(self) -> None:
        """Leave nothing of an entry whose judging was broken off."""
        self._is_half_changed = self._earlier is not None
        take_back(self._changes)

    def _fold_again(self) -> None:
        """Take the state before the entry in hand from another ledger, which writes down what changes."""
        if self._earlier is not None:
            again = Ledger()
            again._kinds = self._kinds
            for checked in checked_again(self._earlier, tree=self._state.tree, keys=again.public_key):
                again.apply(checked)
            self._state, self._changes, self._earlier = again._state, again._changes, None
        self._is_half_changed = False

    def _judged(self, checked: Checked) -> tuple[Outcome, ...]:
        self._state.position = checked.position
        checked = as_known(self._state, checked)
        if checked.event is None:
            self._fault(checked)
        elif not self._state.election:
            self._open(checked)
        elif (record := self._state.records.get(checked.event_id or "")) is not None:
            self._again(record, checked, event=checked.event)
        elif self._is_foreign(checked.event):
            self._foreign(checked)
        else:
            self._first(checked, event=checked.event)
        refresh_tours(self._state)
        tell_all_late(self._state)
        return outcome_docs.collect_outcomes(self._state, kinds=self._kinds)

    def _unjudgeable(self, checked: Checked) -> tuple[Outcome, ...]:
        """An entry on which judging failed: a finding, and nothing else of it takes effect."""
        if self._is_half_changed:
            self._fold_again()
        state = self._state
        state.position = checked.position
        draft = unjudgeable(checked)
        self._raise_bare(draft, by=checked.entry)
        self._bare(checked, code=draft.code, sentence=draft.sentence)
        return outcome_docs.collect_outcomes(state, kinds=self._kinds)

    def rows(self) -> Iterator[Row]:
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
        if (
            not isinstance(event, ElectionOpened)
            or checked.position != 0
            or not is_genesis(event, valid=set(checked.valid))  # rules.md 1
        ):
            self._foreign(checked)
            return
        state = self._state
        found(state, event, election=checked.event_id or "")
        record = self._record(checked, event=event)
        examine(state, record)
        doc = self._doc(record, checked)
        stand(state, record, status="applied")
        self._tell(record, checked, doc=doc)
        tell_election(state)
        tell_witnesses(state)

    def _first(self, checked: Checked, *, event: Common) -> None:
        record = self._record(checked, event=event)
        bound(self._state, record, mark=event.device)
        doc = self._doc(record, checked)
        record.is_awaited = is_awaited(self._state, record)
        self._state.uncovered.append(record.event_id)
        chain(self._state, record, mark=event.device)
        look_at_seen(self._state, record, event=event)
        check_codes(self._state, record, event=event)
        linked = self._link(record, mark=event.device)
        self._attempt(record)
        self._attempt_all(linked)
        tell_doubts(self._state, record, checked=checked)
        self._tell(record, checked, doc=doc)
        self._state.publish_pending()
        tick(self._state, record, at=event.at)
        expire_all(self._state)
        self._attempt_again()

    def _again(self, record: RecordedEvent, checked: Checked, *, event: Common) -> None:
        # rules.md 4
        new = [key for key in checked.valid if key not in record.signatures]
        if new:
            record.signatures = {**record.signatures, **dict.fromkeys(new, checked.position)}
        self._state.note_signatures(record, keys=new)
        note_signed(self._state, record)
        self._mean(Meaning("added" if new else "duplicate"), checked, doc=self._doc(record, checked, repeats=event))
        if new:
            chain(self._state, record, mark=event.device)
            remember(self._state, record, event=event)
            linked = self._link(record, mark=event.device)
            if record.event is not None:
                self._attempt(record)
            else:
                countersign(self._state, record, event=event)
            self._attempt_all(linked)
        tell_doubts(self._state, record, checked=checked)
        self._state.publish_pending()
        tick(self._state, record, at=event.at)
        self._attempt_again()

    def _link(self, record: RecordedEvent, *, mark: DeviceMark | None) -> list[str]:
        """Which other events of a revoked key are vouched for, or not, now that this one is in its device's chain."""
        state = self._state
        if mark is None or not state.is_made_on_device(record):
            return []
        link = partial(state.vouchings.place, device=mark.key, number=mark.number, previous=mark.previous)
        return link(record.event_id, chains=state.devices)

    def _attempt_all(self, names: Iterable[str]) -> None:
        """Judge events again about whose signatures something new is known."""
        for name in names:
            record = self._state.records[name]
            if record.event is not None:
                self._attempt(record)

    def _attempt_again(self) -> None:
        """Judge events again of which something else is known; that may let others be judged again."""
        while names := self._state.take_again():
            self._attempt_all(names)

    def _attempt(self, record: RecordedEvent) -> None:
        """Judge the event if the signatures it has by now are enough."""
        state = self._state
        if not record.signatures or is_too_late(state, record):
            return
        signed = Signed(
            event_id=record.event_id, event=record.unjudged(), position=record.position, signatures=record.signatures
        )
        standing = count_signatures(
            signed,
            roster=state.roster,
            rules=record.rules,
            root=state.root_of(record),
            forked=state.devices.forked,
            pledge=partial(state.pledge, record=record),
            serves=state.registers.serves,
            is_excused=record.event_id in state.excused,
        )
        if not standing.is_enough:
            standing = with_other_side(state, record, standing=standing)
        for draft in standing.drafts:
            folder = HELD if draft.code in REVOKED else LACKING
            told = as_delivered(state, record, draft=draft)
            state.raise_all((by_signers(state, record, draft=told, folder=folder),), record=record)
        # rules.md 5
        if standing.is_enough:
            record.signed = standing.counted
            for code in REVOKED if standing.late is None else ():
                state.findings.end(record.event_id, folder=HELD, code=code, by=record.event_id)
            complete(state, record)
            if record.kind == "decision":
                decide(state, record)
                self._excuse()
            else:
                judge_when_ready(state, record.event_id)
        elif standing.is_late:
            state.mark(record, "finding")
        elif standing.is_open:
            state.mark(record, "waiting")

    def _excuse(self) -> None:
        """Events that adjudication let take effect in spite of a revoked key are judged now."""
        names = sorted(self._state.newly_excused)
        self._state.newly_excused.clear()
        for name in names:
            record = self._state.records.get(name)
            if record is not None and record.event is not None and not record.signed:
                self._attempt(record)

    def _record(self, checked: Checked, *, event: Common) -> RecordedEvent:
        state = self._state
        record = RecordedEvent(
            event_id=checked.event_id or "",
            position=checked.position,
            type=event.type,
            kind=event.KIND,
            refs=tuple(map(state.own_ref, refs_of(event))),
            # rules.md 51
            rules=state.rules_now() if state.rules else BEFORE_GENESIS,
            event=event,
            stands_for=stands_for(event),
            signatures=SignedAtOnce(tuple(map(state.own_key, checked.valid)), position=checked.position),
            at=event.at,
            logged=state.log_time or 0,
            number=0 if event.device is None else event.device.number,
            device="" if event.device is None else state.own_key(event.device.key),
            seen=0 if event.seen is None else event.seen.size,
            seen_note="" if event.seen is None else event.seen.note,
            offer=event.offer if isinstance(event, OnOffer) else None,
        )
        state.records[record.event_id] = record
        record.about, record.committed = about(event), committed(event)
        note_recorded(state, record)
        state.note_signatures(record, keys=record.signatures)
        return record

    def _doc(self, record: RecordedEvent, checked: Checked, *, repeats: Common | None = None) -> EntryJson | None:
        """What an entry says, as things stand when it comes; None where nobody is told. ``repeats``: the event carried again."""
        if ENTRY.name not in self._kinds:
            return None
        shown = record if repeats is None else replace(record, position=self._state.position, event=repeats)
        return outcome_docs.entry_doc(self._state, shown, entry=checked.entry)

    def _fault(self, checked: Checked) -> None:
        """Bytes that are no event: a finding, and nothing else stops."""
        draft = no_event(checked)
        self._raise_bare(draft, by=checked.entry)
        self._bare(checked, code=draft.code, sentence=draft.sentence)

    def _raise_bare(self, draft: Draft, *, by: str) -> None:
        """A finding about an entry that is no event of this election."""
        state = self._state
        severity = (state.rules_now() if state.rules else BEFORE_GENESIS).severity(draft.code)
        state.findings.raise_(draft, position=state.position, by=by, severity=severity)

    def _foreign(self, checked: Checked) -> None:
        sentence = message("entry.other-election")
        event = checked.event_id or checked.entry
        draft = Draft(code="wrong-election", subject=event, evidence=(event,), sentence=sentence)
        self._raise_bare(draft, by=event)
        self._bare(checked, code="wrong-election", sentence=sentence)

    def _is_foreign(self, event: Common) -> bool:
        state = self._state
        # rules.md 2
        return not isinstance(event, Event) or event.election != state.election or event.log != state.opening().log

    def _tell(self, record: RecordedEvent, checked: Checked, *, doc: EntryJson | None) -> None:
        self._mean(Meaning(outcome_docs.shown(record), record.codes), checked, doc=doc)
        record.is_published = True

    def _mean(self, meaning: Meaning, checked: Checked, *, doc: EntryJson | None) -> None:
        """What became of the entry, and its outcome where that is told."""
        self._meant = meaning
        if doc is not None:
            told: EntryJson = {**doc, "status": meaning.status, "codes": list(meaning.codes)}
            self._state.entry_outcomes.append(ENTRY.change(str(checked.position), told))

    def _bare(self, checked: Checked, *, code: str, sentence: Message) -> None:
        doc = outcome_docs.bare_doc(checked, says=sentence.doc()) if ENTRY.name in self._kinds else None
        self._mean(Meaning("finding", (code,)), checked, doc=doc)
