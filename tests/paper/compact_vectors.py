"""Write tests/vectors/compact: one code between two devices, and what it carries or why it is refused (docs/spec/transport.md).

python -m tests.paper.compact_vectors
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import keyid, public_bytes, sign
from custody.paper.compact import write_compact
from custody.paper.one_code import ShownInvitation, single_code, write_invitation
from schemas.envelope import Envelope, Signature, event_id, format_envelope, pae
from schemas.invitation import FORMAT, Invitation
from schemas.strict_json import canonical
from schemas.union import parse_event

FOLDER: Final = Path(__file__).parents[1] / "vectors" / "compact"
ELECTION: Final = "e1" * 32
NONCE: Final = "0102030405060708090a0b0c0d0e0f10"
UNITS: Final = ("WAW-P01-N", "WAW-P02-L")
SEALS: Final = ("CEC-000063-R", "CEC-000064-P")
_NAMES: Final = ("courier", "courier's phone", "officer", "officer's phone")
KEYS: Final = {name: Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()) for name in _NAMES}
IDS: Final = {name: keyid(public_bytes(key)) for name, key in KEYS.items()}
PERSONS: Final = {"courier": "c0" * 32, "officer": "0f" * 32}
_BARE: Final[dict[str, Any]] = {
    "version": 1, "election": ELECTION, "log": 0, "seen": None, "present": [], "codes": [], "nonce": NONCE,
    "commitments": dict.fromkeys(("contact", "documents", "photographs", "remark")),
}  # fmt: skip
_PREVIOUS: Final = sha256(b"the act before").hexdigest()


def cases() -> Mapping[str, Mapping[str, Any]]:
    """Name -> vector."""
    return {**_read(), **_refused()}


def _read() -> dict[str, dict[str, Any]]:
    offer, payload = signed(offered(), by=GIVER), canonical(offered())
    answer = signed(answered(event_id(payload)), by=TAKER)
    refusal = signed(answered(event_id(payload), **REFUSED), by=TAKER)
    met = [[device.hex(), number] for device, number in SHOWN.met]
    told = {**INVITATION.model_dump(mode="json"), "device": SHOWN.device, "met": met}
    invited = single_code(write_invitation(SHOWN), kind="N")
    return {
        "invitation": {"what": "who invites, and what was met", "code": invited, "invitation": told},
        "offer": carries("two pouches under way", write_compact(offer, met=7), entry=offer, met=7),
        "answer": carries("accepted, all intact", write_compact(answer, offer=payload), entry=answer),
        "refusal": carries("with a seal nobody declared", write_compact(refusal, offer=payload), entry=refusal),
        "all-said": _all_said(),
    }


def _refused() -> dict[str, dict[str, Any]]:
    offer, payload = write_compact(signed(offered(), by=GIVER), met=7), canonical(offered())
    foreign = write_compact(signed({**offered(), "nonce": "ff" * 16}, by=GIVER))
    other = write_compact(signed(answered("ab" * 32), by=TAKER), offer=payload)
    invited = write_invitation(SHOWN)
    edited = invited[:60] + bytes([invited[60] ^ 1]) + invited[61:]
    longer = offer[:5] + b"\x87\x00" + offer[6:]
    return {
        "invitation-edited": refuses("a key that was edited", edited, "invitation-form", kind="N"),
        "edited": refuses("one bit of a figure differs", _flipped(offer, at=-140), "compact-signature"),
        "edited-signature": refuses("one bit of a signature differs", _flipped(offer, at=-1), "compact-signature"),
        "of-another-invitation": refuses("an offer to somebody else", foreign, "compact-invitation"),
        "of-another-offer": refuses("the answer to another device's offer", other, "compact-offer"),
        "unknown-key": refuses("a key that the reader does not know", offer, "compact-key", but="courier"),
        "broken-off": refuses("the last byte is missing", offer[:-1], "compact-form"),
        "more-behind": refuses("a byte too much", offer + b"\0", "compact-form"),
        "longer-than-needed": refuses("a number not in its shortest form", longer, "compact-form"),
        "of-another-form": refuses("a form that there is not", b"\x09" + offer[1:], "compact-form"),
        "empty": refuses("nothing", b"", "compact-form"),
        "lower-case": {"what": "no base45", "code": "BC1Cabc", "context": context(), "refused": "base45-character"},
    }


def _all_said() -> dict[str, Any]:
    """Persons present, a code, a checkpoint, a remark, events countersigned: too long for one code."""
    said = offered() | {"present": [{"role": "courier", "note": "signed"}], "codes": ["weather"]}
    said |= {"at": "2015-04-18T12:59:00-03:30", "seen": {"origin": "log.example", "size": 3, "note": "ab" * 32}}
    said["device"] |= {"countersigned": ["cd" * 32, _PREVIOUS], "number": 1, "previous": None}
    said["commitments"] = {**said["commitments"], "remark": "ef" * 32}
    entry = signed(said, by=GIVER)
    told = {"what": "all that may be said besides", "content": write_compact(entry).hex(), "context": context()}
    return {**told, "entry": entry.decode("ascii"), "met": 0}


def offered() -> dict[str, Any]:
    """The offer of two pouches that are under way."""
    previous = _PREVIOUS
    return {
        **_BARE, "type": "HandoverOffered", "at": "2015-04-18T18:59:00+06:00", "place": "WAW", "mode": "cabin",
        "commitments": {**_BARE["commitments"], "local_time": sha256(b"local").hexdigest()},
        "signers": _signers("courier", part="releasing"), "to": [IDS["officer"]],
        "device": {"key": IDS["courier's phone"], "number": 41, "previous": sha256(b"device").hexdigest(), "countersigned": [],
                   "elapsed_s": 9_000_000},
        "units": [{"unit": unit, "previous": previous} for unit in UNITS],
        "declared": {"packages": 2, "papers": 367, "seals": list(SEALS)},
    }  # fmt: skip


REFUSED: Final = {
    "result": "refused",
    "codes": ["package-missing"],
    "found": {
        "packages": 1,
        "papers": None,
        "seals": [{"unit": UNITS[0], "seal": "CEC-000999-1", "condition": "altered"}],
    },
}


def answered(offer: str, **said: Any) -> dict[str, Any]:
    """The answer to it."""
    found = [{"unit": unit, "seal": seal, "condition": "intact"} for unit, seal in zip(UNITS, SEALS, strict=True)]
    return {
        **_BARE, "type": "HandoverAnswered", "at": "2015-04-18T14:59:20+02:00", "place": "WAW", "offer": offer,
        "signers": _signers("officer", part="receiving"), "units": offered()["units"], "result": "accepted",
        "device": {"key": IDS["officer's phone"], "number": 1, "previous": None, "countersigned": [], "elapsed_s": 12},
        "found": {"packages": 2, "papers": None, "seals": found}, **said,
    }  # fmt: skip


def _signers(name: str, *, part: str) -> list[dict[str, Any]]:
    device = {"key": IDS[f"{name}'s phone"], "person": None, "part": "device"}
    return [{"key": IDS[name], "person": PERSONS[name], "part": part}, device]


def signed(event: Mapping[str, Any], *, by: Sequence[str]) -> bytes:
    """The envelope of a well-formed event."""
    payload = canonical(dict(event))
    parse_event(payload)
    made = [Signature(IDS[name], sign(KEYS[name], pae(payload))) for name in by]
    return format_envelope(Envelope(payload, tuple(sorted(made, key=lambda one: one.keyid))))


def context(*, but: str = "") -> dict[str, Any]:
    """What the reader knows."""
    keys = [
        {"keyid": IDS[name], "public": public_bytes(key).hex(), "person": PERSONS.get(name)}
        for name, key in KEYS.items()
        if name != but
    ]
    offer = canonical(offered()).decode("ascii")
    return {"keys": keys, "invitations": [INVITATION.model_dump(mode="json")], "offers": [offer]}


def carries(what: str, content: bytes, *, entry: bytes, met: int = 0) -> dict[str, Any]:
    """A code that is read."""
    code = single_code(content, kind="C")
    assert code is not None
    return {"what": what, "code": code, "context": context(), "entry": entry.decode("ascii"), "met": met}


def refuses(what: str, content: bytes, code: str, *, kind: Any = "C", but: str = "") -> dict[str, Any]:
    """A code that is refused, and why."""
    return {"what": what, "code": single_code(content, kind=kind), "context": context(but=but), "refused": code}


def _flipped(content: bytes, *, at: int) -> bytes:
    at %= len(content)
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


INVITATION: Final = Invitation(format=FORMAT, election=ELECTION, keys=(IDS["officer"],), nonce=NONCE)
SHOWN: Final = ShownInvitation(
    invitation=INVITATION, device=IDS["officer's phone"], met=((bytes.fromhex(IDS["courier's phone"])[:8], 300),)
)
GIVER: Final = ("courier", "courier's phone")
TAKER: Final = ("officer", "officer's phone")


def write() -> None:
    """Write every vector, and remove what is none."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    vectors = cases()
    for path in FOLDER.glob("*.json"):
        if path.stem not in vectors:
            path.unlink()
    for name, vector in vectors.items():
        text = json.dumps(vector, indent=1, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
