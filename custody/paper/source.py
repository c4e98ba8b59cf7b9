"""The source of a form: the log's acts up to a position, and the state after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, TypeVar

from custody.core.authority.roster import KeyRecord
from custody.core.evidence.bracket_words import told
from custody.core.state import moments
from custody.core.state.noted_codes import noted
from custody.core.state.state import State
from custody.core.state.zones import shown, stated, zone_of
from custody.core.wording.messages import Message, message
from custody.paper.sheet import CarriedAct, Code, PlainWords, Value
from schemas.authority import ElectionOpened, StationOpened
from schemas.base import Common
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Misused, Refused
from schemas.identifiers import epoch_seconds
from schemas.union import parse_event

E = TypeVar("E", bound=Common)
Names = Mapping[str, Mapping[str, str]]
"""Station -> language -> its name."""
ID: Final = re.compile(r"[0-9a-f]{8,64}")
"""An event id, or so much of it that no other begins so."""
_DAY: Final = 10
_CLOCK: Final = 19
"""So many signs of a time are its day; its day and clock."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event on the log: where, its envelope, what it says."""

    event_id: str
    position: int
    entry: bytes
    event: Common

    @property
    def type(self) -> str:
        """Its event type."""
        return type(self.event).__name__


@dataclass(frozen=True, slots=True)
class Source:
    """The events up to a position by their ids, in the log's order, and the state after the last of them."""

    state: State
    recorded: Mapping[str, Recorded]
    names: Names = field(default_factory=dict)
    """station -> language -> how it is called there; empty where the election states none"""

    @property
    def genesis(self) -> ElectionOpened:
        """The first event of the log."""
        first = next(iter(self.recorded.values())).event
        if not isinstance(first, ElectionOpened):
            raise Misused("no-election", "This log does not begin with the opening of an election.")
        return first

    def named(self, text: str) -> Recorded:
        """The event whose id begins with ``text``; Misused("print-subject") where none or several do."""
        found = [row for event_id, row in self.recorded.items() if event_id.startswith(text.lower())]
        if len(found) != 1:
            raise Misused(
                "print-subject", f"{len(found) or 'No'} events of this log have an id that begins with {text}."
            )
        return found[0]

    def standing(self, type_: type[E]) -> Iterator[tuple[Recorded, E]]:
        """The acts of a type that are in force, in the log's order."""
        for row in self.recorded.values():
            record = self.state.records.get(row.event_id)
            if isinstance(row.event, type_) and record is not None and record.in_force:
                yield row, row.event

    def act(self, row: Recorded) -> CarriedAct:
        """An act with the public keys of its signers, to be carried by a sheet."""
        known = (self.state.roster.get(signer.key) for signer in row.event.signers)
        keys = tuple((key.keyid, key.public) for key in known if key is not None)
        return CarriedAct(event_id=row.event_id, entry=row.entry, keys=keys, position=row.position)

    def people(self, event: Common, *, part: str | None = None) -> tuple[Value, ...]:
        """The persons who are to sign an event, by role and badge; with ``part`` only those who act in it."""
        keys = [
            self.state.roster.get(signer.key)
            for signer in event.signers
            if signer.person is not None and part in (None, signer.part)
        ]
        return tuple(person(key) for key in keys if key is not None)

    def ticked(self, row: Recorded) -> Value:
        """What was ticked on a form, in words by the rules under which it was recorded."""
        if not row.event.codes:
            return message("form.none")
        record = self.state.records.get(row.event_id)
        if record is None:
            return Code(", ".join(row.event.codes))
        said = noted(row.event.codes, rules=record.rules)
        languages = [language for language, _ in said[0].words]
        return PlainWords(tuple((name, "; ".join(dict(one.words)[name] for one in said)) for name in languages))

    def holder(self, tag: str) -> Value:
        """A person by tag: role and badge of the key that was enrolled first."""
        return next((person(key) for key in self.state.roster if key.person == tag), None)

    def about(self, event_id: str) -> Message:
        """What an event is called, and when its signers say it was made."""
        row = self.recorded.get(event_id)
        return (
            message("form.none")
            if row is None
            else message("form.act", type=row.type, at=self._beside(dated(row.event.at), at=row.event.at))
        )

    def when(self, row: Recorded) -> tuple[Value, ...]:
        """When an act was made: as its signers say, and between which moments it certainly was, where anything bounds it."""
        certain = told(self.state.bounds.of(row.event_id))
        return (self.moment(row.event.at), *(() if certain is None else (certain,)))

    def latest(self, type_: type[E], *, subject: str, about: Callable[[E], Collection[str]]) -> tuple[Recorded, E]:
        """The event of an id, if it is of this type, or the last one in force about a unit, station or consignment.  Misused."""
        if ID.fullmatch(subject):
            row = self.named(subject)
            if isinstance(row.event, type_):
                return row, row.event
            raise Misused("print-subject", "This event is no act of the kind that this form is for.")
        rows = [(row, event) for row, event in self.standing(type_) if subject in about(event)]
        if not rows:
            raise Misused("print-subject", f"No act that this form is for is recorded of {subject} by then.")
        return rows[-1]

    def moment(self, at: str) -> Message:
        """A claimed time in the reader's manner, and beside it what the commission's clock shows, where that differs."""
        return self._beside(moment(at), at=at)

    def _beside(self, local: Message, *, at: str) -> Message:
        """A time as it is told, and behind it the commission's clock where it shows another one."""
        first = next(iter(self.recorded.values()), None)
        if first is None or not isinstance(first.event, ElectionOpened):
            return local
        offset = shown(zone_of(first.event.offsets), at=at)
        if offset is None or offset == stated(at):
            return local
        there = moments.moment(epoch_seconds(at), like=f"{at[:_CLOCK]}{offset}")
        if there[:_DAY] == at[:_DAY]:
            return message("form.moment-beside", local=local, time=there[11:16])
        return message("form.moment-beside-day", local=local, day=day_of(there), time=there[11:16])

    def station(self, code: str) -> StationOpened | None:
        """The act that formed a station."""
        return next((event for _, event in self.standing(StationOpened) if event.station == code), None)


