"""A gateway at an address: what a device sends events to and reads the log from (docs/spec/http.md).

Nothing that comes back is believed because it came: sizes and forms are bounded here, statements and bytes are for sync to check.
What went wrong is said as the port says it: LogUnavailable only where nothing can have been taken (no connection, or the server
said so), OutcomeUnknown wherever it may have been. Redirects are not followed; certificates are verified; plain http is for this
machine, unless whoever starts it says otherwise.

Codes: gateway-address, token-form (Misused); withheld (Withheld); those of a token (NotAdmitted);
       gateway-unreachable (LogUnavailable);
gateway-timeout, gateway-broken, gateway-answer (OutcomeUnknown, LogUnavailable of reading); and those of the server.
"""

from __future__ import annotations

import binascii
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Final, Self, TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from custody.adapters.web_addresses import is_this_machine
from custody.core.entries.receipts import SignedReply
from custody.core.tlog.entry_proofs import PROOF_BYTES_MAX, SUFFIX
from custody.core.tlog.tiles import BUNDLE_BYTES_MAX, parse_bundle
from custody.ports import LogRecord
from schemas.envelope import entry_hash
from schemas.errors import (
    CustodyError,
    LogUnavailable,
    Misused,
    NotAdmitted,
    NotEstablished,
    OutcomeUnknown,
    Refused,
    Withheld,
)
from schemas.gateway import (
    BATCH_BYTES_MAX,
    BATCH_ENTRIES_MAX,
    READ_ENTRIES_MAX,
    GatewayReplies,
    GatewayReply,
    LogStanding,
    Problem,
    WithheldProblem,
)

CONNECT_S: Final = 10.0
ANSWER_S: Final = 120.0
"""Longer than a gateway takes to say that it does not know (docs/spec/http.md)."""
REPLY_BYTES_MAX: Final = 256 * 1024
REPLY_EACH_BYTES_MAX: Final = 8 * 1024
LOG_END: Final = "Custody-Log-End"
EVENT_TYPE: Final = "application/vnd.dsse.envelope.v1+json"
BATCH_TYPE: Final = "application/x-ndjson"
PLAIN_TYPE: Final = "application/json"
_NOTHING_TAKEN: Final = frozenset({400, 404, 405, 408, 413, 415, 429, 503})
_BEFORE_SENDING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_WITHOUT_POSITION: Final = ("refused", "not-taken", "unknown")

Model = TypeVar("Model", bound=BaseModel)


