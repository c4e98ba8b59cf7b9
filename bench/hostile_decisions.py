"""What can be decided, or go missing, again and again: more shapes (hostile_shapes). Played in the small election of its stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count as itertools_count
from types import MappingProxyType
from typing import Final

from bench.hostile_journeys import GIVER, Pouch
from bench.hostile_shapes import LOST, Shape, Stage
from tests.ledger.journeys import Journey
from tests.ledger.playing import CEC
from tests.ledger.witnesses import policy_set


def many_gaps(stage: Stage, count: int) -> Iterator[bytes]:
    """Many devices have a gap in their numbers, and the monitor's clock goes on."""
    head = stage.opened("AAA")
    stage.opened("AAB")
    for number in range(count):
        name = f"device-{number}"
        stage.put(stage.enrolment(name))
        stage.put(stage.elsewhere(name, office="AAA", observed=head))
    while True:
        yield stage.clock("AAB")


def excused(stage: Stage, count: int) -> Iterator[bytes]:
    """Many events of a lost key were excused by decisions, and more decisions come."""
    pouch = Pouch(stage, until=Journey.under_way)
    for _ in range(count):
        pass
    while True:
        yield pouch.made({"type": "FindingAcknowledged", "finding": "ab" * 32}, by=("duty-1",))


def policies(stage: Stage, _: int) -> Iterator[bytes]:
    """The log witnesses are named again and again, and keys enrolled."""
    pouch = Pouch(stage)
    for number in itertools_count():
        yield pouch.made(policy_set(), by=CEC)


def days(stage: Stage, count: int) -> Iterator[bytes]:
    """A courier without a mandate takes over on many claimed days; then mandate after mandate for all of them."""
    pouch = Pouch(stage)
    mandate = {"type": "MandateGranted", "courier": "courier-rom", "consignments": [pouch.journey.names.out]}
    for number in range(count):
        pouch.play.wait(hours=24)
        offer, entry = pouch.held(pouch.journey.offering(("courier-rom",)), by=GIVER)
        stage.put(entry)
        stage.put(pouch.made(pouch.journey.answering(offer), by=("courier-rom",)))
        offer, entry = pouch.held(pouch.journey.offering(GIVER), by=("courier-rom",))
        stage.put(entry)
        stage.put(pouch.made(pouch.journey.answering(offer), by=GIVER))
    while True:
        yield pouch.made({**mandate, "first_day": "2015-04-15", "last_day": "2035-04-20"}, by=GIVER)


DECISIONS: Final[Mapping[str, Shape]] = MappingProxyType({"many-gaps": many_gaps, "policies": policies, "days": days})
"""Kind -> how it is played. One row to add a shape."""
