"""The pattern language of the catalogue: what it fills in, and what it refuses to read."""

from __future__ import annotations

import pytest
from babel import Locale

from custody.core.wording.message_format import CATEGORY, LANGUAGES, Language, fill, parse_pattern, places

PAPERS = "{papers, plural, =0 {no paper} one {# paper} other {# papers}} {state, select, lost {lost} other {({state})}}"
REFUSED = {
    "a brace that nothing closes": "one {paper",
    "a brace that nothing opens": "one } paper",
    "a place without a name": "{}",
    "a name that is none": "{two words}",
    "a kind that there is not": "{papers, money}",
    "a choice without the form other": "{papers, plural, one {# paper}}",
    "a form given twice": "{papers, plural, one {a} one {b} other {c}}",
    "a form without a message": "{papers, plural, one other {c}}",
    "a form that nothing closes": "{papers, plural, other {c}",
    "something after a place": "{papers, capital, x}",
    "more forms within forms than anybody needs": "{a, select, other {" * 10 + "x" + "}}" * 10,
}


@pytest.mark.parametrize(
    ("number", "state", "text"),
    [
        (0, "lost", "no paper lost"),
        (1, "lost", "1 paper lost"),
        (20_822, "late", "20,822 papers (late)"),
        (-1, "late", "\u22121 paper (late)"),
    ],
)
def test_a_choice_goes_by_the_number_or_the_word(number: int, state: str, text: str) -> None:
    assert fill(parse_pattern(PAPERS), args={"papers": number, "state": state}, language="en") == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_the_plural_category_that_babel_gives_them(language: Language) -> None:
    category = Locale.parse(language).plural_form
    numbers = [*range(1_200), 20_822, 1_000_000, 2**53]
    assert [number for number in numbers if CATEGORY[language](number) != category(number)] == []


def test_a_category_without_a_form_takes_the_other() -> None:
    message = parse_pattern("{n, plural, one {# пакет} few {# пакета} other {# пакетов}}")
    assert [fill(message, args={"n": number}, language="ru") for number in (1, 3, 5)] == [
        "1 пакет",
        "3 пакета",
        "5 пакетов",
    ]


def test_several_arguments_are_joined_by_a_comma_or_by_what_the_pattern_says() -> None:
    message = parse_pattern("{units}: {units, join, { and to }}")
    assert fill(message, args={"units": ("P-1", "P-2", 3)}, language="en") == "P-1, P-2, 3: P-1 and to P-2 and to 3"


def test_an_argument_can_begin_a_sentence() -> None:
    assert fill(parse_pattern("{what, capital}"), args={"what": "выдано 5"}, language="ru") == "Выдано 5"


def test_a_missing_argument_leaves_its_name() -> None:
    message = parse_pattern("{unit} has {papers, plural, other {#}}")
    assert fill(message, args={}, language="en") == "{unit} has {papers}"


def test_a_number_sign_outside_a_form_is_a_number_sign() -> None:
    assert fill(parse_pattern("no. # {n}"), args={"n": 1}, language="en") == "no. # 1"


def test_the_places_of_a_message_are_those_of_its_forms_too() -> None:
    assert sorted(set(places(parse_pattern("{a} {b, select, x {{c, capital}} other {{d, join, {;}}}}")))) == list(
        "abcd"
    )


@pytest.mark.parametrize("pattern", REFUSED.values(), ids=REFUSED)
def test_a_pattern_that_is_none_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parse_pattern(pattern)
