"""Drafting: from what an official states to a complete payload, and from a payload to signatures.

What an official states stays as it is; what a device knows is filled in: election, device chain, claimed time, the act each
unit follows. What somebody must have seen (seals, packages, counts) is never made up: it is stated, if only as ``"intact"``.

A partial payload is a JSON object. Shorthands that only drafting knows: ``units`` as names; persons by badge in ``to``,
``courier`` and ``issuer``; ``"found": "intact"`` and ``"seals": "intact"`` for everything visible, as declared; another condition
in place of ``intact`` where all that is visible was found so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.core.authority.required_signatures import DECLARED, HANDOVER, TRANSCRIBED
from custody.core.entries.signing import sign
from custody.core.evidence.standpoint import Standpoint
from custody.core.state.state import State
from custody.core.state.units import Unit
from custody.courier.named_books import STYLE, book_of_line, books_for
from custody.courier.paperwork import SHORTHAND, correct, declare, on_paper, part_on_paper
from custody.courier.seen import CONDITIONS, all_found, all_known, declared, found, known, none_known
from custody.courier.shorthands import name_people, state_no_serials
from custody.courier.signatories import Device, Signatory
from custody.courier.stated_offsets import LOCAL_TIME, stated
from custody.courier.unsaid import AS_MANIFEST
from custody.courier.zones import read_zone
from schemas.base import Common, Part
from schemas.envelope import Envelope, Signature, event_id, format_envelope, pae
from schemas.errors import Misused
from schemas.everybody import PAPERS
from schemas.faults import meant
from schemas.strict_json import canonical
from schemas.union import TYPES_BY_FOLD, parse_event

Partial = Mapping[str, Any]
_SERVICES: Final = ("gateway", "checkpointer", "monitor")
"""Types whose papers may be numbered: numbers that are not stated are not made up."""
_COUNTERSIGNED_MAX: Final = 16
_PARTS: Final[Mapping[tuple[str, str], Part]] = {
    ("HandoverOffered", ""): "releasing",
    ("HandoverWithdrawn", ""): "releasing",
    ("HandoverAnswered", ""): "receiving",
    ("HandoverAnswered", "head-of-mission"): "dispensing",
    ("AnswerAcknowledged", ""): "releasing",
    ("ReleasedToCarrier", ""): "releasing",
    ("CollectedFromCarrier", ""): "receiving",
    ("CollectedFromCarrier", "head-of-mission"): "dispensing",
    ("BallotsGivenToIssuer", ""): "releasing",
    ("BallotsGivenToIssuer", "issuing-member"): "receiving",
    ("BallotsReturnedByIssuer", ""): "receiving",
    ("BallotsReturnedByIssuer", "issuing-member"): "releasing",
}
"""(event type, role or "" for any) -> part; where there is no row, the part is ``acting``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A complete event before it is signed: canonical payload bytes, their event id, and who is listed on which device."""

    payload: bytes
    event_id: str
    event: Common


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who drafts where and when: listed signatories, the device, claimed time, and a nonce for an invitation."""

    signatories: Sequence[Signatory]
    device: Device | None
    at: str
    nonce: str = ""
    elapsed_s: int = 0


def draft(partial: Partial, *, state: State, occasion: Occasion) -> Drafted:
    """Complete a partial payload against what the device knows (``state``).

    Raises ``Misused`` where something needed was not stated, ``Refused`` where the result is not well-formed.
    """
    type_name = partial.get("type")
    model = TYPES_BY_FOLD[1].get(type_name) if isinstance(type_name, str) else None
    if model is None:
        raise Misused("draft-type", _no_type(partial))
    said = {**partial}
    seen = Standpoint.of((item.key for item in occasion.signatories), state=state, type_name=said["type"])
    _expand(said, seen=seen)
    fields = {**_common(said, seen=seen, occasion=occasion), **said, "commitments": _commitments(said, model=model)}
    if model.KIND != "decision":
        fields["units"] = _units(said, seen=seen, kind=model.KIND)
    if not {"at", "device"} & said.keys():
        fields = stated(fields, state=state, signing=occasion.signatories, device=occasion.device)
    if STYLE not in model.model_fields:
        fields.pop(STYLE, None)
    if model.__name__ == "ElectionOpened":
        fields.pop("election", None)
    payload = canonical(fields)
    return Drafted(payload=payload, event_id=event_id(payload), event=parse_event(payload))


