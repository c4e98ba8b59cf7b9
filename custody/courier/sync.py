"""Sync: a device sends what it keeps, in order, and learns the log; as often as anybody likes, with the same result.

For every entry: sent is noted, then it is submitted, then the signed receipt is verified and kept; recorded it is called only
when the log, read by this device, shows the device's own bytes at the receipt's position, or the same event with all signatures
that this device has (``courier.held``): a gateway does not write again what others handed in whole, its receipt then names that
entry, with status ``duplicate``. Where a signature was added to an event that the log had, the status is ``added``. What the log
shows instead is reported; a receipt for bytes that are not there, or that a later statement contradicts, is evidence against
whoever signed it, and is kept for ever. An answer about another election, log, entry or event than was asked counts for nothing.

*Proven* it is called only when its proof was verified (``proving``). Nothing is removed. Time is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from custody.adapters.evidence import BrokenPromise
from custody.adapters.outbox import Outbox, OutboxEntry
from custody.core.entries.receipts import (
    HandedIn,
    SignedReply,
    check_receipt,
    check_refusal,
    open_receipt,
    open_refusal,
)
from custody.core.evidence.falsified_receipts import claim
from custody.core.wording.messages import Message
from custody.core.wording.numbers import at_position
from custody.courier.held import is_held
from custody.courier.knowledge import Knowledge, know
from custody.courier.proving import Proofs, gateway_keys, no_proofs, prove_all
from custody.ports import LogRecord
from schemas.envelope import entry_hash, event_id, parse_envelope
from schemas.errors import Contradicted, LogUnavailable, NotEstablished, OutcomeUnknown, Refused, Withheld

_READ: Final = 500


class Submitter(Protocol):
    """A gateway as a device sees it: the front door in this process, or an address."""

    def submit(self, entry: bytes, *, at: str) -> SignedReply:
        """Take one signed event; the same bytes again get a receipt for where they stand.

        Raises LogUnavailable (nothing was taken) or OutcomeUnknown (it may have been: submit the same bytes again).
        """

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """Entries of the log from ``start`` on, as ``custody.ports.LogReader.read``."""


@dataclass(slots=True)
class SyncReport:
    """What one sync did. ``differs`` and ``stripped`` say in sentences what does not match this device's own bytes."""

    recorded: int = 0
    refused: list[str] = field(default_factory=list)
    learned: int = 0
    differs: list[str] = field(default_factory=list)
    stripped: list[str] = field(default_factory=list)
    interrupted: str = ""
    withheld: str = ""
    """Why this device learned no further, though the log goes on: the gateway's sentence about what it withholds."""
    replies: list[SignedReply] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Promises of a proof that were not kept in time, in sentences: an alarm."""
    proofs: Message | None = None
    """How many of this device's acts are proven, in words."""


def sync(outbox: Outbox, *, submitter: Submitter, at: str, proofs: Proofs = no_proofs) -> SyncReport:
    """Send what is not recorded and learn what is new; ``at`` is now, ``proofs`` fetches the proof of an entry.

    Contradicted("log-changed") where the log is not the one this device learned before; NotEstablished where it is shorter.
    """
    report = SyncReport()
    _learn(outbox, submitter=submitter, report=report, at=at)
    knowledge = know((item.entry for item in outbox.learned()), drafts=())
    for kept in outbox.kept():
        if kept.source == "known" or kept.status in ("recorded", "proven"):
            continue
        try:
            _send(kept, outbox=outbox, submitter=submitter, knowledge=knowledge, report=report, at=at)
        except (LogUnavailable, OutcomeUnknown) as error:
            report.interrupted = error.sentence
            break
    _learn(outbox, submitter=submitter, report=report, at=at)
    _compare(outbox, report=report, at=at)
    proving = prove_all(outbox, knowledge=knowledge, proofs=proofs, at=at)
    report.late += proving.late
    report.differs += proving.differs
    report.proofs = proving.said
    return report


def _send(
    kept: OutboxEntry, *, outbox: Outbox, submitter: Submitter, knowledge: Knowledge, report: SyncReport, at: str
) -> None:
    if kept.status == "saved":
        outbox.mark(kept.entry_hash, "sent")
    reply = submitter.submit(kept.entry, at=at)
    state, gateways = knowledge.state, gateway_keys(knowledge)
    asked = HandedIn(election=state.election, origin=state.origin, entry=kept.entry_hash, event=kept.event)
    try:
        if reply.position is None:
            refusal = open_refusal(reply.statement, gateways=gateways)
            check_refusal(refusal, asked=asked)
            _keep_superseded(kept, position=None, outbox=outbox, gateways=gateways, at=at)
            outbox.mark(kept.entry_hash, "refused", statement=reply.statement)
            report.refused.append(f"{kept.event[:16]}: {refusal.code}")
        else:
            receipt = open_receipt(reply.statement, gateways=gateways)
            is_whole = reply.status == "duplicate" and receipt.event == kept.event
            # The log has the event with all these signatures in another entry; whether that is so is read there (held).
            check_receipt(receipt, asked=replace(asked, entry=receipt.entry) if is_whole else asked)
            if receipt.entry == kept.entry_hash:
                _keep_superseded(kept, position=receipt.position, outbox=outbox, gateways=gateways, at=at)
            outbox.mark(kept.entry_hash, "sent", position=receipt.position, statement=reply.statement)
    except Refused as error:
        report.differs.append(f"{kept.event[:16]}: the gateway's answer does not count: {error.sentence}")
        return
    report.replies.append(reply)


