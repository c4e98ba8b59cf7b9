"""The checkpointer: the one place where the log key speaks.

It reads a log, keeps the log's tiles in a folder, and signs a checkpoint over what it saw.  It has a process of its own
and signs nothing else.  Whatever it once signed it stands by (C2SP tlog-checkpoint: a log must not sign a checkpoint
inconsistent with an earlier one):

1. At the start the log is hashed again from its first entry, and must give every root signed before; later, the last
   leaf is compared before going on.  A shorter or different log is :class:`Contradicted`: nothing is written, and the
   tiles stay as they are, the source for restoring the log.
2. Tiles are durable before anything is signed.
3. A consistency proof from the last signed root to the new one is made out of the tiles on disk, and verified.
4. Size and root are durable in the state file before the signature is made, so a crash never forgets a promise.
5. Log witnesses may cosign it (``collection``), for a bounded time; then it takes the place of the old one in one step.

After any error the work begins again at 1.  Nothing else here waits or reads a clock: who calls decides how often.

Not here: talking to log witnesses, the keystore, the loop around :meth:`Checkpointer.step`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from custody.adapters.durable import make_folder, read_file, write_file
from custody.adapters.lock import held
from custody.adapters.tilefolder import CHECKPOINT, TileFolder
from custody.core.tlog.checkpoint import (
    Checkpoint,
    check_second,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    second_line,
    sign_checkpoint,
)
from custody.core.tlog.merkle import EMPTY_ROOT, Frontier, leaf_hash, leaf_hashes
from custody.core.tlog.notes import NOTE_BYTES_MAX, Note, NoteSignature, VerifierKey, format_note, parse_note
from custody.core.tlog.postquantum import PostquantumKey
from custody.core.tlog.proofs import consistency_proof, verify_consistency
from custody.core.tlog.tile_builder import TileBuilder
from custody.core.tlog.tiles import Tile, tile_nodes
from custody.ports import LogReader
from schemas.errors import Contradicted, LogUnavailable, NotEstablished, Refused, Unavailable

_CHUNK: Final = 1024
"""Entries read at a time: at most 64 MB of them, usually one."""


Cosign = Callable[[bytes], bytes]
"""A signed checkpoint -> the same with cosignatures."""


def _unchanged(note: bytes) -> bytes:
    return note


class Checkpointer:
    """Keeps one log's tiles and signs its checkpoints.  Make it with :func:`checkpointing`, which keeps others out."""

    def __init__(
        self,
        *,
        log: LogReader,
        folder: TileFolder,
        state: Path,
        origin: str,
        key: Ed25519PrivateKey,
        second: MLDSA44PrivateKey | None = None,
        cosigned: Cosign = _unchanged,
    ) -> None:
        self._log = log
        self._cosigned = cosigned
        self._folder = folder
        self._state = state
        self._key = key
        self._second = second
        self._own: bytes = b""
        self._vkey = VerifierKey(name=origin, public=key.public_key().public_bytes_raw())
        self._begin_again()

    def step(self) -> Checkpoint:
        """Sign and publish what the log holds now; the checkpoint in force afterwards.

        Contradicted("log-shorter", "log-differs", "checkpoint-foreign") if the log or folder is not what was signed;
        LogUnavailable, Unavailable or NotEstablished if log or disk do not answer as they should.
        """
        try:
            return self._step()
        except BaseException:
            self._begin_again()
            raise

    def renew(self) -> None:
        """Publish the checkpoint in force once more, with the cosignatures that there are by now."""
        if self._published is not None:
            self._publish(self._published)

    def _begin_again(self) -> None:
        self._builder = TileBuilder()
        self._last_leaf: bytes | None = None
        self._signed: Checkpoint | None = None
        self._published: Checkpoint | None = None

    def _step(self) -> Checkpoint:
        if self._signed is None:
            self._signed = self._stand_by_what_was_signed()
        end = self._log.end()
        if end < max(self._signed.size, self._builder.size):
            raise Contradicted("log-shorter", f"The log ends at {end}, but {self._signed.size} entries were signed.")
        self._check_last_leaf()
        full = self._take_until(end)
        new = Checkpoint(origin=self._vkey.name, size=end, root=self._builder.root())
        self._folder.write_tiles(self._builder.partials())
        if new != self._published:
            self._prove(old=self._signed, new=new)
            self._sign(new)
        self._folder.drop_partials(full)
        return new

    def _stand_by_what_was_signed(self) -> Checkpoint:
        """Hash the log up to everything signed before; the largest of it, or the empty tree."""
        promises = sorted(self._promises(), key=lambda promise: promise.size)
        frontier = Frontier()
        for promise in promises:
            if self._log.end() < promise.size:
                raise Contradicted("log-shorter", f"{promise.size} entries were signed, the log has fewer.")
            for entries in self._read(start=frontier.size, end=promise.size):
                frontier.extend(leaf_hashes(entries))
            if frontier.root() != promise.root:
                raise Contradicted("log-differs", f"The first {promise.size} entries are not those that were signed.")
        return promises[-1] if promises else Checkpoint(origin=self._vkey.name, size=0, root=EMPTY_ROOT)

    def _promises(self) -> Iterator[Checkpoint]:
        """What the state file and the published checkpoint say was signed."""
        try:
            text = read_file(self._state, bytes_max=NOTE_BYTES_MAX).decode()
            yield self._check_origin(parse_checkpoint(text))
        except FileNotFoundError:
            pass  # nothing signed yet, or the state was lost: the published checkpoint counts all the same
        except (OSError, UnicodeDecodeError, Refused) as error:
            raise Unavailable("checkpointer-state", f"{self._state.name} is damaged: restore it.") from error
        if (self._folder.path / CHECKPOINT).exists():
            try:
                self._published = open_checkpoint(data=self._folder.read_checkpoint(), key=self._vkey)
            except Refused as error:
                raise Contradicted("checkpoint-foreign", "The published checkpoint is not by this log key.") from error
            yield self._published

    def _check_origin(self, promise: Checkpoint) -> Checkpoint:
        if promise.origin != self._vkey.name:
            raise Refused("checkpoint-origin", f"The state is of {promise.origin}.")
        return promise

    def _check_last_leaf(self) -> None:
        size = self._builder.size
        if self._last_leaf is None:
            return
        for entries in self._read(start=size - 1, end=size):
            if leaf_hash(entries[0]) != self._last_leaf:
                raise Contradicted("log-differs", f"Entry {size - 1} is not the one that was read before.")

    def _take_until(self, end: int) -> list[Tile]:
        """Read on to ``end`` and write every tile that became full; which these were."""
        full: list[Tile] = []
        for entries in self._read(start=self._builder.size, end=end):
            done = self._builder.feed(entries)
            self._folder.write_tiles(done)
            full += [tile for tile, _ in done]
            self._last_leaf = leaf_hash(entries[-1])
        return full

    def _read(self, *, start: int, end: int) -> Iterator[Sequence[bytes]]:
        while start < end:
            records = self._log.read(start=start, limit=min(_CHUNK, end - start))
            if not records or [record.position for record in records] != list(range(start, start + len(records))):
                raise LogUnavailable("log-gap", f"The log does not give entry {start} and what follows it.")
            yield [record.entry for record in records]
            start += len(records)

    def _prove(self, *, old: Checkpoint, new: Checkpoint) -> None:
        """Prove from the tiles on disk that the new tree begins with the old one."""
        nodes = tile_nodes(read=self._folder.read_tile, size=new.size)
        proof = consistency_proof(nodes=nodes, old=old.size, new=new.size)
        try:
            verify_consistency(old=old.size, old_root=old.root, new=new.size, new_root=new.root, proof=proof)
        except Refused as error:
            raise Contradicted(
                "log-differs", f"The log no longer begins with the {old.size} signed entries."
            ) from error

    def _sign(self, new: Checkpoint) -> None:
        make_folder(self._state.parent)
        write_file(self._state, format_checkpoint(new).encode())
        self._signed = new
        self._publish(new)
        self._published = new

    def _publish(self, checkpoint: Checkpoint) -> None:
        note = self._cosigned(self._signed_note(checkpoint))
        self._folder.publish(checkpoint=note, key=self._vkey)

    def _signed_note(self, checkpoint: Checkpoint) -> bytes:
        """The log's own lines; the second is drawn once for a checkpoint, and stays the same when that is published again."""
        first = sign_checkpoint(checkpoint=checkpoint, key=self._vkey, sign=self._key.sign)
        if self._second is None:
            return first
        if not self._own.startswith(first):
            line = self._published_second(first) or second_line(checkpoint=checkpoint, private=self._second)
            note = parse_note(first)
            self._own = format_note(Note(note.text, (*note.signatures, line)))
        return self._own

    def _published_second(self, first: bytes) -> NoteSignature | None:
        """The second line under the published checkpoint, where it is the same one and the line is right."""
        try:
            note = parse_note(self._folder.read_checkpoint())
            public = self._second.public_key().public_bytes_raw() if self._second is not None else b""
            line = check_second(note=note, key=PostquantumKey(self._vkey.name, public))
        except (NotEstablished, Refused):
            return None  # none was published, or not by this key
        return line if note.text == parse_note(first).text else None


