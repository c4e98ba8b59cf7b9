"""The example on docs/spec/c2sp.md is what the program makes, byte for byte."""

from __future__ import annotations

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.unrepresentable import unrepresentable
from custody.core.tlog.checkpoint import Checkpoint, origin, sign_checkpoint
from custody.core.tlog.notes import VerifierKey, format_verifier_key
from custody.core.tlog.postquantum import TreeStatement, cosigned_message
from custody.core.tlog.tile_builder import TileBuilder

PAGE = Path(__file__).parents[3] / "docs" / "spec" / "c2sp.md"


def test_the_example_of_the_page_is_what_the_program_makes() -> None:
    vkey, note, tile, bundle, second, *proof = re.findall(r"```\n(.*?)```\n", PAGE.read_text(), re.DOTALL)
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    name = origin(domain="custody.invalid", slug="kz-2015", election="0123456789abcdef" * 4, log=0)
    key = VerifierKey(name=name, public=private.public_key().public_bytes_raw())
    builder = TileBuilder()
    builder.feed([b"one", b"two", b"three"])
    checkpoint = Checkpoint(origin=name, size=3, root=builder.root())
    assert len(proof) == 2  # tests/docs/test_archive_example.py
    assert vkey == format_verifier_key(key) + "\n"
    assert note.encode() == sign_checkpoint(checkpoint=checkpoint, key=key, sign=private.sign)
    statement = TreeStatement(name, 3, builder.root())
    assert second.replace("\n", "") == cosigned_message(statement, name=name, at=0).hex()
    made_bundle, made_tile = (data.hex() for _, data in builder.partials())
    assert (bundle.replace("\n", ""), tile.replace("\n", "")) == (made_bundle, made_tile)


def test_the_imitation_on_the_page_is_what_the_program_makes() -> None:
    leaf = unrepresentable("imitation", unrepresentable("null")).decode()
    assert "".join(f"    {line}\n" for line in leaf.splitlines()) in PAGE.read_text()
