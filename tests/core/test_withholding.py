"""What is withheld, as a predicate: by type, by what a transcription stands for, and until when."""

from __future__ import annotations

import pytest

from custody.core.withholding import FIGURES, hidden_figures, tells, until
from schemas.union import FOLD_1

ACCOUNT = {"in_boxes": 5}


@pytest.mark.parametrize(
    ("kind", "stands_for", "goes_back", "is_withheld"),
    [
        ("BallotAccountClosed", None, False, True),
        ("PackedForReturn", None, False, True),
        ("HandoverAnswered", None, False, False),
        ("HandoverAnswered", None, True, True),
        ("HandoverOffered", None, True, True),
        ("SealsChecked", None, True, False),
        ("ActTranscribed", "HandoverAnswered", True, True),
        ("ActTranscribed", "HandoverAnswered", False, False),
        ("ActTranscribed", "BallotsCounted", True, True),
        ("ActTranscribed", "ConsignmentOpened", True, False),
        ("ActTranscribed", None, True, True),
        ("ActTranscribed", "ActTranscribed", True, True),
    ],
)
def test_an_event_is_withheld_by_what_it_stands_for(
    kind: str, stands_for: str | None, *, goes_back: bool, is_withheld: bool
) -> None:
    assert tells(kind, stands_for=stands_for, goes_back=goes_back) is is_withheld


def test_every_type_that_states_a_figure_from_the_boxes_is_withheld() -> None:
    stating = {
        str(event.model_fields["type"].annotation.__args__[0])  # type: ignore[union-attr]
        for event in FOLD_1
        if (FIGURES | {"from_boxes"}) & set(event.model_fields)
    }
    assert stating
    assert all(tells(kind, goes_back=False) for kind in stating)


def test_what_is_unaccounted_is_a_figure_from_the_boxes_once_they_are_in_the_account() -> None:
    assert "unaccounted" not in hidden_figures({"in_boxes": None, "unaccounted": 3})
    assert hidden_figures({"in_boxes": 0, "unaccounted": 3}) == FIGURES | {"unaccounted"}


def test_figures_are_withheld_until_the_latest_closing_and_until_every_station_stated_its_own() -> None:
    closes = {
        "AYT": "2015-04-26T20:00:00+03:00",
        "LAX": "2015-04-26T20:00:00-07:00",
        "TYO": "2015-04-27T02:00:00+09:00",
    }
    assert until(closes, accounts={}) == closes["LAX"]
    assert until(closes, accounts={"AYT": ACCOUNT, "LAX": ACCOUNT, "TYO": {"in_boxes": None}}) == closes["LAX"]
    assert until(closes, accounts=dict.fromkeys(closes, ACCOUNT)) is None
    assert until(closes, accounts={}, is_closed=True) is None
    assert until({}, accounts={}) is None
