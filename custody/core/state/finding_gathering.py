"""Findings gathered under the first of a series: acts made in one go (``fold.made_in_one_go``) are listed together.

Not here: which events were made in one go, and how groups go on (finding_grouping).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from custody.core.state import finding_grouping
from custody.core.state.finding import UNSETTLED, Finding, Raised
from custody.core.state.finding_draft import Draft
from custody.core.state.finding_index import Entry
from custody.core.state.finding_rows import FindingRows

_TAKEN_ALONG_MAX: Final = 128
"""A finding with more than this under it stays where it is: one more entry costs no more than those before it."""


def join(rows: FindingRows, event: str, *, under: str) -> bool:
    """What tells of an event hangs under what tells of one that came later, ``under``; whether anything moved."""
    name = rows.under.of(under, act=under)
    over = rows.named(name)
    if over is None or over.status not in UNSETTLED or rows.under.of(event, act=event) == name:
        return False
    listed = _taken_along(rows, event)
    for entry in listed:
        _put_under(rows, name, entry=entry)
    return bool(listed)


def _put_under(rows: FindingRows, name: str, *, entry: Entry) -> None:
    """What was taken along is a member where it comes to its own cause, and listed where it comes to another one's."""
    rows.under.put(entry.told[2], name, act=entry.told[2])
    member, finding = rows.member(entry), rows.named(name)
    if member is not None and member.draft.topic == name:
        finding_grouping.join(rows, member)
    elif finding is not None:
        finding_grouping.list_under(rows, finding, entry=entry)


def regroup(rows: FindingRows, event: str, *, anew: Callable[[Draft], Draft]) -> None:
    """What groups count of an event belongs to others by now, where it has another topic."""
    for raised in rows.groups.of(event):
        draft = anew(raised.draft)
        if draft.topic != raised.draft.topic:
            finding_grouping.join(rows, replace(raised, draft=draft))


def _taken_along(rows: FindingRows, event: str) -> tuple[Entry, ...]:
    """What an open finding says of an event, and what hangs under that finding alone, taken out of it."""
    finding = rows.named(rows.under.of(event, act=event))
    if finding is None or finding.status != "open" or finding.decisions:
        return ()
    name = rows.name(finding)
    members = [raised for raised in rows.groups.of(event) if raised.act == event]
    if not members:
        # What has a topic of its own stays on it, whatever was made before it in one go.
        is_own = finding.raised_by == event and finding.id in rows.by_act.get(event, ())
        return () if is_own else _unlisted(rows, finding, event=event)
    is_last = rows.groups.count(name) == len(members)
    hanging = rows.listings.all(name) if is_last else ()
    if len(hanging) > _TAKEN_ALONG_MAX:
        return ()
    gone = [finding_grouping.quit_group(rows, raised.id) for raised in members]
    for raised in gone:
        rows.part(raised)
    return (*(raised.entry for raised in gone), *hanging)


def _unlisted(rows: FindingRows, finding: Finding, *, event: str) -> tuple[Entry, ...]:
    taken = rows.listings.take(rows.name(finding), event=event)
    finding_grouping.relist_under(rows, finding, step=-len(taken))
    return taken


def set_free(rows: FindingRows, name: str, *, of: str) -> tuple[str, ...]:
    """What a finding that goes out with an event lists of others stands in groups of its own causes; the events of that."""
    finding = rows.named(name)
    if finding is None or finding.status not in UNSETTLED:
        return ()
    held = [(entry, rows.member(entry)) for entry in rows.listings.all(name)]
    free = [(entry.told[2], member) for entry, member in held if member is not None and entry.told[2] != of]
    for event, member in free:
        taken = rows.listings.take(name, event=event, code=member.draft.code)
        finding = finding_grouping.relist_under(rows, finding, step=-len(taken))
        rows.under.rename(event, before=name, after="")
    for member in _causes_first(member for _, member in free):
        over = _cause(rows, member, but=name)
        if over is None:
            finding_grouping.join(rows, member)
        else:
            rows.under.put(member.by, rows.name(over), act=member.act)
            finding_grouping.list_under(rows, over, entry=member.entry)
    return tuple(dict.fromkeys(event for event, _ in free))


def _cause(rows: FindingRows, member: Raised, *, but: str) -> Finding | None:
    """The open finding, but one, of an event that is the cause of a member; None where that is in the member's own group."""
    is_judged = bool(member.act)
    names = (name for cause in member.draft.causes for name in rows.under.names(cause, judged=is_judged))
    found = (rows.named(name) for name in names if name != but)
    over = next((row for row in found if row is not None and row.status in UNSETTLED), None)
    return None if over is None or rows.name(over) == member.draft.topic else over


def _causes_first(members: Iterable[Raised]) -> Iterator[Raised]:
    """Members, each after those of the events that are its causes."""
    left: dict[str, list[Raised]] = {}
    for member in members:
        left.setdefault(member.by, []).append(member)
    while left:
        event, path = next(iter(left)), dict[str, list[Raised]]()
        while event not in path:
            path[event] = left.pop(event)
            causes = (name for member in path[event] for name in member.draft.causes)
            event = next((name for name in causes if name in left), event)
        for row in reversed(path.values()):
            yield from row
