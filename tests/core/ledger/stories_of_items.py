"""Stories about items that go with a consignment: a stamp that is missing, certificates by number, what does not come back."""

from __future__ import annotations

from tests.core.ledger.itemised import Itemised, found_of
from tests.core.ledger.journeys import Journey
from tests.core.ledger.telling import tells


@tells("items-sent", 169, 140)
def a_stamp_is_missing_on_the_way_and_found_again(journey: Journey) -> None:
    own = itemised(journey)
    own.seen(("cec-1",), ("mfa-1",), items=found_of({"kind": "commission-stamp", "count": 0}))
    numbers = ["000101", "000102", "000109"]
    other = {"kind": "absentee-certificate", "count": 3, "numbers": numbers}
    own.seen(("mfa-1",), (own.courier,), items=found_of(other, {"kind": "teapot", "count": 1}))
    own.seen((own.courier,), own.who("officer"), items=found_of())


@tells("items-closed", 170)
def the_stamp_does_not_come_back(journey: Journey) -> None:
    itemised(journey).returned(items=[{"kind": "voters-list", "count": 1}])


def itemised(journey: Journey) -> Itemised:
    """A journey whose prelude is one with items."""
    assert isinstance(journey, Itemised)
    return journey
