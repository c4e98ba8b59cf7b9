"""Bounds: the bracket of every event as the log goes on, passed along what events name by hash (design D11, docs/spec/ledger.md).

Theory. Not-before passes to whoever names an event, not-after to whatever it names. An event is bounded from below as soon as it
is recorded; what is learnt later (a predecessor that came late, a note that had been seen before it was logged, a note that
covers) is passed on when the next good note is judged, so the cost is that of the notes and of what they change. Only events that
may still learn something from below keep who names them: in an orderly log none do.

Not here: which notes bound an event (witnessing), what a bracket is (brackets), and the slow reference of the same (tests).
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.state.brackets import Bracket
from custody.core.undo import Undoable

_NONE = Bracket()


class Bounds(Undoable):
    """Event -> its bracket, and what of it is still to be passed on or told."""

    __slots__ = ("_brackets", "_changed", "_late", "_links", "_namers", "_open", "_topics")

    def __init__(self) -> None:
        self._brackets: dict[str, Bracket] = {}
        self._links: dict[str, tuple[str, ...]] = {}
        self._open: dict[str, None] = {}
        self._namers: dict[str, dict[str, None]] = {}
        self._late: dict[str, None] = {}
        self._changed: dict[str, None] = {}
        self._topics: dict[str, dict[str, None]] = {}

    def of(self, event: str) -> Bracket:
        """Between which moments an event was made, as far as the log shows by now."""
        return self._brackets.get(event, _NONE)

    def enter(self, event: str, *, links: Iterable[str], since: int | None, is_open: bool) -> None:
        """An event is on the log; ``is_open``: the note that its device had seen is not, and may come yet."""
        named = tuple(dict.fromkeys(links))
        before = [since, *(self.of(link).not_before for link in named)]
        self._brackets[event] = Bracket(max((at for at in before if at is not None), default=None))
        if named:
            self._links[event] = named
        unsure = [link for link in named if link in self._open or link not in self._brackets]
        if unsure or is_open:
            self._open[event] = None
        for link in unsure:
            self._namers.setdefault(link, {})[event] = None
        if event in self._namers:
            self._late[event] = None

    def see(self, event: str, *, since: int) -> None:
        """The note that its device had seen is on the log now, and was not there before ``since``."""
        self._raise(event, since=since)

    def cover(self, event: str, *, until: int) -> None:
        """A note that covers it proves that it was made by ``until``."""
        self._lower(event, until=until)

    def pass_on(self) -> None:
        """What events that came late bring to those that named them before, and learn from them."""
        for event in self._late:
            since = self.of(event).not_before
            for namer in self._namers[event]:
                until = self.of(namer).not_after
                if since is not None:
                    self._raise(namer, since=since)
                if until is not None:
                    self._lower(event, until=until)
        self._late.clear()

    def hang(self, topic: str, *, on: str) -> None:
        """Something is told that depends on the bracket of an event."""
        self._topics.setdefault(on, {})[topic] = None

    def changed_topics(self) -> tuple[str, ...]:
        """What hangs on events whose brackets changed and were not told yet."""
        return tuple(topic for event in self._changed for topic in self._topics.get(event, ()))

    def drain(self) -> tuple[tuple[str, Bracket], ...]:
        """The brackets that changed after their events were recorded, since the last call."""
        found = tuple((event, self.of(event)) for event in self._changed)
        self._changed.clear()
        return found

    def counts(self) -> dict[str, int]:
        """On how many events something bounds which sides."""
        sides = {(False, False): "none", (True, False): "after", (False, True): "before", (True, True): "both"}
        found = dict.fromkeys(sides.values(), 0)
        for row in self._brackets.values():
            found[sides[row.not_before is not None, row.not_after is not None]] += 1
        return found

    def rows(self) -> tuple[tuple[str, Bracket], ...]:
        """Every bracket that bounds anything, by event id."""
        return tuple((event, row) for event, row in sorted(self._brackets.items()) if row != _NONE)

    def _raise(self, event: str, *, since: int) -> None:
        names = [event]
        while names:
            name = names.pop()
            known = self.of(name)
            if known.not_before is None or known.not_before < since:
                self._put(name, Bracket(since, known.not_after))
                names += self._namers.get(name, ())

    def _lower(self, event: str, *, until: int) -> None:
        names = [event]
        while names:
            name = names.pop()
            known = self._brackets.get(name)
            if known is not None and (known.not_after is None or known.not_after > until):
                self._put(name, Bracket(known.not_before, until))
                names += self._links.get(name, ())

    def _put(self, event: str, bracket: Bracket) -> None:
        self._brackets[event] = bracket
        self._changed[event] = None
