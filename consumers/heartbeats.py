"""The monitor's hourly notes: they carry the time of an idle log on while something waits or is due, and are not made otherwise.

What was noted is what the log says: nothing is remembered elsewhere, so a restart doubles nothing, and two monitors with one key
write the same bytes. After a time away the notes of the hours missed are made one after the other, each within what the ledger
takes from one claim.

Not here: when they are due (``custody.core.fold.dues``), what they do (``log_time_limits``), and signing them (``silence``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from custody.core.entries.admission import Checked
from custody.core.fold.dues import moments_due
from custody.core.state.moments import moment
from custody.core.state.state import State
from schemas.identifiers import epoch_seconds
from schemas.services import HeartbeatNoted


@dataclass(slots=True)
class Heartbeats:
    """The hourly notes that are on the log."""

    _noted: dict[str, tuple[int, bool]] = field(default_factory=dict)
    """note's event id -> (the moment it claims, whether this monitor signed it)"""

    def remember(self, checked: Checked, *, key: str) -> None:
        """Take in an entry of the log; ``key`` is this monitor's."""
        if isinstance(checked.event, HeartbeatNoted) and checked.event_id is not None:
            at, before = self._noted.get(checked.event_id, (epoch_seconds(checked.event.at), False))
            self._noted[checked.event_id] = (at, before or key in checked.valid)

    def due(self, state: State, *, now: int) -> list[str]:
        """When the notes that are missing by ``now`` (epoch seconds) claim to be made, earliest first."""
        applied = {name for name in self._noted if self._is_applied(state, name)}
        noted = {at for name, (at, is_own) in self._noted.items() if is_own or name in applied}
        own = [at for name, (at, is_own) in self._noted.items() if is_own and name not in applied]
        found = moments_due(state, now=now, noted=noted, idle=max(own, default=None))
        return [moment(at, like=state.opening().at) for at in found]

    @staticmethod
    def _is_applied(state: State, event: str) -> bool:
        record = state.records.get(event)
        return record is not None and record.status == "applied"
