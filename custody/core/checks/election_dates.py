"""The dates of an election, held against each other: opening of the log, voting day, opening and closing of each station.

    voting day    not before genesis, and at most three years after it
    a station     opens before it closes, votes for at most two weeks, the voting day among them
    its clocks    show at both moments the offset of the list that its opening carries; an unknown zone has no list

What disagrees is one finding of the place. Dates that cannot be true set no deadline.

Not here: what devices claim (log_time), offsets of acts (places).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from custody.core.checks.case import Case
from custody.core.checks.log_time_limits import CONTRADICTION
from custody.core.state.finding_store import Draft
from custody.core.state.topics import dates_topic
from custody.core.state.zones import Zone, shown, stated, zone_of
from custody.core.wording.messages import Message, message
from schemas.authority import ElectionOpened, StationOpened
from schemas.identifiers import epoch_seconds, local_date
from schemas.station import StationChanged

_VOTING_DAYS_MAX: Final = 14
_AHEAD_DAYS_MAX: Final = 3 * 366


def check_genesis(event: ElectionOpened, *, event_id: str) -> tuple[Draft, ...]:
    """What the dates of genesis contradict each other in."""
    # rules.md 127
    zone = zone_of(event.offsets)
    wrong = [*_offsets(zone, name=event.timezone, edition=event.tzdata, at=(event.at,))]
    if not 0 <= _days(local_date(event.at), event.voting_day) <= _AHEAD_DAYS_MAX:
        wrong.append(message("dates.voting-day", day=event.voting_day, at=event.at))
    return _drafts(wrong, subject=event_id, place=event.place, evidence=event_id)


def check_station(case: Case[StationOpened]) -> tuple[Draft, ...]:
    """What the dates of a station contradict each other in, and those of the election."""
    event = case.event
    # rules.md 127
    wrong = list(_hours(event.opens, event.closes, day=case.voting_day))
    # rules.md 128
    wrong += _offsets(zone_of(event.offsets), name=event.timezone, edition=event.tzdata, at=(event.opens, event.closes))
    return _drafts(wrong, subject=event.station, place=event.station, evidence=case.event_id)


def hours_of(case: Case[StationOpened]) -> tuple[str, str]:
    """When a station opens and closes, as deadlines go by it; empty where that cannot be."""
    return true_hours((case.event.opens, case.event.closes), day=case.voting_day)


def true_hours(hours: tuple[str, str], *, day: str) -> tuple[str, str]:
    """Opening and close as they are stated, both empty where they cannot be."""
    return ("", "") if _hours(*hours, day=day) else hours


def check_hours(case: Case[StationChanged], *, zone: Zone, opens: str, closes: str) -> tuple[Draft, ...]:
    """What later hours of a station contradict each other in, the dates of the election, and its zone."""
    if not opens:
        return ()
    station = case.event.station
    wrong = list(_hours(opens, closes, day=case.voting_day))
    # rules.md 128
    wrong += _offsets(zone, name=station, edition="", at=(opens, closes)) if zone else []
    return _drafts(wrong, subject=station, place=station, evidence=case.event_id)


def _hours(opens: str, closes: str, *, day: str) -> tuple[Message, ...]:
    """What is wrong with opening and closing, whatever the zone."""
    if epoch_seconds(closes) <= epoch_seconds(opens):
        return (message("dates.closes-first", opens=opens, closes=closes),)
    if _days(local_date(opens), local_date(closes)) > _VOTING_DAYS_MAX:
        return (message("dates.too-long", opens=opens, closes=closes, days=_VOTING_DAYS_MAX),)
    if day and not local_date(opens) <= day <= local_date(closes):
        return (message("dates.other-day", opens=opens, closes=closes, day=day),)
    return ()


def _offsets(zone: Zone, *, name: str, edition: str, at: Sequence[str]) -> list[Message]:
    """Which moments are claimed with an offset that the zone did not have then."""
    if not zone:
        return [message("dates.no-zone", zone=name, edition=edition)]
    rows = [(moment, shown(zone, at=moment)) for moment in at]
    return [
        message("dates.no-offset", at=moment, zone=name, offset=offset)
        if offset is not None
        else message("dates.before-zone", at=moment, zone=name)
        for moment, offset in rows
        if offset != stated(moment)
    ]


def _drafts(wrong: Sequence[Message], *, subject: str, place: str, evidence: str) -> tuple[Draft, ...]:
    if not wrong:
        return ()
    sentence = message("dates", place=place, what=tuple(wrong))
    topic = dates_topic(subject)
    return (Draft(code=CONTRADICTION, subject=subject, evidence=(evidence,), sentence=sentence, topic=topic),)


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days
