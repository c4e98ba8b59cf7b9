"""The front door: takes signed events, puts them into a log, and says under its own key what became of each.

For every submission: admit (well-formed, a valid signature of a key ever enrolled), append the identical bytes, read the
log's tail until they are there, fold, and answer with a receipt; or refuse with a signed refusal and write nothing. Bytes
that the log holds already are not appended again: their receipt names the position where they stand. Nor are other bytes of an
event that bring no new valid signature: they get the receipt of the entry that has theirs. A position is what the
tail shows, never what an append seems to say (design D6). Submissions that come together are appended together.

Looking at an entry (its form, its signatures) takes the time: ``look`` may run in any thread, ahead of everything else. What it
saw is looked at again only where a key was enrolled since that was unknown before.

What an entry means is said as of now and binds nobody: the ledger decides, anyone can replay it. The door reads no clock;
when an entry was received is an argument. Not here: HTTP, limits for each key, and any judgement of what an event claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.admission import Checked, check_admissible, check_entry
from custody.core.entries.cloudevents import RecordHints
from custody.core.entries.receipt_signer import ReceiptSigner
from custody.core.entries.receipts import SignedReply, sign_refusal
from custody.core.entries.signing import verify_bulk
from custody.core.ledger import Ledger
from custody.core.state.moments import shifted
from custody.core.tlog.checkpoint import origin_of
from custody.gateway.device_pack import Asked, device_pack
from custody.gateway.holders import Holder, Holders
from custody.gateway.publication import Publication
from custody.gateway.tail import AwaitedBytes, Tail
from custody.ports import Log, LogRecord
from schemas.authority import ElectionOpened
from schemas.envelope import entry_hash, event_id, parse_envelope
from schemas.errors import LogUnavailable, NotEstablished, OutcomeUnknown, Refused
from schemas.receipts import Refusal

ATTEMPTS_MAX: Final = 4
"""Appends of the identical bytes before the door says that their outcome is unknown."""

Answer = SignedReply | LogUnavailable | OutcomeUnknown
"""A reply; LogUnavailable: these bytes were not written; OutcomeUnknown: they may be, submit the identical bytes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What became of one entry, before the gateway's key has said so; ``end`` is how far the log had been read.

    ``held`` is the entry that the log holds for it, where that is another one, which has all its signatures.
    """

    entry: str
    held: str = ""
    event: str
    at: str
    end: int
    came_of: AwaitedBytes | Refused


PROMISED_S: Final = 6 * 3_600
"""Within which time a receipt promises a proof: log witnesses may be down for a while."""
Judged = Admission | LogUnavailable | OutcomeUnknown


@dataclass(frozen=True, slots=True)
class Looked:
    """An entry and what was seen of it; ``checked`` says nothing of signatures where the log holds the bytes already."""

    entry: bytes
    checked: Checked


class FrontDoor:
    """The front door of one gateway over one log; it folds the whole log once, then only what is new.

    One thread at a time submits; ``look`` and ``sign`` are for any thread.
    """

    def __init__(
        self,
        log: Log,
        *,
        private: Ed25519PrivateKey,
        watch: Callable[[int], None] | None = None,
        hints: RecordHints | None = None,
    ) -> None:
        """Over a log whose position 0 is a genesis; ``private`` is the gateway's receipt key.

        ``watch`` is told how many entries were read so far, ``hints`` what was seen of the entries that are appended next.
        NotEstablished("no-genesis") for a log without genesis; LogUnavailable.
        """
        self._log = log
        self._hints = hints or RecordHints()
        self._private = private
        self._tail = Tail(log, watch=watch)
        self._tail.follow()
        genesis = self.ledger.state.genesis
        if not isinstance(genesis, ElectionOpened):
            raise NotEstablished("no-genesis", "The log does not begin with the opening of an election.")
        self.origin = origin_of(genesis=genesis, election=self.ledger.election)
        self._receipts = ReceiptSigner(election=self.ledger.election, origin=self.origin, private=private)

    @property
    def ledger(self) -> Ledger:
        """What the log means up to the last entry read."""
        return self._tail.ledger

    @property
    def position(self) -> int:
        """The next position to be read."""
        return self._tail.next

    @property
    def publication(self) -> Publication:
        """What of the log is withheld, as far as it was read; any thread may ask."""
        return self._tail.publication

    def position_of(self, name: str) -> int | None:
        """Where the entry with this hash stands, or the first entry of the event with this id; None: nowhere that was read."""
        found = self._tail.first(name)
        if found is not None:
            return found
        record = self.ledger.state.records.get(name)
        return None if record is None else record.position

    def follow(self) -> None:
        """Read what is new on the log. LogUnavailable."""
        self._tail.follow()

    def look(self, entry: bytes) -> Looked:
        """Check the form and every signature, once; never raises on what the bytes are."""
        digest = entry_hash(entry)
        if self._tail.is_sound(digest):
            event = event_id(parse_envelope(entry).payload)
            return Looked(entry, Checked(position=-1, entry=digest, event_id=event))
        return Looked(entry, check_entry(entry, position=-1, keys=self._tail.public_key, verifier=verify_bulk))

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        """Take one signed event; ``at`` is the moment of its arrival, RFC 3339 with offset.

        Never raises for what the bytes are: a refusal is a reply. Raises LogUnavailable (nothing was written) or OutcomeUnknown
        (submit the identical bytes again).
        """
        (answer,) = self.submit_many([entry], at=at)
        if isinstance(answer, SignedReply):
            return answer
        raise answer

    def submit_many(self, entries: Sequence[bytes | Looked], *, at: str) -> list[Answer]:
        """Take signed events in this order, as if one by one; one answer for each."""
        return [self.sign(judged) for judged in self.judge_many(entries, at=at)]

    def judge_many(self, entries: Sequence[bytes | Looked], *, at: str) -> list[Judged]:
        """As :meth:`submit_many`, but nothing is signed yet.

        They are appended together, but whoever signed with a key yet unknown waits until the decisions before are read.
        """
        answers: list[Judged] = []
        failed: LogUnavailable | OutcomeUnknown | None = None
        for run in self._runs(entries):
            if failed is not None:
                answers += [LogUnavailable(failed.code, failed.sentence)] * len(run)
                continue
            taken = self._take(run, at=at)
            answers += taken
            failed = next((item for item in taken if not isinstance(item, Admission)), None)
        return answers

    def sign(self, judged: Judged) -> Answer:
        """The receipt or refusal; what is neither stays as it is."""
        if not isinstance(judged, Admission):
            return judged
        if isinstance(judged.came_of, Refused):
            return self._refuse(judged, reason=judged.came_of)
        return self._record(judged, found=judged.came_of)

    def read(self, *, start: int, limit: int) -> list[LogRecord]:
        """Entries of the log as they are, for a device that learns; bounds as in the port."""
        return list(self._log.read(start=start, limit=limit))

    def device_pack(self, *, keys: Sequence[str], at: str, checkpoint: str | None) -> bytes:
        """What the devices of these keys need to know as of now, signed; for the thread that submits. LogUnavailable."""
        self._tail.follow()
        asked = Asked(keys=keys, at=at, origin=self.origin, end=self._tail.next, checkpoint=checkpoint)
        return device_pack(self.ledger, asked=asked, private=self._private)

    def _runs(self, entries: Sequence[bytes | Looked]) -> Iterator[list[Looked]]:
        """The entries looked at, cut where an unknown key may be enrolled by a decision just before."""
        run: list[Looked] = []
        may_enrol = False
        for entry in entries:
            looked = entry if isinstance(entry, Looked) else self.look(entry)
            if may_enrol and looked.checked.unresolved:
                yield run
                run, may_enrol = [], False
            run.append(looked)
            event = looked.checked.event
            may_enrol = may_enrol or (event is not None and event.KIND == "decision")
        if run:
            yield run

    def _take(self, run: Sequence[Looked], *, at: str) -> Sequence[Judged]:
        try:
            self._tail.follow()
        except LogUnavailable as error:
            return [error] * len(run)
        judged = [self._judge(looked) for looked in run]
        new, held = self._sorted(run, judged=judged)
        awaited = {item.entry: item for item in judged if isinstance(item, Checked) and item.entry in new}
        seen, failure = self._put(new, awaited=awaited)
        return [
            Admission(entry=looked.checked.entry, event="", at=at, end=self._tail.next, came_of=item)
            if isinstance(item, Refused)
            else self._answer(item, held=held.get(place, item.entry), seen=seen, failure=failure, at=at)
            for place, (looked, item) in enumerate(zip(run, judged, strict=True))
        ]

    def _sorted(
        self, run: Sequence[Looked], *, judged: Sequence[Checked | Refused]
    ) -> tuple[dict[str, bytes], dict[int, str]]:
        """(entries to be written by their hash; place of what brings nothing new -> hash of the entry that has it)."""
        new: dict[str, bytes] = {}
        held: dict[int, str] = {}
        holders = Holders(self._tail.holders)
        for place, (looked, item) in enumerate(zip(run, judged, strict=True)):
            if isinstance(item, Refused) or item.entry in new or self._tail.first(item.entry) is not None:
                continue
            event = item.event_id or ""
            holder = holders.holding(event, keys=item.valid)
            if holder is not None:
                held[place] = holder.entry
            else:
                new[item.entry] = looked.entry
                holders.add(event, holder=Holder(self._tail.next + len(new), item.entry, frozenset(item.valid)))
        return new, held

    def _judge(self, looked: Looked) -> Checked | Refused:
        """The entry's check as of now, or why it is not admitted."""
        checked = looked.checked
        if self._tail.is_sound(checked.entry):
            return checked
        if not self._tail.stands(checked):
            checked = check_entry(looked.entry, position=-1, keys=self._tail.public_key, verifier=verify_bulk)
        try:
            check_admissible(checked, entry=looked.entry, is_expected=self.ledger.is_expected)
        except Refused as refused:
            return refused
        return checked

    def _put(
        self, new: dict[str, bytes], *, awaited: dict[str, Checked]
    ) -> tuple[dict[str, AwaitedBytes], LogUnavailable | OutcomeUnknown | None]:
        """Append until the tail shows all of them; what became of those it shows, and why not of the others."""
        seen: dict[str, AwaitedBytes] = {}
        failure: LogUnavailable | OutcomeUnknown | None = None
        for attempt in range(ATTEMPTS_MAX):
            missing = {digest: entry for digest, entry in new.items() if self._tail.first(digest) is None}
            if not missing:
                return seen, None
            self._hints.note({entry: awaited[digest] for digest, entry in missing.items()})
            failure = self._append(list(missing.values()), is_first=attempt == 0)
            if isinstance(failure, LogUnavailable):
                break
            try:
                self._tail.follow_until({digest: awaited[digest] for digest in missing}, seen=seen)
            except LogUnavailable as error:
                failure = OutcomeUnknown(error.code, error.sentence)
        unread = OutcomeUnknown("entry-not-read", "It was appended, but the end of the log does not show it yet.")
        return seen, failure or unread

    def _append(self, entries: Sequence[bytes], *, is_first: bool) -> LogUnavailable | OutcomeUnknown | None:
        """Append; why it is not certain that it was done. After an unknown outcome nothing counts as "not written" any more."""
        try:
            self._log.append(entries)
        except OutcomeUnknown as error:
            return error
        except LogUnavailable as error:
            return error if is_first else OutcomeUnknown(error.code, error.sentence)
        return None

    def _answer(
        self,
        item: Checked,
        *,
        held: str,
        seen: dict[str, AwaitedBytes],
        failure: LogUnavailable | OutcomeUnknown | None,
        at: str,
    ) -> Judged:
        position = self._tail.first(held)
        if position is None:
            return failure or OutcomeUnknown("entry-not-read", "The end of the log does not show it yet.")
        # The first to ask for bytes that were just read hears what they mean; whoever comes after sent a duplicate.
        found = (seen.pop(held, None) if held == item.entry else None) or AwaitedBytes(position, "duplicate", ())
        return Admission(
            entry=item.entry, held=held, event=item.event_id or "", at=at, end=self._tail.next, came_of=found
        )

    def _record(self, verdict: Admission, *, found: AwaitedBytes) -> SignedReply:
        statement = self._receipts.sign(
            position=found.position,
            entry=verdict.held or verdict.entry,
            event=verdict.event,
            times=(verdict.at, self._promised(verdict.at)),
        )
        return SignedReply(
            entry=verdict.entry,
            position=found.position,
            status=found.status,
            codes=found.codes,
            statement=statement,
            event=verdict.event,
        )

    def _promised(self, at: str) -> str | None:
        """Until when there will be a proof under a cosigned checkpoint; None where the log asks nobody to cosign."""
        policy = self.ledger.state.policies[-1][1]
        return None if policy.quorum is None else shifted(at, seconds=PROMISED_S)

    def _refuse(self, verdict: Admission, *, reason: Refused) -> SignedReply:
        refusal = Refusal(
            version=1,
            election=self.ledger.election,
            origin=self.origin,
            entry=verdict.entry,
            code=reason.code,
            judged_by=verdict.end - 1,
            refused_at=verdict.at,
        )
        statement = sign_refusal(refusal, private=self._private)
        return SignedReply(
            entry=verdict.entry,
            position=None,
            status="refused",
            codes=(reason.code,),
            statement=statement,
            sentence=reason.sentence,
        )
