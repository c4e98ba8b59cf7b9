"""Between which moments an act was made: by what its device had seen, by what covered it, and along what it names (D11)."""

from __future__ import annotations

from itertools import permutations

import pytest

from custody.core.evidence.bracket_words import told as in_words
from custody.core.ledger import Ledger
from custody.core.state.brackets import Bracket
from custody.core.state.moments import moment
from custody.core.wording.messages import said
from schemas.identifiers import epoch_seconds
from tests.core.ledger import witnesses
from tests.core.ledger.authority_stories import delay
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play
from tests.core.ledger.proven_times import proven_times
from tests.core.ledger.witnesses import witnessed
from tests.demo.test_play_witnesses import fold

YEAR = 366 * 86_400


@pytest.fixture
def journey() -> Journey:
    made = Journey(Play("AYT", "ROM"), "AYT").under_way()
    made.play.act(witnesses.policy_set(), by=CEC)
    return made


def cosigned(journey: Journey, **ahead: int) -> Partial:
    """All three sign the log as it is, now, each so many seconds ahead of the play's clock; what devices then have seen."""
    now = journey.play.stage.now
    return witnessed(journey.play, {name: now + ahead.get(name, 0) for name in witnesses.NAMES})


def report(journey: Journey, **told: object) -> str:
    """The courier says something, once more and once again."""
    return journey.play.act(delay(journey, **told), by=(journey.courier,))


def bracket(journey: Journey, event: str) -> Bracket:
    """As the fold keeps it; which is what is worked out anew from everything on the log."""
    state = journey.play.ledger.state
    assert {name: state.bounds.of(name) for name in state.records} == proven_times(state)
    return state.bounds.of(event)


def told(journey: Journey, event: str) -> tuple[str | None, str | None]:
    """The bracket as the outcomes tell it, the last of them."""
    docs = [one.doc for one in journey.play.outcomes if one.kind in {"entry", "times"} and one.doc["event"] == event]
    return docs[-1]["not_before"], docs[-1]["not_after"]


def test_an_act_lies_between_what_its_device_had_seen_and_what_covered_it(journey: Journey) -> None:
    first = journey.play.stage.now
    event = report(journey, seen=cosigned(journey))
    last = journey.play.stage.now
    cosigned(journey)
    assert bracket(journey, event) == Bracket(first, last)


def test_what_had_seen_nothing_has_only_an_end_and_what_nothing_covers_only_a_beginning(journey: Journey) -> None:
    plain = report(journey)
    end = journey.play.stage.now
    open_ended = report(journey, seen=cosigned(journey))
    assert bracket(journey, plain) == Bracket(None, end)
    assert bracket(journey, open_ended) == Bracket(end, None)


def test_a_bound_passes_to_the_next_number_of_a_device_and_back_to_the_one_before(journey: Journey) -> None:
    first = journey.play.stage.now
    seen = cosigned(journey)
    one = report(journey, seen=seen)
    held = journey.play.hold(delay(journey, reason="border"), by=(journey.courier,))
    covered = journey.play.stage.now
    cosigned(journey)
    journey.play.record(held)
    assert bracket(journey, one) == Bracket(first, covered)
    assert bracket(journey, held) == Bracket(first, None)
    end = journey.play.stage.now
    cosigned(journey)
    assert bracket(journey, held).not_after == end


def test_an_old_note_seen_bounds_by_its_own_time(journey: Journey) -> None:
    first = journey.play.stage.now
    old = cosigned(journey)
    cosigned(journey)
    assert bracket(journey, report(journey, seen=old)).not_before == first


def test_a_note_that_the_log_does_not_hold_bounds_nothing(journey: Journey) -> None:
    data = witnesses.note_bytes(journey.play, dict.fromkeys(witnesses.NAMES, journey.play.stage.now))
    foreign = witnesses.seen(journey.play, data, size=len(journey.play.log))
    assert bracket(journey, report(journey, seen=foreign)).not_before is None


