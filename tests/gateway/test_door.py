"""The front door: what is appended, what is refused, and what is said under the gateway's key."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from custody.adapters.memory import MemoryLog
from custody.core.entries.receipts import open_receipt, open_refusal
from custody.courier.completion import countersign
from custody.courier.signatories import Signatory
from custody.gateway.front_door import FrontDoor
from schemas.envelope import Envelope, entry_hash, format_envelope, parse_envelope
from schemas.errors import LogUnavailable, NotEstablished, OutcomeUnknown, Refused
from tests.courier.two_stations import NOW, PACK, POUCH, Election

PACKING = {"type": "UnitPacked", "unit": PACK, "batch": "AYT-B01-1", "contents": [], "papers": 441}


def gateway_of(election: Election) -> Signatory:
    return election.cast.people["gateway-1"]


def test_a_signed_act_is_recorded_and_its_receipt_names_position_and_bytes(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    reply = election.door().submit(made.entry, at=NOW)
    assert reply.line() == f"recorded {election.size} {entry_hash(made.entry)} applied"
    receipt = open_receipt(reply.statement, gateways={gateway_of(election).key: gateway_of(election).public}.get)
    assert (receipt.position, receipt.entry, receipt.event) == (election.size, entry_hash(made.entry), made.event)
    assert (receipt.received_at, receipt.proof_promised_by) == (NOW, None)
    assert receipt.origin == f"kz-2015.invalid/kz-2015/{receipt.election[:16]}/0"


def test_the_same_bytes_again_are_not_appended_again(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    door = election.door()
    door.submit(made.entry, at=NOW)
    again = [door.submit(made.entry, at=NOW), election.door().submit(made.entry, at=NOW)]
    assert [reply.line() for reply in again] == [f"recorded {election.size} {entry_hash(made.entry)} duplicate"] * 2
    assert election.log.end() == election.size + 1


def test_an_act_whose_predecessor_is_missing_is_said_to_wait_and_to_apply_once_it_is_there(election: Election) -> None:
    first = election.act(PACKING, "cec-1", "cec-2")
    second = election.act(
        {"type": "UnitPacked", "unit": POUCH, "batch": None, "contents": [PACK], "papers": 441}, "cec-1", "cec-2"
    )
    door = election.door()
    assert door.submit(second.entry, at=NOW).status == "waiting"
    assert door.submit(first.entry, at=NOW).status == "applied"


def test_a_half_signed_act_is_a_finding_and_the_missing_signature_is_added(election: Election) -> None:
    made = election.act(PACKING, "cec-1", awaited=["cec-2"])
    whole = countersign(parse_envelope(made.entry), signatories=[election.cast.people["cec-2"]], device=None)
    door = election.door()
    half = door.submit(made.entry, at=NOW)
    assert half.line().endswith(" finding:below-threshold")
    assert door.submit(whole, at=NOW).line() == f"recorded {election.size + 1} {entry_hash(whole)} added"


def test_two_acts_on_one_predecessor_are_said_to_be_disputed(election: Election) -> None:
    said = {"type": "VoterListStated", "station": "AYT", "stage": "opening", "voters": 436, "signatures": None}
    one = election.act(said, "ayt-chair", "ayt-secretary")
    other = election.act(said, "cec-1", "cec-2")
    door = election.door()
    assert [door.submit(made.entry, at=NOW).status for made in (one, other)] == ["applied", "disputed"]


def test_an_event_of_another_election_is_recorded_with_its_finding(election: Election) -> None:
    made = election.act({**PACKING, "election": "0" * 64}, "cec-1", "cec-2")
    assert election.door().submit(made.entry, at=NOW).line().endswith(" finding:wrong-election")


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff\xfe", b"[" * 100_000, bytes(70_000)])
def test_what_is_no_event_is_refused_under_the_gateways_key_and_not_appended(election: Election, data: bytes) -> None:
    reply = election.door().submit(data, at=NOW)
    refusal = open_refusal(reply.statement, gateways={gateway_of(election).key: gateway_of(election).public}.get)
    assert reply.line() == f"refused {refusal.code}"
    assert (refusal.entry, refusal.judged_by, refusal.refused_at) == (entry_hash(data), election.size - 1, NOW)
    assert election.log.end() == election.size


def test_an_unlisted_signature_is_refused(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    more = countersign(parse_envelope(made.entry), signatories=[election.cast.people["cec-3"]], device=None)
    assert election.door().submit(more, at=NOW).line() == "refused signature-unlisted"


def test_a_false_signature_is_refused(election: Election) -> None:
    envelope = parse_envelope(election.act(PACKING, "cec-1", "cec-2").entry)
    first, *rest = envelope.signatures
    forged = format_envelope(Envelope(envelope.payload, (type(first)(first.keyid, rest[0].sig), *rest)))
    assert election.door().submit(forged, at=NOW).line() == "refused signature-invalid"


def test_a_key_that_was_never_enrolled_is_refused(election: Election) -> None:
    people = election.cast
    stranger = people.signatory("ghost", role="courier", office="MFA")
    said = {"type": "DispensationGranted", "station": "AYT", "device": None}
    people.people["ghost"] = stranger
    people.device_of["ghost"] = "cec-device"
    try:
        made = election.act(said, "ghost")
    finally:
        del people.people["ghost"], people.device_of["ghost"]
    assert election.door().submit(made.entry, at=NOW).line() == "refused signature-unknown"


def test_a_key_enrolled_by_one_entry_counts_for_the_next(election: Election) -> None:
    door = election.door()
    election.packed()
    lines = [door.submit(kept.entry, at=NOW).status for kept in election.box("cec-device").kept()]
    assert lines == ["applied"] * 4


class Moody(MemoryLog):
    """A log whose appends end as it was told: "kept" or "lost" with an unknown outcome, or "down"."""

    def __init__(self, moods: Sequence[str]) -> None:
        super().__init__()
        self.moods = list(moods)

    def append(self, entries: Sequence[bytes]) -> None:
        mood = self.moods.pop(0) if self.moods and self.end() else ""
        if mood == "down":
            raise LogUnavailable("log-down", "The log does not answer.")
        if mood != "lost":
            super().append(entries)
        if mood in ("lost", "kept"):
            raise OutcomeUnknown("log-unknown", "Nobody knows.")


@pytest.mark.parametrize("moods", [["kept"], ["lost"], ["lost", "kept"], ["lost", "lost", "lost"]])
def test_after_an_unknown_outcome_the_identical_bytes_are_recorded_once_they_are_read(
    election: Election, moods: list[str]
) -> None:
    log = Moody(moods)
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    made = election.act(PACKING, "cec-1", "cec-2")
    reply = FrontDoor(log, private=gateway_of(election).private).submit(made.entry, at=NOW)
    assert reply.line() == f"recorded {election.size} {entry_hash(made.entry)} applied"
    assert log.end() == election.size + 1


def test_a_log_that_never_keeps_is_never_said_to_have_kept(election: Election) -> None:
    log = Moody(["lost"] * 10)
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    made = election.act(PACKING, "cec-1", "cec-2")
    with pytest.raises(OutcomeUnknown):
        FrontDoor(log, private=gateway_of(election).private).submit(made.entry, at=NOW)


def test_a_log_that_is_down_takes_nothing_and_says_so(election: Election) -> None:
    log = Moody(["down"])
    log.append([record.entry for record in election.log.read(start=0, limit=1_000)])
    made = election.act(PACKING, "cec-1", "cec-2")
    door = FrontDoor(log, private=gateway_of(election).private)
    with pytest.raises(LogUnavailable):
        door.submit(made.entry, at=NOW)
    assert door.submit(made.entry, at=NOW).status == "applied"


def test_a_door_needs_a_log_that_begins_with_an_election(election: Election) -> None:
    with pytest.raises(NotEstablished, match="no-genesis"):
        FrontDoor(MemoryLog(), private=gateway_of(election).private)


def test_a_receipt_by_any_other_key_does_not_count(election: Election) -> None:
    made = election.act(PACKING, "cec-1", "cec-2")
    reply = election.door().submit(made.entry, at=NOW)
    with pytest.raises(Refused, match="receipt-key"):
        open_receipt(reply.statement, gateways=lambda _: None)
