"""Cosigned notes on the log: their form, origin, size and root; what devices had seen; what both say about times."""

from __future__ import annotations

from base64 import b64encode
from itertools import permutations
from typing import Any

import pytest

from schemas.identifiers import epoch_seconds
from tests.core.ledger import witnesses
from tests.core.ledger.authority_stories import delay
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked

MINUTE = 60


@pytest.fixture
def journey() -> Journey:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    journey.play.act(witnesses.policy_set(), by=CEC)
    return journey


def both(play: Play, *, minutes: int = 0) -> dict[str, int]:
    at = witnesses.now(play, minutes=minutes)
    return {"alpha": at, "beta": at}


def logged(play: Play, data: bytes) -> str:
    return play.act(witnesses.noted(data), by=("checkpointer-1",))


# --- notes


def test_a_cosigned_note_of_this_log_is_applied(journey: Journey) -> None:
    witnesses.witnessed(journey.play, both(journey.play))
    assert journey.play.findings == []
    (note,) = journey.play.ledger.state.notes.values()
    assert set(note.cosigned.times) == {"alpha", "beta"}


def test_only_the_checkpointer_notes_checkpoints(journey: Journey) -> None:
    data = witnesses.note_bytes(journey.play, both(journey.play))
    event = journey.play.act(witnesses.noted(data), by=("monitor-1",))
    assert journey.play.status(event) == "recorded"
    assert journey.play.ledger.state.notes == {}


@pytest.mark.parametrize("wrong", ["origin", "root", "size", "key", "cosignature"])
def test_a_note_of_another_log_history_or_key_is_foreign(journey: Journey, wrong: str) -> None:
    play = journey.play
    wrongs: dict[str, dict[str, Any]] = {
        "origin": {"origin": play.ledger.state.origin[:-1] + "1"},
        "root": {"root": bytes(32)},
        "size": {"size": len(play.log) + 1},
    }
    told = wrongs.get(wrong, {})
    data = witnesses.note_bytes(play, both(play), **told)
    if wrong in ("key", "cosignature"):
        lines = data.decode().split("\n")
        place = 4 if wrong == "key" else 5
        name, encoded = lines[place].rsplit(" ", 1)
        lines[place] = f"{name} {encoded[:20]}{'A' if encoded[20] != 'A' else 'B'}{encoded[21:]}"
        data = "\n".join(lines).encode()
    event = logged(play, data)
    assert play.only("foreign-checkpoint").evidence == (event,)
    assert play.ledger.state.notes == {}


@pytest.mark.parametrize("data", [b"x", b"no note\n", b"\xff\xfe\n\n", b"a\n1\nb\n\n\xe2\x80\x94 a b\n"])
def test_bytes_that_are_no_note_are_malformed(journey: Journey, data: bytes) -> None:
    event = journey.play.act(
        {"type": "CheckpointWitnessed", "note": b64encode(data).decode(), "device": None}, by=("checkpointer-1",)
    )
    assert journey.play.only("malformed").evidence == (event,)


def test_a_note_over_fewer_entries_than_the_log_has_by_now_is_one_of_its_own(journey: Journey) -> None:
    logged(journey.play, witnesses.note_bytes(journey.play, both(journey.play), size=5))
    assert journey.play.findings == []


# --- the time of the log


def test_log_witnesses_and_no_longer_claims_make_the_time_of_the_log(journey: Journey) -> None:
    play = journey.play
    play.monitor_says(hours=100)
    assert play.ledger.state.log_time is None
    witnesses.witnessed(play, both(play))
    assert play.ledger.state.log_time == play.stage.now - MINUTE


def test_one_log_witness_with_a_wrong_clock_moves_no_time(journey: Journey) -> None:
    play = journey.play
    now = play.stage.now
    witnesses.witnessed(play, {"alpha": now, "beta": now + 5, "gamma": now + 365 * 86_400})
    assert play.ledger.state.log_time == now + 5


def test_below_a_quorum_nothing_is_proven(journey: Journey) -> None:
    witnesses.witnessed(journey.play, {"alpha": journey.play.stage.now})
    assert journey.play.ledger.state.log_time is None


