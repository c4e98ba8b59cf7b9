"""The knowledge of one device: the log as far as it has learned it, and the acts made or received here after that.

The same fold as everywhere, over more than the log. Drafts of this device are taken as if everybody listed had signed:
whoever made them expects the awaited signatures, and what is made next here follows them. It is knowledge for drafting and
showing, never for judging: only the log decides.

An act whose predecessors the device does not know waits in this fold too; ``follows`` then names it as the act that the
next one on the unit comes after, because the people at this device saw it happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from custody.core.entries.admission import Checked, check_entry
from custody.core.ledger import Ledger
from custody.core.state.state import State
from schemas.identifiers import epoch_seconds
from schemas.transfer import HandoverOffered

_MOVES_NOTHING: Final = ("HandoverOffered", "HandoverWithdrawn")


@dataclass(frozen=True, slots=True)
class LocalEvent:
    """A signed event that may not be on the log yet; ``is_own``: made or cosigned on this device."""

    entry: bytes
    is_own: bool


@dataclass(slots=True)
class Knowledge:
    """A ledger over log and drafts, and what drafting needs beside it."""

    ledger: Ledger
    follows: dict[str, str] = field(default_factory=dict)
    """unit -> act that waits here and is the newest known on it"""
    chains: dict[str, tuple[int, str]] = field(default_factory=dict)
    """device key -> (highest number, event id) in the chain of that device"""
    offers: dict[str, HandoverOffered] = field(default_factory=dict)
    """event id -> every offer known, good or not"""
    newest: str = ""
    """the newest claimed time known, "" where nothing is"""
    recorded: int = 0
    """entries of the log that are in it"""

    @property
    def state(self) -> State:
        """The state of the fold."""
        return self.ledger.state


def know(log: Iterable[bytes], *, drafts: Iterable[LocalEvent]) -> Knowledge:
    """Fold what a device knows; entries in the order of the log, drafts in the order in which they came."""
    knowledge = Knowledge(Ledger.silent())
    position = 0
    for entry in log:
        _take(knowledge, check_entry(entry, position=position, keys=knowledge.ledger.public_key))
        position += 1
    knowledge.recorded = position
    own: list[str] = []
    for draft in drafts:
        checked = check_entry(draft.entry, position=position, keys=knowledge.ledger.public_key)
        if draft.is_own and checked.event is not None:
            checked = replace(checked, valid=tuple(signer.key for signer in checked.event.signers))
        _take(knowledge, checked)
        own.append(checked.event_id or "")
        position += 1
    _note_waiting(knowledge, events=own)
    return knowledge


def _take(knowledge: Knowledge, checked: Checked) -> None:
    knowledge.ledger.apply(checked)
    event = checked.event
    if event is None:
        return
    if not knowledge.newest or epoch_seconds(event.at) > epoch_seconds(knowledge.newest):
        knowledge.newest = event.at
    if isinstance(event, HandoverOffered):
        knowledge.offers[checked.event_id or ""] = event
    mark = event.device
    record = knowledge.state.records.get(checked.event_id or "")
    is_made = record is not None and knowledge.state.is_made_on_device(record)
    if mark is not None and is_made and mark.number > knowledge.chains.get(mark.key, (0, ""))[0]:
        knowledge.chains[mark.key] = (mark.number, checked.event_id or "")


def _note_waiting(knowledge: Knowledge, *, events: Iterable[str]) -> None:
    for name in events:
        record = knowledge.state.records.get(name)
        if record is None or record.status != "waiting" or record.kind != "act" or record.type in _MOVES_NOTHING:
            continue
        if getattr(record.event, "result", "accepted") != "refused":
            knowledge.follows.update(dict.fromkeys((unit for unit, _ in record.refs), name))