def _no_type(partial: Partial) -> str:
    """What is said of a file that states no type that there is."""
    stated = partial.get("type")
    if stated is None:
        other = next((name for name in partial if meant(name, known=["type"])), None)
        hint = f' (is "{other}" meant for it?)' if other else ""
        return f'The file does not say what type of event it is: state "type"{hint}, as "SealsChecked".'
    return f"{stated} is no type of event{meant(stated, known=TYPES_BY_FOLD[1])}; docs/playing.md lists them all."


def seal_up(drafted: Drafted, *, signatories: Sequence[Signatory], device: Device | None) -> bytes:
    """Sign a drafted event with the keys in hand and advance the device's chain; returns the canonical envelope."""
    keys = [(signatory.key, signatory.private) for signatory in signatories]
    if device is not None:
        keys.append((device.key, device.private))
        device.number += 1
        device.previous = drafted.event_id
        device.countersigned = ()
    message = pae(drafted.payload)
    signatures = tuple(
        sorted((Signature(key, sign(private, message)) for key, private in keys), key=lambda item: item.keyid)
    )
    return format_envelope(Envelope(drafted.payload, signatures))


def countersign(envelope: Envelope, *, signatories: Sequence[Signatory], device: Device | None) -> bytes:
    """Add signatures of listed signers to an envelope; the device notes what it countersigned."""
    message = pae(envelope.payload)
    added = [Signature(signatory.key, sign(signatory.private, message)) for signatory in signatories]
    kept = [item for item in envelope.signatures if item.keyid not in {new.keyid for new in added}]
    if device is not None:
        device.countersigned = (*device.countersigned, event_id(envelope.payload))[-_COUNTERSIGNED_MAX:]
    return format_envelope(Envelope(envelope.payload, tuple(sorted((*kept, *added), key=lambda item: item.keyid))))


def part_of(type_name: str, *, role: str) -> Part:
    """The part a role plays in an event where nothing else is stated."""
    if role in _SERVICES:
        return "service"
    if role == "device":
        return "device"
    if role == "observer" and type_name != "ObserverRemarked":
        return "present"
    return _PARTS.get((type_name, role)) or _PARTS.get((type_name, "")) or "acting"


def _common(said: Partial, *, seen: Standpoint, occasion: Occasion) -> dict[str, Any]:
    signers = [
        {"key": item.key, "person": item.person, "part": _part(said, signatory=item, seen=seen)}
        for item in occasion.signatories
    ]
    device = occasion.device
    mark = None
    if device is not None:
        signers.append({"key": device.key, "person": None, "part": "device"})
        mark = {
            "key": device.key,
            "number": device.number,
            "previous": device.previous,
            "countersigned": list(device.countersigned),
            "elapsed_s": occasion.elapsed_s,
        }
    return {
        "version": 1,
        "election": seen.state.election,
        "log": 0,
        "signers": signers,
        "device": mark,
        "seen": None if device is None else _newest_note(seen.state),
        "at": occasion.at,
        "place": _place(occasion),
        "present": [],
        "codes": [],
    }


def _newest_note(state: State) -> dict[str, Any] | None:
    """Of the cosigned notes that a device learned with the log, the one over most entries; None where it has none."""
    digest, note = max(state.notes.items(), key=lambda one: (one[1].cosigned.size, one[1].position), default=("", None))
    return None if note is None else {"origin": state.origin, "size": note.cosigned.size, "note": digest}


def _commitments(said: Partial, *, model: type[Common]) -> Any:
    """The commitments stated, and null for every other that this type of event may make; no local time is left out."""
    made, info = said.get("commitments", {}), model.model_fields["commitments"].annotation
    if not isinstance(made, Mapping) or info is None:
        return made
    return {**{name: None for name in info.model_fields if name != LOCAL_TIME}, **made}


def _part(said: Partial, *, signatory: Signatory, seen: Standpoint) -> Part:
    """The part that a signer plays: of a transcribed act as the paper says, of a declared error as in the entry."""
    if said["type"] == "KeyRotated":
        return "succeeding" if signatory.public.hex() == said.get("public") else "acting"
    like = str(said["act"] if said["type"] == DECLARED else said["type"])
    plain = part_of(like, role=signatory.role)
    if plain in ("device", "service", "present"):
        return plain
    return part_on_paper(said, signatory=signatory, state=seen.state) or plain


