"""The monitor's notes: each step of silence once, whatever is restarted, doubled, late or forged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.journal import journal
from consumers.service import ServiceStatus
from consumers.silence import Notes, Noting
from custody.adapters.memory import MemoryLog
from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.courier.signatories import Signatory
from custody.ports import Alarm, Log, LogRecord
from schemas.envelope import parse_envelope
from schemas.errors import LogUnavailable, NotEstablished, OutcomeUnknown, Unavailable
from schemas.identifiers import epoch_seconds
from schemas.transfer import OverdueNoted
from schemas.union import parse_event
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

HOUR = 3600
LEG = 3
"""of the four planned ones, the courier's to the mission: the only one with a deadline in the manifest"""


@dataclass
class World:
    """A pouch under way, of which nobody hears any more, on a log."""

    play: Play = field(default_factory=lambda: Play("AYT"))
    log: MemoryLog = field(default_factory=MemoryLog)

    def __post_init__(self) -> None:
        self.journey = Journey(self.play, "AYT").under_way()
        self.log.append(self.play.log)
        consignment = self.play.ledger.state.registers.consignments[self.journey.names.out]
        self.due = epoch_seconds(consignment.legs[LEG - 1].due or "")

    def monitor(self, badge: str = "monitor-1") -> Signatory:
        return self.play.stage.cast.people[badge]

    def notes(self, log: Log | None = None, *, badge: str = "monitor-1") -> Notes:
        return Notes(log or self.log, self.monitor(badge))

    def noted(self) -> Counter[tuple[int, str]]:
        """(leg, step) -> how many entries of the log note it."""
        events = [parse_event(parse_envelope(record.entry).payload) for record in self.log.read(start=0, limit=10_000)]
        return Counter((event.leg, event.step) for event in events if isinstance(event, OverdueNoted))

    def ledger(self) -> Ledger:
        ledger = Ledger.empty()
        for record in self.log.read(start=0, limit=10_000):
            ledger.apply(check_entry(record.entry, position=record.position, keys=ledger.public_key))
        return ledger


@pytest.fixture
def world() -> World:
    return World()


def at(moment: int) -> Callable[[int], int]:
    return lambda _: moment


def test_nothing_is_noted_before_the_hours_of_the_rules_have_passed(world: World) -> None:
    assert world.notes().turn(at(world.due + 6 * HOUR - 1)) == []
    assert world.noted() == {}


def test_each_step_is_noted_once_and_the_ledger_makes_one_finding_of_them(world: World) -> None:
    for hours in (6, 6, 11, 12, 13):
        world.notes().turn(at(world.due + hours * HOUR))
    assert world.noted() == {(LEG, "not-reported"): 1, (LEG, "overdue"): 1}
    (finding,) = [finding for finding in world.ledger().state.findings if finding.code == "overdue"]
    assert (finding.status, finding.station) == ("open", "AYT")


def test_whoever_looks_late_notes_only_how_far_the_silence_has_gone(world: World) -> None:
    world.notes().turn(at(world.due + 15 * HOUR))
    assert world.noted() == {(LEG, "overdue"): 1}


def test_a_station_is_at_risk_a_day_before_it_opens_for_every_leg_that_is_late(world: World) -> None:
    opens = epoch_seconds("2015-04-26T07:00:00+03:00")
    world.notes().turn(at(opens - 24 * HOUR - 1))
    assert world.noted() == {(LEG, "overdue"): 1}
    world.notes().turn(at(opens - 24 * HOUR))
    assert world.noted() == {(LEG, "overdue"): 1, (LEG, "station-at-risk"): 1, (LEG + 1, "station-at-risk"): 1}


def test_the_hours_are_those_of_the_rules_in_force(world: World) -> None:
    rules = world.play.ledger.state.rules_now().rules.model_copy(update={"silence_reported_hours": 2})
    world.play.act({"type": "RulesSet", "rules": rules.model_dump(mode="json")}, by=("cec-1", "cec-2"))
    world.log.append(world.play.log[-1:])
    assert [silence.step for silence in world.notes().turn(at(world.due + 2 * HOUR))] == ["not-reported"]


def test_a_leg_that_was_walked_is_not_silent(world: World) -> None:
    before = len(world.play.log)
    world.journey.over((world.journey.courier,), world.journey.who("officer"))
    world.log.append(world.play.log[before:])
    assert world.notes().turn(at(world.due + 13 * HOUR)) == []


def test_nothing_is_silent_on_a_log_that_was_closed(world: World) -> None:
    before = len(world.play.log)
    world.play.act({"type": "LogClosed", "reason": "annulled"}, by=("cec-1", "cec-2"))
    world.log.append(world.play.log[before:])
    assert world.notes().turn(at(world.due + 13 * HOUR)) == []


def test_a_restarted_monitor_reads_from_the_log_what_was_noted(world: World) -> None:
    for _ in range(3):
        world.notes().turn(at(world.due + 7 * HOUR))
    assert world.noted() == {(LEG, "not-reported"): 1}


def test_two_monitors_with_one_key_write_the_same_bytes_whoever_comes_first_and_whenever(world: World) -> None:
    first, second = world, World()
    first.notes().turn(at(first.due + 6 * HOUR))
    second.notes().turn(at(second.due + 9 * HOUR))
    (one, other) = (each.log.read(start=each.log.end() - 1, limit=1)[0].entry for each in (first, second))
    assert one == other


