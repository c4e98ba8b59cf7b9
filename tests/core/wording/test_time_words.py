"""Times and days in the manner of each language, by the clock on the wall."""

from __future__ import annotations

import pytest

from custody.core.state.registers import duration
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import render
from custody.core.wording.time_words import day_in, offset_from_utc, time_in


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "16 April 2015, 08:00 (UTC+3)"),
        ("ru", "16.04.2015, 08:00 (UTC+3)"),
        ("kk", "2015 ж. 16 сәуір, 08:00 (UTC+3)"),
    ],
)
def test_a_time_is_told_by_the_clock_of_the_place_and_how_far_it_is_from_utc(language: Language, text: str) -> None:
    assert time_in("2015-04-16T08:00:59+03:00", language=language) == text


@pytest.mark.parametrize(
    ("offset", "text"),
    [("+00:00", "UTC"), ("Z", "UTC"), ("-03:30", "UTC-3:30"), ("+05:30", "UTC+5:30"), ("+06:00", "UTC+6")],
)
def test_an_offset_is_as_short_as_it_can_be_said(offset: str, text: str) -> None:
    assert offset_from_utc(offset) == text


def test_a_day_has_no_clock() -> None:
    told = {language: day_in("2015-04-06", language=language) for language in LANGUAGES}
    assert told == {"en": "6 April 2015", "ru": "06.04.2015", "kk": "06.04.2015"}


@pytest.mark.parametrize("text", ["", "none", "2015-04", "position 12 (13 entries)"])
def test_what_is_no_time_is_left_as_it_is(text: str) -> None:
    assert [time_in(text, language=language) for language in LANGUAGES] == [text] * 3


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (59, "59 мин"),
        (61, "1 ч 01 мин"),
        (2_879, "47 ч 59 мин"),
        (2_880, "2 сут 0 ч 00 мин"),
        (14_500, "10 сут 1 ч 40 мин"),
    ],
)
def test_a_duration_is_in_days_from_two_days_on(minutes: int, text: str) -> None:
    assert render(duration(minutes), language="ru") == text
