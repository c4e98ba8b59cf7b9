"""One number altered somewhere in an honest journey: everybody else states what they stated, and signs it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from custody.core.entries.admission import Checked
from custody.core.ledger import Ledger
from schemas.envelope import event_id, parse_envelope
from schemas.strict_json import canonical
from schemas.union import parse_event
from tests.core.ledger.folding import folds
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.rules_stories import ruled
from tests.core.ledger.supplies import Resupply, destroy, replace, reserve_run

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
    ("ShortageDeclared", "papers"): "what a commission estimates to lack is no identity",
}
"""(type, field) -> why altering it may disagree with nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """A number in a journey: which one, the event's place in the log, its type, and the number's path in the payload."""

    way: str
    at: int
    type: str
    path: tuple[str | int, ...]

    @property
    def field(self) -> str:
        """The name of the number."""
        return str(self.path[-1])


def _plain(play: Play) -> None:
    """From the printer to the archive."""
    whole = Journey(play, "AYT")
    whole.closed_with_defective()
    whole.home()


def _other_ways(play: Play) -> None:
    """A numbered series replaces a spoiled pack and resupplies one station, which resupplies another; both destroy."""
    whole, other = Journey(play, "AYT"), Journey(play, "ROM")
    reserve_run(whole, papers=500, serials=(5001, 5500))
    ruled(play, disposal_exceptions=[{"station": "AYT", "disposal": "keep-and-destroy"}])
    other.counted()
    whole.opened()
    spoiled = whole.packs.pop()
    papers = play.unit(spoiled).papers or 0
    numbers = {"first": 5001, "last": 5000 + papers}
    replace(whole, replaced=[spoiled], papers=papers, serials=numbers)
    whole.count()
    _resupplied(whole, papers=papers - 20, number=90, serials={"first": 5301, "last": 5280 + papers})
    Resupply(to=whole, source=other, number=91).whole()
    _issued(whole, papers=whole.papers)
    book = play.book("AYT")
    destroy(whole, packages=[], from_boxes=book["in_boxes"], cancelled=book["cancelled"])
    _issued(other, papers=other.papers - 20)
    other.home()
    book = play.book("ROM")
    destroy(other, packages=[other.back], by=CEC, from_boxes=book["in_boxes"], cancelled=book["cancelled"])


def _resupplied(to: Journey, *, papers: int, number: int, serials: dict[str, int]) -> None:
    resupply = Resupply(to=to, papers=papers, number=number)
    resupply.sent(serials=serials)
    resupply.manifested()
    resupply.carried()
    resupply.received()


def _issued(station: Journey, *, papers: int) -> None:
    """The papers issued, and the account closed with one paper that was not returned."""
    station.used(given=papers, spoiled=2, unused=20)
    station.stated(signatures=papers - 22)
    station.cancelled(unused=20, spoiled=2)
    station.boxes_opened()
    book = station.play.book(station.code)
    received = (book["counted"] or 0) + (book["resupplied"] or 0)
    boxes = {"in_boxes": papers - 23, "valid": papers - 26, "signatures": papers - 22}
    account = station.account(received=received, issued=papers - 22, **boxes)
    station.play.act(account, by=station.commission)


WAYS: Final = {"plain": (("AYT",), _plain), "other ways": (("AYT", "ROM"), _other_ways)}
"""Honest journeys: the stations, and what is played."""


@lru_cache(maxsize=4)
def journey(way: str) -> tuple[tuple[dict[str, Any], tuple[str, ...]], ...]:
    """(payload, key ids that signed) of every event of an honest journey."""
    stations, played = WAYS[way]
    play = Play(*stations)
    played(play)
    assert play.findings == [], [finding.sentence for finding in play.findings]
    envelopes = [parse_envelope(entry) for entry in play.log]
    return tuple(
        (json.loads(item.payload), tuple(signature.keyid for signature in item.signatures)) for item in envelopes
    )


def places() -> list[Place]:
    """Every figure of the journeys that some identity holds to another."""
    found = []
    for way in WAYS:
        for at, (payload, _) in enumerate(journey(way)):
            for path in _paths(payload):
                place = Place(way, at, payload["type"], path)
                free = (place.type, place.field) in NOT_CHECKED and payload.get("stage") != "allocation"
                if place.field in FIGURES or "serials" in path:
                    found += [] if free else [place]
    return found


def told(place: Place, *, by: int) -> Iterator[tuple[int, Ledger, str]]:
    """From the altered event on: position, the ledger after it, and the event's id."""
    new_of: dict[str, str] = {}
    ledger = honest(place.way, until=place.at)
    for at, (payload, keys) in enumerate(journey(place.way)[place.at :], start=place.at):
        old = event_id(canonical(payload))
        changed = json.loads(_renamed(canonical(payload).decode(), names=new_of))
        if at == place.at:
            _alter(changed, path=place.path, by=by)
        data = canonical(changed)
        new = event_id(data)
        new_of[old] = new
        ledger.apply(_checked(data, position=at, keys=keys))
        yield at, ledger, new


def honest(way: str, *, until: int) -> Ledger:
    """A ledger of the caller's own over an honest journey before a position."""
    events = [(canonical(payload), keys) for payload, keys in journey(way)[:until]]

    def apply(ledger: Ledger, place: int) -> None:
        data, keys = events[place]
        ledger.apply(_checked(data, position=place, keys=keys))

    return folds().fold(events, apply=apply)


def _checked(data: bytes, *, position: int, keys: tuple[str, ...]) -> Checked:
    return Checked(position=position, entry="", event_id=event_id(data), event=parse_event(data), valid=keys)


def value(place: Place) -> int:
    """The honest number."""
    holder: Any = journey(place.way)[place.at][0]
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
