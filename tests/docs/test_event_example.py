"""The example on docs/spec/events.md, checked with nothing of this project."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.dsse import Envelope
from securesystemslib.signer import Key, SSlibKey  # type: ignore[attr-defined]

PAGE = Path(__file__).parents[2] / "docs" / "spec" / "events.md"


@pytest.fixture(scope="module")
def blocks() -> dict[str, str]:
    """The blocks of the example by name, without their last line end."""
    return dict(re.findall(r"^```([a-z-]+)\n(.*?)\n```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def keys(blocks: dict[str, str]) -> dict[str, bytes]:
    """Key id -> raw public key."""
    raw = [bytes.fromhex(line) for line in blocks["keys"].split("\n")]
    return {hashlib.sha256(one).hexdigest(): one for one in raw}


def signed_bytes(blocks: dict[str, str]) -> bytes:
    """What the page says is signed."""
    return f"{blocks['head']} {blocks['payload']}".encode()


def test_the_keys_are_those_of_the_seeds_that_the_page_names(blocks: dict[str, str]) -> None:
    seeds = (bytes(range(32)), bytes(range(32, 64)))
    made = [Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex() for seed in seeds]
    assert blocks["keys"].split("\n") == made


def test_the_head_counts_the_bytes_of_the_payload(blocks: dict[str, str]) -> None:
    kind = "application/vnd.custody.event.v1+json"
    assert blocks["head"] == f"DSSEv1 {len(kind)} {kind} {len(blocks['payload'].encode())}"


def test_the_payload_is_compact_and_sorted(blocks: dict[str, str]) -> None:
    again = json.dumps(json.loads(blocks["payload"]), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert blocks["payload"] == again


def test_the_event_id_is_the_hash_of_what_is_signed(blocks: dict[str, str]) -> None:
    assert blocks["event-id"] == hashlib.sha256(signed_bytes(blocks)).hexdigest()


def test_the_entry_carries_the_payload(blocks: dict[str, str]) -> None:
    assert base64.b64decode(json.loads(blocks["entry"])["payload"], validate=True) == blocks["payload"].encode()


def test_the_entry_hash_is_the_hash_of_a_zero_byte_and_the_entry(blocks: dict[str, str]) -> None:
    assert blocks["entry-hash"] == hashlib.sha256(b"\x00" + blocks["entry"].encode()).hexdigest()


def test_both_signatures_of_the_entry_verify(blocks: dict[str, str], keys: dict[str, bytes]) -> None:
    signatures = json.loads(blocks["entry"])["signatures"]
    assert [one["keyid"] for one in signatures] == sorted(keys)
    for one in signatures:
        public = Ed25519PublicKey.from_public_bytes(keys[one["keyid"]])
        public.verify(base64.b64decode(one["sig"], validate=True), signed_bytes(blocks))
        with pytest.raises(InvalidSignature):
            public.verify(base64.b64decode(one["sig"], validate=True), signed_bytes(blocks) + b" ")


def test_another_project_s_verifier_of_dsse_accepts_the_entry(blocks: dict[str, str], keys: dict[str, bytes]) -> None:
    envelope = Envelope.from_dict(json.loads(blocks["entry"]))
    known: list[Key] = [SSlibKey(keyid, "ed25519", "ed25519", {"public": raw.hex()}) for keyid, raw in keys.items()]
    assert set(envelope.verify(known, 2)) == set(keys)