class GatewayClient:
    """One gateway; the Submitter of ``custody.courier.sync``."""

    def __init__(
        self, url: str, *, plain_allowed: bool = False, answer_s: float = ANSWER_S, token: str | None = None
    ) -> None:
        """At ``url``, an address without path or query; ``plain_allowed``: http to other machines too. Misused.

        ``token`` opens what is withheld; it is sent with every request, and to nobody else.
        """
        if token is not None and not (token.isascii() and token.isalnum()):
            raise Misused("token-form", "A token is letters and digits, as custody token issue shows it.")
        bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._answer_s = answer_s
        self._client = httpx.Client(
            base_url=_checked(url, plain_allowed=plain_allowed),
            timeout=httpx.Timeout(answer_s, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "custody", **bearer},
        )

    def submit(self, entry: bytes, *, at: str) -> SignedReply:  # noqa: ARG002 - the gateway has a clock of its own
        """See ``courier.sync.Submitter``."""
        status, body, _ = self._ask("/v1/events", content=entry, content_type=EVENT_TYPE, bytes_max=REPLY_BYTES_MAX)
        if status not in (200, 422):
            raise _trouble(status, body, is_writing=True)
        reply = _parsed(body, model=GatewayReply, is_writing=True)
        if reply.statement is None:
            raise _garbled(is_writing=True)
        return _reply(reply, entry=entry)

    def submit_batch(self, entries: Sequence[bytes]) -> list[SignedReply]:
        """Submit 1 to BATCH_ENTRIES_MAX entries in one request, in this order; one reply for each.

        Those that were not taken have the status ``not-taken`` or ``unknown``, no position and no statement. Raises
        LogUnavailable (none was taken) or OutcomeUnknown (any may have been). Misused("batch-size").
        """
        body = b"".join(entry + b"\n" for entry in entries)
        if not 1 <= len(entries) <= BATCH_ENTRIES_MAX or len(body) > BATCH_BYTES_MAX:
            raise Misused(
                "batch-size", f"A batch is 1 to {BATCH_ENTRIES_MAX} entries of {BATCH_BYTES_MAX} bytes at most."
            )
        bytes_max = REPLY_BYTES_MAX + len(entries) * REPLY_EACH_BYTES_MAX
        status, said, _ = self._ask("/v1/events/batch", content=body, content_type=BATCH_TYPE, bytes_max=bytes_max)
        if status != 200:
            raise _trouble(status, said, is_writing=True)
        replies = _parsed(said, model=GatewayReplies, is_writing=True).replies
        if len(replies) != len(entries):
            raise _garbled(is_writing=True)
        return [_reply(reply, entry=entry) for reply, entry in zip(replies, entries, strict=True)]

    def read(self, *, start: int, limit: int) -> Sequence[LogRecord]:
        """Entries from ``start`` on, as ``custody.ports.LogReader.read``."""
        if start < 0 or limit < 1:
            raise Misused("log-range", "A log is read from position 0 or later, one record or more at a time.")
        wanted = min(limit, READ_ENTRIES_MAX)
        status, body, end = self._ask(f"/v1/entries?start={start}&limit={wanted}", bytes_max=BUNDLE_BYTES_MAX)
        if status == 404 and (said := _problem(body)) is not None and said.code == "log-too-short":
            raise NotEstablished(said.code, said.sentence)
        if status == 403:
            raise _withheld(body, start=start, stop=start + wanted)
        if status != 200:
            raise _trouble(status, body, is_writing=False)
        entries = _bundle(body)
        if len(entries) > wanted or (not entries and end != str(start)):
            raise _garbled(is_writing=False)
        return [LogRecord(start + place, entry) for place, entry in enumerate(entries)]

    def proof(self, name: str) -> bytes | None:
        """The proof of an entry by its hash, as the gateway gives it; None where there is none yet. LogUnavailable."""
        status, body, _ = self._ask(f"/logs/0/proof/{name}{SUFFIX}", bytes_max=PROOF_BYTES_MAX)
        if status == 404:
            return None
        if status != 200:
            raise _trouble(status, body, is_writing=False)
        return body

    def standing(self) -> LogStanding:
        """Which log the gateway says that it serves, and its end."""
        status, body, _ = self._ask("/v1/log", bytes_max=REPLY_BYTES_MAX)
        if status != 200:
            raise _trouble(status, body, is_writing=False)
        return _parsed(body, model=LogStanding, is_writing=False)

    def end(self) -> int:
        """The next position to be written, as the gateway says."""
        return self.standing().end

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def call(self, path: str, *, bytes_max: int, method: str = "GET", content: bytes | None = None) -> bytes:
        """The body of the answer of another route, where it is 200. NotEstablished (404); LogUnavailable, OutcomeUnknown."""
        status, body, _ = self._ask(path, bytes_max=bytes_max, method=method, content=content, content_type=PLAIN_TYPE)
        said = _problem(body) if status in (404, 410, 422) else None
        if said is not None:
            raise NotEstablished(said.code, said.sentence)
        if status != 200:
            raise _trouble(status, body, is_writing=content is not None)
        return body

    def _ask(
        self, path: str, *, bytes_max: int, method: str = "", content: bytes | None = None, content_type: str = ""
    ) -> tuple[int, bytes, str]:
        """Returns (status, body, the log's end as the header says it)."""
        is_writing = content is not None
        request = self._client.build_request(
            method or ("POST" if is_writing else "GET"),
            path,
            content=content,
            headers={"Content-Type": content_type} if is_writing else {},
        )
        deadline_s = time.monotonic() + self._answer_s
        try:
            with closing(self._client.send(request, stream=True)) as response:
                body = _body(response, bytes_max=bytes_max, deadline_s=deadline_s, is_writing=is_writing)
                return response.status_code, body, response.headers.get(LOG_END, "")
        except _BEFORE_SENDING as error:
            raise LogUnavailable("gateway-unreachable", "The gateway cannot be reached; nothing was sent.") from error
        except httpx.TimeoutException as error:
            raise _lost("gateway-timeout", "The gateway did not answer in time", is_writing=is_writing) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _lost("gateway-broken", "The connection to the gateway broke", is_writing=is_writing) from error


