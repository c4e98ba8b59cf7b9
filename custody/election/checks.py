"""Checks of what the tables of a folder say together, each on its own; a folder without mistakes can be rehearsed and opened.

check_stations   codes, places, zones, hours
check_people     badges, offices, devices, root, services, and whether every office can sign what the rules ask of it
check_plan       consignments, legs, couriers, days, seals
check_items      what goes with the papers
check_carried    what is carried over from an earlier election
check_rules      what is no rule for anything, and what contradicts itself
check_stated     election.toml, codes, parties, zones, witnesses, the rehearsal's troubles
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from custody.election.carried import check_carried
from custody.election.check_items import check_items
from custody.election.check_people import check_people
from custody.election.check_plan import check_plan
from custody.election.check_rules import check_rules
from custody.election.check_stated import check_stated
from custody.election.check_stations import check_stations
from custody.election.mistakes import Mistakes
from custody.election.model import Election
from custody.election.tables import Row

_CHECKS: Final = (check_stated, check_stations, check_people, check_plan, check_items, check_carried, check_rules)


def check_all(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note everything that does not fit together."""
    for check in _CHECKS:
        check(election, tables=tables, mistakes=mistakes)
