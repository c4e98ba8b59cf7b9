"""Stories of the rulebook about authority: vouched events, officers' keys, one role a key, authority that came too late."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.courier.signatories import Signatory
from custody.demo.preparation import enrolment
from schemas.identifiers import unit_id
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, LOG_PRIVATE, Partial, Play
from tests.core.ledger.telling import tells

REGISTRARS: Final = ("registrar-1", "registrar-2")


def _delay(journey: Journey, *, reason: str = "weather") -> Partial:
    return {"type": "DelayReported", "units": [journey.pouch], "reason": reason}


def _revoked(play: Play, badge: str, *, by: tuple[str, ...] = REGISTRARS, **told: str | int) -> str:
    act = {"type": "KeyRevoked", "key": play.key(badge), "vouched_number": 0, "reason": "left-office", **told}
    return play.act(act, by=by)


def _enrolled(play: Play, *people: Signatory, by: tuple[str, ...] = REGISTRARS) -> str:
    rows = [enrolment(person, election=play.ledger.election) for person in people]
    return play.act({"type": "KeyEnrolled", "keys": rows}, by=by)


@tells("under-way", 98)
def a_stolen_key_does_not_act_under_an_old_number(journey: Journey) -> None:
    play = journey.play
    forged = play.forge(_delay(journey, reason="illness"), by=(journey.courier,))
    missing, second, third = (play.hold(_delay(journey), by=(journey.courier,)) for _ in range(3))
    play.record(second)
    _revoked(play, journey.courier, reason="stolen", vouched_number=4)
    play.put(forged)
    play.record(third, missing)


@tells("under-way", 106)
def a_device_that_nobody_enrolled_is_vouched_for(journey: Journey) -> None:
    _revoked(journey.play, journey.courier, vouched_device="ab" * 32, vouched_number=3)


@tells("at-mfa", 99)
def a_release_on_an_old_act_undoes_no_answered_handover(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
    for releasing in ("mfa-1", "mfa-2", "mfa-1"):
        play.record(play.hold(released, by=(releasing,)))


@tells("prepared", 100, 101)
def keys_of_officers_are_revoked_by_officers_and_the_root_stays_able_to_act(journey: Journey) -> None:
    play = journey.play
    _revoked(play, "cec-3")
    _revoked(play, "registrar-1")
    _revoked(play, "cec-3", by=CEC)
    _revoked(play, "cec-2", by=CEC)


@tells("prepared", 102, 103)
def a_key_has_one_role_and_a_badge_one_holder(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    new = play.stage.cast.signatory("new", role="courier", office="MFA")
    witness = witnesses.witness("alpha")[1]
    _enrolled(play, replace(new, private=LOG_PRIVATE))
    _enrolled(play, replace(new, private=witness))
    _enrolled(play, replace(new, badge="courier-ayt"))
    _enrolled(play, new)


@tells("prepared", 255)
def a_person_has_one_badge_whatever_the_registrars_say(journey: Journey) -> None:
    play = journey.play
    ghost = play.stage.cast.signatory("ghost", role="mission-officer", office="AYT")
    further = replace(ghost, person=play.tag(journey.courier))
    _enrolled(play, further)
    _enrolled(play, replace(further, badge=journey.courier))
    _enrolled(play, ghost)


@tells("prepared", 154)
def registrars_enrol_no_key_for_an_officer_in_another_role(journey: Journey) -> None:
    play = journey.play
    new = play.stage.cast.signatory("new", role="pouch-office", office="MFA")
    ghost = replace(new, person=play.tag("cec-1"), badge="cec-1")
    _enrolled(play, ghost)
    _enrolled(play, ghost, by=CEC)
    _enrolled(play, new)


@tells("at-mfa", 104, 105)
def a_mandate_that_came_too_late_settles_nothing(journey: Journey) -> None:
    play = journey.play
    journey.over(("mfa-1",), ("courier-reserve",))
    play.wait(hours=8)
    journey.mandate("courier-reserve")
    late = next(finding for finding in play.findings if finding.code == "mandate-missing")
    play.act({"type": "FindingAdjudicated", "finding": late.id, "chosen": None}, by=CEC)
    run = unit_id(office="CEC", kind="batch", number=2)
    order = play.act({"type": "PrintOrdered", "batch": run, "papers": 5}, by=CEC[:1], late=CEC[1:])
    half = next(finding for finding in play.findings if finding.code == "below-threshold")
    play.sign_late(order, by="cec-2")
    play.act({"type": "FindingAcknowledged", "finding": half.id}, by=("duty-1",))
