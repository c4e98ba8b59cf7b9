"""The findings about an entry that is no event, about a position that names its content instead, and about what was not judged.

What has bytes is one finding, however often the same bytes are written; a null or empty record and a missing position have
nothing but their position, so each of them is a finding of its own.
"""

from __future__ import annotations

from custody.core.entries.admission import Checked
from custody.core.entries.unrepresentable import Unrepresentable
from custody.core.state.finding_store import Draft
from custody.core.state.topics import unjudgeable_topic
from custody.core.wording.messages import Message, message


def no_event(checked: Checked) -> Draft:
    """The finding about bytes that are no event."""
    # rules.md 3
    position = checked.position
    if checked.instead is not None:
        return no_entry(checked.instead, position=position, entry=checked.entry)
    sentence = message("entry.malformed", position=position, entries=position + 1, fault=str(checked.fault))
    return Draft(code="malformed", subject=checked.entry, evidence=(checked.entry,), sentence=sentence)


def unjudgeable(checked: Checked) -> Draft:
    """The finding about an entry on which judging failed."""
    # rules.md 3
    sentence = message("entry.unjudgeable", position=checked.position, entries=checked.position + 1)
    return Draft(
        code="unjudgeable",
        subject=checked.entry,
        evidence=(checked.entry,),
        sentence=sentence,
        topic=unjudgeable_topic(checked.event_id or checked.entry),
    )


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
