"""The device pack: what a device needs to know of the election, signed by the gateway (docs/spec/http.md).

It says what the log means as the gateway folded it: the keys that its people may meet, their own consignments and mandates,
the units on them, the end of the chains of their devices, and what proofs are held to: genesis and the witness policy.
It is knowledge for drafting and showing; nothing in it is more
secret than the log (figures of what goes back are left out), and only the log decides. Rows are bounded, with their count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.authority.parties import Party
from custody.core.authority.roster import KeyRecord
from custody.core.authority.witness_policy import Policy
from custody.core.checks.places import zone_at
from custody.core.entries.signing import keyid, public_bytes, sign
from custody.core.ledger import Ledger
from custody.core.state.registers import Consignment, Mandate
from custody.core.state.state import State
from custody.core.state.units import Unit
from custody.core.state.zones import Zone
from custody.core.tlog.cosignatures import format_witness_key
from schemas.receipts import Statement, format_statement, statement_pae
from schemas.strict_json import canonical

FORMAT: Final = "custody/device-pack/v1"
PACK_TYPE: Final = "application/vnd.custody.device-pack.v1+json"
KEYS_MAX: Final = 16
UNITS_MAX: Final = 600
_TRAVELLING: Final = ("courier", "gateway", "registrar", "pouch-office")
"""Roles whose keys everybody may meet; beside those of the own stations."""
_ALWAYS: Final = ("CEC", "MFA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whose pack it is: keys of people and devices; of which log, and when it is made."""

    keys: Sequence[str]
    at: str
    origin: str
    end: int
    """entries of the log that the ledger has read"""
    checkpoint: str | None = None
    """the newest signed checkpoint that this gateway serves"""


def device_pack(ledger: Ledger, *, asked: Asked, private: Ed25519PrivateKey) -> bytes:
    """The pack as a signed statement of a gateway."""
    payload = canonical(_pack(ledger, asked=asked))
    signature = sign(private, statement_pae(payload, payload_type=PACK_TYPE))
    return format_statement(Statement(PACK_TYPE, payload, keyid(public_bytes(private)), signature))


def _pack(ledger: Ledger, *, asked: Asked) -> dict[str, Any]:
    state = ledger.state
    own = [record for key in asked.keys if (record := state.roster.get(key)) is not None]
    parties = {record.party for record in own if record.party is not None}
    mandates = [one for one in state.registers.mandates.values() if _is_for(one, people=own)]
    carried = {name for one in mandates for name in one.consignments}
    offices = {record.office for record in own}
    consignments = [
        one for one in state.registers.consignments.values() if one.consignment in carried or one.station in offices
    ]
    stations = offices | {one.station for one in consignments}
    names = {one.consignment for one in consignments}
    units = [unit for unit in _heads(state) if _concerns(unit, parties=parties, consignments=names)]
    met = [record for record in state.roster if _may_meet(record, offices=stations)]
    opened = sorted(stations & state.registers.stations.keys())
    return {
        "format": FORMAT,
        "election": ledger.election,
        "genesis": state.opening().model_dump(mode="json", exclude_unset=True),
        "policy": _policy(state.policies[-1][1]),
        "checkpoint": asked.checkpoint,
        "origin": asked.origin,
        "end": asked.end,
        "madeAt": asked.at,
        "zone": _zone(state.zone),
        "stations": [{"station": name, "zone": _zone(zone_at(state, name))} for name in opened],
        "roster": [_key(record) for record in sorted(met, key=lambda one: one.keyid)],
        "mandates": [_mandate(one) for one in mandates],
        "consignments": [_consignment(one) for one in consignments],
        "units": [_unit(unit) for unit in units[:UNITS_MAX]],
        "unitsInAll": len(units),
        "chains": list(_chains(state, devices=asked.keys)),
        "codes": _codes(state),
    }


def _is_for(mandate: Mandate, *, people: Collection[KeyRecord]) -> bool:
    return mandate.ended is None and any(record.person == mandate.courier for record in people)


def _heads(state: State) -> Iterator[Unit]:
    found = (state.paths.head(name) for name in state.paths.units())
    return (unit for unit in found if unit is not None)


def _concerns(unit: Unit, *, parties: Collection[Party], consignments: Collection[str]) -> bool:
    """Whether somebody here holds the unit, or it is on a consignment of his."""
    if unit.kind in ("batch", "stock"):
        return False
    return unit.custodian in parties or (unit.consignment is not None and unit.consignment in consignments)


def _may_meet(record: KeyRecord, *, offices: Collection[str]) -> bool:
    return record.role in _TRAVELLING or record.office in offices or record.office in _ALWAYS


def _zone(zone: Zone) -> list[list[Any]]:
    return [[since, offset] for since, offset in zone]


def _key(record: KeyRecord) -> dict[str, Any]:
    return {
        "key": record.keyid,
        "public": record.public.hex(),
        "role": record.role,
        "office": record.office,
        "badge": record.badge,
        "person": record.person or None,
        "revoked": record.revoked is not None,
    }


def _mandate(one: Mandate) -> dict[str, Any]:
    return {
        "courier": one.courier,
        "consignments": list(one.consignments),
        "firstDay": one.first_day,
        "lastDay": one.last_day,
    }


def _consignment(one: Consignment) -> dict[str, Any]:
    legs = [
        {"number": leg.number, "releasing": leg.releasing, "receiving": leg.receiving, "due": leg.due}
        for leg in one.legs
    ]
    return {"consignment": one.consignment, "station": one.station, "direction": one.direction, "legs": legs}


def _unit(unit: Unit) -> dict[str, Any]:
    holder = unit.custodian
    return {
        "unit": unit.unit,
        "kind": unit.kind,
        "act": unit.act,
        "papers": None if unit.papers is None or unit.direction == "back" else max(unit.papers, 0),
        "seals": [seal.number for seal in unit.seals],
        "station": unit.station,
        "consignment": unit.consignment,
        "holder": None if holder is None else {"kind": holder.kind, "office": holder.office, "person": holder.person},
        "inside": unit.inside,
        "hold": unit.hold,
        "withCarrier": unit.state == "with carrier",
    }


def _chains(state: State, *, devices: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The highest number that the log has of each device's chain."""
    for device in devices:
        end = state.devices.end(device)
        if end is not None:
            yield {"device": device, "number": end[0], "event": end[1]}


def _policy(policy: Policy) -> dict[str, Any] | None:
    """The witness policy in force as an event states it; None where it asks for nobody: nothing is proven then."""
    if policy.quorum is None:
        return None
    witnesses = [{"name": name, "vkey": format_witness_key(key)} for name, key in policy.keys.items()]
    groups = [group.model_dump(mode="json") for group in policy.groups.values()]
    return {"witnesses": witnesses, "groups": groups, "quorum": policy.quorum}


def _codes(state: State) -> list[dict[str, str]]:
    """The codes of this election, in the languages in which its rules state them."""
    own = state.rules_now().codes if state.rules else {}
    return [{"code": name, **words} for name, words in sorted(own.items())]
