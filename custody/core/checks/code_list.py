"""Codes and offices that events name: each code is one of the published list, or of the rules in force; each office is known.

An office is known where somebody was enrolled for it, or as a station that was opened. What takes effect and names another one is
told, once for each device, and ends where the office becomes known. A courier's place is where his way leads him, and nobody's
office. Not here: the list (schemas.codes), what a code says to people (custody.core.fold.event_facts), and acts on units of a
station that has none, which their judges refuse.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.checks.finding_causes import OFFICES, by_device
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import unknown_code_topic
from custody.core.wording.messages import message
from schemas.authority import DispensationGranted, ElectionOpened, KeyEnrolled, StationOpened
from schemas.base import Act, Common
from schemas.identifiers import parse_unit_id
from schemas.stated_items import items_of
from schemas.station import UnusedCancelled

UNKNOWN: Final = "unknown-code"
_FOUNDING: Final = (ElectionOpened, KeyEnrolled, StationOpened)
"""Events that make offices known."""


def check_codes(state: State, record: RecordedEvent, *, event: Common) -> None:
    """A code that nobody published is told: once for each device, or person where no device made the event."""
    # rules.md 140
    unknown = tuple(code for code in codes_named(event) if record.rules.says(code, language="en") is None)
    if not unknown:
        return
    maker = event.device.key if event.device is not None else event.signers[0].key
    sentence = message("codes.unknown", type=record.type, codes=unknown)
    draft = Draft(
        code=UNKNOWN,
        subject=record.event_id,
        evidence=(record.event_id,),
        sentence=sentence,
        topic=unknown_code_topic(maker),
        units=tuple(unit for unit, _ in record.refs),
    )
    state.raise_all((draft,), record=record)


def codes_named(event: Common) -> tuple[str, ...]:
    """Every code that an event names, each once: reasons, how papers were cancelled, kinds of items."""
    method = (event.method,) if isinstance(event, UnusedCancelled) and event.method else ()
    return tuple(dict.fromkeys((*event.codes, *method, *(line.kind for line in items_of(event)))))


def check_offices(state: State, record: RecordedEvent, *, event: Common) -> None:
    """An office that nobody serves and no station is: told once for each device, or person where no device made the event."""
    unknown = unknown_offices(state, event)
    if not unknown:
        return
    for name in unknown:
        state.registers.unknown_offices.setdefault(name, {})[record.event_id] = unknown
    units = tuple(unit for unit, _ in record.refs)
    sentence = message("offices.unknown", type=record.type, offices=unknown)
    evidence = (record.event_id,)
    draft = Draft(code=UNKNOWN, subject=record.event_id, evidence=evidence, sentence=sentence, units=units)
    # rules.md 173
    state.raise_all((by_device(state, record, draft=draft, folder=OFFICES),), record=record)


def unknown_offices(state: State, event: Common) -> tuple[str, ...]:
    """The offices that an event names and nobody serves, each once."""
    return tuple(name for name in dict.fromkeys(_named(state, event)) if name not in state.offices)


def _named(state: State, event: Common) -> Iterator[str]:
    if isinstance(event, _FOUNDING):
        return
    known = (state.roster.get(signer.key) for signer in event.signers)
    if not any(key is not None and key.role == "courier" for key in known):
        yield event.place
    if isinstance(event, DispensationGranted):
        yield event.station
    for ref in event.units if isinstance(event, Act) else ():
        if ref.previous is None:
            yield parse_unit_id(ref.unit).office
