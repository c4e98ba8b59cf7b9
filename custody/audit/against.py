"""A log as somebody shows it, held against an archive: each way in which it can differ is found by a check of its own.

The archive is first held to its own checkpoint: only what the log key signed says anything about somebody else. Each difference
comes with what proves it elsewhere (``held_evidence``). What both share of a longer log is compared; that one of the two is how
the other begins is no difference, unless what is shown is the shorter one.

Not here: where what is shown comes from (``custody.adapters``, the command line), and what is said of it to people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from custody.adapters.tilefolder import TileFolder
from custody.audit.held_evidence import Check, Held, Shown, is_stripped, sets_policy
from custody.audit.two_histories import log_key
from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from custody.core.tlog.entry_proofs import format_proof, make_proof
from custody.core.tlog.merkle import Frontier, leaf_hash, leaf_hashes
from custody.core.tlog.notes import VerifierKey, parse_note
from custody.core.tlog.proofs import verify_inclusion
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, parse_tile, tile_nodes, width_in
from schemas.errors import NotEstablished, Refused, Withheld


class ShownLog(Protocol):
    """A log as it is shown. What is not given raises NotEstablished or Withheld."""

    def note(self) -> bytes | None:
        """Its signed checkpoint; None where it shows none."""

    def end(self) -> int:
        """How many entries it shows."""

    def bundle(self, tile: Tile) -> Sequence[bytes]:
        """The entries of a bundle of exactly its width."""

    def tile(self, tile: Tile) -> bytes:
        """A hash tile of exactly its width."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """The archive, after its entries were found to be those that its checkpoint signs."""

    folder: TileFolder
    key: VerifierKey
    note: bytes
    checkpoint: Checkpoint
    genesis: bytes

    def bundle(self, index: int) -> Sequence[bytes]:
        """The entries of a bundle."""
        size = self.checkpoint.size
        return self.folder.read_bundle(Tile(ENTRIES, index, width_in(level=ENTRIES, index=index, size=size)))

    def shown(self, position: int) -> Shown:
        """What it shows of a position, proven."""
        nodes = tile_nodes(read=self.folder.read_tile, size=self.checkpoint.size)
        proof = format_proof(make_proof(index=position, note=self.note, nodes=nodes))
        return Shown(self.bundle(position // TILE_WIDTH)[position % TILE_WIDTH], self.note, proof)


def held_against(archive: Path, *, shown: ShownLog, root: str) -> list[Held]:
    """What is shown of the election of this root against an archive's tile folder: every difference, by its own check.

    NotEstablished("against-archive") where the archive is not what its checkpoint says; Refused where what is shown is signed by
    no key of this log.
    """
    signed = _signed(TileFolder(archive), root=root)
    note = shown.note()
    theirs = None if note is None else open_checkpoint(data=note, key=signed.key)
    size = shown.end() if theirs is None else theirs.size
    return list(_differences(signed, shown=shown, note=note, size=size))


def _differences(signed: _Signed, *, shown: ShownLog, note: bytes | None, size: int) -> Iterator[Held]:
    common = min(signed.checkpoint.size, size)
    withheld, parts, policy = _compare(signed, shown=shown, size=size, common=common)
    if withheld is not None:
        yield _held(signed, "withheld-event", position=withheld, theirs=Shown(note=note))
    if parts is None and withheld is not None and note is not None:
        yield from _hidden(signed, shown=shown, note=note, withheld=withheld)
    if parts is not None:
        position, entry = parts
        theirs = _their_side(signed, shown=shown, note=note, position=position, entry=entry)
        ours = signed.shown(position).entry or b""
        yield _held(
            signed, "edited-record" if theirs.proof is None else "two-histories", position=position, theirs=theirs
        )
        if is_stripped(ours, entry):
            yield _held(signed, "stripped-signature", position=position, theirs=theirs)
    if policy is not None:
        position, entry = policy
        theirs = _their_side(signed, shown=shown, note=note, position=position, entry=entry)
        if theirs.proof is not None:
            yield _held(signed, "forked-policy", position=position, theirs=theirs)
    if size < signed.checkpoint.size:
        yield _held(signed, "truncated-tail", position=size, theirs=Shown(note=note))


def _hidden(signed: _Signed, *, shown: ShownLog, note: bytes, withheld: int) -> Iterator[Held]:
    """What differs is not given: their hash tiles, or two roots of one size, convict the log key all the same."""
    # docs/spec/audit.md A25
    checkpoint = open_checkpoint(data=note, key=signed.key)
    end = -(-min(checkpoint.size, signed.checkpoint.size) // TILE_WIDTH)
    leaves = (
        _other_leaf(signed, shown=shown, size=checkpoint.size, index=index)
        for index in range(withheld // TILE_WIDTH, end)
    )
    other = next((found for found in leaves if found is not None), None)
    if other is not None:
        position, leaf = other
        proof = _proof_of(leaf, shown=shown, note=note, position=position, checkpoint=checkpoint)
        if proof is not None:
            yield _held(signed, "two-histories", position=position, theirs=Shown(note=note, proof=proof, leaf=leaf))
            return
    if checkpoint.size == signed.checkpoint.size and checkpoint.root != signed.checkpoint.root:
        yield _held(signed, "two-histories", position=withheld, theirs=Shown(note=note))


def _other_leaf(signed: _Signed, *, shown: ShownLog, size: int, index: int) -> tuple[int, bytes] | None:
    """The first position of a bundle of which their hash tile says that another entry stands there, and the hash of that."""
    tile = Tile(0, index, width_in(level=0, index=index, size=size))
    try:
        leaves = parse_tile(data=shown.tile(tile), width=tile.width)
    except (NotEstablished, Refused, Withheld):
        return None
    pairs = enumerate(zip(leaf_hashes(signed.bundle(index)), leaves, strict=False))
    return next(((index * TILE_WIDTH + slot, other) for slot, (mine, other) in pairs if mine != other), None)


Place = tuple[int, bytes]
"""A position, and what they show there."""


def _compare(
    signed: _Signed, *, shown: ShownLog, size: int, common: int
) -> tuple[int | None, Place | None, Place | None]:
    """The first position that is withheld, the first that differs, and the first that differs where a policy is set."""
    withheld: int | None = None
    parts: Place | None = None
    policy: Place | None = None
    for index in range(-(-common // TILE_WIDTH)):
        first = index * TILE_WIDTH
        try:
            entries = shown.bundle(Tile(ENTRIES, index, width_in(level=ENTRIES, index=index, size=size)))
        except (NotEstablished, Withheld):
            withheld = first if withheld is None else withheld
            continue
        for slot, (mine, other) in enumerate(zip(signed.bundle(index), entries, strict=False)):
            if mine != other:
                parts = parts or (first + slot, other)
                if policy is None and (sets_policy(mine) or sets_policy(other)):
                    policy = (first + slot, other)
    return withheld, parts, policy


def _their_side(signed: _Signed, *, shown: ShownLog, note: bytes | None, position: int, entry: bytes) -> Shown:
    """What they show of a position; with its proof, where their checkpoint signs it."""
    if note is None:
        return Shown(entry)
    checkpoint = open_checkpoint(data=note, key=signed.key)
    leaf = leaf_hash(entry)
    return Shown(entry, note, _proof_of(leaf, shown=shown, note=note, position=position, checkpoint=checkpoint))


def _proof_of(leaf: bytes, *, shown: ShownLog, note: bytes, position: int, checkpoint: Checkpoint) -> bytes | None:
    """The proof that the entry of this hash stands there under their checkpoint; None where it does not."""
    try:
        proof = make_proof(index=position, note=note, nodes=tile_nodes(read=shown.tile, size=checkpoint.size))
        size, root = checkpoint.size, checkpoint.root
        verify_inclusion(leaf=leaf, index=position, size=size, proof=proof.hashes, root=root)
    except (NotEstablished, Refused, Withheld):
        return None
    return format_proof(proof)


def _held(signed: _Signed, check: Check, *, position: int, theirs: Shown) -> Held:
    return Held(check, signed.genesis, position, signed.shown(position), theirs)


def _signed(folder: TileFolder, *, root: str) -> _Signed:
    note = folder.read_checkpoint()
    size = parse_checkpoint(parse_note(note).text).size
    if not size:
        raise NotEstablished("against-archive", "The archive's checkpoint is over no entries.")
    genesis = folder.read_bundle(Tile(ENTRIES, 0, width_in(level=ENTRIES, index=0, size=size)))[0]
    key = log_key(genesis, root=root)
    found = _Signed(folder, key, note, open_checkpoint(data=note, key=key), genesis)
    frontier = Frontier()
    for index in range(-(-size // TILE_WIDTH)):
        frontier.extend(leaf_hashes(found.bundle(index)))
    if frontier.root() != found.checkpoint.root:
        raise NotEstablished("against-archive", "The archive's entries are not those that its checkpoint signs.")
    return found
