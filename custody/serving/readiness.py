"""Readiness of every service at ``/readyz``, in one shape: whether it does its work now, and if not, why.

    200 {"service": "web", "ready": true, "state": "following", "position": 2807, "reasons": []}
    503 {"service": "gateway", "ready": false, "state": "not-ready", "position": null, "reasons": [{"code": "...", ...}]}

Not here: when a service is ready.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from custody.ports import Alarm
from schemas.strict_json import canonical


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a service says when it is asked whether it does its work."""

    service: str
    state: str
    """One word: following, standby, halted ..."""
    is_ready: bool
    alarms: Sequence[Alarm] = ()
    """Why not."""
    position: int | None = None
    """How many entries of the log it has taken in, where it does take them in."""


def readiness_answer(now: Readiness) -> Response:
    """The answer at ``/readyz``: 200 while the service does its work, 503 with the reasons while it does not."""
    body = canonical(
        {
            "service": now.service,
            "state": now.state,
            "ready": now.is_ready,
            "position": now.position,
            "reasons": reasons_of(now.alarms),
        }
    )
    headers = {"Cache-Control": "no-store"} | ({} if now.is_ready else {"Retry-After": "1"})
    return Response(body, status_code=200 if now.is_ready else 503, media_type="application/json", headers=headers)


def reasons_of(alarms: Sequence[Alarm]) -> list[dict[str, str]]:
    """Why something is not as it should be, as it is answered."""
    return [{"code": alarm.code, "sentence": alarm.sentence} for alarm in alarms]
