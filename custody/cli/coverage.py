"""The share of a directory's log under a signed checkpoint: what an export and its audit speak of, and what they do not."""

from __future__ import annotations

from dataclasses import dataclass

from custody.cli.reading_books import log_entries
from custody.core.wording.messages import Message, message
from custody.embedded.directory import Directory
from custody.embedded.log_watch import DirectoryLogWatch
from custody.embedded.signed_log import named_witnesses, signed_entries
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
    def sentence(self) -> Message:
        """Both figures, and what to do where they differ."""
        if self.entries < self.signed:
            return message("status.signed-more", signed=self.signed, entries=self.entries)
        if not self.left:
            return message("status.all-signed", entries=self.entries)
        command = f"custody checkpointer --once --dir {self.place.path}"
        return message("status.unsigned", signed=self.signed, entries=self.entries, left=self.left, command=command)


def log_seen(watch: DirectoryLogWatch) -> LogSeen | None:
    """What is seen of the log, the checkpoint first: the log may grow meanwhile; None of books that were copied without it."""
    if not watch.place.log.is_file():
        return None
    signed = signed_entries(watch.place)
    witnesses = named_witnesses(watch.place)
    return LogSeen(log_entries(watch.place), signed, is_other=watch.is_other(), witnesses=witnesses)


def coverage(place: Directory) -> Coverage:
    """As it is now; a directory without a log has no entries."""
    return Coverage(signed_entries(place), log_entries(place), place)
