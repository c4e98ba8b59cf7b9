from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from consumers.loop import RetryPolicy, drain
from consumers.views import ViewFollower
from custody.core.wording.outcomes import Outcome
from projections import queries
from projections.stores.books import Books
from projections.stores.ports import START, Head, Parked
from projections.views.all_views import VIEWS
from tests.projections.places import Place
from tests.projections.toy import (
    account_doc,
    consignment_doc,
    entry_doc,
    finding_doc,
    handover_doc,
    status_doc,
    unit_doc,
)

OFFER, TOUR, OTHER = "a" * 64, "b" * 64, "c" * 64
HEAD = Head(9, "1" * 64, "2" * 64, "3" * 64)

TOLD: list[tuple[int, str, str, dict[str, Any]]] = [
    (
        0,
        "election",
        "f" * 64,
        {"election": "f" * 64, "name": "Kazakhstan 2015", "slug": "kz-2015", "domain": "cec.invalid"},
    ),
    (1, "station", "AYT", {"station": "AYT", "city": "Antalya"}),
    (1, "station", "WAW", {"station": "WAW", "city": "Warsaw"}),
    (2, "unit", "P-1", unit_doc("P-1", version=1, state="packed")),
    (2, "unit", "P-10", unit_doc("P-10", version=1, station="WAW")),
    (2, "consignment", "AYT-1", consignment_doc("AYT-1", station="AYT")),
    (2, "consignment", "WAW-1", consignment_doc("WAW-1", station="WAW", handover=TOUR)),
    (3, "entry", "3", entry_doc(3, units=["P-1"], status="waiting")),
    (3, "handover", OFFER, handover_doc(OFFER, consignments=["AYT-1"], station="AYT")),
    (3, "handover", TOUR, handover_doc(TOUR, consignments=["AYT-1", "WAW-1"], station=None)),
    (3, "handover", OTHER, handover_doc(OTHER, consignments=[], station=None)),
    (4, "finding", "9" * 64, finding_doc("9" * 64, raised=4)),
    (4, "finding", "8" * 64, finding_doc("8" * 64, raised=4, station="WAW")),
    (5, "entry", "5", entry_doc(5, units=["P-1", "P-10"])),
    (5, "entry-status", "3", status_doc(3, units=["P-1"], status="applied")),
    (5, "unit", "P-1", unit_doc("P-1", version=2, state="with courier")),
    (5, "consignment", "AYT-1", consignment_doc("AYT-1", station="AYT", handover=OFFER)),
    (6, "finding", "9" * 64, finding_doc("9" * 64, raised=4, status="settled")),
    (6, "finding", "7" * 64, finding_doc("7" * 64, raised=6)),
    (7, "finding-withdrawn", "7" * 64, {"id": "7" * 64, "position": 7}),
    (7, "account", "AYT", account_doc("AYT", counted=441, issued=446)),
    (8, "account", "WAW", account_doc("WAW", counted=100)),
    (8, "print", "PB-1", {"batch": "PB-1", "good": 21_062}),
]


@pytest.fixture
def books(place: Place) -> Iterator[Books]:
    outcomes = [Outcome(at, ordinal, kind, subject, doc) for ordinal, (at, kind, subject, doc) in enumerate(TOLD)]
    with place.create() as books:
        books.ledger.write(expected=START, head=HEAD, outcomes=outcomes)
        drain([ViewFollower(view, books=books) for view in VIEWS], patience=RetryPolicy(), pause=lambda _: None)
        yield books


def test_a_unit_is_shown_as_it_is_now(books: Books) -> None:
    assert queries.unit(books, "P-1") == unit_doc("P-1", version=2, state="with courier") | {"position": 5}


def test_a_unit_never_heard_of_is_none(books: Books) -> None:
    assert queries.unit(books, "P-2") is None
    assert queries.audit_trail_of(books, "P-2") == []
    assert queries.unit_at(books, "P-2", position=99) is None


def test_a_station_has_the_units_that_belong_to_it(books: Books) -> None:
    assert [doc["unit"] for doc in queries.units_of_station(books, "AYT")] == ["P-1"]


@pytest.mark.parametrize(
    ("position", "state"), [(2, "packed"), (4, "packed"), (5, "with courier"), (99, "with courier")]
)
def test_a_unit_is_shown_as_it_was_at_any_position(books: Books, position: int, state: str) -> None:
    unit = queries.unit_at(books, "P-1", position=position)
    assert unit is not None
    assert unit.doc["state"] == state


def test_a_unit_was_nowhere_before_it_was_heard_of(books: Books) -> None:
    assert queries.unit_at(books, "P-1", position=1) is None


