"""The facts of rules: those in force, sentence by sentence and as they were stated, and what each change brought."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from custody.core.authority.rules_told import told_figures, told_root, told_signatures
from custody.core.wording.messages import Message, render
from projections import signers
from projections.kept_rows import KeptRules
from projections.web.facts.entries import entries_at
from projections.web.models.parts import Sentences
from projections.web.models.rules import ChangeDoc, RulesAnswer, SetDoc
from projections.web.snapshots.snapshot import Snapshot
from schemas.quick_json import quick_canonical
from schemas.rules import Rules

ACTS_MAX: Final = 200
CHANGES_MAX: Final = 50
_TYPES: Final = (
    "ElectionOpened",
    "RulesSet",
    "RootChanged",
    "WitnessPolicySet",
    "LogTimeSet",
    "LogSucceeded",
    "LogClosed",
)
"""Types of the acts that set how the log is judged and watched."""

Lines = tuple[Sentences, ...]


def rules_answer(reading: Snapshot) -> RulesAnswer:
    """The rules in force, and the acts by which rules were set and changed."""
    types = reading.found.types
    positions = sorted(place for kind in _TYPES for place in types.get(kind, ()) if place < reading.stop)
    sets = [] if reading.is_far else signers.rules(reading.books)
    return RulesAnswer(
        **reading.common(),
        in_force=_in_force(reading, sets[-1]) if sets else None,
        changes=tuple(_change(reading, before=old, after=new) for old, new in pairwise(sets[-CHANGES_MAX - 1 :])),
        acts=entries_at(reading, positions[-ACTS_MAX:]),
    )


def _in_force(reading: Snapshot, kept: KeptRules) -> SetDoc:
    figures, signatures = _told(reading, kept)
    return SetDoc(
        since=kept["position"], event=kept["event"], figures=figures, signatures=signatures, rules=kept["rules"]
    )


def _change(reading: Snapshot, *, before: KeptRules, after: KeptRules) -> ChangeDoc:
    old, new = ([*figures, *signatures] for figures, signatures in (_told(reading, before), _told(reading, after)))
    return ChangeDoc(
        position=after["position"],
        event=after["event"],
        before=tuple(line for line in old if line not in new),
        after=tuple(line for line in new if line not in old),
    )


def _told(reading: Snapshot, kept: KeptRules) -> tuple[Lines, Lines]:
    rules = Rules.model_validate_json(quick_canonical(kept["rules"]))
    return _lines(reading, told_figures(rules)), _lines(reading, (*told_signatures(rules), told_root()))


def _lines(reading: Snapshot, messages: Iterable[Message]) -> Lines:
    return tuple(
        Sentences(**{str(language): render(message, language=language) for language in reading.languages})
        for message in messages
    )
