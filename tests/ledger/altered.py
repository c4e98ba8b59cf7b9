"""One number altered somewhere in an honest journey: everybody else states what they stated, and signs it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from custody.core.admission import Checked
from custody.core.ledger import Ledger
from schemas.envelope import event_id, parse_envelope
from schemas.strict_json import canonical
from schemas.union import parse_event
from tests.ledger.journeys import Journey
from tests.ledger.playing import Play

FIGURES = frozenset(
    (
        *(
            "papers",
            "packages",
            "printed",
            "good",
            "waste",
            "signatures",
            "from_boxes",
            "cancelled",
            "unused",
            "spoiled",
        ),
        *("defective", "issued", "received", "in_boxes", "valid", "invalid", "not_returned", "unaccounted", "voters"),
    )
)
NOT_CHECKED = {
    ("PrintOrdered", "papers"): "what was ordered is no identity: more or fewer may be printed",
    (
        "VoterListStated",
        "voters",
    ): "a list is stated again at every stage, and may change (but see the one at allocation)",
}
"""(type, field) -> why altering it may disagree with nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """A number in the journey: the event's place in the log, its type, and the path of the number in the payload."""

    at: int
    type: str
    path: tuple[str | int, ...]

    @property
    def field(self) -> str:
        """The name of the number."""
        return str(self.path[-1])


@lru_cache(maxsize=1)
def journey() -> tuple[tuple[dict[str, Any], tuple[str, ...]], ...]:
    """(payload, key ids that signed) of every event of an honest journey from the printer to the archive."""
    play = Play("AYT")
    whole = Journey(play, "AYT")
    whole.closed_with_defective()
    whole.home()
    assert play.findings == [], [finding.sentence for finding in play.findings]
    envelopes = [parse_envelope(entry) for entry in play.log]
    return tuple(
        (json.loads(item.payload), tuple(signature.keyid for signature in item.signatures)) for item in envelopes
    )


def places() -> list[Place]:
    """Every figure of the journey that some identity holds to another."""
    found = []
    for at, (payload, _) in enumerate(journey()):
        for path in _paths(payload):
            place = Place(at, payload["type"], path)
            free = (place.type, place.field) in NOT_CHECKED and payload.get("stage") != "allocation"
            if place.field in FIGURES and not free:
                found.append(place)
    return found


def told(place: Place, *, by: int) -> Iterator[tuple[Ledger, str]]:
    """The ledger after each event of the journey with one number altered, and that event's id."""
    new_of: dict[str, str] = {}
    ledger = Ledger.empty()
    for at, (payload, keys) in enumerate(journey()):
        old = event_id(canonical(payload))
        changed = json.loads(_renamed(canonical(payload).decode(), names=new_of))
        if at == place.at:
            _alter(changed, path=place.path, by=by)
        data = canonical(changed)
        new = event_id(data)
        new_of[old] = new
        ledger.apply(Checked(position=at, entry="", event_id=new, event=parse_event(data), valid=keys))
        yield ledger, new


def value(place: Place) -> int:
    """The honest number."""
    holder: Any = journey()[place.at][0]
    for step in place.path:
        holder = holder[step]
    return int(holder)


def _alter(payload: dict[str, Any], *, path: tuple[str | int, ...], by: int) -> None:
    holder: Any = payload
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] += by


def _renamed(text: str, *, names: dict[str, str]) -> str:
    for old, new in names.items():
        if old != new:
            text = text.replace(old, new)
    return text


def _paths(value: Any, *, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, path=(*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _paths(item, path=(*path, place))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path
