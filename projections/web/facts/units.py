"""The facts of a unit: as it is, who holds it and on what basis, its story, and where its papers went.

Custody of what is packed is that of the outermost unit around it.  The basis is never more than what was signed: a handover is
named with the badges under its offer and under its answer, or there was none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

from custody.core.authority.parties import told_holder
from custody.core.state.brackets import bracket_of
from custody.core.state.custody_breaks import is_broken
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, said, tell
from custody.core.wording.numbers import at_position
from custody.core.wording.outcomes import ENTRY
from projections import queries
from projections.kept_rows import KeptUnit, StateLine, TrailLine
from projections.web.facts.consignments import consignment_of
from projections.web.facts.custody_line import line_of_unit
from projections.web.facts.events import Events, handover_of, in_each, made_doc, noted_doc, said_of
from projections.web.facts.findings import SHOWN_MAX, Wanted, found
from projections.web.facts.paging import LazyList, part
from projections.web.facts.seals import lives_of_unit
from projections.web.models import words
from projections.web.models.answers import TrailPage, UnitAnswer
from projections.web.models.parts import (
    ConsignmentDoc,
    CustodyDoc,
    HandoverDoc,
    LineDoc,
    MoveDoc,
    SealDoc,
    StylePapersDoc,
    UnitDoc,
)
from projections.web.models.problems import Absent
from projections.web.snapshots.snapshot import Snapshot

DEPTH_MAX: Final = 16
"""Units around units; more than any packing has."""
LINES_MAX: Final = 200
"""So many lines of a story stand on a page."""
MOVES_MAX: Final = 200
Pair = tuple[TrailLine, StateLine | None]
"""An entry, and what the unit became by it; a state that no entry of its own led to is both."""
_ACCEPTED: Final = ("accepted", "accepted with reservation")


_FIGURES: Final = {"papers": "declared", "counted": "counted"}
"""Figure of a unit -> its name in an answer."""


def unit_row(reading: Snapshot, unit: str) -> KeptUnit:
    """The doc of a unit, as of the position of the reading; Absent."""
    if reading.at is not None:
        past = queries.unit_at(reading.live, unit, position=reading.at)
        if past is not None:
            return {**past.doc, "position": past.position}
    else:
        doc = queries.unit(reading.live, unit)
        if doc is not None:
            return doc
    when = "" if reading.at is None else f" by {at_position(reading.at)}"
    raise Absent("unknown-unit", f"There is no unit {unit} on this log{when}.")


def unit_doc(doc: KeptUnit, *, custodian: str | None, withheld: bool) -> UnitDoc:
    """The unit as it is answered; ``custodian`` is that of the outermost unit around it."""
    hidden = withheld and doc["direction"] == "back"
    return UnitDoc(
        unit=doc["unit"],
        kind=doc["kind"],
        station=doc["station"] or None,
        consignment=doc["consignment"],
        direction=doc["direction"],
        state=doc["state"],
        custodian=custodian,
        basis=doc["basis"],
        inside=doc["inside"],
        contains=tuple(doc["contains"]),
        declared=None if hidden or queries.is_emptied(doc) else doc["papers"],
        emptied=not hidden and queries.is_emptied(doc),
        counted=None if hidden else doc["counted"],
        styles=()
        if hidden
        else tuple(StylePapersDoc(style=one["style"], papers=one["papers"]) for one in doc.get("styles", ())),
        seals=tuple(SealDoc(seal=seal["seal"], condition=seal["condition"]) for seal in doc["seals"]),
        hold=doc["hold"],
        broken=is_broken(doc["breaks"]),
        disputed=doc["disputed"],
        disputed_figures=() if hidden else tuple(_FIGURES[name] for name in doc["disputed_figures"]),
        position=doc["position"],
        at=doc["at"],
    )


def outermost(reading: Snapshot, doc: KeptUnit) -> KeptUnit:
    """The outermost unit around a unit; the unit itself if it is inside of nothing."""
    for _ in range(DEPTH_MAX):
        if not doc["inside"]:
            break
        doc = unit_row(reading, doc["inside"])
    return doc


def units_of_station(reading: Snapshot, code: str) -> Sequence[UnitDoc]:
    """The units of a station, by id, each with the custodian of the outermost unit around it."""
    return _with_custodians(reading, queries.units_of_station(reading.books, code))


def all_units(reading: Snapshot) -> Sequence[UnitDoc]:
    """Every unit, by id; those of no station too."""
    return _with_custodians(reading, queries.all_units(reading.books))


def _with_custodians(reading: Snapshot, rows: Sequence[KeptUnit]) -> Sequence[UnitDoc]:
    docs = {doc["unit"]: doc for doc in rows}

    def told(doc: KeptUnit) -> UnitDoc:
        around = doc
        for _ in range(DEPTH_MAX):
            around = docs.get(around["inside"] or "", around)
        return unit_doc(doc, custodian=around["custodian"], withheld=reading.withheld)

    return LazyList(rows, lambda part: [told(doc) for doc in part])


def trail(reading: Snapshot, unit: str) -> list[LineDoc]:
    """The story of a unit: its entries in log order, each with what the unit became by it."""
    return _lines(reading, unit, pairs=_pairs(reading.trail(unit)))


def _lines(reading: Snapshot, unit: str, *, pairs: Sequence[Pair]) -> list[LineDoc]:
    offers = _offers(reading, unit) if pairs else {}
    return [
        _line(pair, hides=partial(reading.hides, unit=unit), offers=offers, languages=reading.languages)
        for pair in pairs
    ]


def _offers(reading: Snapshot, unit: str) -> dict[str, str]:
    """Offers and answers about a unit, by their events, each with the offer: which of them belong together never changes."""
    docs = queries.handovers_of_station(reading.live, unit.split("-", maxsplit=1)[0])
    own = [doc for doc in docs if unit in doc["units"]]
    return {event: doc["offer"] for doc in own for event in (doc["offer"], doc["answer"]) if event}


def _pairs(lines: Sequence[TrailLine]) -> list[Pair]:
    """Each entry with the state that it led to at its own position; a state without an entry of its own stands alone."""
    pairs: list[Pair] = []
    for line in lines:
        if line["source"] == "entry":
            pairs.append((line, None))
        elif pairs and pairs[-1][1] is None and pairs[-1][0]["position"] == line["position"]:
            pairs[-1] = (pairs[-1][0], line)
        else:
            pairs.append((line, line))
    return pairs


def _line(
    pair: Pair, *, hides: Callable[..., bool], offers: Mapping[str, str], languages: Sequence[Language]
) -> LineDoc:
    told, became = pair
    entry = told if told["source"] == "entry" else None
    kind = told["type"] or "entry"
    stands_for = None if entry is None else entry["stands_for"]
    is_hidden = hides(kind, event=told["event"], stands_for=stands_for)
    sentences = said_of(told, hidden=is_hidden, languages=languages)
    return LineDoc(
        position=told["position"],
        at=told["at"],
        made=None if entry is None else made_doc(bracket_of(entry)),
        place=None if entry is None else entry["place"],
        type=kind,
        type_words=words.of_type(kind) if entry is not None else "Became by an earlier entry",
        sentence=sentences.en,
        sentences=sentences,
        by=() if entry is None else tuple(entry["by"]),
        status=None if entry is None else entry["status"],
        codes=() if entry is None else tuple(entry["codes"]),
        noted=() if entry is None or is_hidden else tuple(noted_doc(item) for item in entry["noted"]),
        since=told["since"],
        event=told["event"],
        entry=None if entry is None else entry["entry"],
        handover=offers.get(told["event"] or ""),
        became=None if became is None else tell(became["says"], language="en"),
        state=None if became is None else became["state"],
        custodian=None if became is None else became["custodian"],
        basis=None if became is None else became["basis"],
    )


def unit_answer(reading: Snapshot, unit: str, *, offset: int | None = None) -> UnitAnswer:
    """Everything about one unit, and its story from ``offset`` on; where that is None, the end of it."""
    doc = unit_row(reading, unit)
    around = outermost(reading, doc)
    story, told = _pairs(reading.trail(unit)), None if reading.is_far else found(reading, Wanted(unit=unit))
    start = max(0, len(story) - LINES_MAX) if offset is None else offset
    station = queries.station(reading.live, doc["station"]) if doc["station"] else None
    moves = _packed_into(reading, unit=unit, story=story)
    gone = _emptied(moves) if moves and doc["papers"] == 0 else _counted_out(reading, doc)
    held = custody(reading, doc, around=around, gone=gone)
    return UnitAnswer(
        **reading.common(),
        unit=unit_doc(doc, custodian=around["custodian"], withheld=reading.withheld),
        city=None if station is None else station["city"],
        custody=held,
        line=line_of_unit(around, trail=reading.trail(around["unit"]), planned=_planned(reading, around)),
        seals=lives_of_unit(reading, unit, trail=reading.trail(unit)),
        packed_into=moves,
        trail=tuple(_lines(reading, unit, pairs=story[start : start + LINES_MAX])),
        trail_offset=start,
        trail_total=len(story),
        findings=() if told is None else tuple(told[:SHOWN_MAX]),
        counts=None if told is None else told.counts,
    )


def _planned(reading: Snapshot, doc: KeptUnit) -> ConsignmentDoc | None:
    """The consignment that a unit travels in, while it is not delivered."""
    row = None if reading.is_far or not doc["consignment"] else queries.consignment(reading.books, doc["consignment"])
    if row is None or row["delivered"]:
        return None
    return consignment_of(row, recorded={}, judged={}, withheld=reading.withheld)


def trail_page(reading: Snapshot, unit: str, *, offset: int, limit: int) -> TrailPage:
    """A part of the story of a unit."""
    unit_row(reading, unit)
    pairs = _pairs(reading.trail(unit))
    fields = part(pairs, offset=offset, limit=limit)
    fields["items"] = tuple(_lines(reading, unit, pairs=fields["items"]))
    return TrailPage(**reading.common(), **fields, unit=unit)


def custody(reading: Snapshot, doc: KeptUnit, *, around: KeptUnit, gone: Message | None = None) -> CustodyDoc:
    """Who holds a unit now, and by what; ``gone``: where its papers are that it no longer has."""
    came_in = None if doc["inside"] else _came_in(reading, doc["unit"])
    line = _held_since(_pairs(reading.trail(around["unit"])), custodian=around["custodian"])
    handover = _handover(reading, around["unit"], custodian=around["custodian"])
    if handover is None and came_in is not None:
        handover = _handover(reading, came_in, custodian=around["custodian"])
    parts = _told(around, handover=handover, is_known=not reading.is_far)
    said_of_it = message("custody.sentences", parts=(*parts, *(() if gone is None else (gone,))))
    sentences = in_each(said_of_it, languages=reading.languages)
    return CustodyDoc(
        custodian=around["custodian"],
        basis=around["basis"],
        sentence=sentences.en,
        sentences=sentences,
        within=around["unit"] if around["unit"] != doc["unit"] else None,
        came_in=came_in,
        handover=handover,
        since=None if line is None else line["position"],
        since_at=None if line is None else line["at"],
    )


def _told(around: KeptUnit, *, handover: HandoverDoc | None, is_known: bool) -> list[Message]:
    """Who holds it, and by what; ``is_known``: whether no handover means that there was none."""
    if around["custodian"] is None:
        return [said(around["says"])]
    basis = around["basis"] or "uncertain"
    told: Message | str = words.BASES.get(basis, basis)
    if basis == "confirmed" and handover is None and is_known:
        told = words.OWN_ACT
    if basis == "confirmed" and handover is not None:
        giver, taker = _names(handover.released_by), _names(handover.received_by)
        told = message("custody.handed", basis=told, giver=giver, taker=taker)
    held = message("custody.held", holder=told_holder(around["custodian"]), basis=told)
    return [held, message("custody.disputed")] if around["disputed"] else [held]


def _names(badges: Sequence[str]) -> Message | str:
    return ", ".join(badges) if badges else message("custody.unnamed-key")


def _held_since(story: Iterable[Pair], *, custodian: str | None) -> TrailLine | None:
    """The line by which the unit came to whom it is with now."""
    since: TrailLine | None = None
    for told, became in story:
        if became is not None:
            since = (since or told) if became["custodian"] == custodian else None
    return since


def _came_in(reading: Snapshot, unit: str) -> str | None:
    """The unit inside which a unit was last, if it was taken out of one."""
    stop = reading.at if reading.at is not None else reading.standing.position
    events = [event for event in reading.live.ledger.unit_events(unit) if event.position <= stop]
    return next((event.doc["inside"] for event in reversed(events) if event.doc["inside"]), None)


def _handover(reading: Snapshot, unit: str, *, custodian: str | None) -> HandoverDoc | None:
    """The newest accepted handover by which this custodian got the unit; None in a past too far to have its handovers."""
    if reading.is_far:
        return None
    station = unit.split("-", maxsplit=1)[0]
    docs = queries.handovers_of_station(reading.books, station)
    fitting = [doc for doc in docs if unit in doc["units"] and doc["to"] == custodian and doc["state"] in _ACCEPTED]
    return handover_of(fitting[-1], events=Events(reading, units=(unit,))) if fitting else None


def _packed_into(reading: Snapshot, *, unit: str, story: Sequence[Pair]) -> tuple[MoveDoc, ...]:
    """The packs into which the papers of a batch went, or the units around what was packed."""
    moves: list[MoveDoc] = []
    for line, _ in story:
        if line["source"] != "entry" or line["type"] != "UnitPacked" or line["status"] != "applied":
            continue
        if len(moves) >= MOVES_MAX:
            break
        into = _filled_by(reading, position=line["position"])
        if into is not None and into != unit:
            moves.append(_move(reading, into, position=line["position"]))
    return tuple(moves)


def _filled_by(reading: Snapshot, *, position: int) -> str | None:
    """The unit that the entry at a position says was filled."""
    outcomes = reading.live.ledger.outcomes(start=position, stop=position + 1)
    return next((ENTRY.doc_of(outcome)["packed_into"] for outcome in outcomes if outcome.kind == ENTRY.name), None)


def _emptied(moves: Sequence[MoveDoc]) -> Message:
    """Where the papers are that a unit no longer has."""
    shown = tuple(message("custody.in-unit", unit=move.unit, holder=told_holder(move.custodian)) for move in moves[:4])
    more = len(moves) - 4
    units = message("event.units-more", units=shown, more=more) if more > 0 else shown
    return message("custody.packed-on", units=units)


def _counted_out(reading: Snapshot, doc: KeptUnit) -> Message | None:
    """Where the papers are that were counted when the unit was opened; None while they are in it."""
    if doc["state"] != "opened" or doc["counted"] is None or not doc["station"]:
        return None
    rows = queries.units_of_station(reading.live if reading.is_far else reading.books, doc["station"])
    books = [row["unit"] for row in rows if row["kind"] == "stock"]
    return message("custody.counted-out", books=f", {books[0]}" if books else "")


def _move(reading: Snapshot, unit: str, *, position: int) -> MoveDoc:
    """A unit into which something was packed, and who holds it."""
    doc = unit_row(reading, unit)
    is_hidden = reading.withheld and doc["direction"] == "back"
    papers = None if is_hidden or queries.is_emptied(doc) else doc["papers"]
    return MoveDoc(position=position, unit=unit, custodian=outermost(reading, doc)["custodian"], declared=papers)
