"""Queries of the books: one function for one question, for the command line and the pages.

All of them read; none judges. A row has the form that its view gives it (``kept_rows``); :func:`tracked` says how far they go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, TypeVar, cast

from custody.core.wording.finding_codes import is_work
from custody.core.wording.outcomes import ENTRY
from custody.ports import Alarm
from custody.report.account_sums import by_station, in_all
from projections.kept_rows import (
    AboutUnits,
    EntryLine,
    KeptAccount,
    KeptConsignment,
    KeptElection,
    KeptFinding,
    KeptHandover,
    KeptLine,
    KeptPrint,
    KeptStation,
    KeptTour,
    KeptUnit,
    KeptWitnesses,
    TrailLine,
)
from projections.stores.books import Books
from projections.stores.ports import Head, Parked
from projections.stores.unit_stream import UnitAggregate, project
from projections.views import accounts, audit_trail, legs, stations, tours
from projections.views import custody as custody_view
from projections.views import findings as findings_view
from projections.views.all_views import VIEWS
from projections.views.view import Put
from schemas.outcomes import AccountJson, EntryJson, FindingJson, LegJson, UnitJson
from schemas.proof_outcomes import BoundsJson

T = TypeVar("T")
LOG: Final = 0
"""Every election has one log so far."""
VIEWS_INCOMPLETE: Final = "views-incomplete"
"""Code of the alarm that views had to set something aside."""


@dataclass(frozen=True, slots=True)
class LegBesideRecord:
    """A planned leg beside what was recorded of it."""

    consignment: str
    direction: str
    """``out`` or ``back``."""
    planned: LegJson
    handover: KeptHandover | None
    """The handover that the leg names; None while nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of the ballot account, summed over the stations that have it."""

    papers: int
    stations: int
    """Number of stations whose account has the figure; the others have not counted yet."""
    disputed: int = 0
    """Number of these whose figure a dispute keeps out of force."""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One station on the board of the control room."""

    station: KeptStation
    account: KeptAccount | None
    consignments: list[KeptConsignment]
    findings: list[KeptFinding]
    """Those that are open or acknowledged."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """How far the books have come."""

    ledger: Head
    views: dict[str, Head]
    parked: list[Parked]
    """What views had to leave out; empty when they are whole."""


def tracked(books: Books) -> Tracked:
    """How far ledger store and views have come, and what was set aside."""
    heads = {view.name: books.views.head(view.name) for view in VIEWS}
    return Tracked(ledger=books.ledger.head(), views=heads, parked=books.views.parked())


def alarms(books: Books) -> list[Alarm]:
    """Why the books may not be vouched for now: the monitor's standing alarms, and outcomes that views left out."""
    told = [Alarm(alarm.code, alarm.sentence) for alarm in books.alarms.standing()]
    parked = len(books.views.parked())
    if parked and all(alarm.code != VIEWS_INCOMPLETE for alarm in told):
        sentence = f"The views had to leave out {parked} outcome(s): what is shown is incomplete."
        told.append(Alarm(VIEWS_INCOMPLETE, sentence))
    return told


def election(books: Books) -> KeptElection | None:
    """The facts of the election; None before its first entry was taken in."""
    rows = _docs(books.views.rows(stations.VIEW.name, prefix="election/"), form=KeptElection)
    return rows[0] if rows else None


def witnesses(books: Books) -> KeptWitnesses | None:
    """The log witnesses that the policy in force names, and what each cosigned last; None before the first entry."""
    rows = _docs(books.views.rows(stations.VIEW.name, prefix="witnesses/"), form=KeptWitnesses)
    return rows[0] if rows else None


def station(books: Books, code: str) -> KeptStation | None:
    """The facts of one station; None if there is none of that code."""
    return _doc(books.views.row(stations.VIEW.name, key=f"station/{code}"), form=KeptStation)


