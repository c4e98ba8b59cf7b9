"""Zones, what the clocks of a place show: the offsets of its time zone, from when each holds.

Source: a published edition of the IANA time zone database, which whoever opens an election or a station names. Whoever reads the
log reads no such database: what stands here is all that anybody judges by.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from schemas.base import Strict
from schemas.identifiers import Timestamp

OFFSET_PATTERN = r"^(?:\+(?:0[0-9]|1[0-4]):[0-5][0-9]|-(?:0[1-9]|1[0-4]):[0-5][0-9]|-00:(?:0[1-9]|[1-5][0-9]))$"
ZONE_PATTERN = r"^[A-Za-z_]+(/[A-Za-z_+0-9-]+){0,2}$"
OFFSETS_MAX = 64


class ZoneOffset(Strict):
    """From this moment on the clocks of the zone show this offset, until the next one is named."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Timestamp = Field(alias="from", description="first moment at which the clocks show it")
    offset: Annotated[str, StringConstraints(pattern=OFFSET_PATTERN)] = Field(
        description="what they are ahead of universal time, as moments of the log state it"
    )


ZoneName = Annotated[str, Field(pattern=ZONE_PATTERN, max_length=60)]
ZoneEdition = Annotated[str, Field(pattern=r"^[0-9]{4}[a-z]{1,2}$")]
ZoneOffsets = Annotated[tuple[ZoneOffset, ...], Field(max_length=OFFSETS_MAX)]
