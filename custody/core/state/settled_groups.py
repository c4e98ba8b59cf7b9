"""Groups that were settled as a whole: what settled them, and what comes to them or leaves them afterwards.

The theory. What an act settles by its topic is settled for every member of the group, whichever speaks for it: one finding stays
in the history, all members counted. It keeps them, so that a dispute which takes that act out opens the group as it was; what
comes later and is settled by the same act joins it. So the history names the same finding in every order of arrival.

Not here: members that are settled one by one (finding_grouping), and which act settles what (the judges, seal_sightings).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from custody.core.state import finding_grouping
from custody.core.state.finding import Finding, Raised
from custody.core.state.finding_groups import Done
from custody.core.state.finding_index import KEPT
from custody.core.state.finding_rows import FindingRows


def settle(rows: FindingRows, topic: str, *, by: str) -> None:
    """All that speak on a topic are settled by an event."""
    head = rows.spoken_for(topic)
    if head is None:
        return
    rows.release(head)
    listed, members = rows.listings.all(topic), rows.groups.all(topic)
    rows.listings.clear(topic)
    rows.take_out(rows.groups.heads.pop(topic))
    for member in members:
        rows.groups.remove(member.id)
    name = f"{topic} {by}"
    done = rows.groups.done.setdefault(name, Done(by))
    done.listed = (*done.listed, *listed)
    _put(rows, name, members=members)
    _rename(rows, (*(member.by for member in members), *(entry.told[2] for entry in listed)), names=(topic, name))


def is_whole(rows: FindingRows, identity: str) -> bool:
    """Whether the finding with this id, or of this member, was settled with its whole group."""
    return rows.groups.closed.get(identity, "") in rows.groups.done


def reopen(rows: FindingRows, identity: str) -> None:
    """What settled the group of this finding is gone: it is open as it was, with whatever is open on its topic by now."""
    name = rows.groups.closed[identity]
    _sync(rows, name)
    done = rows.groups.done.pop(name)
    members = [done.rows[identity] for _, _, identity in done.order]
    rows.take_out(rows.groups.heads.pop(name))
    topic = members[0].draft.topic
    for member in members:
        del rows.groups.closed[member.id]
        rows.groups.put(member)
    for entry in done.listed:
        rows.listings.add(topic, entry=entry)
    _rename(rows, (*(member.by for member in members), *(entry.told[2] for entry in done.listed)), names=(name, topic))
    finding_grouping.speak(rows, topic)


def add(rows: FindingRows, raised: Raised, *, to: str) -> None:
    """One more in a group that was settled, named by one of its findings, because what settled that settles it too."""
    name = rows.groups.closed[to]
    finding_grouping.quit_group(rows, raised.id)
    join(rows, raised, name=name)


def join(rows: FindingRows, raised: Raised, *, name: str) -> None:
    """One more, in no group now, in the one with this name; where that is open again, or gone, on its topic."""
    done = rows.groups.done.get(name)
    if done is None:
        finding_grouping.join(rows, raised)
        return
    rows.under.keep(raised.by, name, act=raised.act)
    _put(rows, name, members=(raised,))


def leave(rows: FindingRows, act: str) -> tuple[tuple[str, Raised], ...]:
    """What an act that a dispute takes out had brought to a settled group is there no more; each with the group's name."""
    name = rows.under.of(act, act=act)
    done = rows.groups.done.get(name)
    if done is None:
        return ()
    _sync(rows, name)
    gone = tuple(done.rows[identity] for _, _, identity in done.order if done.rows[identity].act == act)
    if not gone:
        return ()
    for member in gone:
        del rows.groups.closed[member.id]
        done.remove(member.id)
    rows.under.rename(act, before=name, after="")
    if done.rows:
        _put(rows, name)
    else:
        rows.take_out(rows.groups.heads.pop(name))
        del rows.groups.done[name]
    return tuple((name, member) for member in gone)


def about(rows: FindingRows, finding: Finding, *, subject: str) -> bool:
    """Whether a settled finding is about this subject, itself or by another one of its group."""
    done = rows.groups.done.get(rows.groups.closed.get(finding.id, ""))
    return finding.subject == subject or (done is not None and subject in done.subjects)


def _put(rows: FindingRows, name: str, *, members: Sequence[Raised] = ()) -> None:
    """The finding that tells of a settled group, as it is now, with these as new members."""
    _sync(rows, name)
    done = rows.groups.done[name]
    for member in members:
        done.put(member)
    rows.groups.closed.update(dict.fromkeys((member.id for member in members), name))
    head, *others = done.first()
    before = rows.groups.heads.get(name)
    if before is not None and before != head.id:
        rows.take_out(before)
    rows.groups.heads[name] = head.id
    also = (*(member.entry.told for member in others), *(entry.told for entry in done.listed[:KEPT]))[:KEPT]
    finding = replace(head.finding(), status="settled", settled_by=done.by, is_grouped=False, related=also)
    count, units = len(done.rows) + len(done.listed), finding_grouping.units_of(head, others=others)
    rows.put(replace(finding, count=count, lifted=done.gravest_besides(head), units=units))


def _sync(rows: FindingRows, name: str) -> None:
    """The member that speaks keeps what was decided about the finding since."""
    finding, done = rows.named(name), rows.groups.done[name]
    known = None if finding is None else done.rows.get(finding.id)
    if finding is not None and known is not None and known.decisions != finding.decisions:
        done.put(replace(known, decisions=finding.decisions))


def _rename(rows: FindingRows, events: Sequence[str], *, names: tuple[str, str]) -> None:
    for event in events:
        rows.under.rename(event, before=names[0], after=names[1])
