"""G12: one altered number anywhere in an honest journey is one finding, the first broken identity, that names the event."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.evidence.conservation import check_accounts
from tests.core.ledger.altered import NOT_CHECKED, WAYS, Place, honest, journey, places, told, value

PLACES = places()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.way}-{place.at}-{place.type}-{place.field}")
def test_one_altered_number_is_one_finding_that_names_its_event(place: Place) -> None:
    check(place, by=-1)


@settings(max_examples=40)
@given(st.sampled_from(PLACES), st.integers(min_value=-50, max_value=50).filter(bool))
def test_it_is_one_finding_whatever_the_number(place: Place, by: int) -> None:
    check(place, by=by)


def check(place: Place, *, by: int) -> None:
    """At every position from the altered number on: never more than one finding."""
    if value(place) + by < 0 and place.field != "unaccounted":
        by = -by
    altered, first = "", ""
    for at, ledger, event in told(place, by=by):
        altered = event if at == place.at else altered
        findings = list(ledger.state.findings)
        assert len(findings) <= 1, [finding.sentence for finding in findings]
        if findings:
            first = first or findings[0].id
            assert findings[0].id == first
            assert altered in findings[0].evidence, findings[0].sentence
            assert len(findings[0].evidence) > 1
    assert first, "nobody noticed"
    assert check_accounts(ledger.state) == ()


@pytest.mark.parametrize("way", WAYS)
def test_before_the_altered_number_there_is_no_finding(way: str) -> None:
    for until in range(len(journey(way)) + 1):
        assert list(honest(way, until=until).state.findings) == []


def test_every_type_that_states_a_figure_is_altered_somewhere() -> None:
    types = {place.type for place in PLACES}
    assert len(PLACES) >= 55
    assert {"BallotsPrinted", "BatchAllocated", "UnitPacked", "ConsignmentManifested", "HandoverOffered"} <= types
    assert {"HandoverAnswered", "BallotsCounted", "BallotAccountClosed", "PackedForReturn", "ReturnReceived"} <= types
    new = {"ResupplySent", "ResupplyReceived", "ReplacementAuthorised", "Destroyed"}
    assert {"UnitPacked", *new} <= {place.type for place in PLACES if place.way == "other ways"}
    played = {payload["type"] for way in WAYS for payload, _ in journey(way)}
    assert {type_name for type_name, _ in NOT_CHECKED} <= {*played, "ShortageDeclared"}
