"""What is asked wrongly gets one plain sentence with what may have been meant; how far the record has come can be asked."""

from __future__ import annotations

import json
from pathlib import Path

from custody.cli.exits import run
from custody.cli.program import make_app
from tests.cli.conftest import Commands, Ended

PACK = {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441}
WRONG = [
    (("findings", "--status", "closed"), "there are: open, acknowledged, settled, adjudicated."),
    (("findings", "--station", "ZZZ"), "There is no station ZZZ on this log."),
    (("show", "AYY"), "There is no station AYY on this log. Did you mean AYT?"),
    (("show", "Antlya"), "Did you mean Antalya?"),
    (("show", "AYT-B02"), "is not on this log. Did you mean AYT-B01-1"),
    (("rules", "--at", "noon"), "a log position in decimal digits, a day"),
    (("show", "AYT-C01"), "AYT-C01-U is not on this log."),
    (("show", "AYT-Q01"), "AYT-Q01 is no unit, consignment, seal or station."),
    (("prove-fork", "--out", "x"), "there is nothing to prove."),
]


def test_a_question_about_nothing_is_an_error_in_one_sentence(custody: Commands) -> None:
    for words, told in WRONG:
        ended = custody(*words) if words[0] != "prove-fork" else forked(custody)
        assert (ended.code in (64, 65), ended.out, ended.err.count("\n")) == (True, "", 1), (words, ended)
        assert told in ended.err, ended
        assert "[A-Z]" not in ended.err


def test_no_message_holds_a_regular_expression(custody: Commands) -> None:
    ended = custody.act({**PACK, "unit": "AYT K1"}, "cec-1")
    assert (ended.code, ended.err.count("\n")) == (65, 1)
    assert (
        ended.err
        == "custody: UnitPacked: units.1.unit: This is not written in the form that it must have, like AAA-P01-2.\n"
    )


def test_rules_and_codes_are_asked_for_at_a_time_too(custody: Commands) -> None:
    for command in ("rules", "codes"):
        at_a_time = custody(command, "--at", "2016-01-01T00:00:00+06:00")
        assert (at_a_time.code, at_a_time.err) == (0, "")
        assert at_a_time.out == custody(command).out


def test_whoever_is_named_by_a_key_or_an_id_is_shown_before_it_is_signed(custody: Commands) -> None:
    mandate = {"type": "MandateGranted", "courier": "courier-ayt", "consignments": ["AYT-C01-U"]}
    ended = custody.act({**mandate, "first_day": "2015-04-16", "last_day": "2015-04-20"}, "mfa-1")
    assert (ended.code, ended.err) == (0, "")
    assert "  courier   " in ended.out


def test_what_names_no_station_and_no_known_unit_is_said_to_be_unknown(custody: Commands) -> None:
    ended = custody.act({"type": "BallotsCounted", "counts": [{"unit": "ANK-K77", "papers": 5}]}, "ank-chair")
    assert (ended.code, ended.out) == (64, "")
    assert ended.err == (
        "custody: BallotsCounted: nobody said seals. State how its seals were found (ANK-K77-J is not known here): "
        "each seal as read, by one word for all, or [] where none was read (with a device: --seal, --intact or --unread).\n"
    )
    stated = {"seals": [], "number": 1, "occasion": "receipt"}
    ended = custody.act({"type": "BallotsCounted", "counts": [{"unit": "ANK-K77", "papers": 5}], **stated}, "ank-chair")
    assert (ended.code, ended.out) == (64, "")
    assert ended.err == "custody: ANK-K77-J is not known here, so it tells no station.\n"


def forked(custody: Commands) -> Ended:
    """``prove-fork`` takes the directory as its argument."""
    custody.capsys.readouterr()
    code = run(make_app(["prove-fork"]), arguments=["prove-fork", str(custody.place.path), "--out", "x"])
    told = custody.capsys.readouterr()
    return Ended(code, told.out, told.err)


