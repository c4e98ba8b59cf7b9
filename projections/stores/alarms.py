"""The monitor's alarms, kept beside the views so that pages can show them.

They are no view: nothing in the log says that a topic was made anew or that the ledger is silent.  So they survive a
rebuild of the books, and an alarm that is over stays listed with its end, for whoever asks later what happened.

Not here: what is an alarm (``consumers.monitor``), and where they are kept (``postgres_alarms``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from custody.ports import Alarm


@dataclass(frozen=True, slots=True)
class RaisedAlarm:
    """An alarm with its times, as the monitor's clock says them (UTC, ISO 8601)."""

    code: str
    sentence: str
    since: str
    seen: str
    """When the monitor last found it so."""
    over: str | None
    """When it was no longer so; None while it stands."""


class AlarmBook(Protocol):
    """What the monitor found.  Every method raises Unavailable."""

    def standing(self) -> list[RaisedAlarm]:
        """The alarms that stand, by code."""

    def history(self, *, limit: int) -> list[RaisedAlarm]:
        """The latest alarms, standing or over, latest first."""

    def looked(self) -> str | None:
        """When the monitor last looked; None if it never did.  An old time means that nobody watches."""

    def tell(self, alarms: Sequence[Alarm], *, at: str) -> None:
        """These alarms stand at ``at``, and no others."""


class NoAlarms:
    """Embedded books have no monitor beside them."""

    def standing(self) -> list[RaisedAlarm]:
        """See the port."""
        return []

    def history(self, *, limit: int) -> list[RaisedAlarm]:
        """See the port."""
        del limit
        return []

    def looked(self) -> str | None:
        """See the port."""
        return None

    def tell(self, alarms: Sequence[Alarm], *, at: str) -> None:
        """See the port."""
