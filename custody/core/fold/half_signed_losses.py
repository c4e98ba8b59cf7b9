"""Losses of which only one person has spoken so far, and replacements that come before the second signature.

The theory. A loss is declared by two. Until then the unit stays where it was and is *reported lost, second signature awaited*;
the time until its replacement runs from that report. A replacement of a lost unit follows the loss, whatever act its author
knew: before two have declared the loss it waits, says why, and takes effect with the second signature. So it does not matter
which of report, signature and replacement reaches the log first. Once a unit is handed over from where it was reported lost, a
second signature has no effect any more (voids), and what is said of the report says so, whichever of both was recorded first.

Not here: what a loss and a replacement mean (the judges).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from custody.core.authority.parties import OVER_ALL
from custody.core.fold.same_act import is_answer
from custody.core.state.conflict import Ref
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import waiting_topic
from custody.core.state.transitions import next_state
from custody.core.state.units import Unit
from custody.core.wording.messages import Message, message, phrase
from schemas.authority import ReplacementAuthorised
from schemas.outcomes import MessageJson

_LOSS: Final = "LossDeclared"
_REPLACEMENT: Final = "ReplacementAuthorised"
_UNFIT: Final = "not-in-state"
_BELOW: Final = "below-threshold"


def note_recorded(state: State, record: RecordedEvent) -> None:
    """Remember what an act that was just recorded would create, and which units it reports lost."""
    if record.kind != "act":
        return
    for ref in record.refs:
        unit, previous = ref
        if previous is None:
            state.registers.attempts.setdefault(unit, []).append(record.event_id)
        elif record.type == _LOSS:
            state.registers.losses.setdefault(ref, []).append(record.event_id)
            state.registers.half_lost.setdefault(ref, {})[record.event_id] = None
            if state.paths.head(unit) is not None:
                state.dirty_units[unit] = None
            for waiter in state.waiters.get(_absent(ref), ()):
                _tell(state, state.records[waiter], ref=ref)


def note_signed(state: State, record: RecordedEvent) -> None:
    """Somebody else signed a declaration: whether he is concerned is asked again."""
    if record.type == _LOSS and not record.order:
        for ref in record.refs:
            state.registers.half_lost.setdefault(ref, {})[record.event_id] = None


def awaited_loss(state: State, record: RecordedEvent) -> str | None:
    """The name of the loss that a replacement waits for: it lacks a signature, or is not on the log; None where it waits not."""
    # rules.md 133
    return next((_absent(ref) for ref in _unlost(state, record) if _declared(state, ref) is None), None)


def tell_early(state: State, record: RecordedEvent, *, on: str) -> None:
    """A replacement that waits for a loss says so at once; what a report of one person keeps waiting is listed under that."""
    if not isinstance(record.event, ReplacementAuthorised):
        return
    replaced = record.event.replaced
    awaited = state.records.get(on)
    refs = awaited.refs if awaited is not None and awaited.type == _LOSS else _unlost(state, record)
    ref = next((ref for ref in refs if ref[0] in replaced and _declared(state, ref) is None), None)
    if ref is not None:
        _tell(state, record, ref=ref)


def awaits(record: RecordedEvent) -> tuple[str, ...]:
    """The names under which replacements wait for a loss that was just judged."""
    return tuple(_absent(ref) for ref in record.refs) if record.type == _LOSS and record.changes else ()


def follow_losses(state: State, record: RecordedEvent) -> None:
    """A replacement takes its place behind the losses that were declared of its units."""
    behind = {ref: _declared(state, ref) for ref in _unlost(state, record)}
    record.refs = tuple((unit, behind.get((unit, previous)) or previous) for unit, previous in record.refs)
    for loss in dict.fromkeys(name for name in behind.values() if name is not None):
        state.findings.settle_topic(_topic(record), by=loss)


def as_delivered(state: State, record: RecordedEvent, *, draft: Draft) -> Draft:
    """What is said of a loss that lacks a signature: of units that were handed over since, that they were not lost."""
    if record.type != _LOSS or draft.code != _BELOW:
        return draft
    found = next(_following(state, record), None)
    if found is None:
        return draft
    unit, answer = found
    units = tuple(name for name, _ in record.refs)
    # rules.md 157
    return replace(draft, sentence=message("loss.not-lost", units=units, at=record.at, unit=unit, over=answer.at))


def retell_reports(state: State, answer: RecordedEvent) -> None:
    """A handover came into force or left it: what was said of reports that its units are lost is said anew."""
    if is_answer(answer) and answer.moves:
        names = (name for ref in answer.refs for name in state.registers.losses.get(ref, ()))
        state.again += [name for name in dict.fromkeys(names) if not state.records[name].order]


def _following(state: State, record: RecordedEvent) -> Iterator[tuple[str, RecordedEvent]]:
    """Units of an act that changed hands after what it follows, each with the handover in force."""
    for unit, previous in record.refs:
        after = None if previous is None else state.paths.after(unit, previous)
        if after is not None and is_answer(state.records[after]):
            yield unit, state.records[after]


def reported(state: State, unit: Unit) -> RecordedEvent | None:
    """The declaration of a loss of the unit, as it stands now, that somebody concerned signed and that lacks a signature."""
    known = state.registers.half_lost.get((unit.unit, unit.act), {})
    while known:
        row = state.records[next(iter(known))]
        if not row.order and _is_concerned(state, row, unit=unit):
            return row
        del known[row.event_id]
    return None


def with_report(state: State, unit: Unit, *, said: MessageJson) -> MessageJson:
    """What is said of a unit; of one that one person reports lost, that too, after where it is."""
    # rules.md 132
    report = reported(state, unit)
    return said if report is None else phrase("unit.reported-lost", said=said, at=report.at)


def _is_concerned(state: State, record: RecordedEvent, *, unit: Unit) -> bool:
    keys = (state.roster.get(keyid) for keyid in record.signatures)
    parties = [key.party for key in keys if key is not None and key.party is not None]
    return any(party == unit.custodian or party.kind in OVER_ALL or party.office == unit.station for party in parties)


def _unlost(state: State, record: RecordedEvent) -> tuple[Ref, ...]:
    """The places of a replacement for loss whose units, as they were there, could be lost and were not yet."""
    event = record.event
    if not isinstance(event, ReplacementAuthorised) or event.reason != "lost":
        return ()
    found: list[Ref] = []
    for unit, previous in record.refs:
        then = None if previous is None else state.paths.snapshot(unit, previous)
        could = then is not None and next_state(_LOSS, kind=then.kind, state=then.state) is not None
        if then is not None and could and then.inside is None and unit in event.replaced:
            found.append((unit, previous))
    return tuple(found)


def _declared(state: State, ref: Ref) -> str | None:
    """The loss that was declared at a place by two: the one in force, else the first that was judged good."""
    rows = [state.records[name] for name in state.registers.losses.get(ref, ()) if state.records[name].changes]
    return min(((not row.in_force, row.order, row.event_id) for row in rows), default=(False, 0, None))[2]


def _tell(state: State, record: RecordedEvent, *, ref: Ref) -> None:
    report = next((row for name in state.registers.losses.get(ref, ()) if not (row := state.records[name]).order), None)
    sentence, topic = _sentence(record, unit=ref[0], report=report), _topic(record)
    known = state.findings.unsettled(topic)
    if known is not None:
        state.findings.amend(known.id, sentence=sentence, by=record.event_id if report is None else report.event_id)
        return
    units = tuple(unit for unit, _ in record.refs)
    causes = () if report is None else (report.event_id,)
    evidence = (*causes, record.event_id)
    draft = Draft(
        code=_UNFIT, subject=ref[0], evidence=evidence, sentence=sentence, topic=topic, units=units, causes=causes
    )
    state.raise_all((draft,), record=record)


def _sentence(record: RecordedEvent, *, unit: str, report: RecordedEvent | None) -> Message:
    if report is None:
        return message("replacement.not-lost", type=record.type, unit=unit)
    return message("replacement.reported", type=record.type, unit=unit, at=report.at)


def _absent(ref: Ref) -> str:
    """The name under which what replaces a unit waits for a loss of it that is not on the log."""
    return f"loss/{ref[0]}/{ref[1]}"


def _topic(record: RecordedEvent) -> str:
    return waiting_topic(record.event_id)
