"""Findings on the pages in the language that a reader asks for; in the API in all of them."""

from __future__ import annotations

import re

import pytest

from custody.core.wording.message_format import LANGUAGES, Language
from custody.serving.languages import preferred
from projections.web.models.languages import first_of
from tests.web.demo import Web
from tests.web.pages import Page

SAID = {
    "en": "Issued 446, received 441: for 5 papers the record shows no origin.",
    "ru": "Выдано: 446; получено: 441; откуда получены, не записано: 5 бюллетеней.",
    "kk": "Берілгені: 446; алынғаны: 441; қайдан алынғаны жазылмағаны: 5 бюллетень.",
}
PAGES = ("/board", "/findings", "/stations/AYT")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("kk", "kk"),
        ("kk-KZ,kk;q=0.9,ru;q=0.8,en;q=0.7", "kk"),
        ("en;q=0.5, ru-RU;q=0.9", "ru"),
        ("de,fr;q=0.9", "en"),
        ("de, ru;q=0", "en"),
        ("RU", "ru"),
        ("ru;q=x, kk;q=0.1", "kk"),
        ("ru;q=1e9,kk;q=0.5", "kk"),
        (",;;,=", "en"),
        ("x" * 500 + ",ru", "en"),
    ],
)
def test_the_language_that_a_reader_likes_best_is_found(header: str, language: Language) -> None:
    assert preferred(header) == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_findings_in_the_language_of_its_address(web: Web, path: str, language: str) -> None:
    answer = web.client.get(path, params={"lang": language}, headers={"Accept-Language": "ru"})
    assert answer.status_code == 200
    assert SAID[language] in re.sub(r"<[^>]*>", "", answer.text)
    assert [other for other, text in SAID.items() if text in answer.text] == [language]
    assert f'lang="{language}"' in answer.text


def test_an_address_without_a_language_leads_to_the_one_of_the_browser(web: Web) -> None:
    for header, language in (("kk-KZ,kk;q=0.9,en;q=0.8", "kk"), ("ru", "ru"), ("de", "en")):
        answer = web.client.get("/findings?at=1300", headers={"Accept-Language": header}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, f"/{language}/findings?at=1300")
        assert answer.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("/", "/en/"),
        ("/ru", "/ru/"),
        ("/board", "/en/"),
        ("/board?lang=ru&at=1300", "/ru/?at=1300"),
        ("/en/findings?lang=kk", "/kk/findings"),
        ("/stations/AYT?lang=de", "/en/stations/AYT?lang=de"),
        ("/board.json?at=5", "/index.json?at=5"),
        ("//elsewhere.invalid/x", "/en//elsewhere.invalid/x"),
    ],
)
def test_an_address_of_old_leads_to_the_one_of_now_and_never_to_another_host(web: Web, old: str, now: str) -> None:
    answer = web.client.get(f"{web.url}{old}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, now)


def test_where_the_browser_names_no_language_of_the_election_its_first_one_is_shown() -> None:
    assert preferred("de", offered=("kk", "ru", "en"), first=first_of(("xx", "kk", "ru"))) == "kk"
    assert first_of(("ka",)) == "en"


def test_what_holds_in_one_language_is_not_taken_for_another(web: Web) -> None:
    tags = {language: web.get(f"/{language}/").headers["ETag"] for language in SAID}
    assert len(set(tags.values())) == len(SAID)
    assert web.get("/kk/", If_None_Match=tags["ru"]).status_code == 200
    assert web.get("/ru/", If_None_Match=tags["ru"]).status_code == 304


def test_a_page_leads_to_itself_in_the_other_languages(web: Web) -> None:
    page = web.client.get("/ru/findings", params={"status": "open"}).text
    for language in LANGUAGES:
        assert f'href="/{language}/findings?status=open"' in page
    assert 'href="/findings.json?status=open"' in page
    assert 'href="/ru/findings?status=settled"' in page


def test_what_no_page_knows_is_left_aside_and_what_the_api_does_not_know_is_refused(web: Web) -> None:
    assert web.get("/en/findings?utm_source=letter&lang=de").status_code == 200
    assert web.get("/en/findings?at=x").status_code == 422
    assert web.get("/api/v1/findings?utm_source=letter").status_code == 422


def test_the_api_says_a_finding_in_all_languages_and_takes_none(web: Web) -> None:
    items = web.client.get("/api/v1/findings", params={"station": "AYT"}).json()["items"]
    (finding,) = items
    assert {language: finding["words"][language]["sentence"] for language in LANGUAGES} == SAID
    assert finding["words"]["ru"]["status"] == "не урегулировано"
    assert finding["also"][0]["sentences"]["kk"] == "Берілгені: 446; тізімдегі қолдар: 441; айырмасы: 5."
    assert web.client.get("/api/v1/findings", params={"lang": "ru"}).status_code == 422


@pytest.mark.parametrize(
    "path", ["/", "/findings", "/stations/DEL", "/units/DEL-P01-T", "/units/DEL-P01-T?at=795", "/find?q=XYZ"]
)
def test_whoever_chose_a_language_keeps_it_on_every_page_that_is_led_to(web: Web, path: str) -> None:
    page = Page(web.get(f"/kk{path}").text)
    spoken = [given for tag, given in page.tags if tag == "a" and "hreflang" not in given]
    pages = [given["href"] for given in spoken if given.get("href", "").startswith("/")]
    plain = ("/api/", "/static/", "/openapi.json", "/docs")
    pages = [
        link for link in pages if not link.startswith(plain) and not link.partition("?")[0].endswith((".json", ".csv"))
    ]
    assert len(pages) >= 2
    assert [link for link in pages if not link.startswith("/kk/")] == []
    assert ("form", "/kk/find") in [(tag, given.get("action")) for tag, given in page.tags]


def test_a_search_keeps_the_language(web: Web) -> None:
    answer = web.client.get("/ru/find", params={"q": "AYT-C01"}, follow_redirects=False)
    assert answer.headers["location"] == "/ru/consignments/AYT-C01-U"


def test_the_words_around_a_finding_begin_with_a_capital_letter_in_every_language(web: Web) -> None:
    (finding,) = web.json("/api/v1/findings?station=AYT")["items"]
    for language in LANGUAGES:
        page = web.client.get(f"/{language}/findings/{finding['id']}").text
        heads = re.findall(r"<(?:dt|h1|h2[^>]*|h3[^>]*|b)>([^<]+)</", page)
        assert len(heads) >= 10
        assert [head for head in heads if head[:1].islower()] == []
