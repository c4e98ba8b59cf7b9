"""``names.json``: one form, names that can be read for what they are, and each in its own direction."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schemas.election_names import NAME_MAX, NO_NAMES, ElectionNames, check_name, format_names, parse_names
from schemas.errors import Refused
from schemas.strict_json import canonical

NAMES = ElectionNames(
    languages=("ar", "ka", "en"),
    election={"ar": "انتخابات", "en": "Elections"},
    stations={"AAA": {"en": "School 1", "ka": "სკოლა 1", "ar": "مدرسة 1"}},
    parties={"CEC": {"ka": "კომისია"}},
    codes={"school-closed": {"en": "The school is closed"}},
)


def said(**other: Any) -> bytes:
    """The file with something else in it."""
    return canonical({**json.loads(format_names(NAMES)), **other}) + b"\n"


def test_what_was_written_is_read_and_written_again() -> None:
    data = format_names(NAMES)
    assert (parse_names(data), format_names(parse_names(data))) == (NAMES, data)
    assert parse_names(format_names(NO_NAMES)) == NO_NAMES


def test_a_name_is_that_of_the_language_or_of_the_log() -> None:
    assert NAMES.station("AAA", language="ka", city="School") == "სკოლა 1"
    assert NAMES.station("AAA", language="kk", city="School") == "School"
    assert NAMES.station("BBB", language="ka", city="School") == "School"
    assert (NAMES.party("CEC", language="ka"), NAMES.party("MFA", language="ka")) == ("კომისია", None)
    assert (NAMES.title("en"), NAMES.title("ka")) == ("Elections", None)
    assert NAMES.code("school-closed", language="en") == "The school is closed"


def test_what_is_written_from_the_right_keeps_to_itself() -> None:
    assert NAMES.station("AAA", language="ar", city="") == "\u2068مدرسة 1\u2069"
    assert list(NAMES.station_in_all("AAA").items()) == [
        ("ar", "\u2068مدرسة 1\u2069"),
        ("ka", "სკოლა 1"),
        ("en", "School 1"),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Cafe\u0301", "name-form"),
        ("a\u0000b", "name-invisible"),
        ("a\nb", "name-invisible"),
        ("a\u202eb", "name-invisible"),
        ("a\u2066b", "name-invisible"),
        ("a\u200bb", "name-invisible"),
        ("a\u00adb", "name-invisible"),
        ("a\ue000b", "name-invisible"),
        ("   ", "name-invisible"),
        ("a" * (NAME_MAX + 1), "name-long"),
    ],
)
def test_a_name_that_cannot_be_read_for_what_it_is(name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_name(name)
    assert refused.value.code == code
    with pytest.raises(Refused):
        parse_names(said(stations={"AAA": {"en": name}}))


def test_a_joiner_that_a_script_is_written_with_is_no_secret() -> None:
    check_name("می\u200cخواهم")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]\n",
        b"{}\n",
        format_names(NAMES).removesuffix(b"\n"),
        b" " + format_names(NAMES),
        format_names(NAMES).replace(b'"AAA"', b'"AAA" '),
        b"\xff\n",
        b"[" * 100_000,
        said(more={}),
        said(stations={"aaa": {"en": "x"}}),
        said(stations={"AAA": {"english": "x"}}),
        said(stations={"AAA": {"en": ""}}),
        said(stations={"AAA": {"en": 1}}),
        said(parties={"nobody": {"en": "x"}}),
    ],
)
def test_a_file_that_is_not_in_its_form(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        parse_names(data)
    assert refused.value.code == "names-form"
