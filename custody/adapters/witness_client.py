"""A log witness at an address, asked over HTTP (C2SP tlog-witness, add-checkpoint; revision pinned in docs/spec/c2sp.md).

Who it is comes from the operator's own settings, never from anything that was received. Redirects are not followed, certificates
are verified, plain http is for this machine only; answers are bounded in size and time. What they say is for the caller to check.

Codes: witness-address (Misused); witness-unreachable (Unavailable).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import httpx

from custody.adapters.web_addresses import checked_address
from schemas.errors import Unavailable

ANSWER_S: Final = 5.0
ANSWER_BYTES_MAX: Final = 64 * 1024
"""Room for more than ten cosignatures of ML-DSA-44."""
TOLD: Final = "Custody-Clock"
"""By this header the log of a play tells its witnesses the time."""
_PATH: Final = "/add-checkpoint"

AskWitness = Callable[[bytes], "WitnessAnswer"]
"""A request -> what the witness answered; Unavailable where it did not answer."""


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """Status, media type without parameters, and body."""

    status: int
    type: str
    body: bytes


class WitnessClient:
    """One witness; may be asked from any thread, by one at a time."""

    def __init__(
        self, prefix: str, *, answer_s: float = ANSWER_S, told: Callable[[], int | None] = lambda: None
    ) -> None:
        """At its submission prefix, an http or https address, with a path if it has one. Misused("witness-address").

        ``told`` gives the time that a play's log states to its witnesses, seconds since 1970; None: none.
        """
        address = checked_address(
            prefix,
            code="witness-address",
            no_url="A witness's address is no URL.",
            form="A witness's address looks like https://host or https://host/path.",
            plain="A witness on another machine is reached by https.",
        )
        self._url = f"{address}{_PATH}"
        self._answer_s = answer_s
        self._told = told
        self._client = httpx.Client(timeout=answer_s, follow_redirects=False, trust_env=False)

    def add_checkpoint(self, body: bytes) -> WitnessAnswer:
        """What it says to a checkpoint; Unavailable("witness-unreachable") if it says nothing within its time and size."""
        deadline_s = time.monotonic() + self._answer_s
        headers = {"Content-Type": "text/plain; charset=utf-8", "Accept-Encoding": "identity"}
        told = self._told()
        if told is not None:
            headers[TOLD] = str(told)
        request = self._client.build_request("POST", self._url, content=body, headers=headers)
        try:
            with closing(self._client.send(request, stream=True)) as response:
                said = _body(response, deadline_s=deadline_s)
                media = response.headers.get("content-type", "").partition(";")[0].strip()
                return WitnessAnswer(response.status_code, media, said)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreachable() from error

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()


def _body(response: httpx.Response, *, deadline_s: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > ANSWER_BYTES_MAX or time.monotonic() > deadline_s:
            raise _unreachable()
    return bytes(body)


def _unreachable() -> Unavailable:
    return Unavailable("witness-unreachable", "The witness did not answer in its time, or answered too much.")
