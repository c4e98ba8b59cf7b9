"""Identifiers and moments: one form each, and copying errors found."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas import identifiers as ids
from schemas.errors import Refused

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
OFFICES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3)
NUMBERS = st.integers(1, 9_999)
KINDS = st.sampled_from(sorted(ids.KIND_LETTERS))
UNITS = st.builds(ids.unit_id, office=OFFICES, kind=KINDS, number=NUMBERS)
MOMENTS = st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001  # the zone is drawn beside it
    datetime(2100, 12, 31, 23, 59, 59),  # noqa: DTZ001
    timezones=st.integers(-14 * 60 - 59, 14 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes))),
).map(lambda moment: moment.replace(microsecond=0))


def validated(kind: Any, value: object) -> object:
    return TypeAdapter(kind).validate_python(value, strict=True)


def refusal_of(kind: Any, value: object) -> str:
    """``form`` where the pattern refuses, else the code of the check behind it."""
    try:
        validated(kind, value)
    except ValidationError:
        return "form"
    except Refused as refused:
        return refused.code
    return "admitted"


def test_the_check_character_is_that_of_the_published_example() -> None:
    # Global Release Identifier A1-2425G-ABC1234002-M (IFPI GRid Standard), which uses ISO/IEC 7064 MOD 37,36.
    assert ids.check_character("A12425GABC1234002") == "M"


@given(st.text(ALPHABET, min_size=1, max_size=12), st.data())
def test_every_single_wrong_character_is_found(body: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda character: character != body[place]))
    assert ids.check_character(body[:place] + other + body[place + 1 :]) != ids.check_character(body)


def test_nearly_every_swap_of_neighbours_is_found() -> None:
    pairs = [(one, other) for one in ALPHABET for other in ALPHABET if one < other]
    missed = [pair for pair in pairs if len({ids.check_character("AYT" + "".join(p)) for p in (pair, pair[::-1])}) == 1]
    assert len(missed) <= len(pairs) // 36


@given(OFFICES, KINDS, NUMBERS)
def test_a_unit_id_is_read_as_it_was_written(office: str, kind: str, number: int) -> None:
    text = ids.unit_id(office=office, kind=kind, number=number)
    name = ids.parse_unit_id(text)
    assert (name.office, name.kind, name.number) == (office, kind, number)
    assert ids.unit_id(office=name.office, kind=name.kind, number=name.number) == text
    assert validated(ids.UnitId, text) == text


@given(OFFICES, NUMBERS)
def test_a_consignment_id_is_read_as_it_was_written(office: str, number: int) -> None:
    text = ids.consignment_id(office=office, number=number)
    assert ids.parse_consignment_id(text) == ids.ConsignmentName(office=office, number=number)
    assert validated(ids.ConsignmentId, text) == text
    assert refusal_of(ids.UnitId, text) == "form"


@given(OFFICES, st.integers(0, 999_999))
def test_a_seal_id_is_read_as_it_was_written(issuer: str, number: int) -> None:
    text = ids.seal_id(issuer=issuer, number=number)
    assert ids.parse_seal_id(text) == ids.SealName(issuer=issuer, number=number)
    assert validated(ids.SealId, text) == text


@pytest.mark.parametrize(
    "text",
    [
        "AYT-P1-T",
        "AYT-P001-T",
        "AYT-P00-T",
        "AYT-P00001-T",
        "ayt-P01-T",
        "AYT-Q01-T",
        "AYT-C01-U",
        "AYTP01T",
        "AYT-P01-T\n",
        " AYT-P01-T",
        "AYT-P٠١-T",
        "АYT-P01-T",
        "AYT-P01-t",
        "",
    ],
)
def test_a_unit_id_has_one_form(text: str) -> None:
    with pytest.raises(Refused, match="identifier-form"):
        ids.parse_unit_id(text)
    assert refusal_of(ids.UnitId, text) == "form"


@given(UNITS, st.sampled_from(ALPHABET))
def test_a_wrong_check_character_is_refused_as_a_copying_error(text: str, other: str) -> None:
    if other != text[-1]:
        with pytest.raises(Refused, match="identifier-check"):
            ids.parse_unit_id(text[:-1] + other)
        assert refusal_of(ids.UnitId, text[:-1] + other) == "identifier-check"


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (lambda: ids.unit_id(office="AYT", kind="suitcase", number=1), "identifier-kind"),
        (lambda: ids.unit_id(office="ay", kind="box", number=1), "identifier-form"),
        (lambda: ids.unit_id(office="AYT", kind="box", number=0), "identifier-number"),
        (lambda: ids.consignment_id(office="AYT", number=10_000), "identifier-number"),
        (lambda: ids.seal_id(issuer="CEC", number=1_000_000), "identifier-number"),
        (lambda: ids.seal_id(issuer="CEC", number=-1), "identifier-number"),
        (lambda: ids.check_character("ÄYT"), "identifier-form"),
    ],
)
def test_what_has_no_form_is_not_written(write: Any, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        write()
    assert refusal.value.code == code


@given(st.text(max_size=12) | st.text("AYTP-01T", max_size=10))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    for read in (ids.parse_unit_id, ids.parse_consignment_id, ids.parse_seal_id, ids.parse_timestamp):
        with suppress(Refused):
            read(text)


@pytest.mark.parametrize("badge", ["a", "courier-07", "0-0-0", "x" * 32])
def test_badge_codes_are_words_of_lower_case_joined_by_hyphens(badge: str) -> None:
    assert validated(ids.BadgeCode, badge) == badge


@pytest.mark.parametrize("badge", ["", "-a", "a-", "a--b", "A", "a_b", "ä", "x" * 33, "a\n"])
def test_anything_else_is_no_badge_code(badge: str) -> None:
    assert refusal_of(ids.BadgeCode, badge) == "form"


@given(MOMENTS)
def test_seconds_since_the_epoch_are_those_of_the_standard_library(moment: datetime) -> None:
    assert ids.epoch_seconds(moment.isoformat()) == int(moment.timestamp())


@given(MOMENTS)
def test_a_moment_shows_the_day_of_the_clock_on_the_wall(moment: datetime) -> None:
    text = moment.isoformat()
    assert validated(ids.Timestamp, text) == ids.parse_timestamp(text) == text
    assert ids.local_date(text) == validated(ids.Day, text[:10]) == moment.date().isoformat()


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03T18:05:00Z",
        "2026-11-03T18:05:00.5+05:00",
        "2026-11-03T18:05+05:00",
        "2026-11-03 18:05:00+05:00",
        "2026-11-03t18:05:00+05:00",
        "2026-11-03T24:00:00+05:00",
        "2026-11-03T18:05:60+05:00",
        "2026-11-03T18:05:00-00:00",
        "2026-11-03T18:05:00+15:00",
        "2026-11-03T18:05:00+05",
        "2026-11-03T18:05:00",
        "1969-12-31T23:59:59+00:00",
        "2101-01-01T00:00:00+00:00",
        "2026-13-03T18:05:00+05:00",
        "2026-11-03T18:05:00+05:00\n",
        "٢026-11-03T18:05:00+05:00",
    ],
)
def test_a_moment_has_one_form(text: str) -> None:
    assert refusal_of(ids.Timestamp, text) == "form"
    with pytest.raises(Refused, match="time-form"):
        ids.epoch_seconds(text)


@pytest.mark.parametrize("day", ["2026-02-29", "2026-04-31", "2100-02-29", "2026-02-30"])
def test_days_that_the_calendar_does_not_have_are_refused(day: str) -> None:
    assert refusal_of(ids.Day, day) == "time-date"
    assert refusal_of(ids.Timestamp, f"{day}T18:05:00+05:00") == "time-date"


@pytest.mark.parametrize("day", ["2028-02-29", "2000-02-29", "2026-12-31"])
def test_leap_days_are_days(day: str) -> None:
    assert validated(ids.Day, day) == day


@pytest.mark.parametrize(
    ("kind", "length"), [(ids.Digest, 64), (ids.Nonce, 32), (ids.PublicKeyHex, 64), (ids.SignatureHex, 128)]
)
def test_hex_is_lower_case_and_of_one_length(kind: Any, length: int) -> None:
    assert validated(kind, "0a" * (length // 2)) == "0a" * (length // 2)
    for text in ("0A" * (length // 2), "0" * (length - 1), "0" * (length + 1), "g" * length, "0" * length + "\n"):
        assert refusal_of(kind, text) == "form"


@pytest.mark.parametrize("kind", [ids.UnitId, ids.ConsignmentId, ids.SealId, ids.OfficeCode, ids.Timestamp, ids.Digest])
def test_the_json_schema_shows_the_pattern(kind: Any) -> None:
    assert TypeAdapter(kind).json_schema()["pattern"].startswith("^")
