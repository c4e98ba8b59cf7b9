"""Brackets of the acts of a story in lines, as cosigned notes on the log bound them.

Not here: how that follows from the log (``custody.core.state.brackets``), and claims, which stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from custody.core.evidence.bracket_words import told
from custody.core.state.brackets import Bracket, bounds_doc, bracket_of
from custody.core.wording.message_format import Language
from custody.core.wording.messages import render
from projections.kept_rows import TrailLine
from schemas.proof_outcomes import BoundsJson


def times_of(trail: Iterable[TrailLine]) -> dict[str, Bracket]:
    """Event id -> its bracket, of the entries of a story that anything bounds, each as it was first recorded."""
    times: dict[str, Bracket] = {}
    for line in trail:
        if line["source"] == "entry" and line["event"] is not None and bracket_of(line) != Bracket():
            times.setdefault(line["event"], bracket_of(line))
    return times


def times_json(times: Mapping[str, Bracket]) -> dict[str, BoundsJson]:
    """The same as JSON."""
    return {event: bounds_doc(one) for event, one in times.items()}


def said(times: Mapping[str, Bracket], event: str | None, *, lang: Language) -> str:
    """What is added to an act's line: nothing where nothing bounds it."""
    words = None if event is None or event not in times else told(times[event])
    return "" if words is None else f" ({render(words, language=lang)})"
