"""One code that says all: an invitation, or an offer or answer in its compact form (docs/spec/transport.md).

A set of frames is for what needs several codes; these say everything in one, which people hold before a camera. An invitation
carries four bytes that show a slip of the reader; the acts carry their signatures.

Codes: transport-prefix, transport-version, single-kind, invitation-form, and those of ``base45`` and ``compact``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal

from custody.paper import base45
from custody.paper.compact_parts import DIGEST_BYTES, PartReader, PartWriter
from custody.paper.transport import PREFIX, VERSION
from schemas.errors import Refused
from schemas.invitation import FORMAT, Invitation

SingleKind = Literal["N", "C"]
"""N: an invitation. C: an offer or answer, compact."""
CHARS_MAX: Final = 450
_HEAD_CHARS: Final = 4
_NONCE_BYTES: Final = 16
_NAMED_BYTES: Final = 8
_KEYS_MAX: Final = 16
_CHECK_BYTES: Final = 4
_TAG: Final = b"custody/invitation-code/v1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownInvitation:
    """An invitation as a device shows it: by whom, and which numbers of others' chains it has met."""

    invitation: Invitation
    device: str
    met: tuple[tuple[bytes, int], ...] = field(default=())
    """(first 8 bytes of a device's key id, highest number of its chain that was met), the newest first"""


def single_code(content: bytes, *, kind: SingleKind) -> str | None:
    """The text of one code; None where it is too much for one."""
    text = f"{PREFIX}{VERSION}{kind}{base45.encode(content)}"
    return text if len(text) <= CHARS_MAX else None  # transport.md C1


def is_single(text: str) -> bool:
    """Whether a text claims to be a code that says all by itself."""
    return text[:_HEAD_CHARS] in (f"{PREFIX}{VERSION}N", f"{PREFIX}{VERSION}C")


def parse_single(text: str) -> tuple[SingleKind, bytes]:
    """(kind, content) of such a code. Refused."""
    if not is_single(text) or len(text) > CHARS_MAX:
        raise Refused("single-kind", "This code is none that says all by itself.")
    kind: SingleKind = "N" if text[3] == "N" else "C"
    return kind, base45.decode(text[_HEAD_CHARS:])


def write_invitation(shown: ShownInvitation) -> bytes:
    """The content of an invitation's code."""
    out = PartWriter()
    out.raw(bytes.fromhex(shown.invitation.election) + bytes.fromhex(shown.invitation.nonce))
    out.number(len(shown.invitation.keys))
    out.raw(b"".join(map(bytes.fromhex, shown.invitation.keys)))
    out.raw(bytes.fromhex(shown.device))
    out.number(len(shown.met))
    for device, number in shown.met:
        out.raw(device)
        out.number(number)
    return bytes(out.data) + _check(bytes(out.data))


def read_invitation(content: bytes) -> ShownInvitation:
    """The invitation of a code; Refused("invitation-form", "compact-form")."""
    body = content[:-_CHECK_BYTES]
    if content[-_CHECK_BYTES:] != _check(body):  # transport.md C3
        raise Refused("invitation-form", "This is no invitation to a handover.")
    read = PartReader(body)
    election, nonce = read.raw(DIGEST_BYTES).hex(), read.raw(_NONCE_BYTES).hex()
    keys = tuple(read.raw(DIGEST_BYTES).hex() for _ in range(read.count(_KEYS_MAX)))
    device = read.raw(DIGEST_BYTES).hex()
    met = tuple((read.raw(_NAMED_BYTES), read.number()) for _ in range(read.count(_KEYS_MAX)))
    read.end()
    if not keys:
        raise Refused("invitation-form", "This invitation names nobody.")
    return ShownInvitation(
        invitation=Invitation(format=FORMAT, election=election, keys=keys, nonce=nonce), device=device, met=met
    )


def _check(body: bytes) -> bytes:
    return sha256(_TAG + body).digest()[:_CHECK_BYTES]
