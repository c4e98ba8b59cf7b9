"""An offer or an answer in one code: what both devices know already is left out (docs/spec/transport.md, C1 and on).

The receiver of a code knows the invitation that an offer answers, or the offer that an answer is to, and the roster. So the
code carries the rest and the signatures; who reads it makes the payload anew, byte for byte, and the signatures say whether it
is the same. What has no compact form raises ``NotCompact`` and travels as a set of codes (kind A).

Codes: compact-form, compact-invitation, compact-offer, compact-key, compact-signature.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from custody.core.entries.signing import SIGNATURE_BYTES, verify
from custody.paper.compact_parts import DIGEST_BYTES, Digests, NotCompact, PartReader, PartWriter, malformed
from schemas.envelope import Envelope, Signature, event_id, format_envelope, pae, parse_envelope
from schemas.errors import Refused
from schemas.invitation import Invitation
from schemas.strict_json import canonical, parse_canonical

NAMED_BYTES: Final = 4
"""Bytes by which a key, an invitation or an offer is named: its first ones."""
_OFFER, _ANSWER = 1, 2
_TYPES: Final = {_OFFER: "HandoverOffered", _ANSWER: "HandoverAnswered"}
_PARTS: Final = ("acting", "releasing", "receiving", "present", "dispensing", "succeeding", "device", "service")
_MODES: Final = ("hand", "cabin", "hold", "captain", "road", "mission-staff", "storage")
_RESULTS: Final = ("accepted", "accepted with reservation", "refused")
_CONDITIONS: Final = ("intact", "broken", "missing", "altered")
_COMMITTED: Final = ("contact", "documents", "photographs", "remark")
_LOCAL: Final = "local_time"
_SIGNERS_MAX: Final = 16
_ROWS_MAX: Final = 300
_SIDE_FIELDS_BYTES_MAX: Final = 2_000
_TRIES_MAX: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key of the roster: its id, the public key, whose it is (None for a device)."""

    keyid: str
    public: bytes
    person: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeKnowledge:
    """What the reading device knows. Each lookup takes the first bytes of an id and tells all that begin so."""

    keys: Callable[[bytes], Sequence[KnownKey]]
    invitations: Callable[[bytes], Sequence[Invitation]] = lambda _: ()
    offers: Callable[[bytes], Sequence[bytes]] = lambda _: ()
    """the payloads of offers that this device made"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compact:
    """What a compact code carried: the envelope, and the highest number of the reader's own chain that its maker has met."""

    entry: bytes
    met: int = 0


def write_compact(entry: bytes, *, offer: bytes | None = None, met: int = 0) -> bytes:
    """The compact content of an offer or an answer (``offer``: the payload of its offer). NotCompact where there is none."""
    envelope = parse_envelope(entry)
    event = _parsed(envelope.payload)
    form = next((form for form, name in _TYPES.items() if event.get("type") == name), None)
    if form is None or (form == _ANSWER) != (offer is not None):
        raise NotCompact("neither an offer nor an answer")
    to = {} if offer is None else _parsed(offer)
    out = PartWriter()
    out.byte(form)
    out.raw(bytes.fromhex(event["nonce"] if offer is None else event["offer"])[:NAMED_BYTES])
    out.number(met)
    digests = _write_common(out, event=event)
    if form == _OFFER:
        _write_offer(out, event=event, digests=digests)
    else:
        _write_answer(out, event=event, offer=to)
    _write_signatures(out, envelope=envelope, event=event)
    return bytes(out.data)


def read_compact(content: bytes, *, context: CodeKnowledge) -> Compact:
    """The act of a compact content, its signatures verified. Refused("compact-...")."""
    read = PartReader(content)
    form = read.byte()
    if form not in _TYPES:
        raise malformed()
    named, met = read.raw(NAMED_BYTES), read.number()
    abouts = list(_abouts(form, named=named, context=context))
    start = read.at
    for about in abouts:
        read.at = start
        found = _read_act(read, form=form, about=about, context=context)
        if found is None:
            continue
        if write_compact(found, offer=about.get("payload"), met=met) != content:  # transport.md C8
            raise malformed()
        return Compact(entry=found, met=met)
    raise Refused(
        "compact-signature", "The signatures of this code do not hold: it was altered, or is a copy of another."
    )


