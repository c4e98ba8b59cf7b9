"""Recipients and carriers: a courier's mandate, the separation of courier and commission, the station that is meant.

Pure checks that handovers and collections from carriers share: what both sides signed has happened, so they raise findings
beside the act and block nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from custody.core.authority.parties import Party
from custody.core.checks.case import Case, Stated
from custody.core.checks.separation_of_duties import Hands, seated
from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import Draft
from custody.core.state.topics import mandate_topic, recipient_topic, time_topic
from custody.core.state.units import Unit
from custody.core.wording.messages import message
from schemas.base import OnOffer
from schemas.identifiers import local_date

Deed = Literal["took over", "handed over"]
TOOK_OVER: Final = "took over"
HANDED_OVER: Final = "handed over"


def check_mandates(case: Case[Stated], *, deeds: Iterable[tuple[Party, Deed]], units: Sequence[Unit]) -> list[Draft]:
    """A courier who takes or gives needs a mandate for that consignment on that day, in the zone of the place."""
    done = tuple(deeds)
    drafts: dict[str, Draft] = {}
    for unit in units:
        for party, deed in done:
            # rules.md 26
            if party.kind != "courier" or unit.consignment is None:
                continue
            draft = _mandate(case, courier=party, unit=unit, deed=deed)
            if draft is not None:
                drafts.setdefault(draft.topic, draft)
    return list(drafts.values())


def _mandate(case: Case[Stated], *, courier: Party, unit: Unit, deed: Deed) -> Draft | None:
    consignment, day = unit.consignment or "", next(iter(case.days), local_date(case.event.at))
    mandates = list(case.registers.mandates_of(courier.person, consignment=consignment))
    granted = [mandate for mandate in mandates if mandate.granted <= case.position]
    delivered = (
        deed == TOOK_OVER and _was_delivered(unit) and not any(mandate.granted > unit.taken for mandate in granted)
    )
    if deed == HANDED_OVER:
        if not granted:
            return None  # taking over without a mandate was the finding already
        # A mandate that was ended or transferred under way still lets its courier give the consignment out of hand.
        held = [mandate for mandate in granted if mandate.ended is None or mandate.ended > unit.taken]
    else:
        held = [mandate for mandate in granted if mandate.ended is None or mandate.ended > case.position]
    covered = any(mandate.first_day <= one <= mandate.last_day for mandate in held for one in case.days)
    # rules.md 189
    is_too_late = covered and all(mandate.last_day < case.not_before for mandate in held)
    if covered and not delivered and not is_too_late:
        return None
    # rules.md 131
    if held and not delivered and not case.days:
        return _by_clock(case, consignment=consignment, courier=courier)
    topic = mandate_topic(courier.person, consignment=consignment, day=day)
    done, who = message("deed", deed=deed), courier.said
    if not granted:
        sentence = message("mandate.none", courier=who, deed=done, consignment=consignment, day=day)
        return case.draft("mandate-missing", subject=consignment, sentence=sentence, topic=topic)
    last = granted[-1]
    days = message("mandate.other-days", first=last.first_day, last=last.last_day)
    why = message("mandate.delivered") if delivered else days
    if not delivered and last.ended is not None and last.ended <= case.position:
        why = message("mandate.ended")
    sentence = message("mandate.not-covering", courier=who, deed=done, consignment=consignment, day=day, why=why)
    sentence = message("mandate.proven", what=sentence) if is_too_late and why is days else sentence
    evidence = (last.event, case.event_id)
    dated = why.key == "mandate.other-days"
    more: DraftFields = {"evidence": evidence, "topic": topic, "dated": dated}
    return case.draft("mandate-ended", subject=consignment, sentence=sentence, **more)


def _by_clock(case: Case[Stated], *, consignment: str, courier: Party) -> Draft:
    """Nobody can say on which day it was: that is said of the clock, not of the courier."""
    at = case.event.at
    sentence = message("time.no-day", type=case.type, at=at, consignment=consignment, courier=courier.said)
    return case.draft("time-contradiction", subject=case.device, sentence=sentence, topic=time_topic(case.device))


def _was_delivered(unit: Unit) -> bool:
    """Whether the consignment's journey had reached its end when this custodian took it."""
    return unit.is_at_its_end(unit.direction)


def check_recipient(case: Case[Stated], *, receiving: Party, units: Sequence[Unit]) -> list[Draft]:
    """A consignment delivered to another station's mission or commission."""
    if receiving.kind not in ("mission", "commission"):
        return []
    # rules.md 28
    of_mission = receiving.kind == "mission"
    foreign = next(
        (unit for unit in units if not _is_meant(case, unit, office=receiving.office, shared=of_mission)), None
    )
    if foreign is None:
        return []
    sentence = message("recipient.accepted", unit=foreign.unit, station=foreign.station, taker=receiving.said)
    return [case.draft("wrong-recipient", subject=foreign.unit, sentence=sentence, topic=recipient_topic(foreign.unit))]


def _is_meant(case: Case[Stated], unit: Unit, *, office: str, shared: bool) -> bool:
    """Whether a unit is for an office: the station's own, or where a mission receives the one that the station shares."""
    return unit.station == office or (shared and case.registers.serves(office, station=unit.station))


def check_separation(case: Case[Stated], *, releasing: Party, hands: Hands, receiving: Party) -> list[Draft]:
    """A courier does not sit on the commission that receives, unless a dispensation says so and its head of mission signs."""
    if receiving.kind not in ("commission", "mission") or seated(case, hands=hands, station=receiving.office) is None:
        return []
    sentence = message("handover.separation", giver=releasing.said, taker=receiving.said)
    before = case.event.offer if isinstance(case.event, OnOffer) else case.existing()[0].act
    both = (before, case.event_id)
    return [case.draft("separation", subject=case.event.units[0].unit, sentence=sentence, evidence=both)]