def test_the_audit_trail_tells_acts_reports_and_what_the_unit_became_in_log_order(books: Books) -> None:
    trail = queries.audit_trail_of(books, "P-1")
    told = [(line["position"], line["source"], line.get("status"), line.get("version")) for line in trail]
    assert told == [
        (2, "state", None, 1),
        (3, "entry", "applied", None),
        (5, "entry", "applied", None),
        (5, "state", None, 2),
    ]


@pytest.mark.parametrize(("position", "status"), [(3, "waiting"), (4, "waiting"), (5, "applied"), (9, "applied")])
def test_an_entry_reads_in_the_audit_trail_as_it_did_at_any_position(books: Books, position: int, status: str) -> None:
    trail = queries.audit_trail_of(books, "P-1", position=position)
    assert [line["status"] for line in trail if line["source"] == "entry" and line["position"] == 3] == [status]
    assert all(line["position"] <= position for line in trail)


def test_the_audit_trail_of_a_unit_is_not_mixed_with_that_of_a_longer_name(books: Books) -> None:
    assert [line["position"] for line in queries.audit_trail_of(books, "P-10")] == [2, 5]


def test_planned_legs_stand_beside_the_handovers_that_they_were_walked_by(books: Books) -> None:
    (leg,) = queries.legs_of_station(books, "AYT")
    assert (leg.consignment, leg.direction, leg.planned["to"]) == ("AYT-1", "out", "AYT")
    assert leg.handover is not None
    assert leg.handover["offer"] == OFFER


def test_a_handover_of_a_tour_is_found_under_each_of_its_stations(books: Books) -> None:
    assert [doc["offer"] for doc in queries.handovers_of_station(books, "AYT")] == [OFFER, TOUR]
    assert [doc["offer"] for doc in queries.handovers_of_station(books, "WAW")] == [TOUR]
    (leg,) = queries.legs_of_station(books, "WAW")
    assert leg.handover is not None
    assert leg.handover["offer"] == TOUR


def test_an_account_has_null_where_nobody_has_counted_yet(books: Books) -> None:
    account = queries.account_of_station(books, "WAW")
    assert account is not None
    assert (account["counted"], account["issued"]) == (100, None)


def test_totals_say_how_many_stations_they_are_made_of(books: Books) -> None:
    assert queries.election_totals(books) == {
        "list": queries.Total(papers=200, stations=2),
        "counted": queries.Total(papers=541, stations=2),
        "issued": queries.Total(papers=446, stations=1),
    }


def test_findings_are_listed_as_they_were_raised_without_those_withdrawn(books: Books) -> None:
    assert [(doc["id"][0], doc["status"]) for doc in queries.findings(books)] == [("8", "open"), ("9", "settled")]


def test_findings_are_narrowed_by_every_filter(books: Books) -> None:
    assert [doc["id"][0] for doc in queries.findings(books, status="open")] == ["8"]
    assert [doc["id"][0] for doc in queries.findings(books, station="AYT", code="package-count")] == ["9"]
    assert queries.findings(books, code="overdue") == []


def test_the_board_has_a_row_for_every_station(books: Books) -> None:
    antalya, warsaw = queries.board(books)
    assert antalya.account is not None
    assert (antalya.station["city"], antalya.account["issued"], antalya.findings) == ("Antalya", 446, [])
    assert [doc["consignment"] for doc in warsaw.consignments] == ["WAW-1"]
    assert [doc["id"][0] for doc in warsaw.findings] == ["8"]


def test_facts_of_election_station_and_printing_are_there(books: Books) -> None:
    election, station = queries.election(books), queries.station(books, "WAW")
    assert election is not None
    assert station is not None
    assert (election["slug"], station["city"]) == ("kz-2015", "Warsaw")
    assert [doc["good"] for doc in queries.prints(books)] == [21_062]
    assert queries.station(books, "XXX") is None


def test_answers_say_how_far_they_go_and_over_which_history(books: Books) -> None:
    told = queries.tracked(books)
    assert told.ledger == HEAD
    assert set(told.views.values()) == {HEAD}
    assert told.parked == []


def test_books_without_an_election_raise_no_alarm(place: Place) -> None:
    with place.create() as books:
        assert queries.alarms(books) == []


def test_what_views_left_out_is_an_alarm_of_every_answer(books: Books) -> None:
    parked = [Parked("custody", 10, 0, "KeyError")]
    later = Head(11, "4" * 64, "5" * 64)
    books.views.write("custody", expected=HEAD, head=later, changes=[], parked=parked)
    assert [alarm.code for alarm in queries.alarms(books)] == ["views-incomplete"]
