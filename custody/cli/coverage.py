"""How much of a directory's log is under a signed checkpoint: what an export and its audit speak of, and what they do not."""

from __future__ import annotations

from dataclasses import dataclass

from custody.cli.reading_books import log_entries
from custody.embedded.directory import Directory
from custody.embedded.log_watch import DirectoryLogWatch
from custody.embedded.signed_log import signed_entries
from projections.stores.standstill import LogSeen


@dataclass(frozen=True, slots=True)
class Coverage:
    """Entries under the newest checkpoint, of all on the log."""

    signed: int
    entries: int
    place: Directory

    @property
    def left(self) -> int:
        """Entries under no checkpoint yet."""
        return max(0, self.entries - self.signed)

    @property
    def sentence(self) -> str:
        """Both figures, and what to do where they differ."""
        if self.entries < self.signed:
            return f"{self.signed:,} entries were signed, and the log holds {self.entries:,}"
        if not self.left:
            return f"all {self.entries:,} entries are under a signed checkpoint"
        verb = "is" if self.left == 1 else "are"
        told = f"{self.signed:,} of {self.entries:,} entries; {self.left:,} {verb} under no checkpoint yet"
        return f"{told}: run custody checkpointer --once --dir {self.place.path}"


def log_seen(watch: DirectoryLogWatch) -> LogSeen | None:
    """What is seen of the log, the checkpoint first: the log may grow meanwhile; None of books that were copied without it."""
    if not watch.place.log.is_file():
        return None
    signed = signed_entries(watch.place)
    return LogSeen(log_entries(watch.place), signed, is_other=watch.is_other())


def coverage(place: Directory) -> Coverage:
    """As it is now; a directory without a log has no entries."""
    return Coverage(signed_entries(place), log_entries(place), place)
