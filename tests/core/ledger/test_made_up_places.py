"""What somebody makes up without end is few findings: notes that no log has, offices that are none, colleagues in every mix."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import combinations
from random import Random
from typing import Any

from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked
from tests.core.ledger.test_one_person_many_units import Hostile, heads, told

_MANY = 24
_OFFICES = tuple(f"Q{first}{second}" for first in "ABCDE" for second in "ABCDE")[:_MANY]


def under_way() -> Journey:
    """A pouch with its courier, on a log that has log witnesses."""
    journey = Journey(Play(), "AYT").under_way()
    journey.play.act(witnesses.policy_set(), by=CEC)
    return journey


def delayed(journey: Journey, *, seen: dict[str, Any]) -> str:
    """The courier reports a delay on a device that says what it had seen."""
    report = {"type": "DelayReported", "reason": "weather", "units": [journey.pouch], "seen": seen}
    return journey.play.hold(report, by=(journey.courier,))


def every_way(journey: Journey, events: Sequence[str]) -> list[list[tuple[Any, ...]]]:
    """What is found once these events are on the log, in three orders."""
    play = journey.play
    items = checked_all([*play.log, *(play.held[event] for event in events)])
    start, own = len(play.log), list(items[len(play.log) :])
    orders = [own, own[::-1], Random(3).sample(own, len(own))]
    ledgers = [fold_checked([*items[:start], *order]) for order in orders]
    return [sorted((row.code, row.id, row.status, row.count) for row in ledger.state.findings) for ledger in ledgers]


def test_notes_that_no_log_has_are_one_finding_a_device_whatever_the_order() -> None:
    journey = under_way()
    size, note = len(journey.play.log), witnesses.note_bytes(journey.play, dict.fromkeys(("alpha", "beta"), 1))
    known = witnesses.seen(journey.play, note, size=size)
    made_up = [{**known, "note": sha256(bytes((number,))).hexdigest()} for number in range(_MANY)]
    events = [delayed(journey, seen=seen) for seen in made_up]
    first, *others = every_way(journey, events)
    assert [(code, status, count) for code, _, status, count in first] == [("foreign-checkpoint", "open", _MANY)]
    assert others == [first, first]


def test_a_note_that_comes_settles_what_named_it_and_the_others_stay() -> None:
    journey = under_way()
    play = journey.play
    size, note = len(play.log), witnesses.note_bytes(play, dict.fromkeys(("alpha", "beta"), play.stage.now))
    known = witnesses.seen(play, note, size=size)
    events = [delayed(journey, seen=known), delayed(journey, seen={**known, "note": "ab" * 32})]
    play.record(*events)
    play.act(witnesses.noted(note), by=("checkpointer-1",))
    is_open = [row for row in play.findings if row.status == "open"]
    assert [(row.code, row.count, row.evidence) for row in is_open] == [("foreign-checkpoint", 1, (events[1],))]


def test_notes_that_the_log_has_are_no_finding() -> None:
    journey = under_way()
    seen = witnesses.witnessed(journey.play, dict.fromkeys(("alpha", "beta"), journey.play.stage.now))
    events = [delayed(journey, seen=seen) for _ in range(3)]
    assert every_way(journey, events) == [[], [], []]


def test_offices_that_are_none_are_one_place() -> None:
    stage = Hostile()
    for number, office in enumerate(_OFFICES):
        stage.put(stage.invented((office,), salt=number))
    (finding,) = told(stage)
    assert (finding.code, finding.count) == ("below-threshold", _MANY)


def test_an_office_that_opens_is_a_place_of_its_own_whether_it_opens_before_or_after() -> None:
    writer = Hostile()
    entries = [writer.invented((office,), salt=number) for number, office in enumerate(_OFFICES[:4])]
    entries += [writer.invented(_OFFICES[1:2], salt=60 + number) for number in range(2)]
    opening = writer.station(_OFFICES[1])
    found = []
    for place in (0, 3, len(entries)):
        stage = Hostile()
        for entry in (*entries[:place], opening, *entries[place:]):
            stage.put(entry)
        found.append(sorted((row.id, row.count) for row in told(stage)))
    assert sorted(count for _, count in found[0]) == [3, 3]
    assert found[1:] == found[:1] * 2


def test_several_persons_make_as_many_findings_as_they_are_and_not_one_for_each_set_of_them() -> None:
    journey = Journey(Play(), "AYT").opened()
    people = (*journey.commission, "ayt-issuer")
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    mixes = [mix for size in (1, 2) for mix in combinations(people, size)]
    events = [journey.play.hold(act, by=mix) for mix in mixes]
    first, *others = every_way(journey, events)
    lacking = [count for code, _, _, count in first if code == "below-threshold"]
    assert (len(lacking), sum(lacking)) == (len(people), len(mixes))
    assert others == [first, first]


def test_what_one_honest_person_lacks_at_two_stations_stays_two_findings() -> None:
    stage = Hostile()
    for office in ("AAA", "AAB"):
        stage.put(stage.lacking((office,), salt=7))
    assert [row[3] for row in heads(stage)] == [1, 1]
