from __future__ import annotations

from hashlib import sha256

import pytest

from custody.core.entries.unrepresentable import (
    Kind,
    Unrepresentable,
    blank_record,
    is_representation,
    leaf_bytes,
    parse_unrepresentable,
    unrepresentable,
)
from schemas.errors import Refused

HASH = sha256(b"x" * 65_536).hexdigest()
NULL = b"custody/unrepresentable/v1\nnull\n-\n"
CASES: list[tuple[Kind, bytes, bytes, Unrepresentable]] = [
    ("null", b"", b"custody/unrepresentable/v1\nnull\n-\n", Unrepresentable("null", None, None)),
    ("missing", b"", b"custody/unrepresentable/v1\nmissing\n-\n", Unrepresentable("missing", None, None)),
    ("length", b"", f"custody/unrepresentable/v1\n0\n{sha256(b'').hexdigest()}\n".encode(),
     Unrepresentable("length", 0, sha256(b"").hexdigest())),
    ("length", b"x" * 65_536, f"custody/unrepresentable/v1\n65536\n{HASH}\n".encode(),
     Unrepresentable("length", 65_536, HASH)),
    ("imitation", NULL, f"custody/unrepresentable/v1\nimitation\n{sha256(NULL).hexdigest()}\n".encode(),
     Unrepresentable("imitation", None, sha256(NULL).hexdigest())),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "leaf", "parsed"), CASES)
def test_a_representation_has_one_form_and_reads_back(
    kind: Kind, body: bytes, leaf: bytes, parsed: Unrepresentable
) -> None:
    assert unrepresentable(kind, body) == leaf
    assert parse_unrepresentable(leaf) == parsed


@pytest.mark.parametrize(
    ("kind", "body"),
    [("null", b"x"), ("missing", b"x"), ("length", b"x"), ("length", b"x" * 65_535), ("imitation", b"x")],
)
def test_what_could_be_an_entry_has_no_representation(kind: Kind, body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        unrepresentable(kind, body)
    assert caught.value.code == "unrepresentable-form"


@pytest.mark.parametrize(
    "leaf",
    [
        b"",
        b"custody/unrepresentable/v1\nnull\n-",
        b"custody/unrepresentable/v1\nnull\n-\n\n",
        b"custody/unrepresentable/v1\r\nnull\r\n-\r\n",
        b"custody/unrepresentable/v2\nnull\n-\n",
        f"custody/unrepresentable/v1\nnull\n{HASH}\n".encode(),
        b"custody/unrepresentable/v1\n65536\n-\n",
        b"custody/unrepresentable/v1\nimitation\n-\n",
        f"custody/unrepresentable/v1\n65535\n{HASH}\n".encode(),
        f"custody/unrepresentable/v1\n1\n{HASH}\n".encode(),
        f"custody/unrepresentable/v1\n0\n{HASH}\n".encode(),
        f"custody/unrepresentable/v1\n065536\n{HASH}\n".encode(),
        f"custody/unrepresentable/v1\n+65536\n{HASH}\n".encode(),
        f"custody/unrepresentable/v1\n65536\n{HASH.upper()}\n".encode(),
        f"custody/unrepresentable/v1\n65536\n{HASH[:-1]}\n".encode(),
        f"custody/unrepresentable/v1\n\u0666\u0665\u0665\u0663\u0666\n{HASH}\n".encode(),
    ],
)  # fmt: skip
def test_any_other_form_is_refused(leaf: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parse_unrepresentable(leaf)
    assert caught.value.code == "unrepresentable-form"


@pytest.mark.parametrize("value", [b"x", b"x" * 65_535])
def test_what_can_be_an_entry_is_its_own_leaf(value: bytes) -> None:
    assert leaf_bytes(value) is value


@pytest.mark.parametrize(("value", "leaf"), [(None, CASES[0][2]), (b"", CASES[2][2]), (b"x" * 65_536, CASES[3][2])])
def test_what_cannot_be_an_entry_gets_its_representation(value: bytes | None, leaf: bytes) -> None:
    assert leaf_bytes(value) == leaf


@pytest.mark.parametrize("leaf", [case[2] for case in CASES])
def test_a_record_that_imitates_a_representation_is_represented_in_its_turn(leaf: bytes) -> None:
    imitation = leaf_bytes(leaf)
    assert parse_unrepresentable(imitation) == Unrepresentable("imitation", None, sha256(leaf).hexdigest())
    assert leaf_bytes(imitation) not in (imitation, leaf)


def test_what_only_begins_like_a_representation_is_kept_as_it_is() -> None:
    value = b"custody/unrepresentable/v1\n1\n" + HASH.encode() + b"\n"
    assert not is_representation(value)
    assert leaf_bytes(value) is value


@pytest.mark.parametrize("value", [None, b""])
def test_a_record_without_content_can_be_written_again(value: bytes | None) -> None:
    assert blank_record(leaf_bytes(value)) == value


@pytest.mark.parametrize("leaf", [b"x", CASES[1][2], CASES[3][2], CASES[4][2]])
def test_of_any_other_record_only_a_hash_is_left(leaf: bytes) -> None:
    with pytest.raises(Refused):
        blank_record(leaf)
