"""Acts: from a recorded act to what it means. An act waits for what it follows, is judged, applies, or joins a dispute.

    recorded -> waiting      an act (or offer) it names is not on the log, or not complete, or waits itself
             -> disputed     what it follows is contested, or it contests what is in force
             -> finding      judged: it breaks a rule and changes nothing
             -> applied

Whatever is settled here wakes those that waited for it. Everything is iterative and bounded by the number of events.
"""

from __future__ import annotations

from custody.core import disputes
from custody.core.findings import Draft
from custody.core.handovers import close_offer, open_offer
from custody.core.judge_transfer import judge_answer, judge_withdrawn
from custody.core.judges import JUDGES
from custody.core.registers import Consignment
from custody.core.reports import judge_report
from custody.core.scene import Scene, Verdict, blocked, check_states
from custody.core.state import Record, State

_OFFER = "HandoverOffered"
_ON_OFFERS = ("HandoverAnswered", "HandoverWithdrawn")


def consider(state: State, event_id: str) -> None:
    """Judge an act whose signatures are enough, and then everything that waited for it."""
    queue = [event_id]
    while queue:
        record = state.records[queue.pop(0)]
        if record.kind == "decision" or record.event is None or not record.signed:
            continue
        done = _consider_one(state, record) if record.kind == "act" else _report(state, record)
        if done:
            queue += state.waiters.pop(record.event_id, [])


def revive(state: State, act: str) -> None:
    """Adjudication chose ``act``: put it into force, and what followed it."""
    queue = [act]
    while queue:
        name = queue.pop(0)
        record = state.records[name]
        if record.status == "disputed" and record.verdict is None:
            consider(state, name)
        elif not disputes.resume(state, name):
            continue
        if record.status == "applied":
            for unit, _ in record.refs:
                queue += [other for other in state.branches.get((unit, name), ()) if other not in queue]
            for waiter in state.waiters.pop(name, []):
                consider(state, waiter)


def _consider_one(state: State, record: Record) -> bool:
    """True where what the act means is now known, so that waiters can go on."""
    missing = _missing(state, record)
    if missing is not None:
        _wait(state, record, on=missing)
        return False
    state.waiting.pop(record.event_id, None)
    state.findings.settle_topic(f"waiting/{record.event_id}", by=_predecessor(record))
    scene = _scene(state, record)
    fault = _no_effect(state, record, scene=scene)
    verdict = _judge(state, scene) if fault is None else blocked(fault)
    if verdict.blocked:
        state.raise_all(verdict.blocked, record=record)
        _drop(state, record)
        return True
    if record.type == _OFFER:
        open_offer(state, scene, record=record)
        state.mark(record, "applied")
        record.event = None
        return True
    if record.type in _ON_OFFERS and not verdict.units:
        _apply(state, record, verdict=verdict)
        return True
    return _follow(state, record, scene=scene, verdict=verdict)


def _report(state: State, record: Record) -> bool:
    """A report waits for the acts it observed, and is then judged; nothing waits for a report."""
    missing = _missing(state, record)
    if missing is not None:
        _wait(state, record, on=missing)
        return False
    state.waiting.pop(record.event_id, None)
    judge_report(state, _scene(state, record), record=record)
    return True


def _follow(state: State, record: Record, *, scene: Scene, verdict: Verdict) -> bool:
    places = disputes.rivals(state, record)
    if not places:
        _apply(state, record, verdict=verdict)
        return True
    stale = next((other for others in places.values() for other in others if disputes.knew_of(state, record, act=other)), None)
    if stale is not None:
        unit = next(iter(places))[0]
        sentence = f"{record.type} follows an older act on {unit} although it was made knowing a newer one; nothing was changed."
        state.raise_all((scene.draft("not-in-state", subject=unit, sentence=sentence),), record=record)
        _drop(state, record)
        return True
    disputes.contest(state, record, places=places)
    return False


def _missing(state: State, record: Record) -> str | None:
    """The first event the act names that is not settled yet."""
    event = record.event
    named = [previous for _, previous in record.refs if previous is not None]
    if record.type in _ON_OFFERS:
        named.append(event.offer)
    for name in named:
        known = state.records.get(name)
        if known is None or known.status in ("recorded", "waiting", "disputed") or not known.signed:
            return name
    return None


def _wait(state: State, record: Record, *, on: str) -> None:
    known = state.records.get(on)
    row = state.waiters.setdefault(on, [])
    if record.event_id not in row:
        row.append(record.event_id)
    status = "disputed" if known is not None and known.status == "disputed" else "waiting"
    if status == "waiting" and record.event_id not in state.waiting:
        state.waiting[record.event_id] = None
        record.since = state.log_time
    if record.status != status:
        state.mark(record, "disputed" if status == "disputed" else "waiting")