def all_stations(books: Books) -> list[KeptStation]:
    """The facts of every station, by code."""
    return _docs(books.views.rows(stations.VIEW.name, prefix="station/"), form=KeptStation)


def unit(books: Books, unit: str) -> KeptUnit | None:
    """A unit as it is now; None if it was never heard of."""
    return _doc(books.views.row(custody_view.VIEW.name, key=unit), form=KeptUnit)


def all_units(books: Books) -> list[KeptUnit]:
    """Every unit, by unit id; those of no station too."""
    return _docs(books.views.rows(custody_view.VIEW.name), form=KeptUnit)


def outermost(books: Books, inner: KeptUnit) -> KeptUnit:
    """The outermost unit around a unit, whose custody it shares; the unit itself where it is inside of nothing."""
    around: KeptUnit | None = inner
    while around is not None and around["inside"]:
        inner = around
        around = unit(books, around["inside"])
    return inner if around is None else around


def units_of_station(books: Books, code: str) -> list[KeptUnit]:
    """The units that belong to a station, by unit id."""
    return _docs(books.views.rows_of_station(custody_view.VIEW.name, station=code), form=KeptUnit)


def audit_trail_of(books: Books, unit: str, *, position: int | None = None) -> list[TrailLine]:
    """What happened to a unit, in log order, as it reads now or read after the entry at ``position``.

    See ``audit_trail`` for the two kinds of lines, ``entry`` and ``state``.
    """
    return audit_trail.told(_lines(books, unit), position=position)


def _lines(books: Books, unit: str) -> list[KeptLine]:
    rows = books.views.rows(audit_trail.VIEW.name, prefix=audit_trail.prefix(unit))
    return [_line(row) for row in rows]


def _line(row: Put) -> KeptLine:
    return cast("KeptLine", dict(row.doc))


def units_about(books: Books, event: str) -> tuple[str, ...]:
    """The units that an entry is about together, where what its sentence tells depends on them; else none."""
    doc = _doc(books.views.row(audit_trail.VIEW.name, key=audit_trail.about(event)), form=AboutUnits)
    return () if doc is None else tuple(doc["units"])


def recorded_at(books: Books, event: str, *, positions: Iterable[int]) -> list[tuple[str, EntryLine]]:
    """An event among what was recorded at some positions, each with a unit in whose story it is; "" where it names none."""
    rows = (
        (position, ENTRY.doc_of(outcome))
        for position in positions
        for outcome in books.ledger.outcomes(start=position, stop=position + 1)
        if outcome.kind == ENTRY.name
    )
    bounds = _doc(books.views.row(audit_trail.VIEW.name, key=audit_trail.times(event)), form=BoundsJson)
    return [
        (
            next((name for name in doc["units"] if unit(books, name) is not None), ""),
            _bounded(audit_trail.entry_line(doc, position=position, since=position), by=bounds),
        )
        for position, doc in rows
        if doc["event"] == event
    ]


def recorded_between(books: Books, *, start: int, stop: int) -> list[tuple[EntryLine, tuple[str, ...], str | None]]:
    """The entries of a stretch of the log, each with the units that it names and its station, as they read when they came in."""
    found = [one for one in books.ledger.outcomes(start=start, stop=stop) if one.kind == ENTRY.name]
    docs = [(one.position, ENTRY.doc_of(one)) for one in found]
    return [(line_of(doc, position=position), tuple(doc["units"]), doc["station"]) for position, doc in docs]


def _bounded(line: EntryLine, *, by: BoundsJson | None) -> EntryLine:
    """An entry with what is known by now of when its event was made."""
    return line if by is None else {**line, "not_before": by["not_before"], "not_after": by["not_after"]}


def line_of(doc: EntryJson, *, position: int) -> EntryLine:
    """What an entry at a position said when it was recorded, as a line of a story."""
    return audit_trail.entry_line(doc, position=position, since=position)


