"""Who may receive and carry: a courier's mandate, the separation of courier and commission, the station that is meant.

Pure checks that handovers and collections from carriers share: what both sides signed has happened, so they raise findings
beside the act and block nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from custody.core.authority.parties import Party
from custody.core.checks.case import Case
from custody.core.checks.separation_of_duties import Hands, seated
from custody.core.state.finding_store import Draft
from custody.core.state.units import Unit
from custody.core.wording.messages import message
from schemas.identifiers import local_date

Deed = Literal["took over", "handed over"]
TOOK_OVER: Final = "took over"
HANDED_OVER: Final = "handed over"


def check_mandates(scene: Case, *, deeds: Iterable[tuple[Party, Deed]], units: Sequence[Unit]) -> list[Draft]:
    """A courier who takes or gives needs a mandate for that consignment on that day, in the zone of the place."""
    done = tuple(deeds)
    drafts: dict[str, Draft] = {}
    for unit in units:
        for party, deed in done:
            # rules.md 26
            if party.kind != "courier" or unit.consignment is None:
                continue
            draft = _mandate(scene, courier=party, unit=unit, deed=deed)
            if draft is not None:
                drafts.setdefault(draft.topic, draft)
    return list(drafts.values())


def _mandate(scene: Case, *, courier: Party, unit: Unit, deed: Deed) -> Draft | None:
    consignment, day = unit.consignment or "", next(iter(scene.days), local_date(scene.event.at))
    mandates = list(scene.registers.mandates_of(courier.person, consignment=consignment))
    granted = [mandate for mandate in mandates if mandate.granted <= scene.position]
    delivered = (
        deed == TOOK_OVER and _was_delivered(unit) and not any(mandate.granted > unit.taken for mandate in granted)
    )
    if deed == HANDED_OVER:
        if not granted:
            return None  # taking over without a mandate was the finding already
        # A mandate that was ended or transferred under way still lets its courier give the consignment out of hand.
        held = [mandate for mandate in granted if mandate.ended is None or mandate.ended > unit.taken]
    else:
        held = [mandate for mandate in granted if mandate.ended is None or mandate.ended > scene.position]
    covered = any(mandate.first_day <= one <= mandate.last_day for mandate in held for one in scene.days)
    if covered and not delivered:
        return None
    # rules.md 131
    if held and not delivered and not scene.days:
        return _by_clock(scene, consignment=consignment, courier=courier)
    topic = f"mandate/{courier.person}/{consignment}/{day}"
    done, who = message("deed", deed=deed), courier.said
    if not granted:
        sentence = message("mandate.none", courier=who, deed=done, consignment=consignment, day=day)
        return scene.draft("mandate-missing", subject=consignment, sentence=sentence, topic=topic)
    last = granted[-1]
    days = message("mandate.other-days", first=last.first_day, last=last.last_day)
    why = message("mandate.delivered") if delivered else days
    if not delivered and last.ended is not None and last.ended <= scene.position:
        why = message("mandate.ended")
    sentence = message("mandate.not-covering", courier=who, deed=done, consignment=consignment, day=day, why=why)
    evidence = (last.event, scene.event_id)
    dated = why.key == "mandate.other-days"
    more = {"evidence": evidence, "topic": topic, "dated": dated}
    return scene.draft("mandate-ended", subject=consignment, sentence=sentence, **more)


def _by_clock(scene: Case, *, consignment: str, courier: Party) -> Draft:
    """Nobody can say on which day it was: that is said of the clock, not of the courier."""
    at = scene.event.at
    sentence = message("time.no-day", type=scene.type, at=at, consignment=consignment, courier=courier.said)
    return scene.draft("time-contradiction", subject=scene.device, sentence=sentence, topic=f"time/{scene.device}")


def _was_delivered(unit: Unit) -> bool:
    """Whether the consignment's journey had reached its end when this custodian took it."""
    return unit.is_at_its_end(unit.direction)


def check_recipient(scene: Case, *, receiving: Party, units: Sequence[Unit]) -> list[Draft]:
    """A consignment delivered to another station's mission or commission."""
    if receiving.kind not in ("mission", "commission"):
        return []
    # rules.md 28
    foreign = next((unit for unit in units if unit.station != receiving.office), None)
    if foreign is None:
        return []
    sentence = message("recipient.accepted", unit=foreign.unit, station=foreign.station, taker=receiving.said)
    return [scene.draft("wrong-recipient", subject=foreign.unit, sentence=sentence, topic=f"recipient/{foreign.unit}")]


def check_separation(scene: Case, *, releasing: Party, hands: Hands, receiving: Party) -> list[Draft]:
    """A courier does not sit on the commission that receives, unless a dispensation says so and its head of mission signs."""
    if receiving.kind not in ("commission", "mission") or seated(scene, hands=hands, station=receiving.office) is None:
        return []
    sentence = message("handover.separation", giver=releasing.said, taker=receiving.said)
    before = scene.event.offer if scene.type == "HandoverAnswered" else scene.existing()[0].act
    both = (before, scene.event_id)
    return [scene.draft("separation", subject=scene.event.units[0].unit, sentence=sentence, evidence=both)]
