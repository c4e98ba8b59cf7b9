"""Acts and reports: from a recorded event to what it means. It waits for what it names, is judged, and takes effect or not.

    recorded -> waiting      an event it names is not on the log, or not complete, or waits itself
             -> applied      judged, and in force
             -> finding      judged: it breaks a rule and changes nothing
             -> disputed     judged, but it or what it follows contests what others claim (custody.core.fold.disputes)

An event is judged once, against its units as they were after the acts it names. Judging it wakes those that waited for it.
Everything is iterative and bounded by the number of events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from custody.core.authority.required_signatures import DECLARED, HANDOVER, LOST, TRANSCRIBED, demands
from custody.core.checks.case import Case, Stated, check_states
from custody.core.checks.clock_skew import check_clock
from custody.core.checks.code_list import check_offices
from custody.core.checks.election_dates import hours_of
from custody.core.checks.finding_causes import find_office
from custody.core.checks.items import sent
from custody.core.checks.paper_acts import HandoverDone, as_done
from custody.core.checks.paper_dates import check_paper_date
from custody.core.checks.places import check_offset, days_of, proven_since_day
from custody.core.checks.separation_of_duties import on_both_sides, seated
from custody.core.fold import disputes
from custody.core.fold.corrections import awaited, is_correction, judge_declared, register, take_place, waits_as
from custody.core.fold.half_signed_losses import awaited_loss, awaits, follow_losses, tell_early
from custody.core.fold.offers import ACCEPTED, open_offer, open_paper, reply, says
from custody.core.fold.paper_of_both import note_judged
from custody.core.fold.same_act import note_confirmed, touch
from custody.core.fold.signature_check import Signed, count_signatures
from custody.core.fold.station_facts import tell_opened
from custody.core.fold.voids import concerned, note_answer
from custody.core.fold.waiting import told_no_more
from custody.core.journeys.carrier_legs import note_carriage
from custody.core.journeys.deadlines import with_deadline
from custody.core.judges.handovers import judge_answer, judge_withdrawn
from custody.core.judges.paper import is_confirmed, judge_transcribed, strangers
from custody.core.judges.reports import judge_report
from custody.core.judges.table import judge
from custody.core.state.finding_store import Draft
from custody.core.state.registers import Consignment, Registers
from custody.core.state.state import RecordedEvent, State
from custody.core.state.units import UNCERTAIN, Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import message
from schemas.authority import StationOpened
from schemas.base import Act, Common, Report
from schemas.everybody import ActTranscribed, ErrorDeclared
from schemas.production import ConsignmentManifested
from schemas.transfer import HandoverAnswered, HandoverOffered, HandoverWithdrawn


def judge_when_ready(state: State, event_id: str) -> None:
    """Judge an act or report whose signatures are enough, and then everything that waited for it."""
    queue = [event_id]
    while queue:
        record = state.records[queue.pop(0)]
        if record.kind == "decision" or record.event is None or not record.signed:
            continue
        # rules.md 14
        missing = next((name for name in record.dependencies() if not _is_judged(state, name)), None)
        missing = missing or awaited(state, record) or awaited_loss(state, record)
        if missing is None:
            corrective = _corrective(record)
            _judge_now(state, record)
            queue += state.waiters.pop(record.event_id, [])
            queue += state.waiters.pop(waits_as(corrective), []) if corrective in state.corrections else []
            queue += [waiter for name in awaits(record) for waiter in state.waiters.pop(name, ())]
        else:
            _wait(state, record, on=missing)
            tell_early(state, record, on=missing)
            # A declaration waits only until its correction is complete; the correction then waits for it.
            queue += [name for name in state.waiters.get(record.event_id, ()) if state.records[name].type == DECLARED]


def register_judged(state: State, record: RecordedEvent, *, verdict: Verdict) -> None:
    """Give an event its place in the order of judgements, with what it means once it is in force."""
    state.judgements += 1
    record.order = state.judgements
    record.verdict = verdict
    record.blocked = bool(verdict.blocked)
    record.declares = verdict.declares
    undone = record.declares is not None and state.records[record.declares].changes
    record.changes = record.kind == "act" and (bool(verdict.units) or undone)
    record.seals = verdict.seals
    record.returned = verdict.returned
    corrective = _corrective(record)
    record.event = None
    register(state, record, corrective=corrective)
    if record.changes:
        before = dict(record.refs)
        for snapshot in verdict.units:
            state.paths.keep(snapshot)
            previous = state.paths.snapshot(snapshot.unit, before.get(snapshot.unit) or "")
            state.suspended.keep(snapshot, before=previous)
            if record.type == "StationOpened":
                find_office(state, snapshot.station, by=record.event_id)
                mission = snapshot.station if snapshot.book is None else snapshot.book.mission
                find_office(state, mission, by=record.event_id)
        disputes.claim(state, record)
    else:
        for name in dict.fromkeys(record.dependencies()):
            state.dependents.setdefault(name, []).append(record.event_id)


def _corrective(record: RecordedEvent) -> str | None:
    """The event that a declaration, not yet judged, names as having the right data."""
    return record.event.corrective if isinstance(record.event, ErrorDeclared) else None


def _is_judged(state: State, name: str) -> bool:
    known = state.records.get(name)
    return known is not None and known.order > 0


def _judge_now(state: State, record: RecordedEvent) -> None:
    """Everything it names is judged: judge the event itself."""
    state.waiting.pop(record.event_id, None)
    follow_losses(state, record)
    told_no_more(state, record, by=next(iter(record.dependencies()), record.event_id))
    registers = take_place(state, record) if is_correction(record) else state.registers
    case = _scene(state, record, registers=registers)
    fault = _no_effect(record, case=case)
    if fault is not None:
        verdict = blocked(fault)
    elif record.kind == "report":
        verdict = judge_report(state, case, record=record)
        if not verdict.blocked:
            # rules.md 129
            beside = check_offset(state, case, record=record)
            verdict = replace(verdict, findings=(*verdict.findings, *beside))
    elif isinstance(case.event, ErrorDeclared):
        verdict = judge_declared(state, case.of(case.event))
        record.handover_facts = (DECLARED, state.paths.canonical(case.event.event), case.event.corrective)
    elif isinstance(record.event, ActTranscribed):
        verdict = _from_paper(state, record, event=record.event, case=case)
    else:
        verdict = _judge(state, case)
    if record.kind == "act" and record.type != DECLARED and not verdict.blocked:
        verdict = _examined(state, record, case=case, verdict=verdict)
    if not verdict.blocked:
        check_offices(state, record, event=record.unjudged())
    register_judged(state, record, verdict=verdict)
    disputes.settle_new(state, record, others=concerned(state, record))
    if record.event_id in state.signed_by_both:
        touch(state, record.event_id)


def _examined(state: State, record: RecordedEvent, *, case: Case[Stated], verdict: Verdict) -> Verdict:
    """A good judgement once more: does it say what happened to every unit named, and did its author know no newer act?"""
    event = case.event
    if isinstance(event, HandoverOffered):
        open_offer(state, case.of(event), record=record)
        return verdict
    is_refused = isinstance(event, HandoverAnswered | HandoverDone) and event.result not in ACCEPTED
    moves = not isinstance(event, HandoverWithdrawn) and not is_refused
    if moves:
        told = sorted(snapshot.unit for snapshot in verdict.units)
        if told != sorted(case.before):
            unit = next((name for name in case.before if name not in told), record.refs[0][0])
            sentence = message("not-in-state.untold", type=record.type, unit=unit)
            return blocked(case.draft("not-in-state", subject=unit, sentence=sentence))
        outdated = None if is_correction(record) else disputes.is_outdated(state, record)
        if outdated is not None:
            sentence = message("not-in-state.outdated", type=record.type, unit=outdated)
            return blocked(case.draft("not-in-state", subject=outdated, sentence=sentence))
    _note(state, record, case=case, verdict=verdict)
    beside = (*check_clock(state, case, record=record), *check_offset(state, case, record=record))
    if isinstance(record.event, ActTranscribed):
        beside += check_paper_date(state, case, record=record)
    if moves and case.type != HANDOVER:
        beside += _separation(case)
    return replace(verdict, findings=(*verdict.findings, *beside))


def _note(state: State, record: RecordedEvent, *, case: Case[Stated], verdict: Verdict) -> None:
    """What an act judged good says to offers, manifests and stations, whether or not it comes into force."""
    event, taken = case.event, tuple(unit.unit for unit in verdict.units if unit.basis != UNCERTAIN)
    if isinstance(event, HandoverAnswered | HandoverWithdrawn):
        reply(state, record, event=event, taken=taken)
    if record.type == "CollectedFromCarrier":
        note_carriage(state, record, before=case.existing(), after=verdict.units)
    if isinstance(event, HandoverAnswered | HandoverDone) and verdict.units:
        record.handover_facts = says(state.registers.offers[record.offer or record.event_id], event=event, taken=taken)
    if record.type == LOST:
        record.handover_facts = (LOST,)
    if isinstance(event, ConsignmentManifested):
        record.consignment = _consignment(state, record, event=event, units=case.existing())
    if isinstance(event, StationOpened):
        tell_opened(state, event, closing=hours_of(case.of(event))[1])


def _separation(case: Case[Stated]) -> tuple[Draft, ...]:
    """Who signed an act within a station in one capacity, and holds another there that the rules keep apart from it."""
    both = seated(case, hands=case.signed, station=case.station())
    if both is None:
        return ()
    sentence = message("separation.two-roles", badge=both.badge, type=case.type, role=both.role, office=both.office)
    return (case.draft("separation", subject=both.badge, sentence=sentence),)


def _from_paper(state: State, record: RecordedEvent, *, event: ActTranscribed, case: Case[Stated]) -> Verdict:
    """An act on paper, judged as the act that it is; a handover is registered as offer and answer in one."""
    wrong = check_states(case)
    verdict, offer = (blocked(*wrong), None) if wrong else judge_transcribed(case, event=event)
    if offer is not None and isinstance(case.event, HandoverDone):
        taken = tuple(unit.unit for unit in verdict.units if unit.basis != UNCERTAIN)
        open_paper(state, offer, result=case.event.result, taken=taken)
        _note_sides(state, record)
        note_judged(state, record, event=event)
    return verdict


def countersign(state: State, record: RecordedEvent, *, event: Common) -> None:
    """A signature came after an act was judged: the other side's on a handover on paper confirms it."""
    if record.type == TRANSCRIBED and record.event_id in state.registers.offers:
        signed = Signed(event_id=record.event_id, event=event, position=record.position, signatures=record.signatures)
        root, forked = state.root_of(record), state.devices.forked
        pledge = partial(state.pledge, record=record)
        standing = count_signatures(
            signed, roster=state.roster, rules=record.rules, root=root, forked=forked, pledge=pledge
        )
        record.signed = {**record.signed, **standing.counted}
        was_signed = record.event_id in state.signed_by_both
        _note_sides(state, record)
        if not was_signed and record.event_id in state.signed_by_both:
            note_answer(state, record)
            disputes.resettle(state, (record.event_id, *disputes.rivals(state, record)), by=record)
        touch(state, record.event_id)


