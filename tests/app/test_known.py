"""What a phone signs with: offices that somebody serves, published codes; and which cards it takes for a registrar's."""

from __future__ import annotations

import json
from typing import Any

from tests.app.asking import ask

KEYS = [
    {"key": "c0", "role": "courier", "office": "MFA"},
    {"key": "0f", "role": "mission-officer", "office": "AYT"},
]
CARD = {
    "badge": "phone-ayt",
    "election": "e" * 64,
    "format": "custody/person-card/v1",
    "gateways": ["0" * 64],
    "office": "AYT",
    "person": "a" * 64,
    "role": "mission-officer",
}


def signing(key: str = "0f", *, place: str = "AYT", codes: tuple[str, ...] = (), previous: str | None = "1") -> Any:
    """An event as the phone would sign it, and what it knows."""
    event = {
        "codes": list(codes),
        "place": place,
        "signers": [{"key": key, "person": "x", "part": "acting"}],
        "units": [{"unit": "VIE-P01-8", "previous": previous}],
    }
    return {"event": event, "codes": ["own-code"], "roster": KEYS, "stations": ["AYT", "VIE"]}


def asked(task: str, *values: Any) -> list[Any]:
    """What the app says to each: its value, or the code of its refusal."""
    return [one if isinstance(one, str) else one["refused"] for one in ask(task, list(values))]


def test_nothing_is_signed_with_an_office_that_nobody_serves() -> None:
    found = asked("known", signing(), signing(place="XYZ"), signing("c0", place="XYZ"))
    assert found == ["signed", "office-unknown", "signed"]
    first = signing(previous=None)
    other = {**first, "stations": ["AYT"]}
    assert asked("known", first, other) == ["signed", "office-unknown"]


def test_nothing_is_signed_with_a_code_that_nobody_published() -> None:
    found = asked(
        "known", signing(codes=("seal-broken",)), signing(codes=("own-code",)), signing(codes=("seal-brokn",))
    )
    assert found == ["signed", "signed", "code-unlisted"]


def test_a_card_that_no_registrar_made_is_refused() -> None:
    changed = (
        {"role": "emperor"},
        {"role": "gateway"},
        {"office": "ayt"},
        {"person": "a" * 63},
        {"badge": "Phone AYT"},
        {"election": ""},
        {"format": "custody/person-card/v2"},
        {"gateways": "0"},
    )
    cards = [json.dumps({**CARD, **change}, separators=(",", ":"), sort_keys=True) for change in ({}, *changed)]
    said = asked("card", *cards)
    assert said[0] == "phone-ayt"
    assert set(said[1:8]) == {"card-form"}
    assert not said[8].startswith("crash")
