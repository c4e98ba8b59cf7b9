"""Mistakes of a newcomer, a courier and an official: each is told in one plain sentence, and nothing is signed or lost."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any, Final

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from tests.cli.conftest import Commands, Ended

PACK: Final[dict[str, Any]] = {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441}
MISTAKES: Final[dict[str, list[dict[str, Any]]]] = json.loads(
    Path(__file__).with_name("mistakes.json").read_text(encoding="utf-8")
)
"""What was typed, or which event was to be signed by whom, and what has to be said of it."""
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
    for row in MISTAKES["words"]:
        ended = custody(*shlex.split(row["words"]))
        plain(ended, row["told"])
        assert ended.out == ""
    assert custody.contents() == before
    assert [path.name for path in custody.folder.iterdir()] == []


def test_a_wrong_word_without_an_election_is_told_in_plain_words(custody: Commands) -> None:
    Path("file").write_text("x")
    for row in MISTAKES["without an election"]:
        words = shlex.split(row["words"])
        custody.capsys.readouterr()
        code = run(make_app(words), arguments=words)
        said = custody.capsys.readouterr()
        plain(Ended(code, said.out, said.err), row["told"])


def test_a_wrong_act_is_told_in_plain_words_and_not_signed(custody: Commands) -> None:
    before = custody.contents()
    for row in MISTAKES["acts"]:
        signing = [word for badge in row["as"] for word in ("--as", badge)]
        plain(custody("act", *signing, "--out", "x", "-", given=row["event"]), row["told"])
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
    rest = ("--badge", "new", "--role", "courier", "--office", "mfa", "--out", "r", "--pin-file", "pin")
    plain(custody("enrol", "--device", "no/new", *rest), "no/new cannot be made: there is no folder no.")
    assert sorted(path.name for path in custody.folder.iterdir()) == ["pin"]
    made = custody("enrol", "--device", "new", *rest)
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
    offered = custody.act({"type": "HandoverOffered", "units": ["AYT-B01"], "to": ["mfa-1"]}, "cec-1", out="offer")
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


def test_a_mandate_is_named_by_its_consignment_without_check_character(custody: Commands) -> None:
    assert custody.act({"type": "MandateEnded", "mandate": "AYT-C01"}, "mfa-1").code == 0
