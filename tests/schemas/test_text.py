"""Text: a repertoire shipped as data, and reasons for what it leaves out."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas.text
from schemas.errors import Refused
from schemas.text import check_text

DATA: dict[str, Any] = json.loads(Path(schemas.text.__file__).with_name("repertoire.json").read_text(encoding="utf-8"))
ADMITTED = DATA["latin"] + DATA["cyrillic"] + DATA["digits"] + DATA["inside_words"] + DATA["punctuation"]


def code_of(text: str) -> str | None:
    try:
        check_text(text)
    except Refused as refused:
        return refused.code
    return None


def slow_code_of(text: str) -> str | None:
    """The same verdict, from the data alone and character by character."""
    if all(character in ADMITTED for character in text):
        word = ""
        for character in text + " ":
            if character in DATA["punctuation"]:
                if set(word) & set(DATA["latin"]) and set(word) & set(DATA["cyrillic"]):
                    return "text-mixed-script"
                word = ""
            else:
                word += character
        return None
    for row in DATA["refused"]:
        for span in row["ranges"]:
            first, last = (int(end, 16) for end in span.split("-"))
            if any(first <= ord(character) <= last for character in text):
                return str(row["code"])
    return "text-repertoire"


@given(st.text(max_size=12) | st.text(ADMITTED, max_size=30) | st.text("aаkқ '-№\u0301\u200b\u202e\n<", max_size=8))
def test_the_verdict_is_that_of_the_data_read_character_by_character(text: str) -> None:
    assert code_of(text) == slow_code_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Washington, D.C.",
        "São Paulo",
        "Łódź",
        "Bəxtiyar",
        "Нұр-Сұлтан",
        "Әлеуметтік бөлім № 5 «Қазақстан»",
        "О’Коннор",
        "АЭС (IAEA), Wien — Вена",
        "kz.invalid/kz-2015/0123456789abcdef/0",
        "application/vnd.custody.event.v1+json",
    ],
)
def test_names_and_labels_of_the_domain_are_admitted(text: str) -> None:
    assert check_text(text) == text


@pytest.mark.parametrize("text", ["Кazakhstan", "CЕC", "paper1а", "о'Connor", "x_а"])
def test_two_scripts_in_one_word_are_refused_across_digits_and_apostrophes(text: str) -> None:
    expected = None if text == "x_а" else "text-mixed-script"
    assert code_of(text) == expected


def test_two_scripts_side_by_side_in_words_of_their_own_are_admitted() -> None:
    assert code_of("QR-код; Kazakhstan Қазақстан") is None


def test_every_admitted_character_is_composed_in_whatever_unicode_version() -> None:
    assert [c for c in ADMITTED if unicodedata.normalize("NFC", c) != c or unicodedata.combining(c)] == []


def test_no_admitted_letter_is_a_compatibility_form_of_another() -> None:
    assert [c for c in DATA["latin"] + DATA["cyrillic"] if unicodedata.normalize("NFKC", c) != c] == []


def test_the_letters_are_letters_of_their_script() -> None:
    assert [c for c in DATA["latin"] if not unicodedata.name(c).startswith("LATIN ")] == []
    assert [c for c in DATA["cyrillic"] if not unicodedata.name(c).startswith("CYRILLIC ")] == []


def test_no_character_is_listed_twice() -> None:
    assert len(set(ADMITTED)) == len(ADMITTED)


@pytest.mark.parametrize("letters", ["ӘәҒғҚқҢңӨөҰұҮүҺһІі", "ÄÖÜäöüß", "ĄąĘę", "ÇçĞğİıŞş", "ŐőŰű", "ȘșȚț"])
def test_the_letters_of_kazakh_and_of_europe_are_there(letters: str) -> None:
    assert set(letters) <= set(ADMITTED)


def test_every_combining_mark_of_latin_and_cyrillic_is_refused_as_not_composed() -> None:
    marks = [*range(0x300, 0x34F), *range(0x350, 0x370), *range(0x483, 0x48A)]
    assert {code_of("a" + chr(mark)) for mark in marks} == {"text-not-composed"}


def test_every_character_of_direction_is_refused_as_bidi() -> None:
    marks = [c for c in map(chr, range(0x110000)) if unicodedata.bidirectional(c) in BIDI_CLASSES]
    assert {code_of(mark) for mark in marks} == {"text-bidi"}


BIDI_CLASSES = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_every_control_character_is_refused_as_one() -> None:
    controls = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) == "Cc"]
    assert {code_of(control) for control in controls} == {"text-control"}
