"""Books that stand still: the ledger stopped, or was never run, before the end of the log that it keeps books of.

What such books say is true of the entries that they took in and silent about all later ones; so whoever shows them says it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from projections.books import Books
from projections.views import VIEWS

CODE: Final = "books-stopped"
"""Code of the alarm that says so."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """How far books have come that do not reach the end of their log."""

    entries: int
    """Number of entries that every view has taken in."""
    log_entries: int
    """Number of entries on the log."""

    @property
    def sentence(self) -> str:
        """Where the books stand, and how far the log goes."""
        taken = f"stand at {place(self.entries)}" if self.entries else "hold no entry yet"
        return f"The books {taken}; the log holds {self.log_entries} entries: what was recorded after that is not shown here."

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        position = self.entries - 1 if self.entries else None
        told = {"position": position, "entries": self.entries, "log_entries": self.log_entries}
        return {"code": CODE, **told, "sentence": self.sentence}


def place(entries: int) -> str:
    """The last position that was taken in, and the number of entries that are: they differ by one.  At least one entry."""
    return f"position {entries - 1} ({entries} entries)"


def standstill(books: Books, *, log_entries: int) -> Standstill | None:
    """How far the books have come if that is not the end of a log of so many entries; None if it is.

    Ask the log for its end before: entries that come in meanwhile are no standstill.
    """
    entries = min(books.ledger.head().position, *(books.views.head(view.name).position for view in VIEWS))
    return Standstill(entries, log_entries) if entries < log_entries else None
