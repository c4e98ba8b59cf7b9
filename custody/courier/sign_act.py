"""Making an act on a device: complete what was stated, take the next number of the chain, sign, keep, and only then hand out.

The order is the guarantee (G8): number, event and signatures are on the disk of the outbox before any of them leaves this
module. Somebody who plays a cheat may state the device's mark; such an event is kept without a number of the chain.

Not here: who may use which key (keystore), what the act means (core), when it is sent (sync).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from custody.adapters.outbox import NewAct, Outbox
from custody.courier.answering import from_offer
from custody.courier.codes import check_codes, check_offices
from custody.courier.completion import Drafted, Occasion, draft, seal_up
from custody.courier.knowledge import Knowledge
from custody.courier.paperwork import SHORTHAND
from custody.courier.seen import check_stated, check_words
from custody.courier.signatories import Device, Signatory
from custody.courier.unsaid import check_filled, check_said
from schemas.base import Common
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Refused
from schemas.identifiers import epoch_seconds
from schemas.transfer import HandoverAnswered
from schemas.union import parse_event

_CHAIN_BEGINS: Final = 1_420_070_400
"""2015-01-01: devices of a demonstration count their elapsed seconds from here, having no clock of their own."""
_COUNTERSIGNED_MAX: Final = 16


Shown = Callable[[Common, Mapping[str, str]], None]
"""Shows an event to those who are about to sign it; with the badges of key ids and person tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who makes an act: those who sign now, those who are listed and sign later, and the device (None: made on none)."""

    signing: Sequence[Signatory]
    awaited: Sequence[Signatory] = ()
    device: Device | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAct:
    """A signed act as it may leave the device."""

    event: str
    entry: bytes
    drafted: Drafted


def make_act(
    partial: Mapping[str, Any],
    *,
    crew: Crew,
    knowledge: Knowledge,
    outbox: Outbox | None,
    at: str,
    met: Sequence[bytes] = (),
    shown: Shown | None = None,
    stated: Collection[str] | None = None,
) -> SignedAct:
    """Complete, sign and keep one act. ``crew.device`` gets its place in the chain here; ``outbox`` None keeps nothing.

    ``met`` are envelopes of others that the act goes back to, kept in the same step; the last is the other half of a handover.
    ``shown`` is called with what is to be signed before anything is signed; where it raises, nothing was. ``stated`` are the
    fields that people said, where the payload has more by now; None: all that are in it.

    Raises ``Misused`` where something needed was not stated, ``Refused`` where the result is not well-formed, ``Unavailable``
    where it cannot be kept: then nothing was signed that could leave.
    """
    check_stated(partial)
    check_said({name: partial[name] for name in partial if stated is None or name in stated}, knowledge=knowledge)
    device = None if "device" in partial and partial["device"] is None else crew.device
    if device is not None:
        device.number, device.previous, device.countersigned = _next_mark(device, knowledge=knowledge, outbox=outbox)
    said = from_offer(_with_mark(partial, device=device, at=at), knowledge=knowledge)
    drafted = _draft(said, crew=crew, device=device, knowledge=knowledge, at=at)
    check_codes(drafted.event, knowledge=knowledge)
    check_offices(drafted.event, knowledge=knowledge, signing=(*crew.signing, *crew.awaited))
    offer = knowledge.offers.get(str(partial.get("offer")))
    check_words(partial, event=drafted.event, has_none=offer is not None and not offer.declared.seals)
    check_filled(drafted.event, stated=partial if stated is None else stated)
    if shown is not None:
        shown(drafted.event, badges_of(knowledge))
    entry = seal_up(drafted, signatories=crew.signing, device=_copy(device))
    if outbox is not None:
        _keep(drafted, entry=entry, device=None if "device" in partial else device, outbox=outbox, met=met)
    return SignedAct(event=drafted.event_id, entry=entry, drafted=drafted)


def badges_of(knowledge: Knowledge) -> dict[str, str]:
    """Key ids and person tags, as events hold them -> the badge that people read."""
    roster = list(knowledge.state.roster)
    return {name: record.badge for record in roster for name in (record.person, record.keyid) if name}


def made_on(entry: bytes) -> str | None:
    """The key id of the device that an event was made on, None for no event or no device."""
    try:
        mark = parse_event(parse_envelope(entry).payload).device
    except Refused:
        return None
    return None if mark is None else mark.key


def id_of(entry: bytes) -> str:
    """The event id of a signed envelope; Refused where it is none."""
    return event_id(parse_envelope(entry).payload)


def _copy(device: Device | None) -> Device | None:
    """Signing advances a device in memory; the mark that was used is still needed to keep the act."""
    return None if device is None else replace(device)


def _keep(drafted: Drafted, *, entry: bytes, device: Device | None, outbox: Outbox, met: Sequence[bytes]) -> None:
    if device is None:
        outbox.keep(met[:-1], source="known")
        outbox.keep(met[-1:], source="pair")
        outbox.keep([entry], source="own")
        return
    event = drafted.event
    outbox.keep_act(
        NewAct(
            number=device.number,
            event=drafted.event_id,
            payload=drafted.payload,
            entry=entry,
            countersigned=device.countersigned,
            met=tuple(met),
            nonce=event.nonce if isinstance(event, HandoverAnswered) else None,
            offer=event.offer if isinstance(event, HandoverAnswered) else None,
        )
    )


def _next_mark(
    device: Device, *, knowledge: Knowledge, outbox: Outbox | None
) -> tuple[int, str | None, tuple[str, ...]]:
    number, previous = knowledge.chains.get(device.key, (0, None))
    kept = None if outbox is None else outbox.last_number()
    if kept is not None and kept[0] >= number:
        number, previous = kept
    since = () if outbox is None else outbox.countersigned_since()
    return number + 1, previous, since[:_COUNTERSIGNED_MAX]


def _with_mark(partial: Mapping[str, Any], *, device: Device | None, at: str) -> dict[str, Any]:
    """The payload with what was stated of the device's mark laid over what the device would say."""
    stated = partial.get("device")
    if device is None or not isinstance(stated, dict):
        return dict(partial)
    mark = {
        "key": device.key,
        "number": device.number,
        "previous": device.previous,
        "countersigned": list(device.countersigned),
        "elapsed_s": _elapsed(at),
    }
    return {**partial, "device": {**mark, **stated}}


