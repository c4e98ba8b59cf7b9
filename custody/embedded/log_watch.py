"""A log that is looked at again and again: whether it still holds the entries that were signed, at little cost.

Each entry is hashed once as long as the log only grows. All are hashed again where its file is another one, where it is
shorter, or where it was written without a new entry. What was altered while entries came in is found by the next start, and by
the monitor.

Not here: what a log lost of what was signed (signed_log), which counts tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from custody.core.tlog.merkle import Frontier
from custody.embedded.directory import Directory
from custody.embedded.signed_log import extend, published

_Mark = tuple[int, int, int, int]


@dataclass(slots=True)
class DirectoryLogWatch:
    """The log of a directory beside its newest checkpoint."""

    place: Directory
    _lock: Lock = field(default_factory=Lock)
    _frontier: Frontier = field(default_factory=Frontier)
    _mark: _Mark = (0, 0, 0, 0)
    _end: int = 0

    def is_other(self) -> bool:
        """Whether the log holds other entries than those that were signed, in the same number."""
        with self._lock:
            note = published(self.place)
            if note is None:
                return False
            with self.place.open_log() as log:
                end = log.end()
                if end < note.size:
                    return False
                if self._is_new(end=end) or self._frontier.size > note.size:
                    self._frontier = Frontier()
                extend(self._frontier, log=log, size=note.size)
            return self._frontier.root() != note.root

    def _is_new(self, *, end: int) -> bool:
        """Whether the file was put in the place of another, or written in another way than by one more entry."""
        seen = self.place.log.stat()
        mark = (seen.st_dev, seen.st_ino, seen.st_mtime_ns, seen.st_size)
        before, before_end = self._mark, self._end
        self._mark, self._end = mark, end
        return mark[:2] != before[:2] or end < before_end or (end == before_end and mark != before)
