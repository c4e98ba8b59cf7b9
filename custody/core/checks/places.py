"""The place of an act, and its local time: the day on which the act was done, and the offset that its device states.

Days are judged in the zone of the place that the act names: the station's once it is open, the commission's everywhere else. An
act by a claim that contradicts its chain has no day at all. A device on the way states the commission's offset wherever it is;
one that belongs to a place states the offset of that place.

Not here: which claims contradict their chain (log_time), what follows from a day (recipients).
"""

from __future__ import annotations

from typing import Final

from custody.core.authority.required_signatures import HANDOVER, TRANSCRIBED
from custody.core.checks.case import Case, Stated
from custody.core.checks.log_time_limits import CONTRADICTION, is_of_a_play
from custody.core.checks.paper_dates import misdated
from custody.core.state.finding_store import Draft
from custody.core.state.moments import earliest_day
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import time_topic
from custody.core.state.zones import Zone, day_at, shown, stated
from custody.core.wording.messages import message
from schemas.identifiers import epoch_seconds

VOTING: Final = ("BallotBoxesSealed", "BallotBoxesOpened", "BallotsGivenToIssuer", "BallotsReturnedByIssuer")
_BY_DAY: Final = (HANDOVER, "ReleasedToCarrier", "CollectedFromCarrier", "Destroyed", *VOTING)
"""Types of acts that are judged by the day: of a mandate, of storage, of voting."""
_HOUR: Final = 3600
_AT_STATIONS: Final = ("mission", "commission")


def zone_at(state: State, place: str) -> Zone:
    """What the clocks of a place show: a station's own, for a mission those of a station there, else the commission's."""
    shared = next(iter(sorted(state.registers.missions.get(place, ()))), place)
    stock = state.paths.head(state.registers.stations.get(shared, ""))
    return state.zone if stock is None or stock.book is None else stock.book.zone


def days_of(state: State, record: RecordedEvent, *, event: Stated) -> tuple[str, ...]:
    """The days on which a courier's act may be said to have happened, its own first; none where the clock cannot be believed."""
    if event.type not in _BY_DAY or (record.amiss and record.type != TRANSCRIBED):
        return ()
    # rules.md 187
    if record.type == TRANSCRIBED and misdated(state, record, done=event.at) is not None:
        return ()
    zone = zone_at(state, event.place)
    days = [day_at(zone, at=event.at)]
    offer = state.records.get(record.offer or "")
    # rules.md 130
    if offer is not None and not offer.amiss and _is_in_time(offer, record=record):
        days.append(day_at(zone, at=offer.at))
    return tuple(dict.fromkeys(days))


def proven_since_day(state: State, record: RecordedEvent) -> str:
    """The earliest day on which an act, or the offer that it answers in time, was done, as log witnesses prove it; else empty."""
    if record.type not in _BY_DAY:
        return ""
    offer = state.records.get(record.offer or "")
    first = record if offer is None or not _is_in_time(offer, record=record) else offer
    since = state.bounds.of(first.event_id).not_before
    return "" if since is None or is_of_a_play(state, proven=since) else earliest_day(since)


def _is_in_time(offer: RecordedEvent, *, record: RecordedEvent) -> bool:
    """Whether an answer came while its offer stood."""
    waited_s = epoch_seconds(record.at) - epoch_seconds(offer.at)
    return 0 <= waited_s <= offer.rules.rules.offer_expiry_hours * _HOUR


def check_offset(state: State, case: Case[Stated], *, record: RecordedEvent) -> tuple[Draft, ...]:
    """A device that belongs to the place of the act, and states an offset that the clocks there did not show then."""
    key = state.roster.get(record.device)
    if key is None or record.amiss or key.office != case.event.place:
        return ()
    if any(signer.role == "courier" for signers in record.signed.values() for signer in signers):
        return ()
    allowed = [shown(zone_at(state, key.office), at=record.at)]
    if _is_on_the_way(case):
        allowed.append(shown(state.zone, at=record.at))
    # rules.md 129
    if allowed[0] is None or stated(record.at) in allowed:
        return ()
    sentence = message("time.other-offset", type=record.type, at=record.at, place=key.office, offset=allowed[0])
    topic = time_topic(record.device)
    return (case.draft(CONTRADICTION, subject=record.device, sentence=sentence, topic=topic),)


def _is_on_the_way(case: Case[Stated]) -> bool:
    """Whether something that it is about has not arrived: then the offset of the commission may be stated in its place."""
    return any(unit.custodian is None or unit.custodian.kind not in _AT_STATIONS for unit in case.existing())
