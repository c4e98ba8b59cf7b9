"""The file of a keystore: its format, how one key in it is sealed, and how the file is read and replaced.

Every key is sealed by itself: PIN -> scrypt (RFC 7914, fresh salt) -> ChaCha20-Poly1305 (RFC 8439), bound to the
domain, the cost, the person, the role and the public key beside it, so that no part of the file can be put elsewhere.
The file is canonical JSON, readable by its owner only, replaced as a whole and fsynced at each change.

A form of its own, because the usual encrypted PKCS #8 binds nothing outside the key: the row of one person could be put
in the place of another's.  The ciphers are those of ``cryptography``.

The cost of the derivation is recorded in the file.  A light cost is for demonstrations, whose keys anybody can compute
anyway: it is refused unless the domain ends in ``.invalid``.

Refused: keystore-wrong-pin, keystore-pin-form, keystore-key-exists, keystore-cost, keystore-format.
Unavailable: keystore-unreadable, keystore-not-written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from custody.adapters.durable import read_file, write_private
from schemas.demo_domain import is_demo_domain
from schemas.errors import Refused, Unavailable
from schemas.identifiers import BadgeCode, PublicKeyHex
from schemas.strict_json import canonical, parse_canonical

FORMAT: Final = "custody/keystore/v1"
FILE_BYTES_MAX: Final = 4 * 1024 * 1024
KEYS_MAX: Final = 12_288
SALT_BYTES: Final = 16
PIN_CHARACTERS_MIN: Final = 6
PIN_CHARACTERS_MAX: Final = 64
_NONCE: Final = bytes(12)  # a sealing key serves once, because its salt is fresh

Role = Annotated[str, StringConstraints(pattern=r"^[a-z]+(?:-[a-z]+)*$", max_length=32)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Cost(_Part):
    """What one guess at a PIN costs: scrypt with N = 2^log2_n, block size r and p lanes; 128 N r bytes of memory."""

    log2_n: Annotated[int, Field(ge=4, le=20)]
    r: Annotated[int, Field(ge=1, le=16)]
    p: Annotated[int, Field(ge=1, le=4)]


COST: Final = Cost(log2_n=17, r=8, p=1)
"""128 MiB and some tenths of a second for one guess (the first choice for scrypt of OWASP's cheat sheet)."""
LIGHT_COST: Final = Cost(log2_n=4, r=1, p=1)
"""Next to nothing: for domains under ``.invalid`` only."""


class SealedKey(_Part):
    """One private key under its owner's PIN, and what is known of it without: badge code, role, public key."""

    badge: BadgeCode
    role: Role
    public: PublicKeyHex
    salt: Annotated[str, StringConstraints(pattern=rf"^[0-9a-f]{{{2 * SALT_BYTES}}}$")]
    sealed: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{96}$")]


class Content(_Part):
    """All that a keystore file says."""

    format: Literal["custody/keystore/v1"]
    domain: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(?:\.[a-z0-9-]+)+$", max_length=253)]
    kdf: Literal["scrypt"]
    cost: Cost
    keys: Annotated[tuple[SealedKey, ...], Field(max_length=KEYS_MAX)]


def empty(*, domain: str, cost: Cost) -> Content:
    """Return the content of a new keystore; Refused("keystore-cost") for a light cost in earnest."""
    try:
        content = Content(format=FORMAT, domain=domain, kdf="scrypt", cost=cost, keys=())
    except ValidationError:
        raise Refused("keystore-format", f"{domain[:40]!r} is not a domain.") from None
    _check_cost(content)
    return content


def with_keys(content: Content, keys: tuple[SealedKey, ...]) -> Content:
    """Return ``content`` with ``keys`` instead of its own; each key and each person's role at most once."""
    if len(keys) > KEYS_MAX:
        raise Refused("keystore-format", f"A keystore holds at most {KEYS_MAX} keys.")
    if len({key.public for key in keys}) != len(keys) or len({(key.badge, key.role) for key in keys}) != len(keys):
        raise Refused(
            "keystore-key-exists", "This key, or one of this person in this role, is in the keystore already."
        )
    return content.model_copy(update={"keys": keys})


def seal(key: SealedKey, *, private: Ed25519PrivateKey, pin: str, content: Content) -> SealedKey:
    """Return ``key`` with ``private`` sealed in it under ``pin``; its salt must be fresh."""
    if not PIN_CHARACTERS_MIN <= len(pin) <= PIN_CHARACTERS_MAX or not (pin.isascii() and pin.isprintable()):
        raise Refused(
            "keystore-pin-form", f"A PIN has {PIN_CHARACTERS_MIN} to {PIN_CHARACTERS_MAX} printable ASCII characters."
        )
    sealed = _cipher(key, pin=pin, content=content).encrypt(_NONCE, private.private_bytes_raw(), _bound(key, content))
    return key.model_copy(update={"sealed": sealed.hex()})


def unseal(key: SealedKey, *, pin: str, content: Content) -> Ed25519PrivateKey:
    """Return the private key; Refused("keystore-wrong-pin") whether the PIN is wrong or the entry was tampered with."""
    try:
        private = _cipher(key, pin=pin, content=content).decrypt(
            _NONCE, bytes.fromhex(key.sealed), _bound(key, content)
        )
    except InvalidTag:
        raise Refused("keystore-wrong-pin", "The PIN does not open this key.") from None
    return Ed25519PrivateKey.from_private_bytes(private)


def read_content(path: Path) -> Content:
    """Return what the file says; Unavailable if it cannot be read, Refused("keystore-format") if it is damaged."""
    try:
        data = read_file(path, bytes_max=FILE_BYTES_MAX)
    except OSError as error:
        raise Unavailable(
            "keystore-unreadable", f"The keystore {path.name} cannot be read: {error.strerror}."
        ) from error
    try:
        parse_canonical(data, bytes_max=FILE_BYTES_MAX)
        content = Content.model_validate_json(data)
    except (Refused, ValidationError) as error:
        raise Refused("keystore-format", f"{path.name} is not an undamaged keystore.") from error
    _check_cost(content)
    return with_keys(content, content.keys)


def write_content(path: Path, content: Content) -> None:
    """Replace the file by ``content``, for its owner's eyes only; durable when it returns, and never half."""
    try:
        write_private(path, canonical(content.model_dump()))
    except Unavailable as error:
        raise Unavailable("keystore-not-written", error.sentence) from error


def _check_cost(content: Content) -> None:
    earnest = content.cost.log2_n >= COST.log2_n and content.cost.r >= COST.r
    if not earnest and not is_demo_domain(content.domain):
        raise Refused("keystore-cost", f"PINs for {content.domain} need the full cost of derivation.")


def _cipher(key: SealedKey, *, pin: str, content: Content) -> ChaCha20Poly1305:
    # Whatever was typed is tried: only a PIN that is being set has a form.
    typed = pin.encode("utf-8", "surrogatepass")
    cost = content.cost
    scrypt = Scrypt(salt=bytes.fromhex(key.salt), length=32, n=2**cost.log2_n, r=cost.r, p=cost.p)
    return ChaCha20Poly1305(scrypt.derive(typed))


def _bound(key: SealedKey, content: Content) -> bytes:
    """Return what the seal of ``key`` holds together (the associated data of the cipher)."""
    around = [content.format, content.domain, content.kdf, content.cost.model_dump()]
    return canonical([*around, key.badge, key.role, key.public, key.salt])
