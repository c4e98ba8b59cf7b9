"""A view: which election this is, and which stations it has.

Rows: ``election/<election id>``, ``station/<code>`` and ``witnesses/<election id>`` (its log witnesses) = the docs of their
last outcomes, with ``position``, the log position since which they read so.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import ELECTION, STATION, WITNESSES, Outcome
from projections.kept_rows import KeptElection, KeptStation, KeptWitnesses
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
    else:
        election: KeptElection = {**ELECTION.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=None, doc=election)


VIEW = View(name="stations", kinds=frozenset({ELECTION.name, STATION.name, WITNESSES.name}), apply=apply)
