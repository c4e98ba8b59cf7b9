"""Signatures on an event that count for nothing: of keys not listed, not verifying, or of keys that nobody ever enrolled.

They are told with what the event lacks, as long as it lacks anything; when its signatures are complete, that is settled.
Not here: keys that are enrolled and do not count on this event (signature_check).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.core.checks.finding_causes import DOUBTS, LACKING, by_signers
from custody.core.entries.admission import Checked, announced_keys
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import message

_BELOW: Final = "below-threshold"
_EXTRA: Final = "extra-signature"
_UNKNOWN: Final = "unknown-key"


def as_known(state: State, checked: Checked) -> Checked:
    """Keys that the roster learns only later count as unknown, whoever verified the signature (audit: ahead of the fold)."""
    own = announced_keys(checked.event)
    early = tuple(key for key in checked.valid if state.election and key not in own and state.roster.get(key) is None)
    if not early:
        return checked
    valid = tuple(key for key in checked.valid if key not in early)
    return replace(checked, valid=valid, unresolved=tuple(sorted((*checked.unresolved, *early))))


def tell_doubts(state: State, record: RecordedEvent, *, checked: Checked) -> None:
    """What an entry brought beside signatures that may count."""
    event, whole = (record.event_id,), (record.event_id, checked.entry)
    if checked.unlisted:
        sentence = message("signatures.unlisted", type=record.type, signatures=len(checked.unlisted))
        draft = Draft(code=_EXTRA, subject=record.event_id, evidence=whole, sentence=sentence)
        state.raise_all((by_signers(state, record, draft=draft, folder=LACKING),), record=record)
    if checked.invalid:
        sentence = message("signatures.invalid", type=record.type, signatures=len(checked.invalid))
        _doubt(state, record, draft=Draft(code=_EXTRA, subject=record.event_id, evidence=whole, sentence=sentence))
    if checked.unresolved:
        sentence = message("signatures.not-enrolled", type=record.type, signatures=len(checked.unresolved))
        _doubt(state, record, draft=Draft(code=_UNKNOWN, subject=record.event_id, evidence=event, sentence=sentence))
    elif not record.signatures:
        sentence = message("signatures.none", type=record.type)
        _doubt(state, record, draft=Draft(code=_UNKNOWN, subject=record.event_id, evidence=event, sentence=sentence))


def complete(state: State, record: RecordedEvent) -> None:
    """The signatures of an event are enough: whatever it lacked, it lacks no more."""
    state.findings.end(record.event_id, folder=LACKING, code=_BELOW, by=record.event_id)
    for code in (_EXTRA, _UNKNOWN):
        state.findings.end(record.event_id, folder=DOUBTS, code=code, by=record.event_id)


def _doubt(state: State, record: RecordedEvent, *, draft: Draft) -> None:
    lacking = state.findings.group_of(record.event_id, folder=LACKING, code=_BELOW)
    if lacking:
        state.raise_all((replace(draft, topic=lacking),), record=record)
    else:
        state.raise_all((by_signers(state, record, draft=draft, folder=DOUBTS),), record=record)
