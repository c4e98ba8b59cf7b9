"""Inclusion and consistency proofs over a Merkle tree: made, and verified without mercy.

Follows RFC 6962 sections 2.1.1 and 2.1.2 for what a proof contains, and RFC 9162 sections 2.1.3.2 and 2.1.4.2 for how
it is verified.  A proof has exactly one right length, known from the sizes alone: it is checked before anything is
hashed, so that no attacker can make the verifier work or pad a proof with hashes that are never used.

Not here: where the hashes come from (``merkle.Tree`` in memory, tiles on disk), who signed the root (``checkpoint``).

Codes: proof-index, proof-sizes, proof-length, proof-hash, proof-root, merkle-size.
"""

from __future__ import annotations

from collections.abc import Sequence

from custody.core.tlog.merkle import EMPTY_ROOT, HASH_BYTES, Nodes, check_size, fold, node_hash, peaks
from schemas.errors import Refused


def inclusion_proof(*, nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """Audit path (32 bytes each, from the leaf upwards) of leaf ``index`` in the tree of ``size`` leaves.

    Refused("proof-index") unless 0 <= index < size.  Source: RFC 6962 section 2.1.1.
    """
    _check_index(index=index, size=size)
    return _path_of_node(nodes=nodes, level=0, index=index, size=size)


def consistency_proof(*, nodes: Nodes, old: int, new: int) -> tuple[bytes, ...]:
    """Proof (32 bytes each) that the tree of ``new`` leaves begins with the tree of ``old`` leaves.

    Empty where there is nothing to prove: old = 0 or old = new.  Refused("proof-sizes") if old > new.
    Source: RFC 6962 section 2.1.2.
    """
    _check_sizes(old=old, new=new)
    if old in (0, new):
        return ()
    low = (old & -old).bit_length() - 1
    index = (old >> low) - 1
    seed = () if index == 0 else (nodes(low, index),)
    return (*seed, *_path_of_node(nodes=nodes, level=low, index=index, size=new))


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return if ``proof`` shows that leaf hash ``leaf`` is number ``index`` of the tree (``size``, ``root``).

    Refused with proof-index, proof-length, proof-hash or proof-root otherwise.  Source: RFC 9162 section 2.1.3.2.
    """
    _check_index(index=index, size=size)
    inner = _inner_length(index=index, size=size)
    border = (index >> inner).bit_count()
    _check_hashes(proof=proof, others=(leaf, root), length=inner + border)
    found = leaf
    for level, sibling in enumerate(proof[:inner]):
        found = node_hash(sibling, found) if index >> level & 1 else node_hash(found, sibling)
    for sibling in proof[inner:]:
        found = node_hash(sibling, found)
    _check_root(found=found, root=root, what="The proof does not lead from this entry to the root.")


def verify_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return if ``proof`` shows that the tree (``new``, ``new_root``) begins with the tree (``old``, ``old_root``).

    Refused with proof-sizes (old > new), proof-length, proof-hash or proof-root otherwise; equal sizes with different
    roots are proof-root.  Source: RFC 9162 section 2.1.4.2.
    """
    _check_sizes(old=old, new=new)
    low, inner, border, seeded = _consistency_shape(old=old, new=new)
    _check_hashes(proof=proof, others=(old_root, new_root), length=inner + border + seeded)
    if old == 0:
        _check_root(found=old_root, root=EMPTY_ROOT, what="The empty tree has one root only, and this is not it.")
    if old in (0, new):
        if old == new:
            _check_root(found=old_root, root=new_root, what="Two trees of one size have different roots.")
        return
    was = now = proof[0] if seeded else old_root
    index = (old - 1) >> low
    for level, sibling in enumerate(proof[seeded : seeded + inner]):
        if index >> level & 1:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
        else:
            now = node_hash(now, sibling)
    for sibling in proof[seeded + inner :]:
        was, now = node_hash(sibling, was), node_hash(sibling, now)
    _check_root(found=was, root=old_root, what="The proof does not lead to the old root.")
    _check_root(found=now, root=new_root, what="The proof does not lead to the new root.")


def _consistency_shape(*, old: int, new: int) -> tuple[int, int, int, int]:
    """(level of the smallest peak of the old tree, siblings beside it, left peaks above them, 1 if seeded)."""
    if old in (0, new):
        return 0, 0, 0, 0
    low = (old & -old).bit_length() - 1
    inner = _inner_length(index=old - 1, size=new) - low
    border = (old - 1 >> inner + low).bit_count()
    return low, inner, border, 0 if old == 1 << low else 1


def _inner_length(*, index: int, size: int) -> int:
    """Levels on which the path of leaf ``index`` still differs from the path of the last leaf."""
    return (index ^ size - 1).bit_length()


def _is_complete(*, level: int, index: int, size: int) -> bool:
    return (index + 1) << level <= size


def _path_of_node(*, nodes: Nodes, level: int, index: int, size: int) -> tuple[bytes, ...]:
    """Audit path of the complete subtree (level, index) in the tree of ``size`` leaves."""
    last = (index + 1 << level) - 1
    inner = _inner_length(index=last, size=size)
    path = []
    for step in range(level, inner):
        sibling = last >> step ^ 1
        complete = _is_complete(level=step, index=sibling, size=size)
        path.append(
            nodes(step, sibling) if complete else _right_edge(nodes=nodes, level=step, index=sibling, size=size)
        )
    return (*path, *_left_siblings(nodes=nodes, index=last, from_level=inner))


def _right_edge(*, nodes: Nodes, level: int, index: int, size: int) -> bytes:
    """Root of the incomplete last subtree that begins at leaf ``index << level``."""
    start = index << level
    inside = size - start
    return fold([nodes(step, (start >> step) + place) for step, place in peaks(inside)])


def _left_siblings(*, nodes: Nodes, index: int, from_level: int) -> tuple[bytes, ...]:
    """The peaks to the left of the path, from below upwards."""
    levels = range(from_level, index.bit_length())
    return tuple(nodes(level, (index >> level) - 1) for level in levels if index >> level & 1)


def _check_index(*, index: int, size: int) -> None:
    check_size(size)
    if not 0 <= index < size:
        raise Refused("proof-index", "The entry's number is not below the size of the tree.")


def _check_sizes(*, old: int, new: int) -> None:
    check_size(old)
    check_size(new)
    if old > new:
        raise Refused("proof-sizes", "The old tree is larger than the new one.")


def _check_hashes(*, proof: Sequence[bytes], others: Sequence[bytes], length: int) -> None:
    if len(proof) != length:
        raise Refused("proof-length", f"The proof has {len(proof)} hashes where exactly {length} belong.")
    if any(len(value) != HASH_BYTES for value in (*proof, *others)):
        raise Refused("proof-hash", f"A hash is {HASH_BYTES} bytes long, no more and no less.")


def _check_root(*, found: bytes, root: bytes, what: str) -> None:
    if found != root:
        raise Refused("proof-root", what)
