"""The log as one gateway has read it: every entry once, in order, folded as the ledger folds it.

A position is what is read here and nothing else (design D6). An entry that this gateway itself is about to append has been
checked already; when the log shows the same bytes its signatures are not verified again, unless a key that was unknown then is
known now: so each entry means here exactly what it means to whoever checks it at its position (``admission.check_entry``).

One thread at a time follows the log; ``first`` and ``public_key`` may be asked from any thread meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from custody.core.entries.admission import Checked, announced_keys, check_entry
from custody.core.entries.signing import verify_bulk
from custody.core.fold.outcome_docs import shown
from custody.core.ledger import Ledger
from custody.core.state.state import RecordedEvent as EventRecord
from custody.gateway.holders import Holder, Holders
from custody.gateway.publication import NEEDED, Publication
from custody.ports import LogReader, LogRecord, entries_before
from schemas.envelope import entry_hash

READ_MAX: Final = 500
"""Entries read at a time."""


@dataclass(frozen=True, slots=True)
class AwaitedBytes:
    """Where awaited bytes stand first, and what they meant when they had been read there."""

    position: int
    status: str
    codes: tuple[str, ...]


class Tail:
    """Follows one log from its first entry; what it has read never changes."""

    def __init__(self, log: LogReader, *, watch: Callable[[int], None] | None = None) -> None:
        """Nothing is read yet. ``watch`` is told how many entries were read so far."""
        self._log = log
        self._watch = watch
        self._first: dict[str, int] = {}
        self._doubtful: set[str] = set()
        self.holders = Holders()
        self.ledger = Ledger(tells=NEEDED, earlier=partial(entries_before, log))
        self.publication = Publication()
        self.next = 0

    def public_key(self, keyid: str) -> bytes | None:
        """The raw public key of a key that was ever enrolled, as far as the log was read."""
        return self.ledger.public_key(keyid)

    def first(self, digest: str) -> int | None:
        """The first position of the bytes with this entry hash, None where they were not read yet."""
        return self._first.get(digest)

    def is_sound(self, digest: str) -> bool:
        """Whether these bytes were read and would be admitted again whatever else the log says."""
        return digest in self._first and digest not in self._doubtful

    def stands(self, checked: Checked) -> bool:
        """Whether a check made earlier would come out the same now: no key that was unknown then is known now."""
        return all(self.public_key(key) is None for key in checked.unresolved)

    def follow(self) -> None:
        """Read what is new, to the end. LogUnavailable; NotEstablished("log-too-short")."""
        self.follow_until({}, seen={})

    def follow_until(self, awaited: Mapping[str, Checked], *, seen: dict[str, AwaitedBytes]) -> None:
        """Read what is new, to the end or until all ``awaited`` entries (entry hash -> its check) were read.

        What becomes of those is put into ``seen``, also of those read before an error. Errors as :meth:`follow`.
        """
        while not awaited or any(digest not in self._first for digest in awaited):
            records = self._log.read(start=self.next, limit=READ_MAX)
            if not records:
                break
            for record in records:
                self._take(record, awaited=awaited, seen=seen)
            if self._watch is not None:
                self._watch(self.next)

    def _take(self, record: LogRecord, *, awaited: Mapping[str, Checked], seen: dict[str, AwaitedBytes]) -> None:
        digest = entry_hash(record.entry)
        checked = self._checked(record, known=awaited.get(digest))
        outcomes = self.ledger.apply(checked)
        self.publication.take(record.position, event=checked.event, outcomes=outcomes)
        self.next = record.position + 1
        if digest in self._first:
            return
        if checked.fault or checked.unlisted or checked.invalid or checked.unresolved or not checked.valid:
            self._doubtful.add(digest)
        if digest in awaited:
            seen[digest] = self._meaning(checked)
        self._first[digest] = record.position
        if checked.event_id is not None:
            known = frozenset(key for key in checked.valid if self._counts(key, checked=checked))
            self.holders.add(checked.event_id, holder=Holder(record.position, digest, known))

    def _counts(self, key: str, *, checked: Checked) -> bool:
        """Whether the log knows the key by now, or the event itself brings it."""
        return self.public_key(key) is not None or key in announced_keys(checked.event)

    def _checked(self, record: LogRecord, *, known: Checked | None) -> Checked:
        if known is not None and self.stands(known):
            return replace(known, position=record.position)
        return check_entry(record.entry, position=record.position, keys=self.public_key, verifier=verify_bulk)

    def _meaning(self, checked: Checked) -> AwaitedBytes:
        """The event's status after this entry, and the codes that stand open because of it."""
        status, codes = self.ledger.meant.status, self.ledger.meant.codes
        record = self.ledger.state.records.get(checked.event_id or "")
        if record is not None and status != "duplicate":
            codes = self.ledger.state.findings.open_codes(record.event_id)
            said = _standing(record, open_codes=codes)
            status, codes = (status if status == "added" else said[0]), said[1]
        return AwaitedBytes(checked.position, status, codes)


def _standing(record: EventRecord, *, open_codes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    status = shown(record)
    if status in ("waiting", "disputed", "in error"):
        return status, open_codes
    if open_codes or status == "finding":
        return "finding", open_codes or record.codes
    return "applied", ()
