"""Every single bit of a log, flipped: the signed root finds it and the tiles name the entry (G4)."""

from __future__ import annotations

import pytest

from custody.audit.signed_tree import SignedRoot, SignedTree
from custody.audit.verdict import AuditFindings, AuditVerdict
from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.core.tlog.merkle import leaf_hash, leaf_hashes, row_root
from custody.core.tlog.tile_builder import HashTiler
from custody.core.tlog.tiles import Tile
from tests.audit.cases import SIZE, entries, flip

STRIDE_OF_FOLDS = 4001
"""The fold is tried on every so manieth flip: it costs a thousand times as much as a hash."""


def tiles() -> dict[Tile, bytes]:
    tiler = HashTiler()
    return dict([*tiler.feed(leaf_hashes(entries())), *tiler.partials()])


def judged(leaves: list[bytes], *, stored: dict[Tile, bytes], root: bytes) -> AuditFindings:
    evidence = AuditFindings()
    tree = SignedTree(SignedRoot(log=0, size=SIZE, root=root), read=stored.__getitem__)
    tree.take(leaves, index=0)
    tree.conclude(evidence, doubt=None)
    return evidence


@pytest.mark.parametrize("position", range(SIZE))
def test_every_flipped_bit_is_tampering_at_that_entry(position: int) -> None:
    stored, right = tiles(), leaf_hashes(entries())
    root, entry = row_root(right), entries()[position]
    assert judged(right, stored=stored, root=root).verdict is AuditVerdict.VERIFIED
    for bit in range(len(entry) * 8):
        leaves = [*right]
        leaves[position] = leaf_hash(flip(entry, bit=bit))
        bad = judged(leaves, stored=stored, root=root).first_bad
        assert bad is not None
        assert bad.position == position


def test_no_flipped_bit_stops_the_fold() -> None:
    for position, entry in enumerate(entries()):
        for bit in range(position, len(entry) * 8, STRIDE_OF_FOLDS):
            changed = [*entries()]
            changed[position] = flip(entry, bit=bit)
            ledger = Ledger.empty()
            for place, one in enumerate(changed):
                ledger.apply(check_entry(one, position=place, keys=ledger.public_key))
            assert len(ledger.state_digest()) == 64