def _draft(said: Mapping[str, Any], *, crew: Crew, device: Device | None, knowledge: Knowledge, at: str) -> Drafted:
    signatories = (*crew.signing, *crew.awaited)
    occasion = Occasion(signatories=signatories, device=device, at=at, elapsed_s=_elapsed(at))
    drafted = draft(said, state=knowledge.state, occasion=occasion)
    units = _following(said, drafted=drafted, knowledge=knowledge)
    return drafted if units is None else draft({**said, "units": units}, state=knowledge.state, occasion=occasion)


def _following(said: Mapping[str, Any], *, drafted: Drafted, knowledge: Knowledge) -> list[Any] | None:
    """The units with the acts that wait here as predecessors, or None where nothing known here waits on them."""
    stated = {row["unit"]: row for row in said.get("units", ()) if isinstance(row, dict) and "unit" in row}
    if said.get("type") in ("HandoverAnswered", "HandoverWithdrawn", "ErrorDeclared") or SHORTHAND in said:
        return None
    link = "observed" if drafted.event.KIND == "report" else "previous"
    rows: list[Any] = []
    for ref in getattr(drafted.event, "units", ()):
        waiting = knowledge.follows.get(ref.unit)
        plain = {"unit": ref.unit, link: getattr(ref, link)}
        rows.append(stated.get(ref.unit) or (plain if waiting is None else {"unit": ref.unit, link: waiting}))
    return rows if rows and any(row["unit"] in knowledge.follows for row in rows) else None


def _elapsed(at: str) -> int:
    return max(0, epoch_seconds(at) - _CHAIN_BEGINS)
