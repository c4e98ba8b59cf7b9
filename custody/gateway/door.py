"""The front door: takes signed events, puts them into a log, and says under its own key what became of each.

For every submission: admit (well-formed, a valid signature of a key ever enrolled), append the identical bytes, read the
log's tail until they are there, fold, and answer with a receipt; or refuse with a signed refusal and write nothing. Bytes
that the log holds already are not appended again: their receipt names the position where they stand. A position is what the
tail shows, never what an append seems to say (design D6).

What an entry means is said as of now and binds nobody: the ledger decides, anyone can replay it. The door reads no clock;
when an entry was received is an argument. Not here: HTTP, limits for each key, and any judgement of what an event claims.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.admission import admit, check_entry
from custody.core.derived import origin_of
from custody.core.emission import shown
from custody.core.ledger import Ledger
from custody.core.outcomes import Outcome
from custody.core.receipts import Reply, sign_receipt, sign_refusal
from custody.core.state import Record as EventRecord
from custody.ports import Log, Record
from schemas.authority import ElectionOpened
from schemas.envelope import entry_hash, event_id, parse_envelope
from schemas.errors import NotEstablished, OutcomeUnknown, Refused
from schemas.receipts import Receipt, Refusal

READ_MAX: Final = 500
"""Entries read at a time."""
ATTEMPTS_MAX: Final = 4
"""Appends of the identical bytes before the door says that their outcome is unknown."""


class Door:
    """The front door of one gateway over one log; it folds the whole log once, then only what is new."""

    def __init__(self, log: Log, *, private: Ed25519PrivateKey, watch: Callable[[int], None] | None = None) -> None:
        """Over a log whose position 0 is a genesis; ``private`` is the gateway's receipt key.

        ``watch`` is told how many entries were read so far. NotEstablished("no-genesis") for a log without genesis;
        LogUnavailable.
        """
        self._log = log
        self._private = private
        self._watch = watch
        self._ledger = Ledger.empty()
        self._first: dict[str, int] = {}
        self._told: dict[int, tuple[str, tuple[str, ...]]] = {}
        self._next = 0
        self._catch_up()
        genesis = self._ledger.state.genesis
        if not isinstance(genesis, ElectionOpened):
            raise NotEstablished("no-genesis", "The log does not begin with the opening of an election.")
        self._origin = origin_of(genesis=genesis, election=self._ledger.election)

    @property
    def ledger(self) -> Ledger:
        """What the log means up to the last entry read."""
        return self._ledger

    def submit(self, entry: bytes, *, at: str) -> Reply:
        """Take one signed event; ``at`` is the moment of its arrival, RFC 3339 with offset.

        Never raises for what the bytes are: a refusal is a reply. Raises LogUnavailable (nothing was written) or OutcomeUnknown
        (submit the identical bytes again).
        """
        self._catch_up()
        self._told.clear()
        digest = entry_hash(entry)
        try:
            admit(entry, keys=self._ledger.public_key)
        except Refused as refused:
            return self._refuse(digest, reason=refused, at=at)
        known = self._first.get(digest)
        if known is None:
            self._put(entry, digest=digest)
        position = self._first[digest]
        event = event_id(parse_envelope(entry).payload)
        status, codes = ("duplicate", ()) if known is not None else self._meaning(position, event=event)
        return self._record(digest, position=position, event=event, at=at, status=status, codes=codes)

    def read(self, *, start: int, limit: int) -> list[Record]:
        """Entries of the log as they are, for a device that learns; bounds as in the port."""
        return list(self._log.read(start=start, limit=limit))

    def _put(self, entry: bytes, *, digest: str) -> None:
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                self._log.append([entry])
            except OutcomeUnknown:
                if attempt == ATTEMPTS_MAX:
                    raise
            self._catch_up()
            if digest in self._first:
                return
        raise OutcomeUnknown("entry-not-read", "The entry was appended, but the end of the log does not show it yet.")

    def _catch_up(self) -> None:
        while records := self._log.read(start=self._next, limit=READ_MAX):
            for record in records:
                self._fold(record)
            self._next = records[-1].position + 1
            if self._watch is not None:
                self._watch(self._next)

    def _fold(self, record: Record) -> None:
        checked = check_entry(record.entry, position=record.position, keys=self._ledger.public_key)
        self._first.setdefault(checked.entry, record.position)
        told = {outcome.subject: outcome for outcome in self._ledger.apply(checked) if outcome.kind == "entry"}
        if str(record.position) in told:
            self._told[record.position] = _told(told[str(record.position)])

    def _meaning(self, position: int, *, event: str) -> tuple[str, tuple[str, ...]]:
        """What an entry just appended means: its event's status, and the codes that stand open because of it."""
        record = self._ledger.state.records.get(event)
        if record is None or self._told.get(position, ("", ()))[0] == "duplicate":
            return self._told.get(position, ("applied", ()))
        return _standing(record, open_codes=self._open_codes(event))

    def _open_codes(self, event: str) -> tuple[str, ...]:
        findings = self._ledger.state.findings
        own = [item for item in findings if item.raised_by == event and item.status in ("open", "acknowledged")]
        also = [
            code
            for item in findings
            if item.status in ("open", "acknowledged")
            for code, _, cause in item.also
            if cause == event
        ]
        return tuple(dict.fromkeys((*(item.code for item in own), *also)))

    def _record(self, digest: str, *, position: int, event: str, at: str, status: str, codes: tuple[str, ...]) -> Reply:
        receipt = Receipt(
            version=1,
            election=self._ledger.election,
            origin=self._origin,
            position=position,
            entry=digest,
            event=event,
            received_at=at,
            proof_promised_by=None,
        )
        statement = sign_receipt(receipt, private=self._private)
        return Reply(entry=digest, position=position, status=status, codes=codes, statement=statement)

    def _refuse(self, digest: str, *, reason: Refused, at: str) -> Reply:
        refusal = Refusal(
            version=1,
            election=self._ledger.election,
            origin=self._origin,
            entry=digest,
            code=reason.code,
            judged_by=self._next - 1,
            refused_at=at,
        )
        statement = sign_refusal(refusal, private=self._private)
        return Reply(
            entry=digest,
            position=None,
            status="refused",
            codes=(reason.code,),
            statement=statement,
            sentence=reason.sentence,
        )


def _told(outcome: Outcome) -> tuple[str, tuple[str, ...]]:
    return str(outcome.doc["status"]), tuple(outcome.doc["codes"])


def _standing(record: EventRecord, *, open_codes: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    status = shown(record)
    if status in ("waiting", "disputed"):
        return status, open_codes
    if open_codes or status == "finding":
        return "finding", open_codes or record.codes
    return "applied", ()
