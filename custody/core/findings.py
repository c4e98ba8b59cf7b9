"""Findings: what disagrees with what, and how each one lives: open, acknowledged, settled, adjudicated.

One cause, one finding: a second disagreement on the same topic is listed under the first (`also`). Nothing disappears from the
history; a finding that an act raised is withdrawn from the current state only while that act is suspended by a dispute, so that
the state does not depend on the order of arrival. Finding ids follow domain.md §6 and are independent of position.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from schemas.rules import Severity
from schemas.strict_json import canonical

Status = Literal["open", "acknowledged", "settled", "adjudicated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A disagreement as a rule sees it. ``topic`` names the cause: drafts on the topic of an unsettled finding join it."""

    code: str
    subject: str
    evidence: tuple[str, ...]
    sentence: str
    topic: str = ""
    station: str = ""
    units: tuple[str, ...] = ()
    severity: Severity | None = None
    uncertain_minutes: int | None = None
    """minutes in which nobody can say that a seal was whole, where the finding is about that"""


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
    sentence: str
    raised: int
    raised_by: str
    settled_by: str | None = None
    uncertain_minutes: int | None = None
    also: tuple[tuple[str, str, str], ...] = field(default=())
    """(code, sentence, event id) of what is listed under this finding."""

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
            "sentence": self.sentence,
            "settled_by": self.settled_by,
            "raised": self.raised,
            "uncertain_minutes": self.uncertain_minutes,
            "also": [{"code": code, "sentence": sentence, "event": event} for code, sentence, event in self.also],
        }


def finding_id(*, code: str, subject: str, evidence: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON [code, subject, sorted evidence ids], 64 hex digits."""
    return hashlib.sha256(canonical([code, subject, sorted(evidence)])).hexdigest()


class FindingStore:
    """All findings of the current state, by id and by topic."""

    def __init__(self) -> None:
        self._findings: dict[str, Finding] = {}
        self._by_topic: dict[str, list[str]] = {}
        self._by_act: dict[str, list[str]] = {}
        self._changed: dict[str, None] = {}

    def raise_(self, draft: Draft, *, position: int, by: str, severity: Severity) -> Finding:
        """Open a finding, or list the draft under the unsettled finding on the same topic."""
        identity = finding_id(code=draft.code, subject=draft.subject, evidence=draft.evidence)
        known = self._findings.get(identity)
        if known is not None:
            return known
        first = self.unsettled(draft.topic) if draft.topic else None
        if first is not None:
            return self.list_under(first.id, code=draft.code, sentence=draft.sentence, event=by)
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
        )
        self._put(finding)
        if draft.topic:
            self._by_topic.setdefault(draft.topic, []).append(identity)
        self._by_act.setdefault(by, []).append(identity)
        return finding

    def list_under(self, identity: str, *, code: str, sentence: str, event: str) -> Finding:
        """List another disagreement with the same cause under a finding; each event once for each code."""
        finding = self._findings[identity]
        if any(entry[0] == code and entry[2] == event for entry in finding.also):
            return finding
        return self._put(replace(finding, also=(*finding.also, (code, sentence, event))))

    def amend(self, identity: str, *, sentence: str, severity: Severity | None = None) -> None:
        """Say the same finding in a newer sentence (figures grew), or with a severity that grew."""
        finding = self._findings[identity]
        changed = replace(finding, sentence=sentence, severity=severity or finding.severity)
        if changed != finding:
            self._put(changed)

    def settle(self, identity: str, *, by: str) -> None:
        """A later event supplied what would settle the finding."""
        finding = self._findings[identity]
        if finding.status in ("open", "acknowledged"):
            self._put(replace(finding, status="settled", settled_by=by))

    def settle_topic(self, topic: str, *, by: str) -> None:
        """Settle every unsettled finding on a topic."""
        for identity in self._by_topic.get(topic, ()):
            if identity in self._findings:
                self.settle(identity, by=by)

    def decide(self, identity: str, *, status: Literal["acknowledged", "adjudicated"], by: str) -> None:
        """Acknowledge an open finding, or adjudicate one that nothing settled."""
        finding = self._findings[identity]
        if status == "acknowledged" and finding.status == "open":
            self._put(replace(finding, status=status))
        elif status == "adjudicated" and finding.status != "settled":
            self._put(replace(finding, status=status, settled_by=by))

    def get(self, identity: str) -> Finding | None:
        """The finding with this id in the current state."""
        return self._findings.get(identity)

    def unsettled(self, topic: str) -> Finding | None:
        """The first finding on a topic that is neither settled nor adjudicated."""
        for identity in self._by_topic.get(topic, ()):
            finding = self._findings.get(identity)
            if finding is not None and finding.status in ("open", "acknowledged"):
                return finding
        return None

    def unsettled_under(self, prefix: str) -> Iterator[Finding]:
        """Unsettled findings whose topic starts with ``prefix``, in the order of raising."""
        for topic in [topic for topic in self._by_topic if topic.startswith(prefix)]:
            finding = self.unsettled(topic)
            if finding is not None:
                yield finding

    def withdraw_of(self, act: str) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
        """Take out what ``act`` raised and reopen what it settled; returns both, to restore them later."""
        raised = tuple(self._findings.pop(identity) for identity in self._by_act.get(act, ()) if identity in self._findings)
        reopened = []
        for finding in list(self._findings.values()):
            if finding.status == "settled" and finding.settled_by == act:
                self._put(replace(finding, status="open", settled_by=None))
                reopened.append(finding.id)
        for finding in raised:
            self._changed[finding.id] = None
        return raised, tuple(reopened)

    def restore(self, raised: Sequence[Finding], *, settled: Sequence[str], by: str) -> None:
        """Undo ``withdraw_of`` for an act that takes effect after all."""
        for finding in raised:
            if finding.id not in self._findings:
                self._put(finding)
        for identity in settled:
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
