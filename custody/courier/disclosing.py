"""Opening a local time that a device committed to on the way: what its clock showed, once the units have arrived.

Nothing was stored for it. The salt follows from the key and the place in the chain, and the moment is in the event: so the
offset is looked for among those that clocks on earth show, and the commitment says which one it was.

Not here: who may open what, and whether the log believes it (core).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from custody.core.entries.commitments import commitment
from custody.core.state.moments import moment
from custody.courier.knowledge import Knowledge
from custody.courier.signatories import Device
from custody.courier.stated_offsets import LOCAL_TIME, is_under_way, salt_of
from schemas.base import Common
from schemas.envelope import event_id, parse_envelope
from schemas.identifiers import epoch_seconds
from schemas.transfer import DetailsDisclosed
from schemas.union import parse_event

_QUARTER_MINUTES: Final = 15
_WEST_MINUTES: Final = -12 * 60
_EAST_MINUTES: Final = 14 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A local time that a device can open: of which event, what its clock showed, the salt, and the event's units."""

    event: str
    content: str
    salt: str
    units: tuple[str, ...]
    is_under_way: bool
    """its units have not arrived yet"""

    def said(self) -> dict[str, Any]:
        """The payload that opens it."""
        detail = {"field": LOCAL_TIME, "salt": self.salt, "content": self.content}
        return {"type": "DetailsDisclosed", "event": self.event, "details": [detail], "units": list(self.units)}


def committed(entries: Iterable[bytes], *, device: Device, knowledge: Knowledge) -> Iterator[Committed]:
    """The local times committed to on this device that are not open yet, each event once; ``entries`` are all that it keeps."""
    payloads = [parse_envelope(entry).payload for entry in entries]
    events = [(event_id(payload), parse_event(payload)) for payload in payloads]
    told = {event.event for _, event in events if isinstance(event, DetailsDisclosed) and _opens_time(event)}
    for name, event in events:
        found = None if name in told else _opened(event, device=device)
        if found is not None:
            told.add(name)
            units = tuple(ref.unit for ref in getattr(event, "units", ()))
            on_way = is_under_way({"units": [{"unit": unit} for unit in units]}, state=knowledge.state)
            yield Committed(event=name, content=found[0], salt=found[1], units=units, is_under_way=on_way)


def _opens_time(event: DetailsDisclosed) -> bool:
    return any(row.field == LOCAL_TIME for row in event.details)


def _opened(event: Common, *, device: Device) -> tuple[str, str] | None:
    """(what the clock showed, salt); None for an event of another device, or without such a commitment."""
    made, mark = event.commitments.local_time, event.device
    if made is None or mark is None or mark.key != device.key:
        return None
    salt = salt_of(device.private, number=mark.number, previous=mark.previous)
    shown = (moment(epoch_seconds(event.at), like=f"{event.at[:19]}{offset}") for offset in _offsets())
    content = next((one for one in shown if commitment(field=LOCAL_TIME, salt=salt, content=one) == made), None)
    return None if content is None else (content, salt)


def _offsets() -> Iterator[str]:
    for minutes in range(_WEST_MINUTES, _EAST_MINUTES + 1, _QUARTER_MINUTES):
        hours, rest = divmod(abs(minutes), 60)
        yield f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}"
