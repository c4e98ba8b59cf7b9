"""The looks of `custody doctor`, one thing at a time: each gives a line that says how it is and, if wrong, what to do.

A look never raises, changes nothing, and never shows a secret: of passwords and PINs it says only whether they were accepted.
What was not set is not looked at. Looks that need Kafka are in ``kafka``.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import psycopg

from custody.adapters.keystore import KeyName, Keystore
from custody.cli.settings.asked_witnesses import named_witnesses
from custody.cli.settings.books import books_address
from custody.cli.settings.environment import secret, setting
from custody.core.wording.numbers import counted
from projections.stores.postgres_recorder import told_as_unavailable
from schemas.errors import CustodyError

PREFIX: Final = "CUSTODY_"
PYTHON: Final = (3, 11)
POSTGRES: Final = 15
"""Oldest server whose default rights are those that docs/operating.md describes."""
DISK_BYTES_MIN: Final = 2 * 1024**3
DISK_SHARE_MIN: Final = 0.1
LIBRARIES: Final = (
    ("kafka-python", (3, 0, 12), (3, 1)),
    ("eventsourcing", (9, 5, 6), (9, 6)),
    ("cryptography", (48,), (51,)),
    ("psycopg", (3, 2), (4,)),
    ("pydantic", (2, 14), (3,)),
    ("fastapi", (0, 120), (1,)),
)
"""(name, from, below): those whose behaviour the program relies on; the lock pins them all."""
NEEDED: Final = ("crc32c",)
"""Without it kafka-python is four times slower."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one look showed."""

    name: str
    is_good: bool
    sentence: str
    advice: str = ""
    """what to do, where it is not good"""

    def to_json(self) -> dict[str, object]:
        """As ``custody doctor --json`` prints it."""
        return {"name": self.name, "ok": self.is_good, "sentence": self.sentence, "advice": self.advice}


def good(name: str, sentence: str) -> CheckResult:
    """Nothing is wrong."""
    return CheckResult(name, is_good=True, sentence=sentence)


def bad(name: str, sentence: str, *, advice: str) -> CheckResult:
    """Something is wrong; what to do."""
    return CheckResult(name, is_good=False, sentence=sentence, advice=advice)


def look_at_program() -> Iterator[CheckResult]:
    """Python and the libraries."""
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < PYTHON:
        yield bad("python", f"Python {found} is too old.", advice="Install Python 3.11 or later.")
    else:
        yield good("python", f"Python {found}")
    wrong = [told for told in map(_library, LIBRARIES) if told]
    wrong += [f"{name} is missing" for name in NEEDED if _version(name) is None]
    if wrong:
        yield bad("libraries", f"{'; '.join(wrong)}.", advice="Install what the lock pins: requirements/runtime.txt.")
    else:
        yield good("libraries", ", ".join(f"{name} {_version(name)}" for name, _, _ in LIBRARIES))


def look_at_settings(known: Iterable[str]) -> Iterator[CheckResult]:
    """Names that nothing reads, files of secrets that are not there or that others may read."""
    names, given = set(known), sorted(name for name in os.environ if name.startswith(PREFIX))
    unknown = [name for name in given if name not in names]
    if unknown:
        yield bad(
            "settings", f"Nothing reads {', '.join(unknown)}.", advice="Compare the names with docs/operating.md."
        )
    else:
        yield good("settings", f"{len(given)} set: {', '.join(given)}" if given else "none set")
    for name in given:
        if name.endswith("_FILE") and name in names:
            yield look_at_file(name, path=Path(os.environ[name]))


def look_at_file(name: str, *, path: Path) -> CheckResult:
    """A file that a setting names: there, readable, and nobody else's business if it is a secret."""
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
    except OSError as error:
        advice = f"Name a file that the user {os.geteuid()} may read, or repair its owner and mode."
        return bad(name, f"The file it names cannot be read: {error.strerror}.", advice=advice)
    if not stat.S_ISREG(status.st_mode):
        return bad(name, "What it names is no regular file.", advice="Name the file itself.")
    if name != "CUSTODY_KAFKA_CA_FILE" and status.st_mode & 0o077:
        return bad(name, "Others may read the file it names.", advice="chmod 600, and its owner the service's user.")
    return good(name, "its file can be read" + ("" if name == "CUSTODY_KAFKA_CA_FILE" else ", by its owner only"))