def test_what_waits_expires_by_the_time_that_log_witnesses_prove(journey: Journey) -> None:
    play = journey.play
    play.hold(delay(journey), by=(journey.courier,))
    play.act(delay(journey), by=(journey.courier,))
    witnesses.witnessed(play, both(play))
    witnesses.witnessed(play, both(play, minutes=73 * 60))
    assert ("device-gap", "open") in play.codes_found()


# --- what a device had seen


def test_a_device_that_had_seen_an_older_note_than_before_is_told(journey: Journey) -> None:
    play = journey.play
    first, second = (witnesses.witnessed(play, both(play)) for _ in range(2))
    newer = play.act(delay(journey, seen=second), by=(journey.courier,))
    older = play.act(delay(journey, seen=first), by=(journey.courier,))
    finding = play.only("seen-regressed")
    assert set(finding.evidence) == {newer, older}
    assert finding.sentence == (
        "Device phone-ayt had seen less than before: with number 2 a checkpoint over 25 entries, with the next number one "
        "over 24."
    )


def test_a_device_that_had_seen_a_note_and_then_none_is_told(journey: Journey) -> None:
    play = journey.play
    seen = witnesses.witnessed(play, both(play))
    play.act(delay(journey, seen=seen), by=(journey.courier,))
    play.act(delay(journey), by=(journey.courier,))
    assert play.only("seen-regressed").sentence.endswith("with the next number none.")


def test_what_a_device_had_seen_is_compared_in_its_own_order_whatever_the_order_of_arrival(journey: Journey) -> None:
    play = journey.play
    first, second = (witnesses.witnessed(play, both(play)) for _ in range(2))
    start = len(play.log)
    for seen in (first, second, first):
        play.act(delay(journey, seen=seen), by=(journey.courier,))
    items = checked_all(play.log)
    told = [fold_checked([*items[:start], *order]) for order in permutations(items[start:])]
    found = {tuple((item.code, item.id) for item in ledger.state.findings) for ledger in told}
    assert len(found) == 1
    assert [code for code, _ in next(iter(found))] == ["seen-regressed"]


def test_a_checkpoint_that_the_log_does_not_hold_is_foreign_until_it_does(journey: Journey) -> None:
    play = journey.play
    size, data = len(play.log), witnesses.note_bytes(play, both(play))
    play.act(delay(journey, seen=witnesses.seen(play, data, size=size)), by=(journey.courier,))
    assert play.only("foreign-checkpoint").status == "open"
    note = logged(play, data)
    assert play.only("foreign-checkpoint").settled_by == note


@pytest.mark.parametrize("told", [{"origin": "kz-2015.invalid/kz-2015/0123456789abcdef/0"}, {"size": 3}])
def test_a_device_that_names_another_log_or_size_is_told(journey: Journey, told: dict[str, object]) -> None:
    play = journey.play
    seen = {**witnesses.witnessed(play, both(play)), **told}
    play.act(delay(journey, seen=seen), by=(journey.courier,))
    assert play.only("foreign-checkpoint").severity == "serious"


# --- claimed times


def test_a_claim_before_a_checkpoint_that_the_device_had_seen_is_a_contradiction(journey: Journey) -> None:
    play = journey.play
    seen = witnesses.witnessed(play, both(play, minutes=60))
    event = play.act(delay(journey, seen=seen), by=(journey.courier,))
    finding = play.only("time-contradiction")
    assert event in finding.evidence
    assert len(finding.evidence) == 2
    assert "a checkpoint that its device had seen was cosigned 58 min later" in finding.sentence


def test_a_claim_after_the_checkpoint_that_covers_it_is_a_contradiction(journey: Journey) -> None:
    play = journey.play
    play.act(delay(journey), by=(journey.courier,))
    witnesses.witnessed(play, both(play, minutes=-60))
    covered = [item for item in play.findings if item.code == "time-contradiction"]
    assert covered
    assert all("it was on the log when that was cosigned" in item.sentence for item in covered)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_claim_within_the_minutes_of_the_rules_is_no_contradiction(journey: Journey, minutes: int) -> None:
    play = journey.play
    seen = witnesses.witnessed(play, both(play, minutes=minutes))
    play.act(delay(journey, seen=seen), by=(journey.courier,))
    assert [code for code, _ in play.codes_found()] == []


