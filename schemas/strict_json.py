"""Strict JSON: what a signed payload may be made of, and its one canonical form.

The values are those of RFC 8259 without fractions: objects, arrays, strings, integers, true, false and null.
The canonical form is RFC 8785 (JCS); without fractions it is: no white space, keys in order, shortest escapes.
Keys are ASCII, so order by code point and order by UTF-16 code unit (RFC 8785 §3.2.3) are the same.
Written here and not taken from a package: what is refused decides what stands on the log, for good, and ``json`` of the
standard library accepts much of it; tests hold the canonical form beside that of ``rfc8785``.
This is not a schema: which fields an object has is the business of the event models.

Refusals, each with its code:
    json-oversize        longer than the bound of the caller
    json-bom             begins with a byte order mark
    json-utf8            not UTF-8: UTF-16, overlong forms, encoded surrogates, broken sequences
    json-control         a bare control character (NUL among them) other than the white space of JSON
    json-depth           nested deeper than the bound of the caller
    json-syntax          not JSON
    json-trailing        something follows the value
    json-duplicate-key   a key twice in one object, escapes resolved
    json-key             a key that is not ASCII
    json-float           a number with a fraction or an exponent
    json-constant        NaN, Infinity, -Infinity
    json-negative-zero   -0
    json-integer-range   an integer beyond ±(2^53 - 1), the range of RFC 7493 §2.2
    json-type            (canonical only) a Python value that JSON without fractions does not have
    json-not-canonical   (parse_canonical only) valid, but not in the canonical form
and the text-... codes of ``schemas/text.py`` for what strings and keys contain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn, TypeAlias

from schemas.errors import Refused
from schemas.text import ASCII_ADMITTED, check_text

JsonValue: TypeAlias = dict[str, "JsonValue"] | list["JsonValue"] | str | int | bool | None

INTEGER_MAX: Final = 2**53 - 1
DEPTH_MAX: Final = 12
_WRITTEN_DEPTH_MAX: Final = 64
_INTEGER_CHARACTERS_MAX: Final = len(str(-INTEGER_MAX))
_WHITE_SPACE: Final = " \t\n\r"
_CONTROLS: Final = bytes(set(range(0x20)) - set(_WHITE_SPACE.encode("ascii")))
_PUNCTUATION_OF_JSON: Final = b'"'
# Everything else that JSON needs outside of strings ([]{}:, and letters, digits, minus) is admitted inside them too.
PLAIN: Final = ASCII_ADMITTED + _PUNCTUATION_OF_JSON
"""Canonical JSON of these bytes alone holds no text outside the repertoire."""
_OPENING: Final = ord("[")
_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
_NOT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


def parse(data: bytes, *, bytes_max: int, depth_max: int = DEPTH_MAX) -> JsonValue:
    """Return the value that ``data`` spells, every text of it within the repertoire.

    White space between tokens is allowed here; ``depth_max`` counts arrays and objects around the innermost value.
    Raises Refused with a code of the list above; costs time in proportion to ``len(data)`` at most.
    """
    if len(data) > bytes_max:
        raise Refused("json-oversize", f"The JSON has {len(data)} bytes; at most {bytes_max} are admitted.")
    _check_depth(data, depth_max)
    value = _scan(_decode(data))
    # A document of plain ASCII without escapes cannot hold a string outside the repertoire.
    if data.translate(None, PLAIN):
        check_texts(value)
    return value


def parse_canonical(data: bytes, *, bytes_max: int, depth_max: int = DEPTH_MAX) -> JsonValue:
    """Return the value of ``data``, which must be its canonical form byte for byte; refuses as :func:`parse` does."""
    if len(data) <= bytes_max:
        _check_depth(data, depth_max)
        value, proven = _read_and_write(data)
        if proven:
            if data.translate(None, PLAIN):
                check_texts(value)
            return value
    parse(data, bytes_max=bytes_max, depth_max=depth_max)
    raise Refused("json-not-canonical", "The JSON is valid, but not in the canonical form of RFC 8785.")


def canonical(value: object) -> bytes:
    """Return the RFC 8785 form of ``value``: dict, list, tuple, str, int, bool and None, exactly these types.

    Does not hold text to the repertoire: content that lies beside the log has a canonical form too.
    Raises Refused (json-type, json-float, json-integer-range, json-key, json-depth, text-surrogate).
    """
    check_value(value)
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("text-surrogate", "The text contains half of a surrogate pair.") from None


def check_value(value: object) -> None:
    """Refuse what :func:`canonical` refuses, but for texts with half of a surrogate pair."""
    _check_value(value, 0)


class CheckedJson(dict[str, object]):
    """An object that was checked, and that nobody changes: where it is a part of others, it is not looked at again."""

    __slots__ = ()


def proven(value: Mapping[str, object]) -> CheckedJson:
    """The same object, checked for good; Raises Refused as :func:`canonical` does."""
    checked = dict(value)
    _check_value(checked, _WRITTEN_DEPTH_MAX // 2)
    return CheckedJson(checked)


def check_texts(value: JsonValue) -> None:
    """Refuse, with a text- code or json-key, a value that holds a text outside the repertoire or a key that is not ASCII."""
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict):
        for key, member in value.items():
            check_text(key)
            if not key.isascii():
                raise Refused("json-key", "A key is not ASCII.")
            check_texts(member)
    elif isinstance(value, list):
        for member in value:
            check_texts(member)


def _read_and_write(data: bytes) -> tuple[JsonValue, bool]:
    """Return the value of ``data`` and whether writing it again gives ``data``.

    That proves more than checks on the way in could, and is cheaper: a key given twice, for example, is written once.
    """
    try:
        value: JsonValue = _QUICK_DECODER.decode(data.decode("utf-8"))
        return value, _ENCODER.encode(value).encode("utf-8") == data
    except ValueError:
        return None, False


def _decode(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        raise Refused("json-bom", "The JSON begins with a byte order mark.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("json-utf8", "The JSON is not UTF-8.") from None
    if len(data.translate(None, _CONTROLS)) != len(data):
        raise Refused("json-control", "The JSON contains a control character.")
    return text


def _check_depth(data: bytes, depth_max: int) -> None:
    """Bound the recursion of the scanner before it starts; the first count is cheap and often enough."""
    if data.count(b"[") + data.count(b"{") <= depth_max:
        return
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = b"".join(data.split(b'"')[::2]).translate(_ALIKE, _NOT_BRACKETS)
    left = brackets
    for _ in range(depth_max):
        left = left.replace(b"[]", b"")  # takes one level, the innermost, off the whole document
    if left:
        _count_depth(brackets, depth_max)


def _count_depth(brackets: bytes, depth_max: int) -> None:
    """Follow the brackets of what is too deep or no JSON, as the scanner would: it stops where it sees no sense."""
    depth = 0
    for bracket in brackets:
        depth += 1 if bracket == _OPENING else -1
        if depth > depth_max:
            raise Refused("json-depth", f"The JSON is nested deeper than {depth_max}.")


def _scan(text: str) -> JsonValue:
    body = text.strip(_WHITE_SPACE)
    try:
        value: JsonValue
        value, end = _DECODER.raw_decode(body)
    except json.JSONDecodeError:
        raise Refused("json-syntax", "This is not JSON.") from None
    if end != len(body):
        raise Refused("json-trailing", "Something follows the JSON value.")
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise Refused("json-duplicate-key", "One object has the same key twice.")
    return value


def _integer(digits: str) -> int:
    # The length comes first: int() of many digits costs time in the square of their number.
    if len(digits) > _INTEGER_CHARACTERS_MAX or not -INTEGER_MAX <= (number := int(digits)) <= INTEGER_MAX:
        raise Refused("json-integer-range", "An integer is beyond ±(2^53 - 1).")
    if digits == "-0":
        raise Refused("json-negative-zero", "Minus zero is no integer of the canonical form.")
    return number


def _fraction(digits: str) -> NoReturn:
    raise Refused("json-float", f"{digits[:24]} has a fraction or an exponent; quantities here are integers.")


def _constant(word: str) -> NoReturn:
    raise Refused("json-constant", f"{word} is no number of JSON.")


def _check_value(value: object, depth: int) -> None:
    kind = type(value)
    if kind is str or kind is bool or value is None or kind is CheckedJson:
        return
    if isinstance(value, int) and kind is int:
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise Refused("json-integer-range", "An integer is beyond ±(2^53 - 1).")
    elif isinstance(value, dict | list | tuple):
        _check_members(value, depth + 1)
    elif kind is float:
        raise Refused("json-float", "A fraction has no place here; quantities are integers.")
    else:
        raise Refused("json-type", f"A value of the type {kind.__name__} is none of JSON.")


def _check_members(value: dict[object, object] | list[object] | tuple[object, ...], depth: int) -> None:
    if depth > _WRITTEN_DEPTH_MAX:
        raise Refused("json-depth", f"The value is nested deeper than {_WRITTEN_DEPTH_MAX}.")
    members: Iterable[object] = value
    if isinstance(value, dict):
        if not _are_keys(value):
            raise Refused("json-key", "A key is not ASCII text.")
        members = value.values()
    for member in members:
        # Most members are text, nothing or small numbers: a call for each would cost more than all the rest.
        kind = type(member)
        if kind is str or member is None or kind is CheckedJson:
            continue
        if kind is not int or not -INTEGER_MAX <= member <= INTEGER_MAX:  # type: ignore[operator]
            _check_value(member, depth)


def _are_keys(names: Iterable[object]) -> bool:
    try:
        return "".join(names).isascii()  # type: ignore[arg-type]
    except TypeError:
        return False


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_fraction, parse_constant=_constant
)
_QUICK_DECODER: Final = json.JSONDecoder(parse_int=_integer, parse_float=_fraction, parse_constant=_constant)
_ENCODER: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
