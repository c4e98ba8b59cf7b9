"""A mistake gets one plain sentence: what was given, what is needed, and the command for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from custody.core.evidence.falsified_receipts import FORMAT as EVIDENCE
from custody.core.evidence.fork_proofs import FORMAT as FORK_PROOF
from custody.embedded.file_kinds import KINDS, NEEDS, kind_of
from schemas.invitation import FORMAT, Invitation, format_invitation
from tests.cli.conftest import Commands, Ended

OFFER: Final = {"type": "HandoverOffered", "units": ["AYT-K01"], "to": ["mfa-1"]}
PACK: Final = {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441}


@pytest.fixture
def files(custody: Commands) -> dict[str, Path]:
    """One file of each kind; ``answer`` and ``passed`` are made of the offer's bytes where only their kind counts."""
    assert custody.act(PACK, "cec-1", "cec-2", out="event").code == 0
    assert custody.act(OFFER, "cec-1", out="offer").code == 0
    answered = {
        "type": "HandoverAnswered",
        "offer": "offer",
        "result": "accepted",
        "found": {"packages": 1, "seals": []},
    }
    made = custody.act(answered, "mfa-1", out="answer")
    assert made.code == 0, made.err
    custody.append("event")
    Path("passed").write_bytes(Path("event").read_bytes() + b"\n" + Path("offer").read_bytes())
    invitation = Invitation(format=FORMAT, election="0" * 64, keys=("0" * 64,), nonce="0" * 32)
    Path("invitation").write_bytes(format_invitation(invitation))
    texts = {
        "request": PACK,
        "requests": [PACK, OFFER],
        "fork-proof": {"format": FORK_PROOF},
        "evidence": {"format": EVIDENCE},
        "receipt": {"payloadType": "application/vnd.custody.receipt.v1+json"},
        "refusal": {"payloadType": "application/vnd.custody.refusal.v1+json"},
        "other": {"colour": "red"},
    }
    for name, value in texts.items():
        Path(name).write_text(json.dumps(value))
    Path("empty").write_bytes(b"\n")
    return {name: Path(name) for name in KINDS}


def words(command: str, *, file: str) -> tuple[str, ...]:
    """A command that is given this file where another may be needed."""
    device = ("--device", "mfa-device", "--as", "mfa-1")
    return {
        "act": ("act", "--as", "cec-1", "--out", "x", file),
        "cosign": ("cosign", "--as", "mfa-1", file),
        "append": ("append", file),
        "offer": ("offer", *device, "--to", file, "--unit", "AYT-K01", "--out", "x"),
        "answer": ("answer", *device, "--intact", "--out", "x", file),
        "refuse": ("refuse", *device, "--code", "seal-broken", "--packages", "0", "--out", "x", file),
        "read": ("read", "--device", "mfa-device", file),
    }[command]


def test_a_file_of_each_kind_is_known_as_what_it_is(files: dict[str, Path]) -> None:
    assert {name: kind_of(path.read_bytes()) for name, path in files.items()} == {name: name for name in KINDS}


def test_each_command_says_of_each_wrong_file_what_it_is(custody: Commands, files: dict[str, Path]) -> None:
    for command, need in NEEDS.items():
        if command in ("evidence verify", "prove-fork"):
            continue
        for kind in KINDS.keys() - need.kinds:
            ended = custody(*words(command, file=str(files[kind])))
            assert (ended.code, ended.out, ended.err.count("\n")) == (64, "", 1), (command, kind, ended)
            assert ended.err.startswith(f"custody: {kind} is {KINDS[kind]}, and not {need.words}"), ended.err
    assert not Path("x").exists()


def bare(custody: Commands, *given: str) -> Ended:
    """A command without ``--dir``."""
    custody.capsys.readouterr()
    code = run(make_app(list(given)), arguments=list(given))
    told = custody.capsys.readouterr()
    return Ended(code, told.out, told.err)


def test_a_place_that_holds_no_election_is_told_as_what_it_is(custody: Commands) -> None:
    Path("empty").mkdir()
    Path("file").write_text("x")
    place = str(custody.place.path)
    for given, told in (
        (("show", "AYT", "--dir", "nowhere"), "nowhere does not exist: name another --dir, or run custody demo"),
        (
            ("board", "--dir", "empty"),
            "empty holds no books: name another --dir, or run custody demo --dir empty first.",
        ),
        (("people", "--dir", "file"), "file is a file, and not the folder of an election"),
        (("web", "--dir", "empty", "--port", "0"), "empty holds no books: name another --dir"),
        (("prove-fork", "file"), "file is a file: a proof is verified with --verify file --root ROOT"),
        (("audit", place), "is an election's directory, and not an archive: write one with custody export --dir"),
        (("export", "--dir", place, "--to", "no/such/archive"), "no/such does not exist: make it first"),
    ):
        ended = bare(custody, *given)
        assert (ended.code in (64, 65), ended.out, ended.err.count("\n")) == (True, "", 1), (given, ended)
        assert told in ended.err, ended
    assert not Path("no").exists()


def test_who_does_not_use_a_device_signs_nothing_on_it(custody: Commands) -> None:
    custody("sync", "--device", "mfa-device")
    for given in (
        ("invite", "--device", "mfa-device", "--as", "courier-ayt", "--out", "x"),
        ("seals", "--device", "mfa-device", "--as", "courier-ayt", "--unit", "AYT-P01", "--unread"),
    ):
        ended = custody(*given)
        assert ended.code == 64, ended
    ended = custody("invite", "--device", "mfa-device", "--as", "courier-ayt", "--out", "x")
    assert ended.err == "custody: courier-ayt does not sign on mfa-device; it is used by mfa-1, mfa-2.\n"
    assert custody("invite", "--device", "mfa-device", "--as", "mfa-1", "--out", "x").code == 0


def test_what_is_miswritten_in_a_file_is_named_with_what_was_meant(custody: Commands) -> None:
    for said, told in (
        ({**PACK, "unit": "AYT-K01-X"}, "AYT-K01-X was copied wrongly: the check character of AYT-K01 is W, not X."),
        (
            {**OFFER, "to": ["mfa-9"]},
            "There is nobody called mfa-9 here; custody people lists everybody. Did you mean mfa-",
        ),
        (
            {"typ": "UnitPacked"},
            'The file does not say what type of event it is: state "type" (is "typ" meant for it?)',
        ),
        ({"type": "UnitPackd"}, "UnitPackd is no type of event (did you mean UnitPacked?)"),
        ({**PACK, "paper": 4}, "There is no such field here (did you mean papers?)."),
    ):
        ended = custody.act(said, "cec-1")
        assert (ended.code in (64, 65), ended.err.count("\n")) == (True, 1), ended
        assert told in ended.err, ended.err


def test_a_folder_of_books_without_books_is_no_books(custody: Commands) -> None:
    for name in ("ledger.sqlite", "views.sqlite"):
        for gone in custody.place.books.glob(f"{name}*"):
            gone.unlink()
        for words in (("show", "AYT"), ("board",), ("findings",), ("status",), ("web", "--port", "0")):
            ended = custody(*words)
            assert (ended.code, ended.out) == (64, "")
            place = custody.place.path
            assert ended.err == f"custody: {place} holds no books: run custody rebuild --dir {place}.\n"
    made = custody("rebuild")
    assert (made.code, "CHANGED" in made.out, "  new\n" in made.out) == (0, False, True)
    assert custody("board").code == 0
