r"""Records on a log that are no entry, and the leaf bytes that stand for each in the tree.

Kafka takes records that are null, empty or longer than an entry may be, and a superuser can make an offset disappear.
So that every position has exactly one leaf all the same, such a record is represented by

    custody/unrepresentable/v1\n<null|missing|length|imitation>\n<hex SHA-256 of the record or ->\n

where length is the number of bytes in decimal digits.  A record that somebody wrote and that reads like one of these lines is
an *imitation*, and is represented in its turn: whatever has such a leaf is what the leaf says.  The fold shows it as the finding
``unrepresentable``; nothing is dropped and nothing behind it stops.  These bytes are not a signed event and can never become one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from schemas.errors import Refused

ENTRY_BYTES_MAX: Final = 65_535
"""Longest entry, in bytes: the entry bundles of C2SP tlog-tiles carry 16-bit lengths.  The shortest has one byte."""

UNREPRESENTABLE: Final = "unrepresentable"
"""The fault of a position that holds such a record."""

_TAG: Final = b"custody/unrepresentable/"
_FORM: Final = re.compile(
    rb"custody/unrepresentable/v1\n(?:(null|missing)\n-|(imitation|0|[1-9][0-9]{4,18})\n([0-9a-f]{64}))\n"
)
_SHA256_OF_NOTHING: Final = sha256(b"").hexdigest()

Kind = Literal["null", "missing", "length", "imitation"]


@dataclass(frozen=True, slots=True)
class Unrepresentable:
    """What is known of a record that cannot be an entry."""

    kind: Kind
    body_bytes: int | None
    """Length of the record; None unless the kind is ``length``."""
    sha256: str | None
    """SHA-256 of the record, 64 lower-case hex digits; None for a null record and a missing position."""

    @property
    def has_bytes(self) -> bool:
        """Whether the record has bytes by which it differs from others; one without differs by its position alone."""
        return self.sha256 not in (None, _SHA256_OF_NOTHING)


def unrepresentable(kind: Kind, body: bytes = b"") -> bytes:
    """The leaf bytes for a null record, a missing position, or a ``body`` of no or too many bytes, or that reads like them.

    Refused("unrepresentable-form") if the body could be an entry, or comes with a kind that has none.
    """
    if kind == "imitation":
        if not is_representation(body):
            raise Refused("unrepresentable-form", "This record imitates nothing and must be kept as it is.")
        return f"custody/unrepresentable/v1\nimitation\n{sha256(body).hexdigest()}\n".encode("ascii")
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
    if not 1 <= len(value) <= ENTRY_BYTES_MAX:
        return unrepresentable("length", value)
    return unrepresentable("imitation", value) if is_representation(value) else value


def blank_record(leaf: bytes) -> bytes | None:
    """What to write so that a position has these leaf bytes: of a null record nothing (None), of an empty one no bytes.

    Refused("unrepresentable-form") for every other leaf: it is no representation, or of a record of which only the hash is left.
    """
    found = parse_unrepresentable(leaf)
    if found.kind == "missing" or found.has_bytes:
        raise Refused("unrepresentable-form", "No record can be written that has these leaf bytes.")
    return None if found.kind == "null" else b""


def parse_unrepresentable(leaf: bytes) -> Unrepresentable:
    """Read a representation, strictly: what :func:`unrepresentable` can have written, and nothing else.

    Refused("unrepresentable-form") otherwise.
    """
    match = _FORM.fullmatch(leaf)
    if match is None:
        raise Refused("unrepresentable-form", "These bytes do not stand for a record that is no entry.")
    if match[1] is not None:
        return Unrepresentable("null" if match[1] == b"null" else "missing", None, None)
    if match[2] == b"imitation":
        return Unrepresentable("imitation", None, match[3].decode("ascii"))
    found = Unrepresentable("length", int(match[2]), match[3].decode("ascii"))
    if found.body_bytes == 0 and found.sha256 != _SHA256_OF_NOTHING:
        raise Refused("unrepresentable-form", "An empty record has the hash of nothing.")
    if found.body_bytes is not None and 1 <= found.body_bytes <= ENTRY_BYTES_MAX:
        raise Refused("unrepresentable-form", "A record of this length would have been kept as an entry.")
    return found


def is_representation(leaf: bytes) -> bool:
    """Whether leaf bytes stand for a record that is no entry; no signed event begins like that."""
    if not leaf.startswith(_TAG):
        return False
    try:
        parse_unrepresentable(leaf)
    except Refused:
        return False
    return True
