"""The search box takes what the command line takes, and says what may have been meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from projections.place_names import Places
from projections.stores.books import open_books
from projections.subjects import subject
from projections.web.serving.search import readings
from schemas.errors import Misused, Refused
from tests.web.demo import Web
from tests.web.pages import Page

FOUND = {
    "AYT": "/stations/AYT",
    "  antalya ": "/stations/AYT",
    "new  delhi": "/stations/DEL",
    "del-p01": "/units/DEL-P01-T",
    "DEL-P01-T": "/units/DEL-P01-T",
    "AYT-C01": "/consignments/AYT-C01-U",
    "CEC-000016": "/seals/CEC-000016-8",
    "cec-000074-l": "/seals/CEC-000074-L",
    "Анталья": "/stations/AYT",
    "Анталия": "/stations/AYT",
    "Мәскеу": "/stations/MOW",
    "Москва": "/stations/MOW",
    "нью дели": "/stations/DEL",
    "mission waw": "/stations/WAW",
    "миссия Варшава": "/stations/WAW",
    "ayt p01": "/units/AYT-P01-T",
    "AYTP01T": "/units/AYT-P01-T",
    "AYT–P01–T": "/units/AYT-P01-T",
    "АУТ-Р01": "/units/AYT-P01-T",
    "cec 000016": "/seals/CEC-000016-8",
    "1240": "/log/1240",
    "seal CEC-000016-8": "/seals/CEC-000016-8",
    "пломба cec 16": "/seals/CEC-000016-8",
    "вализа AYT-P01": "/units/AYT-P01-T",
    "курьер AYT": "/badges/courier-ayt",
    "станция Анталья": "/stations/AYT",
    "entry 2,771": "/log/2771",
    "№ 5": "/log/5",
    "courier-ayt": "/badges/courier-ayt",
}
NOT_FOUND = {
    "": "Name a station's code or city (AAA, Gori)",
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


@pytest.mark.parametrize(("typed", "told"), NOT_FOUND.items())
def test_what_is_not_there_is_said_with_what_may_have_been_meant(web: Web, typed: str, told: str) -> None:
    answer = web.client.get("/find", params={"q": typed})
    assert answer.status_code == 404
    assert told in Page(answer.text).text
    assert "[A-Z]" not in answer.text


def test_events_handovers_and_findings_are_found_by_the_first_digits_of_their_ids(web: Web) -> None:
    finding = web.json("/api/v1/findings")["items"][0]["id"]
    handover = web.json("/handovers.json")["items"][0]
    for identity, path in ((finding, f"/findings/{finding}"), (handover["offer"], f"/handovers/{handover['offer']}")):
        for typed in (identity, identity[:16], f"{identity[:4]} {identity[4:8]} {identity[8:12]} …"):
            (hit,) = web.client.get("/api/v1/search", params={"q": typed}).json()["hits"]
            assert hit["path"] == path


def test_what_may_have_been_meant_leads_there_in_each_script(web: Web) -> None:
    for typed in ("Антлья", "Antlya", "посольство в Анталье"):
        answer = web.client.get("/ru/find", params={"q": typed})
        assert answer.status_code == 404
        assert "/ru/stations/AYT" in Page(answer.text).links
    (meant,) = web.client.get("/api/v1/search", params={"q": "corier-ayt"}).json()["meant"][:1]
    assert meant["path"] == "/badges/courier-ayt"
    assert web.client.get("/api/v1/search", params={"q": "corier-ayt", "x": "1"}).status_code == 422


def test_a_name_that_the_election_gives_is_found_in_its_own_script() -> None:
    places = Places({"BBB": "Varsovie", "AAA": "Gori"}, {"BBB": {"ka": "ვარშავა", "kk": "Варшауа"}})
    assert places.named("ვარშავა") == ["BBB"]
    assert places.named("варшауа") == ["BBB"]
    assert places.named("Гори") == ["AAA"]
    assert places.called("BBB", language="kk") == "Варшауа"
    assert (places.named(""), places.near("zzz")) == ([], [])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AYTP011", ["AYT-P011-J"]),
        ("ayt-p01-x", []),
        ("AYT P01 T", ["AYT-P01-T"]),
        ("CEC000016", ["CEC-000016-8"]),
        ("x", []),
    ],
)
def test_a_code_is_read_as_people_write_it(text: str, names: list[str]) -> None:
    assert readings(text) == names


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