def waited(books: Books, code: str) -> int:
    """How many entries about a station's units were recorded before what they follow, and took effect when that came."""
    applied: set[int] = set()
    for unit in units_of_station(books, code):
        lines = _lines(books, unit["unit"])
        early = {line["position"] for line in lines if line["source"] == "entry" and line["status"] == "waiting"}
        entries = [line for line in audit_trail.told(lines) if line["source"] == "entry"]
        applied |= {line["position"] for line in entries if line["position"] in early and line["status"] == "applied"}
    return len(applied)


def waiting(books: Books) -> int:
    """How many entries wait now for what they follow."""
    trails: dict[str, list[KeptLine]] = {}
    for row in books.views.rows(audit_trail.VIEW.name):
        if row.key.startswith(audit_trail.ABOUT):
            continue
        trails.setdefault(row.key.partition("/")[0], []).append(_line(row))
    lines = [line for trail in trails.values() for line in audit_trail.told(trail)]
    return len({line["position"] for line in lines if line["source"] == "entry" and line["status"] == "waiting"})


def unit_at(books: Books, unit: str, *, position: int) -> UnitAggregate | None:
    """A unit as it was after the entry at ``position`` and all before it; None if it was not heard of by then.

    From the unit's own stream, so it does not wait for any view.
    """
    return project(takewhile(lambda event: event.position <= position, books.ledger.unit_events(unit)))


def consignments_of_station(books: Books, code: str) -> list[KeptConsignment]:
    """The consignments to and from a station, by consignment id."""
    rows = books.views.rows_of_station(legs.VIEW.name, station=code)
    return _docs((row for row in rows if row.key.startswith("consignment/")), form=KeptConsignment)


def consignment(books: Books, name: str) -> KeptConsignment | None:
    """One consignment; None if there is none of that name."""
    return _doc(books.views.row(legs.VIEW.name, key=f"consignment/{name}"), form=KeptConsignment)


def all_consignments(books: Books) -> list[KeptConsignment]:
    """Every consignment, by consignment id."""
    return _docs(books.views.rows(legs.VIEW.name, prefix="consignment/"), form=KeptConsignment)


def handover(books: Books, offer: str) -> KeptHandover | None:
    """One handover by the event id of its offer; None if there is none."""
    return _doc(books.views.row(legs.VIEW.name, key=f"handover/{offer}"), form=KeptHandover)


def all_handovers(books: Books) -> list[KeptHandover]:
    """Every handover, by the event id of its offer."""
    return _docs(books.views.rows(legs.VIEW.name, prefix="handover/"), form=KeptHandover)


def all_tours(books: Books) -> list[KeptTour]:
    """Every tour, by the event id of its mandate."""
    return _docs(books.views.rows(tours.VIEW.name), form=KeptTour)


def handovers_of_station(books: Books, code: str) -> list[KeptHandover]:
    """Every handover of what belongs to a station, planned or not, in the order in which they last changed.

    One handover may cover the consignments of several stations (a tour); it is listed under each of them.
    """
    rows = [row for row in books.views.rows_of_station(legs.VIEW.name, station=code) if row.key.startswith("handover/")]
    for own in consignments_of_station(books, code):
        rows += books.views.rows(legs.VIEW.name, prefix=f"{legs.SHARED}{own['consignment']}/")
    docs = {doc["offer"]: doc for doc in _docs(rows, form=KeptHandover)}
    return sorted(docs.values(), key=lambda doc: (doc["position"], doc["offer"]))


def legs_of_station(books: Books, code: str) -> list[LegBesideRecord]:
    """The planned legs of all consignments of a station, each beside the handover that it was walked by."""
    recorded = {doc["offer"]: doc for doc in handovers_of_station(books, code)}
    return [
        LegBesideRecord(doc["consignment"], doc["direction"], planned, recorded.get(planned["handover"] or ""))
        for doc in consignments_of_station(books, code)
        for planned in doc["legs"]
    ]