def filled_from(state: State, *, entries: Iterable[bytes], names: Names | None = None) -> Source:
    """A log's entries from position 0 on, and the state after the last of them, as forms are filled from them."""
    kept: dict[str, Recorded] = {}
    for position, entry in enumerate(entries):
        row = recorded(entry, position=position)
        if row is not None:
            kept[row.event_id] = _fuller(kept.get(row.event_id), row)
    return Source(state, kept, names or {})


def _fuller(known: Recorded | None, again: Recorded) -> Recorded:
    """Of two entries of one event the one with more signatures, at the position of the first."""
    if known is None:
        return again
    if len(parse_envelope(again.entry).signatures) <= len(parse_envelope(known.entry).signatures):
        return known
    return replace(again, position=known.position)


def recorded(entry: bytes, *, position: int) -> Recorded | None:
    """What the bytes at a position say; None where they are no event."""
    try:
        payload = parse_envelope(entry).payload
        return Recorded(event_id(payload), position, entry, parse_event(payload))
    except Refused:
        return None


def person(key: KeyRecord) -> Message:
    """A person by role and badge."""
    return message("key.of", badge=key.badge, role=message("role", role=key.role))


def moment(at: str) -> Message:
    """A claimed time in the reader's manner: weekday, day, hour, and how far the clock is from UTC."""
    year, month, day = at[:10].split("-")
    weekday = str(date.fromisoformat(at[:_DAY]).isoweekday())
    return message("form.moment", weekday=weekday, year=year, month=month, day=day, time=at[11:16], offset=_offset(at))


def dated(at: str) -> Message:
    """The same without its weekday, for the middle of a sentence: no language has to put it into another case."""
    return message("form.moment-dated", at=at)


def day_of(at: str) -> Message:
    """A day in the reader's manner."""
    year, month, day = at[:10].split("-")
    return message("form.day", year=year, month=month, day=day)


def _offset(at: str) -> str:
    if at.endswith("Z"):
        return "UTC"
    sign, hours, minutes = at[-6], int(at[-5:-3]), at[-2:]
    return f"UTC{'+' if sign == '+' else chr(0x2212)}{hours}" + ("" if minutes == "00" else f":{minutes}")
