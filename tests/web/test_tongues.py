"""Findings on the pages in the language that a reader asks for; in the API in all of them."""

from __future__ import annotations

import re

import pytest

from custody.core.wording.message_format import LANGUAGES, Language
from custody.serving.languages import preferred
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


def test_a_page_says_findings_in_the_language_of_the_browser(web: Web) -> None:
    answer = web.client.get("/findings", headers={"Accept-Language": "kk-KZ,kk;q=0.9,en;q=0.8"})
    assert SAID["kk"] in answer.text
    assert answer.headers["Vary"] == "Accept-Language"


def test_what_holds_in_one_language_is_not_taken_for_another(web: Web) -> None:
    tags = {
        language: web.client.get("/board", headers={"Accept-Language": language}).headers["ETag"] for language in SAID
    }
    assert len(set(tags.values())) == len(SAID)
    again = {"Accept-Language": "kk", "If-None-Match": tags["ru"]}
    assert web.client.get("/board", headers=again).status_code == 200
    assert web.client.get("/board", headers={**again, "Accept-Language": "ru"}).status_code == 304


def test_a_page_leads_to_itself_in_the_other_languages(web: Web) -> None:
    page = web.client.get("/findings", params={"status": "open", "lang": "ru"}).text
    for language in LANGUAGES:
        assert f'href="/findings?status=open&amp;lang={language}"' in page
    assert 'href="/findings.json?status=open"' in page
    assert 'href="/findings?status=settled&amp;lang=ru"' in page


def test_another_language_is_refused(web: Web) -> None:
    assert web.client.get("/findings", params={"lang": "de"}).status_code == 422


def test_the_api_says_a_finding_in_all_languages_and_takes_none(web: Web) -> None:
    items = web.client.get("/api/v1/findings", params={"station": "AYT"}).json()["items"]
    (finding,) = items
    assert {language: finding["words"][language]["sentence"] for language in LANGUAGES} == SAID
    assert finding["words"]["ru"]["status"] == "не урегулировано"
    assert finding["also"][0]["sentences"]["kk"] == "Берілгені: 446; тізімдегі қолдар: 441; айырмасы: 5."
    assert web.client.get("/api/v1/findings", params={"lang": "ru"}).status_code == 422


@pytest.mark.parametrize(
    "path", ["/board", "/findings", "/stations/DEL", "/units/DEL-P01-T", "/units/DEL-P01-T?at=795", "/find?q=XYZ"]
)
def test_whoever_chose_a_language_keeps_it_on_every_page_that_is_led_to(web: Web, path: str) -> None:
    mark = "&" if "?" in path else "?"
    links = Page(web.get(f"{path}{mark}lang=kk").text).links
    pages = [link for link in links if re.match(r"/(board|findings|stations|units)\b(?!.*json)|\?", link)]
    assert len(pages) >= 3
    languages = [link for link in pages if re.search(r"[?&]lang=(en|ru|kk)\b", link)]
    assert languages == pages
    assert sum("lang=kk" in link for link in pages) >= len(pages) - 2
    assert '<input type="hidden" name="lang" value="kk">' in web.get(f"{path}{mark}lang=kk").text


def test_a_search_keeps_the_language(web: Web) -> None:
    answer = web.client.get("/find", params={"q": "AYT-C01", "lang": "ru"})
    assert answer.headers["location"] == "/stations/AYT?lang=ru#c-AYT-C01-U"


def test_the_words_around_a_finding_begin_with_a_capital_letter_in_every_language(web: Web) -> None:
    for language in LANGUAGES:
        page = web.client.get("/findings", params={"lang": language}).text
        labels = re.findall(r'<dl class="facts">(.*?)</dl>', page, re.DOTALL)
        heads = [head for label in labels for head in re.findall(r"<dt>(.*?)</dt>", label)]
        assert heads
        assert [head for head in heads if head[:1].islower()] == []