def _note_sides(state: State, record: RecordedEvent) -> None:
    offer = state.registers.offers[record.event_id]
    if is_confirmed(offer, signed=record.signed, rules=record.rules):
        state.signed_by_both.add(record.event_id)
        note_confirmed(state, record)
    out = sorted(f"{key.badge} ({key.office})" for key in strangers(offer, signed=record.signed))
    if out:
        sentence = message("paper.strangers", giver=offer.releasing.said, who=tuple(out))
        units = tuple(unit for unit, _ in record.refs)
        evidence = (record.event_id,)
        draft = Draft(code="extra-signature", subject=min(units), evidence=evidence, sentence=sentence, units=units)
        state.raise_all((draft,), record=record)


def _wait(state: State, record: RecordedEvent, *, on: str) -> None:
    row = state.waiters.setdefault(on, [])
    if record.event_id not in row:
        row.append(record.event_id)
    if record.event_id not in state.waiting:
        state.waiting[record.event_id] = None
        record.waits_since_s = None
    state.waits_due.add(record.event_id, since=record.waits_since_s)
    if record.status != "waiting":
        state.mark(record, "waiting")


def _scene(state: State, record: RecordedEvent, *, registers: Registers) -> Case[Stated]:
    before = {
        unit: None if previous is None else state.paths.snapshot(unit, previous) for unit, previous in record.refs
    }
    signed, followed = record.event, state.opening().follows
    if not isinstance(signed, Act | Report):
        raise TypeError("acts and reports are judged, and each once")
    event = as_done(signed) if isinstance(signed, ActTranscribed) else signed
    return Case(
        event_id=record.event_id,
        event=event,
        position=record.position,
        before=before,
        signed=record.signed,
        rules=record.rules,
        registers=registers,
        sits_on=state.roster.sits_on,
        party_of=state.roster.party_of,
        demands=demands(signed, rules=record.rules),
        voting_day=state.opening().voting_day,
        days=days_of(state, record, event=event),
        not_before=proven_since_day(state, record),
        device=record.device,
        styles=state.styles,
        follows="" if followed is None else followed.election,
    )


