"""The Merkle tree of a log: hashes, the growing root, and the nodes that proofs are made of.

Follows RFC 6962 section 2.1 with SHA-256: a leaf is SHA-256(0x00 || entry), a node SHA-256(0x01 || left || right), the
root of the empty tree SHA-256 of nothing.  The two prefixes keep a leaf from ever passing for a node.

Theory.  Of a tree with ``size`` leaves, the *complete* subtrees are the nodes (level, index) with
``(index + 1) << level <= size``; they never change when the tree grows.  The tree is the row of complete subtrees named
by the one-bits of ``size``, largest first (its *peaks*), folded from the right.  So a growing log needs to keep one
pending node for each one-bit, and a whole batch of leaves is carried upwards row by row: hashing is then one plain list
comprehension for each level, which is what makes it nearly as fast as calling SHA-256 alone.

Not here: proofs (``proofs``), the cutting into tiles (``tiles``), anything that reads or writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final

from schemas.errors import Refused

HASH_BYTES: Final = 32
SIZE_MAX: Final = 2**53 - 1
"""The largest tree size: what JSON holds exactly (RFC 8785), since sizes stand in events and outcomes; C2SP allows 2^63 - 1."""
EMPTY_ROOT: Final = sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""(level, index) -> hash (32 bytes) of the complete subtree over the 2^level leaves from index * 2^level on."""

_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Leaf hash (32 bytes) of one entry as it lies in the log (RFC 6962 section 2.1)."""
    return sha256(_LEAF + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Leaf hashes of many entries, in order."""
    return [sha256(_LEAF + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash (32 bytes) of the node above two subtrees (RFC 6962 section 2.1)."""
    return sha256(_NODE + left + right).digest()


def parents(row: Iterable[bytes]) -> list[bytes]:
    """The row above: one hash for each pair, in order; a last hash without a partner is left out."""
    hashes = iter(row)
    return [sha256(_NODE + left + right).digest() for left, right in zip(hashes, hashes, strict=False)]


def row_root(row: Sequence[bytes]) -> bytes:
    """Merkle tree hash of a row taken as leaves that are hashed already; EMPTY_ROOT for an empty row.

    A last hash without a partner is carried up unchanged, which gives the left-complete tree of RFC 6962.
    """
    if not row:
        return EMPTY_ROOT
    hashes = list(row)
    while len(hashes) > 1:
        odd = hashes[len(hashes) & ~1 :]
        hashes = parents(hashes)
        hashes += odd
    return hashes[0]


def check_size(size: int) -> None:
    """Refuse what cannot be a tree size: Refused("merkle-size")."""
    if size < 0 or size > SIZE_MAX:
        raise Refused("merkle-size", "A tree size lies between 0 and 2^53 - 1.")


def peaks(size: int) -> list[tuple[int, int]]:
    """(level, index) of the complete subtrees that make up a tree of ``size`` leaves, from left to right."""
    check_size(size)
    return [(level, (size >> level) - 1) for level in reversed(range(size.bit_length())) if size >> level & 1]


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over peaks given from left to right; EMPTY_ROOT for none."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_of(*, nodes: Nodes, size: int) -> bytes:
    """Root (32 bytes) of the tree of ``size`` leaves whose complete subtrees ``nodes`` gives."""
    return fold([nodes(level, index) for level, index in peaks(size)])


class Frontier:
    """The growing root in a few hundred bytes: the pending node of every level, nothing of the past.

    It cannot give proofs; :class:`Tree` can.
    """

    __slots__ = ("_pending", "_size")

    def __init__(self) -> None:
        self._size = 0
        self._pending: list[bytes | None] = []

    @property
    def size(self) -> int:
        """Number of leaves so far."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash (32 bytes)."""
        self.extend((leaf,))

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes (32 bytes each) in order; fastest with hundreds at a time."""
        self._size += len(leaves)
        row, level = list(leaves), 0
        while row:
            if level == len(self._pending):
                self._pending.append(None)
            before = self._pending[level]
            if before is not None:
                row.insert(0, before)
            self._pending[level] = row.pop() if len(row) & 1 else None
            row, level = parents(row), level + 1

    def root(self) -> bytes:
        """Root (32 bytes) over all leaves so far."""
        return fold([node for node in reversed(self._pending) if node is not None])


class Tree:
    """Every complete subtree in memory (64 bytes a leaf), so that any root and any proof is a few look-ups."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """Number of leaves so far."""
        return len(self._rows[0]) // HASH_BYTES

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes (32 bytes each) in order."""
        row, level = list(leaves), 0
        while row:
            if level == len(self._rows):
                self._rows.append(bytearray())
            held = self._rows[level]
            if len(held) // HASH_BYTES & 1:
                pending = bytes(held[-HASH_BYTES:])
                held += b"".join(row)
                row.insert(0, pending)
            else:
                held += b"".join(row)
            row, level = parents(row), level + 1

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash; what ``extend`` does for one, in half the time."""
        rows, level, node = self._rows, 0, leaf
        while True:
            row = rows[level]
            row += node
            if len(row) % (2 * HASH_BYTES):
                return
            node = sha256(_NODE + row[-2 * HASH_BYTES :]).digest()
            level += 1
            if level == len(rows):
                rows.append(bytearray())

    def node(self, level: int, index: int) -> bytes:
        """Hash (32 bytes) of a complete subtree, as :data:`Nodes`; Refused("merkle-node") where there is none."""
        start = index * HASH_BYTES
        if not 0 <= level < len(self._rows) or not 0 <= start < len(self._rows[level]):
            raise Refused("merkle-node", "The tree has no complete subtree at that place.")
        return bytes(self._rows[level][start : start + HASH_BYTES])

    def root(self, size: int) -> bytes:
        """Root (32 bytes) of the first ``size`` leaves; Refused("merkle-node") if there are fewer."""
        return root_of(nodes=self.node, size=size)
