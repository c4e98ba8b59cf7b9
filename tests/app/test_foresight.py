"""What the app warns of before anybody signs: each case alone, and an honest twin of which nothing is said."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.asking import ask

COURIER = {"role": "courier", "office": "MFA", "person": "c0"}
OFFICER = {"role": "mission-officer", "office": "AYT", "person": "0f"}
HAND = {"kind": "courier", "office": "", "person": "c0"}
LEGS = [
    {"releasing": "CEC", "receiving": "MFA"},
    {"releasing": "MFA", "receiving": "courier"},
    {"releasing": "courier", "receiving": "mission"},
]
UNIT = {
    "unit": "AYT-P01-T",
    "station": "AYT",
    "consignment": "AYT-C01-U",
    "holder": HAND,
    "seals": ["CEC-000101-E"],
    "act": "1",
}
MANDATE = {"courier": "c0", "consignments": ["AYT-C01-U"], "firstDay": "2015-04-13", "lastDay": "2015-04-30"}
KEYS = [
    {"key": "k0", "role": "courier", "office": "MFA", "person": "c0"},
    {"key": "k1", "role": "pouch-office", "office": "MFA", "person": "d0"},
]


def known(
    unit: dict[str, Any] | None = None, *, others: tuple[dict[str, Any], ...] = (), **more: Any
) -> dict[str, Any]:
    """What a device knows."""
    return {"units": [{**UNIT, **(unit or {})}, *others], "mandates": [MANDATE], "legs": LEGS, "roster": KEYS, **more}


def offer(key: str = "k0", *, seals: tuple[str, ...] = ("CEC-000101-E",), at: str = "2015-04-17T10:00:00+03:00") -> Any:
    """An offer of the pouch by a key's holder."""
    signers = [{"key": key, "person": "x", "part": "releasing"}]
    units = [{"unit": "AYT-P01-T", "previous": "1"}]
    return {"signers": signers, "units": units, "declared": {"seals": list(seals)}, "at": at}


FROM_MFA = {"holder": {"kind": "MFA", "office": "", "person": ""}}
OTHER = {**UNIT, "unit": "AYT-P02-R", "seals": ["CEC-000102-C"]}
CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an officer of the station": ({"event": offer(), "taker": OFFICER, "known": known()}, []),
    "an officer of another": (
        {"event": offer(), "taker": {**OFFICER, "office": "ANK"}, "known": known()},
        ["not-yours"],
    ),
    "a courier with a mandate": ({"event": offer("k1"), "taker": COURIER, "known": known(FROM_MFA)}, []),
    "on the last day": (
        {"event": offer("k1", at="2015-04-30T23:59:00+03:00"), "taker": COURIER, "known": known(FROM_MFA)},
        [],
    ),
    "a day too late": (
        {"event": offer("k1", at="2015-05-01T00:01:00+03:00"), "taker": COURIER, "known": known(FROM_MFA)},
        ["no-mandate"],
    ),
    "a courier without one": (
        {"event": offer("k1"), "taker": COURIER, "known": known(FROM_MFA, mandates=[])},
        ["no-mandate"],
    ),
    "the ministry straight to the mission": (
        {"event": offer("k1"), "taker": OFFICER, "known": known(FROM_MFA)},
        ["out-of-order"],
    ),
    "another holds it": ({"event": offer("k1"), "taker": COURIER, "known": known()}, ["not-aboard"]),
    "a seal that is on another pouch": (
        {
            "event": offer(seals=("CEC-000101-E", "CEC-000102-C")),
            "taker": OFFICER,
            "known": known(others=(OTHER,)),
        },
        ["seal-used"],
    ),
    "a seal that is not declared": (
        {"event": offer(seals=()), "taker": OFFICER, "known": known()},
        ["seal-not-declared"],
    ),
    "a pouch on hold": ({"event": offer(), "taker": OFFICER, "known": known({"hold": True})}, ["on-hold"]),
    "a seal that was found broken on the way": (
        {"event": offer(), "taker": OFFICER, "known": known(checked=[{"seal": "CEC-000101-E", "condition": "broken"}])},
        ["seal-not-intact"],
    ),
    "a seal that was found intact on the way": (
        {"event": offer(), "taker": OFFICER, "known": known(checked=[{"seal": "CEC-000101-E", "condition": "intact"}])},
        [],
    ),
    "a pouch that nobody here knows": (
        {"event": offer(), "taker": OFFICER, "known": known({"unit": "AYT-P09-9", "seals": []})},
        [],
    ),
}


def test_whoever_receives_is_warned_of_what_is_out_of_the_ordinary() -> None:
    said = ask("answering", [asked for asked, _ in CASES.values()])
    assert dict(zip(CASES, said, strict=True)) == {name: expected for name, (_, expected) in CASES.items()}


@pytest.mark.parametrize(
    ("taker", "expected"),
    [
        (OFFICER, []),
        ({**OFFICER, "office": "ANK"}, ["not-yours"]),
        ({"role": "pouch-office", "office": "MFA", "person": "d0"}, ["out-of-order"]),
    ],
)
def test_whoever_gives_is_warned_before_he_signs(taker: dict[str, Any], expected: list[str]) -> None:
    asked = {"units": ["AYT-P01-T"], "giver": HAND, "taker": taker, "known": known(), "day": "2015-04-17"}
    assert ask("offering", [asked]) == [expected]
