"""The kind of a file that was named in a command, so that the wrong one is called by its name and its own command is told.

Not here: whether what it says is true, signed or well-formed beyond its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from custody.core.evidence.falsified_receipts import FORMAT as EVIDENCE
from custody.core.evidence.fork_proofs import FORMAT as FORK_PROOF
from schemas import strict_json
from schemas.base import Common
from schemas.envelope import parse_envelope
from schemas.errors import Misused, Refused
from schemas.invitation import FORMAT as INVITATION
from schemas.receipts import RECEIPT_TYPE, REFUSAL_TYPE
from schemas.union import parse_event

_BYTES_MAX: Final = 4_000_000
KINDS: Final[Mapping[str, str]] = {
    "offer": "the offer of a handover",
    "passed": "the offer of a handover with the acts that travel along",
    "answer": "the answer to an offer",
    "event": "a signed event",
    "request": "an event that nobody has signed yet",
    "requests": "a list of events that nobody has signed yet",
    "invitation": "an invitation to a handover",
    "fork-proof": "a proof that a device has two histories",
    "evidence": "evidence of receipts that the log contradicts",
    "receipt": "a gateway's receipt",
    "refusal": "a gateway's refusal",
    "empty": "empty",
    "other": "nothing that custody writes",
}
"""Kind of file -> in words."""
_OF_TYPE: Final = {"HandoverOffered": "offer", "HandoverAnswered": "answer"}
_OF_FORMAT: Final = {INVITATION: "invitation", FORK_PROOF: "fork-proof", EVIDENCE: "evidence"}
_OF_PAYLOAD: Final = {RECEIPT_TYPE: "receipt", REFUSAL_TYPE: "refusal"}
_ACT: Final = (
    "what is not signed yet is signed with custody act --as {who} {path} --out FILE, --as for everybody who signs"
)
_COSIGN: Final = "a missing signature is added with custody cosign"
_READ: Final = "look at it with custody read"
_VERIFY_FORK: Final = "verify it with custody prove-fork --verify {path} --root ROOT"
_VERIFY_EVIDENCE: Final = "verify it with custody evidence verify {path}"


@dataclass(frozen=True, slots=True)
class Need:
    """What a command takes; ``kinds`` are those that it can work with, ``instead`` what to do with some of the others."""

    words: str
    kinds: frozenset[str]
    instead: Mapping[str, str] = field(default_factory=dict)


_VERIFIED: Final = {"fork-proof": _VERIFY_FORK, "evidence": _VERIFY_EVIDENCE}
_OFFERED: Final = {"invitation": "it goes to custody offer --to", "answer": _READ, **_VERIFIED}
NEEDS: Final[Mapping[str, Need]] = {
    "act": Need(
        "an event that nobody has signed yet",
        frozenset({"request", "requests", "other"}),
        {"event": _COSIGN, "offer": _READ, "passed": _READ, "answer": _READ, "invitation": _OFFERED["invitation"]}
        | _VERIFIED,
    ),
    "cosign": Need(
        "a signed event",
        frozenset({"event", "offer", "answer"}),
        {"request": _ACT, "requests": _ACT, "passed": _READ, "invitation": _OFFERED["invitation"], **_VERIFIED},
    ),
    "append": Need(
        "a signed event",
        frozenset({"event", "offer", "answer", "other"}),
        {"request": _ACT, "requests": _ACT, "passed": _READ, "invitation": _OFFERED["invitation"], **_VERIFIED},
    ),
    "offer": Need("an invitation to a handover", frozenset({"invitation"}), {"answer": _READ, **_VERIFIED}),
    "answer": Need("the offer of a handover", frozenset({"offer", "passed"}), _OFFERED),
    "refuse": Need("the offer of a handover", frozenset({"offer", "passed"}), _OFFERED),
    "read": Need(
        "the offer of a handover or the answer to one",
        frozenset({"offer", "passed", "answer"}),
        {"invitation": _OFFERED["invitation"], **_VERIFIED},
    ),
    "evidence verify": Need(KINDS["evidence"], frozenset({"evidence", "other"}), {"fork-proof": _VERIFY_FORK}),
    "prove-fork": Need(KINDS["fork-proof"], frozenset({"fork-proof", "other"}), {"evidence": _VERIFY_EVIDENCE}),
}
"""Command -> the file that it takes."""


def kind_of(data: bytes) -> str:
    """Which of :data:`KINDS` these bytes are."""
    if not data.strip():
        return "empty"
    event = _event_in(data)
    if event is not None:
        kind = _OF_TYPE.get(type(event).__name__, "event")
        return "passed" if kind == "offer" and b"\n" in data.strip() else kind
    value = _json(data)
    if isinstance(value, dict):
        named = _OF_FORMAT.get(str(value.get("format"))) or _OF_PAYLOAD.get(str(value.get("payloadType")))
        return named or ("request" if _is_unsigned(value) else "other")
    is_list = isinstance(value, list) and bool(value) and all(_is_unsigned(row) for row in value)
    return "requests" if is_list else "other"


def check_kind(command: str, *, path: Path, data: bytes, who: str = "BADGE") -> None:
    """Misused("file-kind") where a file is of another kind than the command takes: what it is, and what to do with it."""
    need, kind = NEEDS[command], kind_of(data)
    if kind in need.kinds:
        return
    instead = need.instead.get(kind)
    told = f"; {instead.format(path=path, who=who)}" if instead else ""
    raise Misused("file-kind", f"{path} is {KINDS[kind]}, and not {need.words}{told}.")


def _event_in(data: bytes) -> Common | None:
    """The event of a signed envelope, or of the last one of those passed on together; None where there is none."""
    try:
        return parse_event(parse_envelope(data.strip().split(b"\n")[-1]).payload)
    except Refused:
        return None


def _is_unsigned(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str) and "payload" not in value


def _json(data: bytes) -> Any:
    try:
        return strict_json.parse(data, bytes_max=_BYTES_MAX)
    except Refused:
        return None
