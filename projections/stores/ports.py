"""Ports of the ledger store and the view store: what each promises, in SQLite or in PostgreSQL.

Both are disposable: everything in them can be derived again from the log.  Each write is one transaction that begins by
moving a tracked position from exactly where its writer believes it to be; a writer that was overtaken hears Fenced and
has written nothing.  The same tests run on both.

Not here: SQL (``sqlite_ledger``, ``sqlite_views``, ``postgres_ledger``, ``postgres_views``), and who feeds the stores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Protocol

import orjson

from custody.core.tlog.merkle import EMPTY_ROOT
from custody.core.wording.outcomes import Outcome
from projections.stores.unit_stream import UnitEvent
from projections.views.view import Change, Put
from schemas.quick_json import quick_canonical

LEDGER: Final = "ledger"
"""Under this name a ledger store tracks its position in the log."""

_DIGEST_ENTRIES: Final = 1_000
"""Entries whose rows are hashed at a time."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far somebody has come, and over which log: two histories cannot have the same head."""

    position: int
    """Number of entries taken in; the next position to read."""
    leaf: str | None
    """Entry hash at ``position - 1``; None at the start."""
    root: str
    """RFC 6962 root over the entries taken in, 64 lower-case hex digits."""
    state_digest: str | None = field(default=None, compare=False)
    """Digest of the fold's whole state there, where the ledger had caught up with the log when it wrote; else None.

    It follows from the rest, so it does not count when heads are compared.
    """


START: Final = Head(position=0, leaf=None, root=EMPTY_ROOT.hex())

Row = tuple[int, int, str, str, str]
"""(position, ordinal, kind, subject, canonical JSON of the doc): an outcome as it is kept."""


@dataclass(frozen=True, slots=True)
class Parked:
    """An outcome that a view could not take in: its rows are incomplete until it is rebuilt by a program that can."""

    view: str
    position: int
    ordinal: int
    reason: str
    """Type of the error; never what it said, for that may quote a document."""


class LedgerStore(Protocol):
    """What every entry meant, in the order of the log; the streams of the units; how far the ledger has come.

    Every method raises Unavailable if the file or the database does not answer as it should.
    """

    def head(self) -> Head:
        """How far the ledger has come."""

    def write(self, *, expected: Head, head: Head, outcomes: Sequence[Outcome]) -> None:
        """Take in the outcomes of the entries from ``expected`` to ``head``, all in one transaction.

        Fenced, with nothing written, if the store is not at ``expected``.  After Unavailable it may have been written
        all the same, if it was the end of the transaction that failed: the fence then stops who tries again.
        """

    def rows(self, *, start: int, stop: int) -> list[Row]:
        """The outcomes of the entries from position ``start`` to before ``stop``, as kept, in order."""

    def outcomes(self, *, start: int, stop: int) -> list[Outcome]:
        """The outcomes of the entries from position ``start`` to before ``stop``, in order."""

    def rows_of_kinds(self, kinds: frozenset[str], *, start: int, stop: int) -> list[Row]:
        """Of the outcomes between two positions, as kept and in order, those of the given kinds."""

    def head_at(self, position: int) -> Head | None:
        """What the head was when it stood exactly at ``position``; None if it never did."""

    def next_head(self, *, after: int, entries: int) -> Head | None:
        """The furthest head at most ``entries`` beyond ``after``, or else the next one; None if there is none."""

    def unit_events(self, unit: str) -> list[UnitEvent]:
        """The stream of one unit, oldest first; empty for a unit never heard of."""

    def digest(self, *, stop: int) -> str:
        """SHA-256 (hex) over all rows before position ``stop``, in order, as canonical JSON, one to a line."""

    def close(self) -> None:
        """Give file or connections back."""


class ViewStore(Protocol):
    """The rows of all views over one ledger store, how far each has come, and what each had to set aside.

    Every method raises Unavailable if the file or the database does not answer as it should.
    """

    def head(self, view: str) -> Head:
        """How far the view has come, and over which log."""

    def heads(self) -> Mapping[str, Head]:
        """The heads of all views as they are at one moment; a view that has taken in nothing may be missing."""

    def write(
        self, view: str, *, expected: Head, head: Head, changes: Iterable[Change], parked: Sequence[Parked] = ()
    ) -> None:
        """Take in the changes that lead from ``expected`` to ``head``, at most one to a key, all in one transaction.

        Fenced, with nothing written, if the view is not at ``expected``.
        """

    def row(self, view: str, *, key: str) -> Put | None:
        """One row, or None."""

    def rows(self, view: str, *, prefix: str = "") -> list[Put]:
        """The rows whose keys begin with ``prefix``, in the order of their keys by code point."""

    def rows_of_station(self, view: str, *, station: str) -> list[Put]:
        """The rows that belong to the station, in the order of their keys by code point."""

    def parked(self) -> list[Parked]:
        """Everything that was set aside, by view, position and ordinal; empty when the views are whole."""

    def digest(self, view: str) -> str:
        """SHA-256 (hex) over the rows of the view; see :func:`projections.views.view.digest`."""

    def close(self) -> None:
        """Give file or connections back."""


def row_of(outcome: Outcome) -> Row:
    """An outcome as it is kept; two outcomes are the same if their rows are.

    The fold holds docs to canonical JSON before it gives them out; writing them needs no more checks.
    """
    doc = quick_canonical(dict(outcome.doc)).decode("utf-8")
    return (outcome.position, outcome.ordinal, outcome.kind, outcome.subject, doc)


def outcomes_of(rows: Sequence[Row]) -> list[Outcome]:
    """The outcomes that were kept as ``rows``.  ValueError if a doc is not JSON.

    All docs are read as one list: a third of the time of reading them one by one.
    """
    docs = orjson.loads(f"[{','.join(row[4] for row in rows)}]")
    return [Outcome(*row[:4], doc) for row, doc in zip(rows, docs, strict=True)]


def digest_of(rows: Callable[[int, int], Sequence[Row]], *, stop: int) -> str:
    """See :meth:`LedgerStore.digest`; ``rows(start, stop)`` gives the rows of a range of entries, in order."""
    state = sha256()
    for start in range(0, stop, _DIGEST_ENTRIES):
        for row in rows(start, min(start + _DIGEST_ENTRIES, stop)):
            state.update(quick_canonical(row) + b"\n")
    return state.hexdigest()


def text_of(row: Put) -> str:
    """The doc of a view's row as it is kept.

    Docs are made of docs that were held to canonical JSON when they were kept; writing them needs no more checks.
    """
    return quick_canonical(row.doc).decode("utf-8")


def put_of(row: tuple[str, str | None, str]) -> Put:
    """The row of a view that was kept as (key, station, doc)."""
    key, station, doc = row
    return Put(key=key, station=station, doc=orjson.loads(doc))


AFTER_EVERY_KEY: Final = "\U0010ffff"
"""No key has this behind a prefix: keys that begin with ``p`` lie from ``p`` to before ``p`` and this."""
