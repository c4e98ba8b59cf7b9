"""Submissions taken together mean exactly what they mean one by one, whatever is among them and whoever else writes."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from custody.adapters.memory import MemoryLog
from custody.core.entries import signing
from custody.core.entries.receipts import SignedReply, open_receipt
from custody.courier.completion import countersign
from custody.gateway.front_door import Answer, FrontDoor
from custody.ports import LogRecord
from schemas.envelope import Envelope, entry_hash, format_envelope, parse_envelope
from schemas.errors import LogUnavailable, OutcomeUnknown
from tests.courier.two_stations import NOW, Election
from tests.gateway.reference_door import ReferenceDoor, Said
from tests.gateway.test_door import PACKING, Moody, gateway_of
from tests.worlds import DEVICE, OBSERVER, World, fold

GATEWAY = World().key("gateway")[0]


def said(answer: Answer) -> Said:
    assert isinstance(answer, SignedReply), answer
    return Said(answer.position, answer.status, answer.codes)


def door_over(entries: Sequence[bytes]) -> tuple[FrontDoor, MemoryLog]:
    log = MemoryLog()
    log.append(entries)
    return FrontDoor(log, private=GATEWAY), log


def stripped(entry: bytes, *, of: int) -> bytes:
    envelope = parse_envelope(entry)
    kept = [one for place, one in enumerate(envelope.signatures) if place != of]
    return format_envelope(Envelope(envelope.payload, tuple(kept)))


def forged(entry: bytes) -> bytes:
    envelope = parse_envelope(entry)
    first, *rest = envelope.signatures
    return format_envelope(Envelope(envelope.payload, (type(first)(first.keyid, bytes(64)), *rest)))


def submissions(seed: int) -> list[bytes]:
    """An honest log from its second entry on, shuffled a little, with repeats, stripped and forged variants and rubbish."""
    draw = random.Random(seed)
    entries: list[bytes] = []
    honest: list[bytes] = []
    for entry in World(seed=seed).some(60)[1:]:
        entries.append(entry)
        honest.append(entry)
        if draw.random() < 0.3:
            entries.append(draw.choice(entries))
        if draw.random() < 0.3:
            entries.insert(draw.randrange(len(entries) + 1), stripped(entry, of=draw.randrange(2)))
        if draw.random() < 0.2:
            entries.append(forged(draw.choice(honest)) if draw.random() < 0.7 else b"rubbish")
    for _ in range(12):
        one, other = draw.randrange(len(entries)), draw.randrange(len(entries))
        entries[one], entries[other] = entries[other], entries[one]
    return entries


@pytest.mark.parametrize("seed", range(12))
def test_together_they_get_the_answers_that_they_get_one_by_one(seed: int) -> None:
    entries, genesis = submissions(seed), World(seed=seed).genesis
    plain = ReferenceDoor([genesis])
    expected = [plain.submit(entry) for entry in entries]
    draw = random.Random(seed)
    door, log = door_over([genesis])
    found: list[Said] = []
    while len(found) < len(entries):
        size = draw.choice([1, 2, 7, 40, 200])
        found += [said(answer) for answer in door.submit_many(entries[len(found) : len(found) + size], at=NOW)]
    assert found == expected
    assert [record.entry for record in log.read(start=0, limit=1_000)] == plain.entries
    assert door.ledger.state_digest() == plain.ledger.state_digest() == fold(plain.entries).state_digest()


def test_a_key_enrolled_earlier_in_the_same_batch_counts_for_what_follows() -> None:
    world = World()
    entries = [world.enrolment(DEVICE, OBSERVER), world.station("AAT")]
    only_device = format_envelope(
        Envelope(
            parse_envelope(entries[1]).payload,
            tuple(one for one in parse_envelope(entries[1]).signatures if one.keyid == world.key(DEVICE)[1]),
        )
    )
    door, _ = door_over([world.genesis])
    answers = door.submit_many([entries[0], only_device, entries[1]], at=NOW)
    assert [said(answer).status for answer in answers] == ["applied", "finding", "added"]


def test_what_was_looked_at_before_a_key_was_enrolled_is_looked_at_again() -> None:
    world = World()
    enrolment, station = world.enrolment(DEVICE, OBSERVER), world.station("AAT")
    door, log = door_over([world.genesis])
    looked = [door.look(entry) for entry in (station, forged(station))]
    log.append([enrolment])  # by another gateway
    assert [said(answer).status for answer in door.submit_many(looked, at=NOW)] == ["applied", "refused"]
    assert door.ledger.state_digest() == fold([world.genesis, enrolment, station]).state_digest()


def test_a_key_revoked_meanwhile_still_counts_at_the_door_and_nowhere_else(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    door = election.door()
    looked = door.look(made.entry)
    key = election.cast.people["cec-2"].key
    revoked = election.act({"type": "KeyRevoked", "key": key, "vouched_number": 0, "reason": "lost"}, "cec-1", "cec-3")
    election.log.append([revoked.entry])
    (answer,) = door.submit_many([looked], at=NOW)
    entries = [record.entry for record in election.log.read(start=0, limit=1_000)]
    assert door.ledger.state_digest() == fold(entries).state_digest()
    assert said(answer).position == len(entries) - 1


def test_every_signature_is_verified_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    genesis, *entries = world.some(40)
    door, _ = door_over([genesis, entries[0]])
    verified: list[bytes] = []

    def counting(*, public: bytes, message: bytes, signature: bytes) -> bool:
        verified.append(signature)
        return signing.verify_bulk(public=public, message=message, signature=signature)

    monkeypatch.setattr("custody.gateway.front_door.verify_bulk", counting)
    monkeypatch.setattr("custody.gateway.tail.verify_bulk", counting)
    door.submit_many(entries[1:], at=NOW)
    door.submit_many(entries[1:], at=NOW)
    assert verified == [one.sig for entry in entries[1:] for one in parse_envelope(entry).signatures]


def test_one_batch_is_one_append() -> None:
    world = World()
    appends: list[int] = []

    class Counting(MemoryLog):
        def append(self, entries: Sequence[bytes]) -> None:
            appends.append(len(entries))
            super().append(entries)

    log = Counting()
    log.append(world.some(12))
    source = world.entries()
    entries = [next(source) for _ in range(62)][12:]
    FrontDoor(log, private=GATEWAY).submit_many(entries, at=NOW)
    assert appends == [12, 50]


def test_two_doors_on_one_log_agree_and_the_second_to_ask_gets_the_firsts_position(election: Election) -> None:
    election.packed()
    entries = [kept.entry for kept in election.box("cec-device").kept()]
    one, other = election.door(), election.door()
    first = one.submit_many(entries[:3], at=NOW)
    second = other.submit_many(entries, at=NOW)
    assert [said(answer).position for answer in first + second[3:]] == [election.size + n for n in range(4)]
    assert [said(answer).status for answer in second] == ["duplicate"] * 3 + ["applied"]
    one.follow()
    assert one.ledger.state_digest() == other.ledger.state_digest()


class Interleaved(MemoryLog):
    """Another gateway appends just before this one does."""

    def __init__(self, others: list[list[bytes]]) -> None:
        super().__init__()
        self.others = others

    def append(self, entries: Sequence[bytes]) -> None:
        if self.end() and self.others:
            super().append(self.others.pop(0))
        super().append(entries)


def test_bytes_that_another_gateway_appended_a_moment_before_have_that_position_and_are_harmless_twice(
    election: Election,
) -> None:
    election.packed()
    entries = [kept.entry for kept in election.box("cec-device").kept()]
    log = Interleaved([[entries[1]]])
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    door = FrontDoor(log, private=gateway_of(election).private)
    answers = [said(answer) for answer in door.submit_many(entries, at=NOW)]
    assert [answer.position for answer in answers] == [
        election.size + 1,
        election.size,
        election.size + 3,
        election.size + 4,
    ]
    assert log.end() == election.size + 5
    kept = [record.entry for record in log.read(start=0, limit=1_000)]
    door.follow()
    assert door.ledger.state_digest() == fold(kept).state_digest()


@pytest.mark.parametrize("moods", [["kept"], ["lost"], ["lost", "kept"], ["lost", "down", "lost"], ["kept", "down"]])
def test_after_an_unknown_outcome_a_batch_is_recorded_once_read_and_every_receipt_is_true(
    election: Election, moods: list[str]
) -> None:
    election.packed()
    entries = [kept.entry for kept in election.box("cec-device").kept()]
    log = Moody(moods)
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    door = FrontDoor(log, private=gateway_of(election).private)
    answers = door.submit_many(entries, at=NOW)
    keys = {gateway_of(election).key: gateway_of(election).public}.get
    for answer, entry in zip(answers, entries, strict=True):
        assert isinstance(answer, SignedReply)
        receipt = open_receipt(answer.statement, gateways=keys)
        assert log.read(start=receipt.position, limit=1)[0].entry == entry
        assert receipt.entry == entry_hash(entry)


def test_a_log_that_goes_away_takes_nothing_of_a_batch(election: Election) -> None:
    election.packed()
    entries = [kept.entry for kept in election.box("cec-device").kept()]
    log = Moody(["down"])
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    door = FrontDoor(log, private=gateway_of(election).private)
    answers = door.submit_many(entries, at=NOW)
    assert {type(answer) for answer in answers} == {LogUnavailable}
    assert log.end() == election.size


class Half(MemoryLog):
    """The first append keeps the first two entries and says nothing; then the log cannot be read for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.armed = self.blind = False

    def append(self, entries: Sequence[bytes]) -> None:
        if not self.armed:
            super().append(entries)
            return
        self.armed, self.blind = False, True
        super().append(entries[:2])
        raise OutcomeUnknown("log-unknown", "Nobody knows.")

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        if self.blind:
            self.blind = False
            raise LogUnavailable("log-down", "The log does not answer.")
        return super().read(start=start, limit=limit)


def test_a_log_that_cannot_be_read_after_an_append_is_never_said_to_hold_nothing(election: Election) -> None:
    election.packed()
    entries = [kept.entry for kept in election.box("cec-device").kept()]
    log = Half()
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    door = FrontDoor(log, private=gateway_of(election).private)
    log.armed = True
    answers = door.submit_many(entries, at=NOW)
    assert [isinstance(answer, SignedReply) for answer in answers] == [True] * 4
    for answer, entry in zip(answers, entries, strict=True):
        position = said(answer).position
        assert position is not None
        assert log.read(start=position, limit=1)[0].entry == entry


def test_a_half_signed_act_and_its_completion_in_one_batch(election: Election) -> None:
    made = election.act(PACKING, "cec-1", awaited=["cec-2"])
    whole = countersign(parse_envelope(made.entry), signatories=[election.cast.people["cec-2"]], device=None)
    answers = [said(answer) for answer in election.door().submit_many([made.entry, whole, made.entry], at=NOW)]
    assert [answer.status for answer in answers] == ["finding", "added", "duplicate"]
