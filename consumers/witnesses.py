"""Log witnesses that a log's operator asks, and those that the log itself names.

The file has lines of C2SP tlog-policy: ``witness <name> <vkey> <url>``, where the URL is the submission prefix; empty lines and
lines that begin with # say nothing. Only witnesses that a policy on the log names may be asked: a signature of anybody else would
stand under the checkpoint, and nobody who reads the log could account for it (docs/spec/audit.md).

Codes: witnesses-file (Refused), witness-not-named (Misused).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from custody.core.tlog.cosignatures import WitnessKey, parse_witness_key
from schemas.authority import ElectionOpened, WitnessPolicySet
from schemas.envelope import parse_envelope
from schemas.errors import Misused, Refused
from schemas.union import parse_event

WITNESSES_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class NamedWitness:
    """A witness that is asked: its name in policies, its key, and its submission prefix."""

    name: str
    key: WitnessKey
    url: str


def parse_witnesses(text: str) -> tuple[NamedWitness, ...]:
    """Read the file; Refused("witnesses-file"), with the line, for what is not in its form."""
    found: dict[WitnessKey, NamedWitness] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 4 or words[0] != "witness":
            raise Refused("witnesses-file", f"Line {number} is not: witness <name> <vkey> <url>.")
        try:
            key = parse_witness_key(words[2])
        except Refused as refused:
            raise Refused("witnesses-file", f"Line {number}: {refused.sentence}") from refused
        if key in found:
            raise Refused("witnesses-file", f"Line {number} names a witness a second time.")
        found[key] = NamedWitness(words[1], key, words[3])
    if not found or len(found) > WITNESSES_MAX:
        raise Refused("witnesses-file", f"The file names no witness, or more than {WITNESSES_MAX}.")
    return tuple(found.values())


def check_named(witnesses: Iterable[NamedWitness], *, entries: Iterable[bytes]) -> None:
    """Misused("witness-not-named") for a witness that none of the policies among these entries names."""
    named = {vkey for entry in entries if _may_name(entry) for vkey in _vkeys(entry)}
    strangers = sorted(one.name for one in witnesses if one.key not in named)
    if strangers:
        raise Misused(
            "witness-not-named", f"No witness policy on the log names {', '.join(strangers)}: set the policy first."
        )


def _vkeys(entry: bytes) -> Sequence[WitnessKey]:
    try:
        event = parse_event(parse_envelope(entry).payload)
        if not isinstance(event, ElectionOpened | WitnessPolicySet):
            return ()
        return [parse_witness_key(one.vkey) for one in event.witness_policy.witnesses]
    except Refused:
        return ()


def _spelled(text: bytes) -> tuple[bytes, ...]:
    """The text as it stands inside base64, at each of the three places in which it may begin."""
    whole = [(shift, b64encode(bytes(shift) + text)) for shift in range(3)]
    return tuple(spelled[-(-8 * shift // 6) : (len(text) + shift) * 8 // 6] for shift, spelled in whole)


_NAMING: Final = (*_spelled(b'"type":"ElectionOpened"'), *_spelled(b'"type":"WitnessPolicySet"'))


def _may_name(entry: bytes) -> bool:
    """Looked for in entries as they are: it takes a fraction of the time of reading each of them."""
    return any(spelling in entry for spelling in _NAMING)
