"""One-time codes of enrolment: what a registrar gives to somebody far away, so that his new keys can be told from others'.

A code is 16 characters of base32 (RFC 4648), 80 random bits. All else comes of it by HMAC-SHA-256: the name of the box at a
gateway through which both sides reach each other, the keys under which card and request are sealed there, and the tag that
binds a person's key and a device's to the code and the election. Whoever carries the box learns nothing and can change nothing
unseen.

Pure: ``draw`` and ``nonce`` come from the caller. Not here: what a registrar keeps (``adapters.code_file``), boxes
(``gateway.boxes``).
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Callable, Mapping
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from schemas.errors import Refused
from schemas.strict_json import JsonValue, canonical, parse_canonical

CODE_CHARACTERS: Final = 16
CODE_BYTES: Final = 10
CODE_HOURS: Final = 48
GROUP: Final = 4
NONCE_BYTES: Final = 12
SEALED_BYTES_MAX: Final = 4_096
_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_CYRILLIC: Final = "\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0422\u0425\u0423\u0405"
_MEANT: Final = str.maketrans(f"018{_CYRILLIC}", "OIBABCEHIKMOPTXYS")
"""Digits that base32 has not, and letters of a Cyrillic keyboard: what somebody who types them means."""
_LABEL: Final = b"custody/enrolment-code/v1\n"

Content = Literal["card", "request"]


def new_code(draw: Callable[[int], bytes]) -> str:
    """A fresh code; ``draw`` gives that many random bytes."""
    return b32encode(draw(CODE_BYTES)).decode("ascii")


def grouped(code: str) -> str:
    """A code as people read it aloud: groups of four."""
    return " ".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str:
    """The code that somebody typed: spaces, hyphens and small letters do not matter. Refused("one-time-form")."""
    typed = "".join(one for one in text.upper() if not one.isspace() and one not in "-\u2013.").translate(_MEANT)
    if len(typed) != CODE_CHARACTERS or not _ALPHABET.issuperset(typed):
        raise Refused("one-time-form", "A one-time code has 16 letters and digits, in four groups of four.")
    return typed


def box_of(code: str) -> str:
    """The name of a code's box at a gateway: 64 hexadecimal digits that tell nobody the code."""
    return _derived(code, b"box\n").hex()


def tag_of(code: str, *, election: str, person: str, device: str) -> str:
    """What binds two key ids, a person's and a device's, to a code and an election."""
    return _derived(code, f"keys\n{election}\n{person}\n{device}\n".encode("ascii", errors="replace")).hex()


def is_tag(tag: str, *, code: str, election: str, person: str, device: str) -> bool:
    """Whether it is that tag, in constant time."""
    made = tag_of(code, election=election, person=person, device=device)
    return hmac.compare_digest(made.encode(), tag.encode("utf-8", errors="replace"))


def seal(said: Mapping[str, JsonValue], *, code: str, content: Content, nonce: bytes) -> bytes:
    """What goes into the box: readable only to whoever knows the code."""
    return nonce + AESGCM(_derived(code, content.encode() + b"\n")).encrypt(nonce, canonical(dict(said)), None)


def unseal(data: bytes, *, code: str, content: Content) -> dict[str, JsonValue]:
    """What was sealed under this code. Refused("one-time-sealed") for anything else."""
    try:
        opener = AESGCM(_derived(code, content.encode() + b"\n"))
        value = parse_canonical(
            opener.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None), bytes_max=SEALED_BYTES_MAX
        )
    except (InvalidTag, ValueError, Refused):
        value = None
    if not isinstance(value, dict) or len(data) > SEALED_BYTES_MAX:
        raise Refused("one-time-sealed", "This was not sealed under this code, or was changed on the way.")
    return value


def _derived(code: str, what: bytes) -> bytes:
    return hmac.digest(code.encode("ascii"), _LABEL + what, "sha256")
