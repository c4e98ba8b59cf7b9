"""The search box takes what the command line takes, and says what may have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections.stores.books import open_books
from projections.subjects import subject
from schemas.errors import Misused, Refused
from tests.web.demo import Web
from tests.web.pages import Page

FOUND = {
    "AYT": "/stations/AYT",
    "  antalya ": "/stations/AYT",
    "new  delhi": "/stations/DEL",
    "del-p01": "/units/DEL-P01-T",
    "DEL-P01-T": "/units/DEL-P01-T",
    "AYT-C01": "/stations/AYT#c-AYT-C01-U",
    "CEC-000016": "/units/DEL-P01-T",
    "cec-000074-l": "/units/DEL-P01-T",
}
NOT_FOUND = {
    "": "Name a station's code or city (AYT, Antalya)",
    "Antlya": "There is no station Antlya on this log. Did you mean Antalya?",
    "AYX": "There is no station AYX on this log. Did you mean AYT",
    "AYT-P07": "is not on this log. Did you mean AYT-P0",
    "AYT-C07": "is not on this log. Did you mean AYT-C0",
    "AYT-Q01": "AYT-Q01 is no unit, consignment, seal or station. Did you mean AYT-",
    "AYT-P01-X": "AYT-P01-X was copied wrongly: the check character of AYT-P01 is T, not X.",
    "CEC-999999": "is on no unit: no act that is in force has applied it.",
    "<b>&": "There is no station <b>& on this log.",
}


@pytest.mark.parametrize(("typed", "path"), FOUND.items())
def test_what_is_typed_leads_to_its_page(web: Web, typed: str, path: str) -> None:
    answer = web.client.get("/en/find", params={"q": typed}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en{path}")
    shown = web.client.get(path.partition("#")[0])
    assert shown.status_code == 200
    assert f'id="{path.partition("#")[2]}"' in shown.text or "#" not in path


@pytest.mark.parametrize(("typed", "told"), NOT_FOUND.items())
def test_what_is_not_there_is_said_with_what_may_have_been_meant(web: Web, typed: str, told: str) -> None:
    answer = web.client.get("/find", params={"q": typed})
    assert answer.status_code == 404
    assert told in Page(answer.text).text
    assert "[A-Z]" not in answer.text


@pytest.mark.parametrize("typed", NOT_FOUND)
def test_the_command_line_says_the_same_of_what_is_not_there(web: Web, demo: Path, typed: str) -> None:
    page = Page(web.client.get("/find", params={"q": typed}).text)
    with open_books(demo / "books") as books:
        if typed == "CEC-999999":  # a seal has a life of its own on the command line, also where no act applied it
            assert subject(books, typed).kind == "seal"
            return
        with pytest.raises((Misused, Refused)) as caught:
            subject(books, typed)
    assert caught.value.sentence in page.text