def _abouts(form: int, *, named: bytes, context: CodeKnowledge) -> Iterator[dict[str, Any]]:
    """What the fields that were left out are, for each invitation or offer that may be meant."""
    if form == _OFFER:
        invitations = context.invitations(named)
        if not invitations:
            raise Refused(
                "compact-invitation", "The offer does not answer an invitation of this device: it may be old or a copy."
            )
        for one in invitations:
            yield {"election": one.election, "nonce": one.nonce, "to": list(one.keys)}
        return
    offers = context.offers(named)
    if not offers:
        raise Refused("compact-offer", "The answer is not to an offer made on this device.")
    for payload in offers:
        offer = _parsed(payload)
        same = {name: offer[name] for name in ("election", "nonce", "units", "declared")}
        yield {**same, "offer": event_id(payload), "payload": payload}


def _read_act(read: PartReader, *, form: int, about: Mapping[str, Any], context: CodeKnowledge) -> bytes | None:
    """The envelope, None where no choice of keys makes the signatures hold."""
    event = {"type": _TYPES[form], "version": 1, "log": 0, "election": about["election"], "nonce": about["nonce"]}
    signers = [(_PARTS[read.choice(len(_PARTS))], read.raw(NAMED_BYTES)) for _ in range(read.count(_SIGNERS_MAX))]
    digests = _read_common(read, event=event)
    if form == _OFFER:
        event |= {"to": about["to"], **_read_offer(read, digests=digests)}
    else:
        event |= {"offer": about["offer"], "units": about["units"], **_read_answer(read, offer=about)}
    signatures = [read.raw(SIGNATURE_BYTES) for _ in signers]
    read.end()
    candidates = [_candidates(named, context=context) for _, named in signers]
    for _, keys in zip(range(_TRIES_MAX), product(*candidates), strict=False):
        entry = _sealed(event, parts=[part for part, _ in signers], keys=keys, signatures=signatures)
        if entry is not None:
            return entry
    return None


def _candidates(named: bytes, *, context: CodeKnowledge) -> Sequence[KnownKey]:
    found = context.keys(named)
    if not found:
        raise Refused(
            "compact-key",
            "This code is signed with a key that this device does not know: go online once, and try again.",
        )
    return found


def _sealed(
    event: Mapping[str, Any], *, parts: Sequence[str], keys: Sequence[KnownKey], signatures: Sequence[bytes]
) -> bytes | None:
    device = next((key.keyid for key, part in zip(keys, parts, strict=True) if part == "device"), None)
    if device is None or len({key.keyid for key in keys}) != len(keys):
        return None
    signers = [{"key": key.keyid, "person": key.person, "part": part} for key, part in zip(keys, parts, strict=True)]
    payload = canonical({**event, "signers": signers, "device": {**event["device"], "key": device}})
    message = pae(payload)
    pairs = list(zip(keys, signatures, strict=True))
    if not all(verify(public=key.public, message=message, signature=sig) for key, sig in pairs):
        return None
    ordered = sorted((Signature(key.keyid, sig) for key, sig in pairs), key=lambda one: one.keyid)
    return format_envelope(Envelope(payload, tuple(ordered)))


def _write_common(out: PartWriter, *, event: Mapping[str, Any]) -> Digests:
    mark = event["device"]
    if mark is None or event["signers"][-1]["key"] != mark["key"] or event["log"] != 0:
        raise NotCompact("not made on a device")
    out.number(len(event["signers"]))
    for signer in event["signers"]:
        out.byte(_PARTS.index(signer["part"]))
        out.raw(bytes.fromhex(signer["key"])[:NAMED_BYTES])
    digests = Digests()
    places = [digests.place(mark["previous"]), *map(digests.place, mark["countersigned"])]
    for row in event["units"] if event["type"] == _TYPES[_OFFER] else ():
        digests.place(row["previous"])
    out.number(mark["number"])
    out.number(mark["elapsed_s"])
    out.number(len(digests.known))
    out.raw(b"".join(map(bytes.fromhex, digests.known)))
    out.number(len(places))
    for place in places:
        out.number(place)
    out.moment(event["at"])
    out.office(event["place"])
    _write_side(out, event=event)
    return digests


def _read_common(read: PartReader, *, event: dict[str, Any]) -> Digests:
    number, elapsed = read.number(), read.number()
    digests = Digests([read.raw(DIGEST_BYTES).hex() for _ in range(read.count(_ROWS_MAX))])
    places = [read.number() for _ in range(read.count(_SIGNERS_MAX + 1))]
    if not places or len(set(digests.known)) != len(digests.known):
        raise malformed()
    named = [digests.at(place) for place in places]
    event["device"] = {"number": number, "elapsed_s": elapsed, "previous": named[0], "countersigned": named[1:]}
    event["at"], event["place"] = read.moment(), read.office()
    _read_side(read, event=event)
    return digests


