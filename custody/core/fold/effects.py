"""Putting a judged event into force, and taking it out again: what it brings to units, registers and findings.

Not here: which events are in force (disputes) and what an act means (the judges). ``apply_effects`` and ``revert_effects``
undo each other, so that a dispute leaves nothing behind of the act that it suspends.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from custody.core.authority.required_signatures import LOST, TRANSCRIBED
from custody.core.checks.clock_skew import is_discredited
from custody.core.checks.finding_causes import by_folder, by_judged
from custody.core.checks.open_topics import note, refresh
from custody.core.fold import made_in_one_go
from custody.core.fold.contest_sums import refresh_sums
from custody.core.fold.half_signed_losses import retell_reports
from custody.core.fold.late_authority import tell_belated
from custody.core.fold.offers import note_double, note_reply, refresh_offer
from custody.core.fold.returns_in_force import refresh_return
from custody.core.fold.same_act import is_answer, note_confirmed
from custody.core.fold.seal_sightings import note_seals, refresh_breaks, settle_known
from custody.core.fold.station_facts import CHANGED, refresh_station
from custody.core.fold.voids import WITHDRAWAL, cut_by
from custody.core.journeys.carrier_legs import note_collected
from custody.core.state.carried_seals import carry_back, carry_over
from custody.core.state.custody_breaks import StatedBreaks
from custody.core.state.finding_store import Draft, finding_id
from custody.core.state.leg_transfers import LegTransfers
from custody.core.state.signed_out_seals import sign_out, take_back
from custody.core.state.state import RecordedEvent, State, Status
from custody.core.state.topics import SEAL, beaten_topic, without_effect_topic
from custody.core.state.units import Unit
from custody.core.state.verdict import Verdict
from custody.core.wording.messages import message

_UNFIT: Final = "not-in-state"
_READ: Final = "AnswerAcknowledged"
_NOT_HELD: Final = "not-custodian"


def apply_effects(state: State, record: RecordedEvent) -> None:
    """What the event was judged to mean takes effect."""
    record.in_force = True
    note_confirmed(state, record)
    _show(state, record)
    _hang(state, record)
    note_reply(state, record)
    _note_read(state, record)
    verdict, record.verdict = record.verdict, None
    if record.withdrawn is not None and (not record.is_duplicate or record.declares is not None):
        state.findings.restore(record.withdrawn, by=record.event_id)
        record.withdrawn = None
        record.withdrawn_codes, record.judgement_codes = (), record.withdrawn_codes
        made_in_one_go.regather(state, record)
    topics: tuple[str, ...] = ()
    if record.moves:
        before = _heads(state, record)
        for unit, _ in record.refs:
            state.paths.push(unit, record.event_id)
            state.dirty_units[unit] = None
        topics = note(state, (*before, *_heads(state, record)))
        _register(state, record, snapshots=tuple(_snapshots(state, record)))
    note_collected(state, record)
    retell_reports(state, record)
    state.mark(record, "finding" if record.blocked else "applied")
    _touch_offers(state, record, on_place=not record.is_duplicate)
    if record.is_duplicate:
        record.verdict = verdict
    elif verdict is not None:
        _speak(state, record, verdict=verdict)
    _note_stated(state, record)
    refresh_return(state, record)
    if state.styles.contests and record.moves:
        refresh_sums(state, record)
    if record.type == CHANGED and record.moves:
        refresh_station(state, record)
    refresh_breaks(state, record)
    refresh(state, topics, by=record.event_id)


def revert_effects(state: State, record: RecordedEvent) -> None:
    """A dispute takes the event out of force; everything that followed it has left before."""
    record.in_force = False
    note_confirmed(state, record)
    _note_read(state, record)
    if record.verdict is None and record.withdrawn is None:
        record.withdrawn = state.findings.withdraw_of(record.event_id)
        record.withdrawn_codes, record.judgement_codes = record.judgement_codes, ()
        for name in (record.event_id, *record.withdrawn.freed):
            made_in_one_go.regather(state, state.records[name])
    topics: tuple[str, ...] = ()
    if record.moves:
        _unregister(state, record, snapshots=tuple(_snapshots(state, record)))
        after = _heads(state, record)
        for unit, _ in record.refs:
            state.paths.pop(unit, record.event_id)
            state.dirty_units[unit] = None
        topics = note(state, (*after, *_heads(state, record)))
    note_collected(state, record)
    retell_reports(state, record)
    state.mark(record, "recorded")
    _note_stated(state, record)
    refresh_return(state, record)
    if state.styles.contests and record.moves:
        refresh_sums(state, record)
    if record.type == CHANGED and record.moves:
        refresh_station(state, record)
    refresh_breaks(state, record)
    refresh(state, topics, by=record.event_id)


def hold_back_effects(state: State, record: RecordedEvent, *, has_left: bool = False) -> None:
    """An event that was judged and does not come into force; what it means is kept for the day it does."""
    _hang(state, record)
    note_reply(state, record)
    status = _out_of_force(state, record)
    if record.status != status:
        state.mark(record, status)
        made_in_one_go.regather(state, record)
        _touch_offers(state, record, on_place=has_left)
    _show(state, record)


def _show(state: State, record: RecordedEvent) -> None:
    """The figures of a disputed act stay shown as long as it is disputed: not once it is in force, aside or without effect."""
    # rules.md 114
    is_disputed = not record.in_force and record.status == "disputed" and not record.is_not_chosen
    if not record.changes or record.declares is not None:
        return
    for unit, _ in record.refs:
        tell = state.suspended.add if is_disputed else state.suspended.discard
        if state.paths.snapshot(unit, record.event_id) is not None and tell(unit, act=record.event_id):
            state.dirty_units[unit] = None


def void_no_more(state: State, record: RecordedEvent) -> None:
    """What was told because the event was void is told no more; of two that beat each other in turn it comes before the rest."""
    state.findings.drop(record.kept_findings)
    for topic in record.kept_under:
        state.findings.delist(topic, by=record.event_id)
    record.kept_findings, record.kept_under, record.judgement_codes = (), (), ()


def void_effects(state: State, record: RecordedEvent) -> None:
    """The event became void, or is void no more: its findings stay, settled by the declaration of the error."""
    void_no_more(state, record)
    if record.voided_by is None:
        return
    if state.records[record.voided_by].declares is None:
        beaten = state.records[record.voided_by].type != WITHDRAWAL
        draft = _beaten(state, record) if beaten else _known_to_be_withdrawn(record, withdrawal=record.voided_by)
        state.raise_judged((draft,), record=record)
        own = finding_id(code=draft.code, subject=draft.subject, evidence=draft.evidence)
        record.kept_findings = () if draft.is_grouped else (own,)
        record.kept_under = (draft.topic,)
        return
    if record.verdict is not None:
        beside = tuple(by_folder(state, record, draft=draft) for draft in record.verdict.findings)
        state.raise_judged(beside, record=record)
        raised = state.findings.withdraw_of(record.event_id).findings
    else:
        raised = () if record.withdrawn is None else record.withdrawn.findings
    state.findings.keep(raised, settled_by=record.voided_by)
    record.kept_findings = tuple(finding.id for finding in raised)
    record.judgement_codes = tuple(dict.fromkeys(finding.code for finding in raised))


def _known_to_be_withdrawn(record: RecordedEvent, *, withdrawal: str) -> Draft:
    units = tuple(unit for unit, _ in record.refs)
    sentence = message("handover.known-withdrawn", type=record.type, units=units)
    evidence, topic = (withdrawal, record.event_id), _without_effect(record.event_id)
    return Draft(code=_UNFIT, subject=units[0], evidence=evidence, sentence=sentence, units=units, topic=topic)


def _beaten(state: State, record: RecordedEvent) -> Draft:
    """One finding for each place and person, however many such acts there are."""
    units = tuple(unit for unit, _ in record.refs)
    persons = sorted({key.badge for part, keys in record.signed.items() if part != "device" for key in keys})
    answer = state.records[record.voided_by or ""]
    unit, previous = next(ref for ref in record.refs if state.place(ref) in map(state.place, answer.refs))
    badges, at = tuple(persons), answer.at
    sentence = message("handover.beats", type=record.type, badges=badges, units=units, at=at)
    if record.type == LOST:
        sentence = message("handover.beats-loss", type=record.type, badges=badges, units=units, at=at)
    elif record.type == TRANSCRIBED and not is_answer(answer):
        sentence = message("handover.beats-paper-by-act", badges=badges, units=units, type=answer.type, at=at)
    elif record.type == TRANSCRIBED:
        sentence = message("handover.beats-paper", badges=badges, units=units, at=at)
    evidence, topic = (
        (answer.event_id, record.event_id),
        beaten_topic(unit, previous=previous, person="".join(persons[:1])),
    )
    return Draft(
        code=_NOT_HELD,
        subject=unit,
        evidence=evidence,
        sentence=sentence,
        units=units,
        topic=topic,
        is_grouped=True,
    )


def _without_effect(answer: str) -> str:
    return without_effect_topic(answer)


def _hang(state: State, record: RecordedEvent) -> None:
    """What follows an answer without effect has none: listed under the finding of that answer, as long as it is so."""
    cut = None if record.in_force else cut_by(state, record)
    if cut is None and record.hangs_on is None:
        return
    before, record.hangs_on = record.hangs_on, cut
    units = tuple(unit for unit, _ in record.refs)
    sentence = message("handover.follows-withdrawn", type=record.type, units=units)
    evidence = (cut or before or "", record.event_id)
    draft = Draft(code=_UNFIT, subject=units[0], evidence=evidence, sentence=sentence, units=units)
    # rules.md 19
    if cut is not None:
        topic = next(iter(state.records[cut].kept_under), _without_effect(cut))
        if before is not None and topic != record.hangs_on_topic:
            state.findings.delist(record.hangs_on_topic, by=record.event_id)
        record.hangs_on_topic = topic
        state.raise_judged((replace(draft, topic=record.hangs_on_topic),), record=record)
        return
    state.findings.delist(record.hangs_on_topic, by=record.event_id)
    state.findings.drop((finding_id(code=draft.code, subject=draft.subject, evidence=draft.evidence),))
    record.judgement_codes = tuple(code for code in record.judgement_codes if code != _UNFIT)


def _out_of_force(state: State, record: RecordedEvent) -> Status:
    """What an event that is out of force is shown as: held back, void itself, hanging on what is in error, or disputed."""
    if record.event_id in state.held_back:
        return "finding"
    if record.voided_by is not None:
        return "finding" if state.records[record.voided_by].declares is None else "in error"
    if record.hangs_on is not None:
        return "finding"
    followed = (state.records[name] for name in record.dependencies() if name != record.declares)
    return "in error" if any(row.status == "in error" for row in followed) else "disputed"


def _speak(state: State, record: RecordedEvent, *, verdict: Verdict) -> None:
    """Findings of a judgement that stands for the first time, and what it settles."""
    # rules.md 131
    held = (draft for draft in verdict.findings if not is_discredited(state, draft))
    beside = tuple(by_folder(state, record, draft=draft) for draft in held)
    state.raise_judged((*_grouped(state, record, drafts=verdict.blocked), *beside), record=record)
    if record.kind == "report":
        settle_known(state, (draft for draft in verdict.findings if draft.topic.startswith(SEAL)))
    if verdict.blocked:
        made_in_one_go.gather(state, record)
    for topic, sentence in verdict.raises.items():
        finding = state.findings.unsettled(topic)
        if finding is not None:
            severity = "serious" if topic in verdict.serious else finding.grade
            state.findings.amend(finding.id, sentence=sentence, by=record.event_id, severity=severity)
    tell_belated(state, record, topics=verdict.belated)
    state.findings.settle_of(verdict.restates, by=record.event_id)
    for topic in verdict.settles:
        state.findings.settle_topic(topic, by=record.event_id)
    for consignment, package in verdict.heard:
        state.settle_overdue(consignment, package=package, by=record.event_id)
    for consignment, topic, packages in verdict.overdue:
        state.registers.overdue.setdefault(consignment, {})[topic] = packages
    note_seals(state, record, verdict=verdict)
    if verdict.stated:
        state.registers.stated[record.event_id] = verdict.stated
    if record.type == "HandoverOffered" and not record.blocked:
        note_double(state, record)


def _grouped(state: State, record: RecordedEvent, *, drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """What has no effect for the same cause: one finding for each place and the persons who signed, the others counted by it.

    What a decision excused can be held back alone, and keeps a finding of its own.
    """
    if record.event_id in state.excused or not drafts:
        return tuple(drafts)
    # rules.md 19
    before = made_in_one_go.before(state, record) if record.kind == "act" else None
    # rules.md 116
    causes = () if before is None else (before.event_id,)
    return tuple(
        draft
        if draft.topic or draft.off is not None
        else replace(by_judged(state, record, draft=draft), causes=(*causes, *draft.causes))
        for draft in drafts
    )


def _heads(state: State, record: RecordedEvent) -> tuple[Unit, ...]:
    heads = (state.paths.head(unit) for unit, _ in record.refs)
    return tuple(head for head in heads if head is not None)


def _snapshots(state: State, record: RecordedEvent) -> Iterable[Unit]:
    found = (state.paths.snapshot(unit, record.event_id) for unit, _ in record.refs)
    return (snapshot for snapshot in found if snapshot is not None)


def _register(state: State, record: RecordedEvent, *, snapshots: tuple[Unit, ...]) -> None:
    for snapshot in snapshots:
        for package, _ in snapshot.cargo if snapshot.package is not None else ():
            state.registers.parts.setdefault(package, {})[snapshot.unit] = None
        numbers = {seal.number for seal in snapshot.seals}
        for number in record.seals:
            if number in numbers:
                state.registers.seals.setdefault(number, {})[record.event_id] = snapshot.unit
        if record.type == "StationOpened" and snapshot.book is not None:
            state.registers.add_book(
                snapshot.station,
                style=snapshot.style,
                stock=snapshot.unit,
                hours=(snapshot.book.opens, snapshot.book.closes),
            )
            state.registers.add_mission(snapshot.book.mission, station=snapshot.station)
            carry_over(state.registers, snapshot.station, act=record.event_id)
        if record.type == "BallotsPrinted" and snapshot.run is not None and snapshot.run.serials is not None:
            state.registers.serials[snapshot.unit] = (*snapshot.run.serials, record.event_id)
    gone = {row.unit: row.serials or () for row in snapshots if row.state == "replaced" or row.was_replaced}
    if record.type == "ReplacementAuthorised":
        state.registers.blocked[record.event_id] = gone
    if record.returned is not None:
        state.registers.returns.setdefault(record.returned.consignment, {})[record.event_id] = record.returned
    if record.consignment is not None:
        state.registers.consignments[record.consignment.consignment] = record.consignment
        sign_out(state.registers, record.consignment)
        state.dirty_consignments[record.consignment.consignment] = None
        state.passed.setdefault(record.consignment.consignment, LegTransfers()).follow(record.consignment)


def _unregister(state: State, record: RecordedEvent, *, snapshots: tuple[Unit, ...]) -> None:
    for number in record.seals:
        state.registers.seals.get(number, {}).pop(record.event_id, None)
        if not state.registers.seals.get(number):
            state.registers.seals.pop(number, None)
    state.registers.blocked.pop(record.event_id, None)
    for snapshot in snapshots:
        if record.type == "StationOpened":
            state.registers.remove_station(snapshot.station)
            carry_back(state.registers, snapshot.station, act=record.event_id)
        if record.type == "BallotsPrinted":
            state.registers.serials.pop(snapshot.unit, None)
    if record.returned is not None:
        state.registers.returns.get(record.returned.consignment, {}).pop(record.event_id, None)
    if record.consignment is not None:
        state.registers.consignments.pop(record.consignment.consignment, None)
        take_back(state.registers, record.consignment)
        state.passed.setdefault(record.consignment.consignment, LegTransfers()).follow(None)


def _note_read(state: State, record: RecordedEvent) -> None:
    """A report that an answer was read, as it comes into force and leaves it."""
    if record.type != _READ or record.blocked or record.about is None:
        return
    row = state.registers.acknowledged.setdefault(record.about, [])
    if record.in_force:
        insort(row, record.event_id)
    else:
        row.pop(bisect_left(row, record.event_id))


def _note_stated(state: State, record: RecordedEvent) -> None:
    """A report of a break in custody, as it comes into force and leaves it."""
    for unit, interval in state.registers.stated.get(record.event_id, ()):
        row = state.registers.stated_breaks.setdefault(unit, StatedBreaks())
        tell = row.put if record.in_force else row.take
        tell(interval)


def _touch_offers(state: State, record: RecordedEvent, *, on_place: bool) -> None:
    """Offers that this event answers, withdraws or overtakes, and itself if it is one.

    ``on_place``: whether the event came into force or left it, so that others are overtaken by it, or no more.
    """
    names = {record.event_id, record.offer or ""}
    if record.about is not None and record.about in state.records:
        names.add(state.records[record.about].offer or "")
    if record.type == "CustodyBroken":
        state.dirty_units.update(dict.fromkeys(unit for unit, _ in record.refs))
    if record.changes and on_place:
        names.update(name for ref in record.refs for name in state.registers.offers_on.get(state.place(ref), ()))
    for name in sorted(names):
        if name in state.registers.offers:
            refresh_offer(state, name, by=record.event_id)
