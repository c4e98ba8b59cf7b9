"""Between which moments the acts of a story were made, as cosigned notes on the log bound them.

Not here: how that follows from the log (``custody.core.evidence.proven_times``), and claims, which stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict

from custody.core.evidence.bracket_words import told
from custody.core.state.brackets import Bracket
from custody.core.state.moments import moment
from custody.core.wording.message_format import Language
from custody.core.wording.messages import render
from custody.embedded.derived_file import derived_times
from custody.embedded.directory import Directory
from projections.kept_rows import TrailLine


class BracketJson(TypedDict):
    """The bounds of an act, in UTC; None: nothing bounds it on that side."""

    not_before: str | None
    not_after: str | None


def times_of(directory: Directory, *, trail: Iterable[TrailLine]) -> dict[str, Bracket]:
    """Event id -> its bracket, of the entries of a story; empty for books that were copied without their log."""
    if not directory.log.is_file():
        return {}
    with directory.open_log() as log:
        known = derived_times(directory.derived, log=log)
    events = {line["event"] for line in trail if line["source"] == "entry"}
    return {event: known[event] for event in sorted(filter(None, events)) if event in known}


def times_json(times: Mapping[str, Bracket]) -> dict[str, BracketJson]:
    """The same as JSON."""
    return {
        event: {
            "not_before": None if one.not_before is None else moment(one.not_before),
            "not_after": None if one.not_after is None else moment(one.not_after),
        }
        for event, one in times.items()
    }


def said(times: Mapping[str, Bracket], event: str | None, *, lang: Language) -> str:
    """What is added to an act's line: nothing where nothing bounds it."""
    words = None if event is None or event not in times else told(times[event])
    return "" if words is None else f" ({render(words, language=lang)})"
