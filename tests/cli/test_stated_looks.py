"""What options say of a handover: a look is stated whole, or that there was none; nothing is filled in for anybody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from custody.cli.stated_looks import StatedLook, seal_found
from custody.courier.seen import ALL
from schemas.errors import Misused

NOTHING_SAID = StatedLook(intact=False, unread=False, seals=(), packages=None)
SEAL = "AYT-P01:CEC-000101:intact"


def code_of(look: StatedLook) -> str:
    with pytest.raises(Misused) as caught:
        look.found()
    return caught.value.code


@pytest.mark.parametrize(
    "look",
    [
        NOTHING_SAID,
        replace(NOTHING_SAID, packages=3),
        replace(NOTHING_SAID, packages=3, intact=True, unread=True),
        replace(NOTHING_SAID, packages=3, intact=True, seals=(SEAL,)),
        replace(NOTHING_SAID, packages=3, unread=True, seals=(SEAL,)),
    ],
)
def test_seals_are_stated_in_exactly_one_way(look: StatedLook) -> None:
    assert code_of(look) == "seals-stated"


@pytest.mark.parametrize("packages", [None, -1])
def test_packages_are_stated_unless_all_was_intact(packages: int | None) -> None:
    assert code_of(replace(NOTHING_SAID, unread=True, packages=packages)) == "packages-stated"


def test_intact_alone_says_that_all_packages_were_shown() -> None:
    assert replace(NOTHING_SAID, intact=True).found() == {"seals": "intact", "papers": None, "packages": ALL}


def test_intact_with_fewer_packages_says_how_many() -> None:
    assert replace(NOTHING_SAID, intact=True, packages=2).found()["packages"] == 2


def test_no_package_shown_can_be_said() -> None:
    assert replace(NOTHING_SAID, unread=True, packages=0).found() == {"seals": [], "papers": None, "packages": 0}


def test_each_seal_is_read_with_its_check_character() -> None:
    read = {"unit": "AYT-P01-T", "seal": "CEC-000101-E", "condition": "broken"}
    assert seal_found("ayt-p01:cec-000101:broken") == read
    assert replace(NOTHING_SAID, seals=("AYT-P01-T:CEC-000101-E:broken",), packages=1).found()["seals"] == [read]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("AYT-P01:CEC-000101", "seal-form"),
        ("AYT-P01:CEC-000101:intact:today", "seal-form"),
        ("", "seal-form"),
        ("AYT-P01:CEC-000101:whole", "seal-condition"),
        ("AYT-P01:CEC-000101:", "seal-condition"),
    ],
)
def test_what_is_no_seal_as_found_is_named(text: str, code: str) -> None:
    with pytest.raises(Misused) as caught:
        seal_found(text)
    assert caught.value.code == code