def test_a_station_is_named_by_its_city_and_a_consignment_by_itself(custody: Commands) -> None:
    assert custody("show", "antalya").out == custody("show", "AYT").out
    assert custody("findings", "--station", "Ankara").out == "No findings.\n"
    legs = [{"releasing": "CEC", "receiving": "MFA"}]
    said = {"type": "ConsignmentManifested", "consignment": "AYT-C01-U", "station": "AYT", "direction": "out"}
    custody.act(PACK, "cec-1", "cec-2", out="a.event")
    manifest = {**said, "units": ["AYT-K01"], "packages": 1, "papers": 441, "legs": legs}
    sealed = {"type": "SealsApplied", "seals": [{"unit": "AYT-K01", "seal": "CEC-000101"}]}
    custody.act(sealed, "cec-1", "cec-2", out="b.event")
    made = custody.act(manifest, "cec-1", "cec-2", out="c.event")
    assert made.code == 0, made.err
    recorded = custody.append("a.event", "b.event", "c.event")
    assert [line.split()[-1] for line in recorded] == ["applied"] * 3
    assert custody("show", "ayt-c01").out == "AYT-C01-U  out, Antalya\n  leg 1: CEC to MFA: not recorded\n"
    assert json.loads(custody("show", "AYT-C01-U", "--json").out)["legs"][0]["number"] == 1


def test_status_and_export_tell_what_is_under_no_checkpoint_yet(custody: Commands) -> None:
    entries = json.loads(custody("status", "--json").out)["entries"]
    assert custody("checkpointer", "--once").code == 0
    assert f"all {entries:,} entries are under a signed checkpoint" in custody("status").out
    custody.act(PACK, "cec-1", "cec-2")
    custody.append("out.event")
    told = json.loads(custody("status", "--json").out)
    assert (told["entries"], told["books"], told["signed"], told["unsigned"]) == (entries + 1, entries + 1, entries, 1)
    left = (
        f"{entries:,} of {entries + 1:,} entries; 1 is under no checkpoint yet: run custody checkpointer --once --dir "
    )
    assert left in custody("status").out
    archive = custody.place.path / "archive"
    assert left in custody("export", "--to", str(archive)).out


def test_an_act_that_waits_is_counted(custody: Commands) -> None:
    custody.act(PACK, "cec-1", "cec-2", out="a.event")
    custody.act(
        {"type": "SealsApplied", "seals": [{"unit": "AYT-K01-W", "seal": "CEC-000101-E"}]},
        "cec-1",
        "cec-2",
        out="b.event",
    )
    assert custody.append("b.event")[0].endswith("waiting")
    assert json.loads(custody("status", "--json").out)["waiting"] == 1
    custody.append("a.event")
    assert json.loads(custody("status", "--json").out)["waiting"] == 0


def test_enrolment_refuses_what_it_cannot_use_and_says_the_next_command(custody: Commands) -> None:
    Path("pin").write_text("424242\n")
    words = (
        "enrol",
        "--device",
        "phone",
        "--badge",
        "mfa-new",
        "--office",
        "MFA",
        "--out",
        "request.json",
        "--pin-file",
        "pin",
    )
    wrong = custody(*words, "--role", "pouch-officer")
    assert (wrong.code, "Did you mean pouch-office" in wrong.err, Path("phone").exists()) == (64, True, False)
    assert "custody act --as REGISTRAR --as REGISTRAR request.json" in custody(*words, "--role", "pouch-office").out
    cosigned = custody("cosign", "request.json", "--as", "registrar-1")
    assert (cosigned.code, "custody act --as registrar-1 request.json" in cosigned.err) == (64, True)
    Path("wrong").write_text("424243\n")
    assert custody("sync", "--device", "phone", "--pin-file", "wrong").code == 65
    assert custody("sync", "--device", "phone", "--pin-file", "pin").code == 0


def test_keys_that_anybody_can_compute_open_no_election_in_earnest(custody: Commands) -> None:
    ended = custody.act({"type": "ElectionOpened", "domain": "elections.example"}, "cec-1")
    assert (ended.code, ".invalid" in ended.err) == (64, True)


def test_a_device_says_who_uses_it_what_they_hold_and_whether_the_mandate_is_valid(custody: Commands) -> None:
    never = custody("holding", "--device", "phone-ayt")
    assert (never.code, "custody sync" in never.err) == (64, True)
    custody("sync", "--device", "phone-ayt")
    told = json.loads(custody("holding", "--device", "phone-ayt", "--json").out)
    assert [person["badge"] for person in told["people"]] == ["courier-ayt"]
    mandate = told["people"][0]["mandates"][0]
    assert (mandate["consignments"], told["units"]) == (["AYT-C01-U"], [])
    late = json.loads(custody("holding", "--device", "phone-ayt", "--json", "--at", "2016-01-01T08:00:00+03:00").out)
    assert late["people"][0]["mandates"][0]["valid"] is False
    custody.act(PACK, "cec-1", "cec-2")
    custody.append("out.event")
    custody("sync", "--device", "cec-device")
    held = custody("holding", "--device", "cec-device").out
    assert "  holds AYT-K01-W  packed" in held
