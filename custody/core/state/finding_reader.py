"""Queries over the findings of the current state: by id, by topic, by the events that they are about. Nothing changes here.

Not here: how findings are raised, settled and taken back (finding_store).
"""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.state import settled_groups
from custody.core.state.finding import UNSETTLED, Finding, Raised
from custody.core.state.finding_rows import FindingRows
from custody.core.undo import Undoable


class FindingReader(Undoable):
    """The findings as their readers see them; what concerns an entry is found without a look at all of them."""

    __slots__ = ()
    _rows: FindingRows

    def on_topic(self, topic: str) -> tuple[Finding, ...]:
        """All findings on a topic, whatever became of them."""
        return tuple(self._known(identity) for identity in self._rows.index.on_topic(topic))

    def timed(self, topic: str) -> tuple[Finding, ...]:
        """Those of them that say how long nobody can say that a seal was whole."""
        return tuple(map(self._known, self._rows.index.timed(topic)))

    def opened_by(self, event: str) -> Finding | None:
        """The finding that the disagreement of an event opened, was listed under or is counted by."""
        return self._rows.over(event)

    def tells(self, event: str, *, code: str) -> bool:
        """Whether something that is not settled says this of an event: a finding that counts it, or one that lists it."""
        if any(raised.draft.code == code for raised in self._rows.groups.of(event)):
            return True
        over = self.opened_by(event)
        if over is None or over.status == "settled":
            return False
        own = over.raised_by == event and over.code == code
        return own or code in self._rows.listings.codes(self._rows.name(over), event=event)

    def group_of(self, event: str, *, folder: str, code: str) -> str:
        """The topic under which this is said of an event, in a folder of topics; empty where it is not said."""
        return next((raised.draft.topic for raised in self._members(event, folder=folder, code=code)), "")

    def _members(self, event: str, *, folder: str, code: str) -> list[Raised]:
        """What groups count of an event, in a folder of topics and with a code."""
        rows = (row for row in self._rows.groups.of(event) if row.draft.code == code)
        return [row for row in rows if row.draft.topic.startswith(f"{folder}/")]

    def open_codes(self, event: str) -> tuple[str, ...]:
        """Codes of what is unsettled because of an event: findings that it raised, and what is listed of it under others."""
        found = [self._known(name) for name in self._rows.index.raised_by(event)]
        own = [finding.code for finding in found if finding.status in UNSETTLED]
        grouped = [raised.draft.code for raised in self._rows.groups.of(event)]
        under = [name for name, finding in self._listing(event) if finding.status in UNSETTLED]
        also = (code for name in under for code in self._rows.listings.codes(name, event=event))
        return tuple(dict.fromkeys((*own, *grouped, *also)))

    def settled_about(self, subject: str, *, topic: str) -> tuple[Finding, ...]:
        """The settled findings on a topic that are about a subject, or tell of one that is."""
        settled = (row for row in self.on_topic(topic) if row.status == "settled")
        return tuple(row for row in settled if settled_groups.about(self._rows, row, subject=subject))

    def _listing(self, event: str) -> tuple[tuple[str, Finding], ...]:
        """The findings that list an event, each with the name of its listing."""
        found = ((name, self._rows.named(name)) for name in self._rows.listings.of(event))
        return tuple((name, finding) for name, finding in found if finding is not None)

    def get(self, identity: str) -> Finding | None:
        """The finding with this id in the current state."""
        return self._rows.get(identity)

    def find(self, identity: str) -> Finding | None:
        """What a decision about this id is about: that finding, or the one that speaks for the group in which it is, or did."""
        # rules.md 113
        groups = self._rows.groups
        over = self._rows.get(identity) or self._rows.spoken_for(groups.topic_of(identity) or "")
        return over or self._rows.named(groups.closed.get(identity, ""))

    def lists(self, finding: Finding, *, event: str) -> bool:
        """Whether a finding lists this event as one that is as its own."""
        return finding.code in self._rows.listings.codes(self._rows.name(finding), event=event)

    def unsettled(self, topic: str) -> Finding | None:
        """The first finding on a topic that is neither settled nor adjudicated."""
        return self._rows.get(self._rows.index.first_unsettled(topic))

    def changed(self) -> tuple[Finding, ...]:
        """The findings that changed since changes were forgotten, as they are now."""
        return self._rows.changed()

    def with_withdrawn(self) -> tuple[tuple[str, Finding | None], ...]:
        """The same: (id, finding or None where it was withdrawn), in order of change."""
        return self._rows.with_withdrawn()

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._rows)

    def _known(self, identity: str) -> Finding:
        finding = self._rows.get(identity)
        if finding is None:
            raise KeyError(identity)
        return finding
