"""A log whose entries are looked at in worker processes ahead of the fold: what takes the time is done on all cores.

The workers are the audit's (``custody.audit.workers``): they check signatures by libsodium, at twice the speed of the library
that the ledger asks otherwise.  So that ledger and gateway do not come to share one library's mistake, one entry in sixteen is
checked by both; where they differ nothing is folded: it is named, and a person must look.  What an entry means is decided in the
fold as ever, and every check that reaches it is that of ``admission.check_entry`` at its position.

Bounded by what the workers have under way.  Not here: how a log is followed (``ledger``), and the fold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from typing import Final

from custody.audit.entry_check import EntryCheck
from custody.audit.replay import KeysAhead, checked_of
from custody.audit.workers import Batch, Looked
from custody.core.entries.admission import Checked, check_entry
from custody.core.ledger import Ledger
from custody.ports import LogReader, LogRecord
from schemas.errors import NotEstablished

BATCH: Final = 250
"""Entries that a worker looks at at a time."""
ONE_IN: Final = 16
"""Of so many entries one is checked by both libraries."""

Looking = Callable[[Iterator[Batch]], Generator[Looked, None, None]]
"""``look_at_all`` with so many workers."""


class CheckedAhead:
    """Reads a log up to where it ended when this was made, and knows what was seen of each record that it gave.

    For one reader, who goes from one end to the other; whatever he does otherwise is right too, and as slow as ever.
    """

    def __init__(self, log: LogReader, *, ledger: Ledger, looking: Looking, first: int = 0) -> None:
        """``ledger`` folds what is read; ``first``, below 16: the place of the first entry that both libraries check."""
        self._log = log
        self._ledger = ledger
        self._looking = looking
        self._first = first
        self._end = log.end()
        self._keys = KeysAhead()
        self._next = 0
        self._looked: Generator[Looked, None, None] | None = None
        self._ready: deque[tuple[LogRecord, EntryCheck]] = deque()
        self._seen: dict[int, tuple[LogRecord, EntryCheck]] = {}

    def end(self) -> int:
        """See the port."""
        return self._log.end()

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """See the port; also NotEstablished("libraries-differ"), Unavailable("audit-worker-lost")."""
        if start != self._next or start >= self._end:
            self.close()
            self._next = start
        if start >= self._end:
            return self._log.read(start=start, limit=limit)
        try:
            self._fill(limit)
        except BaseException:
            self.close()
            raise
        taken = [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]
        self._seen = {record.position: (record, seen) for record, seen in taken}
        self._next += len(taken)
        if self._next >= self._end:
            self._finish()
        return [record for record, _ in taken]

    def check(self, record: LogRecord) -> Checked:
        """What the front door says of a record at its position."""
        position, entry = record.position, record.entry
        known, seen = self._seen.get(position, (None, None))
        if seen is None or known != record:
            return check_entry(entry, position=position, keys=self._ledger.public_key)
        return checked_of(entry, seen=seen, position=position, ledger=self._ledger)

    def close(self) -> None:
        """End the workers; what they had under way is asked for again by whoever reads on."""
        self._finish()
        self._ready.clear()
        self._seen = {}

    def _finish(self) -> None:
        looked, self._looked = self._looked, None
        if looked is not None:
            looked.close()

    def _fill(self, limit: int) -> None:
        """Have as many records ready as are asked for, if there are so many."""
        if self._looked is None:
            self._looked = self._looking(self._batches(self._next + len(self._ready)))
        while len(self._ready) < limit:
            batch, looks = next(self._looked, (None, None))
            if batch is None or looks is None:
                return
            for place, (entry, seen) in enumerate(zip(batch.entries, looks, strict=True)):
                position = batch.position + place
                if seen.differing:
                    raise _differing(position, keys=seen.differing)
                self._ready.append((LogRecord(position, entry), seen))

    def _batches(self, start: int) -> Iterator[Batch]:
        while start < self._end:
            records = self._log.read(start=start, limit=min(BATCH, self._end - start))
            batch = self._keys.batch([record.entry for record in records], position=start)
            twice = range((self._first - start) % ONE_IN, len(records), ONE_IN)
            yield replace(batch, twice=twice)
            start += len(records)


def _differing(position: int, *, keys: Sequence[str]) -> NotEstablished:
    told = f"The two libraries that check signatures do not agree about entry {position}, key {', '.join(keys)}"
    return NotEstablished("libraries-differ", f"{told}: nothing is folded from there on until a person has looked.")
