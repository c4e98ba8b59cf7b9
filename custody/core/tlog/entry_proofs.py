"""Proofs of single entries: a ``.tlog-proof`` file says that an entry is in a log, under a cosigned checkpoint.

Follows C2SP tlog-proof (revision pinned in docs/spec/c2sp.md): a line with name and version, an ``extra`` line that says nothing
here, the entry's index, the hashes of its inclusion proof, an empty line, and the signed note of the checkpoint. Whoever has the
entry, the log's key and a witness policy needs nothing else, and no network.

Not here: where tiles come from, and which policy is in force.

Codes: proof-form, proof-quorum, and those of notes, checkpoints, cosignatures and proofs.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from custody.core.tlog.cosignatures import CosignerKey, cosigned_at
from custody.core.tlog.merkle import HASH_BYTES, Nodes, leaf_hash
from custody.core.tlog.notes import NOTE_BYTES_MAX, VerifierKey, parse_note
from custody.core.tlog.proofs import inclusion_proof, verify_inclusion
from schemas.errors import Refused

PROOF_BYTES_MAX: Final = NOTE_BYTES_MAX + 8 * 1024
SUFFIX: Final = ".tlog-proof"
_NAME: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,15})")
_EXTRA: Final = re.compile(r"extra [A-Za-z0-9+/]*={0,2}")


@dataclass(frozen=True, slots=True)
class EntryProof:
    """What a file says: the entry's index, hashes (32 bytes each), and the signed note, byte for byte."""

    index: int
    hashes: tuple[bytes, ...]
    note: bytes


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """A proof that was found good: the entry's index, the checkpoint, and who cosigned it when."""

    index: int
    checkpoint: Checkpoint
    times: dict[str, int]
    """name of a log witness's key -> seconds since 1970"""


def make_proof(*, index: int, note: bytes, nodes: Nodes) -> EntryProof:
    """The proof of the entry at ``index`` under a checkpoint whose tree's subtrees ``nodes`` gives.

    Refused("merkle-index") where the checkpoint does not cover it.
    """
    size = parse_checkpoint(parse_note(note).text).size
    return EntryProof(index, inclusion_proof(nodes=nodes, index=index, size=size), note)


def format_proof(proof: EntryProof) -> bytes:
    """The bytes of the file."""
    lines = [_NAME, f"index {proof.index}", *(b64encode(one).decode("ascii") for one in proof.hashes)]
    return "\n".join([*lines, "", ""]).encode() + proof.note


def parse_proof(data: bytes) -> EntryProof:
    """Read a file; Refused("proof-form") for what is not in its form, those of notes for what stands for the checkpoint."""
    head, gap, note = data.partition(b"\n\n")
    try:
        name, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        name, lines = "", []
    if len(data) > PROOF_BYTES_MAX or not gap or name != _NAME:
        raise Refused("proof-form", "This is no tlog-proof.")
    if lines and _EXTRA.fullmatch(lines[0]):
        _decode(lines.pop(0).removeprefix("extra "))
    match = _INDEX.fullmatch(lines[0]) if lines else None
    if match is None:
        raise Refused("proof-form", "It names no index in its one form.")
    hashes = tuple(_decode(line) for line in lines[1:])
    if any(len(one) != HASH_BYTES for one in hashes):
        raise Refused("proof-form", "A hash of it does not have 32 bytes.")
    parse_note(note)
    return EntryProof(int(match[1]), hashes, note)


def verify_proof(
    data: bytes, *, entry: bytes, key: VerifierKey, witnesses: Iterable[CosignerKey], is_met: Callable[[set[str]], bool]
) -> ProvenEntry:
    """The proof of an entry in the log of ``key``, under a checkpoint that enough witnesses cosigned.

    ``is_met`` says of names of witness keys whether they are enough. Refused with the code of what is wrong; "proof-quorum"
    where everything is right and too few have cosigned.
    """
    proof = parse_proof(data)
    checkpoint = open_checkpoint(data=proof.note, key=key)
    verify_inclusion(
        leaf=leaf_hash(entry), index=proof.index, size=checkpoint.size, proof=proof.hashes, root=checkpoint.root
    )
    times = cosigned_at(parse_note(proof.note), keys=witnesses)
    if not is_met(set(times)):
        raise Refused("proof-quorum", "Fewer log witnesses have cosigned its checkpoint than the policy asks for.")
    return ProvenEntry(proof.index, checkpoint, times)


def _decode(text: str) -> bytes:
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except Base64Error:
        raise Refused("proof-form", "A line of it is not in base64.") from None
    if b64encode(data).decode("ascii") != text:
        raise Refused("proof-form", "A line of it is not in the one form of base64.")
    return data