def _place(occasion: Occasion) -> str:
    return next((item.office for item in occasion.signatories if item.role != "device"), "CEC")


def _units(said: Partial, *, seen: Standpoint, kind: str) -> list[dict[str, Any]]:
    stated = said.get("units")
    link = "observed" if kind == "report" else "previous"
    if stated is None:
        stated = _touched(said, seen=seen)
    refs = []
    for item in stated:
        if isinstance(item, str):
            head = seen.unit(item)
            if head is None and kind == "report":
                raise Misused(
                    "unit-unknown", f"{item} is not known here, so nothing can be said of it: look at its label."
                )
            item = {"unit": item, link: None if head is None else head.act}  # noqa: PLW2901 - the same item, completed
        refs.append(item)
    return refs


def _touched(said: Partial, *, seen: Standpoint) -> list[Any]:
    """The units an act touches, where its own fields say so."""
    if said["type"] == TRANSCRIBED:
        return _touched({**said["stands_for"], "type": said["stands_for"]["act"]}, seen=seen)
    if "offer" in said:
        offer = seen.state.registers.offers.get(said["offer"])
        if offer is None:
            raise Misused(
                "draft-offer", "The offer is not known here; read the giver's offer first, or state the units."
            )
        return [{"unit": unit, "previous": previous} for unit, previous in offer.units]
    own = ("batch", "unit", "stock", "source", "package")
    named: list[Any] = [said[name] for name in own if isinstance(said.get(name), str)]
    named += [line["batch"] for line in said.get("lines", ())]
    for field, keys in (("others", ("batch", "source")), ("books", ("stock",))):
        named += [row.get(key) for row in said.get(field, ()) for key in keys if isinstance(row, dict)]
    named += [book_of_line(line, batch=said.get("batch"), seen=seen) for line in said.get("lines", ())]
    for field, key in (
        ("contents", None),
        ("boxes", None),
        ("replaced", None),
        ("counts", "unit"),
        ("packages", None if said["type"] == "Destroyed" else "unit"),
        ("seals", "unit"),
    ):
        rows = said.get(field)
        if isinstance(rows, list):
            named += [row if key is None else row.get(key) if isinstance(row, dict) else None for row in rows]
    if _uses_stock(said):
        named += _stocks_for(said, seen=seen, named=named)
    if not named:
        raise Misused("draft-units", f'{said["type"]} does not say which units it is about: state "units".')
    return [name for name in dict.fromkeys(named) if name is not None]


def _uses_stock(said: Partial) -> bool:
    if said["type"] == "StationOpened":
        return False
    if said["type"] == "BallotsCounted":
        return said.get("occasion") == "receipt"
    if said["type"] == "Destroyed":
        return not said.get("packages")
    return "station" in said and said["type"] not in ("ConsignmentManifested", "ResupplySent")


def _stocks_for(said: Partial, *, seen: Standpoint, named: Sequence[Any]) -> tuple[str, ...]:
    station = said.get("station")
    if station is None:
        heads = [seen.unit(name) for name in named if isinstance(name, str)]
        station = next((head.station for head in heads if head is not None), "")
    if not station:
        raise Misused("draft-station", f"{', '.join(map(str, named))} is not known here, so it tells no station.")
    return books_for(said, seen=seen, station=str(station))


def _expand(said: dict[str, Any], *, seen: Standpoint) -> None:
    """Replace the shorthands, and fill the fields whose value follows from the units."""
    if SHORTHAND in said:
        correct(said, state=seen.state)
    name_people(said, roster=seen.state.roster)
    expander = _expander(str(said["type"]))
    if expander is not None:
        expander(said, seen)
    if said.get("seals") in CONDITIONS:
        found_so = all_found(_visible(said, seen=seen), condition=said["seals"])
        if not found_so and said["type"] == "SealsChecked":  # its list is never empty
            raise none_known(said["seals"])
        said["seals"] = found_so
    state_no_serials(said)


def _expander(name: str) -> Callable[[dict[str, Any], Standpoint], None] | None:
    """What fills the fields of an event type, beside what all types share."""
    return {
        "ElectionOpened": read_zone,
        "StationChanged": _expand_changed,
        "StationOpened": read_zone,
        "HandoverOffered": _expand_offer,
        "HandoverAnswered": _expand_answer,
        "ConsignmentOpened": _expand_opened,
        "UnitUnpacked": _expand_opened,
        "BallotsCounted": _expand_count,
        "ReleasedToCarrier": _expand_released,
        "CollectedFromCarrier": _expand_collected,
        "AnswerAcknowledged": _expand_acknowledged,
        "KeyRevoked": _expand_vouched,
        "KeyRotated": _expand_vouched,
        DECLARED: declare,
        TRANSCRIBED: _expand_transcribed,
    }.get(name)


