"""After the log was restored from a checkpoint: a device gives back what the log lost behind it (design D7).

A device that was synced remembers entries, its own and others', which the restored log no longer has. Every one of them is a
signed event that anybody may hand in, so the device hands in all of them, in the order in which it learned them; what another
device gave back before gets its position again and is not put on the log twice. Then it goes on as ever.

A log that became shorter or other is otherwise an alarm, and ``sync`` refuses it. That it was restored is said by people.
The receipts that the device got before stay in a copy of its outbox only: keep one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from custody.adapters.outbox import Outbox
from custody.courier.sync import Submitter, SyncReport, sync
from custody.ports import LogRecord
from schemas.errors import LogUnavailable, NotEstablished

_READ: Final = 500


def refeed(outbox: Outbox, *, submitter: Submitter, at: str) -> SyncReport:
    """Hand in again what the log lacks of what this device learned, then sync; ``at`` is now.

    LogUnavailable, OutcomeUnknown: run it again, nothing is lost. NotEstablished("not-restored") where the log has not even
    the genesis that this device knows.
    """
    known = list(outbox.learned())
    common = _common(known, submitter=submitter)
    if known and not common:
        raise NotEstablished("not-restored", "The log is not the one that this device knows, not even its first entry.")
    for record in known[common:]:
        submitter.submit(record.entry, at=at)
    outbox.forget_from(common)
    return sync(outbox, submitter=submitter, at=at)


def _common(known: Sequence[LogRecord], *, submitter: Submitter) -> int:
    """Up to where the log holds what this device learned."""
    common = 0
    for record in _shown(submitter, end=len(known)):
        if record.position != common or record.entry != known[common].entry:
            break
        common += 1
    return common


def _shown(submitter: Submitter, *, end: int) -> Iterator[LogRecord]:
    position = 0
    while position < end:
        try:
            records = submitter.read(start=position, limit=min(_READ, end - position))
        except NotEstablished as error:
            raise LogUnavailable("log-unsteady", "The log became shorter while it was read: try again.") from error
        if not records:
            return
        yield from records
        position += len(records)
