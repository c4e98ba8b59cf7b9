"""Opening an election for real: requests for keys, the genesis that follows from folder and requests, and what is compared.

Genesis is derived, never taken: the same folder, the same requests and the same moment give the same bytes on every machine, so
each officer makes it anew from a folder of his own and signs only what he made himself.

Not here: files and prompts (``custody.cli.commands.ceremony``), keystores, the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from pydantic import ValidationError

from custody.core.entries.signing import keyid, sign, verify
from custody.core.tlog.postquantum import derived_key
from custody.courier.words import word_list
from custody.election.genesis import genesis_of
from custody.election.model import Election
from schemas.base import Strict
from schemas.election_folder import Badge
from schemas.envelope import Envelope, Signature, event_id, format_envelope, make_envelope, pae
from schemas.errors import Refused
from schemas.identifiers import Digest, PostquantumKeyHex, PostquantumSignatureHex, PublicKeyHex, SignatureHex
from schemas.strict_json import canonical, parse
from schemas.union import parse_event

LOG: Final = "log"
"""The badge under which the log's key is asked for."""
WORDS: Final = 8
_REQUEST_MAX: Final = 16_000
_REQUEST_TAG: Final = b"custody/ceremony-request/v1\n"
_WORDS_TAG: Final = b"custody/genesis-words/v1\n"


class KeyRequest(Strict):
    """What somebody brings to the ceremony: the public half of a key, for whom, and the key's own signature over that.

    For the log there may be a second key, of ML-DSA-44, which signs the same.
    """

    badge: Badge
    person: Digest | None
    public: PublicKeyHex
    proof: SignatureHex
    second: PostquantumKeyHex = ""
    second_proof: PostquantumSignatureHex = ""


@dataclass(frozen=True, slots=True)
class GenesisDifference:
    """A field of genesis that two derivations do not have alike."""

    field: str
    own: str
    other: str


def request(
    badge: str, *, person: str | None, private: Ed25519PrivateKey, public: str, has_second: bool = False
) -> bytes:
    """The file of a request; ``has_second``: the log shall have a key of ML-DSA-44 beside, which follows from this one."""
    second = derived_key(private) if has_second else None
    beside = {} if second is None else {"second": second.public_key().public_bytes_raw().hex()}
    said = _message(badge, person=person, public=public, **beside)
    proofs = {"proof": sign(private, said).hex()}
    if second is not None:
        proofs["second_proof"] = second.sign(said).hex()
    return canonical({"badge": badge, "person": person, "public": public, **beside, **proofs}) + b"\n"


def read_request(data: bytes, *, name: str) -> KeyRequest:
    """A request from its file. Refused("request-form") for anything else, ("request-proof") where its key did not sign it."""
    try:
        parse(data, bytes_max=_REQUEST_MAX)
        said = KeyRequest.model_validate_json(data)
    except (Refused, ValidationError) as error:
        raise Refused("request-form", f"{name} is not what custody election key writes.") from error
    if bool(said.second) != bool(said.second_proof) or (said.second and said.badge != LOG):
        raise Refused("request-form", f"{name} is not what custody election key writes.")
    beside = {"second": said.second} if said.second else {}
    message = _message(said.badge, person=said.person, public=said.public, **beside)
    is_own = verify(public=bytes.fromhex(said.public), message=message, signature=bytes.fromhex(said.proof))
    if not is_own or not _is_of_second(said, message=message):
        raise Refused("request-proof", f"{name} was altered: the key in it did not sign what it says.")
    return said


def needed(election: Election) -> tuple[str, ...]:
    """Whose requests genesis waits for: the officers of the root, and the log's."""
    return (*election.root, LOG)


def derive(election: Election, *, requests: Mapping[str, KeyRequest], at: str) -> bytes:
    """The payload of genesis, byte for byte; every one of ``needed`` has a request. Refused where it cannot stand on a log."""
    officers = [requests[badge] for badge in election.root]
    keys = [{"public": one.public, "person": one.person, "badge": one.badge} for one in officers]
    signers = [{"key": keyid(bytes.fromhex(one.public)), "person": one.person, "part": "acting"} for one in officers]
    fields = {
        "version": 1,
        "log": 0,
        "signers": signers,
        "seen": None,
        "at": at,
        "place": "CEC",
        "present": [],
        "codes": [],
        "commitments": {"contact": None, "documents": None, "photographs": None, "remark": None},
        **genesis_of(election, keys=keys, log_key=requests[LOG].public, second=requests[LOG].second),
    }
    payload = canonical(fields)
    parse_event(payload)
    return payload


def differences(own: bytes, *, other: bytes) -> Iterator[GenesisDifference]:
    """Where two payloads differ, field by field."""
    mine: Any = parse(own, bytes_max=len(own))
    theirs: Any = parse(other, bytes_max=len(other))
    yield from _compared(mine, theirs, path="")


def genesis_words(payload: bytes) -> tuple[str, ...]:
    """Eight words of 256 that stand for a genesis: 64 bits, to be read aloud from one screen and compared with another."""
    digest = sha256(_WORDS_TAG + bytes.fromhex(event_id(payload))).digest()
    return tuple(word_list()[byte] for byte in digest[:WORDS])


def signed(payload: bytes, *, private: Ed25519PrivateKey, key: str) -> bytes:
    """The envelope with one officer's signature."""
    return format_envelope(Envelope(payload, (Signature(key, sign(private, pae(payload))),)))


def together(payload: bytes, *, signatures: Sequence[Signature]) -> bytes:
    """The envelope with everybody's signatures."""
    return format_envelope(make_envelope(payload=payload, signatures=signatures))


def _message(badge: str, *, person: str | None, public: str, **beside: str) -> bytes:
    return _REQUEST_TAG + canonical({"badge": badge, "person": person, "public": public, **beside})


def _is_of_second(said: KeyRequest, *, message: bytes) -> bool:
    """Whether the log's second key signed the request, where there is one."""
    if not said.second:
        return True
    try:
        public = MLDSA44PublicKey.from_public_bytes(bytes.fromhex(said.second))
        public.verify(bytes.fromhex(said.second_proof), message)
    except InvalidSignature:
        return False
    return True


def _compared(mine: Any, theirs: Any, *, path: str) -> Iterator[GenesisDifference]:
    if isinstance(mine, dict) and isinstance(theirs, dict):
        for name in dict.fromkeys((*mine, *theirs)):
            yield from _compared(mine.get(name), theirs.get(name), path=f"{path}.{name}" if path else name)
    elif isinstance(mine, list) and isinstance(theirs, list) and len(mine) == len(theirs):
        for place, (one, other) in enumerate(zip(mine, theirs, strict=True), start=1):
            yield from _compared(one, other, path=f"{path} {place}")
    elif mine != theirs:
        yield GenesisDifference(path, _short(mine), _short(theirs))


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else canonical(value).decode()
    return text if len(text) <= 60 else text[:57] + "..."