@contextmanager
def checkpointing(
    *,
    log: LogReader,
    folder: Path,
    state: Path,
    origin: str,
    key: Ed25519PrivateKey,
    second: MLDSA44PrivateKey | None = None,
    cosigned: Cosign = _unchanged,
) -> Iterator[Checkpointer]:
    """The checkpointer of one log while inside; Unavailable("runner-active") if another process is it already.

    ``folder`` is the log's live tile folder, ``state`` the file of the last signed size and root: keep it on another
    disk than the log if you can.  ``origin`` is the log's name, ``key`` its private key, used for nothing else; ``second``
    is the key of its second line, where genesis pins one.
    """
    make_folder(state.parent)
    with held(state.with_name(state.name + ".lock")):
        yield Checkpointer(
            log=log, folder=TileFolder(folder), state=state, origin=origin, key=key, second=second, cosigned=cosigned
        )


def run_once(
    *,
    log: LogReader,
    folder: Path,
    state: Path,
    origin: str,
    key: Ed25519PrivateKey,
    second: MLDSA44PrivateKey | None = None,
    cosigned: Cosign = _unchanged,
) -> Checkpoint:
    """One :meth:`Checkpointer.step` from a fresh start, as a command does it."""
    with checkpointing(
        log=log, folder=folder, state=state, origin=origin, key=key, second=second, cosigned=cosigned
    ) as checkpointer:
        return checkpointer.step()
