"""Identifiers and moments: closed alphabets, one form each, a check character wherever people copy by hand.

What people read from a label carries an ISO/IEC 7064 MOD 37,36 check character, which finds every single wrong
character and nearly every swap of two neighbours.  It is computed over the letters and digits without the hyphens.

    unit         AAA-P01-2       office, kind letter, number of 2 to 4 digits, check character
    consignment  AAA-C01-W       the same form with the letter C
    seal         CEC-000042-4    issuer, number of exactly 6 digits, check character

Moments follow RFC 3339 with seconds and a numeric offset, never "Z", never fractions: what a clock on the wall said.
They are claims of a device; nothing here compares them with a real clock or knows time zones.

The Annotated types are for strict pydantic models: the pattern is checked in pydantic-core and shows in the JSON
Schema; what a pattern cannot say (check characters, the length of a month) follows it and raises :class:`Refused`.
This module is not a registry: a well-formed identifier may name nothing that exists.

Codes: identifier-form, identifier-check, identifier-kind, identifier-number, time-form, time-date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, StringConstraints

from schemas.errors import Refused

UnitKind = Literal["batch", "pack", "box", "pouch", "ballot box", "stock"]
"""The word for a kind of unit; ``stock`` is a station's book of papers."""

KIND_LETTERS: Final[dict[UnitKind, str]] = {
    "batch": "B",
    "pack": "K",
    "box": "X",
    "pouch": "P",
    "ballot box": "U",
    "stock": "S",
}
KINDS: Final[dict[str, UnitKind]] = {letter: kind for kind, letter in KIND_LETTERS.items()}
CONSIGNMENT_LETTER: Final = "C"

_NUMBER: Final = r"(?:0[1-9]|[1-9][0-9]{1,3})"
OFFICE_PATTERN: Final = r"^[A-Z]{3}$"
UNIT_PATTERN: Final = rf"^[A-Z]{{3}}-[BKPSUX]{_NUMBER}-[0-9A-Z]$"
CONSIGNMENT_PATTERN: Final = rf"^[A-Z]{{3}}-{CONSIGNMENT_LETTER}{_NUMBER}-[0-9A-Z]$"
SEAL_PATTERN: Final = r"^[A-Z]{3}-[0-9]{6}-[0-9A-Z]$"
BADGE_PATTERN: Final = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
BADGE_CHARACTERS_MAX: Final = 32
DAY_PATTERN: Final = r"^(?:19[7-9][0-9]|20[0-9]{2}|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"
# RFC 3339 §4.3 gives "-00:00" the meaning "offset unknown", which is not a clock on a wall; offsets end at 14 hours.
TIMESTAMP_PATTERN: Final = (
    DAY_PATTERN[:-1] + r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:\+(?:0[0-9]|1[0-4]):[0-5][0-9]|-(?:0[1-9]|1[0-4]):[0-5][0-9]|-00:(?:0[1-9]|[1-5][0-9]))$"
)

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES: Final[dict[str, int]] = {character: value for value, character in enumerate(_ALPHABET)}
_OFFICE: Final = re.compile(OFFICE_PATTERN)
_UNIT: Final = re.compile(UNIT_PATTERN)
_CONSIGNMENT: Final = re.compile(CONSIGNMENT_PATTERN)
_SEAL: Final = re.compile(SEAL_PATTERN)
_TIMESTAMP: Final = re.compile(TIMESTAMP_PATTERN)
_UNIX_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_REMEMBERED_MAX: Final = 16_384


@dataclass(frozen=True, slots=True)
class UnitName:
    """What a unit id says: the office that named it, its kind and its number there (1 to 9,999)."""

    office: str
    kind: UnitKind
    number: int


@dataclass(frozen=True, slots=True)
class ConsignmentName:
    """What a consignment id says: the station it is meant for and its number there (1 to 9,999)."""

    office: str
    number: int


@dataclass(frozen=True, slots=True)
class SealName:
    """What a seal id says: the office that issued the seal and the number printed on it (0 to 999,999)."""

    issuer: str
    number: int


def check_character(body: str) -> str:
    """Return the ISO/IEC 7064 MOD 37,36 check character of ``body`` (0-9 and A-Z only, else Refused)."""
    product = 36
    try:
        for character in body:
            product = ((product + _VALUES[character]) % 36 or 36) * 2 % 37
    except KeyError:
        raise _form("an identifier", body) from None
    return _ALPHABET[(37 - product) % 36]


def unit_id(*, office: str, kind: str, number: int) -> str:
    """Write the id of a unit; ``kind`` is one of the words of :data:`KIND_LETTERS`."""
    for word, letter in KIND_LETTERS.items():
        if word == kind:
            return _numbered(office=office, letter=letter, number=number)
    raise Refused("identifier-kind", f"{kind[:40]!r} is not a kind of unit; there are: {', '.join(KIND_LETTERS)}.")


def consignment_id(*, office: str, number: int) -> str:
    """Write the id of the ``number``-th consignment of a station."""
    return _numbered(office=office, letter=CONSIGNMENT_LETTER, number=number)


def seal_id(*, issuer: str, number: int) -> str:
    """Write the id of a seal as its issuer numbered it."""
    _check_office(issuer)
    if not 0 <= number <= 999_999:
        raise Refused("identifier-number", "A seal's number has six digits.")
    body = f"{issuer}{number:06d}"
    return f"{issuer}-{number:06d}-{check_character(body)}"


