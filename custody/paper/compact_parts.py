"""The small parts of a compact code: numbers, names, moments and texts in as few bytes as they need (docs/spec/transport.md).

Each part has one form: what is read and written again is the same bytes. Reading raises Refused("compact-form") for what is
none. Not here: what the parts say together (``compact``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from custody.core.state.moments import moment
from schemas.errors import Refused
from schemas.identifiers import UnitKind, epoch_seconds, parse_seal_id, parse_unit_id, seal_id, unit_id

DIGEST_BYTES: Final = 32
_KINDS: Final[tuple[UnitKind, ...]] = ("batch", "pack", "box", "pouch", "ballot box", "stock")
_NUMBER_BITS_MAX: Final = 53
_QUARTER_S: Final = 900
_OFFSETS: Final = 64
"""What is added to a zone's quarter hours, which lie between -56 and 56."""


class NotCompact(Exception):
    """An act says something that the compact form has no room for: it travels as a set of codes."""


@dataclass(slots=True)
class PartWriter:
    """Parts, one after the other."""

    data: bytearray = field(default_factory=bytearray)

    def byte(self, value: int) -> None:
        """One byte."""
        self.data.append(value)

    def raw(self, value: bytes) -> None:
        """Bytes as they are."""
        self.data += value

    def number(self, value: int) -> None:
        """A whole number, seven bits a byte, the lowest first; the high bit says that more follow."""
        if not 0 <= value < 1 << _NUMBER_BITS_MAX:
            raise NotCompact("a number out of range")
        while value > 0x7F:
            self.byte(value & 0x7F | 0x80)
            value >>= 7
        self.byte(value)

    def papers(self, value: int | None) -> None:
        """A number of papers, one more than it is; 0 says that none is stated."""
        self.number(0 if value is None else value + 1)

    def office(self, value: str) -> None:
        """Three letters in two bytes."""
        self.raw(_letters(value).to_bytes(2))

    def unit(self, value: str) -> None:
        """The name of a unit in four bytes: office, kind, number."""
        name = parse_unit_id(value)
        self.raw((_letters(name.office) << 17 | _KINDS.index(name.kind) << 14 | name.number).to_bytes(4))

    def seal(self, value: str) -> None:
        """The number of a seal in five bytes: issuer, number."""
        name = parse_seal_id(value)
        self.raw((_letters(name.issuer) << 20 | name.number).to_bytes(5))

    def moment(self, value: str) -> None:
        """Seconds since 1970, and the offset in quarters of an hour."""
        at = epoch_seconds(value)
        offset = epoch_seconds(f"{value[:19]}+00:00") - at
        if offset % _QUARTER_S:
            raise NotCompact("an offset between the quarters of an hour")
        self.number(at)
        self.byte(offset // _QUARTER_S + _OFFSETS)


@dataclass(slots=True)
class PartReader:
    """Parts, one after the other; whatever is missing is refused."""

    data: bytes
    at: int = 0

    def raw(self, length: int) -> bytes:
        """So many bytes as they are."""
        if length > len(self.data) - self.at:
            raise malformed()
        self.at += length
        return self.data[self.at - length : self.at]

    def byte(self) -> int:
        """One byte."""
        return self.raw(1)[0]

    def choice(self, count: int) -> int:
        """One byte that chooses among so many."""
        value = self.byte()
        if value >= count:
            raise malformed()
        return value

    def number(self) -> int:
        """A whole number in its shortest form."""
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > _NUMBER_BITS_MAX:
                raise malformed()
        if (byte == 0 and shift > 7) or value >= 1 << _NUMBER_BITS_MAX:
            raise malformed()
        return value

    def count(self, most: int) -> int:
        """How many of something follow."""
        value = self.number()
        if value > most:
            raise malformed()
        return value

    def papers(self) -> int | None:
        """A number of papers, None where none is stated."""
        value = self.number()
        return value - 1 if value else None

    def office(self) -> str:
        """Three letters."""
        return _of_letters(int.from_bytes(self.raw(2)))

    def unit(self) -> str:
        """The name of a unit."""
        value = int.from_bytes(self.raw(4))
        kind, number = value >> 14 & 7, value & 0x3FFF
        if kind >= len(_KINDS) or not 1 <= number <= 9_999:
            raise malformed()
        return unit_id(office=_of_letters(value >> 17), kind=_KINDS[kind], number=number)

    def seal(self) -> str:
        """The number of a seal."""
        value = int.from_bytes(self.raw(5))
        if value & 0xFFFFF > 999_999:
            raise malformed()
        return seal_id(issuer=_of_letters(value >> 20), number=value & 0xFFFFF)

    def moment(self) -> str:
        """A moment as clocks show it."""
        at, quarters = self.number(), self.byte() - _OFFSETS
        sign, size = ("-" if quarters < 0 else "+"), abs(quarters) * 15
        if size > 14 * 60 or at > 4_133_980_800:
            raise malformed()
        return moment(at, like=f"1970-01-01T00:00:00{sign}{size // 60:02d}:{size % 60:02d}")

    def end(self) -> None:
        """Nothing follows."""
        if self.at != len(self.data):
            raise malformed()


@dataclass(slots=True)
class Digests:
    """The event ids that an act names, each once; a reference is its place, 0 for none."""

    known: list[str] = field(default_factory=list)

    def place(self, value: str | None) -> int:
        """The reference to an id, which is added where it is new."""
        if value is None:
            return 0
        if value not in self.known:
            self.known.append(value)
        return self.known.index(value) + 1

    def at(self, place: int) -> str | None:
        """The id of a reference."""
        if place > len(self.known):
            raise malformed()
        return self.known[place - 1] if place else None


def malformed() -> Refused:
    """What is said of a content that nobody made so."""
    return Refused("compact-form", "This code is damaged, or of a form that this program does not know.")


def _letters(value: str) -> int:
    if len(value) != 3 or not value.isascii() or not value.isupper():
        raise NotCompact("an office of another form")
    first, second, third = (ord(letter) - 65 for letter in value)
    return (first * 26 + second) * 26 + third


def _of_letters(value: int) -> str:
    if value >= 26**3:
        raise malformed()
    return "".join(chr(65 + value // place % 26) for place in (676, 26, 1))
