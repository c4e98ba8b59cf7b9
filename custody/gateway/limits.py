"""Limits of what one sender may ask for: token buckets in a table that never outgrows its size.

Pure: time is an argument, in seconds of any clock that does not go back. A sender who was not heard of for longest is forgotten
first, and his bucket is then full again; that can only be too generous. Whoever's bucket is full again by itself is forgotten
as well. Not here: what is answered.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

SENDERS_MAX: Final = 16_384
_SWEPT_AT_ONCE: Final = 2
_NETWORK_BITS: Final = 56
"""What one customer of a provider gets, with all its 2^72 addresses."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second for good, and so many at once."""

    per_second: float
    burst: float


class Buckets:
    """One bucket for each sender, filled at ``rate``."""

    def __init__(self, rate: Rate, *, senders_max: int = SENDERS_MAX) -> None:
        self._rate = rate
        self._senders_max = senders_max
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, sender: str, *, count: float, at_s: float) -> float:
        """Take ``count`` tokens; 0.0 if they were there, else nothing is taken: seconds until they will be (1 at least).

        What is larger than the bucket passes when the bucket is full.
        """
        level, since_s = self._levels.pop(sender, (self._rate.burst, at_s))
        level = min(self._rate.burst, level + max(0.0, at_s - since_s) * self._rate.per_second)
        wanted = min(count, self._rate.burst)
        enough = level >= wanted
        self._levels[sender] = (level - wanted if enough else level, at_s)
        self._sweep(at_s)
        return 0.0 if enough else max(1.0, (wanted - level) / self._rate.per_second)

    def give_back(self, sender: str, *, count: float) -> None:
        """Undo a part of what was taken; a sender who was forgotten has a full bucket anyway."""
        if sender in self._levels:
            level, since_s = self._levels[sender]
            self._levels[sender] = (min(self._rate.burst, level + count), since_s)

    def __len__(self) -> int:
        return len(self._levels)

    def _sweep(self, at_s: float) -> None:
        """Forget a few of those who were not heard of for longest: beyond the table's size, or with a full bucket again."""
        for _ in range(_SWEPT_AT_ONCE):
            sender, (level, since_s) = next(iter(self._levels.items()))
            is_full = level + (at_s - since_s) * self._rate.per_second >= self._rate.burst
            if len(self._levels) <= self._senders_max and not is_full:
                return
            if len(self._levels) == 1:
                return
            del self._levels[sender]


def sender_of(address: str) -> str:
    """Whom an address stands for: itself, of IPv6 its network, because one customer has 2^72 of them."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped) if mapped is not None else f"{ip.packed[: _NETWORK_BITS // 8].hex()}/{_NETWORK_BITS}"
    return str(ip)
