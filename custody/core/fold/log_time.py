"""The time of the log, and what falls due by it: waiting acts, offers without an answer, gaps in device chains.

The time of the log is what log witnesses prove by cosigning (witnessing); until there are any, the latest time that a monitor
or checkpointer claimed, as far as such a claim is good (log_time_limits, design D11). It is used for waiting and expiry only,
and what waits is timed from the first time of the log that is told after it was recorded: nothing shows that it was there
before, and no wait is made longer than it was. Also here: an event takes its place in the chain of its device (design D12).
"""

from __future__ import annotations

from typing import Final

from custody.core.authority.device_chains import ChainGap
from custody.core.checks.log_time_limits import is_good, note_claim
from custody.core.fold.disputes import resettle
from custody.core.fold.made_in_one_go import gather
from custody.core.fold.offers import expire_offers
from custody.core.fold.voids import note_countersigned
from custody.core.fold.waiting import is_told, tell_waits
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import gap_topic
from custody.core.wording.messages import message
from schemas.base import DeviceMark
from schemas.identifiers import epoch_seconds

_SECONDS_AN_HOUR: Final = 3600
_CLOCKS: Final = ("monitor", "checkpointer")


def chain(state: State, record: RecordedEvent, *, mark: DeviceMark | None) -> None:
    """Place the event in its device's chain, once the device has signed it and somebody with it."""
    if mark is None or not state.is_made_on_device(record):
        return
    news = state.devices.note(mark.key, number=mark.number, countersigned=mark.countersigned)
    known = note_countersigned(state, news, device=mark.key)
    if known:
        resettle(state, known, by=record)
    fork = state.devices.add(mark.key, number=mark.number, event=record.event_id, previous=mark.previous)
    if fork is not None:
        key = state.roster.get(mark.key)
        who = mark.key[:16] if key is None else key.badge
        sentence = message("device.fork", device=who, number=mark.number)
        draft = Draft(code="device-fork", subject=mark.key, evidence=(fork.first, fork.second), sentence=sentence)
        state.raise_all((draft,), record=record)
    gap = state.devices.gap(mark.key)
    if gap is None:
        state.findings.settle_topic(gap_topic(mark.key), by=record.event_id)
    else:
        state.gaps_due.add(f"{mark.key}/{gap.missing}")
    note_claim(state, record, mark=mark)
    if record.kind != "act":
        gather(state, record)


def tick(state: State, record: RecordedEvent, *, at: str) -> None:
    """A good claim of monitor or checkpointer is the time of the log, until log witnesses give a better one."""
    clock = min((key.keyid for key in record.signed.get("service", ()) if key.role in _CLOCKS), default=None)
    if clock is None or state.policies[-1][1].quorum is not None:
        return
    now = epoch_seconds(at)
    if is_good(state, record, key=clock, at=now):
        advance(state, now=now)


def advance(state: State, *, now: int) -> None:
    """The time of the log goes on to ``now``, if that is later than it was; what is due by then is told."""
    if state.log_time is not None and now <= state.log_time:
        return
    state.log_time = now
    rules = state.rules_now().rules
    expire_offers(state, now=now, limit=rules.offer_expiry_hours * _SECONDS_AN_HOUR)
    expire(state, now=now, limit=rules.waiting_hours * _SECONDS_AN_HOUR)


def expire(state: State, *, now: int, limit: int) -> None:
    """What has waited for ``limit`` seconds or longer becomes a finding: events without predecessor, gaps of devices."""
    for name in state.waits_due.start(now=now):
        state.records[name].waits_since_s = now
    for name in state.findings.released():
        if name in state.waiting:
            state.waits_due.add(name, since=state.records[name].waits_since_s)
    rows = [state.records[name] for name in state.waits_due.take(until=now - limit) if name in state.waiting]
    due = [record for record in rows if not is_told(state, record)]
    if due:
        tell_waits(state, due)
    state.gaps_due.start(now=now)
    for item in state.gaps_due.take(until=now - limit):
        device, _, missing = item.rpartition("/")
        known = state.devices.gap(device)
        # rules.md 12
        if known is not None and known.missing == int(missing):
            _tell_gap(state, device, gap=known)


def _tell_gap(state: State, device: str, *, gap: ChainGap) -> None:
    key = state.roster.get(device)
    who = device[:16] if key is None else key.badge
    sentence = message("device.gap", device=who, number=gap.missing)
    topic = gap_topic(device)
    draft = Draft(code="device-gap", subject=device, evidence=(gap.ahead,), sentence=sentence, topic=topic)
    if state.findings.unsettled(topic) is None:
        state.raise_all((draft,), record=state.records[gap.ahead])
        state.again += state.vouchings.tell_gap(device)