def test_a_clock_at_1970_is_a_claim_that_log_witnesses_contradict(journey: Journey) -> None:
    play = journey.play
    seen = witnesses.witnessed(play, both(play))
    play.act(delay(journey, seen=seen, at="1970-01-01T00:00:00+00:00"), by=(journey.courier,))
    assert epoch_seconds("1970-01-01T00:00:00+00:00") == 0
    assert [code for code, _ in play.codes_found() if code != "clock-skew"] == [("time-contradiction")]


def test_without_log_witnesses_no_claimed_time_is_contradicted() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").under_way()
    play = journey.play
    seen = witnesses.witnessed(play, both(play, minutes=600))
    play.act(delay(journey, seen=seen), by=(journey.courier,))
    assert play.findings == []


# --- offers that nobody answers


def hours_proven(journey: Journey, hours: int, *, names: tuple[str, str] = ("alpha", "beta")) -> None:
    """Log witnesses prove that the log's hours went on by so many."""
    journey.play.wait(hours=hours)
    witnesses.witnessed(journey.play, dict.fromkeys(names, witnesses.now(journey.play)))


def test_an_offer_has_expired_once_log_witnesses_prove_that_its_hours_were_over(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer((journey.courier,), journey.who("officer"))
    hours_proven(journey, 1)
    hours_proven(journey, 71)
    assert play.offer_state(offer) == "offered"
    hours_proven(journey, 1)
    assert play.offer_state(offer) == "expired"
    assert play.only("offer-unanswered").status == "open"
    assert play.holder(journey.pouch) == "courier courier-ayt"


def test_an_answer_given_in_time_and_synced_later_makes_the_handover_all_the_same(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer((journey.courier,), journey.who("officer"))
    hours_proven(journey, 1)
    hours_proven(journey, 73)
    answer = journey.answer(offer, journey.who("officer"))
    assert play.offer_state(offer) == "accepted"
    assert play.only("offer-unanswered").settled_by == answer


def test_what_has_expired_is_offered_to_somebody_else_without_a_double_offer(journey: Journey) -> None:
    play = journey.play
    journey.offer((journey.courier,), journey.who("officer"))
    hours_proven(journey, 1)
    hours_proven(journey, 73)
    journey.offer((journey.courier,), ("courier-reserve",))
    assert [code for code, _ in play.codes_found()] == ["offer-unanswered"]


def test_one_log_witness_alone_proves_no_expiry(journey: Journey) -> None:
    offer = journey.offer((journey.courier,), journey.who("officer"))
    hours_proven(journey, 1)
    journey.play.wait(hours=73)
    witnesses.witnessed(journey.play, {"alpha": witnesses.now(journey.play)})
    assert journey.play.offer_state(offer) == "offered"


def test_without_log_witnesses_an_offer_is_unanswered_and_never_expired() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    offer = journey.offer((journey.courier,), journey.who("officer"))
    journey.play.monitor_says(hours=1)
    journey.play.monitor_says(hours=100)
    assert "offer-unanswered" in {finding.code for finding in journey.play.findings}
    assert journey.play.offer_state(offer) == "offered"


# --- plays, which claim other times than today's


def of_today(journey: Journey, *, days: int) -> list[str]:
    """What is raised where witnesses sign so many days after all claims, and a device then had seen that."""
    play = journey.play
    late = play.stage.now + days * 86_400
    seen = witnesses.witnessed(play, {"alpha": late, "beta": late})
    play.act(delay(journey, seen=seen), by=(journey.courier,))
    witnesses.witnessed(play, {"alpha": late + 60, "beta": late + 60})
    return [finding.code for finding in play.findings]


def test_a_witness_that_signs_today_s_time_under_a_play_raises_nothing(journey: Journey) -> None:
    assert of_today(journey, days=4_000) == []
    bounds = [record.covered_at_s for record in journey.play.ledger.state.records.values() if record.covered_at_s]
    assert min(bounds) > journey.play.stage.now + 3_999 * 86_400


def test_a_claim_a_few_days_before_what_its_device_had_seen_is_told_in_a_play_too(journey: Journey) -> None:
    assert of_today(journey, days=20) == ["time-contradiction"]


def test_outside_plays_a_claim_is_held_against_every_time_that_is_proven(journey: Journey) -> None:
    state = journey.play.ledger.state
    state.genesis = state.opening().model_copy(update={"domain": "cec.example.org"})
    assert of_today(journey, days=4_000) == ["time-contradiction"]
