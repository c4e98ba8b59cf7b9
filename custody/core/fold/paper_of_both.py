"""One handover form typed in by each side for itself: two transcriptions, of which each carries one side's signature.

The theory. Who gave the units away and types the form in himself lacks the receiving side's signature on this event of his own.
The other side's transcription of the same form has it: it names the same units, signatures on paper and result. So his counts as
signed by both, whichever of the two came first, and confirms the custody that rested on the other one's claim. What says anything
else than the other transcription lacks the signature as before, and its finding says so.

Not here: that two records which say the same are one act (same_act), and what a transcription means (the judge of paper acts).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.core.authority.required_signatures import HANDOVER
from custody.core.fold.signature_check import SignatureCheck
from custody.core.judges.paper import is_confirmed
from custody.core.state.crowds import Says
from custody.core.state.state import RecordedEvent, State
from schemas.base import Common
from schemas.everybody import ActTranscribed

_BELOW: Final = "below-threshold"


def with_other_side(state: State, record: RecordedEvent, *, standing: SignatureCheck) -> SignatureCheck:
    """Whose signatures count on a transcription that lacks the receiving side's: those too, if it typed in the same form."""
    said = _said(record.event)
    if said is None or standing.unmet != ("receiving",) or "receiving" in standing.counted:
        return standing
    # rules.md 156
    state.registers.half_papers.setdefault(said, {})[record.event_id] = None
    other = state.records.get(state.registers.papers.get(said, ""))
    if other is None:
        return standing
    both = {**standing.counted, "receiving": other.signed["receiving"]}
    if not is_confirmed(state.registers.offers[other.event_id], signed=both, rules=record.rules):
        return standing
    drafts = tuple(draft for draft in standing.drafts if draft.code != _BELOW)
    return replace(standing, counted=both, unmet=(), drafts=drafts)


def note_judged(state: State, record: RecordedEvent, *, event: ActTranscribed) -> None:
    """A transcription with the receiving side's signature was judged good: the other side's are judged by it, before or after."""
    said = _said(event)
    if said is not None and record.event_id < state.registers.papers.get(said, "~"):
        state.registers.papers[said] = record.event_id
        state.again += state.registers.half_papers.pop(said, {})


def _said(event: Common | None) -> Says | None:
    """What a form says, whoever types it in and whenever; None of what is no handover."""
    if not isinstance(event, ActTranscribed) or event.stands_for.act != HANDOVER:
        return None
    refs = tuple(sorted((ref.unit, ref.previous or "") for ref in event.units))
    signers = tuple(sorted((row.part, row.role, row.office, row.person or "") for row in event.paper))
    return refs, signers, event.stands_for