def _checked(url: str, *, plain_allowed: bool) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Misused("gateway-address", "The gateway's address is no URL.") from None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None or parts.password is not None:
        raise Misused("gateway-address", "A gateway's address looks like https://host or https://host:port.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise Misused("gateway-address", "A gateway's address has no path and no query.")
    if parts.scheme == "http" and not plain_allowed and not is_this_machine(host):
        raise Misused("gateway-address", "A gateway on another machine is reached by https.")
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + ("" if port is None else f":{port}")


def _body(response: httpx.Response, *, bytes_max: int, deadline_s: float, is_writing: bool) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _garbled(is_writing=is_writing)
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > bytes_max:
            raise _garbled(is_writing=is_writing)
        if time.monotonic() > deadline_s:
            raise _lost("gateway-timeout", "The gateway's answer came too slowly", is_writing=is_writing)
    return bytes(body)


def _reply(reply: GatewayReply, *, entry: bytes) -> SignedReply:
    """The reply to one entry, after what can be seen without keys: it is about these bytes, and whole."""
    is_taken = reply.position is not None
    is_signed = is_taken or reply.status == "refused"
    if reply.entry != entry_hash(entry) or is_signed != (reply.statement is not None):
        raise _garbled(is_writing=True)
    if is_taken == (reply.status in _WITHOUT_POSITION) or (not is_taken and len(reply.codes) != 1):
        raise _garbled(is_writing=True)
    try:
        statement = binascii.a2b_base64(reply.statement or "", strict_mode=True)
    except ValueError:
        raise _garbled(is_writing=True) from None
    return SignedReply(
        entry=reply.entry,
        position=reply.position,
        status=reply.status,
        codes=reply.codes,
        statement=statement,
        sentence=reply.sentence,
        event=reply.event or "",
    )


def _parsed(body: bytes, *, model: type[Model], is_writing: bool) -> Model:
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise _garbled(is_writing=is_writing) from None


def _problem(body: bytes) -> Problem | None:
    try:
        return Problem.model_validate_json(body)
    except ValidationError:
        return None


def _withheld(body: bytes, *, start: int, stop: int) -> Withheld | LogUnavailable | OutcomeUnknown:
    """Which entries of those asked for are withheld, and until when: in their order, each once."""
    try:
        said = WithheldProblem.model_validate_json(body)
    except ValidationError:
        return _garbled(is_writing=False)
    places = [row.position for row in said.withheld]
    if said.code != "withheld" or places != sorted(set(places)) or not start <= places[0] <= places[-1] < stop:
        return _garbled(is_writing=False)
    leaves = tuple((row.position, row.leaf_hash) for row in said.withheld)
    return Withheld(said.sentence, until=said.until, leaves=leaves)


def _trouble(status: int, body: bytes, *, is_writing: bool) -> CustodyError:
    """What an answer that is no reply means to whoever asked."""
    said = _problem(body)
    if said is not None and status == 401:
        return NotAdmitted(said.code, said.sentence)
    if said is None:
        said = Problem(code="gateway-answer", sentence=f"What answers at this address (HTTP {status}) is no gateway.")
    if is_writing and status not in _NOTHING_TAKEN:
        return OutcomeUnknown(said.code, said.sentence)
    return LogUnavailable(said.code, said.sentence)


def _lost(code: str, what: str, *, is_writing: bool) -> LogUnavailable | OutcomeUnknown:
    if is_writing:
        return OutcomeUnknown(code, f"{what}; it may have taken what was sent, and gets the same bytes again.")
    return LogUnavailable(code, f"{what}; try again.")


def _garbled(*, is_writing: bool) -> LogUnavailable | OutcomeUnknown:
    return _lost("gateway-answer", "The gateway's answer is not one that a gateway gives", is_writing=is_writing)


def _bundle(body: bytes) -> list[bytes]:
    """The entries of an entry bundle whose width is not known."""
    width, start = 0, 0
    while start < len(body):
        start += 2 + int.from_bytes(body[start : start + 2], "big")
        width += 1
    try:
        return parse_bundle(data=body, width=width)
    except Refused:
        raise _garbled(is_writing=False) from None
