"""Answering an offer: units, nonce and findings of the answer, also where the device knows of the units only by the offer.

What was seen is never made up: ``"found": "intact"`` states that every package was shown and every declared seal read intact;
which seal is on which unit comes from what the device knows, or from the offer itself where it is about one unit.
"""

from __future__ import annotations

from typing import Any, Final

from custody.courier.knowledge import Knowledge
from custody.courier.seen import ALL
from schemas.errors import Misused

_ON_OFFERS: Final = ("HandoverAnswered", "HandoverWithdrawn")


def from_offer(said: dict[str, Any], *, knowledge: Knowledge) -> dict[str, Any]:
    """The payload with what follows from the offer it is about; unchanged for other events and for unknown offers."""
    offer = knowledge.offers.get(str(said.get("offer")))
    if said.get("type") not in _ON_OFFERS or offer is None:
        return said
    filled = {"units": [{"unit": ref.unit, "previous": ref.previous} for ref in offer.units], **said}
    if said["type"] == "HandoverAnswered":
        filled.setdefault("nonce", offer.nonce)
        if _says_intact(said.get("found")) and not _is_known(offer, knowledge=knowledge):
            filled["found"] = _as_declared(offer, stated=said["found"])
    return filled


def _says_intact(found: Any) -> bool:
    return found == "intact" or (isinstance(found, dict) and found.get("seals") == "intact")


def _is_known(offer: Any, *, knowledge: Knowledge) -> bool:
    return all(knowledge.state.paths.head(ref.unit) is not None for ref in offer.units)


def _as_declared(offer: Any, *, stated: Any) -> dict[str, Any]:
    if len(offer.units) != 1 and offer.declared.seals:
        raise Misused(
            "found-seals", "This device does not know which seal is on which package: state each seal with its unit."
        )
    seals = [{"unit": offer.units[0].unit, "seal": seal, "condition": "intact"} for seal in offer.declared.seals]
    found = {"packages": ALL, "papers": None, **(stated if isinstance(stated, dict) else {}), "seals": seals}
    return {**found, "packages": len(offer.units) if found["packages"] == ALL else found["packages"]}
