"""The finding about a position that holds no entry, and names its content instead.

What has bytes is one finding, however often the same bytes are written; a null or empty record and a missing position have
nothing but their position, so each of them is a finding of its own.
"""

from __future__ import annotations

from custody.core.entries.unrepresentable import Unrepresentable
from custody.core.state.finding_store import Draft
from custody.core.wording.messages import Message, message


def no_entry(instead: Unrepresentable, *, position: int, entry: str) -> Draft:
    """The finding ``unrepresentable``; ``entry`` is the hash of the leaf bytes that stand for the record."""
    # rules.md 3
    subject = entry if instead.has_bytes else f"position/{position}"
    sentence = _told(instead, position=position)
    return Draft(code="unrepresentable", subject=subject, evidence=(entry,), sentence=sentence)


def _told(instead: Unrepresentable, *, position: int) -> Message:
    entries = position + 1
    if instead.kind == "null":
        return message("entry.null", position=position, entries=entries)
    if instead.kind == "missing":
        return message("entry.missing", position=position, entries=entries)
    if instead.kind == "imitation":
        return message("entry.imitation", position=position, entries=entries)
    return message("entry.length", position=position, entries=entries, length=instead.body_bytes or 0)
