"""Earlier sentences of findings: for each finding that newer figures changed, the event that did it and the sentence before.

The theory. Whoever says a finding anew replaces its sentence, and may raise its severity; what was before is kept in a row,
oldest first. An act that a dispute takes out of force takes its row along, wherever it stands: who spoke next has now what was
before it, and the last one that stands is heard. A severity that nobody changed since goes with the row that had set it.

Not here: which acts are in force (disputes), and what becomes of the findings themselves (finding_store).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from custody.core.state.finding import Finding, Resaid, Saying
from custody.core.undo import Undoable
from schemas.rules import Severity


class Retold(Undoable):
    """The rows of all findings."""

    __slots__ = ("_by", "_said")

    def __init__(self) -> None:
        self._said: dict[str, list[Saying]] = {}
        """finding -> who said it anew, and how it was before, oldest first"""
        self._by: dict[str, dict[str, None]] = {}
        """event -> findings that it said anew"""

    def forget(self, identity: str) -> None:
        """The finding begins anew."""
        self._said.pop(identity, None)

    def note(self, finding: Finding, *, by: str) -> None:
        """An event is about to say a finding anew."""
        said = self._said.setdefault(finding.id, [])
        if not said or said[-1][0] != by:
            said.append((by, finding.sentence, finding.grade))
        self._by.setdefault(by, {})[finding.id] = None

    def leave(self, event: str) -> tuple[str, ...]:
        """The findings that an event said anew, which it does no more."""
        return tuple(self._by.pop(event, ()))

    def take(self, finding: Finding, *, by: str) -> tuple[Finding, Resaid] | None:
        """The finding without what ``by`` said of it, and what that was; None where it said nothing."""
        said = self._said.get(finding.id, [])
        place = _last(said, by=by)
        if place is None:
            return None
        _, sentence, severity = said.pop(place)
        if place == len(said):
            row = (finding.id, (by, finding.sentence, finding.grade), "")
            return replace(finding, sentence=sentence, grade=severity), row
        after, made, grade = said[place]
        said[place] = (after, sentence, severity)
        return self._graded(finding, start=place + 1, old=grade, new=severity), (finding.id, (by, made, grade), after)

    def put_back(self, finding: Finding, *, row: Resaid) -> Finding | None:
        """The finding with a sentence again in front of whoever spoke next; None where that one speaks no more."""
        said = self._said.get(finding.id, [])
        _, (by, made, grade), after = row
        place = _last(said, by=after)
        if place is None:
            return None
        _, sentence, severity = said[place]
        said[place] = (after, made, grade)
        said.insert(place, (by, sentence, severity))
        self._by.setdefault(by, {})[finding.id] = None
        return self._graded(finding, start=place + 2, old=severity, new=grade)

    def _graded(self, finding: Finding, *, start: int, old: Severity, new: Severity) -> Finding:
        """From one severity to another in all that was said from ``start`` on and did not change it."""
        said = self._said[finding.id]
        for place in range(start, len(said)):
            if said[place][2] != old:
                return finding
            said[place] = (said[place][0], said[place][1], new)
        return replace(finding, grade=new) if finding.grade == old else finding


def _last(said: Sequence[Saying], *, by: str) -> int | None:
    """Where an event's row stands, looked for from the newest on."""
    return next((place for place in range(len(said) - 1, -1, -1) if said[place][0] == by), None)
