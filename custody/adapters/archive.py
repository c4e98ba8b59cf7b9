"""An archive: one folder that is all an auditor needs, except the fingerprint of the root.

    logs/<n>/       a tlog-tiles folder of exactly its checkpoint's tiles, with log.vkey; n from 0 without gaps
    election.json   what the election calls itself: informative, derived from the log
    keys.json       {keyid: hex Ed25519 public key}: informative, derived from the log
    names.json      names by language, where the election has them: pinned by genesis, may be absent
    SHA256SUMS      sha256sum's format, sorted by path, every other file

Here an archive is written (:func:`export`) and its entries are read back as a log that takes nothing
(:class:`ArchiveLog`).  Whether the files are the right ones is for ``survey``; whether they are true, for the audit:
nothing read here is verified.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final

from custody.adapters.durable import make_folder, place_file, sync_folder
from custody.adapters.tilefolder import CHECKPOINT, VERIFIER_KEY, TileFolder
from custody.core.tlog.checkpoint import Checkpoint, parse_checkpoint
from custody.core.tlog.notes import format_verifier_key, parse_note
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, tile_path, tiles_of, width_in
from custody.ports import LogRecord
from schemas.election_names import NAMES_FILE
from schemas.errors import Misused, NotEstablished, Refused, Unavailable

ELECTION: Final = "election.json"
KEYS: Final = "keys.json"
SUMS: Final = "SHA256SUMS"
LOGS: Final = "logs"

_TOP: Final = frozenset({ELECTION, KEYS, NAMES_FILE, SUMS, LOGS})


class ArchiveLog:
    """The log at ``path`` (an archive's ``logs/<n>``) as a :class:`custody.ports.Log` that cannot grow.

    Holds one entry bundle in memory.  Reads raise NotEstablished naming the file that is missing or not in its form.
    """

    __slots__ = ("_folder", "_held", "_size")

    def __init__(self, path: Path) -> None:
        self._folder = TileFolder(path)
        self._size = read_checkpoint(self._folder).size
        self._held: tuple[int, list[bytes]] = (-1, [])

    def append(self, entries: Sequence[bytes]) -> None:
        """Always Refused("archive-read-only")."""
        raise Refused("archive-read-only", f"{len(entries)} entries not taken: an archive does not grow.")

    def end(self) -> int:
        """The size that the checkpoint states, believed as it stands."""
        return self._size

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """Records from position ``start``: at most ``limit``, and never past the bundle that holds it."""
        if start < 0 or limit < 1:
            raise Misused("log-range", "Reading begins at 0 or later and asks for at least one record.")
        if start > self._size:
            raise NotEstablished("log-too-short", f"The archive's log ends at {self._size}, before {start}.")
        if start == self._size:
            return []
        first = start % TILE_WIDTH
        entries = self._load(start // TILE_WIDTH)[first : first + limit]
        return [LogRecord(position=start + place, entry=entry) for place, entry in enumerate(entries)]

    def _load(self, index: int) -> list[bytes]:
        # One assignment of number and entries together: several threads may read.
        held, entries = self._held
        if held != index:
            width = width_in(level=ENTRIES, index=index, size=self._size)
            entries = self._folder.read_bundle(Tile(ENTRIES, index, width))
            self._held = (index, entries)
        return entries


def read_checkpoint(folder: TileFolder) -> Checkpoint:
    """The checkpoint in a log's folder, read but not verified; NotEstablished if it is missing or not in its form."""
    return _parse_unverified(folder.read_checkpoint())


def _parse_unverified(note: bytes) -> Checkpoint:
    try:
        return parse_checkpoint(parse_note(note).text)
    except Refused as error:
        raise NotEstablished(error.code, f"{CHECKPOINT}: {error.sentence}") from error


def export(*, to: Path, logs: Sequence[Path], election: bytes, keys: bytes, names: bytes | None = None) -> None:
    """Write the archive of the live tile folders ``logs`` (numbered as they stand) to the folder ``to``.

    The archive appears whole or not at all.  An archive that is there already is replaced, an empty folder filled;
    Misused("export-not-an-archive") for anything else.  NotEstablished if a live folder lacks a tile of its checkpoint.
    """
    if not logs:
        raise Misused("export-no-log", "There is no log to export.")
    to = to.absolute()
    _check_target(to)
    make_folder(to.parent)
    with _beside(to) as new:
        sums: dict[str, str] = {}
        for number, live in enumerate(logs):
            for name, data in _files_of(TileFolder(live)):
                _put(root=new, name=f"{LOGS}/{number}/{name}", data=data, sums=sums)
        for name, content in ((ELECTION, election), (KEYS, keys), (NAMES_FILE, names)):
            if content is not None:
                _put(root=new, name=name, data=content, sums=sums)
        place_file(new / SUMS, format_sums(sums))
        for folder, _, _ in os.walk(new):
            sync_folder(Path(folder))
        _swap(new=new, to=to)


def format_sums(sums: Mapping[str, str]) -> bytes:
    """The one form of SHA256SUMS for {path: 64 hex digits}: two spaces, sorted by path, a newline after each."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()


def _files_of(live: TileFolder) -> Iterator[tuple[str, bytes]]:
    # The checkpoint first: the log may grow meanwhile, and its tiles are those of this size.
    note = live.read_checkpoint()
    size = _parse_unverified(note).size
    yield CHECKPOINT, note
    yield VERIFIER_KEY, f"{format_verifier_key(live.read_key())}\n".encode()
    for tile in tiles_of(size):
        yield tile_path(tile), live.read_bytes(tile)


def _put(*, root: Path, name: str, data: bytes, sums: dict[str, str]) -> None:
    place = root / name
    make_folder(place.parent)
    place_file(place, data)
    sums[name] = sha256(data).hexdigest()


def _check_target(to: Path) -> None:
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        raise Misused("export-not-an-archive", f"{to.name} is not a folder.")
    if to.is_dir():
        try:
            there = {item.name for item in to.iterdir()}
        except OSError as error:
            raise Unavailable("export-not-written", f"{to.name} cannot be read: {error.strerror}.") from error
        if there and not (SUMS in there and there <= _TOP):
            raise Misused("export-not-an-archive", f"{to.name} holds other things than an archive: left as it is.")


@contextmanager
def _beside(to: Path) -> Iterator[Path]:
    """A new folder beside the target, gone afterwards unless it was moved into place."""
    try:
        own = Path(tempfile.mkdtemp(prefix=f".{to.name}.", dir=to.parent))
        new = own / to.name
        new.mkdir()  # as the umask says: the folder around it is its owner's
    except OSError as error:
        raise Unavailable(
            "export-not-written", f"Nothing can be written beside {to.name}: {error.strerror}."
        ) from error
    try:
        yield new
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _swap(*, new: Path, to: Path) -> None:
    """Put the finished folder in place of what is there; only then is the old archive deleted."""
    old = new.with_name(new.name + ".old")
    try:
        if to.exists():
            to.rename(old)
        new.rename(to)
    except OSError as error:
        if old.exists() and not to.exists():
            old.rename(to)
        raise Unavailable("export-not-written", f"{to.name} cannot be put in place: {error.strerror}.") from error
    sync_folder(to.parent)
    shutil.rmtree(old, ignore_errors=True)
