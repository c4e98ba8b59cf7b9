"""Checking a log from its tree, and the tree from the log: does the topic hold what the checkpointer's tiles commit to?

The tiles are proven first, by the root that the caller brings along (``restore.proven``); then every record up to the checkpoint
is read and compared with its bundle, and every hash tile with the entries. What differs is named, and nothing is written.
A tree that was lost is built anew out of the log: into an empty folder, tile by tile, and only where the records up to a
checkpoint that somebody kept have the root that it signs is that checkpoint put over them.

Not here: which of the two is right where they differ (``custody audit --against`` has the proofs), and writing to the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from consumers.restore import SignedTiles
from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.checkpoint import open_checkpoint
from custody.core.tlog.merkle import leaf_hashes
from custody.core.tlog.notes import VerifierKey
from custody.core.tlog.tile_builder import TileBuilder, first_difference
from custody.core.tlog.tiles import TILE_WIDTH, tile_path
from custody.core.wording.numbers import at_position
from custody.ports import LogReader
from schemas.errors import Contradicted, NotEstablished, Refused

Progress = Callable[[int, int], None]
SHOWN_MAX: Final = 20
"""Differences that are named one by one."""


@dataclass(frozen=True, slots=True)
class FsckReport:
    """How many records were compared, how many the log has beyond the checkpoint, and what is wrong."""

    entries: int
    beyond: int
    wrong: tuple[str, ...]


def check(
    log: LogReader, *, tiles: SignedTiles, folder: TileFolder, progress: Progress = lambda done, of: None
) -> FsckReport:
    """Compare a log with its proven tiles, entry by entry, and the hash tiles with the entries."""
    size, done = tiles.checkpoint.size, 0
    wrong: list[str] = []
    end = min(log.end(), size)
    while done < end:
        wanted = tiles.entries(start=done)
        found = _read(log, start=done, stop=min(done + len(wanted), end))
        for place, (entry, own) in enumerate(zip(found, wanted, strict=False), start=done):
            if entry != own and len(wrong) < SHOWN_MAX:
                wrong.append(f"{at_position(place)}: the log holds another entry than the tree commits to")
        done += len(found)
        progress(done, size)
    if end < size:
        wrong.append(f"the log ends before {at_position(end)}, and the checkpoint covers {size} entries")
    difference = first_difference(leaves=_leaves(tiles), read=folder.read_tile)
    if difference is not None:
        wrong.append(
            f"{tile_path(difference.tile)} is not the tile of the entries, from {at_position(difference.position)}"
        )
    return FsckReport(entries=done, beyond=max(0, log.end() - size), wrong=tuple(wrong))


def rebuild(
    log: LogReader, *, to: TileFolder, note: bytes, key: VerifierKey, progress: Progress = lambda done, of: None
) -> int:
    """Build the tree anew out of a log into an empty folder, under a checkpoint that was kept; how many entries it covers.

    Contradicted("fsck-root") where the log's entries are not those that the checkpoint signs: the tiles then lie there alone.
    NotEstablished("fsck-folder") where the folder is not empty; LogUnavailable.
    """
    checkpoint = open_checkpoint(data=note, key=key)
    if to.path.exists() and any(to.path.iterdir()):
        raise NotEstablished(
            "fsck-folder", f"{to.path.name} is not empty: a tree is built anew into a folder of its own."
        )
    builder, done = TileBuilder(), 0
    while done < checkpoint.size:
        entries = _read(log, start=done, stop=min(done + TILE_WIDTH, checkpoint.size))
        to.write_tiles(builder.feed(entries))
        done += len(entries)
        progress(done, checkpoint.size)
    to.write_tiles(builder.partials())
    if builder.root() != checkpoint.root:
        raise Contradicted("fsck-root", "The entries of the log are not those that the checkpoint signs.")
    to.publish(checkpoint=note, key=key)
    return done


def _leaves(tiles: SignedTiles) -> Iterator[Sequence[bytes]]:
    for start in range(0, tiles.checkpoint.size, TILE_WIDTH):
        yield leaf_hashes(tiles.entries(start=start))


def _read(log: LogReader, *, start: int, stop: int) -> list[bytes]:
    """The entries of a stretch, all of them; Refused("fsck-missing") where the log does not give one."""
    entries: list[bytes] = []
    while start + len(entries) < stop:
        records = log.read(start=start + len(entries), limit=stop - start - len(entries))
        if not records or records[0].position != start + len(entries):
            raise Refused("fsck-missing", f"The log does not give {at_position(start + len(entries))}.")
        entries += [record.entry for record in records]
    return entries
