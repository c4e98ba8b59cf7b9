"""A view: which election this is, which stations it has, and who may sign there.

Rows: ``election/<election id>``, ``station/<code>`` and ``witnesses/<election id>`` (its log witnesses) = the docs of their
last outcomes, with ``position``, the log position since which they read so. ``key/<key id>`` and ``badge/<badge>/<key id>``: an
enrolled key, so twice; ``rules/<position, 12 digits>``: the rules in force since then, each set of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from custody.core.wording.outcomes import ELECTION, KEY, RULES, STATION, WITNESSES, Outcome
from projections.kept_rows import KeptElection, KeptKey, KeptRules, KeptStation, KeptWitnesses
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The facts as they are from this outcome on."""
    key = f"{outcome.kind}/{outcome.subject}"
    if outcome.kind == STATION.name:
        station: KeptStation = {**STATION.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=outcome.subject, doc=station)
    elif outcome.kind == WITNESSES.name:
        witnesses: KeptWitnesses = {**WITNESSES.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=None, doc=witnesses)
    elif outcome.kind == KEY.name:
        record: KeptKey = {**KEY.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=None, doc=record)
        yield Put(key=f"badge/{record['badge']}/{outcome.subject}", station=None, doc=record)
    elif outcome.kind == RULES.name:
        rules: KeptRules = {**RULES.doc_of(outcome), "position": outcome.position}
        yield Put(key=f"rules/{outcome.position:012d}", station=None, doc=rules)
    else:
        election: KeptElection = {**ELECTION.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=None, doc=election)


_KINDS: Final = (ELECTION, STATION, WITNESSES, KEY, RULES)
VIEW = View(name="stations", kinds=frozenset(kind.name for kind in _KINDS), apply=apply)
