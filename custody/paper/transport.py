"""One transport for codes on paper, on screens and between phones: frames with repair, in any order (docs/spec/transport.md).

What is carried is compressed once, padded and cut into ``count`` bodies of one length. Frame ``index`` < ``count`` carries a
body; a frame past them is a repair frame: the XOR of some of the bodies, by its index. Whoever has as many frames as there
are bodies, and a few more where repair frames are among them, has the whole.

Pure: no image is drawn or read here (``codes``), and what is carried is not looked into (``packing``). Ours is the head of a
frame; compression is zlib (RFC 1950), the characters are base45 (RFC 9285), the manner is that of BBQr.

Codes: transport-prefix, transport-version, transport-form, transport-oversize, transport-altered, transport-inflate.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Literal

from custody.paper import base45
from schemas.errors import Refused

Kind = Literal["A", "B", "I"]
"""A: signed acts, packed; B: bytes as they are; I: the event id that a sheet is about, 32 bytes."""
PREFIX: Final = "BC"
VERSION: Final = "1"
CONTENT_BYTES_MAX: Final = 131_072
COUNT_MAX: Final = 255
INDEX_MAX: Final = 36**2 - 1
PAPER_CHARS_MAX: Final = 450
SETS_MAX: Final = 64
REPAIRS_A_CYCLE: Final = 16
"""Repair frames that a screen shows after the bodies of each cycle; the next cycle shows others."""

_TAG: Final = b"custody/transport/v1\n"
_ID_BYTES: Final = 8
_TRIES: Final = 60
"""Rows of repair frames that are looked at for a page before the first one is taken."""
# transport.md T1
_HEAD: Final = re.compile(r"BC1([ABI])([0-9A-F]{16})([0-9A-Z]{2})([0-9A-Z]{2})")
_HEAD_CHARS: Final = 24


@dataclass(frozen=True, slots=True)
class Frame:
    """One code: ``set_id`` names the set, ``index`` which of it; ``body`` is as long as in all frames of the set."""

    kind: Kind
    set_id: bytes
    count: int
    index: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried: its kind and its bytes."""

    kind: Kind
    data: bytes


@dataclass(frozen=True, slots=True)
class FrameSet:
    """All that the frames of a set are made of."""

    kind: Kind
    set_id: bytes
    bodies: tuple[bytes, ...]

    def frame(self, index: int) -> Frame:
        """The frame of an index: a body, or past them a repair frame."""
        mask = _mask(self.set_id, count=len(self.bodies), index=index)
        body = 0
        for place, one in enumerate(self.bodies):
            if mask >> place & 1:
                body ^= int.from_bytes(one)
        data = body.to_bytes(len(self.bodies[0]))
        return Frame(kind=self.kind, set_id=self.set_id, count=len(self.bodies), index=index, body=data)


