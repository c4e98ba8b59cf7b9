"""The facts of ballot accounts: figures, their double entry, sums, and a table for a spreadsheet.

A figure that nobody stated is None and makes no sum.  Figures from inside the boxes are withheld until every station has
stated its own (domain.md, section 9).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from custody.core.authority.withholding import hidden_figures
from projections import queries
from projections.kept_rows import KeptAccount
from projections.web.facts.paging import LazyList
from projections.web.models import words
from projections.web.models.accounts import AccountDoc, EquationDoc, Papers, TermDoc, TotalDoc
from projections.web.models.answers import AccountAnswer, TotalsAnswer
from projections.web.models.problems import Absent
from projections.web.snapshots.snapshot import Snapshot

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def account_doc(doc: KeptAccount, *, withheld: bool) -> AccountDoc:
    """An account as it is answered."""
    figures: dict[str, Any] = {name: doc.get(name) for name in words.FIGURES}
    disputed = tuple(doc["disputed_figures"])
    if withheld:
        hidden = hidden_figures(doc)
        figures |= dict.fromkeys(hidden)
        disputed = tuple(name for name in disputed if name not in hidden)
    return AccountDoc(
        station=doc["station"],
        style=doc.get("style"),
        state=doc["state"],
        counted_at=doc["counted_at"],
        disputed=bool(disputed),
        disputed_figures=disputed,
        withheld=withheld,
        position=doc["position"],
        **figures,
    )


def accounts(reading: Snapshot) -> Sequence[AccountDoc]:
    """Every station's account, by station; with styles one for each."""
    rows = queries.all_accounts(reading.books)
    return LazyList(rows, lambda part: [account_doc(doc, withheld=reading.withheld) for doc in part])


def account_answer(reading: Snapshot, code: str) -> AccountAnswer:
    """One account as figures and as double entry; Absent."""
    doc = queries.account_of_station(reading.books, code)
    if doc is None:
        raise Absent("unknown-account", f"There is no ballot account of a station {code} on this log.")
    account = account_doc(doc, withheld=reading.withheld)
    styles = account_styles(reading, code)
    return AccountAnswer(**reading.common(), account=account, styles=styles, equations=equations(account))


def account_styles(reading: Snapshot, code: str) -> tuple[AccountDoc, ...]:
    """The accounts of a station's styles; none where it has one."""
    rows = queries.accounts_of_station(reading.books, code)
    return tuple(account_doc(doc, withheld=reading.withheld) for doc in rows) if len(rows) > 1 else ()


def equations(account: AccountDoc) -> tuple[EquationDoc, ...]:
    """The double entry of an account; a line without any figure is left out."""
    lines = [_equation(told, left=left, right=right, account=account) for told, left, right in words.EQUATIONS]
    return tuple(line for line in lines if line.left_papers is not None or line.right_papers is not None)


def _equation(told: str, *, left: Sequence[str], right: Sequence[str], account: AccountDoc) -> EquationDoc:
    sides = [_terms(names, account=account) for names in (left, right)]
    first, second = (_sum(terms) for terms in sides)
    return EquationDoc(
        words=told,
        left=sides[0],
        right=sides[1],
        left_papers=first,
        right_papers=second,
        difference=None if first is None or second is None else second - first,
    )


def _terms(names: Sequence[str], *, account: AccountDoc) -> tuple[TermDoc, ...]:
    disputed = account.disputed_figures
    return tuple(
        TermDoc(name=name, words=words.FIGURES[name], papers=getattr(account, name), disputed=name in disputed)
        for name in names
    )


def _sum(terms: Sequence[TermDoc]) -> int | None:
    known = [term.papers for term in terms if term.papers is not None]
    return sum(known) if len(known) == len(terms) else None


def papers(reading: Snapshot) -> Papers:
    """The papers of the election: printed, and the sums of all accounts."""
    prints = queries.prints(reading.books)
    books = reading.books
    totals = (
        queries.election_totals(books, hidden=hidden_figures) if reading.withheld else queries.election_totals(books)
    )
    shown = [name for name in words.FIGURES if name in totals]
    return Papers(
        ordered=_added([doc["ordered"] for doc in prints]),
        printed=_added([doc["printed"] for doc in prints]),
        good=_added([doc["good"] for doc in prints]),
        waste=_added([doc["waste"] for doc in prints]),
        waste_destroyed=_added([doc["waste_destroyed"] for doc in prints]),
        batches=tuple(doc["batch"] for doc in prints),
        totals=tuple(
            TotalDoc(
                name=name,
                words=words.FIGURES[name],
                papers=totals[name].papers,
                stations=totals[name].stations,
                disputed=totals[name].disputed,
            )
            for name in shown
        ),
    )


def _added(figures: Sequence[int | None]) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def totals_answer(reading: Snapshot) -> TotalsAnswer:
    """The papers of the whole election."""
    return TotalsAnswer(**reading.common(), papers=papers(reading), withheld=reading.withheld)


def accounts_csv(reading: Snapshot) -> str:
    """All accounts as comma-separated values (RFC 4180), each line with what it was answered from.

    A line is a station's; in an election of several styles that of one style, which the last column names.
    """
    stations = {station["station"]: station for station in queries.all_stations(reading.books)}
    head = ("station", "city", "country", "state", *words.FIGURES, "counted_at", "election", "log", "position")
    standing = reading.standing
    position = standing.position if reading.at is None else reading.at + 1
    out = io.StringIO()
    table = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC)
    rows = accounts(reading)
    is_styled = any(account.style for account in rows)
    table.writerow((*head, "state_digest", "disputed_figures", *(("style",) if is_styled else ())))
    for account in rows:
        facts, figures = stations.get(account.station), account.model_dump()
        where = (None, None) if facts is None else (facts["city"], facts["country"])
        cells = [account.station, *where, account.state]
        cells += [figures[name] for name in words.FIGURES]
        cells += [account.counted_at, standing.election, standing.origin, position]
        cells += [standing.state_digest if reading.at is None else None, " ".join(account.disputed_figures)]
        cells += [account.style] if is_styled else []
        table.writerow([cell_of(cell) for cell in cells])
    return out.getvalue()


def cell_of(value: str | int | None) -> str | int:
    """A cell that no spreadsheet takes for a formula: text that could be one gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