def parse_unit_id(text: str) -> UnitName:
    """Read a unit id; refuses a wrong form (identifier-form) and a wrong check character (identifier-check)."""
    if _UNIT.fullmatch(text) is None:
        raise _form("a unit id", text)
    checked(text)
    return UnitName(office=text[:3], kind=KINDS[text[4]], number=int(text[5:-2]))


def parse_consignment_id(text: str) -> ConsignmentName:
    """Read a consignment id; refuses as :func:`parse_unit_id` does."""
    if _CONSIGNMENT.fullmatch(text) is None:
        raise _form("a consignment id", text)
    checked(text)
    return ConsignmentName(office=text[:3], number=int(text[5:-2]))


def parse_seal_id(text: str) -> SealName:
    """Read a seal id; refuses as :func:`parse_unit_id` does."""
    if _SEAL.fullmatch(text) is None:
        raise _form("a seal id", text)
    checked(text)
    return SealName(issuer=text[:3], number=int(text[4:10]))


@lru_cache(maxsize=_REMEMBERED_MAX)
def checked(text: str) -> str:
    """Return ``text``, already of the right form, if its last character is the check character of the others."""
    right = check_character(text[:-1].replace("-", ""))
    if text[-1] != right:
        told = f"{text} was copied wrongly: the check character of {text[:-2]} is {right}, not {text[-1]}."
        raise Refused("identifier-check", told)
    return text


@lru_cache(maxsize=_REMEMBERED_MAX)
def real_day(text: str) -> str:
    """Return ``text``, a moment or a day already of the right form, if its calendar date exists."""
    # Every month has 28 days: the calendar is asked for the few others only.
    if text[8:10] > "28":
        try:
            date(int(text[:4]), int(text[5:7]), int(text[8:10]))
        except ValueError:
            raise Refused("time-date", f"{text[:10]} is not a day of the calendar.") from None
    return text


def parse_timestamp(text: str) -> str:
    """Return ``text`` if it is a moment in the one form used here: ``2026-11-03T18:05:00+05:00``."""
    if _TIMESTAMP.fullmatch(text) is None:
        raise Refused("time-form", f"{text[:40]!r} is not a moment of the form 2026-11-03T18:05:00+05:00.")
    return real_day(text)


@lru_cache(maxsize=_REMEMBERED_MAX)
def epoch_seconds(ts: str) -> int:
    """Return the seconds from 1970-01-01T00:00:00+00:00 to ``ts``; negative in its first hours east of Greenwich."""
    parse_timestamp(ts)
    days = date(int(ts[:4]), int(ts[5:7]), int(ts[8:10])).toordinal() - _UNIX_EPOCH_DAY
    clock = int(ts[11:13]) * 3600 + int(ts[14:16]) * 60 + int(ts[17:19])
    offset = int(ts[20:22]) * 3600 + int(ts[23:25]) * 60
    return days * 86_400 + clock + (offset if ts[19] == "-" else -offset)


def local_date(ts: str) -> str:
    """Return the calendar day that the clock on the wall showed at ``ts``."""
    return ts[:10]


def _numbered(*, office: str, letter: str, number: int) -> str:
    _check_office(office)
    if not 1 <= number <= 9_999:
        raise Refused("identifier-number", "The number in an identifier is from 1 to 9,999.")
    return f"{office}-{letter}{number:02d}-{check_character(f'{office}{letter}{number:02d}')}"


def _check_office(office: str) -> None:
    if _OFFICE.fullmatch(office) is None:
        raise _form("an office code: three capital letters, like AAA", office)


def _form(what: str, text: str) -> Refused:
    return Refused("identifier-form", f"{text[:40]!r} is not {what}.")


OfficeCode = Annotated[str, StringConstraints(pattern=OFFICE_PATTERN)]
"""A station's or another office's code: three capital letters, for example AAA, CEC, MFA."""
StationCode = OfficeCode
UnitId = Annotated[str, StringConstraints(pattern=UNIT_PATTERN), AfterValidator(checked)]
ConsignmentId = Annotated[str, StringConstraints(pattern=CONSIGNMENT_PATTERN), AfterValidator(checked)]
SealId = Annotated[str, StringConstraints(pattern=SEAL_PATTERN), AfterValidator(checked)]
BadgeCode = Annotated[str, StringConstraints(pattern=BADGE_PATTERN, max_length=BADGE_CHARACTERS_MAX)]
"""What a person is called on the log: public, and never the name."""
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""32 bytes of SHA-256 in lower-case hex."""
DocumentNumber = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-ZА-ЯӘҒҚҢӨҰҮІ][0-9A-ZА-ЯӘҒҚҢӨҰҮІ/.-]{0,23}$")  # noqa: RUF001 - Cyrillic is meant
]
"""Number of a decision, an order or a mandate of the commission: public, and never that of a person's document."""
OfficialNumber = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z][0-9A-Z/.-]{0,15}$")]
"""Official number of a station, as the decision that forms it says."""
Nonce = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
PublicKeyHex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
PostquantumKeyHex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{2624}$")]
"""Raw ML-DSA-44 public key, 1,312 bytes."""
PostquantumSignatureHex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{4840}$")]
"""ML-DSA-44 signature, 2,420 bytes."""
SignatureHex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
Timestamp = Annotated[str, StringConstraints(pattern=TIMESTAMP_PATTERN), AfterValidator(real_day)]
Day = Annotated[str, StringConstraints(pattern=DAY_PATTERN), AfterValidator(real_day)]
