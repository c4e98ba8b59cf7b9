"""All findings of the current state and where each is looked up: by id, topic, event, group, and what is listed under it.

Not here: what is done with them (finding_store, finding_grouping).
"""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.state.finding import UNSETTLED, Finding, Raised
from custody.core.state.finding_groups import Groups
from custody.core.state.finding_index import Entry, FindingIndex, Listings
from custody.core.state.told_under import ToldUnder
from custody.core.undo import Undoable


class FindingRows(Undoable):
    """Findings by id, and every way to find one without a look at all of them."""

    __slots__ = (
        "_changed",
        "_findings",
        "by_act",
        "groups",
        "index",
        "listings",
        "parted",
        "released",
        "under",
    )

    def __init__(self) -> None:
        self._findings: dict[str, Finding] = {}
        self._changed: dict[str, None] = {}
        self.index = FindingIndex()
        self.groups = Groups()
        self.listings = Listings()
        """under the id of a finding, or the topic of the group for which it speaks"""
        self.parted: dict[str, dict[str, Raised]] = {}
        """event -> by id what was listed of it under findings of other causes: what it would be by itself, or in its own group"""
        self.by_act: dict[str, list[str]] = {}
        """event -> findings that a dispute takes out with it, but for those of groups"""
        self.under = ToldUnder()
        self.released: dict[str, None] = {}
        """events that were listed under a finding which is settled or gone"""

    def get(self, identity: str) -> Finding | None:
        """The finding with this id."""
        return self._findings.get(identity)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings.values())

    def named(self, name: str) -> Finding | None:
        """The finding with this id, or the one that speaks for the group with this topic."""
        return self._findings.get(name) or self._findings.get(self.groups.heads.get(name, ""))

    def over(self, event: str, *, judged: bool = False) -> Finding | None:
        """The finding that tells of an event: of what it was judged to mean; else, unless ``judged``, of what was said before."""
        found = (self.named(name) for name in self.under.names(event, judged=judged))
        return next((finding for finding in found if finding is not None), None)

    def name(self, finding: Finding) -> str:
        """Under what its listing is kept: its id, or the topic of the group for which it speaks."""
        return finding.topic if self.groups.heads.get(finding.topic) == finding.id else finding.id

    def spoken_for(self, topic: str) -> Finding | None:
        """The unsettled finding that speaks for a group."""
        finding = self._findings.get(self.groups.heads.get(topic, ""))
        return finding if finding is not None and finding.status in UNSETTLED else None

    def put(self, finding: Finding) -> Finding:
        """A finding is new, or changed."""
        self.index.put(finding, before=self._findings.get(finding.id))
        self._findings[finding.id] = finding
        self._changed[finding.id] = None
        return finding

    def take_out(self, identity: str) -> Finding | None:
        """A finding is gone; what is listed under it is not its own, or goes on elsewhere."""
        finding = self._findings.pop(identity, None)
        if finding is not None:
            self.index.remove(finding)
            self._changed[identity] = None
        return finding

    def remove(self, identity: str) -> Finding | None:
        """A finding is gone, and nothing tells any more of what was listed under it."""
        finding = self._findings.get(identity)
        if finding is not None:
            self.release(finding)
        return self.take_out(identity)

    def release(self, finding: Finding) -> None:
        """Nothing unsettled tells any more of what is listed under a finding."""
        self.released.update(dict.fromkeys(self.listings.events(self.name(finding))))

    def part(self, raised: Raised) -> None:
        """What could stand by itself is listed under a finding of another cause."""
        self.parted.setdefault(raised.by, {})[raised.id] = raised

    def alone(self, entry: Entry) -> tuple[Raised, ...]:
        """What is listed as this entry, each as it would stand by itself; the last first."""
        code, _, event = entry.told
        return tuple(raised for raised in reversed(self.parted.get(event, {}).values()) if raised.draft.code == code)

    def member(self, entry: Entry) -> Raised | None:
        """The member of a group of its own cause that is listed elsewhere as this entry; None where its cause has no group."""
        return next((raised for raised in self.alone(entry) if raised.draft.is_grouped), None)

    def changed(self) -> tuple[Finding, ...]:
        """The findings that changed since changes were forgotten, as they are now."""
        found = (self._findings.get(identity) for identity in self._changed)
        return tuple(finding for finding in found if finding is not None)

    def with_withdrawn(self) -> tuple[tuple[str, Finding | None], ...]:
        """The same: (id, finding or None where it was withdrawn), in order of change."""
        return tuple((identity, self._findings.get(identity)) for identity in self._changed)

    def forget_changes(self) -> None:
        """What changed until now is told, or is not asked for."""
        self._changed.clear()
