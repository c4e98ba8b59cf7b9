"""Sync: a device sends what it keeps, in order, and learns the log; as often as anybody likes, with the same result.

For every entry: sent is noted, then it is submitted, then the signed receipt is verified and kept; recorded it is called only
when the log, read by this device, shows the device's own bytes at the receipt's position, or the same event with all signatures
that this device has (``courier.held``): a gateway does not write again what others handed in whole, its receipt then names that
entry, with status ``duplicate``. Where a signature was added to an event that the log had, the status is ``added``. What the log
shows instead is reported and kept: a receipt for bytes that are not there is evidence against whoever signed it.

*Proven* is not reachable in this version: there are no log witnesses yet. Nothing is removed. Time is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from custody.adapters.outbox import Kept, Outbox
from custody.core.receipts import Reply, check_receipt, open_receipt, open_refusal
from custody.courier.held import is_held
from custody.courier.knowledge import Knowledge, know
from custody.ports import Record
from schemas.envelope import entry_hash, event_id, parse_envelope
from schemas.errors import Contradicted, LogUnavailable, OutcomeUnknown, Refused, Withheld

NOT_PROVEN: Final = "recorded; proof not available before log witnesses"
_READ: Final = 500
_GATEWAY: Final = "gateway"


class Submitter(Protocol):
    """A gateway as a device sees it: the front door in this process, or an address."""

    def submit(self, entry: bytes, *, at: str) -> Reply:
        """Take one signed event; the same bytes again get a receipt for where they stand.

        Raises LogUnavailable (nothing was taken) or OutcomeUnknown (it may have been: submit the same bytes again).
        """

    def read(self, *, start: int, limit: int) -> Sequence[Record]:
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
    replies: list[Reply] = field(default_factory=list)


def sync(outbox: Outbox, *, submitter: Submitter, at: str) -> SyncReport:
    """Send what is not recorded and learn what is new; ``at`` is now.

    Contradicted("log-changed") where the log is not the one this device learned before; NotEstablished where it is shorter.
    """
    report = SyncReport()
    _learn(outbox, submitter=submitter, report=report, at=at)
    gateways = gateway_keys(know((item.entry for item in outbox.learned()), drafts=()))
    for kept in outbox.kept():
        if kept.source == "known" or kept.status in ("recorded", "proven"):
            continue
        try:
            _send(kept, outbox=outbox, submitter=submitter, gateways=gateways, report=report, at=at)
        except (LogUnavailable, OutcomeUnknown) as error:
            report.interrupted = error.sentence
            break
    _learn(outbox, submitter=submitter, report=report, at=at)
    _compare(outbox, report=report)
    return report


def gateway_keys(knowledge: Knowledge) -> Callable[[str], bytes | None]:
    """Key id -> public key of an enrolled gateway, as far as a device knows the roster."""

    def key(keyid: str) -> bytes | None:
        record = knowledge.state.roster.get(keyid)
        return record.public if record is not None and record.role == _GATEWAY else None

    return key


def _send(
    kept: Kept,
    *,
    outbox: Outbox,
    submitter: Submitter,
    gateways: Callable[[str], bytes | None],
    report: SyncReport,
    at: str,
) -> None:
    if kept.status == "saved":
        outbox.mark(kept.entry_hash, "sent")
    reply = submitter.submit(kept.entry, at=at)
    try:
        if reply.position is None:
            refusal = open_refusal(reply.statement, gateways=gateways)
            outbox.mark(kept.entry_hash, "refused", statement=reply.statement)
            report.refused.append(f"{kept.event[:16]}: {refusal.code}")
        else:
            receipt = open_receipt(reply.statement, gateways=gateways)
            if receipt.event != kept.event or reply.status != "duplicate":
                check_receipt(receipt, entry=kept.entry_hash, election=receipt.election)
            outbox.mark(kept.entry_hash, "sent", position=receipt.position, statement=reply.statement)
    except Refused as error:
        report.differs.append(f"{kept.event[:16]}: the gateway's answer does not count: {error.sentence}")
        return
    report.replies.append(reply)


def _learn(outbox: Outbox, *, submitter: Submitter, report: SyncReport, at: str) -> None:
    """Take in what is new, after comparing the last entry learned before (design D7)."""
    end = outbox.learned_end()
    if end:
        shown = submitter.read(start=end - 1, limit=1)
        if not shown or shown[0].entry != outbox.learned_at(end - 1):
            raise Contradicted(
                "log-changed", f"Position {end - 1} of the log is not what this device read there before."
            )
    report.withheld = ""
    while records := _next(outbox.learned_end(), submitter=submitter, report=report):
        outbox.learn(records, at=at)
        report.learned += len(records)
    outbox.learn((), at=at)


def _next(start: int, *, submitter: Submitter, report: SyncReport) -> Sequence[Record]:
    """What is to be learned next; nothing, and why, where it is withheld: a device learns the log in its order."""
    try:
        return submitter.read(start=start, limit=_READ)
    except Withheld as error:
        first = error.leaves[0][0]
        if first > start:
            return submitter.read(start=start, limit=first - start)
        report.withheld = error.sentence
        return ()


def _compare(outbox: Outbox, *, report: SyncReport) -> None:
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
                report.differs.append(
                    f"{item.event[:16]}: the log does not hold these bytes at position {item.position}."
                )
    for record in outbox.learned():
        _note_stripped(record, own=own, signers=signers, report=report)


def _note_stripped(record: Record, *, own: set[str], signers: dict[str, set[str]], report: SyncReport) -> None:
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
            f"{event[:16]}: position {record.position} holds it with {len(missing)} signature(s) less than this device has."
        )


def _keys(entry: bytes) -> set[str]:
    return {signature.keyid for signature in parse_envelope(entry).signatures}
