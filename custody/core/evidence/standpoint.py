"""Standpoint: the units as somebody who took part in a branch knows them, for drafting what he does next.

The theory. While acts contest a place, a unit stands with the last custodian whom nobody contests. Whoever took part in one of
the branches knows more than that: he saw its acts happen. What he does next follows the newest act of his branch, so that it is
disputed with it, and takes effect with it once officers have decided for it. Following the last uncontested act instead would
claim the place once more, or claim to hold what somebody else holds there. The same holds where a decision chose another branch
and he did not take part in that one.

A party takes part in an act by signing it, or by signing the offer that it answers. Who took part in several branches goes on in
the one that leaves the unit with him: there the one that he signed himself, the newest last; else with everybody.

Who takes a unit out of nobody's hands (collects it from a carrier, finds it) need have taken part in nothing. Where the last
uncontested act does not leave it there, he follows the newest act that does and that no decision has set aside, of several
branches the newest one: so his act is disputed with that branch, and takes effect with it.

Not here: any judgement. What an act names is judged as it stands, whoever drafted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from custody.core.authority.parties import Party
from custody.core.authority.roster import KeyRecord
from custody.core.state.state import RecordedEvent, State
from custody.core.state.transitions import next_state
from custody.core.state.units import Unit

_FROM_NOBODY: Final = ("CollectedFromCarrier", "UnitFound")
"""Types of acts by which somebody has a unit whom nobody hands it to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """The state of a ledger, and who looks at it: the parties and the persons (tags) that draft an event."""

    state: State
    parties: tuple[Party, ...] = ()
    persons: tuple[str, ...] = ()
    type: str = ""
    """the type of the event that is drafted, where that is known"""

    @classmethod
    def of(cls, keys: Iterable[str], *, state: State, type_name: str = "") -> Standpoint:
        """Where the owners of these keys stand."""
        known = [record for key in keys if (record := state.roster.get(key)) is not None]
        parties = dict.fromkeys(record.party for record in known if record.party is not None)
        persons = dict.fromkeys(record.person for record in known if record.person)
        return cls(state=state, parties=tuple(parties), persons=tuple(persons), type=type_name)

    def unit(self, name: str) -> Unit | None:
        """The unit after the newest act that what is drafted now follows; None where the unit does not exist."""
        head = self.state.paths.head(name)
        tips = self._tips(name)
        # rules.md 115
        if len(tips) == 1:
            return self.state.paths.snapshot(name, tips[0].event_id)
        held = [(record, unit) for record in tips if (unit := self._held(name, record=record)) is not None]
        if not held:
            return head if tips else self._out_of_nobodys_hands(name, head=head)
        return max(held, key=lambda pair: (self._signed_himself(pair[0]), pair[0].order))[1]

    def _out_of_nobodys_hands(self, name: str, *, head: Unit | None) -> Unit | None:
        """The unit where an outsider can take it; the last uncontested act where that is no such act, or none is."""
        if self.type not in _FROM_NOBODY or head is None or self._allows(head):
            return head
        acts = [self.state.records[act] for act in self.state.paths.acts(name)]
        standing = [
            record for record in acts if record.status == "disputed" and record.moves and not record.is_not_chosen
        ]
        followed = {dict(record.refs).get(name) for record in standing}
        ends = (record.event_id for record in standing if record.event_id not in followed)
        units = [
            unit for act in ends if (unit := self.state.paths.snapshot(name, act)) is not None and self._allows(unit)
        ]
        # rules.md 152
        return units[-1] if units else head

    def _allows(self, unit: Unit) -> bool:
        return next_state(self.type, kind=unit.kind, state=unit.state) is not None

    def _held(self, name: str, *, record: RecordedEvent) -> Unit | None:
        """The unit after an act that leaves it with one of these parties."""
        unit = self.state.paths.snapshot(name, record.event_id)
        return unit if unit is not None and unit.custodian in self.parties else None

    def _signed_himself(self, record: RecordedEvent) -> bool:
        return any(key.person in self.persons for key in _signers(record))

    def _tips(self, name: str) -> list[RecordedEvent]:
        """Of each branch out of force in which one of these parties took part, and in no other since, its newest such act."""
        acts = [self.state.records[act] for act in self.state.paths.acts(name)]
        if not self.parties or not any(record.status == "disputed" for record in acts):
            return []
        path = {
            self.state.paths.canonical(unit.act): place for place, unit in enumerate(self.state.paths.in_force(name))
        }
        own = [record for record in acts if self._took_part(record)]
        since = max((path[root] for root in self._roots(own) if root in path), default=-1)
        tips: dict[str, RecordedEvent] = {}
        for record in own:
            if record.status != "disputed" or not record.moves:
                continue
            before = list(self._before(name, record=record))
            forks_at = next((path[root] for root in before if root in path), -1)
            for root in before:
                tips.pop(root, None)
            if forks_at >= since:
                tips[self.state.paths.canonical(record.event_id)] = record
        return list(tips.values())

    def _roots(self, records: Iterable[RecordedEvent]) -> Iterator[str]:
        return (self.state.paths.canonical(record.event_id) for record in records)

    def _before(self, name: str, *, record: RecordedEvent) -> Iterator[str]:
        """The acts on a unit that an act follows, newest first, by their names in the tree."""
        previous = dict(record.refs).get(name)
        while previous is not None:
            yield self.state.paths.canonical(previous)
            previous = dict(self.state.records[previous].refs).get(name)

    def _took_part(self, record: RecordedEvent) -> bool:
        offer = self.state.registers.offers.get(record.offer or record.event_id)
        if offer is not None and offer.releasing in self.parties:
            return True
        return any(key.party in self.parties for key in _signers(record))


def _signers(record: RecordedEvent) -> Iterator[KeyRecord]:
    return (key for part, keys in record.signed.items() if part != "device" for key in keys)
