"""Findings about figures, by the events that they name: what is off by as much in a figure that one of them stated has one cause.

Not here: which identities are broken (book_check).
"""

from __future__ import annotations

from custody.core.state.finding import Finding, has_same_figure
from custody.core.state.finding_draft import Draft
from custody.core.state.finding_rows import FindingRows
from custody.core.undo import Undoable


class SameFigures(Undoable):
    """Event -> the findings about figures that name it."""

    __slots__ = ("_about",)

    def __init__(self) -> None:
        self._about: dict[str, list[str]] = {}

    def note(self, finding: Finding) -> None:
        """A finding was raised: if it is about a figure, others may share that."""
        if finding.off is not None:
            for event in finding.evidence:
                self._about.setdefault(event, []).append(finding.id)

    def find(self, rows: FindingRows, draft: Draft, *, by: str) -> Finding | None:
        """The unsettled finding about a figure that this one shares: off by as much, and named by one of the same events."""
        names = dict.fromkeys(event for event in (*draft.causes, *draft.evidence) if event != by)
        known = (rows.get(identity) for event in names for identity in self._about.get(event, ()))
        return next((row for row in known if row is not None and has_same_figure(row, draft)), None)
