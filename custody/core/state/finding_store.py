"""Findings: what disagrees with what, and how each one lives: open, acknowledged, settled, adjudicated.

One cause, one finding: a second disagreement on the same topic is listed under the first (`also`), or, where the same persons
do the same again, counted with it in a group (finding_grouping). Nothing disappears from the history; a finding that an act
raised is withdrawn from the current state only while that act is suspended by a dispute, so that the state does not depend on
the order of arrival. Finding ids follow domain.md §6 and are independent of position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Literal

from custody.core.state import finding_gathering, finding_grouping, settled_groups
from custody.core.state.earlier_sentences import Retold
from custody.core.state.finding import UNSETTLED, Finding, Narrowed, Raised, Resaid, Status, Withdrawn
from custody.core.state.finding_draft import Draft, apart, finding_id
from custody.core.state.finding_index import KEPT
from custody.core.state.finding_reader import FindingReader
from custody.core.state.finding_rows import FindingRows
from custody.core.state.same_figures import SameFigures
from custody.core.wording.messages import Message
from schemas.rules import Severity

__all__ = ["KEPT", "Draft", "Finding", "FindingStore", "Status", "Withdrawn", "finding_id"]


class FindingStore(FindingReader):
    """All findings of the current state, by id; what concerns an entry is found without a look at all of them."""

    __slots__ = ("_ended", "_figures", "_kept", "_retold", "_rows")

    def __init__(self) -> None:
        self._rows = FindingRows()
        self._figures = SameFigures()
        self._retold = Retold()
        self._ended: dict[str, list[Raised]] = {}
        """event -> what it settled in groups and a dispute brings back"""
        self._kept: dict[str, None] = {}
        """findings of entries that were declared in error: settled as long as that is so, whatever becomes of the declaration"""

    def raise_(self, draft: Draft, *, position: int, by: str, severity: Severity, act: str = "") -> Finding:
        """Open a finding, or list the draft under the unsettled finding with the same cause.

        ``act`` is the event whose being in force it depends on, empty where it stands in any case.
        """
        raised = Raised.of(draft, position=position, by=by, severity=severity, act=act)
        known = self._rows.get(raised.id)
        if known is not None and known.topic != draft.topic and not draft.is_grouped:
            # rules.md 148
            draft = apart(draft)
            raised = Raised.of(draft, position=position, by=by, severity=severity, act=act)
            known = self._rows.get(raised.id)
        if known is not None and not draft.is_grouped:
            return known
        first = self._cause(draft, by=by, act=act)
        if first is not None and self._rows.name(first) != (draft.topic if draft.is_grouped else None):
            self._rows.under.put(by, self._rows.name(first), act=act)
            self._rows.part(raised)
            return finding_grouping.list_under(self._rows, first, entry=raised.entry)
        self._retold.forget(raised.id)
        if draft.is_grouped:
            return finding_grouping.join(self._rows, raised)
        self._rows.under.keep(by, raised.id, act=act)
        self._rows.listings.clear(raised.id)
        finding = raised.finding()
        self._note(finding, act=act)
        return self._rows.put(finding)

    def _cause(self, draft: Draft, *, by: str, act: str) -> Finding | None:
        found = self.unsettled(draft.topic) if draft.topic and not draft.is_grouped else None
        if found is not None:
            return found
        if draft.off is not None:
            return self._figures.find(self._rows, draft, by=by)
        rows = (self._rows.over(cause, judged=bool(act)) for cause in draft.causes)
        return next((row for row in rows if row is not None and row.status in UNSETTLED), None)

    def _note(self, finding: Finding, *, act: str) -> None:
        self._figures.note(finding)
        if act and finding.id not in self._rows.by_act.setdefault(act, []):
            self._rows.by_act[act].append(finding.id)

    def amend(self, identity: str, *, sentence: Message, by: str, severity: Severity | None = None) -> None:
        """Say the same finding in a newer sentence (figures grew), with a severity that grew."""
        finding = self._known(identity)
        changed = replace(finding, sentence=sentence, grade=severity or finding.grade)
        if changed != finding:
            self._retold.note(finding, by=by)
            self._put(changed)

    def _put(self, finding: Finding) -> None:
        finding_grouping.say_anew(self._rows, self._rows.put(finding))

    def restate(self, identity: str, *, sentence: Message, minutes: int, by: str | None) -> None:
        """Say a finding as what stands now has it; nobody said it so, and nothing has to be taken back.

        ``by`` is the report that says so, which is among the evidence as long as it does; the id stays.
        """
        finding_grouping.narrow(self._rows, identity, narrowed=Narrowed(sentence=sentence, minutes=minutes, by=by))

    def retell(self, identity: str, *, sentence: Message, evidence: tuple[str, ...], units: tuple[str, ...]) -> None:
        """Say a finding as what stands now has it, and name what joined its evidence and its units; the id stays."""
        finding = self._known(identity)
        changed = replace(finding, sentence=sentence, evidence=tuple(sorted(evidence)), units=units)
        if changed != finding:
            self._put(changed)

    def recount(self, identity: str, *, count: int, sentence: Message) -> None:
        """The same finding stands for more or fewer disagreements than before, and names the same events."""
        finding = self._known(identity)
        own = count + self._rows.listings.count(identity)
        if (finding.count, finding.sentence) != (own, sentence):
            self._put(replace(finding, count=own, sentence=sentence))

    def settle(self, identity: str, *, by: str) -> None:
        """A later event supplied what would settle the finding."""
        finding = self._known(identity)
        if finding.status not in UNSETTLED:
            return
        if finding.is_grouped:
            finding_grouping.end(self._rows, identity, by=by)
        else:
            self._rows.release(finding)
            self._put(replace(finding, status="settled", settled_by=by))

    def end(self, event: str, *, folder: str, code: str, by: str) -> None:
        """This is not so any more of an event, whatever is still so of others in its group; and nobody lists it."""
        for raised in self._members(event, folder=folder, code=code):
            finding_grouping.end(self._rows, raised.id, by=by)

    def end_alone(self, event: str, *, folder: str, code: str, by: str) -> None:
        """The same, where a dispute that takes ``by`` out brings it back."""
        self._end_all(self._members(event, folder=folder, code=code), by=by)

    def unlist(self, event: str, *, code: str) -> None:
        """Groups list this of an event no more: it is not so."""
        for name, finding in self._listing(event):
            if self._rows.groups.count(name) and code in self._rows.listings.codes(name, event=event):
                taken = self._rows.listings.take(name, event=event, code=code)
                finding_grouping.relist_under(self._rows, finding, step=-len(taken))

    def settle_topic(self, topic: str, *, by: str) -> None:
        """Settle every unsettled finding on a topic."""
        settled_groups.settle(self._rows, topic, by=by)
        for identity in self._rows.index.unsettled(topic):
            self.settle(identity, by=by)

    def settle_first(self, topic: str, *, by: str) -> None:
        """Settle them by the first of several events that do so, also where another one was recorded before it."""
        known = self._rows.index.on_topic(topic)
        if known:
            self.settle_topic(topic, by=by)
        for identity in known:
            finding = self._known(identity)
            if finding.status == "settled" and finding.settled_by != by and identity not in self._kept:
                self._put(replace(finding, settled_by=by))

    def tell_again(self, topic: str) -> None:
        """What depends on more than the findings on a topic themselves changed: they are told once more."""
        for identity in self._rows.index.on_topic(topic):
            self._put(self._known(identity))

    def settle_along(self, identity: str, *, along: Finding, by: str) -> None:
        """What was just raised is settled already, by what settled another finding on its topic."""
        raised = self._rows.groups.get(identity)
        if raised is not None and settled_groups.is_whole(self._rows, along.id):
            settled_groups.add(self._rows, raised, to=along.id)
        elif raised is not None:
            finding_grouping.end(self._rows, identity, by=by)

    def settle_of(self, act: str, *, by: str) -> None:
        """Settle every unsettled finding that an event raised."""
        for identity in self._rows.by_act.get(act, ()):
            if self._rows.get(identity) is not None:
                self.settle(identity, by=by)
        own = [raised for raised in self._rows.groups.of(act) if raised.act == act]
        self._end_all(own, by=by)

    def _end_all(self, members: Iterable[Raised], *, by: str) -> None:
        """Settle these, each in its group; a dispute that takes ``by`` out brings them back."""
        for raised in members:
            if self._rows.groups.get(raised.id) is not None:
                self._ended.setdefault(by, []).append(finding_grouping.end(self._rows, raised.id, by=by))

    def settle_dated(self, event: str, *, by: str, code: str = "") -> None:
        """Settle what rests on the time that an event claims, all or of one code; what lists others stands for them."""
        for raised in self._rows.groups.of(event):
            if raised.draft.dated and code in ("", raised.draft.code):
                finding_grouping.end(self._rows, raised.id, by=by)
        for identity in self._rows.index.raised_by(event):
            finding = self._known(identity)
            if finding.dated and code in ("", finding.code) and not self._rows.listings.count(identity):
                self.settle(identity, by=by)

    def keep(self, findings: Iterable[Finding], *, settled_by: str) -> None:
        """Findings of an event that was declared in error: they stay, settled by the declaration."""
        for finding in findings:
            decided = finding.status == "adjudicated"
            self._kept[finding.id] = None
            alone = replace(finding, is_grouped=False)
            self._put(alone if decided else replace(alone, status="settled", settled_by=settled_by))

    def drop(self, identities: Iterable[str]) -> None:
        """Take out findings of an event that was declared in error and is in force again, which raises them anew."""
        for identity in identities:
            self._kept.pop(identity, None)
            self._rows.remove(identity)

    def delist(self, topic: str, *, by: str) -> None:
        """Take out what an event had listed under the findings of a topic, or brought to its group."""
        for raised in self._rows.groups.of(by):
            if raised.draft.topic == topic:
                finding_grouping.quit_group(self._rows, raised.id)
        for name, finding in self._listing(by):
            if finding.topic == topic:
                taken = self._rows.listings.take(name, event=by)
                finding_grouping.relist_under(self._rows, finding, step=-len(taken))

    def reopen(self, topic: str, *, settled_by: str) -> None:
        """Open again what an event had settled: what it supplied is suspended by a dispute."""
        for identity in self._rows.index.settled_by(settled_by):
            if self._known(identity).topic == topic:
                self._reopen(identity)

    def _reopen(self, identity: str) -> None:
        if settled_groups.is_whole(self._rows, identity):
            settled_groups.reopen(self._rows, identity)
            return
        finding = self._known(identity)
        self._put(replace(finding, status=finding.unsettled, settled_by=finding.decided_by))

    def decide(self, identity: str, *, status: Literal["acknowledged", "adjudicated"], by: str) -> None:
        """Acknowledge or adjudicate a finding; a later adjudication supersedes an earlier one.

        What is decided about a settled finding is kept: it holds if what settled it is taken back.
        """
        finding = self._known(identity)
        decided = replace(finding, decisions=finding.decisions.plus(by, status=status))
        if finding.is_grouped and finding.status in UNSETTLED and status == "adjudicated":
            finding_grouping.close(self._rows, finding)
        # rules.md 105
        if finding.status == "settled":
            self._put(decided)
        else:
            self._put(replace(decided, status=decided.unsettled, settled_by=decided.decided_by))

    def released(self) -> tuple[str, ...]:
        """Events that no unsettled finding lists any more, since the last call."""
        events = tuple(self._rows.released)
        self._rows.released.clear()
        return events

    def single_out(self, finding: Finding, *, act: str) -> Finding:
        """The finding about an event alone where it is one of several that stand together; else the same finding."""
        own = (row for row in self._rows.groups.of(act) if row.draft.topic == finding.topic)
        identity = next((row.id for row in own if row.draft.code == finding.code), None)
        alone = None if identity is None else finding_grouping.single_out(self._rows, identity)
        return alone or finding

    def keep_decided(self, identity: str, *, act: str) -> None:
        """What officers decided about an act stays told, whatever takes the act out of force later."""
        row = self._rows.by_act.get(act, [])
        if identity in row:
            row.remove(identity)

    def take_between(self, folder: str, *, first: str, last: str) -> Iterator[Finding]:
        """An unsettled finding on each topic that is ``folder``, a slash and a part in between, each once while it stays so."""
        for topic in self._rows.index.take_between(folder, first=first, last=last):
            finding = self.unsettled(topic)
            if finding is not None:
                yield finding

    def take_at(self, station: str, *, code: str) -> tuple[Finding, ...]:
        """Unsettled findings of a code at a station, in order of raising, each once as long as it stays so."""
        return tuple(self._known(name) for name in self._rows.index.take_at(station, code=code))

    def withdraw_of(self, act: str) -> Withdrawn:
        """Take out what ``act`` brought and reopen what it settled; returns everything, to restore it later."""
        freed = self._set_free(act)
        own = [self._rows.remove(identity) for identity in self._rows.by_act.get(act, ())]
        raised = tuple(finding for finding in own if finding is not None)
        members = [member.id for member in self._rows.groups.of(act) if member.act == act]
        grouped = tuple(finding_grouping.quit_group(self._rows, identity) for identity in members)
        ended, done = self._bring_back(act), settled_groups.leave(self._rows, act)
        names = (name for name in self._rows.index.settled_by(act) if name not in self._kept)
        settled = tuple(name for name in names if not self._known(name).is_grouped)
        whole = {name: self._known(name).topic for name in settled if settled_groups.is_whole(self._rows, name)}
        for identity in settled:
            self._reopen(identity)
        said = [row for name in self._retold.leave(act) if (row := self._unsay(name, by=act)) is not None]
        listed = finding_grouping.unlist_all(self._rows, act)
        for name, _ in listed:
            self._rows.under.rename(act, before=name, after="")
        parted = {raised.id: raised for _, entry in listed for raised in self._rows.alone(entry)}
        return Withdrawn(
            raised=raised,
            settled=tuple(name for name in settled if name not in whole),
            listed=listed,
            parted=tuple(parted.values()),
            said=tuple(said),
            grouped=grouped,
            ended=ended,
            wholes=tuple(whole.values()),
            done=done,
            freed=freed,
        )

    def _set_free(self, act: str) -> tuple[str, ...]:
        """What others have listed under findings that go out with an act is told by itself."""
        mine = [member.draft.topic for member in self._rows.groups.of(act) if member.act == act]
        alone = [topic for topic in mine if self._rows.groups.count(topic) == mine.count(topic)]
        names = dict.fromkeys((*self._rows.by_act.get(act, ()), *alone))
        return tuple(event for name in names for event in finding_gathering.set_free(self._rows, name, of=act))

    def _bring_back(self, act: str) -> tuple[Raised, ...]:
        """What an act had settled in groups is in them again."""
        ended = tuple(self._ended.pop(act, ()))
        for raised in ended:
            self._rows.take_out(raised.id)
            finding_grouping.join(self._rows, raised)
        return ended

    def _unsay(self, identity: str, *, by: str) -> Resaid | None:
        """Take back the newer sentence that ``by`` said, also where others have spoken since; None where it said none."""
        finding = self._rows.get(identity)
        taken = None if finding is None else self._retold.take(finding, by=by)
        if taken is None:
            return None
        self._put(taken[0])
        return taken[1]

    def restore(self, withdrawn: Withdrawn, *, by: str) -> None:
        """Undo ``withdraw_of`` for an act that takes effect after all."""
        self._raise_again(withdrawn)
        self._list_again(withdrawn, by=by)
        for row in withdrawn.said:
            self._say_again(row, by=by)
        for identity in withdrawn.settled:
            if self._rows.get(identity) is not None:
                self.settle(identity, by=by)
        self._end_all(withdrawn.ended, by=by)
        for topic in withdrawn.wholes:
            settled_groups.settle(self._rows, topic, by=by)
        for name, raised in withdrawn.done:
            settled_groups.join(self._rows, raised, name=name)
        # rules.md 174
        for event in withdrawn.freed:
            self.join(event, under=by)

    def _list_again(self, withdrawn: Withdrawn, *, by: str) -> None:
        """What was listed under others is so again; where such a finding is gone, it looks for its cause anew."""
        for name, entry in withdrawn.listed:
            listing = self._rows.named(name)
            if listing is not None:
                self._rows.under.put(by, name, act=by)
                finding_grouping.list_under(self._rows, listing, entry=entry)
                continue
            for row in self._rows.alone(entry):
                self.raise_(row.draft, position=row.position, by=row.by, severity=row.severity, act=row.act)

    def _raise_again(self, withdrawn: Withdrawn) -> None:
        for finding in withdrawn.raised:
            if self._rows.get(finding.id) is None:
                self._rows.put(finding)
        for raised in withdrawn.grouped:
            finding_grouping.join(self._rows, raised)

    def _say_again(self, row: Resaid, *, by: str) -> None:
        identity, (_, sentence, severity), _ = row
        finding = self._rows.get(identity)
        if finding is None:
            return
        between = self._retold.put_back(finding, row=row)
        if between is None:
            self.amend(identity, sentence=sentence, by=by, severity=severity)
        else:
            self._put(between)

    def join(self, event: str, *, under: str) -> bool:
        """What tells of an event hangs under what tells of one that came later, ``under``; whether anything moved."""
        return finding_gathering.join(self._rows, event, under=under)

    def regroup(self, event: str, *, anew: Callable[[Draft], Draft]) -> None:
        """What groups count of an event is grouped anew."""
        finding_gathering.regroup(self._rows, event, anew=anew)

    def supersede(self, identity: str) -> None:
        """Take out a finding whose evidence a wider one repeats."""
        self._rows.remove(identity)

    def forget_changes(self) -> None:
        """What changed until now is told, or is not asked for."""
        self._rows.forget_changes()
