"""Offices and stations that events name: each is one where somebody was enrolled, or a station that was opened.

What takes effect and names another one is told, once for each device, and ends where the office becomes known. A courier's place
is where his way leads him, and nobody's office. Not here: acts on units of a station that has none, which their judges refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.checks.finding_causes import OFFICES, by_device
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import message
from schemas.authority import ElectionOpened, KeyEnrolled, StationOpened
from schemas.base import Common
from schemas.identifiers import parse_unit_id

_CODE: Final = "unknown-code"
_FOUNDING: Final = (ElectionOpened, KeyEnrolled, StationOpened)
"""Events that make offices known."""


def check_offices(state: State, record: RecordedEvent, *, event: Common) -> None:
    """An office that nobody serves and no station is: told once for each device, or person where no device made the event."""
    unknown = tuple(name for name in dict.fromkeys(_named(state, event)) if name not in state.offices)
    if not unknown:
        return
    for name in unknown:
        state.registers.unknown_offices.setdefault(name, {})[record.event_id] = unknown
    units = tuple(unit for unit, _ in record.refs)
    sentence = message("offices.unknown", type=record.type, offices=unknown)
    evidence = (record.event_id,)
    draft = Draft(code=_CODE, subject=record.event_id, evidence=evidence, sentence=sentence, units=units)
    # rules.md 173
    state.raise_all((by_device(state, record, draft=draft, folder=OFFICES),), record=record)


def _named(state: State, event: Common) -> Iterator[str]:
    if isinstance(event, _FOUNDING):
        return
    known = (state.roster.get(signer.key) for signer in event.signers)
    if not any(key is not None and key.role == "courier" for key in known):
        yield event.place
    station = getattr(event, "station", None)
    if event.KIND == "decision" and isinstance(station, str):
        yield station
    for ref in getattr(event, "units", ()):
        if getattr(ref, "previous", "") is None:
            yield parse_unit_id(ref.unit).office
