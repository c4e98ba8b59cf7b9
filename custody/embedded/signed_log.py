"""A log compared with what was promised about it: the checkpoints that were signed, and what the books took in.

A log that lost entries, or holds others in their place, is the worst thing that can be read here: whoever appends compares
before a byte is written, and whoever reads is told first.  Read once, hashed once; nothing is folded and no signature made.

Not here: how a lost log is put back (``consumers.restore``), and the checkpointer's own comparison (``consumers.checkpointer``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from custody.adapters.durable import read_file
from custody.adapters.sqlite import SqliteLog
from custody.adapters.tilefolder import CHECKPOINT, TileFolder
from custody.core.tlog.checkpoint import Checkpoint, parse_checkpoint
from custody.core.tlog.cosignatures import COSIGNATURE_BYTES, stated_time
from custody.core.tlog.merkle import Frontier, leaf_hashes
from custody.core.tlog.notes import NOTE_BYTES_MAX, parse_note
from custody.core.wording.numbers import counted
from custody.embedded.directory import Directory
from custody.ports import LogReader
from schemas.errors import Contradicted, CustodyError, NotEstablished, Unavailable

_AT_ONCE: Final = 1_000
_WHERE: Final = (
    "The tiles and the devices hold what is gone. `custody restore` puts it back into a topic of Kafka, not into this file: "
    "put a copy of the file back, or see docs/operating.md, Recovery."
)


@dataclass(frozen=True, slots=True)
class _Promise:
    """So many entries with this root: signed by the log key, or else read by the books."""

    size: int
    root: bytes
    is_signed: bool


def contradiction(directory: Directory, *, log: LogReader) -> Contradicted | None:
    """What the log no longer holds of what was signed, or of what the books read; None where all is there."""
    return _broken([*_signed(directory), *_read(directory)], log=log)


def _broken(promises: Iterable[_Promise], *, log: LogReader) -> Contradicted | None:
    frontier = Frontier()
    end = log.end()
    for promise in sorted(promises, key=lambda one: one.size):
        if end < promise.size:
            return _shorter(promise, end=end)
        extend(frontier, log=log, size=promise.size)
        if frontier.root() != promise.root:
            return _other(promise)
    return None


@contextmanager
def appendable(directory: Directory) -> Iterator[SqliteLog]:
    """The log, to read and append, compared before anything is written; Contradicted("log-shorter", "log-differs")."""
    with directory.open_log() as log:
        found = contradiction(directory, log=log)
        if found is not None:
            raise Contradicted(found.code, f"Nothing was written. {found.sentence} {_WHERE}")
        yield log


def missing(directory: Directory) -> Contradicted | None:
    """As :func:`contradiction`, of the directory's own log; None where it has no log to compare."""
    if not directory.log.is_file():
        return None
    with directory.open_log() as log:
        found = contradiction(directory, log=log)
    return None if found is None else Contradicted(found.code, f"{found.sentence} {_WHERE}")


def check_whole(directory: Directory) -> None:
    """Contradicted("log-shorter", "log-differs") before anything is signed that would follow what the log no longer holds."""
    if directory.log.is_file():
        with appendable(directory):
            pass


def check_signed(directory: Directory, *, log: LogReader) -> None:
    """Contradicted("log-shorter", "log-differs") where the log no longer holds what was signed, whatever the books read."""
    found = _broken(_signed(directory), log=log)
    if found is not None:
        raise Contradicted(found.code, f"Nothing was written. {found.sentence} {_WHERE}")


def signed_entries(directory: Directory) -> int:
    """The number of entries under the newest checkpoint that was published; 0 where none was."""
    note = published(directory)
    return 0 if note is None else note.size


def _signed(directory: Directory) -> Iterator[_Promise]:
    for note in (published(directory), _state(directory)):
        if note is not None:
            yield _Promise(note.size, note.root, is_signed=True)


def _read(directory: Directory) -> Iterator[_Promise]:
    if not directory.books.is_dir():
        return
    try:
        with directory.open_books() as books:
            head = books.ledger.head()
    except CustodyError:
        return  # books that cannot be read promise nothing: they are made anew from the log
    if head.position:
        yield _Promise(head.position, bytes.fromhex(head.root), is_signed=False)


def published(directory: Directory) -> Checkpoint | None:
    """The newest checkpoint of a directory's tiles; None where there is none."""
    if not (directory.tiles / CHECKPOINT).is_file():
        return None
    return parse_checkpoint(parse_note(TileFolder(directory.tiles).read_checkpoint()).text)


def named_witnesses(directory: Directory) -> tuple[tuple[str, int], ...]:
    """The log witnesses that the newest checkpoint names, each with the time of its cosignature (seconds since 1970).

    By the names of its lines alone: nothing is verified here, whoever holds the witnesses' keys does.
    """
    if not (directory.tiles / CHECKPOINT).is_file():
        return ()
    note = parse_note(TileFolder(directory.tiles).read_checkpoint())
    origin = parse_checkpoint(note.text).origin
    lines = [line for line in note.signatures if line.name != origin and len(line.signature) == COSIGNATURE_BYTES]
    return tuple((line.name, stated_time(line.signature)) for line in lines)


def _state(directory: Directory) -> Checkpoint | None:
    try:
        return parse_checkpoint(read_file(directory.checkpointer, bytes_max=NOTE_BYTES_MAX).decode())
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, CustodyError) as error:
        raise Unavailable("checkpointer-state", f"{directory.checkpointer} is damaged: restore it.") from error


def extend(frontier: Frontier, *, log: LogReader, size: int) -> None:
    """Hash a log on to so many entries; NotEstablished("log-gap") where it does not give them."""
    while frontier.size < size:
        records = log.read(start=frontier.size, limit=min(_AT_ONCE, size - frontier.size))
        if not records:
            raise NotEstablished("log-gap", f"The log does not give entry {frontier.size} and what follows it.")
        frontier.extend(leaf_hashes(record.entry for record in records))


def _shorter(promise: _Promise, *, end: int) -> Contradicted:
    had = "were signed" if promise.is_signed else "were read into the books"
    kind = "SIGNED ENTRIES ARE MISSING" if promise.is_signed else "ENTRIES ARE MISSING"
    told = counted(promise.size, one="entry", many="entries")
    return Contradicted("log-shorter", f"{kind}: {told} {had}, and the log holds {end:,}.")


def _other(promise: _Promise) -> Contradicted:
    had = "were signed" if promise.is_signed else "were read into the books"
    kind = "SIGNED ENTRIES ARE MISSING" if promise.is_signed else "ENTRIES ARE MISSING"
    return Contradicted("log-differs", f"{kind}: the first {promise.size:,} entries are not those that {had}.")
