"""What can be asked of the books: one function for one question, for the command line and the pages.

All of them read; none judges.  A doc is a dict with the keys that the head of the view's file names.  Answers may be
behind the log: :func:`tracked` says how far they go, and over which history.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

from custody.core.wording.finding_codes import is_work
from custody.ports import Alarm
from projections.stores.books import Books
from projections.stores.ports import Head, Parked
from projections.stores.unit_stream import UnitAggregate, project
from projections.views import accounts, audit_trail, legs, stations
from projections.views import custody as custody_view
from projections.views import findings as findings_view
from projections.views.all_views import VIEWS
from projections.views.view import Put

Doc = dict[str, Any]

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
    planned: Doc
    """number, from, to, due, handover, at: as in the ``consignment`` outcome."""
    handover: Doc | None
    """The ``handover`` doc that the leg names; None while nothing was recorded."""


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

    station: Doc
    account: Doc | None
    consignments: list[Doc]
    findings: list[Doc]
    """Those that are open or acknowledged."""


@dataclass(frozen=True, slots=True)
class Tracked:
    """How far the books have come."""

    ledger: Head
    views: dict[str, Head]
    parked: list[Parked]
    """What views had to leave out; empty when they are whole."""


def tracked(books: Books) -> Tracked:
    """How far the ledger store and every view have come, and what was set aside."""
    heads = {view.name: books.views.head(view.name) for view in VIEWS}
    return Tracked(ledger=books.ledger.head(), views=heads, parked=books.views.parked())


def alarms(books: Books) -> list[Alarm]:
    """Why the books may not be vouched for now: the monitor's standing alarms, and outcomes that views left out."""
    told = [Alarm(alarm.code, alarm.sentence) for alarm in books.alarms.standing()]
    parked = len(books.views.parked())
    if parked and all(alarm.code != VIEWS_INCOMPLETE for alarm in told):
        told.append(
            Alarm(VIEWS_INCOMPLETE, f"The views had to leave out {parked} outcome(s): what is shown is incomplete.")
        )
    return told


def election(books: Books) -> Doc | None:
    """The facts of the election; None before its first entry was taken in."""
    rows = _docs(books.views.rows(stations.VIEW.name, prefix="election/"))
    return rows[0] if rows else None


def station(books: Books, code: str) -> Doc | None:
    """The facts of one station; None if there is none of that code."""
    return _doc(books.views.row(stations.VIEW.name, key=f"station/{code}"))


def unit(books: Books, unit: str) -> Doc | None:
    """A unit as it is now; None if it was never heard of."""
    return _doc(books.views.row(custody_view.VIEW.name, key=unit))


def units_of_station(books: Books, code: str) -> list[Doc]:
    """The units that belong to a station, by unit id."""
    return _docs(books.views.rows_of_station(custody_view.VIEW.name, station=code))


def audit_trail_of(books: Books, unit: str, *, position: int | None = None) -> list[Doc]:
    """What happened to a unit, in log order, as it reads now or read after the entry at ``position``.

    See ``audit_trail`` for the two kinds of lines, ``entry`` and ``state``.
    """
    lines = _docs(books.views.rows(audit_trail.VIEW.name, prefix=audit_trail.prefix(unit)))
    return audit_trail.told(lines, position=position)


def units_about(books: Books, event: str) -> tuple[str, ...]:
    """The units that an entry is about together, where what its sentence tells depends on them; else none."""
    doc = _doc(books.views.row(audit_trail.VIEW.name, key=audit_trail.about(event)))
    return () if doc is None else tuple(doc["units"])


def waited(books: Books, code: str) -> int:
    """How many entries about a station's units were recorded before what they follow, and took effect when that came."""
    applied: set[int] = set()
    for unit in units_of_station(books, code):
        lines = _docs(books.views.rows(audit_trail.VIEW.name, prefix=audit_trail.prefix(unit["unit"])))
        early = {line["position"] for line in lines if line["source"] == "entry" and line["status"] == "waiting"}
        told = audit_trail.told(lines)
        applied |= {line["position"] for line in told if line["position"] in early and line.get("status") == "applied"}
    return len(applied)


def waiting(books: Books) -> int:
    """How many entries wait now for what they follow."""
    trails: dict[str, list[Doc]] = {}
    for row in books.views.rows(audit_trail.VIEW.name):
        if row.key.startswith(audit_trail.ABOUT):
            continue
        trails.setdefault(row.key.partition("/")[0], []).append(dict(row.doc))
    lines = [line for trail in trails.values() for line in audit_trail.told(trail)]
    return len({line["position"] for line in lines if line["source"] == "entry" and line.get("status") == "waiting"})


