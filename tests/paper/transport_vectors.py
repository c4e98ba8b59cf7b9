"""Write tests/vectors/transport: codes, and what they carry or why they are refused (docs/spec/transport.md).

python -m tests.paper.transport_vectors
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.signing import keyid, public_bytes, sign
from custody.paper.packing import PackedAct, pack
from custody.paper.transport import Carried, FrameSet, _set_id, format_frame, parse_frame, printed, set_of
from schemas.envelope import Signature, format_envelope, make_envelope, pae

FOLDER: Final = Path(__file__).parents[1] / "vectors" / "transport"
TEXT: Final = b"".join(b"%d: nothing was altered. " % number for number in range(40))
CHARS_MAX: Final = 90


def cases() -> Mapping[str, Mapping[str, Any]]:
    """Name -> vector."""
    content = Carried("B", TEXT)
    frames = set_of(content, chars_max=CHARS_MAX)
    codes, other = printed(frames), set_of(Carried("B", b"another set"), chars_max=CHARS_MAX)
    count = len(frames.bodies)
    repairs = [format_frame(frames.frame(index)) for index in range(count, count + 3 * count)]
    altered = parse_frame(codes[0])
    altered = replace(altered, body=bytes([altered.body[0] ^ 1]) + altered.body[1:])
    return {
        "a-printed-set": carries("all bodies, and the repair frame over all of them", codes, sets={frames: TEXT}),
        "in-any-order-and-twice": carries("codes in any order, each twice", codes[::-1] * 2, sets={frames: TEXT}),
        "one-code-lost": carries("the second code is lost", codes[:1] + codes[2:], sets={frames: TEXT}),
        "repair-frames-alone": carries("no body at all: a screen seen late", repairs, sets={frames: TEXT}),
        "two-codes-lost": carries("a printed set makes up for one lost code only", codes[2:], sets={frames: None}),
        "two-sets-mixed": carries(
            "codes of two sets", [codes[0], *printed(other), *codes[1:]], sets={frames: TEXT, other: b"another set"}
        ),
        "one-code-of-one-body": carries("a set of one body", printed(other)[1:], sets={other: b"another set"}),
        "acts-packed": packed(),
        "altered-body": refused("one byte of a body differs", [format_frame(altered), *codes[1:]], "transport-altered"),
        "altered-unnoticed-by-repair": refused(
            "altered, and nothing is left over to contradict it: the id of the set does",
            [format_frame(altered), *codes[1:-1]],
            "transport-altered",
        ),
        "another-count": refused(
            "a code that states another count",
            [codes[0], format_frame(replace(parse_frame(codes[1]), count=count - 1))],
            "transport-altered",
        ),
        "no-code-of-ours": refused("the label of a pouch", ["AYT-P01-T"], "transport-prefix"),
        "another-version": refused("version 2", [codes[0].replace("BC1", "BC2", 1)], "transport-version"),
        "no-body": refused("a head without a body", [codes[0][:24]], "transport-form"),
        "a-bomb": refused("inflates to more than any act", streamed(zlib.compress(bytes(9_000_000))), "transport-inflate"),
        "broken-off": refused("a stream without its end", streamed(zlib.compress(TEXT)[:-4]), "transport-inflate"),
        "more-behind": refused("bytes behind the stream", streamed(zlib.compress(b"a") + b"b"), "transport-inflate"),
    }  # fmt: skip


def carries(what: str, codes: Sequence[str], *, sets: Mapping[FrameSet, bytes | None]) -> dict[str, Any]:
    """Codes that are read; a set of which some are lacking carries null."""
    content = {frames.set_id.hex(): None if data is None else data.hex() for frames, data in sets.items()}
    return {"what": what, "codes": list(codes), "content": content}


def refused(what: str, codes: Sequence[str], code: str) -> dict[str, Any]:
    """Codes that are refused, and why."""
    return {"what": what, "codes": list(codes), "refused": code}


def streamed(stream: bytes) -> list[str]:
    """The codes of a set whose stream is this, whatever it inflates to."""
    size = 20_000
    bodies = tuple(stream[at : at + size].ljust(min(size, len(stream)), b"\0") for at in range(0, len(stream), size))
    frames = FrameSet(kind="B", set_id=_set_id("B", bodies=bodies), bodies=bodies)
    return [format_frame(frames.frame(index)) for index in range(len(bodies))]


def packed() -> dict[str, Any]:
    """Two acts of one signer, whose public key the first brings along."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    name, acts = keyid(public_bytes(key)), []
    for payload in (b'{"a":1}', b'{"b":2}'):
        envelope = make_envelope(payload=payload, signatures=[Signature(name, sign(key, pae(payload)))])
        acts.append(format_envelope(envelope))
    data = pack([PackedAct(acts[0], {name: public_bytes(key)}), PackedAct(acts[1])])
    frames = set_of(Carried("A", data), chars_max=CHARS_MAX)
    vector = carries("two acts, packed (kind A)", printed(frames), sets={frames: data})
    return vector | {"acts": [act.decode("ascii") for act in acts]}


def write() -> None:
    """Write every vector, and remove what is none."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    vectors = cases()
    for path in FOLDER.glob("*.json"):
        if path.stem not in vectors:
            path.unlink()
    for name, vector in vectors.items():
        text = json.dumps(vector, indent=1, ensure_ascii=False) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
