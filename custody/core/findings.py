"""Findings: what disagrees with what, and how each one lives: open, acknowledged, settled, adjudicated.

One cause, one finding: a second disagreement on the same topic is listed under the first (`also`). Nothing disappears from the
history; a finding that an act raised is withdrawn from the current state only while that act is suspended by a dispute, so that
the state does not depend on the order of arrival. Finding ids follow domain.md §6 and are independent of position.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from custody.core.saying import Said
from custody.core.undo import Undoable
from schemas.rules import Severity
from schemas.strict_json import canonical

Status = Literal["open", "acknowledged", "settled", "adjudicated"]
_UNSETTLED: Final = ("open", "acknowledged")
_DECIDED: Final[tuple[Status, ...]] = ("adjudicated", "acknowledged")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A disagreement as a rule sees it. ``topic`` names the cause: drafts on the topic of an unsettled finding join it.

    ``causes`` are events. Where figures disagree, ``off`` is by how much: a finding that names one of the causes or of the
    evidence, at the same station and off by as much, has the same cause. Else it is the finding of the first event that has one.
    """

    code: str
    subject: str
    evidence: tuple[str, ...]
    sentence: Said
    topic: str = ""
    station: str = ""
    units: tuple[str, ...] = ()
    severity: Severity | None = None
    uncertain_minutes: int | None = None
    """minutes in which nobody can say that a seal was whole, where the finding is about that"""
    causes: tuple[str, ...] = ()
    off: int | None = None
    abroad: frozenset[str] = frozenset()
    """events whose figure stands in the book of another station as well: papers sent on to it"""
    bound: bool = False
    """a figure beyond a bound: it may be off by less than the figures that share its cause"""


Listed = tuple[str, Said, str]
"""(code, sentence, event id) of what is listed under a finding"""
Saying = tuple[str, Said, Severity]
"""(event that said it anew, and as it was before: sentence, severity)"""

Decision = tuple[str, Status]
"""(event, the status that it gave the finding: acknowledged or adjudicated)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding and its life. ``raised_by`` is the event whose judgement raised it."""

    id: str
    code: str
    subject: str
    topic: str
    severity: Severity
    status: Status
    station: str
    units: tuple[str, ...]
    evidence: tuple[str, ...]
    sentence: Said
    raised: int
    raised_by: str
    settled_by: str | None = None
    uncertain_minutes: int | None = None
    off: int | None = None
    bound: bool = False
    also: tuple[Listed, ...] = ()
    said: tuple[Saying, ...] = ()
    """how it was said before newer figures, oldest first"""
    decisions: tuple[Decision, ...] = ()
    """what was decided about it, oldest first: the last adjudication is in force, those before it are superseded"""

    @property
    def unsettled(self) -> Status:
        """Its status while nothing settles it: what was decided about it holds, also while it was settled."""
        said = {status for _, status in self.decisions}
        return next((status for status in _DECIDED if status in said), "open")

    @property
    def decided_by(self) -> str | None:
        """The last adjudication."""
        return next((event for event, status in reversed(self.decisions) if status == "adjudicated"), None)

    def doc(self) -> dict[str, Any]:
        """The finding as outcome and JSON (`custody findings --json`)."""
        return {
            "id": self.id,
            "code": self.code,
            "severity": self.severity,
            "status": self.status,
            "station": self.station or None,
            "units": list(self.units),
            "evidence": list(self.evidence),
            "sentence": str(self.sentence),
            "says": self.sentence.doc(),
            "settled_by": self.settled_by,
            "decisions": [{"event": event, "status": status} for event, status in self.decisions],
            "raised": self.raised,
            "uncertain_minutes": self.uncertain_minutes,
            "also": [
                {"code": code, "sentence": str(sentence), "says": sentence.doc(), "event": event}
                for code, sentence, event in self.also
            ],
        }


def _shares(finding: Finding, draft: Draft) -> bool:
    if finding.off is None or draft.off is None or finding.status not in _UNSETTLED:
        return False
    # rules.md 46
    one, two = abs(finding.off), abs(draft.off)
    same = one == two or (finding.bound and one <= two) or (draft.bound and two <= one)
    return same and (finding.station == draft.station or not draft.abroad.isdisjoint(finding.evidence))


