"""The life of a seal: applied, seen intact or found otherwise, taken off; act by act, as the story of its unit tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from projections import queries
from projections.kept_rows import TrailLine
from projections.subjects import units_with_seal
from projections.web.models.lines import SealLifeDoc, SealMarkDoc
from projections.web.models.problems import Absent
from projections.web.models.things import SealAnswer
from projections.web.snapshots.snapshot import Snapshot

SEALS_MAX: Final = 12
"""So many seals are drawn of one unit, the last of them."""
_SEEN_BY: Final = frozenset({"SealsChecked", "HandoverAnswered", "StopRecorded", "StoreOpened", "BallotBoxesOpened"})
"""Types of acts that look at the seals of a unit and need not change anything."""
_OVER: Final = frozenset({"removed", "retained", "destroyed"})


def lives_of_unit(reading: Snapshot, unit: str, *, trail: Sequence[TrailLine]) -> tuple[SealLifeDoc, ...]:
    """The lives of the seals that are or were on a unit, in the order in which they were put on."""
    marks: dict[str, list[SealMarkDoc]] = {}
    conditions: dict[str, str] = {}
    states = {event.position: event.doc for event in reading.live.ledger.unit_events(unit)}
    for line in trail:
        if line["source"] != "entry":
            continue
        position, kind = line["position"], line["type"] or ""
        doc = states.get(position)
        now = conditions if doc is None else {seal["seal"]: seal["condition"] for seal in doc["seals"]}
        for seal, condition in now.items():
            what = _what(seal, condition=condition, before=conditions, is_seen=kind in _SEEN_BY)
            if what is not None:
                mark = SealMarkDoc(position=position, at=line["at"], type=kind, what=what)
                marks.setdefault(seal, []).append(mark)
        conditions = dict(now)
    lives = [SealLifeDoc(seal=seal, unit=unit, marks=tuple(own)) for seal, own in marks.items()]
    return tuple(lives[-SEALS_MAX:])


def _what(seal: str, *, condition: str, before: dict[str, str], is_seen: bool) -> str | None:
    """What an act says of a seal; None where it says nothing new of it."""
    if seal not in before:
        return "applied"
    if condition != before[seal]:
        return condition
    return condition if is_seen and condition not in _OVER else None


def seal_answer(reading: Snapshot, seal: str) -> SealAnswer:
    """One seal by its number; Absent."""
    units = units_with_seal(reading.books, seal)
    if not units:
        raise Absent("unknown-seal", f"No act that is in force has applied the seal {seal}.")
    lives = [
        life for unit in units for life in lives_of_unit(reading, unit, trail=reading.trail(unit)) if life.seal == seal
    ]
    rows = (queries.unit(reading.books, unit) for unit in units)
    stations = dict.fromkeys(row["station"] for row in rows if row is not None and row["station"])
    briefs = [brief for brief in reading.briefs if set(brief.units).intersection(units)]
    return SealAnswer(
        **reading.common(),
        seal=seal,
        units=tuple(units),
        stations=tuple(stations),
        lives=tuple(lives),
        findings=tuple(brief.id for brief in briefs if brief.code.startswith("seal"))[:50],
    )