def _keep_superseded(
    kept: OutboxEntry, *, position: int | None, outbox: Outbox, gateways: Callable[[str], bytes | None], at: str
) -> None:
    """A receipt that a later statement contradicts is kept: the gateway signed both."""
    if kept.statement is None:
        return
    try:
        earlier = open_receipt(kept.statement, gateways=gateways).position
    except Refused:
        return  # it was a refusal: what was refused may be taken later
    if earlier == position:
        return
    later = "a refusal" if position is None else f"a receipt for {at_position(position)}"
    sentence = f"{kept.event[:16]}: signed for {at_position(earlier)}; later the gateway signed {later}."
    outbox.keep_evidence(BrokenPromise(kept.statement, earlier, sentence, at))


def _learn(outbox: Outbox, *, submitter: Submitter, report: SyncReport, at: str) -> None:
    """Take in what is new, after comparing the last entry learned before (design D7)."""
    end = outbox.learned_end()
    if end:
        shown = submitter.read(start=end - 1, limit=1)
        if not shown or shown[0].entry != outbox.learned_at(end - 1):
            _keep_contradicted(outbox, submitter=submitter, at=at)
            at_end = at_position(end - 1)
            raise Contradicted("log-changed", f"The log does not hold what this device read before at {at_end}.")
    report.withheld = ""
    while records := _next(outbox.learned_end(), submitter=submitter, report=report):
        outbox.learn(records, at=at)
        report.learned += len(records)
    outbox.learn((), at=at)


def _next(start: int, *, submitter: Submitter, report: SyncReport) -> Sequence[LogRecord]:
    """What is to be learned next; nothing, and why, where it is withheld: a device learns the log in its order."""
    try:
        return submitter.read(start=start, limit=_READ)
    except Withheld as error:
        first = error.leaves[0][0]
        if first > start:
            return submitter.read(start=start, limit=first - start)
        report.withheld = error.sentence
        return ()


def _keep_contradicted(outbox: Outbox, *, submitter: Submitter, at: str) -> None:
    """Every receipt that the log contradicts as it is shown now; where it cannot be read, nothing is said of it."""
    for item in outbox.kept():
        if item.statement is None or item.position is None:
            continue
        try:
            shown = submitter.read(start=item.position, limit=1)
        except (LogUnavailable, NotEstablished, Withheld):
            continue
        if shown and entry_hash(shown[0].entry) != claim(item.statement)[1]:
            sentence = f"{item.event[:16]}: the log does not hold these bytes at {at_position(item.position)}."
            outbox.keep_evidence(BrokenPromise(item.statement, item.position, sentence, at))


def _compare(outbox: Outbox, *, report: SyncReport, at: str) -> None:
    """Own bytes against what the log shows: at each receipt's position, and under each own event id."""
    kept = outbox.kept()
    own = {item.entry_hash for item in kept}
    signers: dict[str, set[str]] = {}
    for item in kept:
        if item.source != "known":
            signers.setdefault(item.event, set()).update(_keys(item.entry))
        if item.status == "sent" and item.position is not None:
            if is_held(item, outbox=outbox):
                outbox.mark(item.entry_hash, "recorded")
                report.recorded += 1
            else:
                sentence = f"{item.event[:16]}: the log does not hold these bytes at {at_position(item.position)}."
                report.differs.append(sentence)
                if item.statement is not None and _is_false(item, outbox=outbox):
                    outbox.keep_evidence(BrokenPromise(item.statement, item.position, sentence, at))
    for record in outbox.learned():
        _note_stripped(record, own=own, signers=signers, report=report)


def _is_false(item: OutboxEntry, *, outbox: Outbox) -> bool:
    """Whether the log, as this device read it, holds other bytes at the receipt's position than those that it promises."""
    shown = None if item.position is None else outbox.learned_at(item.position)
    return shown is not None and item.statement is not None and entry_hash(shown) != claim(item.statement)[1]


def _note_stripped(record: LogRecord, *, own: set[str], signers: dict[str, set[str]], report: SyncReport) -> None:
    """An entry of one of the device's events with other bytes that lacks signatures which the device holds."""
    if entry_hash(record.entry) in own:
        return
    try:
        event = event_id(parse_envelope(record.entry).payload)
    except Refused:
        return
    missing = signers.get(event, set()) - _keys(record.entry)
    if missing:
        report.stripped.append(
            f"{event[:16]}: {at_position(record.position)} holds it with {len(missing)} signature(s) less than this device has."
        )


def _keys(entry: bytes) -> set[str]:
    return {signature.keyid for signature in parse_envelope(entry).signatures}
