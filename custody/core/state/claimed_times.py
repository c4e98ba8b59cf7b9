"""Claimed times of devices, as far as the time of the log may lean on them: the newest one, and the newest of another device.

No device vouches for itself: how far ahead a claim may be is measured against the time of the log and against what *another*
device claims, so one broken or hostile clock cannot walk on by its own claims.

Not here: which claims are good enough to be kept (log_time).
"""

from __future__ import annotations

from dataclasses import dataclass

from custody.core.undo import Undoable

Claim = tuple[str, int]
"""Device and moment, epoch seconds."""


@dataclass(slots=True)
class Claims(Undoable):
    """The newest good claim of all devices, and the newest one of any other device."""

    first: Claim | None = None
    second: Claim | None = None

    @property
    def newest(self) -> int | None:
        """The newest good claim, epoch seconds."""
        return None if self.first is None else self.first[1]

    def of_others(self, device: str) -> int | None:
        """The newest good claim of any device but this one."""
        other = self.second if self.first is not None and self.first[0] == device else self.first
        return None if other is None else other[1]

    def keep(self, device: str, *, at: int) -> None:
        """A device made a good claim."""
        if self.first is None or at > self.first[1]:
            if self.first is not None and self.first[0] != device:
                self.second = self.first
            self.first = (device, at)
        elif device != self.first[0] and (self.second is None or at > self.second[1]):
            self.second = (device, at)

    def forget(self, *, after: int) -> None:
        """Claims of a later moment than ``after`` were not good: the time of the log was decided upon."""
        kept = [claim for claim in (self.first, self.second) if claim is not None and claim[1] <= after]
        self.first = kept[0] if kept else None
        self.second = kept[1] if len(kept) > 1 else None
