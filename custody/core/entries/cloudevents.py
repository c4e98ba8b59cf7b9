"""The record around an entry in Kafka: headers by CloudEvents 1.0 in the Kafka protocol binding, binary mode.

For people and ordinary Kafka tools: a readable key (the station) and headers.

    ce_specversion   1.0
    ce_id            the event id, 64 hex digits
    ce_source        urn:custody:election:<election id>: a URI that names where the event belongs
    ce_type          custody.<type>.v<version>
    content-type     of the value: the binary mode's name for datacontenttype

They are hints, outside the Merkle leaf: nothing here or elsewhere reads them back.  An entry that is no event has none.
"""

from __future__ import annotations

import json
from binascii import a2b_base64
from typing import Any, Final

from schemas.envelope import event_id

_SPECVERSION: Final = ("ce_specversion", b"1.0")
_CONTENT_TYPE: Final = ("content-type", b"application/vnd.dsse.envelope.v1+json")
_BEGINNING: Final = b'{"payload":"'
_VALUE_CHARACTERS_MAX: Final = 200
"""No header is longer, whatever an entry says of itself."""

Header = tuple[str, bytes]


def headers_of(entry: bytes) -> tuple[bytes | None, list[Header]]:
    """The record key and headers for an entry; (None, []) for what is no event.  Never raises on content."""
    if not entry.startswith(_BEGINNING):
        return None, []
    try:
        # An envelope has one form, and it begins with its payload (schemas.envelope): the rest need not be parsed for hints.
        payload = a2b_base64(entry[len(_BEGINNING) : entry.index(b'"', len(_BEGINNING))], strict_mode=True)
        event = json.loads(payload.decode())
        kind, version, election = event["type"], event["version"], event.get("election")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None, []
    if not isinstance(kind, str) or type(version) is not int:
        return None, []
    identifier = event_id(payload)
    return _station(event), [
        _SPECVERSION,
        ("ce_id", identifier.encode("ascii")),
        ("ce_source", _bytes(f"urn:custody:election:{election if isinstance(election, str) else identifier}")),
        ("ce_type", _bytes(f"custody.{kind}.v{version}")),
        _CONTENT_TYPE,
    ]


def _station(event: dict[str, Any]) -> bytes | None:
    """The station that an event names, or that its consignment or first unit belongs to; None if it names none."""
    station, units = event.get("station"), event.get("units")
    if isinstance(station, str) and station:
        return _bytes(station)
    first = units[0].get("unit") if isinstance(units, list) and units and isinstance(units[0], dict) else None
    named = event.get("consignment") or first or event.get("unit")
    return _bytes(named.split("-")[0]) or None if isinstance(named, str) else None


def _bytes(text: str) -> bytes:
    return text[:_VALUE_CHARACTERS_MAX].encode("utf-8", "replace")
