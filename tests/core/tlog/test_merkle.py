"""The tree and its proofs against a slow, obvious reference and against the vectors."""

from __future__ import annotations

import json
import random
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.tlog.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    leaf_hash,
    leaf_hashes,
    node_hash,
    parents,
    peaks,
    root_of,
    row_root,
)
from custody.core.tlog.proofs import consistency_proof, inclusion_proof, verify_consistency, verify_inclusion
from schemas.errors import Refused

VECTORS = Path(__file__).parents[2] / "vectors" / "merkle"


def load(name: str) -> list[Any]:
    vectors: list[Any] = json.loads((VECTORS / name).read_text())["vectors"]
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


def reference_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word, over leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = reference_split(len(leaves))
    return sha256(b"\x01" + reference_root(leaves[:split]) + reference_root(leaves[split:])).digest()


def reference_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    split = reference_split(len(leaves))
    if index < split:
        return [*reference_path(index, leaves[:split]), reference_root(leaves[split:])]
    return [*reference_path(index - split, leaves[split:]), reference_root(leaves[:split])]


def reference_proof(old: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word: PROOF, that is SUBPROOF for a tree known to the reader."""
    if old == len(leaves):
        return []
    split = reference_split(len(leaves))
    if old <= split:
        return [*reference_proof(old, leaves[:split]), reference_root(leaves[split:])]
    return [*reference_subproof(old - split, leaves[split:]), reference_root(leaves[:split])]


def reference_subproof(old: int, leaves: list[bytes]) -> list[bytes]:
    """The same for a subtree whose root the reader does not know."""
    if old == len(leaves):
        return [reference_root(leaves)]
    split = reference_split(len(leaves))
    if old <= split:
        return [*reference_subproof(old, leaves[:split]), reference_root(leaves[split:])]
    return [*reference_subproof(old - split, leaves[split:]), reference_root(leaves[:split])]


def reference_split(size: int) -> int:
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def some_leaves(size: int) -> list[bytes]:
    return leaf_hashes(str(number).encode() for number in range(size))


def tree_of(leaves: list[bytes]) -> Tree:
    tree = Tree()
    tree.extend(leaves)
    return tree


def test_leaves_and_nodes_have_different_prefixes() -> None:
    assert leaf_hash(b"entry") == sha256(b"\x00entry").digest()
    assert node_hash(b"a" * 32, b"b" * 32) == sha256(b"\x01" + b"a" * 32 + b"b" * 32).digest()


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Frontier().root() == Tree().root(0) == row_root([]) == EMPTY_ROOT == sha256(b"").digest()


def test_the_known_roots_of_the_eight_leaves_come_out() -> None:
    vector = json.loads((VECTORS / "roots.json").read_text())
    frontier = Frontier()
    assert frontier.root().hex() == vector["roots"][0]
    for entry, root in zip(vector["entries"], vector["roots"][1:], strict=True):
        frontier.append(leaf_hash(bytes.fromhex(entry)))
        assert frontier.root().hex() == root


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 257, 511, 513, 65_536, 65_537, 70_000])
def test_the_root_is_the_reference_root_at_size(size: int) -> None:
    leaves = some_leaves(size)
    frontier = Frontier()
    frontier.extend(leaves)
    assert frontier.size == size
    assert frontier.root() == tree_of(leaves).root(size) == row_root(leaves) == reference_root(leaves)


@given(runs=st.lists(st.integers(0, 40), max_size=12))
def test_leaves_added_in_any_runs_give_the_same_tree(runs: list[int]) -> None:
    leaves = some_leaves(sum(runs))
    frontier, tree, single, start = Frontier(), Tree(), Tree(), 0
    for run in runs:
        frontier.extend(leaves[start : start + run])
        tree.extend(leaves[start : start + run])
        for leaf in leaves[start : start + run]:
            single.append(leaf)
        start += run
        assert frontier.root() == tree.root(start) == single.root(start) == reference_root(leaves[:start])


def test_a_grown_tree_still_gives_every_earlier_root() -> None:
    leaves = some_leaves(130)
    tree = tree_of(leaves)
    assert [tree.root(size) for size in range(131)] == [reference_root(leaves[:size]) for size in range(131)]


def test_parents_leave_out_a_last_hash_without_partner() -> None:
    leaves = some_leaves(5)
    assert parents(leaves) == [node_hash(leaves[0], leaves[1]), node_hash(leaves[2], leaves[3])]


def test_peaks_are_the_one_bits_of_the_size() -> None:
    assert peaks(0) == []
    assert peaks(7) == [(2, 0), (1, 2), (0, 6)]
    assert peaks(2**52) == [(52, 0)]


@pytest.mark.parametrize("size", [-1, 2**53, 2**63])
def test_a_size_outside_the_bounds_is_refused(size: int) -> None:
    with pytest.raises(Refused, match=r"^merkle-size"):
        root_of(nodes=Tree().node, size=size)


@pytest.mark.parametrize(("level", "index"), [(0, 7), (0, -1), (1, 3), (3, 0), (-1, 0)])
def test_a_node_that_is_not_complete_is_refused(level: int, index: int) -> None:
    with pytest.raises(Refused, match=r"^merkle-node"):
        tree_of(some_leaves(7)).node(level, index)


def test_every_inclusion_proof_of_small_trees_is_the_reference_and_verifies() -> None:
    leaves = some_leaves(40)
    tree = tree_of(leaves)
    for size in range(1, 41):
        for index in range(size):
            proof = inclusion_proof(nodes=tree.node, index=index, size=size)
            assert list(proof) == reference_path(index, leaves[:size])
            verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=tree.root(size))


def test_every_consistency_proof_of_small_trees_is_the_reference_and_verifies() -> None:
    leaves = some_leaves(40)
    tree = tree_of(leaves)
    for new in range(41):
        for old in range(new + 1):
            proof = consistency_proof(nodes=tree.node, old=old, new=new)
            assert list(proof) == (reference_proof(old, leaves[:new]) if old else [])
            verify_consistency(old=old, old_root=tree.root(old), new=new, new_root=tree.root(new), proof=proof)


def test_proofs_of_a_large_tree_verify() -> None:
    tree = tree_of(some_leaves(70_000))
    pick = random.Random(3)
    for _ in range(200):
        new = pick.randint(1, 70_000)
        old = pick.randint(0, new)
        index = pick.randrange(new)
        path = inclusion_proof(nodes=tree.node, index=index, size=new)
        verify_inclusion(leaf=tree.node(0, index), index=index, size=new, proof=path, root=tree.root(new))
        proof = consistency_proof(nodes=tree.node, old=old, new=new)
        verify_consistency(old=old, old_root=tree.root(old), new=new, new_root=tree.root(new), proof=proof)


def test_no_proof_serves_another_entry_or_another_number() -> None:
    leaves = some_leaves(19)
    tree = tree_of(leaves)
    for index in range(19):
        proof = inclusion_proof(nodes=tree.node, index=index, size=19)
        for other in range(19):
            if other != index:
                with pytest.raises(Refused, match=r"^proof-"):
                    verify_inclusion(leaf=leaves[other], index=index, size=19, proof=proof, root=tree.root(19))
                with pytest.raises(Refused, match=r"^proof-"):
                    verify_inclusion(leaf=leaves[index], index=other, size=19, proof=proof, root=tree.root(19))


@pytest.mark.parametrize("vector", load("inclusion.json"))
def test_inclusion_vector(vector: dict[str, Any]) -> None:
    def verify() -> None:
        verify_inclusion(
            leaf=bytes.fromhex(vector["leaf"]),
            index=vector["index"],
            size=vector["size"],
            proof=[bytes.fromhex(value) for value in vector["proof"]],
            root=bytes.fromhex(vector["root"]),
        )

    if vector["code"] is None:
        verify()
    else:
        with pytest.raises(Refused) as refused:
            verify()
        assert refused.value.code == vector["code"]


@pytest.mark.parametrize("vector", load("consistency.json"))
def test_consistency_vector(vector: dict[str, Any]) -> None:
    def verify() -> None:
        verify_consistency(
            old=vector["old"],
            old_root=bytes.fromhex(vector["old_root"]),
            new=vector["new"],
            new_root=bytes.fromhex(vector["new_root"]),
            proof=[bytes.fromhex(value) for value in vector["proof"]],
        )

    if vector["code"] is None:
        verify()
    else:
        with pytest.raises(Refused) as refused:
            verify()
        assert refused.value.code == vector["code"]


@pytest.mark.parametrize(("index", "size"), [(7, 7), (-1, 7), (0, 0)])
def test_no_proof_is_made_for_an_entry_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(Refused, match=r"^proof-index"):
        inclusion_proof(nodes=tree_of(some_leaves(7)).node, index=index, size=size)


def test_no_proof_is_made_from_a_larger_tree_to_a_smaller() -> None:
    with pytest.raises(Refused, match=r"^proof-sizes"):
        consistency_proof(nodes=tree_of(some_leaves(7)).node, old=7, new=6)
