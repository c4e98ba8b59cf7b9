"""Sync: as often as anybody likes with the same result, nothing lost or doubled, and what the gateway does wrong is noticed."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from custody.core.entries.receipts import SignedReply, sign_receipt
from custody.core.evidence.falsified_receipts import format_evidence, parse_evidence, verify_false_receipt
from custody.courier.client import knowledge_of
from custody.courier.completion import countersign
from custody.courier.sync import sync
from custody.gateway.front_door import FrontDoor
from custody.ports import LogRecord
from schemas.envelope import Envelope, entry_hash, format_envelope, parse_envelope
from schemas.errors import Contradicted, LogUnavailable, OutcomeUnknown, Refused
from schemas.receipts import Receipt
from tests.courier.two_stations import NOW, PACK, POUCH, Election

PACKING = {"type": "UnitPacked", "unit": PACK, "batch": "AYT-B01-1", "contents": [], "papers": 441}


@pytest.fixture
def election(tmp_path: Path) -> Election:
    return Election(tmp_path)


class Gateway:
    """A front door between device and log that does what a test wants; plain if it wants nothing."""

    def __init__(self, door: FrontDoor) -> None:
        self.door = door

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        return self.door.submit(entry, at=at)

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        return self.door.read(start=start, limit=limit)


def test_everything_kept_is_recorded_in_the_order_in_which_it_was_made(election: Election) -> None:
    election.packed()
    report = election.sync("cec-device")
    kept = election.box("cec-device").kept()
    assert (report.recorded, report.refused, report.differs, report.stripped) == (4, [], [], [])
    assert [(item.status, item.position) for item in kept] == [("recorded", election.size + n) for n in range(4)]
    entries = election.log.read(start=election.size, limit=10)
    assert [record.entry for record in entries] == [item.entry for item in kept]


def test_syncing_again_changes_nothing(election: Election) -> None:
    election.packed()
    election.sync("cec-device")
    before = election.box("cec-device").kept()
    report = election.sync("cec-device")
    assert (report.recorded, report.learned, report.replies) == (0, 0, [])
    assert election.box("cec-device").kept() == before
    assert election.log.end() == election.size + 4


def test_a_device_learns_what_others_recorded(election: Election) -> None:
    mfa = election.box("mfa-device")
    assert knowledge_of(mfa).state.paths.head(POUCH) is None
    election.packed()
    election.sync("cec-device")
    election.sync("mfa-device")
    head = knowledge_of(mfa).state.paths.head(POUCH)
    assert head is not None
    assert head.consignment == "AYT-C01-U"


def test_nothing_is_called_proven_in_this_version(election: Election) -> None:
    election.packed()
    for _ in range(3):
        election.sync("cec-device")
    assert {item.status for item in election.box("cec-device").kept()} == {"recorded"}


class Flaky(Gateway):
    """Answers as the list says: "down", "lost" (nothing kept, outcome unknown), "kept" (kept, answer lost), "" (plainly)."""

    def __init__(self, door: FrontDoor, moods: Sequence[str]) -> None:
        super().__init__(door)
        self.moods = list(moods)

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        mood = self.moods.pop(0) if self.moods else ""
        if mood == "down":
            raise LogUnavailable("log-down", "The gateway does not answer.")
        reply = None if mood == "lost" else super().submit(entry, at=at)
        if reply is None or mood == "kept":
            raise OutcomeUnknown("gateway-timeout", "The gateway did not answer in time.")
        return reply


@pytest.mark.parametrize(
    "moods", [["down"], ["lost"], ["kept"], ["", "kept"], ["", "", "down"], ["kept", "kept", "kept"]]
)
def test_after_any_interruption_the_next_syncs_record_every_entry_once(election: Election, moods: list[str]) -> None:
    election.packed()
    box = election.box("cec-device")
    gateway = Flaky(election.door(), moods)
    reports = [sync(box, submitter=gateway, at=NOW) for _ in range(len(moods) + 1)]
    assert reports[0].interrupted
    assert {item.status for item in box.kept()} == {"recorded"}
    entries = [record.entry for record in election.log.read(start=election.size, limit=100)]
    assert entries == [item.entry for item in box.kept()]


def test_two_devices_synced_in_the_wrong_order_lose_and_double_nothing(election: Election) -> None:
    election.packed()
    election.sync("cec-device")
    offer = {"type": "HandoverOffered", "units": [POUCH], "to": [election.cast.people["mfa-1"].key], "nonce": "0" * 32}
    made = election.act(offer, "cec-1")
    election.box("mfa-device").keep([made.entry], source="pair")
    election.sync("mfa-device")
    answer = {"type": "HandoverAnswered", "offer": made.event, "result": "accepted", "found": "intact"}
    election.act(answer, "mfa-1")
    election.sync("mfa-device")
    election.sync("cec-device")
    hashes = [entry_hash(record.entry) for record in election.log.read(start=0, limit=1_000)]
    assert len(hashes) == len(set(hashes))
    head = election.door().ledger.state.paths.head(POUCH)
    assert head is not None
    assert str(head.custodian) == "MFA"
    assert not list(election.door().ledger.state.findings)


class Stripping(Gateway):
    """A gateway that takes one signature off every act before it records it, and answers about what it recorded."""

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        envelope = parse_envelope(entry)
        return super().submit(format_envelope(Envelope(envelope.payload, envelope.signatures[1:])), at=at)


class Lying(Stripping):
    """As before, but its receipts name the bytes that the device sent."""

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        honest = self.door.submit(entry, at=at)
        self.hidden = honest.position
        return honest

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        return [self._shown(record) for record in super().read(start=start, limit=limit)]

    def _shown(self, record: LogRecord) -> LogRecord:
        if record.position != getattr(self, "hidden", None):
            return record
        envelope = parse_envelope(record.entry)
        return LogRecord(record.position, format_envelope(Envelope(envelope.payload, envelope.signatures[1:])))


@pytest.mark.parametrize("gateway", [Stripping, Lying])
def test_an_act_that_was_stripped_of_a_signature_is_noticed(election: Election, gateway: type[Gateway]) -> None:
    election.act(PACKING, "cec-1", "cec-2")
    box = election.box("cec-device")
    report = sync(box, submitter=gateway(election.door()), at=NOW)
    assert len(report.stripped) == 1
    assert "1 signature(s) less" in report.stripped[0]
    assert len(report.differs) == 1
    assert [item.status for item in box.kept()] == ["sent"]


def test_an_earlier_version_of_an_act_with_fewer_signatures_is_not_called_stripped(election: Election) -> None:
    made = election.act(PACKING, "cec-1", awaited=["cec-2"])
    election.sync("cec-device")
    whole = countersign(parse_envelope(made.entry), signatories=[election.cast.people["cec-2"]], device=None)
    election.box("cec-device").keep_cosigned(whole, is_of_other_device=False)
    report = election.sync("cec-device")
    assert (report.recorded, report.stripped, report.differs) == (1, [], [])


def test_a_receipt_by_a_key_that_is_no_gateways_does_not_count(election: Election) -> None:
    election.act(PACKING, "cec-1", "cec-2")
    box = election.box("cec-device")
    report = sync(box, submitter=FrontDoor(election.log, private=election.cast.people["cec-3"].private), at=NOW)
    assert len(report.differs) == 1
    assert [(item.status, item.statement) for item in box.kept()] == [("sent", None)]


def test_a_log_that_is_another_one_than_before_stops_the_sync(election: Election) -> None:
    box = election.box("cec-device")

    class Other(Gateway):
        def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
            return [
                LogRecord(record.position, record.entry + b" ") for record in super().read(start=start, limit=limit)
            ]

    with pytest.raises(Contradicted, match="log-changed"):
        sync(box, submitter=Other(election.door()), at=NOW)


def test_a_receipt_that_the_changed_log_contradicts_is_kept_before_the_sync_stops(election: Election) -> None:
    election.act(PACKING, "cec-1", "cec-2")
    assert election.sync("cec-device").recorded == 1
    box = election.box("cec-device")
    (item,) = [kept for kept in box.kept() if kept.source != "known"]

    class Other(Gateway):
        def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
            return [
                LogRecord(record.position, record.entry + b" ") for record in super().read(start=start, limit=limit)
            ]

    with pytest.raises(Contradicted, match="log-changed"):
        sync(box, submitter=Other(election.door()), at=NOW)
    assert [(kept.statement, kept.position) for kept in box.evidence()] == [(item.statement, item.position)]


def test_a_refused_act_stays_and_is_sent_again(election: Election) -> None:
    people = election.cast
    stranger = people.signatory("ghost", role="courier", office="MFA")
    people.people["ghost"], people.device_of["ghost"] = stranger, "cec-device"
    try:
        election.act({"type": "DispensationGranted", "station": "AYT", "device": None}, "ghost")
    finally:
        del people.people["ghost"], people.device_of["ghost"]
    assert [line.split(": ")[1] for line in election.sync("cec-device").refused] == ["signature-unknown"]
    assert [item.status for item in election.box("cec-device").kept()] == ["refused"]
    assert len(election.sync("cec-device").refused) == 1


class FirstFalse(Gateway):
    """A gateway whose first receipt is for genesis's position; afterwards it is honest."""

    def __init__(self, door: FrontDoor, *, sign: Callable[[Receipt], bytes]) -> None:
        super().__init__(door)
        self.sign = sign
        self.told = 0

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        honest = super().submit(entry, at=at)
        self.told += 1
        if self.told > 1:
            return honest
        body = json.loads(b64decode(json.loads(honest.statement)["payload"]))
        return replace(honest, position=0, statement=self.sign(Receipt.model_validate({**body, "position": 0})))


