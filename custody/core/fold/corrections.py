"""Corrections: wrong entries declared as such, and the acts that take their place (EPCIS 2.0 error declaration).

The theory. A declaration hangs on the entry that it is about, and is signed by the quorum of the party that made the entry; a
handover is undone by both of its sides. While nobody has acted on top of the entry, the declaration takes it out of force:
the units step back, the entry stays visible and its findings are settled by the declaration. Where others have acted on top,
what they did stands, and the declaration is one of two acts that follow the same one: it needs a decision
(custody.core.fold.voids).

A corrective act says that it is one (code ``correction``) and follows the entry that it corrects, so it disputes nothing. It
is judged as if it stood in the entry's place: against the units as they were before the entry. So its figures replace the
wrong ones. An act that restates what an earlier one stated (a count, a list, the account) needs no such place: the
declaration then only says which entry was wrong. Declaration and correction wait for each other, so that their order of
arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.core.authority.parties import Party
from custody.core.authority.required_signatures import DECLARED, HANDOVER
from custody.core.checks.case import Case
from custody.core.state.conflict import Ref
from custody.core.state.finding_store import Draft
from custody.core.state.registers import Registers
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import restated_topic
from custody.core.state.trail import LOOKED_BACK, newest
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.base import Part
from schemas.everybody import ErrorDeclared

CODE: Final = "correction"
"""The code (``codes``) of an act that takes the place of the entry it follows."""
_RESTATED: Final = ("BallotsCounted", "VoterListStated", "BallotAccountClosed")
"""Acts whose figures a later act of the same type restates on its own."""
_STATED: Final = "stated.received"
"""A figure that every closed account states, and no other act."""
TAKEN_BACK_MAX: Final = 16
"""How many entries of a party on one unit declarations take back by themselves: each moves all that hangs on the entry."""
_NEVER: Final = ("HandoverOffered", "HandoverWithdrawn", DECLARED)
"""Acts that are taken back in their own way: an offer by withdrawing it, a declaration by a decision."""


def is_correction(record: RecordedEvent) -> bool:
    """Whether an act that is not yet judged takes the place of the entry that it follows; a declaration takes no place."""
    is_act = record.kind == "act" and record.type != DECLARED
    return is_act and record.event is not None and CODE in record.event.codes


def awaited(state: State, record: RecordedEvent) -> str | None:
    """What a declaration or a correction waits for beside what it follows: each for the other; None where it is there."""
    if isinstance(record.event, ErrorDeclared) and record.event.corrective is not None:
        other = state.records.get(record.event.corrective)
        # A correction waits for its declaration and is complete when it is signed; what restates an entry is judged by itself.
        ready = other is not None and (other.order or (is_correction(other) and other.signed))
        return None if ready else record.event.corrective
    if is_correction(record) and record.event_id not in state.corrections:
        return waits_as(record.event_id)
    return None


def waits_as(event: str) -> str:
    """The name under which a correction waits for the declaration that names it."""
    return f"correction/{event}"


def take_place(state: State, record: RecordedEvent) -> Registers:
    """A correction takes the places of the entry that its declaration names; the registers as they are without that entry."""
    # rules.md 96
    declaration = state.records[state.corrections[record.event_id]]
    entry = state.records[declaration.declares or ""]
    record.refs, record.also_needs, record.corrects = entry.refs, (declaration.event_id,), entry.event_id
    parts = (entry.consignment, entry.returned)
    names = tuple(part.consignment for part in parts if part is not None)
    return state.registers.without(entry.event_id, seals=entry.seals, consignments=names)


def judge_declared(state: State, case: Case[ErrorDeclared]) -> Verdict:
    """A declaration of an error: of an entry that took effect, by those who made it, with a corrective event that fits."""
    event, entry = case.event, state.records[case.event.event]
    fault = _unfit(case, entry=entry) or _not_theirs(state, case, entry=entry) or _too_often(state, case, entry=entry)
    if fault is not None:
        return blocked(fault)
    if event.corrective is None:
        return Verdict(declares=entry.event_id)
    corrective = state.records[event.corrective]
    if is_marked(corrective, entry=entry) or (entry.kind == "report" and _is_alike(corrective, entry=entry)):
        return Verdict(declares=entry.event_id)
    if entry.type in _RESTATED and corrective.changes and _is_alike(corrective, entry=entry):
        return Verdict(restates=entry.event_id, settles=_between(state, entry=entry, corrective=corrective))
    corrective_id = event.corrective[:16]
    sentence = message("declared.no-correction", corrective=corrective_id, type=entry.type, at=entry.at, code=CODE)
    evidence = (event.corrective, case.event_id)
    return blocked(case.draft("not-in-state", subject=_subject(case), sentence=sentence, evidence=evidence))


def _between(state: State, *, entry: RecordedEvent, corrective: RecordedEvent) -> tuple[str, ...]:
    """Topics of every account stated anew after the entry, up to the corrective one: all of them are replaced by it."""
    snapshot = state.paths.snapshot(corrective.refs[0][0], corrective.event_id)
    figure = None if snapshot is None or snapshot.book is None else snapshot.book.figures.get(_STATED)
    if figure is None:
        return (restated_topic(entry.event_id),)
    stated = (*newest(figure.earlier, most=LOOKED_BACK), figure.event)
    start = stated.index(entry.event_id) if entry.event_id in stated else len(stated)
    # rules.md 123
    return tuple(restated_topic(earlier) for earlier in dict.fromkeys((entry.event_id, *stated[start:-1])))


def register(state: State, record: RecordedEvent, *, corrective: str | None) -> None:
    """A declaration that was judged good: what it takes out of force, and which correction it lets take the place."""
    if record.declares is None:
        return
    state.errors.setdefault(record.declares, []).append(record.event_id)
    for owner in _owners(state.records[record.declares]):
        state.registers.taken_back.setdefault(owner, {})[record.declares] = None
    if corrective is not None:
        state.corrections.setdefault(corrective, record.event_id)


def is_marked(record: RecordedEvent, *, entry: RecordedEvent) -> bool:
    """Whether an event says that it corrects an entry, and can; one that was judged has done so."""
    if record.order:
        return record.corrects == entry.event_id
    follows = {(unit, entry.event_id) for unit, _ in entry.refs}
    return is_correction(record) and _is_same_type(record, entry=entry) and set(record.refs) == follows


def _is_alike(record: RecordedEvent, *, entry: RecordedEvent) -> bool:
    return _is_same_type(record, entry=entry) and _units(record.refs) == _units(entry.refs)


def _is_same_type(record: RecordedEvent, *, entry: RecordedEvent) -> bool:
    return (record.type, record.stands_for) == (entry.type, entry.stands_for)


def _units(refs: Iterable[Ref]) -> set[str]:
    return {unit for unit, _ in refs}


def _unfit(case: Case[ErrorDeclared], *, entry: RecordedEvent) -> Draft | None:
    """Why an entry cannot be declared in error so."""
    event = case.event
    sentence: Message | None = None
    if entry.stands_for != event.act:
        sentence = message("declared.other-type", said=message("type", type=event.act), type=entry.type)
    elif entry.type in _NEVER or entry.kind == "decision":
        sentence = message("declared.about-decision", type=entry.type)
    elif entry.blocked or (entry.kind == "act" and not entry.changes):
        sentence = message("declared.changed-nothing", type=entry.type, at=entry.at)
    elif event.corrective is not None and entry.stands_for == HANDOVER:
        sentence = message("declared.not-a-figure")
    elif {(ref.unit, ref.previous) for ref in event.units} != _places(entry):
        sentence = message("declared.other-units", type=entry.type, at=entry.at)
    if sentence is None:
        return None
    evidence, causes = (entry.event_id, case.event_id), (entry.event_id,)
    return case.draft("not-in-state", subject=_subject(case), sentence=sentence, evidence=evidence, causes=causes)


def _places(entry: RecordedEvent) -> set[Ref]:
    """Units and acts that a declaration of an entry names: it follows an act, and observes what a report observed."""
    return set(entry.refs) if entry.kind == "report" else {(unit, entry.event_id) for unit, _ in entry.refs}


def _not_theirs(state: State, case: Case[ErrorDeclared], *, entry: RecordedEvent) -> Draft | None:
    """Only the party that made an entry declares it in error; of a handover both."""
    # rules.md 92
    for part in case.demands:
        parties, made_by = case.parties(part), _made_by(state, entry=entry, part=part)
        if made_by.isdisjoint(parties):
            nobody = (message("party.nobody-entitled"),)
            who = tuple(party.said for party in parties) or nobody
            theirs = tuple(party.said for party in sorted(made_by)) or nobody
            sentence = message("declared.not-theirs", who=who, theirs=theirs, type=entry.type, at=entry.at)
            evidence = (entry.event_id, case.event_id)
            return case.draft("not-authorised", subject=_subject(case), sentence=sentence, evidence=evidence)
    return None


def _too_often(state: State, case: Case[ErrorDeclared], *, entry: RecordedEvent) -> Draft | None:
    """Whoever has taken back much of what he did on a unit takes back no more of it without officers."""
    rows = (state.registers.taken_back.get(owner, {}) for owner in _owners(entry))
    # rules.md 172
    if not any(len(row) >= TAKEN_BACK_MAX and entry.event_id not in row for row in rows):
        return None
    sentence = message("declared.too-often", type=entry.type, at=entry.at, entries=TAKEN_BACK_MAX)
    evidence, causes = (entry.event_id, case.event_id), (entry.event_id,)
    return case.draft("not-in-state", subject=_subject(case), sentence=sentence, evidence=evidence, causes=causes)


def _owners(entry: RecordedEvent) -> tuple[tuple[str, str], ...]:
    """(unit, party) of an act: what each party that signed it can take back there is counted."""
    keys = (key for part, keys in entry.signed.items() if part != "device" for key in keys)
    parties = sorted({str(key.party) for key in keys if key.party is not None})
    return tuple((unit, party) for unit, _ in (entry.refs if entry.kind == "act" else ()) for party in parties)


def _made_by(state: State, *, entry: RecordedEvent, part: Part) -> set[Party]:
    offer = state.registers.offers.get(entry.offer or entry.event_id)
    if entry.stands_for == HANDOVER and offer is not None:
        side = offer.releasing if part == "releasing" else offer.receiving
        return set() if side is None else {side}
    return {key.party for key in entry.signed.get(part, ()) if key.party is not None}


def _subject(case: Case[ErrorDeclared]) -> str:
    return case.event.units[0].unit
