"""What is about to be signed is shown back: every field that somebody states, in lines that a person reads at a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from custody.cli.lines.shown_back import lines
from schemas.authority import KeyEnrolled
from schemas.base import Common
from schemas.envelope import parse_envelope
from schemas.union import parse_event
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

NOT_SHOWN = frozenset(Common.model_fields) | {"type", "nonce", "offer"}
"""What the program fills in, and what only another file names."""


@pytest.fixture(scope="module")
def acts() -> list[Common]:
    """A whole journey out: packing, sealing, manifest, handovers, opening."""
    journey = Journey(Play("AYT"), "AYT").opened()
    return [parse_event(parse_envelope(entry).payload) for entry in journey.play.log]


def texts(value: Any) -> Iterator[str]:
    """Each text and figure that is in a value; hashes are shortened where they are shown."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)[:16] if len(str(value)) >= 32 else str(value)


def of_type(acts: list[Common], name: str) -> Common:
    return next(act for act in acts if act.type == name)


def test_every_text_and_figure_that_is_stated_is_shown(acts: list[Common]) -> None:
    few = {act.type: act for act in acts if act.type not in ("ElectionOpened", "KeyEnrolled")}
    assert len(few) > 8
    for act in few.values():
        said = act.model_dump(mode="json", exclude_unset=True)
        told = "\n".join(lines(act, {}))
        stated = {name: value for name, value in said.items() if name not in NOT_SHOWN}
        lacking = [text for text in texts(stated) if text not in told and len(text) < 16]
        assert not lacking, (act.type, lacking, told)


def test_no_line_holds_a_hash_in_full(acts: list[Common]) -> None:
    for act in acts:
        assert not [line for line in lines(act, {}) for word in line.split() if len(word.strip(",")) >= 64]


def test_keys_and_people_are_shown_by_their_badges(acts: list[Common]) -> None:
    offer = of_type(acts, "HandoverOffered")
    (to, *_) = offer.model_dump(mode="json")["to"]
    told = "\n".join(lines(offer, {to: "mfa-1"}))
    assert "mfa-1" in told
    assert to[:16] not in told


def test_a_look_tells_packages_papers_and_each_seal(acts: list[Common]) -> None:
    told = list(lines(of_type(acts, "HandoverAnswered"), {}))
    assert any("1 package" in line and "shown" in line for line in told)
    assert [line for line in told if line.startswith("seal ") and line.endswith(": intact")]


def test_units_come_first_and_together(acts: list[Common]) -> None:
    for act in acts:
        units = [ref["unit"] for ref in act.model_dump(mode="json").get("units", [])]
        if units:
            assert next(lines(act, {})).endswith(", ".join(units))


def test_a_long_list_is_cut_and_counted(acts: list[Common]) -> None:
    enrolled = of_type(acts, "KeyEnrolled")
    assert isinstance(enrolled, KeyEnrolled)
    many = enrolled.model_copy(update={"keys": enrolled.keys * 30})
    told = list(lines(many, {}))
    assert len([line for line in told if line.startswith("keys ")]) == 21
    assert told[-1].endswith(f"and {len(many.keys) - 20} more")
