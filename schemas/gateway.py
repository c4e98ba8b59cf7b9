"""Answers of a gateway over HTTP, as both sides read it (docs/spec/http.md).

Only ``statement`` is signed; everything beside it is a convenience that a device checks against the statement and the log.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from schemas.base import Strict
from schemas.identifiers import Digest, Timestamp
from schemas.receipts import STATEMENT_BYTES_MAX, Origin, Position

BATCH_ENTRIES_MAX: Final = 500
BATCH_BYTES_MAX: Final = 4 * 1024 * 1024
READ_ENTRIES_MAX: Final = 256
"""The width of a tile: one answer is one entry bundle."""

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", description="stable, in kebab-case")]
Sentence = Annotated[str, Field(max_length=1_000, description="for a person")]
Base64 = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9+/]+={0,2}$", max_length=STATEMENT_BYTES_MAX * 4 // 3 + 4, description="base64")
]


class GatewayReply(Strict):
    """What became of one submitted entry.

    ``refused`` and everything with a position carry a signed statement; ``not-taken`` (nothing was written) and ``unknown``
    (submit the identical bytes again) do not.
    """

    entry: Digest
    event: Digest | None
    position: Position | None
    status: Literal[
        "applied", "waiting", "disputed", "in error", "added", "duplicate", "finding", "refused", "not-taken", "unknown"
    ]
    codes: Annotated[tuple[Code, ...], Field(max_length=256)]
    sentence: Sentence
    statement: Base64 | None


class GatewayReplies(Strict):
    """One reply for each line of a batch, in its order."""

    replies: Annotated[tuple[GatewayReply, ...], Field(max_length=BATCH_ENTRIES_MAX)]


class LogStanding(Strict):
    """Which log this is, and the next position to be written."""

    election: Digest
    origin: Origin
    end: Position


class Problem(Strict):
    """An error (RFC 9457 with these two members only)."""

    code: Code
    sentence: Sentence


class WithheldEntry(Strict):
    """An entry that is not given yet: where it stands, and its leaf hash, which the tree and every proof commit to."""

    position: Position
    leaf_hash: Digest


class WithheldProblem(Problem):
    """Entries asked for hold figures from inside the ballot boxes before the last station has closed (403)."""

    until: Timestamp
    withheld: Annotated[tuple[WithheldEntry, ...], Field(min_length=1, max_length=READ_ENTRIES_MAX)]
