"""Codes between command lines and phones: shown, read back, and refused in words where something is lacking or odd."""

from __future__ import annotations

import json

import pytest

from custody.paper.codes import blocks
from custody.paper.one_code import CHARS_MAX
from tests.cli.conftest import Commands
from tests.cli.test_courier_commands import invite, offer, words_of


def test_a_handover_by_the_codes_that_a_screen_shows(packed: Commands) -> None:
    invite(packed)
    assert packed("code", "--device", "mfa-device", "invitation", "--out", "invitation.png").code == 0
    assert packed("scan", "--device", "cec-device", "invitation.png", "--out", "invited").code == 0
    assert (packed.folder / "invited").read_bytes() == (packed.folder / "invitation").read_bytes()
    offer(packed)
    assert packed("code", "--device", "cec-device", "offer", "--out", "offer.txt").code == 0
    (code,) = (packed.folder / "offer.txt").read_text(encoding="ascii").splitlines()
    assert len(code) <= CHARS_MAX
    assert packed("scan", "--device", "mfa-device", "offer.txt", "--out", "offered").code == 0
    answered = packed("answer", "--device", "mfa-device", "--as", "mfa-1", "--intact", "offered", "--out", "answer")
    assert packed("code", "--device", "mfa-device", "answer", "--out", "answer.png").code == 0
    assert packed("scan", "--device", "cec-device", "answer.png", "--out", "answered").code == 0
    assert words_of(packed("read", "--device", "cec-device", "answered").out) == words_of(answered.out)
    for odd in ("BC1CXX", code):
        (packed.folder / "odd.txt").write_text(odd, encoding="ascii")
        refused = packed("scan", "--device", "cec-device", "odd.txt", "--out", "odd")
        assert refused.code != 0
        assert not (packed.folder / "odd").exists()


def test_a_card_names_the_election_its_gateways_and_whose_key_it_is(packed: Commands) -> None:
    words = ("--badge", "phone-1", "--role", "courier", "--office", "MFA", "--out", "card.json")
    assert packed("card", *words).code == 0
    card = json.loads((packed.folder / "card.json").read_text(encoding="utf-8"))
    assert (card["format"], card["badge"], card["role"], card["office"]) == (
        "custody/person-card/v1",
        "phone-1",
        "courier",
        "MFA",
    )
    assert len(card["gateways"]) == 2
    odd = packed("card", "--badge", "phone-1", "--role", "couriers", "--office", "MFA")
    assert (odd.code, "courier" in odd.err) == (64, True)


@pytest.mark.parametrize("text", ["BC1NABC", "AYT-P01-T"])
def test_a_code_in_characters_is_as_wide_as_it_is_high(text: str) -> None:
    lines = blocks(text).split("\n")
    widths = {len(line.removeprefix("\x1b[38;5;16;48;5;231m").removesuffix("\x1b[0m")) for line in lines}
    assert {(len(lines) * 2 - width) for width in widths} <= {0, 1}
