"""Stories of the rulebook about who stands behind a log: rotated keys, the root, log witnesses, the closing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from custody.courier.signatories import Signatory
from custody.demo.preparation import enrolment
from schemas.identifiers import unit_id
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play
from tests.core.ledger.telling import tells

RUN = unit_id(office="CEC", kind="batch", number=2)
PRINT = {"type": "PrintOrdered", "batch": RUN, "papers": 5}


def delay(journey: Journey, **told: Any) -> Partial:
    """The courier reports something."""
    return {"type": "DelayReported", "units": [journey.pouch], "reason": "weather", **told}


def officer(play: Play, badge: str) -> Signatory:
    """Another officer, enrolled by the root."""
    person = play.stage.cast.signatory(badge, role="cec-officer", office="CEC")
    play.stage.cast.people[badge] = person
    play.stage.cast.device_of[badge] = "cec-device"
    rows = [enrolment(person, election=play.ledger.election)]
    play.act({"type": "KeyEnrolled", "keys": rows}, by=CEC)
    return person


def new_root(play: Play, *badges: str, threshold: int = 2) -> Partial:
    """These officers are the root from here on."""
    people = [play.stage.cast.people[badge] for badge in badges]
    keys = [{"public": one.public.hex(), "person": one.person, "badge": one.badge} for one in people]
    return {"type": "RootChanged", "root": {"threshold": threshold, "keys": keys}}


@tells("under-way", 75)
def a_lost_key_is_replaced_by_the_one_prepared_at_enrolment_and_by_no_other(journey: Journey) -> None:
    play = journey.play
    vouched, beyond = (
        play.hold(delay(journey, reason=reason), by=(journey.courier,)) for reason in ("weather", "other")
    )
    private = play.stage.cast.signatory("any-key", role="courier", office="MFA").private
    other = replace(play.stage.cast.people[journey.courier], badge="any-key", private=private)
    play.stage.cast.people["any-key"] = other
    wrong = witnesses.rotation(play, play.stage.cast.people[journey.courier], other.private)
    play.act(wrong, by=("any-key", journey.courier))
    witnesses.rotated(play, journey.courier, vouched=2)
    play.record(vouched, beyond)
    journey.over((f"{journey.courier}-next",), journey.who("officer"))


@tells("under-way", 97)
def the_last_decision_about_a_revoked_keys_act_is_in_force(journey: Journey) -> None:
    play = journey.play
    offer = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    revoked = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 1, "reason": "stolen"}
    play.act(revoked, by=("registrar-1", "registrar-2"))
    play.record(offer)
    finding = next(item for item in play.findings if item.code == "late-by-revoked-key")
    decision = {"type": "FindingAdjudicated", "finding": finding.id}
    play.act({**decision, "chosen": offer}, by=CEC)
    journey.answer(offer, journey.who("officer"))
    play.act({**decision, "chosen": None}, by=CEC)
    play.act({**decision, "chosen": offer}, by=CEC)


@tells("prepared", 76, 77)
def the_root_changes_under_the_old_and_the_new_threshold(journey: Journey) -> None:
    play = journey.play
    play.act(new_root(play, "cec-1", "cec-2", "mfa-1"), by=CEC)
    officer(play, "cec-4")
    officer(play, "cec-5")
    event = play.act(new_root(play, "cec-1", "cec-4", "cec-5"), by=CEC, late=("cec-4",))
    play.sign_late(event, by="cec-4")
    play.act(new_root(play, "cec-1", "cec-2", "cec-3"), by=CEC)


@tells("prepared", 78)
def what_no_rule_says_who_signs_counts_for_nothing(journey: Journey) -> None:
    rules = journey.play.ledger.state.rules_now().rules.model_dump(mode="json")
    left = [row for row in rules["signatures"] if row["type"] != "PrintOrdered"]
    journey.play.act({"type": "RulesSet", "rules": {**rules, "signatures": left}}, by=CEC)
    journey.play.act(PRINT, by=CEC)


@tells("prepared", 79)
def a_policy_whose_quorums_share_no_log_witness_is_refused(journey: Journey) -> None:
    journey.play.act(witnesses.policy_set(threshold=1), by=CEC)
    journey.play.act(witnesses.policy_set(), by=CEC)


@tells("prepared", 80)
def a_note_of_another_log_or_history_is_a_foreign_checkpoint(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    when = {"alpha": play.stage.now, "beta": play.stage.now}
    origin = "kz-2015.invalid/kz-2015/0123456789abcdef/0"
    for data in (
        witnesses.note_bytes(play, when, origin=origin),
        witnesses.note_bytes(play, when, root=b"\x01" * 32),
        witnesses.note_bytes(play, when, size=len(play.log) + 9),
        witnesses.note_bytes(play, when),
    ):
        play.act(witnesses.noted(data), by=("checkpointer-1",))


@tells("under-way", 81, 82)
def what_a_device_had_seen_is_on_the_log_and_never_older_than_before(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    first = witnesses.witnessed(play, {"alpha": play.stage.now, "beta": play.stage.now})
    second = witnesses.witnessed(play, {"alpha": play.stage.now, "beta": play.stage.now})
    play.act(delay(journey, seen=second), by=(journey.courier,))
    play.act(delay(journey, seen=first), by=(journey.courier,))
    data = witnesses.note_bytes(play, {"alpha": play.stage.now})
    unknown = witnesses.seen(play, data, size=len(play.log))
    play.act(delay(journey, seen=unknown), by=(journey.courier,))
    play.act(witnesses.noted(data), by=("checkpointer-1",))


@tells("under-way", 83)
def a_claimed_time_is_held_against_what_log_witnesses_prove(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    soon = witnesses.now(play, minutes=40)
    seen = witnesses.witnessed(play, {"alpha": soon, "beta": soon})
    play.act(delay(journey, seen=seen), by=(journey.courier,))
    play.wait(hours=5)
    play.act(delay(journey, reason="border"), by=("courier-reserve",))
    early = witnesses.now(play, minutes=-240)
    witnesses.witnessed(play, {"alpha": early, "gamma": early})


@tells("under-way", 171)
def a_play_is_not_held_to_the_day_on_which_it_is_played(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    today = witnesses.now(play, minutes=11 * 366 * 24 * 60)
    seen = witnesses.witnessed(play, {"alpha": today, "beta": today})
    play.act(delay(journey, seen=seen), by=(journey.courier,))


@tells("under-way", 29, 30)
def an_offer_that_log_witnesses_prove_expired_binds_its_units_no_more(journey: Journey) -> None:
    play = journey.play
    play.act(witnesses.policy_set(), by=CEC)
    offer = journey.offer((journey.courier,), journey.who("officer"))
    for hours in (1, 73):
        play.wait(hours=hours)
        witnesses.witnessed(play, {"alpha": witnesses.now(play), "beta": witnesses.now(play)})
    journey.offer((journey.courier,), ("courier-reserve",))
    journey.answer(offer, journey.who("officer"))


@tells("under-way", 84, 85)
def a_closed_log_waits_no_longer_and_nothing_moves_on_it(journey: Journey) -> None:
    play = journey.play
    kept = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    play.act(journey.answering(kept), by=journey.who("officer"))
    play.act({"type": "LogClosed", "reason": "completed"}, by=CEC)
    late = play.act(PRINT, by=CEC)
    play.record(kept)
    finding = next(item for item in play.findings if item.code == "after-close")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": late}, by=CEC)


@tells("prepared", 86)
def a_log_is_succeeded_by_another_from_its_own_entries(journey: Journey) -> None:
    play, size = journey.play, len(journey.play.log)
    root = play.ledger.state.tree.root(size).hex()
    event = {"type": "LogSucceeded", "successor": "cd" * 32, "successor_log": 1, "size": size}
    play.act({**event, "root": "ab" * 32}, by=CEC)
    play.act({**event, "root": root}, by=CEC[:1])
    play.act({**event, "root": root}, by=("cec-2", "cec-3"))
    play.act(PRINT, by=CEC)