def _expand_offer(said: dict[str, Any], seen: Standpoint) -> None:
    said["declared"] = declared(said, seen=seen)
    said.setdefault("mode", "hand")


def _expand_answer(said: dict[str, Any], seen: Standpoint) -> None:
    offer = seen.state.registers.offers.get(said.get("offer", ""))
    if offer is not None:
        said.setdefault("nonce", offer.nonce)
    names = [unit for unit, _ in offer.units] if offer is not None else said.get("units", ())
    said["found"] = found(said, names=names, seen=seen)


def _expand_released(said: dict[str, Any], seen: Standpoint) -> None:
    if "packages" not in said:
        said["packages"] = len(all_known(said.get("units", ()), seen=seen, what='"packages"'))


def _expand_collected(said: dict[str, Any], seen: Standpoint) -> None:
    said["found"] = found(said, names=said.get("units", ()), seen=seen)


def _expand_acknowledged(said: dict[str, Any], seen: Standpoint) -> None:
    """The units of the answer, each as it was when the answer was judged."""
    answer = seen.state.records.get(str(said.get("answer")))
    if answer is not None:
        known = {unit: answer.event_id if answer.changes else previous for unit, previous in answer.refs}
        said.setdefault("units", [{"unit": unit, "observed": act} for unit, act in known.items()])


def _expand_vouched(said: dict[str, Any], seen: Standpoint) -> None:
    """The vouched number counts in the chain of the device on which the key was used last; a device has its own."""
    key = seen.state.roster.get(str(said.get("key")))
    used = [record.device for record in seen.state.records.values() if said.get("key") in record.signatures]
    own = said.get("key") if key is not None and key.role == "device" else None
    said.setdefault("vouched_device", own or next((device for device in reversed(used) if device), None))


def _expand_transcribed(said: dict[str, Any], seen: Standpoint) -> None:
    """Who signed the paper, and the act on it with the shorthands of the event that it stands for."""
    on_paper(said, state=seen.state)
    body = dict(said.get("stands_for", {}))
    act = str(body.get("act"))
    inner = {**body, "type": act, **({"units": said["units"]} if "units" in said else {})}
    if act == HANDOVER:
        _expand_offer(inner, seen)
    _expand(inner, seen=seen)
    own = {name for model in PAPERS for name in model.model_fields}
    said["stands_for"] = {name: value for name, value in inner.items() if name in own}


def _expand_changed(said: dict[str, Any], seen: Standpoint) -> None:
    """What does not change is stated as such."""
    del seen
    said |= {name: said.get(name) for name in ("city", "opens", "closes")}


def _expand_opened(said: dict[str, Any], seen: Standpoint) -> None:
    if said.get("contents") == AS_MANIFEST:
        said["contents"] = list(all_known([said.get("unit", "")], seen=seen, what='"contents"')[0].contains)
    head = seen.unit(said.get("unit", ""))
    if head is not None:
        said.setdefault("contents", list(head.contains))


def _expand_count(said: dict[str, Any], seen: Standpoint) -> None:
    heads = known([row["unit"] for row in said.get("counts", ())], seen=seen)
    on_hold = bool(heads) and all(head.hold and head.inside is None and head.state != "opened" for head in heads)
    said.setdefault("occasion", "hold" if on_hold else "receipt")
    said.setdefault("number", 1 + max((head.counts for head in heads), default=0))
    said.setdefault("seals", [])


def _visible(said: Partial, *, seen: Standpoint) -> list[Unit]:
    """The units whose seals an act or report is about, as far as they exist."""
    stated = said.get("units")
    names = stated if stated is not None else _touched({**said, "seals": []}, seen=seen)
    units = all_known(names, seen=seen, what='"seals" one by one')
    kinds = {"BallotBoxesOpened": ("ballot box",), "StoreOpened": ("stock",)}.get(
        str(said["type"]), ("pack", "box", "pouch")
    )
    return [unit for unit in units if unit.kind in kinds]
