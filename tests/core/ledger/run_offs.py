"""An election that follows another, in which one station carries a seal over and the other only itself."""

from __future__ import annotations

from typing import Final

from schemas.identifiers import seal_id
from tests.core.ledger.playing import Play

CARRIED: Final = seal_id(issuer="CEC", number=901)


def following() -> Play:
    """The election, prepared."""
    return Play("AYT", "ROM", carried=(("AYT", (CARRIED,)), ("ROM", ())))
