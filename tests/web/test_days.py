"""Who asks how things stood on a day gets the end of that day: by a form, or as days are written."""

from __future__ import annotations

import pytest

from projections.stores.moments import Instant, read_moment
from tests.web.demo import Web
from tests.web.pages import Page

END = read_moment("2015-04-17T23:59:59Z")


@pytest.mark.parametrize("written", ["2015-04-17", "17.04.2015", "17.4.2015"])
def test_a_day_stands_for_its_last_moment(written: str) -> None:
    assert read_moment(written) == END


@pytest.mark.parametrize(
    "written", ["2015-02-30", "31.4.2015", "2015-4-17", "17.04.15", "17/04/2015", "2015-04-17T", "0000-x"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"[.]$"):
        read_moment(written)


def test_before_the_first_year_there_is_nothing() -> None:
    assert read_moment("0000-01-01") == Instant(float("-inf"))


def test_the_page_of_a_day_is_the_page_of_the_last_entry_of_it(web: Web) -> None:
    day, last = web.get("/kk/units/DEL-P01-T?at=17.04.2015"), web.json("/units/DEL-P01-T.json?at=2015-04-17T23:59:59Z")
    assert day.status_code == 200
    assert web.json("/units/DEL-P01-T.json?at=2015-04-17")["as_of"] == last["as_of"]
    assert 'type="date"' in day.text
    assert f"at={last['as_of']}" in " ".join(Page(day.text).links)