def _no_effect(record: RecordedEvent, *, case: Case[Stated]) -> Draft | None:
    """A draft where an event names, for a unit, something that never became an act on that unit."""
    for unit, previous in record.refs:
        if previous is not None and case.before[unit] is None:
            sentence = message("not-in-state.no-effect", type=record.type, kind=record.kind, unit=unit)
            evidence = (previous, record.event_id)
            return case.draft("not-in-state", subject=unit, sentence=sentence, evidence=evidence, causes=(previous,))
    if len(case.before) != len(record.refs):
        sentence = message("not-in-state.twice", type=record.type)
        return case.draft("not-in-state", subject=record.refs[0][0], sentence=sentence)
    for unit, around in case.before.items():
        if (
            around is not None
            and around.inside is not None
            and around.inside not in case.before
            and record.kind == "act"
        ):
            sentence = message("not-in-state.inside", unit=unit, around=around.inside, type=record.type)
            return case.draft("not-in-state", subject=unit, sentence=sentence)
    if on_both_sides(case, hands=case.signed, station=case.station()) is not None:
        sentence = message("own-handover", type=record.type)
        return case.draft("own-handover", subject=record.refs[0][0], sentence=sentence)
    return None


def _judge(state: State, case: Case[Stated]) -> Verdict:
    wrong, event = check_states(case), case.event
    if wrong:
        return blocked(*wrong)
    if not isinstance(event, HandoverAnswered | HandoverWithdrawn):
        return judge(case)
    offer = state.registers.offers.get(event.offer)
    if offer is None:
        sentence = message("not-in-state.no-offer", type=case.type)
        evidence = (event.offer, case.event_id)
        subject = event.units[0].unit
        draft = case.draft("not-in-state", subject=subject, sentence=sentence, evidence=evidence, causes=(event.offer,))
        return blocked(draft)
    if isinstance(event, HandoverWithdrawn):
        return judge_withdrawn(case.of(event), offer=offer)
    return judge_answer(case.of(event), offer=offer)


def _consignment(
    state: State, record: RecordedEvent, *, event: ConsignmentManifested, units: Sequence[Unit]
) -> Consignment:
    stock = state.paths.head(state.registers.stations.get(event.station, ""))
    hours = ("", "") if stock is None or stock.book is None else (stock.book.opens, stock.book.closes)
    return Consignment(
        consignment=event.consignment,
        station=event.station,
        direction=event.direction,
        units=tuple(unit.unit for unit in units),
        sizes=tuple(unit.papers or 0 for unit in units),
        packages=event.packages,
        papers=event.papers,
        legs=with_deadline(event.legs, direction=event.direction, hours=hours, rules=record.rules.rules),
        act=record.event_id,
        items=sent(event.items),
    )