def set_of(content: Carried, *, chars_max: int = PAPER_CHARS_MAX) -> FrameSet:
    """Cut what is to be carried for frames of at most ``chars_max`` characters; Refused("transport-oversize")."""
    room = (chars_max - _HEAD_CHARS) // 3 * 2
    stream = zlib.compress(content.data, 9)
    count = -(-len(stream) // max(room, 1))
    if len(content.data) > CONTENT_BYTES_MAX or count > COUNT_MAX or room < 1:
        raise Refused("transport-oversize", "This is too much for one set of codes.")
    size = -(-len(stream) // count)
    padded = stream.ljust(size * count, b"\0")
    bodies = tuple(padded[at : at + size] for at in range(0, len(padded), size))
    return FrameSet(kind=content.kind, set_id=_set_id(content.kind, bodies=bodies), bodies=bodies)


def printed(frames: FrameSet, *, spare: int = 1, together: int = 1) -> list[str]:
    """The codes of a printed set: all bodies and ``spare`` repair frames, the first of them over all bodies.

    Any one of them may be lost; with enough spare ones any ``together`` that stand in one row of so many, as at a fold.
    """
    count = len(frames.bodies)
    step = max(spare - 1, 1)
    tries = ((count, *range(first, first + spare - 1)) for first in range(count + 1, count + 1 + _TRIES * step, step))
    usual = (*range(count), *range(count, count + spare))
    chosen = ((*range(count), *repairs) for repairs in tries)
    indices = next((one for one in chosen if _survives(frames, indices=one, together=together)), usual)
    return [format_frame(frames.frame(index)) for index in indices]  # transport.md T11


def shown(frames: FrameSet, *, cycle: int) -> list[str]:
    """The codes that a screen shows in its cycle number 0, 1, 2 and so on: all bodies, and repair frames of its own."""
    count = len(frames.bodies)
    repairs = (count + (cycle * REPAIRS_A_CYCLE + more) % (INDEX_MAX + 1 - count) for more in range(REPAIRS_A_CYCLE))
    return [format_frame(frames.frame(index)) for index in (*range(count), *repairs)]  # transport.md T10


def format_frame(frame: Frame) -> str:
    """The text of a code."""
    places = _two_digits(frame.count) + _two_digits(frame.index)
    return f"{PREFIX}{VERSION}{frame.kind}{frame.set_id.hex().upper()}{places}{base45.encode(frame.body)}"


def parse_frame(text: str) -> Frame:
    """The frame that a code's text is; Refused("transport-prefix", "transport-version", "transport-form", "base45-...")."""
    if not text.startswith(PREFIX):  # transport.md T2
        raise Refused("transport-prefix", "This code is none of a set of signed acts.")
    head = _HEAD.match(text)
    if head is None:
        if not text.startswith(PREFIX + VERSION):  # transport.md T2
            raise Refused("transport-version", "This code is of a version that this program does not know.")
        raise Refused("transport-form", "The head of this code is malformed.")
    count, index = int(head[3], 36), int(head[4], 36)
    body = base45.decode(text[_HEAD_CHARS:])
    if not 1 <= count <= COUNT_MAX or not body or len(body) * count > CONTENT_BYTES_MAX * 2:  # transport.md T3
        raise Refused("transport-form", "The head of this code states what no set can be.")
    kind: Kind = "A" if head[1] == "A" else "B" if head[1] == "B" else "I"  # transport.md T3
    return Frame(kind=kind, set_id=bytes.fromhex(head[2]), count=count, index=index, body=body)


@dataclass(slots=True)
class _Gathered:
    """One set as far as it was seen: equations over its bodies, each with another leading body."""

    first: Frame
    rows: dict[int, tuple[int, int]] = field(default_factory=dict)
    """number of the leading body -> (mask of bodies, their XOR as a number)"""

    def add(self, frame: Frame) -> None:
        """Take a frame in; Refused("transport-altered") where it contradicts what was seen."""
        known = (self.first.kind, self.first.count, len(self.first.body))
        if (frame.kind, frame.count, len(frame.body)) != known:  # transport.md T8
            raise _altered()
        mask = _mask(frame.set_id, count=frame.count, index=frame.index)
        value = int.from_bytes(frame.body)
        while mask:
            lead = mask.bit_length() - 1
            if lead not in self.rows:
                self.rows[lead] = (mask, value)
                return
            mask, value = mask ^ self.rows[lead][0], value ^ self.rows[lead][1]
        if value:  # transport.md T8
            raise _altered()

    @property
    def is_whole(self) -> bool:
        """Whether all bodies follow from what was seen."""
        return len(self.rows) == self.first.count

    def bodies(self) -> tuple[bytes, ...]:
        """All bodies, of a set that is whole."""
        solved: list[int] = []
        for lead in range(self.first.count):
            mask, value = self.rows[lead]
            for place, earlier in enumerate(solved):
                value ^= earlier if mask >> place & 1 else 0
            solved.append(value)
        return tuple(value.to_bytes(len(self.first.body)) for value in solved)


class Gathering:
    """Frames as they come: in any order, of several sets, each as often as it likes."""

    def __init__(self) -> None:
        self._sets: dict[bytes, _Gathered] = {}

    def add(self, text: str) -> bytes:
        """Take in the text of a code and return the id of its set.

        Refused("transport-...", "base45-..."): the code is none of ours, or contradicts its set, which is forgotten then.
        """
        frame = parse_frame(text)
        if frame.set_id not in self._sets and len(self._sets) >= SETS_MAX:  # transport.md T9
            raise Refused("transport-oversize", f"These codes are of more than {SETS_MAX} sets.")
        try:
            self._sets.setdefault(frame.set_id, _Gathered(frame)).add(frame)
        except Refused:
            del self._sets[frame.set_id]
            raise
        return frame.set_id

    def content(self, set_id: bytes) -> Carried | None:
        """What a set carried; None while frames are lacking.  Refused("transport-altered", "transport-inflate")."""
        gathered = self._sets.get(set_id)
        if gathered is None or not gathered.is_whole:
            return None
        kind, bodies = gathered.first.kind, gathered.bodies()
        if _set_id(kind, bodies=bodies) != set_id:  # transport.md T8
            raise _altered()
        return Carried(kind, _inflated(b"".join(bodies), count=len(bodies)))

    def sets(self) -> Iterator[tuple[bytes, int, int]]:
        """Every set that was seen, in that order: its id, how many of its bodies are known or follow, and of how many."""
        for set_id, gathered in self._sets.items():
            yield set_id, len(gathered.rows), gathered.first.count


def _set_id(kind: Kind, *, bodies: tuple[bytes, ...]) -> bytes:
    """What binds the frames of a set together: its kind, its number of bodies and every byte of them."""
    return sha256(_TAG + kind.encode("ascii") + bytes([len(bodies)]) + b"".join(bodies)).digest()[:_ID_BYTES]


def _mask(set_id: bytes, *, count: int, index: int) -> int:
    """Which bodies a frame is the XOR of, as bits: bit 0 is body 0."""
    every = (1 << count) - 1
    if index < count:
        return 1 << index  # transport.md T4
    if index == count:  # transport.md T6
        return every
    chosen = int.from_bytes(sha256(_TAG + set_id + index.to_bytes(2)).digest(), "little") & every  # transport.md T7
    return chosen or every


def _inflated(padded: bytes, *, count: int) -> bytes:
    """What was compressed, never more than CONTENT_BYTES_MAX of it; Refused("transport-inflate")."""
    engine = zlib.decompressobj()
    try:
        data = engine.decompress(padded, CONTENT_BYTES_MAX + 1)
    except zlib.error:
        raise Refused("transport-inflate", "What these codes carry cannot be decompressed.") from None
    rest = engine.unused_data
    if len(data) > CONTENT_BYTES_MAX or not engine.eof or len(rest) >= count or any(rest):  # transport.md T5
        raise Refused("transport-inflate", "What these codes carry is longer than any act, or broken off.")
    return data


def _survives(frames: FrameSet, *, indices: tuple[int, ...], together: int) -> bool:
    """Whether every row of ``together`` codes may be lost and the others still say all."""
    count = len(frames.bodies)
    masks = [_mask(frames.set_id, count=count, index=index) for index in indices]
    rows = range(0, len(masks), together)
    return all(_rank(masks[:at] + masks[at + together :]) == count for at in rows)


def _rank(masks: list[int]) -> int:
    """How many of these equations over the bodies are independent."""
    rows: dict[int, int] = {}
    for mask in masks:
        rest = mask
        while rest and (lead := rest.bit_length()) in rows:
            rest ^= rows[lead]
        if rest:
            rows[rest.bit_length()] = rest
    return len(rows)


def _two_digits(number: int) -> str:
    return base45.ALPHABET[number // 36] + base45.ALPHABET[number % 36]


def _altered() -> Refused:
    return Refused(
        "transport-altered", "A code of this set was altered: what its codes say together is not what was printed."
    )
