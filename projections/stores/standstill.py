"""Books beside their log: they stand before its end, or the log ends before what they took in, or before what was signed.

Books that stand still (the ledger stopped, or was never run) are true of the entries that they took in and silent about all later
ones. A log that is shorter than what was read or signed, or holds others, lost entries. Whoever shows the books says either
first.

Not here: how it is known whether the entries are still the same ones (custody.embedded.log_watch, the monitor).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from custody.core.wording.numbers import at_position, so_many_entries
from projections.stores.books import Books
from projections.views.all_views import VIEWS

CODE: Final = "books-stopped"
"""Code of the alarm that says so."""


SHORTER: Final = "log-shorter"
"""Code of the alarm about a log that lost entries."""
DIFFERS: Final = "log-differs"
"""Code of the alarm about a log that holds others in their place."""


@dataclass(frozen=True, slots=True)
class LogSeen:
    """What is seen of a log from beside its books."""

    entries: int
    """Number of entries on the log."""
    signed: int = 0
    """Number of entries under its newest signed checkpoint; 0 where none can be seen."""
    is_other: bool = False
    """Whether it holds other entries than those that were signed."""
    witnesses: tuple[tuple[str, int], ...] = ()
    """Log witnesses under that checkpoint, as it names them: name, time of the cosignature in seconds since 1970; not checked."""

    def lost(self, *, taken: int) -> str | None:
        """What the log no longer has of what was signed, or of the ``taken`` entries that the books took in, in a sentence."""
        if self.entries < self.signed:
            return (
                f"SIGNED ENTRIES ARE MISSING: {self.signed:,} entries were signed, and the log holds {self.entries:,}."
            )
        if self.entries < taken:
            return (
                f"ENTRIES ARE MISSING: {taken:,} entries were read into the books, and the log holds {self.entries:,}."
            )
        if self.is_other:
            return f"SIGNED ENTRIES ARE MISSING: the first {self.signed:,} entries are not those that were signed."
        return None

    @property
    def code(self) -> str:
        """Code of the alarm about what it lost."""
        return DIFFERS if self.is_other else SHORTER


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
        log = f"the log holds {so_many_entries(self.log_entries)}"
        return f"The books {taken}; {log}: what was recorded after that is not shown here."

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        position = self.entries - 1 if self.entries else None
        told = {"position": position, "entries": self.entries, "log_entries": self.log_entries}
        return {"code": CODE, **told, "sentence": self.sentence}


def place(entries: int) -> str:
    """The last position that was taken in, and the number of entries that are: they differ by one.  At least one entry."""
    return at_position(entries - 1)


def standstill(books: Books, *, log_entries: int) -> Standstill | None:
    """How far the books have come if that is not the end of a log of so many entries; None if it is.

    Ask the log for its end before: entries that come in meanwhile are no standstill.
    """
    entries = min(books.ledger.head().position, *(books.views.head(view.name).position for view in VIEWS))
    return Standstill(entries, log_entries) if entries < log_entries else None
