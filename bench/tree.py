"""The tree at 10^6 leaves: hash tiles and root as the checkpointer makes them, and inclusion proofs out of the tiles on disk.

Compared, in the same run, with bare SHA-256 of the same nodes by ``hashlib``. A proof is made as a gateway makes it, from the
files of the tiles, of which it keeps the newest; ``proof`` is a millisecond over the processor time that 99 of 100 proofs do
not take longer than: 1 or more is the aim.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.proofs import inclusion_proof, verify_inclusion
from custody.core.tlog.tile_builder import HashTiler
from custody.core.tlog.tiles import KeptTiles, tile_nodes

_LEAVES: Final = 1_000_000
_PROOFS: Final = 2_000
_RUN: Final = 256


def run() -> Iterator[tuple[str, float]]:
    """``checkpoint``: nodes a second of tiles and root, against bare hashing; ``proof``: 1 ms against its 99th percentile."""
    leaves = [place.to_bytes(32, "big") for place in range(_LEAVES)]
    with TemporaryDirectory() as place:
        folder = TileFolder(Path(place))
        root, seconds = _tree(leaves, folder=folder)
        yield "checkpoint", _bare(leaves) / seconds
        spent, waited = _proofs(leaves, folder=folder, root=root)
    yield "proof", 0.001 / spent[_PROOFS * 99 // 100]
    shown = [
        f"{one[_PROOFS // 2] * 1e3:.2f} (p50), {one[_PROOFS * 99 // 100] * 1e3:.2f} (p99)" for one in (spent, waited)
    ]
    print(
        f"  tree: {_LEAVES:,} leaves in {seconds:.2f} s; a proof: ms of processor {shown[0]}; on the clock {shown[1]}"
    )


def _tree(leaves: Sequence[bytes], *, folder: TileFolder) -> tuple[bytes, float]:
    """Root, and seconds of tiling alone; the tiles are written beside that."""
    tiler, seconds = HashTiler(), 0.0
    for start in range(0, len(leaves), _RUN):
        began = time.perf_counter()
        tiles = tiler.feed(leaves[start : start + _RUN])
        seconds += time.perf_counter() - began
        folder.write_tiles(tiles)
    began = time.perf_counter()
    partials, root = tiler.partials(), tiler.root()
    seconds += time.perf_counter() - began
    folder.write_tiles(partials)
    return root, seconds


def _bare(leaves: Sequence[bytes]) -> float:
    """Seconds in which ``hashlib`` hashes as many nodes of the same length, without any tree."""
    sha256, began = hashlib.sha256, time.perf_counter()
    for left, right in pairwise(leaves):
        sha256(b"\x01" + left + right).digest()
    return time.perf_counter() - began


def _proofs(leaves: Sequence[bytes], *, folder: TileFolder, root: bytes) -> tuple[list[float], list[float]]:
    """Seconds of each proof, of processor and on the clock, the shortest first; each is verified beside that."""
    draw, spent, waited, kept = random.Random(1), [], [], KeptTiles()
    for _ in range(_PROOFS):
        index = draw.randrange(_LEAVES)
        began, used = time.perf_counter(), time.process_time()
        nodes = tile_nodes(read=folder.read_tile, size=_LEAVES, kept=kept)
        proof = inclusion_proof(nodes=nodes, index=index, size=_LEAVES)
        spent.append(time.process_time() - used)
        waited.append(time.perf_counter() - began)
        verify_inclusion(leaf=leaves[index], index=index, size=_LEAVES, proof=proof, root=root)
    return sorted(spent), sorted(waited)