def test_a_false_receipt_is_kept_for_ever_and_proves_what_the_gateway_signed(election: Election) -> None:
    election.act(PACKING, "cec-1", "cec-2")
    box, door = election.box("cec-device"), election.door()
    private = election.cast.people["gateway-1"].private
    gateway = FirstFalse(door, sign=lambda receipt: sign_receipt(receipt, private=private))
    report = sync(box, submitter=gateway, at=NOW)
    assert "position 0 (1 entry)" in report.differs[0]
    (kept,) = box.evidence()
    assert (kept.position, kept.kept_at) == (0, NOW)
    assert sync(box, submitter=gateway, at=NOW).recorded == 1
    assert kept in box.evidence()
    entries = [record.entry for record in election.log.read(start=0, limit=1_000)]
    (data,) = parse_evidence(format_evidence([kept.statement]))
    state = election.door().ledger.state
    proven = verify_false_receipt(data, state=state, entry_at=lambda position: entries[position])
    assert "position 0 (1 entry)" in proven.sentence()
    (item,) = box.kept()
    assert item.statement is not None
    with pytest.raises(Refused, match="evidence-not-proven"):
        verify_false_receipt(item.statement, state=state, entry_at=lambda position: entries[position])


@pytest.mark.parametrize("field", ["election", "origin", "entry", "event"])
def test_a_receipt_about_something_else_counts_for_nothing_and_says_so(election: Election, field: str) -> None:
    election.act(PACKING, "cec-1", "cec-2")
    box, private = election.box("cec-device"), election.cast.people["gateway-1"].private

    class Elsewhere(Gateway):
        def submit(self, entry: bytes, *, at: str) -> SignedReply:
            honest = super().submit(entry, at=at)
            body = json.loads(b64decode(json.loads(honest.statement)["payload"]))
            other = Receipt.model_validate({**body, field: "d" * 64})
            return replace(honest, statement=sign_receipt(other, private=private))

    report = sync(box, submitter=Elsewhere(election.door()), at=NOW)
    assert "counts for nothing" in report.differs[0]
    assert [(item.status, item.statement) for item in box.kept()] == [("sent", None)]
    assert box.evidence() == ()
