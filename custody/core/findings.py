"""Findings: what disagrees with what, and how each one lives: open, acknowledged, settled, adjudicated.

One cause, one finding: a second disagreement on the same topic is listed under the first (`also`). Nothing disappears from the
history; a finding that an act raised is withdrawn from the current state only while that act is suspended by a dispute, so that
the state does not depend on the order of arrival. Finding ids follow domain.md §6 and are independent of position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

from custody.core.drafts import Draft, finding_id
from custody.core.finding import UNSETTLED, Decision, Finding, Saying, Status, Withdrawn, has_same_figure
from custody.core.finding_index import KEPT, FindingIndex, Listed, Listings
from custody.core.saying import Said
from custody.core.undo import Undoable
from schemas.rules import Severity

__all__ = ["KEPT", "Decision", "Draft", "Finding", "FindingStore", "Saying", "Status", "Withdrawn", "finding_id"]


class FindingStore(Undoable):
    """All findings of the current state, by id; what concerns an entry is found without a look at all of them."""

    __slots__ = (
        *("_about", "_by_act", "_changed", "_findings", "_index", "_listings", "_released"),
        *("_said", "_said_by", "_under"),
    )

    def __init__(self) -> None:
        self._findings: dict[str, Finding] = {}
        self._index = FindingIndex()
        self._listings = Listings()
        self._by_act: dict[str, list[str]] = {}
        self._under: dict[str, str] = {}
        """event -> the finding that its disagreement opened or was listed under"""
        self._changed: dict[str, None] = {}
        self._released: dict[str, None] = {}
        """events that were listed under a finding which is settled or gone"""
        self._about: dict[str, list[str]] = {}
        """event -> findings about figures that name it"""
        self._said: dict[str, list[Saying]] = {}
        """finding -> how it was said before newer figures, oldest first"""
        self._said_by: dict[str, dict[str, None]] = {}
        """event -> findings that it said anew"""

    def raise_(self, draft: Draft, *, position: int, by: str, severity: Severity, act: str = "") -> Finding:
        """Open a finding, or list the draft under the unsettled finding with the same cause.

        ``act`` is the event whose being in force it depends on, empty where it stands in any case.
        """
        identity = finding_id(code=draft.code, subject=draft.subject, evidence=draft.evidence)
        known = self._findings.get(identity)
        if known is not None:
            return known
        first = self._cause(draft, by=by)
        if first is not None:
            self._under[by] = first.id
            return self._list(first, entry=(draft.code, draft.sentence, by))
        finding = Finding(
            id=identity,
            code=draft.code,
            subject=draft.subject,
            topic=draft.topic,
            severity=draft.severity or severity,
            status="open",
            station=draft.station,
            units=draft.units,
            evidence=tuple(sorted(draft.evidence)),
            sentence=draft.sentence,
            raised=position,
            raised_by=by,
            uncertain_minutes=draft.uncertain_minutes,
            off=draft.off,
            bound=draft.bound,
            dated=draft.dated,
            count=draft.count,
        )
        self._under.setdefault(by, identity)
        self._listings.clear(identity)
        self._said.pop(identity, None)
        self._note(finding, act=act)
        return self._put(finding)

    def _cause(self, draft: Draft, *, by: str) -> Finding | None:
        found = self.unsettled(draft.topic) if draft.topic else None
        if found is not None:
            return found
        if draft.off is not None:
            return self._same_figure(draft, by=by)
        rows = (self._findings.get(self._under.get(cause, "")) for cause in draft.causes)
        return next((row for row in rows if row is not None and row.status in UNSETTLED), None)

    def _same_figure(self, draft: Draft, *, by: str) -> Finding | None:
        """The unsettled finding about a figure that this one shares: off by as much, and named by one of the same events."""
        names = dict.fromkeys(event for event in (*draft.causes, *draft.evidence) if event != by)
        known = (self._findings.get(identity) for event in names for identity in self._about.get(event, ()))
        return next((row for row in known if row is not None and has_same_figure(row, draft)), None)

    def _note(self, finding: Finding, *, act: str) -> None:
        if finding.off is not None:
            for event in finding.evidence:
                self._about.setdefault(event, []).append(finding.id)
        if act and finding.id not in self._by_act.setdefault(act, []):
            self._by_act[act].append(finding.id)

    def _list(self, finding: Finding, *, entry: Listed) -> Finding:
        """List another disagreement with the same cause under a finding; each event once for each code."""
        return self._relist(finding, step=1) if self._listings.add(finding.id, entry=entry) else finding

    def _relist(self, finding: Finding, *, step: int) -> Finding:
        is_told = step > 0 and len(finding.also) == KEPT
        also = finding.also if is_told else self._listings.told(finding.id)
        return self._put(replace(finding, also=also, count=finding.count + step))

    def amend(self, identity: str, *, sentence: Said, by: str, severity: Severity | None = None) -> None:
        """Say the same finding in a newer sentence (figures grew), with a severity that grew."""
        finding = self._findings[identity]
        changed = replace(finding, sentence=sentence, severity=severity or finding.severity)
        if changed != finding:
            said = self._said.setdefault(identity, [])
            if not said or said[-1][0] != by:
                said.append((by, finding.sentence, finding.severity))
            self._said_by.setdefault(by, {})[identity] = None
            self._put(changed)

    def restate(self, identity: str, *, sentence: Said, minutes: int, by: str | None) -> None:
        """Say a finding as what stands now has it; nobody said it so, and nothing has to be taken back.

        ``by`` is the report that says so, which is among the evidence as long as it does; the id stays.
        """
        finding = self._findings[identity]
        own = {name for name in finding.evidence if name != finding.narrowed_by}
        # rules.md 804
        evidence = tuple(sorted(own if by is None else {*own, by}))
        self._put(replace(finding, sentence=sentence, uncertain_minutes=minutes, evidence=evidence, narrowed_by=by))

    def recount(self, identity: str, *, count: int, sentence: Said) -> None:
        """The same finding stands for more or fewer disagreements than before, and names the same events."""
        finding = self._findings[identity]
        own = count + self._listings.count(identity)
        if (finding.count, finding.sentence) != (own, sentence):
            self._put(replace(finding, count=own, sentence=sentence))

    def settle(self, identity: str, *, by: str) -> None:
        """A later event supplied what would settle the finding."""
        finding = self._findings[identity]
        if finding.status in UNSETTLED:
            self._released.update(dict.fromkeys(self._listings.events(identity)))
            self._put(replace(finding, status="settled", settled_by=by))

    def on_topic(self, topic: str) -> tuple[Finding, ...]:
        """All findings on a topic, whatever became of them."""
        return tuple(self._findings[identity] for identity in self._index.on_topic(topic))

    def opened_by(self, event: str) -> Finding | None:
        """The finding that the disagreement of an event opened, or was listed under."""
        return self._findings.get(self._under.get(event, ""))

    def tells(self, event: str, *, topic: str, code: str) -> bool:
        """Whether something that is not settled tells of an event: a finding on its topic, or one that lists it."""
        over = self.opened_by(event)
        listing = over is not None and code in self._listings.codes(over.id, event=event)
        found = (*self.on_topic(topic), *((over,) if over is not None and listing else ()))
        return any(finding.status != "settled" for finding in found)

    def open_codes(self, event: str) -> tuple[str, ...]:
        """Codes of what is unsettled because of an event: findings that it raised, and what is listed of it under others."""
        own = [self._findings[name].code for name in self._index.raised_by(event) if self._is_open(name)]
        under = [name for name in self._listings.of(event) if self._is_open(name)]
        also = (code for name in under for code in self._listings.codes(name, event=event))
        return tuple(dict.fromkeys((*own, *also)))

    def _is_open(self, identity: str) -> bool:
        finding = self._findings.get(identity)
        return finding is not None and finding.status in UNSETTLED

    def settle_topic(self, topic: str, *, by: str) -> None:
        """Settle every unsettled finding on a topic."""
        for identity in self._index.unsettled(topic):
            self.settle(identity, by=by)

    def settle_of(self, act: str, *, by: str) -> None:
        """Settle every unsettled finding that an event raised."""
        for identity in self._by_act.get(act, ()):
            if identity in self._findings:
                self.settle(identity, by=by)

    def settle_dated(self, event: str, *, by: str) -> None:
        """Settle what rests on the day that an event claims; what lists others stands for them."""
        for identity in self._index.raised_by(event):
            if self._findings[identity].dated and not self._listings.count(identity):
                self.settle(identity, by=by)

    def keep(self, findings: Iterable[Finding], *, settled_by: str) -> None:
        """Findings of an event that was declared in error: they stay, settled by the declaration."""
        for finding in findings:
            decided = finding.status == "adjudicated"
            self._put(finding if decided else replace(finding, status="settled", settled_by=settled_by))

    def drop(self, identities: Iterable[str]) -> None:
        """Take out findings of an event that was declared in error and is in force again, which raises them anew."""
        for identity in identities:
            self._remove(identity)

    def delist(self, topic: str, *, by: str) -> None:
        """Take out what an event had listed under the findings of a topic."""
        for finding in self._listing(by):
            if finding.topic == topic:
                taken = self._listings.take(finding.id, event=by)
                self._relist(finding, step=-len(taken))

    def _listing(self, event: str) -> tuple[Finding, ...]:
        """The findings that list an event."""
        return tuple(self._findings[name] for name in self._listings.of(event) if name in self._findings)

    def reopen(self, topic: str, *, settled_by: str) -> None:
        """Open again what an event had settled: what it supplied is suspended by a dispute."""
        for identity in self._index.settled_by(settled_by):
            if self._findings[identity].topic == topic:
                self._reopen(identity)

    def _reopen(self, identity: str) -> None:
        finding = self._findings[identity]
        self._put(replace(finding, status=finding.unsettled, settled_by=finding.decided_by))

    def decide(self, identity: str, *, status: Literal["acknowledged", "adjudicated"], by: str) -> None:
        """Acknowledge or adjudicate a finding; a later adjudication supersedes an earlier one.

        What is decided about a settled finding is kept: it holds if what settled it is taken back.
        """
        finding = self._findings[identity]
        decided = replace(finding, decisions=(*finding.decisions, (by, status)))
        # rules.md 105
        if finding.status == "settled":
            self._put(decided)
        else:
            self._put(replace(decided, status=decided.unsettled, settled_by=decided.decided_by))

    def released(self) -> tuple[str, ...]:
        """Events that no unsettled finding lists any more, since the last call."""
        events = tuple(self._released)
        self._released.clear()
        return events

    def get(self, identity: str) -> Finding | None:
        """The finding with this id in the current state."""
        return self._findings.get(identity)

    def unsettled(self, topic: str) -> Finding | None:
        """The first finding on a topic that is neither settled nor adjudicated."""
        return self._findings.get(self._index.first_unsettled(topic))

    def unsettled_under(self, folder: str) -> Iterator[Finding]:
        """An unsettled finding on each topic that is ``folder`` (it ends with a slash) and one more part."""
        for topic in self._index.topics(folder):
            finding = self.unsettled(topic)
            if finding is not None:
                yield finding

    def take_at(self, station: str, *, code: str) -> tuple[Finding, ...]:
        """Unsettled findings of a code at a station, in order of raising, each once as long as it stays so."""
        return tuple(self._findings[name] for name in self._index.take_at(station, code=code))

    def withdraw_of(self, act: str) -> Withdrawn:
        """Take out what ``act`` brought and reopen what it settled; returns everything, to restore it later."""
        own = [self._remove(identity) for identity in self._by_act.get(act, ())]
        raised = tuple(finding for finding in own if finding is not None)
        settled = self._index.settled_by(act)
        for identity in settled:
            self._reopen(identity)
        said: list[tuple[str, Saying]] = []
        for identity in self._said_by.pop(act, ()):
            finding = self._findings.get(identity)
            if finding is not None and self._unsay(identity, by=act):
                said.append((identity, (act, finding.sentence, finding.severity)))
        listed: list[tuple[str, Listed]] = []
        for finding in self._listing(act):
            taken = self._listings.take(finding.id, event=act)
            listed += [(finding.id, entry) for entry in taken]
            self._relist(finding, step=-len(taken))
        return Withdrawn(raised=raised, settled=settled, listed=tuple(listed), said=tuple(said))

    def _unsay(self, identity: str, *, by: str) -> bool:
        """Take back the last newer sentence if ``by`` said it."""
        said = self._said.get(identity, [])
        if not said or said[-1][0] != by:
            return False
        _, sentence, severity = said.pop()
        self._put(replace(self._findings[identity], sentence=sentence, severity=severity))
        return True

    def restore(self, withdrawn: Withdrawn, *, by: str) -> None:
        """Undo ``withdraw_of`` for an act that takes effect after all."""
        for finding in withdrawn.raised:
            if finding.id not in self._findings:
                self._put(finding)
        for identity, entry in withdrawn.listed:
            if identity in self._findings:
                self._list(self._findings[identity], entry=entry)
        for identity, (_, sentence, severity) in withdrawn.said:
            if identity in self._findings:
                self.amend(identity, sentence=sentence, by=by, severity=severity)
        for identity in withdrawn.settled:
            if identity in self._findings:
                self.settle(identity, by=by)

    def join(self, event: str, *, under: str) -> None:
        """A finding about the judgement of an event, and all that it lists, hang under another one that came later."""
        finding, over = self.opened_by(event), self._findings.get(under)
        is_own = finding is not None and finding.raised_by == event and finding.id in self._by_act.get(event, ())
        if finding is None or over is None or not is_own or finding.id == under:
            return
        if finding.status != "open" or finding.decisions or over.status not in UNSETTLED:
            return
        listed = self._listings.all(finding.id)
        self._remove(finding.id)
        self._listings.clear(finding.id)
        for entry in ((finding.code, finding.sentence, event), *listed):
            self._under[entry[2]] = under
            over = self._list(over, entry=entry)

    def supersede(self, identity: str) -> None:
        """Take out a finding whose evidence a wider one repeats."""
        self._remove(identity)

    def drain(self) -> tuple[tuple[str, Finding | None], ...]:
        """What changed since the last call: (id, finding or None where it was withdrawn), in order of change."""
        changed = tuple((identity, self._findings.get(identity)) for identity in self._changed)
        self._changed.clear()
        return changed

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings.values())

    def _remove(self, identity: str) -> Finding | None:
        finding = self._findings.pop(identity, None)
        if finding is not None:
            self._index.remove(finding)
            self._released.update(dict.fromkeys(self._listings.events(identity)))
            self._changed[identity] = None
        return finding

    def _put(self, finding: Finding) -> Finding:
        self._index.put(finding, before=self._findings.get(finding.id))
        self._findings[finding.id] = finding
        self._changed[finding.id] = None
        return finding
