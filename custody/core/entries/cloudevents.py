"""The record around an entry in Kafka: headers by CloudEvents 1.0 in the Kafka protocol binding, binary mode.

For people and ordinary Kafka tools: a readable key (the station) and headers.

    ce_specversion   1.0
    ce_id            the event id, 64 hex digits
    ce_source        urn:custody:election:<election id>: a URI that names where the event belongs
    ce_type          custody.<type>.v<version>
    content-type     of the value: the binary mode's name for datacontenttype

A gateway has just checked what it writes, and makes them of that; whoever else writes reads the entry.

They are hints, outside the Merkle leaf: nothing here or elsewhere reads them back.  An entry that is no event has none.
"""

from __future__ import annotations

import json
from binascii import a2b_base64
from collections.abc import Mapping
from typing import Final

from custody.core.entries.admission import Checked
from schemas.base import Act, Common, Report
from schemas.envelope import event_id

_SPECVERSION: Final = ("ce_specversion", b"1.0")
_CONTENT_TYPE: Final = ("content-type", b"application/vnd.dsse.envelope.v1+json")
_BEGINNING: Final = b'{"payload":"'
_VALUE_CHARACTERS_MAX: Final = 200
"""No header is longer, whatever an entry says of itself."""

Header = tuple[str, bytes]
Hints = tuple[bytes | None, list[Header]]
"""Record key and headers."""


class RecordHints:
    """The hints for entries that are about to be written: of those just checked, without reading them again."""

    def __init__(self) -> None:
        """None is known yet."""
        self._known: dict[bytes, Checked] = {}

    def note(self, checked: Mapping[bytes, Checked]) -> None:
        """These entries come next, and this is what was seen of them; those before are forgotten."""
        self._known = dict(checked)

    def of(self, entry: bytes) -> Hints:
        """As :func:`headers_of`."""
        known = self._known.get(entry)
        if known is None or known.event is None or known.event_id is None:
            return headers_of(entry)
        return headers_for(known.event, identifier=known.event_id)


def headers_for(event: Common, *, identifier: str) -> Hints:
    """What :func:`headers_of` says of an entry with this event, whose id is ``identifier``."""
    said: dict[str, object] = dict(iter(event))  # a model may have a field named keys
    if isinstance(event, Act | Report):
        said["units"] = [{"unit": event.units[0].unit}]
    headers = _headers(event.type, version=event.version, election=said.get("election"), identifier=identifier)
    return _station(said), headers


def headers_of(entry: bytes) -> Hints:
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
    return _station(event), _headers(kind, version=version, election=election, identifier=event_id(payload))


def _headers(kind: str, *, version: int, election: object, identifier: str) -> list[Header]:
    return [
        _SPECVERSION,
        ("ce_id", identifier.encode("ascii")),
        ("ce_source", _bytes(f"urn:custody:election:{election if isinstance(election, str) else identifier}")),
        ("ce_type", _bytes(f"custody.{kind}.v{version}")),
        _CONTENT_TYPE,
    ]


def _station(event: Mapping[str, object]) -> bytes | None:
    """The station that an event names, or that its consignment or first unit belongs to; None if it names none."""
    station, units = event.get("station"), event.get("units")
    if isinstance(station, str) and station:
        return _bytes(station)
    first = units[0].get("unit") if isinstance(units, list) and units and isinstance(units[0], dict) else None
    named = event.get("consignment") or first or event.get("unit")
    return _bytes(named.split("-")[0]) or None if isinstance(named, str) else None


def _bytes(text: str) -> bytes:
    return text[:_VALUE_CHARACTERS_MAX].encode("utf-8", "replace")
