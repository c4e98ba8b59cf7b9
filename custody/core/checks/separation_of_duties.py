"""Separation: two capacities that one person must not have in the same act, by the rules in force (domain.md §2).

A pair of signing parts (who releases does not receive) makes an act none at all where one person plays both; a pair of a part
and a role held at the station (who carries does not sit on the commission that receives) is a finding beside an act that took
place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custody.core.authority.roster import KeyRecord
from custody.core.checks.case import Case, Stated
from schemas.base import Part
from schemas.rules import Capacity, Separation

Hands = Mapping[Part, Sequence[KeyRecord]]
"""Part -> who signed it."""


def on_both_sides(case: Case[Stated], *, hands: Hands, station: str) -> KeyRecord | None:
    """The first signer who plays two parts that the rules keep apart, and no dispensation for the station lifts it."""
    for pair in case.rules.rules.separations:
        if pair.second.part is None or _is_lifted(case, pair=pair, station=station):
            continue
        second = {record.person for record in _signing(pair.second, hands=hands)}
        both = next((record for record in _signing(pair.first, hands=hands) if record.person in second), None)
        # rules.md 22
        if both is not None:
            return both
    return None


def seated(case: Case[Stated], *, hands: Hands, station: str) -> KeyRecord | None:
    """The first signer who also holds a role at the station that the rules keep apart from the part that was signed."""
    for pair in case.rules.rules.separations:
        # rules.md 27
        if pair.second.part is not None or _is_lifted(case, pair=pair, station=station):
            continue
        for record in _signing(pair.first, hands=hands):
            if case.sits_on(person=record.person, office=station, roles=pair.second.roles):
                return record
    return None


def _signing(capacity: Capacity, *, hands: Hands) -> list[KeyRecord]:
    records = () if capacity.part is None else hands.get(capacity.part, ())
    return [record for record in records if not capacity.roles or record.role in capacity.roles]


def _is_lifted(case: Case[Stated], *, pair: Separation, station: str) -> bool:
    return pair.dispensable and case.is_dispensed(station)