def look_at_keystore() -> Iterator[CheckResult]:
    """The keystore, the key in it, and whether the PIN opens it."""
    path, badge = setting("CUSTODY_KEYSTORE"), setting("CUSTODY_BADGE")
    if path is None:
        return
    yield look_at_file("CUSTODY_KEYSTORE", path=Path(path))
    advice = "CUSTODY_BADGE names whose key it is, CUSTODY_PIN or CUSTODY_PIN_FILE what opens it."
    try:
        store = Keystore(Path(path))
        names = [name for name in store.names() if _is_own(name, badge=badge)]
        if len(names) != 1:
            found = f"holds {counted(len(names), one='key')}" + (f" of {badge}" if badge else "")
            yield bad("key", f"The keystore {found}; one is needed.", advice=advice)
            return
        pin = secret("CUSTODY_PIN")
        if pin is None:
            yield bad("key", "No PIN is set.", advice=advice)
            return
        store.unlock(keyid=names[0].keyid, pin=pin)
        yield good("key", f"{names[0].badge}, role {names[0].role}, key {names[0].keyid[:16]}: the PIN opens it")
    except CustodyError as error:
        yield bad("key", error.sentence, advice=advice)


def _is_own(name: KeyName, *, badge: str | None) -> bool:
    """Whether a key is the one that CUSTODY_BADGE names; beside the log's key may lie the one that logs notes."""
    return name.badge == badge if badge else name.role != "checkpointer"


def look_at_witnesses() -> Iterator[CheckResult]:
    """The log witnesses that a checkpointer asks: the file, keys and addresses; nobody is asked."""
    try:
        names = sorted(witness.name for witness in named_witnesses())
    except CustodyError as error:
        yield bad(
            "witnesses", error.sentence, advice="CUSTODY_WITNESSES names a file of lines: witness <name> <vkey> <url>."
        )
        return
    if names:
        yield good("witnesses", f"{', '.join(names)}; a policy on the log must name each")


def look_at_postgres() -> Iterator[CheckResult]:
    """The database of the books: reachable, new enough, ordered by bytes."""
    if setting("CUSTODY_POSTGRES") is None:
        return
    advice = "CUSTODY_POSTGRES and CUSTODY_POSTGRES_PASSWORD or _FILE say where and as whom; is the server running?"
    try:
        address = books_address()
        assert address is not None  # noqa: S101 - the setting is there
        with told_as_unavailable(), psycopg.connect(**address.parameters(), autocommit=True) as connection:
            yield from _database(connection)
    except CustodyError as error:
        yield bad("postgres", error.sentence, advice=advice)


def _database(connection: psycopg.Connection[tuple[object, ...]]) -> Iterator[CheckResult]:
    number = connection.info.server_version
    if number < POSTGRES * 10_000:
        yield bad("postgres", f"Version {number // 10_000} is too old.", advice=f"Use PostgreSQL {POSTGRES} or later.")
    else:
        yield good("postgres", f"PostgreSQL {number // 10_000}.{number % 10_000}, as {connection.info.user}")
    row = connection.execute(
        "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    encoding, collation = ("?", "?") if row is None else row
    if (encoding, collation) != ("UTF8", "C"):
        advice = "Create the database anew with ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0, then custody rebuild."
        yield bad("collation", f"The database is {encoding} with collation {collation}.", advice=advice)
    else:
        yield good("collation", "UTF8, ordered by bytes (C)")
    row = connection.execute("SHOW default_transaction_read_only").fetchone()
    yield good("rights in PostgreSQL", "reads only" if row == ("on",) else "may write")


def look_at_disk(places: Iterable[Path]) -> Iterator[CheckResult]:
    """Room on the disks of these places, each disk once."""
    seen: set[int] = set()
    for place in places:
        try:
            device, usage = place.stat().st_dev, shutil.disk_usage(place)
        except OSError as error:
            yield bad("disk", f"{place} cannot be looked at: {error.strerror}.", advice="Name a folder that is there.")
            continue
        if device in seen:
            continue
        seen.add(device)
        free = f"{usage.free / 1024**3:.1f} GiB free of {usage.total / 1024**3:.1f} at {place}"
        if usage.free < DISK_BYTES_MIN and usage.free < usage.total * DISK_SHARE_MIN:
            yield bad("disk", f"{free}.", advice="Make room: a full disk stops brokers, database and checkpointer.")
        else:
            yield good("disk", free)


def _library(wanted: tuple[str, tuple[int, ...], tuple[int, ...]]) -> str:
    """What is wrong with a library, "" if nothing is."""
    name, least, below = wanted
    found = _version(name)
    if found is None:
        return f"{name} is missing"
    numbers = tuple(int(part) for part in found.split(".") if part.isdigit())
    return "" if least <= numbers < below else f"{name} {found} is not one that this program was tested with"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
