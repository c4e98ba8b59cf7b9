"""Restoring a log: the exact bytes from the checkpointer's tiles, put back into a topic that has none of them (design D7).

What is put back is proven first, and by nothing but the tiles themselves and the root that the caller brings along: position
0 is the genesis with that event id, it pins the log key, the log key signed the checkpoint, and all entries hash to its root.
Only then is anything written.  A log that holds a first part of them already, from an earlier run that was cut short, is
completed; a log that holds anything else is left alone.

Entries after the checkpoint are not in the tiles: the outboxes of the devices feed them again.

Not here: stopping the gateways first, and making the topic (docs/operating.md says both, step by step).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from custody.adapters.archive import read_checkpoint
from custody.adapters.backoff import Backoff
from custody.adapters.tilefolder import TileFolder
from custody.core.entries.unrepresentable import blank_record, is_representation
from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint, origin_of
from custody.core.tlog.merkle import Frontier, leaf_hashes
from custody.core.tlog.notes import VerifierKey
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, width_in
from custody.core.wording.numbers import at_position
from custody.ports import Log
from schemas.authority import ElectionOpened
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Contradicted, LogUnavailable, NotEstablished, OutcomeUnknown, Refused
from schemas.union import parse_event

ATTEMPTS_MAX: Final = 8
_WAITS: Final = Backoff(first_ms=1_000, most_ms=8_000)
"""Appends whose outcome is unknown, one after the other, before the restoring ends; it may be run again."""

_LOST: Final = (
    "Position {position} ({size} entries) held a record that was no entry; the tiles hold only what stands for it: no log can "
    "hold the same again, and nothing was written. Only the brokers' own disks, or a copy of the topic's files, bring it back "
    "(docs/operating.md, 'restore-lost')."
)

Progress = Callable[[int, int], None]
"""(entries in the log, of all)"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What the log holds now."""

    checkpoint: Checkpoint
    appended: int
    """entries that this run put back; 0 where all of them were there"""


class SignedTiles:
    """The entries of a folder of tiles after everything in it was checked.  Made by :func:`proven`."""

    def __init__(self, folder: TileFolder, *, checkpoint: Checkpoint, lost: int | None) -> None:
        self.checkpoint = checkpoint
        self.lost = lost
        """The last position of which only a hash is left, or nothing: no record can be written that has its leaf."""
        self._folder = folder

    def entries(self, *, start: int) -> Sequence[bytes]:
        """At least one entry from position ``start`` on, up to the end of its bundle."""
        return _bundle(self._folder, index=start // TILE_WIDTH, size=self.checkpoint.size)[start % TILE_WIDTH :]


def proven(folder: TileFolder, *, root: str) -> SignedTiles:
    """The tiles in ``folder``, everything in them checked; ``root`` is the election id.

    Contradicted ("restore-root", "restore-tiles") where something is not what was signed, NotEstablished where a tile is
    missing or not in its form, Refused where the first entry is no event.
    """
    size = read_checkpoint(folder).size
    if not size:
        raise NotEstablished("restore-tiles", "The checkpoint is over no entries: there is nothing to restore.")
    key = _log_key(_bundle(folder, index=0, size=size)[0], root=root)
    try:
        checkpoint = open_checkpoint(data=folder.read_checkpoint(), key=key)
    except Refused as error:
        reason = "The checkpoint is not signed by the log key that genesis pins."
        raise Contradicted("restore-tiles", f"{reason} {error.sentence}") from error
    frontier, lost = Frontier(), None
    for index in range(-(-size // TILE_WIDTH)):
        bundle = _bundle(folder, index=index, size=size)
        frontier.extend(leaf_hashes(bundle))
        lost = max((index * TILE_WIDTH + at for at, entry in enumerate(bundle) if _is_lost(entry)), default=lost)
    if (frontier.size, frontier.root()) != (checkpoint.size, checkpoint.root):
        raise Contradicted("restore-tiles", "The entries in the tiles are not those that the log key signed.")
    return SignedTiles(folder, checkpoint=checkpoint, lost=lost)


def restore(
    log: Log, *, tiles: SignedTiles, pause: Callable[[int], None], progress: Progress = lambda done, of: None
) -> Restored:
    """Put back what ``log`` lacks of the tiles; durable, read back and compared when it returns.

    ``pause`` waits for a number of milliseconds. Contradicted("restore-differs") where the log holds other entries,
    NotEstablished("restore-lost") where the tiles hold only the hash of a record that it lacks: it is then left as it is.
    LogUnavailable, OutcomeUnknown: run it again.
    """
    size, done, appended, unknown = tiles.checkpoint.size, 0, 0, 0
    while True:
        done = _compared(log, tiles=tiles, done=done)
        progress(done, size)
        if done == size:
            return Restored(checkpoint=tiles.checkpoint, appended=appended)
        if tiles.lost is not None and done <= tiles.lost:
            raise NotEstablished("restore-lost", _LOST.format(position=tiles.lost, size=tiles.lost + 1))
        batch = tiles.entries(start=done)
        try:
            log.append(batch)
            appended, unknown = appended + len(batch), 0
        except OutcomeUnknown:
            unknown += 1
            if unknown == ATTEMPTS_MAX:
                raise
            pause(_WAITS.wait_ms(unknown))  # what may still land must land before the end is read again


def _is_lost(entry: bytes) -> bool:
    """Whether the record behind these leaf bytes cannot be written again."""
    if not is_representation(entry):
        return False
    try:
        blank_record(entry)
    except Refused:
        return True
    return False


def _log_key(genesis: bytes, *, root: str) -> VerifierKey:
    """The key that the genesis with this event id pins."""
    payload = parse_envelope(genesis).payload
    event = parse_event(payload)
    if event_id(payload) != root or not isinstance(event, ElectionOpened):
        raise Contradicted("restore-root", "The first entry of the tiles is not the genesis that the root names.")
    return VerifierKey(name=origin_of(genesis=event, election=root), public=bytes.fromhex(event.log_key))


def _compared(log: Log, *, tiles: SignedTiles, done: int) -> int:
    """Up to where the log, known to agree up to ``done``, holds what the tiles hold."""
    end = min(log.end(), tiles.checkpoint.size)
    while done < end:
        wanted = tiles.entries(start=done)
        found = log.read(start=done, limit=min(len(wanted), end - done))
        if not found:
            raise LogUnavailable("log-gap", f"The log does not give entry {done}.")
        for record, entry in zip(found, wanted, strict=False):
            if record.position != done or record.entry != entry:
                reason = f"The log holds another entry at {at_position(done)} than the tiles: nothing more was written."
                raise Contradicted("restore-differs", reason)
            done += 1
    return done


def _bundle(folder: TileFolder, *, index: int, size: int) -> Sequence[bytes]:
    return folder.read_bundle(Tile(ENTRIES, index, width_in(level=ENTRIES, index=index, size=size)))
