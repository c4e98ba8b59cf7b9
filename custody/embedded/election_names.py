"""``names.json`` beside an embedded log: kept where an election is made, believed where genesis states its SHA-256.

What the file may hold, and how a name is shown: ``schemas.election_names``. Names that genesis does not state are not shown; the
names of the log stand in their place.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from custody.adapters.durable import read_file, write_file
from custody.core.wording.message_format import Language
from custody.core.wording.party_words import speaking
from custody.embedded.directory import Directory
from schemas.election_names import NAMES_BYTES_MAX, NAMES_FILE, NO_NAMES, ElectionNames, digest_of, parse_names
from schemas.envelope import parse_envelope
from schemas.errors import Refused
from schemas.strict_json import parse_canonical

if TYPE_CHECKING:
    from custody.election.model import Election

_GENESIS: Final = "ElectionOpened"


def keep_names(place: Directory, *, election: Election) -> None:
    """Put the file beside the log."""
    from custody.election.names import names_of  # noqa: PLC0415 - whoever only reads names needs no election's tables

    write_file(place.path / NAMES_FILE, names_of(election))


def stated_names(place: Directory) -> bytes | None:
    """The file beside a log whose genesis states it, byte for byte; None where there is none, or it is another one."""
    return _stated(place.path, digest=_of_genesis(place))


def names_at(place: Directory) -> ElectionNames:
    """The names by language of the election in a directory; none where it has none that its genesis states."""
    return names_in(place.path, digest=_of_genesis(place))


def speaking_at(place: Directory, *, language: Language) -> Language:
    """A language with what the election in a directory calls its parties in it."""
    return speaking(language, parties=names_at(place).parties_in(language))


def names_in(folder: Path, *, digest: str) -> ElectionNames:
    """The names that lie in a folder, of a directory or an archive; none where they are not what genesis states."""
    data = _stated(folder, digest=digest)
    try:
        return NO_NAMES if data is None else parse_names(data)
    except Refused:
        return NO_NAMES


def _stated(folder: Path, *, digest: str) -> bytes | None:
    try:
        data = read_file(folder / NAMES_FILE, bytes_max=NAMES_BYTES_MAX)
    except OSError:
        return None
    return data if digest and digest_of(data) == digest else None


def _of_genesis(place: Directory) -> str:
    """What position 0 says of the file; empty where it says nothing."""
    if not place.log.is_file():
        return ""
    with place.open_log() as log:
        first = log.read(start=0, limit=1)
    try:
        told = parse_canonical(parse_envelope(first[0].entry).payload, bytes_max=NAMES_BYTES_MAX) if first else None
    except Refused:
        return ""
    digest = told.get("names") if isinstance(told, dict) and told.get("type") == _GENESIS else None
    return digest if isinstance(digest, str) else ""
