"""What brings no new valid signature is not written: it gets the receipt of the entry that has its signatures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations

from custody.adapters.memory import MemoryLog
from custody.core.entries.receipts import open_receipt
from custody.courier.completion import countersign
from custody.gateway.front_door import Answer, FrontDoor
from custody.gateway.holders import HOLDERS_MAX, Holder, Holders
from schemas.envelope import Envelope, entry_hash, format_envelope, parse_envelope
from tests.courier.two_stations import NOW, Election
from tests.gateway.test_door import PACKING, gateway_of
from tests.gateway.test_door_many import said


def parts(entry: bytes) -> list[bytes]:
    """The envelope with every part of its signatures, the largest first, itself not."""
    envelope = parse_envelope(entry)
    some = chain.from_iterable(
        combinations(envelope.signatures, size) for size in range(len(envelope.signatures) - 1, 0, -1)
    )
    return [format_envelope(Envelope(envelope.payload, kept)) for kept in some]


def only(entry: bytes, *places: int) -> bytes:
    envelope = parse_envelope(entry)
    return format_envelope(Envelope(envelope.payload, tuple(envelope.signatures[place] for place in places)))


def receipted(election: Election, answer: Answer) -> tuple[int, str]:
    assert said(answer).position is not None
    gateways = {gateway_of(election).key: gateway_of(election).public}
    receipt = open_receipt(answer.statement, gateways=gateways.get)  # type: ignore[union-attr]  # said() has seen to it
    return receipt.position, receipt.entry


def test_no_part_of_what_was_recorded_is_written_again(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    door = election.door()
    door.submit(made.entry, at=NOW)
    tried = parts(made.entry)
    assert len(tried) == 6
    for again in (door, election.door()):
        answers = again.submit_many(tried, at=NOW)
        assert {said(answer).status for answer in answers} == {"duplicate"}
        assert {receipted(election, answer) for answer in answers} == {(election.size, entry_hash(made.entry))}
    assert election.log.end() == election.size + 1


def test_the_reply_names_what_was_asked_and_the_receipt_what_is_there(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    door = election.door()
    door.submit(made.entry, at=NOW)
    part = only(made.entry, 0)
    reply = door.submit(part, at=NOW)
    assert (reply.entry, reply.event, reply.position) == (entry_hash(part), made.event, election.size)
    assert receipted(election, reply) == (election.size, entry_hash(made.entry))


def test_parts_in_one_batch_are_written_as_long_as_they_bring_something(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    batch = [only(made.entry, 0), only(made.entry, 1), only(made.entry, 0, 1), made.entry, only(made.entry, 1, 2)]
    answers = election.door().submit_many([*batch, batch[2]], at=NOW)
    first = election.size
    assert [said(answer).position for answer in answers] == [
        first,
        first + 1,
        first + 1,
        first + 2,
        first + 2,
        first + 2,
    ]
    assert [said(answer).status for answer in answers] == [
        "finding",
        "added",
        "duplicate",
        "added",
        "duplicate",
        "duplicate",
    ]
    assert election.log.end() == first + 3


def test_a_set_that_is_split_over_entries_gets_the_receipt_of_the_one_that_completed_it(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    door = election.door()
    for place in range(3):
        door.submit(only(made.entry, place), at=NOW)
    first = election.size
    assert receipted(election, door.submit(made.entry, at=NOW)) == (first + 2, entry_hash(only(made.entry, 2)))
    assert receipted(election, door.submit(only(made.entry, 0, 1), at=NOW)) == (
        first + 1,
        entry_hash(only(made.entry, 1)),
    )
    assert election.log.end() == first + 3


def test_an_event_of_another_election_is_written_once_too(election: Election) -> None:
    made = election.act({**PACKING, "election": "0" * 64}, "cec-1", "cec-2")
    door = election.door()
    for entry in (made.entry, *parts(made.entry)):
        door.submit(entry, at=NOW)
    assert election.log.end() == election.size + 1


def test_a_signature_that_nobody_can_verify_is_nothing_new(election: Election) -> None:
    people = election.cast
    ghost = people.signatory("ghost", role="cec-officer", office="CEC")
    people.people["ghost"], people.device_of["ghost"] = ghost, "cec-device"
    made = election.act(PACKING, "cec-1", awaited=["ghost"])
    door = election.door()
    door.submit(made.entry, at=NOW)
    doubtful = countersign(parse_envelope(made.entry), signatories=[ghost], device=None)
    reply = door.submit(doubtful, at=NOW)
    assert (reply.status, election.log.end()) == ("duplicate", election.size + 1)


def test_two_gateways_that_both_write_make_duplicates_and_nothing_else(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")

    class Late(MemoryLog):
        """Another gateway writes between this one's last look and its append."""

        def append(self, entries: Sequence[bytes]) -> None:
            if self.end():
                super().append([made.entry])
            super().append(entries)

    log = Late()
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    door = FrontDoor(log, private=gateway_of(election).private)
    answer = door.submit(only(made.entry, 0), at=NOW)
    assert (answer.status, log.end()) == ("duplicate", election.size + 2)
    assert door.submit(only(made.entry, 1), at=NOW).position == election.size


def test_what_is_kept_of_one_event_is_bounded() -> None:
    holders = Holders()
    for position in range(1_000):
        holders.add("e", holder=Holder(position, str(position), frozenset({f"{position}"})))
    assert len(holders.of("e")) == HOLDERS_MAX
