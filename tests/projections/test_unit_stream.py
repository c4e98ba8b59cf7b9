from __future__ import annotations

from typing import cast

import pytest
from eventsourcing.persistence import StoredEvent

from custody.core.wording.outcomes import Outcome
from projections.stores.unit_stream import UnitAppeared, UnitChanged, UnitEvent, event_of, project, restored, stored
from schemas.errors import Unavailable
from schemas.outcomes import UnitJson
from tests.projections.toy import unit_doc


def unit_json(*, version: int, state: str = "in store") -> UnitJson:
    return cast("UnitJson", unit_doc("P-1", version=version, state=state))


FIRST = UnitAppeared("P-1", 1, 10, unit_json(version=1))
SECOND = UnitChanged("P-1", 2, 20, unit_json(version=2, state="with courier"))
THIRD = UnitChanged("P-1", 3, 20, unit_json(version=3))


def test_a_unit_is_what_its_last_event_says() -> None:
    unit = project([FIRST, SECOND])
    assert unit is not None
    assert (unit.unit, unit.version, unit.appeared, unit.position) == ("P-1", 2, 10, 20)
    assert unit.doc["state"] == "with courier"


def test_no_event_is_no_unit() -> None:
    assert project([]) is None


@pytest.mark.parametrize("events", [[SECOND], [FIRST, FIRST], [FIRST, THIRD], [FIRST, SECOND, SECOND]])
def test_a_stream_with_a_gap_or_a_repetition_is_broken(events: list[UnitEvent]) -> None:
    with pytest.raises(Unavailable) as caught:
        project(events)
    assert caught.value.code == "books-stream"


@pytest.mark.parametrize("event", [FIRST, SECOND, THIRD])
def test_an_event_comes_back_from_its_row_as_it_was(event: UnitEvent) -> None:
    assert restored(stored(event)) == event
    assert stored(restored(stored(event))) == stored(event)


@pytest.mark.parametrize(("version", "kind"), [(1, UnitAppeared), (2, UnitChanged)])
def test_an_outcome_of_a_unit_is_an_event_of_its_stream(version: int, kind: type[UnitEvent]) -> None:
    doc = unit_json(version=version)
    assert event_of(Outcome(7, 0, "unit", "P-1", doc)) == kind("P-1", version, 7, doc)


@pytest.mark.parametrize("topic", ["os:system", "projections.stores.unit_stream:UnitAppeared", "unit-appeared/v2", ""])
def test_a_row_can_name_only_the_types_of_the_closed_table(topic: str) -> None:
    with pytest.raises(Unavailable) as caught:
        restored(StoredEvent("P-1", 1, topic, stored(FIRST).state))
    assert caught.value.code == "books-stream"
