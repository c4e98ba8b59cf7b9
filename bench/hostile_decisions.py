"""What can be decided, or go missing, again and again: more shapes (hostile_shapes)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count as itertools_count
from types import MappingProxyType
from typing import Any, Final

from bench.hostile_journeys import GIVER, Pouch
from bench.hostile_shapes import LOST, HostileElection, Shape
from custody.core.authority.roster import possession_message
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes, sign
from tests.core.ledger.playing import CEC
from tests.core.ledger.witnesses import policy_set


def many_gaps(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Device after device has a gap in its numbers, and the monitor's clock goes on."""
    head = stage.opened("AAA")
    stage.opened("AAB")
    for number in itertools_count():
        yield stage.enrolment(name := f"{LOST}{number}")
        yield stage.ahead(name, "AAA", observed=head)
        yield stage.clock("AAB")


def policies(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The log witnesses are named again and again, and a device is enrolled each time."""
    pouch = Pouch(stage)
    for number in itertools_count():
        yield pouch.made(policy_set(), by=CEC)
        yield pouch.made({"type": "KeyEnrolled", "keys": [_spare(pouch, number=number)]}, by=_REGISTRARS)


def _spare(pouch: Pouch, *, number: int) -> dict[str, Any]:
    """One more device, as it is enrolled."""
    private = derive_demo_key(seed=9, name=(badge := f"spare-{number}"), domain="kz-2015.invalid")
    public = public_bytes(private)
    message = possession_message(election=pouch.stage.ledger.election, person=None, role="device", keyid=keyid(public))
    row = {"public": public.hex(), "role": "device", "person": None, "badge": badge, "office": "AYT"}
    return {**row, "proof": sign(private, message).hex(), "next_key": None}


def days(stage: HostileElection, count: int) -> Iterator[bytes]:
    """A courier without a mandate takes over on many claimed days; then mandate after mandate for all of them."""
    pouch = Pouch(stage)
    mandate = {"type": "MandateGranted", "courier": "courier-rom", "consignments": [pouch.journey.names.out]}
    for _ in range(count // 4):
        pouch.play.wait(hours=24)
        offer, entry = pouch.held(pouch.journey.offering(("courier-rom",)), by=GIVER)
        stage.put(entry)
        stage.put(pouch.made(pouch.journey.answering(offer), by=("courier-rom",)))
        offer, entry = pouch.held(pouch.journey.offering(GIVER), by=("courier-rom",))
        stage.put(entry)
        stage.put(pouch.made(pouch.journey.answering(offer), by=GIVER))
    while True:
        yield pouch.made({**mandate, "first_day": "2015-04-15", "last_day": "2035-04-20"}, by=GIVER)


_REGISTRARS: Final = ("registrar-1", "registrar-2")

DECISIONS: Final[Mapping[str, Shape]] = MappingProxyType({"many-gaps": many_gaps, "policies": policies, "days": days})
"""Kind -> how it is played. One row to add a shape."""
