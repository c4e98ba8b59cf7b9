"""What is withheld, as a predicate: by type, by what a transcription stands for, and until when."""

from __future__ import annotations

import pytest

from custody.core.authority.withholding import FIGURES, hidden_figures, tells, until
from schemas.union import FOLD_1

ACCOUNT = {"in_boxes": 5, "allocated": 10}
VOTING = {"in_boxes": None, "allocated": 10}


def station(closes: str, *, is_true: bool = True) -> dict[str, str | None]:
    return {"closes": closes, "closing": closes if is_true else None}


STATIONS = {
    "AYT": station("2015-04-26T20:00:00+03:00"),
    "LAX": station("2015-04-26T20:00:00-07:00"),
    "TYO": station("2015-04-27T02:00:00+09:00"),
}


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
    last = "2015-04-26T20:00:00-07:00"
    assert until(STATIONS, accounts={}) == last
    assert until(STATIONS, accounts={"AYT": ACCOUNT, "LAX": ACCOUNT, "TYO": VOTING}) == last
    assert until(STATIONS, accounts=dict.fromkeys(STATIONS, ACCOUNT)) is None
    assert until(STATIONS, accounts={}, is_closed=True) is None
    assert until({}, accounts={}) is None


def test_a_station_that_never_had_papers_keeps_no_figures_of_others() -> None:
    stations = {**STATIONS, "ZZZ": station("2100-01-01T00:00:00+00:00", is_true=False)}
    empty = {"in_boxes": None, "allocated": None, "list": 100}
    stated = dict.fromkeys(STATIONS, ACCOUNT)
    for given in ({}, {"ZZZ": empty}):
        assert until(stations, accounts={**stated, **given}) is None
        assert until(stations, accounts={**stated, "LAX": VOTING, **given}) == "2015-04-26T20:00:00-07:00"
        assert until(stations, accounts=given) == "2015-04-26T20:00:00-07:00"
    for figure in ("allocated", "declared", "counted", "resupplied", "issued"):
        assert until(stations, accounts={**stated, "ZZZ": {**empty, figure: 0}}) is not None, figure
    assert until(stations, accounts={**stated, "ZZZ": {**empty, "disputed": True}}) is not None


def test_a_closing_that_cannot_be_true_is_told_only_where_there_is_no_other() -> None:
    wrong = station("2100-01-01T00:00:00+00:00", is_true=False)
    assert until({"ZZZ": wrong}, accounts={}) == wrong["closes"]
