"""What the clocks of a place show, as the installed edition of the time zone database has it."""

from __future__ import annotations

import re

import pytest

from custody.adapters.reference import reference_stations, reference_zones
from custody.adapters.timezones import EDITION, offset_rows, offsets_of, zone_of
from schemas.errors import Misused


def test_istanbul_kept_its_summer_time_over_the_election_of_november_2015() -> None:
    assert ("2015-03-29T01:00:00+00:00", "+03:00") in offsets_of("Europe/Istanbul", year=2015)
    assert ("2015-11-08T01:00:00+00:00", "+02:00") in offsets_of("Europe/Istanbul", year=2015)


def test_almaty_went_to_five_hours_in_march_2024() -> None:
    assert offsets_of("Asia/Almaty", year=2024) == (
        ("2023-01-01T00:00:00+00:00", "+06:00"),
        ("2024-02-29T18:00:00+00:00", "+05:00"),
    )


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../zones", "zone.tab", "europe/istanbul"])
def test_a_zone_that_nobody_knows_has_no_offsets(zone: str) -> None:
    assert offset_rows(zone, year=2015) == []
    with pytest.raises(Misused):
        zone_of(zone)


@pytest.mark.parametrize("year", [1, 1970, 2100, 9999])
def test_no_year_makes_it_fail(year: int) -> None:
    assert all(1969 < int(since[:4]) < 2101 for since, _ in offsets_of("Africa/Casablanca", year=year))


def test_the_reference_data_has_what_the_tool_writes_for_every_station() -> None:
    zones = reference_zones()
    assert {station.timezone for station in reference_stations()} | {"Asia/Almaty"} == set(zones)
    assert {name: row["offsets"] for name, row in zones.items()} == {
        name: offset_rows(name, year=2015) for name in zones
    }


def test_the_edition_is_named_as_events_name_it() -> None:
    assert re.fullmatch(r"[0-9]{4}[a-z]{1,2}", EDITION)
