"""The offset that a device states: on the way that of the commission's zone, so that no entry tells how far east it is.

The offset of a clock is a coarse longitude, and entries are public at once. So until the units have arrived the moment is written
as the clocks of the commission show it (genesis), and what the device's own clock shows is committed to, as the carrier's name
is. Whoever takes units over at their station states the station's own offset, as does everybody who acts there afterwards.

The salt of that commitment follows from the device's key and its place in the chain: there is nothing to store and nothing to
lose but the key, and nobody else can work it out. A device opens it by ``DetailsDisclosed`` once the units have arrived.

Not here: which claimed times are believed (core), and names of time zones: genesis holds offsets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.checks.places import zone_at
from custody.core.entries.commitments import commitment
from custody.core.entries.signing import sign
from custody.core.state.moments import moment
from custody.core.state.state import State
from custody.core.state.units import Unit
from custody.core.state.zones import shown
from custody.core.state.zones import stated as offset_of
from custody.courier.signatories import Device, Signatory
from schemas.identifiers import epoch_seconds

LOCAL_TIME: Final = "local_time"
"""The field of the commitments."""
_TAKES_OVER: Final = ("HandoverAnswered", "CollectedFromCarrier", "UnitFound")
_ON_THE_WAY: Final = ("courier", "carrier")


def stated(
    fields: dict[str, Any], *, state: State, signing: Sequence[Signatory], device: Device | None
) -> dict[str, Any]:
    """The fields of an event with the moment as it is stated in public, and the commitment to what the device's clock shows."""
    held = fields["commitments"]
    if device is None or state.genesis is None or not isinstance(held, Mapping):
        return fields
    under_way = is_under_way(fields, state=state)
    station = next((one.office for one in signing if one.office in state.registers.stations), "")
    if station and (not under_way or fields["type"] in _TAKES_OVER):
        return _as_there(fields, state=state, station=station)
    local = str(fields["at"])
    offset = shown(state.zone, at=local) or offset_of(state.genesis.at)
    public = moment(epoch_seconds(local), like=f"{local[:19]}{offset}")
    if not under_way:
        return {**fields, "at": public}
    salt = salt_of(device.private, number=device.number, previous=device.previous)
    made = commitment(field=LOCAL_TIME, salt=salt, content=local)
    return {**fields, "at": public, "commitments": {**held, LOCAL_TIME: made}}


def _as_there(fields: dict[str, Any], *, state: State, station: str) -> dict[str, Any]:
    """The fields with the moment as the clocks of a station show it, where its list of offsets says how."""
    local = str(fields["at"])
    offset = shown(zone_at(state, station), at=local)
    return fields if offset is None else {**fields, "at": moment(epoch_seconds(local), like=f"{local[:19]}{offset}")}


def salt_of(private: Ed25519PrivateKey, *, number: int, previous: str | None) -> str:
    """The salt under which a device commits to its local time in an event at this place of its chain; 64 hex digits."""
    place = f"custody/local-time-salt/v1\n{number}\n{previous or ''}"
    return hashlib.sha256(sign(private, place.encode())).hexdigest()


def is_under_way(fields: Mapping[str, Any], *, state: State) -> bool:
    """Whether any of the units of a payload is with a courier or a carrier, in its own hands or inside another unit."""
    heads = (state.paths.head(row["unit"]) for row in fields.get("units", ()))
    return any(_is_with_a_carrier(state.paths.outermost(head)) for head in heads if head is not None)


def _is_with_a_carrier(unit: Unit) -> bool:
    holder = unit.custodian
    return unit.consignment is not None and (holder is None or holder.kind in _ON_THE_WAY)
