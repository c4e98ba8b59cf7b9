"""Mistakes of a newcomer, a courier and an official: each is told in one plain sentence, and nothing is signed or lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from tests.cli.conftest import Commands, Ended

PACK: Final[dict[str, Any]] = {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441}
LIBRARY: Final = (
    "Input should",
    "Value error",
    "valid integer",
    "argument",
    "parameter",
    "Traceback",
    "[A-Z]",
    "Errno",
)
"""What no sentence for people says."""

WORDS: Final = [
    (("findings", "--lang", "de"), "--lang is en, ru or kk, and not 'de'."),
    (("findings", "--code", "overdue"), "There is no option --code here."),
    (("findings", "--statsu", "open"), "There is no option --statsu here. Did you mean --status?"),
    (("findings", "--status"), "--status needs something after it."),
    (("show",), "WHAT is missing: a unit (AYT-P01-T), a station"),
    (("show", "New", "Delhi"), "Delhi is more than this command takes; a name of several words stands in quotation marks."),
    (("show", "ACCOUNT"), "There is no station ACCOUNT on this log. Did you mean ACCOUNTS"),
    (("web", "--port", "99999"), "--port is 65535 at the most."),
    (("web", "--port", "x"), "--port is a whole number."),
    (("act", "x"), "--as is missing: badge of a person who signs"),
    (("append",), "FILES is missing: signed envelopes, appended in this order."),
    (("print", "account", "Istanbul", "--to", "a.pdf"), "There is no station Istanbul on this log."),
    (("print", "account", "Antalya", "--to", "a.pdf"), "No act that this form is for is recorded of AYT by then."),
    (("print", "account", "AYT", "--blank", "--to", "a.pdf"), "leave AYT out, or --blank."),
    (("print", "account", "--to", "a.pdf"), "Name what the form is about (a unit, a station), or ask for a --blank one."),
    (("print", "account", "AYT", "--lang", "de", "--to", "a.pdf"), "de is no language of the forms: there are kk, ru and en"),
    (("holding", "--device", "courier-ayt"), "There is no device called courier-ayt here; custody people lists them. courier-ayt uses phone-ayt."),
    (("holding", "--device", "phone-aty"), "Did you mean phone-ayt"),
    (("cosign", "--as", "mfa-9", "nofile"), "nofile cannot be read"),
    (("seals", "--device", "phone-ayt", "--as", "courier-ayt", "--unit", "AYT-P01", "--seal", "AYT-P01:CEC-000101"), "like AYT-P01:CEC-000101:intact."),
    (("seals", "--device", "phone-ayt", "--as", "courier-ayt", "--unit", "AYT-P01", "--seal", "AYT-P01:CEC-000101:fine"), "'fine' is no condition of a seal; there are: intact, broken, missing, altered."),
    (("count", "--device", "phone-ayt", "--as", "courier-ayt", "--unit", "AYT-K01"), "UNIT=NUMBER, like AYT-K01=441."),
    (("count", "--device", "phone-ayt", "--as", "courier-ayt", "--unit", "AYT-K01=1", "--number", "x"), "--number is a whole number."),
]  # fmt: skip
BARE: Final = [
    (("shw",), "There is no command shw. Did you mean show?"),
    (("identifier", "AYT", "parcel", "1"), "'parcel' is not a kind of unit; there are: batch, pack"),
    (("identifier", "AYTX", "pouch", "1"), "'AYTX' is not an office code: three capital letters, like AYT."),
    (("identifier", "AYT", "pouch", "one"), "NUMBER is a whole number."),
    (("sim", "--people", "drunk"), "There are no 'drunk' people"),
    (("sim", "--stations", "0"), "An election is simulated with 1 to 1,000 stations."),
    (("demo", "--dir", "file"), "file is not a folder; nothing was changed."),
    (("paper", "read", "nofile", "--out", "x"), "nofile cannot be read: there is no such file."),
    (("paper", "read", "file", "--out", "file"), "file is the file that is read here: name another one"),
    (("evidence",), "Name a command; they are listed above."),
]
ACTS: Final[list[tuple[object, tuple[str, ...], str]]] = [
    ({**PACK, "papers": "five"}, ("cec-1",), "UnitPacked: papers: A whole number is needed here."),
    ({"type": "BallotAccountClosed", "station": "AYT", "received": 441}, ("ayt-chair",), "These fields are missing: state issued, spoiled, unused"),
    ({"type": "FindingAcknowledged", "finding": "deadbeef"}, ("duty-1",), "There is no finding deadbeef here: name one by the first digits of its id"),
    ({"type": "MandateEnded", "mandate": "AYT-C09"}, ("mfa-1",), "No mandate is in force for AYT-C09-"),
    ({"type": "MandateGranted", "courier": "courier-ayt", "consignments": ["AYT-C01"], "first_day": "15.4.2015", "last_day": "2015-04-20"}, ("mfa-1",), "first_day: This is not written in the form that it must have, like 2015-04-17."),
    ({"type": "LogTimeSet", "log_time": "now"}, ("cec-1", "cec-2"), "in the form that it must have, like 2015-04-17T08:00:00+03:00."),
    ({"type": "DispensationGranted", "station": "Ankara"}, ("cec-1", "cec-2"), "in the form that it must have, like AYT."),
    ({"type": "ObserverRemarked", "units": ["AYT-P01"], "codes": ["somebody-stole-it"]}, ("observer-1",), "custody codes lists them."),
    ({"type": "SealsChecked", "units": ["AYT-B01"], "seals": "intact"}, ("cec-1",), "No seal is known here on these units"),
    (PACK, ("cec-1", "cec-1"), "cec-1 is named twice"),
    (PACK, ("cec-9",), "There is nobody called cec-9 here; custody people lists everybody. Did you mean cec-"),
    ([], ("cec-1",), "holds neither a JSON object nor a list of them."),
]  # fmt: skip
ENROL: Final = [
    (("courier-ayt", "courier", "MFA"), "courier-ayt is enrolled on this log already: nobody gets another's badge."),
    (("Courier New", "courier", "MFA"), "'Courier New' is no badge: it has small letters"),
    (("new", "courier", "MFX"), "There is no office MFX on this log. Did you mean MFA?"),
    (("new", "device", "MFA"), "'device' is no role of a person."),
    (("new", "boss", "MFA"), "There are: cec-officer, registrar"),
]


def plain(ended: Ended, told: str) -> None:
    """One sentence that says so, without the words of a library."""
    assert ended.code in (64, 65), ended
    assert ended.err.count("\n") == 1, ended
    assert told in ended.err, ended
    assert [word for word in LIBRARY if word in ended.err] == []


def test_a_wrong_word_on_the_command_line_is_told_in_plain_words(custody: Commands) -> None:
    before = custody.contents()
    for words, told in WORDS:
        ended = custody(*words)
        plain(ended, told)
        assert ended.out == ""
    assert custody.contents() == before
    assert [path.name for path in custody.folder.iterdir()] == []


def test_a_wrong_word_without_an_election_is_told_in_plain_words(custody: Commands) -> None:
    Path("file").write_text("x")
    for words, told in BARE:
        custody.capsys.readouterr()
        code = run(make_app(list(words)), arguments=words)
        said = custody.capsys.readouterr()
        plain(Ended(code, said.out, said.err), told)


def test_a_wrong_act_is_told_in_plain_words_and_not_signed(custody: Commands) -> None:
    before = custody.contents()
    for said, people, told in ACTS:
        signing = [word for badge in people for word in ("--as", badge)]
        plain(custody("act", *signing, "--out", "x", "-", given=said), told)
    assert not Path("x").exists()
    assert custody.contents() == before
    Path("half.json").write_text('{"type": "UnitPacked"')
    plain(custody("act", "--as", "cec-1", "--out", "x", "half.json"), "half.json: This is not JSON.")


def test_somebody_who_cannot_be_enrolled_gets_no_device(custody: Commands) -> None:
    Path("pin").write_text("424242\n")
    for (badge, role, office), told in ENROL:
        words = (
            "--device",
            "new",
            "--badge",
            badge,
            "--role",
            role,
            "--office",
            office,
            "--out",
            "r",
            "--pin-file",
            "pin",
        )
        plain(custody("enrol", *words), told)
    words = ("--device", "no/new", "--badge", "new", "--role", "courier", "--office", "mfa", "--out", "r")
    plain(custody("enrol", *words, "--pin-file", "pin"), "no/new cannot be made: there is no folder no.")
    assert sorted(path.name for path in custody.folder.iterdir()) == ["pin"]
    made = custody("enrol", *words[:1], "new", *words[2:], "--pin-file", "pin")
    assert made.code == 0, made.err
    assert {row["office"] for row in json.loads(Path("r").read_text())["keys"]} == {"MFA"}


def test_where_nobody_can_be_asked_for_a_pin_it_is_said_how_to_state_it(
    custody: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUSTODY_PIN", raising=False)
    words = ("enrol", "--device", "new", "--badge", "new", "--role", "courier", "--office", "MFA", "--out", "r")
    plain(custody(*words), "nobody can be asked here; state it with --pin-file or CUSTODY_PIN.")
    assert [path.name for path in custody.folder.iterdir()] == []


@pytest.mark.parametrize(
    "name", ["log.sqlite", "keystore.json", "demo.json", "root.txt", "books/views.sqlite", "devices/x.sqlite"]
)
def test_no_file_is_put_in_the_place_of_what_an_election_is_made_of(custody: Commands, name: str) -> None:
    path = custody.place.path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    before = path.read_bytes()
    ended = custody.act(PACK, "cec-1", "cec-2", out=str(path))
    plain(ended, f"{path} is a part of an election or of a device: name another file.")
    plain(custody("print", "account", "--blank", "--to", str(path)), "is a part of an election or of a device")
    assert path.read_bytes() == before


def test_what_is_signed_does_not_take_the_place_of_what_it_was_made_from(custody: Commands) -> None:
    Path("pack.json").write_text(json.dumps(PACK))
    plain(
        custody("act", "--as", "cec-1", "pack.json", "--out", "./pack.json"), "pack.json is the file that is read here"
    )
    assert json.loads(Path("pack.json").read_text()) == PACK


def test_whoever_cosigns_is_shown_what_he_signs_and_signs_it_once(custody: Commands) -> None:
    custody.act(PACK, "cec-1", more=("--awaiting", "cec-2"))
    signed = custody("cosign", "--as", "cec-2", "out.event")
    assert (signed.code, signed.out.splitlines()[:2]) == (
        0,
        ["  units     AYT-B01-1, AYT-K01-W", signed.out.splitlines()[1]],
    )
    assert "  papers    441" in signed.out
    before = Path("out.event").read_bytes()
    plain(custody("cosign", "--as", "cec-2", "out.event"), "cec-2 has signed out.event already.")
    assert Path("out.event").read_bytes() == before


def test_a_person_is_shown_by_his_badge_before_it_is_signed(custody: Commands) -> None:
    mandate = {"type": "MandateGranted", "courier": "courier-ayt", "consignments": ["AYT-C01-U"]}
    made = custody.act({**mandate, "first_day": "2015-04-16", "last_day": "2015-04-20"}, "mfa-1")
    assert "  courier   courier-ayt\n" in made.out
    offered = custody.act({"type": "HandoverOffered", "units": ["AYT-B01"], "to": "mfa-1"}, "cec-1", out="offer")
    assert "  to        mfa-1\n" in offered.out
    assert "  seals     none known\n" in offered.out


def test_an_election_in_which_was_played_is_not_made_anew(custody: Commands) -> None:
    settings = custody.place.demo_file
    held = json.loads(custody("status", "--json").out)["entries"]
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "entries": held}))
    custody.act(PACK, "cec-1", "cec-2")
    custody.append("out.event")
    before = custody.contents()
    ended = custody("demo", "--scenario", "empty")
    plain(
        ended,
        "holds 1 entry recorded since it was made: name another --dir, or remove this one first; nothing was changed.",
    )
    assert (ended.out, custody.contents() == before) == ("", True)