def test_a_note_of_another_size_than_it_has_bounds_nothing(journey: Journey) -> None:
    seen = {**cosigned(journey), "size": 3}
    assert bracket(journey, report(journey, seen=seen)).not_before is None


def test_a_regressed_note_leaves_the_bound_that_the_number_before_passes_on(journey: Journey) -> None:
    old = cosigned(journey)
    later = journey.play.stage.now
    new = cosigned(journey)
    report(journey, seen=new)
    regressed = report(journey, seen=old)
    assert journey.play.only("seen-regressed").status == "open"
    assert bracket(journey, regressed).not_before == later


def test_a_note_renewed_later_moves_no_end(journey: Journey) -> None:
    event = report(journey)
    end = journey.play.stage.now
    cosigned(journey)
    journey.play.wait(hours=5)
    cosigned(journey)
    assert bracket(journey, event).not_after == end


def test_one_clock_a_year_ahead_moves_neither_bound(journey: Journey) -> None:
    first = journey.play.stage.now
    event = report(journey, seen=cosigned(journey, gamma=YEAR))
    last = journey.play.stage.now
    cosigned(journey, alpha=YEAR)
    assert bracket(journey, event) == Bracket(first, last)


def test_below_a_quorum_nothing_is_bounded(journey: Journey) -> None:
    event = report(journey)
    witnessed(journey.play, {"alpha": journey.play.stage.now})
    assert bracket(journey, event) == Bracket(None, None)


def test_what_outcomes_tell_of_an_act_is_its_bracket_from_the_first_and_from_the_note_that_covers_it(
    journey: Journey,
) -> None:
    since = moment(journey.play.stage.now)
    event = report(journey, seen=cosigned(journey))
    assert told(journey, event) == (since, None)
    until = moment(journey.play.stage.now)
    cosigned(journey)
    assert told(journey, event) == (since, until)


def test_a_note_of_another_history_bounds_nothing_even_where_it_is_logged(journey: Journey) -> None:
    plain, size = report(journey), len(journey.play.log)
    at = dict.fromkeys(witnesses.NAMES, journey.play.stage.now)
    data = witnesses.note_bytes(journey.play, at, root=bytes(32))
    journey.play.act(witnesses.noted(data), by=("checkpointer-1",))
    event = report(journey, seen=witnesses.seen(journey.play, data, size=size))
    assert {finding.code for finding in journey.play.findings} == {"foreign-checkpoint"}
    assert bracket(journey, event) == Bracket(None, None)
    assert bracket(journey, plain) == Bracket(None, None)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_a_chain_arrives_its_bounds_pass_along_it(journey: Journey, order: tuple[int, ...]) -> None:
    first = journey.play.stage.now
    seen = cosigned(journey)
    held = [
        journey.play.hold(delay(journey, **fields), by=(journey.courier,))
        for fields in ({"seen": seen}, {"reason": "border"}, {"reason": "weather"})
    ]
    ends = []
    for place in order:
        journey.play.record(held[place])
        ends.append(journey.play.stage.now)
        cosigned(journey)
    for place, event in enumerate(held):
        until = min(end for end, other in zip(ends, order, strict=True) if other >= place)
        assert bracket(journey, event) == Bracket(first, until)


def test_a_note_that_is_logged_after_it_was_seen_bounds_from_then_on_and_so_what_follows(journey: Journey) -> None:
    now, size = journey.play.stage.now, len(journey.play.log)
    data = witnesses.note_bytes(journey.play, dict.fromkeys(witnesses.NAMES, now))
    one = report(journey, seen=witnesses.seen(journey.play, data, size=size))
    other = report(journey, reason="border")
    assert bracket(journey, other).not_before is None
    journey.play.act(witnesses.noted(data), by=("checkpointer-1",))
    assert bracket(journey, one).not_before == now
    assert bracket(journey, other).not_before == now
    assert told(journey, other)[0] == moment(now)


