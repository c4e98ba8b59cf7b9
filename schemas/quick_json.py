"""The quick way to canonical bytes and to their value: it only ever says yes; what it doubts is for ``strict_json`` to judge.

``orjson`` reads the bytes and writes them again, keys in order; only bytes in the one canonical form come out as they went in.
So there is no key twice, no white space, no other order, no other spelling of an escape, no byte order mark, no integer beyond
±(2^53 - 1).  Texts are held to the repertoire as ever.  What that does not refuse is a fraction written as ``orjson`` writes it,
and depth: the models of events have no place for the one and none for the other (tests/schemas/test_quick_json.py walks them
all), so **a value from here counts only once a model has taken the same bytes**.

``strict_json`` is the definition and names the code of what is refused; this is a shortcut for what is not.
"""

from __future__ import annotations

from typing import Final

import orjson

from schemas.errors import Refused
from schemas.strict_json import PLAIN, JsonValue, canonical, check_texts

_CANONICAL: Final = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


def quick_object(data: bytes, *, bytes_max: int) -> dict[str, JsonValue] | None:
    """The object that ``data`` spells in canonical form, but for fractions and depth; None where in any doubt."""
    if len(data) > bytes_max:
        return None
    try:
        value = orjson.loads(data)
        if orjson.dumps(value, option=_CANONICAL) != data or not isinstance(value, dict):
            return None
    except (ValueError, TypeError):  # orjson's JSONDecodeError and JSONEncodeError
        return None
    return value if not data.translate(None, PLAIN) or _is_admitted(value, data=data) else None


def quick_canonical(value: object) -> bytes:
    """The bytes of :func:`schemas.strict_json.canonical`, for a value that ``check_value`` has passed or JSON that was kept."""
    try:
        return orjson.dumps(value, option=_CANONICAL)
    except TypeError:  # orjson's JSONEncodeError
        return canonical(value)


def _is_admitted(value: dict[str, JsonValue], *, data: bytes) -> bool:
    """Whether every text and key is within the repertoire, no character of which needs an escape."""
    if b"\\" in data:
        return False
    try:
        check_texts(value)
    except Refused:
        return False
    return True
