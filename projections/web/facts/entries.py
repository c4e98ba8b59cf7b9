"""The facts of entries: one entry and what came of it, what a badge signed, the end of the log, the acts that set rules."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from custody.core.state.brackets import bracket_of
from custody.core.wording.numbers import at_position
from custody.core.wording.outcomes import ENTRY
from projections import queries
from projections.web.facts.events import made_doc, noted_doc, said_of
from projections.web.facts.findings import SHOWN_MAX, finding_doc
from projections.web.facts.keys import keys_of
from projections.web.facts.standing_bar import standing_bar
from projections.web.facts.witnesses import watchers
from projections.web.models.parts import FindingDoc
from projections.web.models.problems import Absent
from projections.web.models.things import BadgeAnswer, EntryAnswer, EntryDoc, LogAnswer
from projections.web.snapshots.snapshot import Snapshot
from schemas.outcomes import EntryJson

LINES_MAX: Final = 50
"""So many entries stand on a page."""
HELD_MAX: Final = 200
CHECKPOINTS_MAX: Final = 20


def entry_at(reading: Snapshot, position: int) -> EntryJson:
    """What the entry at a position says; Absent."""
    if position < reading.stop:
        for outcome in reading.live.ledger.outcomes(start=position, stop=position + 1):
            if outcome.kind == ENTRY.name:
                return ENTRY.doc_of(outcome)
    raise Absent("unknown-entry", f"The log has no entry at {at_position(position)} here.")


def entry_doc(reading: Snapshot, doc: EntryJson, *, position: int) -> EntryDoc:
    """An entry as it is answered, in the meaning that it has at the position of the reading."""
    line = queries.line_of(doc, position=position)
    hidden = any(
        reading.hides(doc["type"] or "", event=doc["event"] or "", stands_for=doc["stands_for"], unit=unit)
        for unit in doc["units"] or ("",)
    )
    said = said_of(line, hidden=hidden, languages=reading.languages)
    later = [status for since, status in reading.found.later.get(position, ()) if since < reading.stop]
    return EntryDoc(
        position=position,
        event=doc["event"],
        entry=doc["entry"],
        type=doc["type"] or "entry",
        at=doc["at"],
        made=made_doc(bracket_of(doc)),
        place=doc["place"],
        station=doc["station"] or None,
        units=tuple(doc["units"]),
        by=tuple(doc["by"]),
        status=later[-1] if later else doc["status"],
        codes=tuple(doc["codes"]),
        noted=() if hidden else tuple(noted_doc(item) for item in doc["noted"]),
        sentence=said.en,
        sentences=said,
    )


def entry_answer(reading: Snapshot, position: int) -> EntryAnswer:
    """One entry by its position; Absent."""
    doc = entry_at(reading, position)
    event = doc["event"]
    found = reading.found
    return EntryAnswer(
        **reading.common(),
        entry=entry_doc(reading, doc, position=position),
        recorded=tuple(_until(found.events.get(event or "", ()), stop=reading.stop)),
        later=tuple((since, status) for since, status in found.later.get(position, ()) if since < reading.stop),
        handover=_handover(reading, doc),
        findings=tuple(_findings(reading, position=position, event=event)),
    )


def position_of(reading: Snapshot, event: str) -> int:
    """Where an event was first recorded; Absent."""
    positions = _until(reading.found.events.get(event, ()), stop=reading.stop)
    if not positions:
        raise Absent("unknown-event", "There is no event with this id on this log.")
    return positions[0]


def _until(positions: Sequence[int], *, stop: int) -> Sequence[int]:
    return positions[: bisect_left(positions, stop)]


def _handover(reading: Snapshot, doc: EntryJson) -> str | None:
    """The offer of the handover that an entry offers or answers."""
    if doc["type"] == "HandoverOffered":
        return doc["event"]
    if doc["type"] not in {"HandoverAnswered", "HandoverWithdrawn"} or reading.is_far or not doc["station"]:
        return None
    rows = queries.handovers_of_station(reading.books, doc["station"])
    return next((row["offer"] for row in rows if row["answer"] == doc["event"]), None)


def _findings(reading: Snapshot, *, position: int, event: str | None) -> Iterable[FindingDoc]:
    if reading.is_far:
        return
    briefs = [one for one in reading.briefs if one.raised == position or (event and event in one.evidence)]
    cities = {station["station"]: station["city"] for station in queries.all_stations(reading.books)} if briefs else {}
    for brief in briefs[:SHOWN_MAX]:
        doc = queries.finding(reading.books, brief.id)
        if doc is not None:
            yield finding_doc(reading, doc, city=cities.get(doc["station"] or ""))


def entries_at(reading: Snapshot, positions: Iterable[int]) -> tuple[EntryDoc, ...]:
    """The entries at some positions."""
    return tuple(entry_doc(reading, entry_at(reading, position), position=position) for position in positions)


def part_of(positions: Sequence[int], *, offset: int | None) -> tuple[int, Sequence[int]]:
    """The part of a list of positions that a page shows: from an offset on, else the end; and where it begins."""
    start = max(0, len(positions) - LINES_MAX) if offset is None else offset
    return start, positions[start : start + LINES_MAX]


def badge_answer(reading: Snapshot, badge: str, *, offset: int | None = None) -> BadgeAnswer:
    """Somebody by their badge; Absent."""
    named = _until(reading.found.named.get(badge, ()), stop=reading.stop)
    if not named:
        raise Absent("unknown-badge", "There is no badge of this name on this log.")
    office = reading.found.offices.get(badge)
    start, shown = part_of(named, offset=offset)
    holder = f"courier {badge}"
    is_near = not reading.is_far
    held = [row["unit"] for row in queries.all_units(reading.books) if row["custodian"] == holder] if is_near else []
    tours = (
        [row["tour"] for row in queries.all_tours(reading.books) if row["courier"] in {badge, holder}]
        if is_near
        else []
    )
    return BadgeAnswer(
        **reading.common(),
        badge=badge,
        keys=keys_of(reading, badge),
        role=None if office is None else office.role,
        office=None if office is None else office.office,
        enrolled=named[0],
        holds=tuple(held[:HELD_MAX]),
        tours=tuple(tours),
        entries=entries_at(reading, shown),
        entries_offset=start,
        entries_total=len(named),
        signed_total=len(_until(reading.found.signed.get(badge, ()), stop=reading.stop)),
    )


def log_answer(reading: Snapshot, *, offset: int | None = None) -> LogAnswer:
    """The log: its end, or a part of it, and who cosigned."""
    start, shown = part_of(range(reading.stop), offset=offset)
    bar = standing_bar(reading)
    election = queries.election(reading.live)
    return LogAnswer(
        **reading.common(),
        closed=election is not None and election["closed"],
        entries=entries_at(reading, shown),
        entries_offset=start,
        signed=bar.signed,
        witnesses=bar.witnesses,
        watchers=watchers(reading),
        witnessed=tuple(
            _until(reading.found.types.get("CheckpointWitnessed", ()), stop=reading.stop)[-CHECKPOINTS_MAX:]
        ),
    )
