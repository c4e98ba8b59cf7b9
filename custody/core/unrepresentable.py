r"""What a log can hold although it is no entry, and the leaf bytes that stand for it.

Kafka takes records that are null, empty or longer than an entry may be, and a superuser can make an offset disappear.
So that every position has exactly one leaf all the same, such a record is represented by

    custody/unrepresentable/v1\n<null|missing|length>\n<hex SHA-256 of the record or ->\n

where length is the number of bytes in decimal digits.  The fold shows it as the finding ``unrepresentable``; nothing
is dropped and nothing behind it stops.  These bytes are not a signed event and can never become one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from schemas.errors import Refused

ENTRY_BYTES_MAX: Final = 65_535
"""Longest entry, in bytes: the entry bundles of C2SP tlog-tiles carry 16-bit lengths.  The shortest has one byte."""

_TAG: Final = b"custody/unrepresentable/"
_FORM: Final = re.compile(rb"custody/unrepresentable/v1\n(?:(null|missing)\n-|(0|[1-9][0-9]{4,18})\n([0-9a-f]{64}))\n")
_SHA256_OF_NOTHING: Final = sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Unrepresentable:
    """What is known of a record that cannot be an entry."""

    kind: Literal["null", "missing", "length"]
    body_bytes: int | None
    """Length of the record; None unless the kind is ``length``."""
    sha256: str | None
    """SHA-256 of the record, 64 lower-case hex digits; None unless the kind is ``length``."""


def unrepresentable(kind: Literal["null", "missing", "length"], body: bytes = b"") -> bytes:
    """The leaf bytes for a null record, a missing position, or a ``body`` of no bytes or more than ENTRY_BYTES_MAX.

    Refused("unrepresentable-form") if the body could be an entry, or comes with a kind that has none.
    """
    if kind == "length":
        if 1 <= len(body) <= ENTRY_BYTES_MAX:
            raise Refused("unrepresentable-form", "A record of this length can be an entry and must be kept as it is.")
        return unrepresentable_length(len(body), sha256_hex=sha256(body).hexdigest())
    if body:
        raise Refused("unrepresentable-form", "A null or missing record has no bytes.")
    return f"custody/unrepresentable/v1\n{kind}\n-\n".encode("ascii")


def unrepresentable_length(body_bytes: int, *, sha256_hex: str) -> bytes:
    """The leaf bytes for a record of so many bytes, of which only the hash is at hand: it may be too long to be held."""
    return f"custody/unrepresentable/v1\n{body_bytes}\n{sha256_hex}\n".encode("ascii")


def leaf_bytes(value: bytes | None) -> bytes:
    """The leaf bytes of a position that holds ``value``: the value if it can be an entry, else its representation."""
    if value is None:
        return unrepresentable("null")
    return value if 1 <= len(value) <= ENTRY_BYTES_MAX else unrepresentable("length", value)


def parse_unrepresentable(leaf: bytes) -> Unrepresentable:
    """Read a representation, strictly: what :func:`unrepresentable` can have written, and nothing else.

    Refused("unrepresentable-form") otherwise.
    """
    match = _FORM.fullmatch(leaf)
    if match is None:
        raise Refused("unrepresentable-form", "These bytes do not stand for a record that is no entry.")
    if match[1] is not None:
        return Unrepresentable("null" if match[1] == b"null" else "missing", None, None)
    found = Unrepresentable("length", int(match[2]), match[3].decode("ascii"))
    if found.body_bytes == 0 and found.sha256 != _SHA256_OF_NOTHING:
        raise Refused("unrepresentable-form", "An empty record has the hash of nothing.")
    if found.body_bytes is not None and 1 <= found.body_bytes <= ENTRY_BYTES_MAX:
        raise Refused("unrepresentable-form", "A record of this length would have been kept as an entry.")
    return found


def is_representation(leaf: bytes) -> bool:
    """Whether leaf bytes stand for a record that could not be an entry."""
    return leaf.startswith(_TAG) and _FORM.fullmatch(leaf) is not None