def unit_at(books: Books, unit: str, *, position: int) -> UnitAggregate | None:
    """A unit as it was after the entry at ``position`` and all before it; None if it was not heard of by then.

    From the unit's own stream, so it does not wait for any view.
    """
    return project(takewhile(lambda event: event.position <= position, books.ledger.unit_events(unit)))


def consignments_of_station(books: Books, code: str) -> list[Doc]:
    """The consignments to and from a station, by consignment id."""
    rows = books.views.rows_of_station(legs.VIEW.name, station=code)
    return _docs(row for row in rows if row.key.startswith("consignment/"))


def handovers_of_station(books: Books, code: str) -> list[Doc]:
    """Every handover of what belongs to a station, planned or not, in the order in which they last changed.

    One handover may cover the consignments of several stations (a tour); it is listed under each of them.
    """
    rows = [row for row in books.views.rows_of_station(legs.VIEW.name, station=code) if row.key.startswith("handover/")]
    for own in consignments_of_station(books, code):
        rows += books.views.rows(legs.VIEW.name, prefix=f"{legs.SHARED}{own['consignment']}/")
    docs = {doc["offer"]: doc for doc in _docs(rows)}
    return sorted(docs.values(), key=lambda doc: (doc["position"], doc["offer"]))


def legs_of_station(books: Books, code: str) -> list[LegBesideRecord]:
    """The planned legs of all consignments of a station, each beside the handover that it was walked by."""
    recorded = {doc["offer"]: doc for doc in handovers_of_station(books, code)}
    return [
        LegBesideRecord(doc["consignment"], doc["direction"], planned, recorded.get(planned["handover"]))
        for doc in consignments_of_station(books, code)
        for planned in doc["legs"]
    ]


def account_of_station(books: Books, code: str) -> Doc | None:
    """The ballot account of a station; None if it has none."""
    return _doc(books.views.row(accounts.VIEW.name, key=f"account/{code}"))


def prints(books: Books) -> list[Doc]:
    """The printing batches, by batch id."""
    return _docs(books.views.rows(accounts.VIEW.name, prefix="print/"))


def _nothing(_: Doc) -> Collection[str]:
    return ()


def election_totals(books: Books, *, hidden: Callable[[Doc], Collection[str]] = _nothing) -> dict[str, Total]:
    """The figures of all ballot accounts summed, but for those ``hidden`` names of each: figure -> total.

    A figure that nobody has yet is not there.
    """
    totals: dict[str, Total] = {}
    for doc in _docs(books.views.rows(accounts.VIEW.name, prefix="account/")):
        left_out = {"position", *hidden(doc)}
        for figure, papers in doc.items():
            if type(papers) is int and figure not in left_out:
                before = totals.get(figure, Total(0, 0))
                disputed = before.disputed + (figure in doc["disputed_figures"])
                totals[figure] = Total(before.papers + papers, before.stations + 1, disputed)
    return totals


def is_emptied(unit: Doc) -> bool:
    """Whether its papers were taken out of it, so that nothing is declared to be in it any more."""
    return bool(unit["papers"] == 0 and (unit["state"] == "opened" or unit["kind"] == "batch"))


def findings(
    books: Books, *, status: str | None = None, code: str | None = None, station: str | None = None
) -> list[Doc]:
    """The findings that are not withdrawn, those raised first first; each filter narrows.

    A finding about papers that one station sent on to another stands at both.
    """
    wanted = {"status": status, "code": code}.items()
    docs = _docs(books.views.rows(findings_view.VIEW.name))
    kept = [doc for doc in docs if all(value is None or doc[field] == value for field, value in wanted)]
    kept = [doc for doc in kept if station is None or station in stations_of(doc)]
    return sorted(kept, key=lambda doc: (doc["raised"], doc["id"]))


def stations_of(finding: Doc) -> tuple[str, ...]:
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
        for doc in _docs(books.views.rows(stations.VIEW.name, prefix="station/"))
    ]


def _doc(row: Put | None) -> Doc | None:
    return None if row is None else dict(row.doc)


def _docs(rows: Iterable[Put]) -> list[Doc]:
    return [dict(row.doc) for row in rows]