def test_two_monitors_with_keys_of_their_own_take_turns_and_note_once(world: World) -> None:
    second = Signatory("monitor-2", "monitor", "CEC", None, Ed25519PrivateKey.from_private_bytes(b"2" * 32))
    before = len(world.play.log)
    world.play.enrol(second)
    world.log.append(world.play.log[before:])
    moment = at(world.due + 7 * HOUR)
    late = Notes(world.log, second, alone=lambda: first_comes(world.notes(), moment))
    assert late.turn(moment) == []
    assert world.noted() == {(LEG, "not-reported"): 1}


@contextmanager
def first_comes(first: Notes, moment: Callable[[int], int]) -> Iterator[None]:
    """Whoever has to wait for the other finds the other's note on the log."""
    assert len(first.turn(moment)) == 1
    yield


def test_a_monitor_that_another_one_keeps_out_notes_nothing(world: World) -> None:
    with pytest.raises(Unavailable, match="runner-active"):
        Notes(world.log, world.monitor(), alone=busy).turn(at(world.due + 7 * HOUR))
    assert world.noted() == {}


@contextmanager
def busy() -> Iterator[None]:
    yield from _refused()


def _refused() -> Iterator[None]:
    raise Unavailable("runner-active", "Another monitor is at it.")


class Doubtful:
    """A log whose appends end unknown: ``lands`` says whether they are on it all the same."""

    def __init__(self, log: MemoryLog, *, lands: bool) -> None:
        self.inner = log
        self.lands = lands

    def end(self) -> int:
        return self.inner.end()

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        return self.inner.read(start=start, limit=limit)

    def append(self, entries: Sequence[bytes]) -> None:
        if self.lands:
            self.inner.append(entries)
        raise OutcomeUnknown("append-unknown", "Nobody knows.")


@pytest.mark.parametrize("what", ["lands", "is lost"])
def test_a_note_whose_outcome_is_unknown_is_made_good_and_stands_once(world: World, what: str) -> None:
    moment = at(world.due + 7 * HOUR)
    notes = world.notes(Doubtful(world.log, lands=what == "lands"))
    with pytest.raises(OutcomeUnknown):
        notes.turn(moment)
    notes.log = world.log
    notes.turn(moment)
    assert world.noted() == {(LEG, "not-reported"): 1}


def test_a_note_that_lands_twice_counts_once(world: World) -> None:
    world.notes().turn(at(world.due + 7 * HOUR))
    world.log.append([world.log.read(start=world.log.end() - 1, limit=1)[0].entry])
    assert world.notes().turn(at(world.due + 7 * HOUR)) == []
    assert len([item for item in world.ledger().state.findings if item.code == "overdue"]) == 1


def test_who_is_no_monitor_cannot_keep_the_monitor_from_noting(world: World) -> None:
    consignment = world.play.ledger.state.registers.consignments[world.journey.names.out]
    said = {"type": "OverdueNoted", "consignment": consignment.consignment, "leg": LEG, "step": "not-reported"}
    forged = {**said, "due": consignment.legs[LEG - 1].due, "units": [world.journey.pouch]}
    world.play.wait(hours=200)
    world.play.act(forged, by=(world.journey.courier,))
    world.log.append(world.play.log[-1:])
    assert len(world.notes().turn(at(world.due + 7 * HOUR))) == 1
    assert world.noted() == {(LEG, "not-reported"): 2}


def test_what_the_ledger_refuses_of_the_monitor_is_not_said_again_and_again(world: World) -> None:
    rules = world.play.ledger.state.rules_now().rules.model_dump(mode="json")
    for row in rules["signatures"]:
        if row["type"] == "OverdueNoted":
            row["quorums"][0]["persons"] = 2
    world.play.act({"type": "RulesSet", "rules": rules}, by=("cec-1", "cec-2"))
    world.log.append(world.play.log[-1:])
    for _ in range(3):
        world.notes().turn(at(world.due + 7 * HOUR))
    assert world.noted() == {(LEG, "not-reported"): 1}
    assert "below-threshold" in {finding.code for finding in world.ledger().state.findings}


def test_a_key_that_is_not_enrolled_as_a_monitors_notes_nothing_and_says_so(world: World) -> None:
    stranger = Signatory("monitor-9", "monitor", "CEC", None, Ed25519PrivateKey.from_private_bytes(b"9" * 32))
    for signatory in (stranger, world.monitor("gateway-1")):
        with pytest.raises(NotEstablished, match="monitor-not-enrolled"):
            Notes(world.log, signatory).turn(at(world.due + 7 * HOUR))
    assert world.noted() == {}


def test_a_service_notes_nothing_while_an_alarm_about_the_topic_stands_and_tells_what_goes_wrong(world: World) -> None:
    desk = ServiceStatus("monitor", journal("monitor"))
    opened = Opening(world.log)
    noting = Noting(opened, world.monitor(), at(world.due + 7 * HOUR))
    desk.tell_topic([Alarm("topic-settings", "Not as it must be.")])
    assert (noting.look(desk), world.noted()) == ((), {})
    desk.tell_topic([])
    opened.error = LogUnavailable("log-not-reached", "Nobody answers.")
    assert [alarm.code for alarm in noting.look(desk)] == ["log-not-reached"]
    opened.error = None
    assert (noting.look(desk), world.noted()) == ((), {(LEG, "not-reported"): 1})
    noting.close()
    assert opened.closed == 1


@dataclass
class Opening:
    """How a service comes by its log; it may fail."""

    log: MemoryLog
    error: LogUnavailable | None = None
    closed: int = 0

    @contextmanager
    def _opened(self) -> Iterator[Log]:
        if self.error is not None:
            raise self.error
        yield self.log
        self.closed += 1

    def __call__(self) -> AbstractContextManager[Log]:
        return self._opened()
