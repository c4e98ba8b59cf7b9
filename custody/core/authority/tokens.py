"""Tokens that open what is withheld: who has one, until when, and whether a request brings one.

A token is 32 random bytes in hex, shown once to whom it is issued. What is kept of it is its SHA-256 (fast, for nothing can be
guessed of 32 random bytes), and every row is compared in constant time. It goes in the header ``Authorization: Bearer`` (RFC
6750) and nowhere else: never in an address, which others write down.

Not here: the file of the rows (``adapters.token_file``), and what a token opens (``withholding``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from schemas.errors import NotAdmitted
from schemas.identifiers import epoch_seconds

TOKEN_BYTES: Final = 32
_BEARER: Final = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([0-9A-Za-z._~+/-]{1,200}=*)")


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of one token: never the token itself."""

    id: str
    """8 hex digits, by which it is revoked."""
    label: str
    """Whose it is, for whoever keeps the list."""
    sha256: str
    issued: str
    """RFC 3339."""
    expires: str
    """RFC 3339: it opens nothing from then on."""
    revoked: str | None = None
    """When it was revoked; None: it was not."""

    def opens(self, *, at: str) -> bool:
        """Whether it opens anything at that time."""
        return self.revoked is None and epoch_seconds(at) < epoch_seconds(self.expires)


def digest(token: str) -> str:
    """What is kept of a token: SHA-256 of its characters, in hex."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def admit(header: str | None, *, tokens: Sequence[Token], at: str) -> bool:
    """Whether the ``Authorization`` header of a request opens what is withheld; False without one.

    NotAdmitted for one that is no bearer's, or whose token is unknown, expired or revoked.
    """
    if header is None:
        return False
    found = _BEARER.fullmatch(header.strip())
    if found is None:
        raise NotAdmitted("token-form", "A token is sent as Authorization: Bearer, a space, and the token.")
    given = digest(found.group(1))
    # Every row is compared, whichever it was: how long it takes says nothing.
    matching = [token for token in tokens if compare_digest(token.sha256, given)]
    if not any(token.opens(at=at) for token in matching):
        raise NotAdmitted(
            "token-not-valid", "This token is unknown, expired or revoked; whoever issued it can issue another."
        )
    return True
