"""Boxes at a gateway, as a registrar's machine reaches them: opened, and looked into (docs/spec/http.md)."""

from __future__ import annotations

import binascii
from typing import Final

from custody.adapters.http import GatewayClient
from schemas.errors import LogUnavailable
from schemas.strict_json import parse

_BYTES_MAX: Final = 64_000


class BoxClient:
    """The boxes of one gateway."""

    def __init__(self, client: GatewayClient) -> None:
        self._client = client

    def open(self, box: str, statement: bytes) -> None:
        """Open a box, or put another card into it. LogUnavailable with the gateway's own code where it does not."""
        self._client.call(f"/v1/enrolment/{box}", method="PUT", content=statement, bytes_max=_BYTES_MAX)

    def requests(self, box: str) -> list[bytes]:
        """The sealed requests in a box, oldest first."""
        body = self._client.call(f"/v1/enrolment/{box}", bytes_max=_BYTES_MAX)
        value = parse(body, bytes_max=_BYTES_MAX)
        rows = value.get("requests") if isinstance(value, dict) else None
        if not isinstance(rows, list):
            raise LogUnavailable("gateway-answer", "What answers at this address is no gateway.")
        return [binascii.a2b_base64(str(row)) for row in rows]