def account_of_station(books: Books, code: str) -> KeptAccount | None:
    """The ballot account of a station, of all its styles together; None if it has none."""
    return in_all(accounts_of_station(books, code))


def accounts_of_station(books: Books, code: str) -> list[KeptAccount]:
    """The ballot accounts of a station: one, or one for each style."""
    return _docs(books.views.rows(accounts.VIEW.name, prefix=f"account/{code}"), form=KeptAccount)


def all_accounts(books: Books) -> list[KeptAccount]:
    """Every ballot account, by station and style."""
    return _docs(books.views.rows(accounts.VIEW.name, prefix="account/"), form=KeptAccount)


def station_accounts(books: Books) -> list[KeptAccount]:
    """The ballot account of each station, of all its styles together, by station."""
    return by_station(all_accounts(books))


def prints(books: Books) -> list[KeptPrint]:
    """The printing batches, by batch id."""
    return _docs(books.views.rows(accounts.VIEW.name, prefix="print/"), form=KeptPrint)


def _nothing(_: AccountJson) -> Collection[str]:
    return ()


def election_totals(books: Books, *, hidden: Callable[[AccountJson], Collection[str]] = _nothing) -> dict[str, Total]:
    """The figures of all ballot accounts summed, but for those ``hidden`` names of each: figure -> total.

    A figure that nobody has yet is not there.
    """
    totals: dict[str, Total] = {}
    for doc in station_accounts(books):
        left_out = {"position", *hidden(doc)}
        for figure, papers in doc.items():
            if type(papers) is int and figure not in left_out:
                before = totals.get(figure, Total(0, 0))
                disputed = before.disputed + (figure in doc["disputed_figures"])
                totals[figure] = Total(before.papers + papers, before.stations + 1, disputed)
    return totals


def is_emptied(unit: UnitJson) -> bool:
    """Whether its papers were taken out of it, so that nothing is declared to be in it any more."""
    return bool(unit["papers"] == 0 and (unit["state"] == "opened" or unit["kind"] == "batch"))


def findings(
    books: Books, *, status: str | None = None, code: str | None = None, station: str | None = None
) -> list[KeptFinding]:
    """The findings that are not withdrawn, those raised first first; each filter narrows.

    A finding about papers that one station sent on to another stands at both.
    """
    docs = _docs(books.views.rows(findings_view.VIEW.name), form=KeptFinding)
    kept = [doc for doc in docs if status in {None, doc["status"]} and code in {None, doc["code"]}]
    kept = [doc for doc in kept if station is None or station in stations_of(doc)]
    return sorted(kept, key=lambda doc: (doc["raised"], doc["id"]))


def finding(books: Books, identity: str) -> KeptFinding | None:
    """One finding by its id; None where there is none, or it was withdrawn."""
    return _doc(books.views.row(findings_view.VIEW.name, key=identity), form=KeptFinding)


def stations_of(finding: FindingJson) -> tuple[str, ...]:
    """The stations at which a finding stands, its own first."""
    return tuple(finding["stations"])


def board(books: Books) -> list[BoardRow]:
    """Every station with its account, its consignments and what is not settled there, by station code."""
    known = findings(books)
    unsettled = [doc for doc in known if doc["status"] in {"open", "acknowledged"} and is_work(doc["severity"])]
    return [
        BoardRow(
            station=doc,
            account=account_of_station(books, doc["station"]),
            consignments=consignments_of_station(books, doc["station"]),
            findings=[finding for finding in unsettled if doc["station"] in stations_of(finding)],
        )
        for doc in all_stations(books)
    ]


def _doc(row: Put | None, *, form: type[T]) -> T | None:
    """What a row says, in the form that its key promises."""
    del form
    return None if row is None else cast("T", dict(row.doc))


def _docs(rows: Iterable[Put], *, form: type[T]) -> list[T]:
    """What rows of one form say."""
    del form
    return [cast("T", dict(row.doc)) for row in rows]