def silence(journey: Journey) -> tuple[str, int]:
    """The monitor notes that nobody was heard of on the courier's leg; its note, and the deadline."""
    leg = journey.play.ledger.state.registers.consignments[journey.names.out].legs[2]
    note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 3, "due": leg.due, "step": "overdue"}
    by = ("monitor-1",)
    return journey.play.act({**note, "units": [journey.pouch], "device": None}, by=by), epoch_seconds(leg.due or "")


def judged(journey: Journey) -> tuple[str | None, bool]:
    """What the silence says of its deadline, and whether a sentence tells it."""
    docs = [one.doc for one in journey.play.outcomes if one.kind == "finding" and one.doc["code"] == "overdue"]
    says = docs[-1]["settled_says"]
    return docs[-1]["settled_deadline"], says is not None and "Log witnesses prove" in str(said(says))


def test_who_ends_a_silence_late_with_an_act_of_before_has_proven_nothing_by_claiming_it(journey: Journey) -> None:
    journey.play.wait(hours=20)
    stop = journey.play.hold(delay(journey), by=(journey.courier,))
    journey.play.wait(hours=90)
    silence(journey)
    journey.play.record(stop)
    cosigned(journey)
    assert judged(journey) == ("undetermined", False)


def test_an_act_that_something_on_the_log_named_before_the_deadline_was_made_in_time(journey: Journey) -> None:
    journey.play.wait(hours=20)
    stop = journey.play.hold(delay(journey), by=(journey.courier,))
    remark = {"type": "ObserverRemarked", "units": [journey.names.stock]}
    journey.play.act(remark, by=(journey.courier,))
    cosigned(journey)
    journey.play.wait(hours=90)
    silence(journey)
    journey.play.record(stop)
    assert judged(journey) == ("undetermined", False)
    cosigned(journey)
    assert judged(journey) == ("met", True)


def test_an_act_that_had_seen_a_note_of_after_the_deadline_was_made_late_whatever_it_claims(journey: Journey) -> None:
    journey.play.wait(hours=20)
    claimed = journey.play.at(0)
    journey.play.wait(hours=90)
    silence(journey)
    report(journey, seen=cosigned(journey), at=claimed)
    assert judged(journey) == ("broken", True)
    assert {finding.code for finding in journey.play.findings} == {"overdue", "time-contradiction"}


def test_who_was_simply_later_is_late_and_nothing_more_is_said(journey: Journey) -> None:
    journey.play.wait(hours=110)
    silence(journey)
    report(journey, seen=cosigned(journey))
    cosigned(journey)
    assert judged(journey) == ("broken", False)


def test_in_an_honest_election_every_claim_lies_within_its_bracket() -> None:
    ledger: Ledger = fold()
    times, state = proven_times(ledger.state), ledger.state
    for name, record in state.records.items():
        since, until, at = times[name].not_before, times[name].not_after, epoch_seconds(record.at)
        assert since is None or since <= at
        assert until is None or at <= until
        if record.covered_at_s is not None:
            assert until is not None
            assert until <= record.covered_at_s
    assert sum(one.not_before is not None and one.not_after is not None for one in times.values()) > len(times) * 0.8


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (Bracket(0, 60), "certainly between 1 January 1970, 00:00 (UTC) and 1 January 1970, 00:01 (UTC)"),
        (Bracket(59, 61), "certainly between 1 January 1970, 00:00 (UTC) and 1 January 1970, 00:02 (UTC)"),
        (Bracket(0, None), "certainly after 1 January 1970, 00:00 (UTC)"),
        (Bracket(None, 0), "certainly before 1 January 1970, 00:00 (UTC)"),
        (Bracket(None, None), None),
    ],
)
def test_a_bracket_is_told_in_words(bounds: Bracket, words: str | None) -> None:
    assert in_words(bounds) == words
