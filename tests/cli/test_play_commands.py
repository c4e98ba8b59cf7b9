"""``act``, ``cosign``, ``append``, ``people``: what they fill in, what they refuse, and that a failed command changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from schemas.envelope import Envelope, entry_hash, event_id, format_envelope, parse_envelope
from tests.cli.conftest import Commands

PACK: dict[str, Any] = {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441}
POUCH: dict[str, Any] = {"type": "UnitPacked", "unit": "AYT-P01-T", "contents": ["AYT-K01-W"], "papers": 441}
CEC = ("cec-1", "cec-2")


def payload(path: str) -> dict[str, Any]:
    said = json.loads(parse_envelope(Path(path).read_bytes()).payload)
    assert isinstance(said, dict)
    return said


def id_of(path: str) -> str:
    return event_id(parse_envelope(Path(path).read_bytes()).payload)


def test_an_act_is_completed_signed_and_written(custody: Commands) -> None:
    assert custody.act(PACK, *CEC).code == 0
    said = payload("out.event")
    root = (custody.place.path / "root.txt").read_text().strip()
    assert (said["election"], said["seen"], said["place"]) == (root, None, "CEC")
    assert [signer["part"] for signer in said["signers"]] == ["acting", "acting", "device"]
    assert [row["unit"] for row in said["units"]] == ["AYT-B01-1", "AYT-K01-W"]
    assert said["units"][1]["previous"] is None


def test_the_same_act_at_another_time_is_another_event_and_the_chain_goes_on(custody: Commands) -> None:
    custody.act(PACK, *CEC, out="a.event")
    custody.act(POUCH, *CEC, out="b.event", more=("--at", "2015-04-14T09:00:00+06:00"))
    first, second = payload("a.event"), payload("b.event")
    assert second["device"]["number"] == first["device"]["number"] + 1
    assert second["device"]["previous"] == id_of("a.event")
    assert second["at"] == "2015-04-14T09:00:00+06:00"


def test_append_says_for_each_file_what_became_of_it(custody: Commands) -> None:
    custody.act(PACK, *CEC, out="a.event")
    custody.act(POUCH, *CEC, out="b.event")
    Path("junk").write_bytes(b"{}")
    start = int(custody.append("b.event")[0].split()[1])
    ended = custody("append", "a.event", "b.event", "junk")
    hashes = [entry_hash(Path(name).read_bytes()) for name in ("a.event", "b.event")]
    assert ended.out.splitlines() == [
        f"recorded {start + 1} {hashes[0]} applied",
        f"recorded {start} {hashes[1]} duplicate",
        "refused envelope-field",
    ]
    assert ended.code == 65
    assert ended.err.startswith("custody: junk: nothing that custody writes: ")
    assert ended.err.count("\n") == 1


def test_append_writes_nothing_where_one_of_the_files_is_of_another_kind(custody: Commands) -> None:
    custody.act(PACK, *CEC, out="a.event")
    Path("unsigned").write_text(json.dumps(POUCH))
    ended = custody("append", "a.event", "unsigned")
    assert (ended.code, ended.out, ended.err.count("\n")) == (64, "", 1)
    assert "signed with custody act" in ended.err
    assert custody.append("a.event")[0].endswith(" applied")


def test_what_brings_no_new_valid_signature_is_answered_by_append_and_not_written(custody: Commands) -> None:
    custody.act(PACK, *CEC, out="whole.event")
    position = int(custody.append("whole.event")[0].split()[1])
    whole = parse_envelope(Path("whole.event").read_bytes())
    for place in range(len(whole.signatures)):
        kept = (*whole.signatures[:place], *whole.signatures[place + 1 :])
        Path("part.event").write_bytes(format_envelope(Envelope(whole.payload, kept)))
        assert custody.append("part.event") == [f"recorded {position} duplicate"]
    custody.act(POUCH, *CEC, out="next.event")
    assert int(custody.append("next.event")[0].split()[1]) == position + 1


def test_an_appended_act_is_in_the_books_at_once(custody: Commands) -> None:
    custody.act(PACK, *CEC)
    custody.append("out.event")
    assert "packed" in custody("show", "AYT-K01-W").out


def test_receipts_are_written_where_they_are_asked_for(custody: Commands) -> None:
    custody.act(PACK, *CEC)
    Path("receipts").mkdir()
    custody("append", "out.event", "--receipts", "receipts")
    assert b"receipt.v1" in Path("receipts/out.receipt.json").read_bytes()


def test_several_acts_are_made_in_one_command(custody: Commands) -> None:
    Path("made").mkdir()
    later = {**POUCH, "as": ["cec-2", "cec-3"], "claimed": "2015-04-14T09:00:00+06:00"}
    ended = custody("act", "--as", "cec-1", "--as", "cec-2", "--out", "made", "-", given=[PACK, later])
    assert (ended.code, sum(line.startswith("signed ") for line in ended.out.splitlines())) == (0, 2)
    first, second = payload("made/1.event"), payload("made/2.event")
    assert (second["device"]["previous"], second["at"]) == (id_of("made/1.event"), "2015-04-14T09:00:00+06:00")
    assert [len(one["signers"]) for one in (first, second)] == [3, 3]
    assert [line.split()[-1] for line in custody.append("made/1.event", "made/2.event")] == ["applied", "applied"]


def test_where_one_of_several_acts_cannot_be_made_it_is_said_which(custody: Commands) -> None:
    Path("made").mkdir()
    ended = custody("act", "--as", "cec-1", "--out", "made", "-", given=[PACK, UNKNOWN])
    assert (ended.code, ended.err.startswith("custody: Act 2 of 2, after 1 that are signed: AYT-P01-T ")) == (64, True)
    assert custody("act", "--as", "cec-1", "--out", "none", "-", given=[PACK]).code == 64
    assert custody("act", "--as", "cec-1", "--out", "made", "-", given=[]).code == 65


UNKNOWN = {"type": "HandoverOffered", "units": ["AYT-P01-T"], "to": ["mfa-1"]}


@pytest.mark.parametrize(
    "said",
    [
        UNKNOWN,
        {**UNKNOWN, "declared": {"packages": 1}},
        {"type": "ReleasedToCarrier", "units": ["AYT-P01-T"], "carrier": "XY", "mode": "hold"},
        {"type": "CollectedFromCarrier", "units": ["AYT-P01-T"], "found": "intact"},
        {"type": "CollectedFromCarrier", "units": ["AYT-P01-T"], "found": {"packages": 1}},
        {"type": "CollectedFromCarrier", "units": ["AYT-P01-T"], "found": {"seals": []}},
        {"type": "SealsChecked", "units": ["AYT-P01-T"], "seals": "intact"},
    ],
)
def test_nothing_is_filled_in_for_a_unit_that_the_device_does_not_know(custody: Commands, said: dict[str, Any]) -> None:
    before = custody.contents()
    ended = custody.act(said, "courier-ayt")
    assert (ended.code, ended.out, ended.err.count("\n")) == (64, "", 1)
    assert ": state " in ended.err or "State what was found" in ended.err
    assert custody.contents() == before


def test_what_is_stated_of_an_unknown_unit_is_signed_as_it_was_said(custody: Commands) -> None:
    declared = {"packages": 1, "papers": 441, "seals": ["CEC-000101-E"]}
    ended = custody.act({**UNKNOWN, "declared": declared}, "cec-1")
    assert (ended.code, payload("out.event")["declared"]) == (0, declared)
    lines = ended.out.splitlines()
    assert lines[0] == "  units     AYT-P01-T"
    assert [line for line in lines if line.startswith(("  declared", "  seal"))] == [
        "  declared  1 package declared, 441 papers",
        "  seal      CEC-000101-E",
    ]


def test_a_listed_person_cosigns_later_and_nobody_else_can(custody: Commands) -> None:
    custody.act(PACK, "cec-1", more=("--awaiting", "cec-2"))
    assert custody.append("out.event")[0].endswith("finding:below-threshold")
    refused = custody("cosign", "out.event", "--as", "cec-3")
    assert (refused.code, refused.err.count("\n")) == (64, 1)
    assert custody("cosign", "out.event", "--as", "cec-2", "--out", "whole.event").code == 0
    assert custody.append("whole.event")[0].endswith("added")


def test_a_device_names_what_was_countersigned_on_it_since(custody: Commands) -> None:
    said = {"type": "BallotsFoundDefective", "station": "AYT", "papers": 0}
    custody.act(said, "ayt-chair", more=("--awaiting", "cec-2"), out="a.event")
    custody("cosign", "a.event", "--as", "cec-2")
    custody.act(PACK, *CEC, out="b.event")
    custody.act(POUCH, *CEC, out="c.event")
    assert payload("b.event")["device"]["countersigned"] == [id_of("a.event")]
    assert payload("c.event")["device"]["countersigned"] == []


def test_everything_may_be_stated_to_cheat(custody: Commands) -> None:
    said = {
        **PACK,
        "election": "0" * 64,
        "place": "FRA",
        "device": {"number": 77, "previous": "1" * 64},
        "signers": [{"badge": "cec-1", "part": "present"}, {"badge": "cec-device"}],
        "units": [{"unit": "AYT-K01-W", "previous": "2" * 64}, "AYT-B01-1"],
    }
    assert custody.act(said, "cec-1").code == 0
    stated = payload("out.event")
    assert (stated["election"], stated["place"], stated["device"]["number"]) == ("0" * 64, "FRA", 77)
    assert [signer["part"] for signer in stated["signers"]] == ["present", "device"]
    assert stated["units"][0]["previous"] == "2" * 64


def test_a_new_person_gets_a_key_that_signs_after_it_was_enrolled(custody: Commands) -> None:
    rows = [{"badge": "ayt-deputy", "role": "deputy-chair", "office": "AYT"}]
    custody.act({"type": "KeyEnrolled", "keys": rows}, "registrar-1", "registrar-2", out="a.event")
    assert custody.append("a.event")[0].endswith("applied")
    found = next(row for row in json.loads(custody("people", "--json").out) if row["badge"] == "ayt-deputy")
    assert (found["role"], found["office"], found["device"], found["enrolled"]) == (
        "deputy-chair",
        "AYT",
        "ayt-device",
        True,
    )
    said = {"type": "BallotsFoundDefective", "station": "AYT", "papers": 0}
    custody.act(said, "ayt-deputy", "ayt-member", out="b.event")
    assert payload("b.event")["signers"][0]["key"] == found["key"]


def test_one_person_with_two_keys_has_one_tag(custody: Commands) -> None:
    rows = [{"badge": "ayt-chair-again", "role": "member", "office": "AYT", "person": "ayt-chair"}]
    custody.act({"type": "KeyEnrolled", "keys": rows}, "registrar-1", "registrar-2", out="a.event")
    custody.append("a.event")
    people = {row["badge"]: row for row in json.loads(custody("people", "--json").out)}
    assert people["ayt-chair-again"]["person"] == people["ayt-chair"]["person"]
    assert people["ayt-chair-again"]["key"] != people["ayt-chair"]["key"]


def test_revoking_a_persons_key_vouches_for_what_the_device_made(custody: Commands) -> None:
    custody.act(PACK, *CEC, out="a.event")
    custody.append("a.event")
    number = payload("a.event")["device"]["number"]
    custody.act({"type": "KeyRevoked", "key": "cec-3", "reason": "lost"}, *CEC, out="b.event")
    assert payload("b.event")["vouched_number"] == number
    assert custody.append("b.event")[0].endswith("applied")


def test_an_offer_is_answered_by_another_device_before_anything_is_appended(custody: Commands) -> None:
    custody.act(PACK, *CEC, out="1.event")
    custody.act(POUCH, *CEC, out="2.event")
    custody.act({"type": "SealsApplied", "seals": [{"unit": "AYT-P01-T", "seal": "CEC-000101-E"}]}, *CEC, out="3.event")
    legs = [{"releasing": "CEC", "receiving": "MFA"}, {"releasing": "MFA", "receiving": "courier"}]
    manifest = {"type": "ConsignmentManifested", "consignment": "AYT-C01-U", "station": "AYT", "direction": "out"}
    custody.act({**manifest, "units": ["AYT-P01-T"], "packages": 1, "papers": 441, "legs": legs}, *CEC, out="4.event")
    custody.act({"type": "HandoverOffered", "units": ["AYT-P01-T"], "to": ["mfa-1"]}, "cec-1", out="5.event")
    answer = {"type": "HandoverAnswered", "result": "accepted", "found": "intact"}
    custody.act({**answer, "offer": "5.event"}, "mfa-1", out="6.event")
    custody.act({"type": "HandoverOffered", "units": ["AYT-P01-T"], "to": ["courier-ayt"]}, "mfa-1", out="7.event")
    custody.act(
        {**answer, "offer": id_of("7.event")}, "courier-ayt", out="8.event", more=("--at", "2015-04-16T09:00:00+06:00")
    )
    lines = custody.append(*(f"{number}.event" for number in (8, 7, 6, 5, 4, 3, 2, 1)))
    assert [line.split()[-1] for line in lines] == ["waiting"] * 7 + ["applied"]
    assert "courier courier-ayt" in custody("show", "AYT-P01-T").out
    assert custody("findings", "--json").out.strip() == "[]"
    stop = {"type": "StopRecorded", "units": ["AYT-P01-T"], "purpose": "overnight", "seals": "intact"}
    custody.act(stop, "courier-ayt", out="9.event")
    custody.append("9.event")
    assert "with courier, held by courier courier-ayt (confirmed), at a stop\n" in custody("show", "AYT-P01-T").out
    custody.act(
        {"type": "LossDeclared", "units": ["AYT-P01-T"], "last_seen": None}, "courier-ayt", "mfa-1", out="10.event"
    )
    custody.append("10.event")
    assert "lost, held by nobody (uncertain), custody broken\n" in custody("show", "AYT-P01-T").out


BAD_ACTS: list[tuple[object, tuple[str, ...], int]] = [
    (b"", CEC, 64),
    (b"[1,2]", CEC, 65),
    (b'{"type":"UnitPacked","type":"UnitPacked"}', CEC, 65),
    (b'{"papers":1.5}', CEC, 65),
    (b"\xff\xfe{}", CEC, 65),
    (b"[" * 10_000, CEC, 65),
    ({}, CEC, 64),
    ({"type": "NoSuchEvent"}, CEC, 64),
    ({"type": ["UnitPacked"]}, CEC, 64),
    ({"type": "UnitPacked"}, CEC, 64),
    ({**PACK, "papers": -1}, CEC, 65),
    ({**PACK, "papers": "441"}, CEC, 65),
    ({**PACK, "papers": True}, CEC, 65),
    ({**PACK, "unknown": 1}, CEC, 65),
    ({**PACK, "units": 7}, CEC, 65),
    ({**PACK, "units": [7]}, CEC, 65),
    ({**PACK, "units": [{"unit": "AYT-K01-W", "previous": "no-such-file"}]}, CEC, 64),
    ({**PACK, "signers": 7}, CEC, 65),
    ({**PACK, "device": "cec-device"}, CEC, 65),
    ({**PACK, "unit": "AYT-K01-X"}, CEC, 65),
    (PACK, ("nobody",), 64),
    (PACK, ("cec-1", "cec-1"), 64),
    ({"type": "BatchAllocated", "batch": "CEC-B01-G", "lines": 3}, CEC, 65),
    ({"type": "BatchAllocated", "batch": "CEC-B01-G", "lines": ["x"]}, CEC, 65),
    ({"type": "HandoverOffered", "units": ["AYT-B01-1"], "to": "mfa-1"}, CEC, 65),
    ({"type": "HandoverOffered", "units": ["AYT-B01-1"], "to": [3]}, CEC, 65),
    ({"type": "HandoverAnswered", "offer": "0" * 64, "result": "accepted", "found": "intact"}, ("mfa-1",), 64),
    ({"type": "HandoverAnswered", "offer": 7, "result": "accepted", "found": "intact"}, ("mfa-1",), 64),
    ({"type": "KeyEnrolled", "keys": [{"badge": "x"}]}, CEC, 65),
    ({"type": "KeyEnrolled", "keys": [{"badge": "cec-1", "role": "cec-officer", "office": "CEC"}]}, CEC, 64),
    ({"type": "KeyEnrolled", "keys": [{"badge": "x y", "role": "member", "office": "AYT"}]}, CEC, 65),
    ({"type": "FindingAcknowledged", "finding": "abcd"}, ("duty-1",), 64),
    ({"type": "MandateEnded", "mandate": "ZZZ"}, ("mfa-1",), 64),
    ({"type": "KeyRevoked", "key": "nobody", "reason": "lost"}, CEC, 64),
]


@pytest.mark.parametrize(("said", "people", "code"), BAD_ACTS)
def test_an_act_that_cannot_be_made_says_one_sentence_and_changes_nothing(
    custody: Commands, said: object, people: tuple[str, ...], code: int
) -> None:
    before = custody.contents()
    signing = [word for badge in people for word in ("--as", badge)]
    ended = custody("act", *signing, "--out", "x.event", "-", given=said)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("custody: ")
    assert ended.err.count("\n") == 1
    assert custody.contents() == before
    assert not Path("x.event").exists()


BAD_CALLS: list[tuple[tuple[str, ...], int]] = [
    (("act", "--as", "cec-1", "--out", "x.event", "missing.json"), 64),
    (("act", "--as", "cec-1", "--out", "x.event", "."), 64),
    (("act", "--as", "cec-1", "--out", "no/such/x.event", "-"), 64),
    (("act", "--as", "cec-1", "-"), 64),
    (("act", "--out", "x.event", "-"), 64),
    (("act", "--as", "cec-1", "--out", "x.event", "--at", "yesterday", "-"), 65),
    (("act", "--as", "cec-1", "--out", "x.event", "--at", "2015-02-30T00:00:00+06:00", "-"), 65),
    (("act", "--as", "cec-1", "--out", "x.event", "--pin-file", "missing", "-"), 64),
    (("append", "missing.event"), 64),
    (("append",), 64),
    (("append", "--receipts", "missing", "-"), 64),
    (("cosign", "missing.event", "--as", "cec-1"), 64),
    (("cosign", "junk", "--as", "cec-1"), 64),
    (("nothing",), 64),
]


@pytest.mark.parametrize(("words", "code"), BAD_CALLS)
def test_a_command_that_cannot_be_done_says_one_sentence_and_changes_nothing(
    custody: Commands, words: tuple[str, ...], code: int
) -> None:
    Path("junk").write_bytes(b"\x00\xff")
    before = custody.contents()
    ended = custody(*words, given=PACK)
    assert (ended.code, ended.out) == (code, "")
    assert ended.err.startswith("custody: ")
    assert ended.err.count("\n") == 1
    assert custody.contents() == before
    assert sorted(path.name for path in custody.folder.iterdir()) == ["junk"]


def test_a_wrong_pin_opens_nothing(custody: Commands) -> None:
    Path("pin").write_text("123456\n")
    ended = custody.act(PACK, *CEC, more=("--pin-file", "pin"))
    assert ended.code == 65
    assert "PIN" in ended.err


def test_a_directory_that_is_no_demonstration_is_said_to_be_none(custody: Commands) -> None:
    shutil.rmtree(custody.place.path)
    for words in (("people",), ("append", "x"), ("cosign", "x", "--as", "cec-1")):
        Path("x").write_bytes(b"{}")
        ended = custody(*words)
        assert (ended.code, ended.err.count("\n")) == (64, 1)


def test_a_damaged_outbox_is_said_to_be_damaged(custody: Commands) -> None:
    custody.place.devices.mkdir()
    (custody.place.devices / "cec-device.sqlite").write_bytes(b"not a database" * 1_000)
    ended = custody.act(PACK, *CEC)
    assert (ended.code, ended.err.count("\n")) == (69, 1)