def _predecessor(record: Record) -> str:
    named = [previous for _, previous in record.refs if previous is not None]
    return record.offer or (named[0] if named else record.event_id)


def _scene(state: State, record: Record) -> Scene:
    before = {}
    for unit, previous in record.refs:
        place = state.paths.place(unit, previous)
        before[unit] = None if place is None else state.paths.at(unit, place)
    return Scene(
        event_id=record.event_id,
        event=record.event,
        position=record.position,
        before=before,
        signed=record.signed,
        rules=record.rules,
        registers=state.registers,
        sits_on=state.roster.sits_on,
    )


def _no_effect(state: State, record: Record, *, scene: Scene) -> Draft | None:
    """A draft where an act names, for a unit, something that never became an act on that unit."""
    for unit, previous in record.refs:
        if previous is not None and state.paths.place(unit, previous) is None:
            cause = next((item for item in state.findings if item.raised_by == previous), None)
            sentence = f"{record.type} follows an act on {unit} that changed nothing there; nothing was changed."
            topic = cause.topic if cause is not None else ""
            return scene.draft("not-in-state", subject=unit, sentence=sentence, evidence=(previous, record.event_id), topic=topic)
    if len({unit for unit, _ in record.refs}) != len(record.refs):
        return scene.draft("not-in-state", subject=record.refs[0][0], sentence=f"{record.type} names a unit twice.")
    persons = [{key.person for key in record.signed.get(part, ())} for part in ("releasing", "receiving")]
    if persons[0] & persons[1]:
        sentence = f"One person signed {record.type} as releasing and as receiving."
        return scene.draft("own-handover", subject=record.refs[0][0], sentence=sentence)
    return None


def _judge(state: State, scene: Scene) -> Verdict:
    wrong = check_states(scene)
    if wrong:
        return blocked(*wrong)
    if scene.type not in _ON_OFFERS:
        return JUDGES[scene.type](scene)
    offer = state.registers.offers.get(scene.event.offer)
    if offer is None:
        cause = next((item for item in state.findings if item.raised_by == scene.event.offer), None)
        sentence = f"{scene.type} is about an offer that changed nothing; nothing was changed."
        topic = cause.topic if cause is not None else ""
        evidence = (scene.event.offer, scene.event_id)
        subject = scene.event.units[0].unit
        return blocked(scene.draft("not-in-state", subject=subject, sentence=sentence, evidence=evidence, topic=topic))
    judge = judge_answer if scene.type == "HandoverAnswered" else judge_withdrawn
    return judge(scene, offer=offer)


def _apply(state: State, record: Record, *, verdict: Verdict) -> None:
    state.raise_all(verdict.findings, record=record)
    for topic, sentence in verdict.raises.items():
        finding = state.findings.unsettled(topic)
        if finding is not None:
            serious = "serious" if topic.startswith("count/") else None
            state.findings.amend(finding.id, sentence=sentence, severity=serious)
    for snapshot in verdict.units:
        state.paths.push(snapshot)
        state.dirty_units[snapshot.unit] = None
        for seal in snapshot.seals:
            if seal.number in verdict.seals and seal.event == record.event_id:
                state.registers.seals[seal.number] = (snapshot.unit, record.event_id)
    for topic in verdict.settles:
        state.findings.settle_topic(topic, by=record.event_id)
    _register(state, record, verdict=verdict)
    state.mark(record, "applied")
    record.event = None
    record.verdict = None


def _register(state: State, record: Record, *, verdict: Verdict) -> None:
    event = record.event
    if record.type in _ON_OFFERS:
        record.offer = event.offer
        result = event.result if record.type == "HandoverAnswered" else "withdrawn"
        close_offer(state, record, result=result)
    if record.type == "StationOpened":
        state.registers.stations[event.station] = event.stock
    if record.type == "ConsignmentManifested":
        record.consignment = Consignment(
            consignment=event.consignment,
            station=event.station,
            direction=event.direction,
            units=tuple(unit for unit, _ in record.refs),
            packages=event.packages,
            papers=event.papers,
            legs=event.legs,
            act=record.event_id,
        )
        state.registers.consignments[event.consignment] = record.consignment
        state.dirty_consignments[event.consignment] = None
    heard = {snapshot.consignment for snapshot in verdict.units if snapshot.consignment}
    for consignment in heard:
        state.settle_overdue(consignment, by=record.event_id)


def _drop(state: State, record: Record) -> None:
    state.mark(record, "finding")
    record.event = None
