"""The page of what somebody typed into the search box: as the command line reads a name, with what may have been meant."""

from __future__ import annotations

from projections.stores.books import Books
from projections.subjects import HOW, Subject, subject, units_with_seal
from projections.web.models.problems import Absent
from schemas.errors import Misused, Refused

CODE = "unknown-name"


def page_of(books: Books, typed: str) -> str:
    """The path of the page of a station, a unit, a consignment, or of the unit that a seal is on.  Absent."""
    try:
        asked = subject(books, typed)
    except (Misused, Refused) as error:
        raise Absent(CODE, f"{error.sentence} Here can be typed {HOW}.") from error
    return _path(books, asked)


def _path(books: Books, asked: Subject) -> str:
    if asked.kind == "station":
        return f"/stations/{asked.name}"
    if asked.kind == "consignment":
        return f"/stations/{asked.name[:3]}#c-{asked.name}"
    if asked.kind == "unit":
        return f"/units/{asked.name}"
    units = units_with_seal(books, asked.name)
    if not units:
        raise Absent(CODE, f"The seal {asked.name} is on no unit: no act that is in force has applied it.")
    return f"/units/{units[-1]}"
