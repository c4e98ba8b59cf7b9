"""Tellers of events: the finding that its disagreement opened, is counted by or is listed under.

An event can have two: what was said before it was judged (its signatures, its waiting), which stands whatever becomes of it, and
what it was judged to mean. Who asks what tells of the event gets the second, which says more; so the answer does not depend on
which of both came first.
"""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.undo import Undoable


class ToldUnder(Undoable):
    """Event -> the id of a finding, or the topic of a group, for both kinds of what is said of it."""

    __slots__ = ("_before", "_judged")

    def __init__(self) -> None:
        self._before: dict[str, str] = {}
        self._judged: dict[str, str] = {}

    def names(self, event: str, *, judged: bool = False) -> Iterator[str]:
        """What it was judged to mean stands under this, what was said before under that; or the first of both alone."""
        for row in (self._judged,) if judged else (self._judged, self._before):
            if event in row:
                yield row[event]

    def of(self, event: str, *, act: str) -> str:
        """Where one of the two stands: of the judgement where ``act`` is not empty; empty where nothing is said."""
        return self._row(act).get(event, "")

    def put(self, event: str, name: str, *, act: str) -> None:
        """It stands under this from now on."""
        self._row(act)[event] = name

    def keep(self, event: str, name: str, *, act: str) -> None:
        """It stands under this, unless it stands somewhere already."""
        self._row(act).setdefault(event, name)

    def rename(self, event: str, *, before: str, after: str) -> None:
        """What stands under one name stands under another one; under none where that is empty."""
        for row in (self._judged, self._before):
            if row.get(event) != before:
                continue
            if after:
                row[event] = after
            else:
                del row[event]

    def _row(self, act: str) -> dict[str, str]:
        return self._judged if act else self._before