def finding_id(*, code: str, subject: str, evidence: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON [code, subject, sorted evidence ids], 64 hex digits."""
    # rules.md 49
    return hashlib.sha256(canonical([code, subject, sorted(evidence)])).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Everything that one event had brought to the findings: raised, settled, listed under others, said anew."""

    raised: tuple[Finding, ...]
    settled: tuple[str, ...]
    listed: tuple[tuple[str, Listed], ...]
    said: tuple[tuple[str, Saying], ...]
    """finding, and what the event had made of it"""


class FindingStore(Undoable):
    """All findings of the current state, by id and by topic."""

    __slots__ = ("_about", "_by_act", "_by_topic", "_changed", "_findings", "_under")

    def __init__(self) -> None:
        self._findings: dict[str, Finding] = {}
        self._by_topic: dict[str, list[str]] = {}
        self._by_act: dict[str, list[str]] = {}
        self._under: dict[str, str] = {}
        """event -> the finding that its disagreement opened or was listed under"""
        self._changed: dict[str, None] = {}
        self._about: dict[str, list[str]] = {}
        """event -> findings about figures that name it"""

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
        )
        self._under.setdefault(by, identity)
        self._index(finding, act=act)
        return self._put(finding)

    def _cause(self, draft: Draft, *, by: str) -> Finding | None:
        found = self.unsettled(draft.topic) if draft.topic else None
        if found is not None:
            return found
        if draft.off is not None:
            return self._same_figure(draft, by=by)
        rows = (self._findings.get(self._under.get(cause, "")) for cause in draft.causes)
        return next((row for row in rows if row is not None and row.status in _UNSETTLED), None)

    def _same_figure(self, draft: Draft, *, by: str) -> Finding | None:
        """The unsettled finding about a figure that this one shares: off by as much, and named by one of the same events."""
        names = dict.fromkeys(event for event in (*draft.causes, *draft.evidence) if event != by)
        known = (self._findings.get(identity) for event in names for identity in self._about.get(event, ()))
        return next((row for row in known if row is not None and _shares(row, draft)), None)

    def _index(self, finding: Finding, *, act: str) -> None:
        if finding.off is not None:
            for event in finding.evidence:
                self._about.setdefault(event, []).append(finding.id)
        if finding.topic and finding.id not in self._by_topic.setdefault(finding.topic, []):
            self._by_topic[finding.topic].append(finding.id)
        if act and finding.id not in self._by_act.setdefault(act, []):
            self._by_act[act].append(finding.id)

    def _list(self, finding: Finding, *, entry: Listed) -> Finding:
        """List another disagreement with the same cause under a finding; each event once for each code."""
        if any(code == entry[0] and event == entry[2] for code, _, event in finding.also):
            return finding
        return self._put(replace(finding, also=(*finding.also, entry)))

    def amend(self, identity: str, *, sentence: Said, by: str, severity: Severity | None = None) -> None:
        """Say the same finding in a newer sentence (figures grew), with a severity that grew."""
        finding = self._findings[identity]
        changed = replace(finding, sentence=sentence, severity=severity or finding.severity)
        if changed != finding:
            before = (by, finding.sentence, finding.severity)
            again = bool(finding.said) and finding.said[-1][0] == by
            self._put(changed if again else replace(changed, said=(*finding.said, before)))

    def restate(self, identity: str, *, sentence: Said, minutes: int) -> None:
        """Say a finding as what stands now has it; nobody said it so, and nothing has to be taken back."""
        finding = self._findings[identity]
        self._put(replace(finding, sentence=sentence, uncertain_minutes=minutes))

    def settle(self, identity: str, *, by: str) -> None:
        """A later event supplied what would settle the finding."""
        finding = self._findings[identity]
        if finding.status in _UNSETTLED:
            self._put(replace(finding, status="settled", settled_by=by))

    def on_topic(self, topic: str) -> tuple[Finding, ...]:
        """All findings on a topic, whatever became of them."""
        return tuple(
            self._findings[identity] for identity in self._by_topic.get(topic, ()) if identity in self._findings
        )

    def opened_by(self, event: str) -> Finding | None:
        """The finding that the disagreement of an event opened, or was listed under."""
        return self._findings.get(self._under.get(event, ""))

    def tells(self, event: str, *, topic: str, code: str) -> bool:
        """Whether something that is not settled tells of an event: a finding on its topic, or one that lists it."""
        over = self.opened_by(event)
        listing = over is not None and any((row[0], row[2]) == (code, event) for row in over.also)
        found = (*self.on_topic(topic), *((over,) if over is not None and listing else ()))
        return any(finding.status != "settled" for finding in found)

    def settle_topic(self, topic: str, *, by: str) -> None:
        """Settle every unsettled finding on a topic."""
        for identity in self._by_topic.get(topic, ()):
            if identity in self._findings:
                self.settle(identity, by=by)

    def settle_of(self, act: str, *, by: str) -> None:
        """Settle every unsettled finding that an event raised."""
        for identity in self._by_act.get(act, ()):
            if identity in self._findings:
                self.settle(identity, by=by)

    def keep(self, findings: Iterable[Finding], *, settled_by: str) -> None:
        """Findings of an event that was declared in error: they stay, settled by the declaration."""
        for finding in findings:
            decided = finding.status == "adjudicated"
            self._put(finding if decided else replace(finding, status="settled", settled_by=settled_by))

    def drop(self, identities: Iterable[str]) -> None:
        """Take out findings of an event that was declared in error and is in force again, which raises them anew."""
        for identity in identities:
            if self._findings.pop(identity, None) is not None:
                self._changed[identity] = None

    def delist(self, topic: str, *, by: str) -> None:
        """Take out what an event had listed under the findings of a topic."""
        for finding in self.on_topic(topic):
            self._put(replace(finding, also=tuple(entry for entry in finding.also if entry[2] != by)))

    def reopen(self, topic: str, *, settled_by: str) -> None:
        """Open again what an event had settled: what it supplied is suspended by a dispute."""
        for finding in self.on_topic(topic):
            if finding.status == "settled" and finding.settled_by == settled_by:
                self._put(replace(finding, status=finding.unsettled, settled_by=finding.decided_by))

    def decide(self, identity: str, *, status: Literal["acknowledged", "adjudicated"], by: str) -> None:
        """Acknowledge or adjudicate a finding; a later adjudication supersedes an earlier one.

        What is decided about a settled finding is kept: it holds if what settled it is taken back.
        """
        finding = self._findings[identity]
        decided = replace(finding, decisions=(*finding.decisions, (by, status)))
        # rules.md 111
        if finding.status == "settled":
            self._put(decided)
        else:
            self._put(replace(decided, status=decided.unsettled, settled_by=decided.decided_by))

    def get(self, identity: str) -> Finding | None:
        """The finding with this id in the current state."""
        return self._findings.get(identity)

    def unsettled(self, topic: str) -> Finding | None:
        """The first finding on a topic that is neither settled nor adjudicated."""
        for identity in self._by_topic.get(topic, ()):
            finding = self._findings.get(identity)
            if finding is not None and finding.status in _UNSETTLED:
                return finding
        return None

    def unsettled_under(self, prefix: str) -> Iterator[Finding]:
        """Unsettled findings whose topic starts with ``prefix``, in the order of raising."""
        for topic in [topic for topic in self._by_topic if topic.startswith(prefix)]:
            finding = self.unsettled(topic)
            if finding is not None:
                yield finding

    def withdraw_of(self, act: str) -> Withdrawn:
        """Take out what ``act`` brought and reopen what it settled; returns everything, to restore it later."""
        raised = tuple(
            self._findings.pop(identity) for identity in self._by_act.get(act, ()) if identity in self._findings
        )
        for finding in raised:
            self._changed[finding.id] = None
        settled: list[str] = []
        listed: list[tuple[str, Listed]] = []
        said: list[tuple[str, Saying]] = []
        for finding in list(self._findings.values()):
            if finding.status == "settled" and finding.settled_by == act:
                settled.append(finding.id)
                self._put(replace(finding, status=finding.unsettled, settled_by=finding.decided_by))
            listed += [(finding.id, entry) for entry in finding.also if entry[2] == act]
            now = (act, finding.sentence, finding.severity)
            said += [(finding.id, now)] if self._unsay(finding.id, by=act) else []
        for identity, entry in listed:
            finding = self._findings[identity]
            self._put(replace(finding, also=tuple(item for item in finding.also if item != entry)))
        return Withdrawn(raised=raised, settled=tuple(settled), listed=tuple(listed), said=tuple(said))

    def _unsay(self, identity: str, *, by: str) -> bool:
        """Take back the last newer sentence if ``by`` said it."""
        finding = self._findings[identity]
        if not finding.said or finding.said[-1][0] != by:
            return False
        _, sentence, severity = finding.said[-1]
        self._put(replace(finding, sentence=sentence, severity=severity, said=finding.said[:-1]))
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

    def supersede(self, identity: str) -> None:
        """Take out a finding whose evidence a wider one repeats."""
        if self._findings.pop(identity, None) is not None:
            self._changed[identity] = None

    def drain(self) -> tuple[tuple[str, Finding | None], ...]:
        """What changed since the last call: (id, finding or None where it was withdrawn), in order of change."""
        changed = tuple((identity, self._findings.get(identity)) for identity in self._changed)
        self._changed.clear()
        return changed

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings.values())

    def _put(self, finding: Finding) -> Finding:
        self._findings[finding.id] = finding
        self._changed[finding.id] = None
        return finding
