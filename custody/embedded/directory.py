"""One election's directory as the embedded programs use it: the paths in it and how each part is opened.

demo.json keystore.json log-key.json   of a demonstration: seed, everybody's keys, the log's key
log.sqlite                             the log
books/ derived.json                    ledger store, views and what follows from the whole log, disposable
boxes/ codes.json                      boxes of enrolment, and the registrars' one-time codes
tiles/ checkpointer.json               the checkpointer's tiles and what it signed last
witnesses/                             a demonstration's log witnesses, which run while something is cosigned
archive/ root.txt                      what an auditor gets, and the root to pin
devices/                               one outbox for each device

Not here: what folds the log and brings the books up (``folding``): it takes longer to import than books take to be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from custody.adapters.sqlite import SqliteLog
from projections.stores.books import LEDGER_FILE, VIEWS_FILE, Books, open_books
from schemas.errors import Misused


@dataclass(frozen=True, slots=True)
class Directory:
    """The paths of one directory; nothing is opened by making one."""

    path: Path

    @property
    def log(self) -> Path:
        """The embedded log."""
        return self.path / "log.sqlite"

    @property
    def books(self) -> Path:
        """Ledger store and views."""
        return self.path / "books"

    @property
    def derived(self) -> Path:
        """What follows from the whole log at its end."""
        return self.path / "derived.json"

    @property
    def tiles(self) -> Path:
        """The checkpointer's live tile folder."""
        return self.path / "tiles"

    @property
    def boxes(self) -> Path:
        """Boxes of enrolment by a one-time code, as a gateway keeps them."""
        return self.path / "boxes"

    @property
    def codes(self) -> Path:
        """One-time codes that registrars issued: of a registrar's machine only."""
        return self.path / "codes.json"

    @property
    def checkpointer(self) -> Path:
        """What the checkpointer signed last."""
        return self.path / "checkpointer.json"

    @property
    def log_key(self) -> Path:
        """The keystore of the log key, which only the checkpointer's process opens."""
        return self.path / "log-key.json"

    @property
    def keystore(self) -> Path:
        """The demonstration's people and devices."""
        return self.path / "keystore.json"

    @property
    def witnesses(self) -> Path:
        """A demonstration's log witnesses, a folder for each of them."""
        return self.path / "witnesses"

    @property
    def archive(self) -> Path:
        """The exported archive."""
        return self.path / "archive"

    @property
    def root(self) -> Path:
        """The election id, for ``--root``."""
        return self.path / "root.txt"

    @property
    def devices(self) -> Path:
        """One outbox for each device."""
        return self.path / "devices"

    @property
    def demo_file(self) -> Path:
        """Seed, domain and PIN of a demonstration."""
        return self.path / "demo.json"

    def demo(self) -> dict[str, Any]:
        """The demonstration's settings; Misused where this directory is no demonstration."""
        try:
            settings = json.loads(self.demo_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Misused("no-demo", self.absent("no demonstration")) from error
        if not isinstance(settings, dict):
            raise Misused("no-demo", f"{self.demo_file} is not what custody demo writes.")
        return settings

    def absent(self, what: str) -> str:
        """The sentence for something that is not here: no such folder, no election in it, or that part alone is missing."""
        if not self.path.is_dir():
            kind = "is a file, and not the folder of an election" if self.path.exists() else "does not exist"
            return f"{self.path} {kind}: name another --dir, or run custody demo --dir DIR first."
        if self.log.is_file() and what == "no books":
            return f"{self.path} holds no books: run custody rebuild --dir {self.path}."
        return f"{self.path} holds {what}: name another --dir, or run custody demo --dir {self.path} first."

    @contextmanager
    def open_log(self) -> Iterator[SqliteLog]:
        """The log, to read and append; Misused where there is none."""
        if not self.log.is_file():
            raise Misused("no-log", self.absent("no log"))
        with SqliteLog.open(self.log) as log:
            yield log

    def check_books(self) -> None:
        """Misused where there are none: no folder, or one without both of their files."""
        if not all((self.books / name).is_file() for name in (LEDGER_FILE, VIEWS_FILE)):
            raise Misused("no-books", self.absent("no books"))

    @contextmanager
    def open_books(self) -> Iterator[Books]:
        """The books, to read; Misused where there are none."""
        self.check_books()
        with open_books(self.books) as books:
            yield books
