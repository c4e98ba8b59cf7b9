"""One finding: its disagreement, the events that it names, and its status. Immutable; a change makes another one.

Not here: how findings are raised, listed under each other and settled (finding_store).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from custody.core.state.finding_draft import Draft, finding_id
from custody.core.state.finding_index import KEPT, Entry, Listed, gravest
from custody.core.wording.messages import Message
from schemas.outcomes import FindingStateJson
from schemas.rules import Severity

Status = Literal["open", "acknowledged", "settled", "adjudicated"]
UNSETTLED: Final = ("open", "acknowledged")
"""Where neither a later event nor an adjudication has ended it."""


Saying = tuple[str, Message, Severity]
"""(event that said it anew, and as it was before: sentence, severity by itself)"""

Resaid = tuple[str, Saying, str]
"""(finding, what an event had made of it, the event that said it anew next; empty where none did)"""

Decision = tuple[str, Status]
"""(event, the status that it gave the finding: acknowledged or adjudicated)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What was decided about a finding: the newest decisions each by itself, all as a count."""

    rows: tuple[Decision, ...] = ()
    """oldest first"""
    count: int = 0
    adjudicated: str | None = None
    """the last adjudication, which is in force; those before it are superseded"""

    def __bool__(self) -> bool:
        return self.count > 0

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.rows)

    def __len__(self) -> int:
        return self.count

    @property
    def status(self) -> Status:
        """The status of what they are about while nothing settles it."""
        if self.adjudicated is not None:
            return "adjudicated"
        return "acknowledged" if self.count else "open"

    def plus(self, event: str, *, status: Status) -> Decisions:
        """These and a newer one."""
        adjudicated = event if status == "adjudicated" else self.adjudicated
        rows = (*self.rows, (event, status))[-KEPT:]
        return Decisions(rows=rows, count=self.count + 1, adjudicated=adjudicated)


UNDECIDED: Final = Decisions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding and its life. ``raised_by`` is the event whose judgement raised it."""

    id: str
    code: str
    subject: str
    topic: str
    grade: Severity
    """how grave it is by itself"""
    status: Status
    station: str
    sender: str = ""
    """the station that had sent on the papers: it stands there too"""
    units: tuple[str, ...]
    evidence: tuple[str, ...]
    sentence: Message
    raised: int
    raised_by: str
    narrowed_by: str | None = None
    """the report among its evidence that says until when it was known whole; it joined the evidence, and is not in the id"""
    settled_by: str | None = None
    uncertain_minutes: int | None = None
    off: int | None = None
    bound: bool = False
    dated: bool = False
    count: int = 1
    """how many disagreements it stands for: its own, and those that are listed under it"""
    related: tuple[Listed, ...] = ()
    """the first of what is listed under it"""
    lifted: Severity | None = None
    """the gravest of what is listed under it"""
    decisions: Decisions = UNDECIDED
    is_grouped: bool = False
    """whether it speaks for a group, and another one may after it"""

    @property
    def severity(self) -> Severity:
        """How grave it is: no less than the gravest of what is listed under it."""
        # rules.md 141
        return gravest(self.grade, self.lifted)

    @property
    def unsettled(self) -> Status:
        """Its status while nothing settles it: what was decided about it holds, also while it was settled."""
        return self.decisions.status

    @property
    def decided_by(self) -> str | None:
        """The last adjudication."""
        return self.decisions.adjudicated

    @property
    def beside(self) -> tuple[Listed, ...]:
        """The first of what is listed under it and says something else than the finding, or than what is told before."""
        others: dict[tuple[str, Message], Listed] = {}
        for code, sentence, event in self.related:
            if (code, sentence) != (self.code, self.sentence):
                others.setdefault((code, sentence), (code, sentence, event))
        return tuple(others.values())

    def doc(self) -> FindingStateJson:
        """The finding as outcome and JSON (`custody findings --json`)."""
        return {
            "id": self.id,
            "code": self.code,
            "severity": self.severity,
            "status": self.status,
            "station": self.station or None,
            "stations": [name for name in dict.fromkeys((self.station, self.sender)) if name],
            "count": self.count,
            "units": list(self.units),
            "evidence": list(self.evidence),
            "sentence": str(self.sentence),
            "says": self.sentence.doc(),
            "settled_by": self.settled_by,
            "decisions": [{"event": event, "status": status} for event, status in self.decisions],
            "decisions_in_all": self.decisions.count,
            "raised": self.raised,
            "uncertain_minutes": self.uncertain_minutes,
            "also": [
                {"code": code, "sentence": str(sentence), "says": sentence.doc(), "event": event}
                for code, sentence, event in self.beside
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What stands now has a finding say: until when it was known whole, by which report (None: by the act before)."""

    sentence: Message
    minutes: int
    by: str | None

    def of(self, finding: Finding) -> Finding:
        """The finding so; the report is among its evidence, and not in its id."""
        own = {name for name in finding.evidence if name != finding.narrowed_by}
        # rules.md 135
        evidence = tuple(sorted(own if self.by is None else {*own, self.by}))
        narrowed = replace(finding, sentence=self.sentence, uncertain_minutes=self.minutes)
        return replace(narrowed, evidence=evidence, narrowed_by=self.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What a finding tells beside its own disagreement: how many in all, of which units, the first of them and the gravest."""

    in_all: int
    units: tuple[str, ...]
    related: tuple[Listed, ...] = ()
    lifted: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A draft that was raised: what a finding is made of, whether it stands alone or is one of a group."""

    draft: Draft
    position: int
    by: str
    """the event whose judgement raised it"""
    severity: Severity
    act: str = ""
    """the event whose being in force it depends on, empty where it stands in any case"""
    decisions: Decisions = UNDECIDED
    narrowed: Narrowed | None = None
    """what is known by now of the seal that it is about, where it speaks or spoke for a group"""
    id: str

    @classmethod
    def of(cls, draft: Draft, *, position: int, by: str, severity: Severity, act: str) -> Raised:
        """A draft that is raised at a position."""
        identity = finding_id(code=draft.code, subject=draft.subject, evidence=draft.evidence)
        grade = draft.severity or severity
        return cls(id=identity, draft=draft, position=position, by=by, severity=grade, act=act)

    @property
    def entry(self) -> Entry:
        """What a finding lists of it that is raised for another one."""
        return Entry(self.told, self.severity)

    @property
    def told(self) -> Listed:
        """What is told of it there."""
        return self.draft.code, self.draft.sentence, self.by

    def finding(self, over: Over | None = None) -> Finding:
        """The finding that it makes alone, or over others."""
        draft = self.draft
        over = over or Over(in_all=draft.count, units=draft.units)
        finding = Finding(
            id=self.id,
            code=draft.code,
            subject=draft.subject,
            topic=draft.topic,
            grade=self.severity,
            status=self.decisions.status,
            station=draft.station,
            sender=draft.sender,
            units=over.units,
            evidence=tuple(sorted(draft.evidence)),
            sentence=draft.sentence,
            raised=self.position,
            raised_by=self.by,
            uncertain_minutes=draft.uncertain_minutes,
            off=draft.off,
            bound=draft.bound,
            dated=draft.dated,
            count=over.in_all,
            related=over.related,
            lifted=over.lifted,
            decisions=self.decisions,
            is_grouped=draft.is_grouped,
        )
        return finding if self.narrowed is None else self.narrowed.of(finding)


def has_same_figure(finding: Finding, draft: Draft) -> bool:
    """Whether an unsettled finding is about a figure that is off by as much as that of a draft, at the same station."""
    if finding.off is None or draft.off is None or finding.status not in UNSETTLED:
        return False
    # rules.md 46
    one, two = abs(finding.off), abs(draft.off)
    same = one == two or (finding.bound and one <= two) or (draft.bound and two <= one)
    return same and (finding.station == draft.station or not draft.abroad.isdisjoint(finding.evidence))


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """Everything that one event had brought to the findings: raised, settled, listed under others, said anew."""

    raised: tuple[Finding, ...]
    settled: tuple[str, ...]
    listed: tuple[tuple[str, Entry], ...]
    said: tuple[Resaid, ...]
    grouped: tuple[Raised, ...] = ()
    """what it had brought to groups"""
    ended: tuple[Raised, ...] = ()
    """what it had settled in groups"""
    wholes: tuple[str, ...] = ()
    """topics of groups that it had settled as a whole"""
    done: tuple[tuple[str, Raised], ...] = ()
    """what it had brought to groups that were settled as a whole since, each with the name of its group"""
    parted: tuple[Raised, ...] = ()
    """what it had listed under others, each as it would stand by itself"""
    freed: tuple[str, ...] = ()
    """events of others that its findings had listed, and that are told by themselves meanwhile"""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What it had raised, each for itself, whatever stood there before it."""
        # rules.md 184
        others = (*self.grouped, *(raised for _, raised in self.done), *self.parted)
        return (*self.raised, *(raised.finding() for raised in others))
