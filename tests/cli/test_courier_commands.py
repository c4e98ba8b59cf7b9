"""The courier's client on the command line: two devices that are offline, files between them, and syncs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.envelope import parse_envelope
from tests.cli.conftest import Commands


def invite(custody: Commands) -> None:
    assert custody("invite", "--device", "mfa-device", "--as", "mfa-1", "--out", "invitation").code == 0


def offer(custody: Commands) -> None:
    words = ("--device", "cec-device", "--as", "cec-1", "--to", "invitation", "--unit", "ANK-P01", "--out", "offer")
    assert custody("offer", *words).code == 0


def words_of(text: str) -> str:
    return next(line.removeprefix("words").strip() for line in text.splitlines() if line.startswith("words"))


def test_a_handover_between_two_offline_devices_shows_the_same_words_and_ends_recorded(packed: Commands) -> None:
    invite(packed)
    offer(packed)
    shown = packed("read", "--device", "mfa-device", "offer").out
    assert "offer by cec-1: ANK-P01-N" in shown
    answered = packed("answer", "--device", "mfa-device", "--as", "mfa-1", "--intact", "offer", "--out", "answer")
    read = packed("read", "--device", "cec-device", "answer")
    assert words_of(answered.out) == words_of(read.out)
    assert "confirmed" in read.out
    for device in ("mfa-device", "cec-device"):
        assert packed("sync", "--device", device).code == 0
    assert "held by MFA" in packed("show", "ANK").out
    assert packed("findings", "--json").out.strip() == "[]"


def test_a_refusal_leaves_the_pouch_where_it_was(packed: Commands) -> None:
    invite(packed)
    offer(packed)
    words = ("--device", "mfa-device", "--as", "mfa-1", "--code", "package-missing", "offer", "--out", "answer")
    assert packed("refuse", *words, "--packages", "0").code == 0
    assert "nothing changes hands" in packed("read", "--device", "cec-device", "answer").out
    packed("sync", "--device", "mfa-device")
    packed("sync", "--device", "cec-device")
    assert "held by MFA" not in packed("show", "ANK").out


def found(path: str) -> Any:
    return json.loads(parse_envelope(Path(path).read_bytes()).payload)["found"]


@pytest.mark.parametrize(
    ("looked", "packages", "conditions"),
    [
        (("--packages", "0"), 0, []),
        (("--packages", "1", "--unread"), 1, []),
        (("--packages", "1", "--intact"), 1, ["intact"]),
        (("--packages", "1", "--seal", "ANK-P01:CEC-000105:broken"), 1, ["broken"]),
    ],
)
def test_a_refusal_signs_what_was_said_and_shows_it_before(
    packed: Commands, looked: tuple[str, ...], packages: int, conditions: list[str]
) -> None:
    invite(packed)
    offer(packed)
    lines = packed(*REFUSED, *looked, "offer", "--out", "answer").out.splitlines()
    said = found("answer")
    assert (said["packages"], [row["condition"] for row in said["seals"]]) == (packages, conditions)
    shown = [f"  seal      CEC-000105-6 on ANK-P01-N: {one}" for one in conditions] or ["  seals     none read"]
    told = "packages" if packages != 1 else "package"
    assert [f"  found     {packages} {told} shown, papers not counted", *shown] == lines[lines.index(shown[0]) - 1 :][
        :2
    ]
    assert lines[-2].startswith("refused: ")


def test_an_answer_in_which_nobody_read_the_seals_says_so_and_is_a_finding(packed: Commands) -> None:
    invite(packed)
    offer(packed)
    assert packed(*ANSWERED, "--packages", "1", "--unread", "offer", "--out", "answer").code == 0
    assert found("answer") == {"packages": 1, "papers": None, "seals": []}
    packed("read", "--device", "cec-device", "answer")
    for device in ("mfa-device", "cec-device"):
        packed("sync", "--device", device)
    assert "seal-unchecked" in packed("findings").out


def test_the_outbox_says_what_is_pending_and_how_much_is_proven(packed: Commands) -> None:
    invite(packed)
    offer(packed)
    shown = packed("outbox", "--device", "cec-device").out
    assert "1 pending of 5" in shown
    assert shown.rstrip().endswith("0 proven")
    told = json.loads(packed("outbox", "--device", "cec-device", "--json").out)
    assert [row["status"] for row in told["entries"]] == ["recorded"] * 4 + ["saved"]
    packed("sync", "--device", "cec-device")
    assert json.loads(packed("outbox", "--device", "cec-device", "--json").out)["pending"] == 0


def test_seals_and_counts_are_signed_offline_and_go_out_with_the_next_sync(packed: Commands) -> None:
    assert packed("seals", "--device", "cec-device", "--as", "cec-1", "--unit", "ANK-P01-N", "--intact").code == 0
    words = ("--device", "cec-device", "--as", "cec-1", "--as", "cec-2", "--unit", "ANK-P01-N=50", "--hold")
    unsaid = packed("count", *words)
    assert (unsaid.code, "nobody said seals" in unsaid.err) == (64, True)
    assert packed("count", *words, "--intact").code == 0
    lines = packed("sync", "--device", "cec-device").out.splitlines()
    assert lines[0].endswith("applied")
    assert lines[1].startswith("recorded ")


def test_a_new_device_is_enrolled_by_the_registrars_and_takes_part(packed: Commands) -> None:
    Path("pin").write_text("424242\n")
    words = (
        "--device",
        "phone",
        "--badge",
        "mfa-new",
        "--role",
        "pouch-office",
        "--office",
        "MFA",
        "--out",
        "request.json",
    )
    assert packed("enrol", *words, "--pin-file", "pin").code == 0
    assert (
        packed("act", "--as", "registrar-1", "--as", "registrar-2", "request.json", "--out", "enrolled.event").code == 0
    )
    assert packed.append("enrolled.event")[0].endswith("applied")
    for device in ("phone", "cec-device"):
        assert packed("sync", "--device", device).code == 0
    assert packed("invite", "--device", "phone", "--as", "mfa-new", "--out", "invitation").code == 0
    offer(packed)
    signing = ("--device", "phone", "--as", "mfa-new", "--intact", "offer", "--out", "answer")
    wrong = packed("answer", *signing, "--pin-file", "invitation")
    assert (wrong.code, Path("answer").exists()) == (65, False)
    assert packed("answer", *signing, "--pin-file", "pin").code == 0
    assert packed("read", "--device", "cec-device", "answer").code == 0
    packed("sync", "--device", "phone")
    assert "held by MFA" in packed("show", "ANK").out


def test_an_offer_read_on_a_device_that_was_never_synced_is_no_other_elections_offer(packed: Commands) -> None:
    invite(packed)
    offer(packed)
    told = packed("read", "--device", "phone-ank", "offer")
    assert (told.code, told.err) == (65, "custody: This device knows no election yet: sync it first.\n")


def test_a_device_that_was_never_synced_says_so(custody: Commands) -> None:
    ended = custody("invite", "--device", "mfa-device", "--as", "mfa-1", "--out", "invitation")
    assert (ended.code, "custody sync" in ended.err) == (64, True)
    assert not custody.place.devices.exists() or not list(custody.place.devices.iterdir())


ANSWERED = ("answer", "--device", "mfa-device", "--as", "mfa-1")
REFUSED = ("refuse", "--device", "mfa-device", "--as", "mfa-1", "--code", "seal-broken")
BAD: list[tuple[tuple[str, ...], int]] = [
    (("invite", "--device", "nothing", "--as", "mfa-1", "--out", "x"), 64),
    (("invite", "--device", "mfa-device", "--as", "nobody", "--out", "x"), 64),
    (("invite", "--device", "mfa-device", "--as", "mfa-1", "--out", "no/x"), 64),
    (("offer", "--device", "cec-device", "--as", "cec-1", "--to", "junk", "--unit", "ANK-P01-N", "--out", "x"), 64),
    (
        ("offer", "--device", "cec-device", "--as", "cec-1", "--to", "invitation", "--unit", "nonsense", "--out", "x"),
        65,
    ),
    (("read", "--device", "mfa-device", "junk"), 64),
    (("read", "--device", "mfa-device", "invitation"), 64),
    (("answer", "--device", "mfa-device", "--as", "mfa-1", "--intact", "junk", "--out", "x"), 64),
    (("answer", "--device", "phone-ank", "--as", "courier-ank", "--intact", "offer", "--out", "x"), 65),
    (("answer", "--device", "mfa-device", "--as", "mfa-2", "--intact", "offer", "--out", "x"), 65),
    (("answer", "--device", "mfa-device", "--as", "mfa-1", "--seal", "a:b", "offer", "--out", "x"), 64),
    (("answer", "--device", "mfa-device", "--as", "mfa-1", "--intact", "--seal", "a:b:c", "offer", "--out", "x"), 64),
    (
        (
            "refuse",
            "--device",
            "mfa-device",
            "--as",
            "mfa-1",
            "--code",
            "Not A Code",
            "--packages",
            "0",
            "offer",
            "--out",
            "x",
        ),
        65,
    ),
    (("refuse", "--device", "mfa-device", "--as", "mfa-1", "--code", "seal-broken", "offer", "--out", "x"), 64),
    ((*REFUSED, "--packages", "1", "offer", "--out", "x"), 64),
    ((*ANSWERED, "offer", "--out", "x"), 64),
    ((*ANSWERED, "--packages", "1", "offer", "--out", "x"), 64),
    ((*ANSWERED, "--seal", "ANK-P01-N:CEC-000105-6:broken", "offer", "--out", "x"), 64),
    ((*ANSWERED, "--unread", "offer", "--out", "x"), 64),
    ((*ANSWERED, "--intact", "--unread", "offer", "--out", "x"), 64),
    (("seals", "--device", "cec-device", "--as", "cec-1", "--unit", "AYT-P01-T", "--intact"), 64),
    (("offer", "--device", "cec-device", "--as", "cec-1", "--to", "invitation", "--unit", "AYT-P01", "--out", "x"), 64),
    (("seals", "--device", "cec-device", "--as", "cec-1", "--unit", "ANK-P01-N"), 64),
    (("count", "--device", "cec-device", "--as", "cec-1", "--unit", "ANK-P01-N=many"), 64),
    (("count", "--device", "cec-device", "--as", "cec-1", "--unit", "ANK-P01-N=-1"), 64),
    (("outbox", "--device", "nothing"), 64),
    (("sync", "--device", "nothing"), 64),
    (
        (
            "enrol",
            "--device",
            ".",
            "--badge",
            "x",
            "--role",
            "member",
            "--office",
            "AYT",
            "--out",
            "x",
            "--pin-file",
            "pin",
        ),
        64,
    ),
    (
        (
            "enrol",
            "--device",
            "new",
            "--badge",
            "X!",
            "--role",
            "member",
            "--office",
            "AYT",
            "--out",
            "x",
            "--pin-file",
            "pin",
        ),
        65,
    ),
    (
        (
            "enrol",
            "--device",
            "new",
            "--badge",
            "x",
            "--role",
            "member",
            "--office",
            "AYT",
            "--out",
            "x",
            "--pin-file",
            "short",
        ),
        65,
    ),
]


def test_what_cannot_be_done_says_one_sentence_and_changes_nothing(packed: Commands) -> None:
    """One test for all: each of them needs the same long preparation, and none may leave a trace for the next."""
    packed("sync", "--device", "phone-ank")
    invite(packed)
    offer(packed)
    Path("junk").write_bytes(b"\x00\xff")
    Path("pin").write_text("424242\n")
    Path("short").write_text("1\n")
    before, files = packed.contents(), sorted(path.name for path in packed.folder.iterdir())
    for words, code in BAD:
        ended = packed(*words)
        assert (ended.code, ended.out, ended.err.count("\n")) == (code, "", 1), (words, ended)
        assert ended.err.startswith("custody: ")
        assert packed.contents() == before, words
        assert sorted(path.name for path in packed.folder.iterdir()) == files, words


def test_nothing_is_offered_that_others_hold_or_to_oneself(packed: Commands) -> None:
    packed("sync", "--device", "mfa-device")
    packed("sync", "--device", "cec-device")
    invite(packed)
    given = ("--to", "invitation", "--out", "x")
    for device, who, unit, told in (
        ("mfa-device", "mfa-2", "ANK-P01", "As far as this device knows, ANK-P01-N is held by CEC, and not by MFA"),
        ("mfa-device", "mfa-1", "ANK-P01", "The invitation is mfa-1's own: a handover has two sides."),
        ("cec-device", "cec-1", "ANK-P07", "ANK-P07-"),
    ):
        ended = packed("offer", "--device", device, "--as", who, "--unit", unit, *given)
        assert (ended.code, ended.out, ended.err.count("\n")) == (64, "", 1), ended
        assert told in ended.err, ended
    assert not Path("x").exists()
    honest = packed("offer", "--device", "cec-device", "--as", "cec-1", "--unit", "ANK-P01", *given)
    assert honest.code == 0, honest.err
