"""Signers of an act of this election: those who usually do, and as many more of their office as the rules ask for.

    complete(type, by)   ``by`` and whoever of the same office is still needed, in the order of people.csv
    lacks(type, by)      what no people of that office can make up for, in words; empty: nothing

Not here: whether signatures on a log count (``custody.core.authority``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from custody.core.authority.parties import PARTY_OF_ROLE
from custody.courier.completion import part_of
from custody.election.model import Election, Person
from schemas.base import Part
from schemas.rules import Quorum

_OF_STATION: Final = ("mission", "commission")
_SIDES: Final = ("releasing", "receiving")
"""Parts of one party alone: the mission's officer does not give away what the commission holds."""
_NOT_HERE: Final = ("service", "succeeding")
"""Parts that a service signs, and that only a key's successor signs."""


@dataclass(frozen=True, slots=True)
class AsTold:
    """Exactly those who are told sign: for people who err or cheat."""

    def complete(self, type_name: str, *, by: Sequence[str]) -> tuple[str, ...]:
        """``by``."""
        del type_name
        return tuple(by)


class ByTheRules:
    """Nobody signs alone where the rules of the election ask for more."""

    def __init__(self, election: Election) -> None:
        self._people = election.by_badge
        self._rules: dict[str, dict[Part, list[tuple[Quorum, ...]]]] = {}
        for rule in election.rules.signatures:
            if rule.part not in _NOT_HERE:
                self._rules.setdefault(rule.type, {}).setdefault(rule.part, []).append(rule.quorums)
        self._offices: dict[tuple[str, str], list[Person]] = {}
        for person in election.people:
            if person.role != "courier":
                self._offices.setdefault(_where(person), []).append(person)

    def complete(self, type_name: str, *, by: Sequence[str]) -> tuple[str, ...]:
        """``by``, and whoever else of the same office the rules ask for; as they are where nobody can be added."""
        signing = list(by)
        for part, rows in self._rules.get(type_name, {}).items():
            for quorums in rows:
                signing += self._more(type_name, part=part, quorums=quorums, signing=signing) or ()
        return tuple(signing)

    def lacks(self, type_name: str, *, by: Sequence[str]) -> Quorum | None:
        """What the office of ``by`` has too few people for; None: for nothing."""
        signing = self.complete(type_name, by=by)
        for part, rows in self._rules.get(type_name, {}).items():
            for quorums in rows:
                if self._more(type_name, part=part, quorums=quorums, signing=signing) is None:
                    return self._nearest(quorums, signing=signing)
        return None

    def _nearest(self, quorums: Sequence[Quorum], *, signing: Sequence[str]) -> Quorum:
        """Of what the rules ask for, that which people of these roles could meet."""
        roles = {self._people[badge].role for badge in signing if badge in self._people}
        return next((quorum for quorum in quorums if roles & set(quorum.roles)), quorums[0])

    def _more(
        self, type_name: str, *, part: Part, quorums: Sequence[Quorum], signing: Sequence[str]
    ) -> tuple[str, ...] | None:
        """The fewest people who complete one of the quorums; None where nobody can."""
        here = [self._people[badge] for badge in signing if badge in self._people]
        signed = [person for person in here if part_of(type_name, role=person.role) == part]
        if any(_added(quorum, signed=signed, spare=()) == () for quorum in quorums):
            return ()
        others = [one for place in dict.fromkeys(map(_where, here)) for one in self._offices.get(place, ())]
        spare = [one for one in others if one.badge not in signing and part_of(type_name, role=one.role) == part]
        own = {PARTY_OF_ROLE.get(person.role) for person in signed}
        of_party = [one for one in spare if PARTY_OF_ROLE.get(one.role) in own]
        return _fewest(quorums, signed=signed, spare=of_party) or (
            None if part in _SIDES else _fewest(quorums, signed=signed, spare=spare)
        )


def said(quorum: Quorum) -> str:
    """A quorum in words."""
    including = f", one of them {' or '.join(quorum.including)}" if quorum.including else ""
    return f"{quorum.persons} of {', '.join(quorum.roles)}{including}"


def _where(person: Person) -> tuple[str, str]:
    kind = PARTY_OF_ROLE.get(person.role)
    return ("station", person.office) if kind in _OF_STATION else (str(kind), "")


def _fewest(quorums: Sequence[Quorum], *, signed: Sequence[Person], spare: Sequence[Person]) -> tuple[str, ...] | None:
    ways = [added for quorum in quorums if (added := _added(quorum, signed=signed, spare=spare)) is not None]
    return min(ways, key=len) if ways else None


def _added(quorum: Quorum, *, signed: Sequence[Person], spare: Sequence[Person]) -> tuple[str, ...] | None:
    """Who is added to those who signed so that a quorum is met; None where it cannot be."""
    chosen = [person for person in signed if person.role in quorum.roles]
    able = [person for person in spare if person.role in quorum.roles]
    if quorum.including and not any(person.role in quorum.including for person in chosen):
        first = next((person for person in able if person.role in quorum.including), None)
        if first is None:
            return None
        chosen, able = [*chosen, first], [person for person in able if person is not first]
    chosen += able[: max(0, quorum.persons - len(chosen))]
    if len(chosen) < quorum.persons:
        return None
    return tuple(person.badge for person in chosen if person not in signed)
