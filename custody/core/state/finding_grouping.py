"""Groups as findings: disagreements of the same persons, at the same place, for the same cause are one finding, with a count.

    join    a member comes       the finding counts it; where its id comes first, it speaks for the group from now on
    end     a member is settled  it stays in the history if it spoke for the group; then the next one does, and counts the others
    quit    a member is gone     taken out with a dispute, or of another group by now
    single  officers choose one  it is a finding of its own, and the group goes on without it
    close   officers adjudicate  what is in the group by then is done with; what comes later is another finding

So the finding that is open, its count and what it lists follow from the members, not from their order of arrival. Only what
officers said of it keeps a finding in its place: the one that they acknowledged speaks on, whatever comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from custody.core.state.finding import Finding, Narrowed, Over, Raised
from custody.core.state.finding_index import KEPT, Entry
from custody.core.state.finding_rows import FindingRows

_NONE: Final = ""


def join(rows: FindingRows, raised: Raised) -> Finding:
    """One more in a group, or the same one in newer words; returns the finding that tells of it."""
    topic, known = raised.draft.topic, rows.groups.get(raised.id)
    closed = rows.named(rows.under.of(raised.by, act=raised.act))
    if known is None and (finding := rows.get(raised.id)) is not None:
        return finding
    if known is None and closed is not None and closed.status == "adjudicated" and _lists(rows, closed, raised=raised):
        return closed
    done = rows.named(rows.groups.closed.get(raised.id, _NONE))
    if known is None and done is not None and done.status == "settled":
        return done
    if known is not None and known.draft.topic != topic:
        return _move(rows, raised, known=known)
    rows.under.keep(raised.by, topic, act=raised.act)
    rows.groups.put(raised)
    return speak(rows, topic, decided=raised.id if raised.decisions else _NONE)


def _move(rows: FindingRows, raised: Raised, *, known: Raised) -> Finding:
    """A member belongs to another group by now, and takes along what is listed of its event."""
    listed = rows.listings.take(known.draft.topic, event=known.by)
    quit_group(rows, known.id)
    for entry in listed:
        rows.listings.add(raised.draft.topic, entry=entry)
    return join(rows, replace(raised, position=known.position, decisions=known.decisions))


def quit_group(rows: FindingRows, identity: str) -> Raised:
    """A member is gone without having been settled."""
    raised = rows.groups.remove(identity)
    topic = raised.draft.topic
    rows.under.rename(raised.by, before=topic, after=_NONE)
    if rows.groups.heads.get(topic) == identity:
        if not rows.groups.count(topic):
            rows.remove(identity)
            # It may come to speak for another group, and nothing that this one says later is about it.
            del rows.groups.heads[topic]
            rows.listings.clear(topic)
            return raised
        rows.take_out(identity)
    speak(rows, topic)
    return raised


def end(rows: FindingRows, identity: str, *, by: str) -> Raised:
    """A member is settled: alone, while the group goes on."""
    raised = rows.groups.remove(identity)
    topic = raised.draft.topic
    is_head, is_last = rows.groups.heads.get(topic) == identity, not rows.groups.count(topic)
    rows.under.rename(raised.by, before=topic, after=identity)
    if is_head:
        finding = rows.get(identity) if is_last else raised.finding()
        if finding is not None:
            rows.put(replace(finding, status="settled", settled_by=by))
    if is_last:
        rows.released.update(dict.fromkeys(rows.listings.events(topic)))
        rows.listings.clear(topic)
    else:
        rows.listings.take(topic, event=raised.by)
        speak(rows, topic)
    return raised


def single_out(rows: FindingRows, identity: str) -> Finding | None:
    """Officers decide about one of several: it is a finding of its own from now on, and the others go on without it."""
    raised = rows.groups.get(identity)
    if raised is None or rows.groups.count(raised.draft.topic) == 1:
        return rows.get(identity)
    topic = raised.draft.topic
    rows.groups.remove(identity)
    for entry in rows.listings.take(topic, event=raised.by):
        rows.listings.add(identity, entry=entry)
    rows.under.put(raised.by, identity, act=raised.act)
    if raised.act:
        rows.by_act.setdefault(raised.act, []).append(identity)
    count, also = 1 + rows.listings.count(identity), rows.listings.told(identity)
    finding = rows.put(replace(raised.finding(), is_grouped=False, count=count, related=also))
    speak(rows, topic)
    return finding


def close(rows: FindingRows, finding: Finding) -> None:
    """Officers have adjudicated: the members by then are listed under the finding for good, and the group is empty."""
    topic = finding.topic
    for member in rows.groups.all(topic):
        rows.groups.remove(member.id)
        rows.under.put(member.by, finding.id, act=member.act)
        rows.groups.closed[member.id] = finding.id
        if member.id != finding.id:
            rows.listings.add(finding.id, entry=member.entry)
        elif member.act:
            rows.by_act.setdefault(member.act, []).append(finding.id)
    for entry in rows.listings.all(topic):
        rows.listings.add(finding.id, entry=entry)
        rows.under.rename(entry.told[2], before=topic, after=finding.id)
    rows.listings.clear(topic)
    rows.groups.heads.pop(topic, None)


def list_under(rows: FindingRows, finding: Finding, *, entry: Entry) -> Finding:
    """List another disagreement with the same cause under a finding; each event once for each code."""
    is_news = rows.listings.add(rows.name(finding), entry=entry)
    return relist_under(rows, finding, step=1) if is_news else finding


def relist_under(rows: FindingRows, finding: Finding, *, step: int) -> Finding:
    """Count so many more under a finding, and tell the first of them."""
    name = rows.name(finding)
    grouped = relist(rows, name)
    if grouped is not None:
        return grouped
    is_told = step > 0 and len(finding.related) == KEPT
    also = finding.related if is_told else rows.listings.told(name)
    lifted = rows.listings.gravest(name)
    return rows.put(replace(finding, related=also, count=finding.count + step, lifted=lifted))


def unlist_all(rows: FindingRows, event: str) -> tuple[tuple[str, Entry], ...]:
    """Take out what an event has listed anywhere: under which finding or group, and what that was."""
    listed: list[tuple[str, Entry]] = []
    for name in rows.listings.of(event):
        finding = rows.named(name)
        if finding is not None:
            taken = rows.listings.take(name, event=event)
            listed += [(name, entry) for entry in taken]
            relist_under(rows, finding, step=-len(taken))
    return tuple(listed)


def relist(rows: FindingRows, topic: str) -> Finding | None:
    """What is listed under a group has changed."""
    return speak(rows, topic) if rows.groups.count(topic) else None


def say_anew(rows: FindingRows, finding: Finding) -> None:
    """The finding that speaks for a group was said in newer words, or decided about: so is its member."""
    raised = rows.groups.get(finding.id)
    if raised is not None:
        is_narrowed = raised.narrowed is not None and raised.narrowed.sentence == finding.sentence
        draft = raised.draft if is_narrowed else replace(raised.draft, sentence=finding.sentence)
        rows.groups.update(
            replace(raised, draft=draft, severity=finding.grade, decisions=finding.decisions),
        )


def narrow(rows: FindingRows, identity: str, *, narrowed: Narrowed) -> None:
    """What is known of what a finding is about, as it stands now; what lists it keeps the sentence that it was raised with."""
    finding, raised = rows.get(identity), rows.groups.get(identity)
    done = rows.groups.done.get(rows.groups.closed.get(identity, _NONE))
    if raised is not None:
        rows.groups.update(replace(raised, narrowed=narrowed))
    elif done is not None:
        done.put(replace(done.rows[identity], narrowed=narrowed))
    if finding is not None:
        rows.put(narrowed.of(finding))


def speak(rows: FindingRows, topic: str, *, decided: str = _NONE) -> Finding:
    """The finding that tells of a group, as it is now."""
    first = rows.groups.first(topic)
    before = rows.groups.get(rows.groups.heads.get(topic, _NONE))
    kept = before if before is not None and before.decisions else rows.groups.get(decided)
    head = kept or first[0]
    others = [member for member in first if member.id != head.id][:KEPT]
    # rules.md 112
    if before is not None and before.id != head.id:
        rows.take_out(before.id)
    rows.groups.heads[topic] = head.id
    also = tuple(member.told for member in others)
    if len(also) < KEPT:
        also = (*also, *rows.listings.told(topic))[:KEPT]
    count = rows.groups.count(topic) + rows.listings.count(topic)
    lifted = rows.listings.gravest(topic)
    finding = head.finding(Over(in_all=count, units=units_of(head, others=others), related=also, lifted=lifted))
    return finding if rows.get(head.id) == finding else rows.put(finding)


def units_of(head: Raised, *, others: Sequence[Raised]) -> tuple[str, ...]:
    """The units that it is about; of those of the others, the first."""
    units = tuple(dict.fromkeys([*head.draft.units, *[unit for member in others for unit in member.draft.units]]))
    return units[: max(KEPT, len(head.draft.units))]


def _lists(rows: FindingRows, finding: Finding, *, raised: Raised) -> bool:
    return raised.draft.code in rows.listings.codes(rows.name(finding), event=raised.by)
