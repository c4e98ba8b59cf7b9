"""All findings in short, in the order in which they are listed: what counts, filters and parts of lists are made of.

A list is made once for each position of the log and kept, however many pages are made from it; the finding itself is read when it
is shown.  So a page costs what it shows, not what there is.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from projections import queries
from projections.stores.books import Books
from projections.web.models.parts import Model

KEPT_MAX: Final = 4
UNSETTLED: Final = ("open", "acknowledged")
STATUSES: Final = (*UNSETTLED, "settled", "adjudicated")
SEVERITIES: Final = ("serious", "attention", "information")


@dataclass(frozen=True, slots=True)
class Brief:
    """A finding in short."""

    id: str
    code: str
    severity: str
    status: str
    station: str | None
    stations: tuple[str, ...]
    units: tuple[str, ...]
    uncertain_minutes: int | None
    raised: int
    evidence: tuple[str, ...]


class CountsDoc(Model):
    """How many findings there are, in all and of each status."""

    total: int = Field(ge=0)
    open: int = Field(ge=0)
    acknowledged: int = Field(ge=0)
    settled: int = Field(ge=0)
    adjudicated: int = Field(ge=0)


class FindingLists:
    """The lists of a few positions, those used last."""

    def __init__(self) -> None:
        """Nothing is kept yet."""
        self._kept: OrderedDict[tuple[str, int | None], tuple[Brief, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, books: Books, *, root: str, at: int | None) -> tuple[Brief, ...]:
        """The list of these books, whose log has ``root``, as of the entry at position ``at``."""
        key = (root, at)
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                found = _listed(books)
            self._kept[key] = found
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return found


def _listed(books: Books) -> tuple[Brief, ...]:
    """The gravest first, unsettled before settled, then in the order in which they were raised."""
    docs = queries.findings(books)
    docs.sort(key=lambda doc: (doc["status"] not in UNSETTLED, SEVERITIES.index(doc["severity"]), doc["raised"]))
    return tuple(
        Brief(
            id=doc["id"],
            code=doc["code"],
            severity=doc["severity"],
            status=doc["status"],
            station=doc["station"] or None,
            stations=queries.stations_of(doc),
            units=tuple(doc["units"]),
            uncertain_minutes=doc["uncertain_minutes"],
            raised=doc["raised"],
            evidence=tuple(doc["evidence"]),
        )
        for doc in docs
    )
