"""The replay: entries that were looked at become checked entries, and the whole fold runs over them again.

Keys are handed out ahead of the fold: a key id is the hash of its key, so whoever knows the key can verify with it, and
whether it was enrolled *by then* is decided here, by the roster as it stands at that position.  The outcome is that of
``admission.check_entry`` at each position, entry by entry.

Bounded by what the ledger itself keeps.  Not here: processes (``workers``), hashes (``signed_tree``), verdicts.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from custody.audit.entry_check import EntryCheck
from custody.audit.verdict import AuditCounts
from custody.audit.workers import Batch
from custody.core.authority.roster import Roster
from custody.core.entries.admission import Checked, check_entry, enrolled_keys
from custody.core.entries.unrepresentable import UNREPRESENTABLE
from custody.core.fold.earlier import Earlier
from custody.core.ledger import Ledger
from schemas.authority import ElectionOpened, KeyRotated
from schemas.envelope import parse_envelope
from schemas.errors import Refused
from schemas.union import parse_event, reread_event

_KEYID: Final = re.compile(rb'"keyid":"([0-9a-f]{64})"')
_ENROLS: Final = (b'"type":"KeyEnrolled"', b'"type":"KeyRotated"')


def spellings(text: bytes) -> tuple[bytes, ...]:
    """The three ways in which base64 spells ``text`` within something longer, less what depends on its neighbours."""
    return tuple(b64encode(bytes(lead) + text)[-(-lead * 8 // 6) : (lead + len(text)) * 8 // 6] for lead in range(3))


_ENROLMENTS: Final = tuple(spelling for text in _ENROLS for spelling in spellings(text))
"""Looked for in entries as they are: it takes a fifth of the time of decoding each of them."""


class KeysAhead:
    """Public keys that entries enrol, collected before the fold comes to them."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def batch(self, entries: Sequence[bytes], *, position: int) -> Batch:
        """The entries with the keys, of those enrolled up to them, that they are signed with."""
        for place, entry in enumerate(entries):
            if not position + place or any(spelling in entry for spelling in _ENROLMENTS):
                self._enrol(entry)
        named = {keyid.decode("ascii") for entry in entries for keyid in _KEYID.findall(entry)}
        known = self._known
        return Batch(position=position, entries=entries, keys={name: known[name] for name in named if name in known})

    def _enrol(self, entry: bytes) -> None:
        """Genesis and what looks like an enrolment, whoever signed it: whether it holds is for the fold."""
        try:
            self._known.update(enrolled_keys([parse_event(parse_envelope(entry).payload)]))
        except Refused:
            return  # no event: the front door says so when its turn comes


class AuditReplay:
    """The fold over all entries, and the counts of the report."""

    __slots__ = ("_doubtful", "_first_doubt", "_foreign", "_next", "ledger")

    def __init__(self, earlier: Earlier) -> None:
        """``earlier`` reads again what is folded here."""
        self.ledger = Ledger.silent(earlier=earlier)
        self._next = 0
        self._foreign: dict[str, set[str]] = {}
        self._doubtful: set[tuple[str, str]] = set()
        self._first_doubt: int | None = None

    @property
    def first_doubt(self) -> int | None:
        """The first position whose bytes are no event, or carry a signature that does not verify."""
        return self._first_doubt

    def take(self, entries: Sequence[bytes], *, looks: Iterable[EntryCheck]) -> None:
        """Apply the next entries, in order."""
        for entry, seen in zip(entries, looks, strict=True):
            checked = checked_of(entry, seen=seen, position=self._next, ledger=self.ledger)
            self.ledger.apply(checked)
            self._count(checked)
            self._next += 1

    def tally(self, *, entries: int) -> AuditCounts:
        """The counts so far; ``entries`` is how many were re-hashed."""
        records = self.ledger.state.records
        valid = sum(len(record.signatures) for record in records.values())
        valid += sum(len(keys) for keys in self._foreign.values())
        return AuditCounts(
            entries=entries,
            events=len(records) + len(self._foreign),
            signatures=valid,
            doubtful=sum(1 for pair in self._doubtful if not self._is_valid(pair)),
            findings=Counter(finding.code for finding in self.ledger.state.findings),
            state_digest=None,
        )

    def final_tally(self, *, entries: int) -> AuditCounts:
        """The counts after the last entry, with the digest of the state."""
        bounded = self.ledger.state.bounds.counts()
        return replace(self.tally(entries=entries), state_digest=self.ledger.state_digest(), bounded=bounded)

    def _count(self, checked: Checked) -> None:
        refused = (*checked.unresolved, *checked.invalid, *checked.unlisted)
        if self._first_doubt is None and (checked.fault is not None or refused):
            self._first_doubt = checked.position
        if checked.event_id is None:
            return
        self._doubtful.update((checked.event_id, key) for key in refused)
        if checked.event_id not in self.ledger.state.records:
            self._foreign.setdefault(checked.event_id, set()).update(checked.valid)

    def _is_valid(self, pair: tuple[str, str]) -> bool:
        record = self.ledger.state.records.get(pair[0])
        return pair[1] in (self._foreign.get(pair[0], ()) if record is None else record.signatures)


def checked_of(entry: bytes, *, seen: EntryCheck, position: int, ledger: Ledger) -> Checked:
    """What ``admission.check_entry`` says of the entry at this position, of which somebody saw this ahead of the fold."""
    digest = seen.leaf.hex()
    if seen.fault == UNREPRESENTABLE:
        return check_entry(entry, position=position, keys=ledger.public_key)
    if seen.fault is not None:
        return Checked(position=position, entry=digest, fault=seen.fault)
    roster = ledger.state.roster
    known = [_as_of_now(key, good=good, roster=roster) for key, good in seen.signatures]
    try:
        event = reread_event(seen.payload, type_name=seen.type_name)
    except Refused as refused:
        return Checked(position=position, entry=digest, fault=refused.code)
    if isinstance(event, ElectionOpened | KeyRotated) or any(good is None and roster.get(key) for key, good in known):
        # Its keys stand in it, or were not among those handed out: rare, so simply once more from the start.
        return check_entry(entry, position=position, keys=ledger.public_key)
    listed = {signer.key for signer in event.signers}
    return Checked(
        position=position,
        entry=digest,
        event_id=seen.event_id,
        event=event,
        valid=tuple(key for key, good in known if good and key in listed),
        unresolved=tuple(key for key, good in known if good is None and key in listed),
        invalid=tuple(key for key, good in known if good is False and key in listed),
        unlisted=tuple(key for key, _ in known if key not in listed),
    )


def _as_of_now(key: str, *, good: bool | None, roster: Roster) -> tuple[str, bool | None]:
    """A key that was not enrolled by now is not known, whoever looked; one that was is named by the roster's own text.

    The ledger keeps the key ids of all signatures: a hundred bytes each, if every entry brought its own copy.
    """
    record = roster.get(key)
    return (key, None) if record is None else (record.keyid, good)


def batches_of(runs: Iterable[tuple[int, Sequence[bytes]]], *, keys: KeysAhead) -> Iterator[Batch]:
    """Runs of entries (first position, entries) as batches with the keys they need."""
    for position, entries in runs:
        yield keys.batch(entries, position=position)
