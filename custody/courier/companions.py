"""Acts that travel along: what a receiver must know to go on from an offer, although neither device has been online.

An offer names the acts it follows. Its giver's device passes on the path of the offered units, and whatever else the offer
follows that is not on the log as that device knows it, so that the receiver's next act finds its predecessors. All of them
are signed; nothing has to be believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from custody.courier.sign_act import id_of
from schemas.envelope import parse_envelope
from schemas.union import parse_event

TRAVEL_MAX: Final = 64
"""Envelopes that travel with one offer at most: the newest."""

Find = Callable[[str], Sequence[bytes]]
"""event id -> the envelopes of that event that a device holds, poorest first"""


def companions(offer: bytes, *, find: Find, is_recorded: Callable[[str], bool]) -> tuple[bytes, ...]:
    """What travels with ``offer``, oldest first, the offer itself left out; unknown predecessors cannot travel."""
    event: Any = parse_event(parse_envelope(offer).payload)
    offered = {ref.unit for ref in event.units}
    taken: dict[str, bytes] = {}
    queue = list(_named(event))
    while queue and len(taken) < TRAVEL_MAX:
        name = queue.pop(0)
        held = () if name in taken else find(name)
        if not held:
            continue
        before: Any = parse_event(parse_envelope(held[-1]).payload)
        is_on_path = any(ref.unit in offered for ref in getattr(before, "units", ()))
        if is_recorded(name) and not is_on_path:
            continue
        taken[name] = held[-1]
        queue += _named(before)
    taken.pop(id_of(offer), None)
    return tuple(reversed(taken.values()))


def _named(event: Any) -> Iterable[str]:
    for ref in getattr(event, "units", ()):
        previous = getattr(ref, "previous", None)
        if previous is not None:
            yield previous
    if hasattr(event, "offer"):
        yield event.offer