def _write_side(out: PartWriter, *, event: Mapping[str, Any]) -> None:
    """What is seldom said: persons present, codes, a checkpoint, commitments; and the local time, which often is."""
    held = dict(event["commitments"])
    local = held.pop(_LOCAL, None)
    said = {name: event[name] for name, empty in _usual() if event[name] != empty}
    said |= {"commitments": held} if held != dict.fromkeys(_COMMITTED) else {}
    text = canonical(said) if said else b""
    out.number(len(text))
    out.raw(text)
    out.byte(local is not None)
    out.raw(bytes.fromhex(local or ""))


def _read_side(read: PartReader, *, event: dict[str, Any]) -> None:
    text = read.raw(read.count(_SIDE_FIELDS_BYTES_MAX))
    try:
        said = parse_canonical(text, bytes_max=_SIDE_FIELDS_BYTES_MAX) if text else {}
    except Refused:
        raise malformed() from None
    if not isinstance(said, dict) or not said.keys() <= {*dict(_usual()), "commitments"}:
        raise malformed()
    event.update({**dict(_usual()), **said})
    held = said.get("commitments", dict.fromkeys(_COMMITTED))
    if not isinstance(held, dict):
        raise malformed()
    event["commitments"] = {**held, **({_LOCAL: read.raw(DIGEST_BYTES).hex()} if read.choice(2) else {})}


def _usual() -> tuple[tuple[str, Any], ...]:
    return (("codes", []), ("present", []), ("seen", None))


def _write_offer(out: PartWriter, *, event: Mapping[str, Any], digests: Digests) -> None:
    out.byte(_MODES.index(event["mode"]))
    out.number(len(event["units"]))
    for row in event["units"]:
        out.unit(row["unit"])
        out.number(digests.place(row["previous"]))
    declared = event["declared"]
    out.number(declared["packages"])
    out.papers(declared["papers"])
    out.number(len(declared["seals"]))
    for seal in declared["seals"]:
        out.seal(seal)


def _read_offer(read: PartReader, *, digests: Digests) -> dict[str, Any]:
    mode = _MODES[read.choice(len(_MODES))]
    units = [{"unit": read.unit(), "previous": digests.at(read.number())} for _ in range(read.count(_ROWS_MAX))]
    packages, papers = read.number(), read.papers()
    seals = [read.seal() for _ in range(read.count(_ROWS_MAX))]
    return {"mode": mode, "units": units, "declared": {"packages": packages, "papers": papers, "seals": seals}}


def _write_answer(out: PartWriter, *, event: Mapping[str, Any], offer: Mapping[str, Any]) -> None:
    if any(event[name] != offer[name] for name in ("election", "nonce", "units")):
        raise NotCompact("an answer about other units than the offer")
    units, declared = [row["unit"] for row in offer["units"]], offer["declared"]["seals"]
    found = event["found"]
    out.byte(_RESULTS.index(event["result"]))
    out.number(found["packages"])
    out.papers(found["papers"])
    out.number(len(found["seals"]))
    for row in found["seals"]:
        if row["unit"] not in units:
            raise NotCompact("a seal on another unit")
        out.number(units.index(row["unit"]) * len(_CONDITIONS) + _CONDITIONS.index(row["condition"]))
        out.number(declared.index(row["seal"]) + 1 if row["seal"] in declared else 0)
        if row["seal"] not in declared:
            out.seal(row["seal"])


def _read_answer(read: PartReader, *, offer: Mapping[str, Any]) -> dict[str, Any]:
    units, declared = offer["units"], offer["declared"]["seals"]
    result = _RESULTS[read.choice(len(_RESULTS))]
    packages, papers, seals = read.number(), read.papers(), []
    for _ in range(read.count(_ROWS_MAX)):
        place, condition = divmod(read.number(), len(_CONDITIONS))
        known = read.number()
        if place >= len(units) or known > len(declared):
            raise malformed()
        seal = declared[known - 1] if known else read.seal()
        seals.append({"unit": units[place]["unit"], "seal": seal, "condition": _CONDITIONS[condition]})
    return {"result": result, "found": {"packages": packages, "papers": papers, "seals": seals}}


def _write_signatures(out: PartWriter, *, envelope: Envelope, event: Mapping[str, Any]) -> None:
    made = {one.keyid: one.sig for one in envelope.signatures}
    if {signer["key"] for signer in event["signers"]} != set(made):
        raise NotCompact("signatures are awaited")
    for signer in event["signers"]:
        out.raw(made[signer["key"]])


def _parsed(payload: bytes) -> dict[str, Any]:
    value = parse_canonical(payload, bytes_max=len(payload))
    if not isinstance(value, dict):
        raise malformed()
    return dict(value)
