"""A witness policy as a file: C2SP tlog-policy (revision pinned in docs/spec/c2sp.md), as a reader of a log writes his own.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> <k>|any|all <member>...
    quorum <name>|none

Empty lines and lines that begin with # say nothing. A name is known before it is used, a member stands in one group, and there is
one ``quorum``; ``none`` asks nobody, and proves nothing. Words stand between spaces and tabs, and no other control character but
the newline is allowed. One public key is one log or one log witness, whatever names it goes by. Stricter than that page: a
quorum that two sets of log witnesses can meet which have nobody in common is refused, since it would let a log show two
histories, and so is a file that is no UTF-8.

Keys of logs are of type 0x01 or 0x06, those of witnesses of type 0x04 or 0x06.

Codes: policy-file, and those of witness_policy and cosignatures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from custody.core.authority.witness_policy import Policy
from custody.core.tlog.cosignatures import CosignerKey, parse_witness_key
from custody.core.tlog.notes import VerifierKey, parse_verifier_key
from custody.core.tlog.postquantum import PostquantumKey, is_postquantum, parse_key
from schemas.errors import Refused
from schemas.roots import WitnessGroup

POLICY_BYTES_MAX: Final = 256 * 1024
"""Room for the 32 logs and 32 log witnesses that any program should take, with keys of ML-DSA-44."""
_NONE: Final = "none"
_COUNT: Final = re.compile(r"[1-9][0-9]{0,2}")
_SPACES: Final = re.compile(r"[ \t]+")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

LogLineKey = VerifierKey | PostquantumKey
"""A key by which a log signs its own checkpoints."""


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """The logs that a reader means (none: any) and whose cosignatures are enough for him."""

    logs: tuple[LogLineKey, ...]
    policy: Policy


@dataclass(slots=True)
class _Reading:
    logs: list[LogLineKey] = field(default_factory=list)
    keys: dict[str, CosignerKey] = field(default_factory=dict)
    groups: dict[str, WitnessGroup] = field(default_factory=dict)
    placed: set[str] = field(default_factory=set)
    quorum: str | None = None


def parse_policy(text: str) -> PolicyFile:
    """Read a policy; Refused, with the line, for what is not in its form."""
    read = _Reading()
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            _take_line(line, read=read)
        except Refused as refused:
            raise Refused("policy-file", f"Line {number}: {refused.sentence}") from refused
    if read.quorum is None:
        raise Refused("policy-file", "It names no quorum.")
    quorum = None if read.quorum == _NONE else read.quorum
    policy = Policy("", read.keys, read.groups, quorum)
    if policy.is_split:
        raise Refused("policy-split", "Two sets of its log witnesses are enough and have nobody in common.")
    return PolicyFile(tuple(read.logs), policy)


def _take_line(line: str, *, read: _Reading) -> None:
    if _CONTROL.search(line):
        raise Refused("policy-file", "It has a control character other than the tab (perhaps CR LF).")
    words = [word for word in _SPACES.split(line) if word]
    if words and not words[0].startswith("#"):
        _take(words, read=read)


def _take(words: Sequence[str], *, read: _Reading) -> None:
    match words:
        case ["log", vkey] | ["log", vkey, _]:
            log = parse_key(vkey) if is_postquantum(vkey) else parse_verifier_key(vkey)
            if any(log.public == one.public for one in read.logs):
                raise Refused("policy-key", "This log is named a second time.")
            read.logs.append(log)
        case ["witness", name, vkey] | ["witness", name, vkey, _]:
            _check_new(name, read=read)
            key = parse_key(vkey) if is_postquantum(vkey) else parse_witness_key(vkey)
            # docs/spec/audit.md A20
            if any(key.public == one.public for one in read.keys.values()):
                raise Refused("policy-key", "This log witness is named a second time.")
            read.keys[name] = key
        case ["group", name, count, *members] if members:
            _check_new(name, read=read)
            read.groups[name] = _group(name, count=count, members=tuple(members), read=read)
        case ["quorum", name] if read.quorum is None and (name == _NONE or name in {*read.keys, *read.groups}):
            read.quorum = name
        case _:
            raise Refused("policy-file", "It is no line of a policy, or names what no line before it does.")


def _check_new(name: str, *, read: _Reading) -> None:
    if name == _NONE or name in read.keys or name in read.groups:
        raise Refused("policy-file", f"{name} is taken.")


def _group(name: str, *, count: str, members: tuple[str, ...], read: _Reading) -> WitnessGroup:
    known = {*read.keys, *read.groups}
    if len(set(members)) != len(members) or not known.issuperset(members) or read.placed & set(members):
        raise Refused("policy-form", "A member is not named before, or stands in a group already.")
    if count not in {"any", "all"} and not _COUNT.fullmatch(count):
        raise Refused("policy-form", "A group needs any, all, or so many of its members.")
    threshold = {"any": 1, "all": len(members)}.get(count) or int(count)
    if threshold > len(members):
        raise Refused("policy-form", "A group needs more than it has.")
    read.placed |= set(members)
    return WitnessGroup.model_construct(name=name, threshold=threshold, members=members)
