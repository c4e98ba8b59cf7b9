"""Services: what the election's own programs record under keys of their own.

Source: the log witnesses' answers, as the checkpointer received them. Followed by custody.core.fold.witnessing.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from schemas.base import Common, Decision

NOTE_CHARACTERS_MAX = 32_000
"""Base64 characters of a logged note, so that its event stays within the size of a payload."""


class CheckpointWitnessed(Decision):
    """A checkpoint of this log with the cosignatures of log witnesses, complete and byte for byte (C2SP tlog-cosignature).

    Devices name it in ``seen`` by the SHA-256 of the note's bytes.
    """

    type: Literal["CheckpointWitnessed"]
    note: Annotated[
        str,
        Field(
            pattern=r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
            min_length=4,
            max_length=NOTE_CHARACTERS_MAX,
        ),
    ] = Field(
        description="the complete signed note in standard padded base64: checkpoint, log's signature, cosignatures"
    )


class HeartbeatNoted(Decision):
    """The monitor was there at the time it claims, once an hour while something waits or is due; so the log's time runs on."""

    type: Literal["HeartbeatNoted"]


EVENTS: Final[tuple[type[Common], ...]] = (
    CheckpointWitnessed,
    HeartbeatNoted,
)
"""The event types of this family: what is named here is judged."""
