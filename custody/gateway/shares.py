"""Shares: who pays for what is sent, before anything is done with it: an address, or a key that this address has proven.

An address has a share; everything that comes from it is charged there first. A key is *proven* at an address once an event that
brought something new under a valid signature of that enrolled key came from there: copies of old entries prove nothing, and
nobody proves another's key without its signatures. From then on what claims that key there waits in a lane of its own, and has a
share of its own where the address has used up its. So devices that share an address (an embassy, a phone network) do not pay for
each other; whoever shares the address of a device and claims its key slows that device only.

What came is charged as if it brought nothing new; what did is then charged to its key instead, and given back to the address.
Every table is bounded, and what was not heard of for longest goes first.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from custody.gateway.limits import Buckets, Rate
from schemas.envelope import ENTRY_BYTES_MAX

NOTHING_NEW_COST: Final = 10
BYTES_AN_ENTRY: Final = 4_096
"""A body is charged as if it held an entry for each so many bytes, until it was read."""
PROVEN_MAX: Final = 16_384
PROVEN_S: Final = 3_600.0
_KEYID: Final = re.compile(rb'"keyid":"([0-9a-f]{64})"')
_CLAIMS_MAX: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Entries that a device key, and entries and requests that an address may send."""

    key: Rate = field(default_factory=lambda: Rate(per_second=50, burst=5_000))
    address: Rate = field(default_factory=lambda: Rate(per_second=2_000, burst=20_000))


@dataclass(frozen=True, slots=True)
class Charged:
    """Who paid, or the seconds until he can: 0.0 where it is paid."""

    wait_s: float
    payer: str


class Shares:
    """The shares of all addresses and keys; belongs to one event loop. ``at_s`` is any clock that does not go back."""

    def __init__(self, limits: Limits, *, proven_max: int = PROVEN_MAX) -> None:
        self._keys = Buckets(limits.key)
        self._own = Buckets(limits.key)
        self._long = Buckets(limits.key)
        self._addresses = Buckets(limits.address)
        self._proven_max = proven_max
        self._proven: OrderedDict[str, float] = OrderedDict()
        self._proven_at: dict[str, int] = {}

    def __len__(self) -> int:
        """How many rows all tables have together."""
        buckets = (self._keys, self._own, self._long, self._addresses)
        return sum(map(len, buckets)) + len(self._proven) + len(self._proven_at)

    def charge_request(self, address: str, *, count: int, at_s: float) -> float:
        """0.0, or the seconds that this address must wait before it may ask for so much."""
        return self._addresses.take(address, count=count, at_s=at_s)

    def may_be_read(self, address: str, *, length: int, at_s: float) -> bool:
        """Whether a body is read although the address has used up its share: it may be a proven key's.

        One of an event's length always; longer ones as far as one key's share of entries goes, for they may be anybody's there.
        """
        if address not in self._proven_at:
            return False
        return length <= ENTRY_BYTES_MAX or not self._long.take(address, count=length // BYTES_AN_ENTRY, at_s=at_s)

    def lane(self, entries: Sequence[bytes], *, address: str, at_s: float) -> str:
        """In which lane these entries wait: that of a proven key that the first of them claims, else the address's."""
        for key in _claims(entries):
            lane = f"{key}@{address}"
            if self._proven.get(lane, -PROVEN_S) > at_s - PROVEN_S:
                return lane
        return address

    def charge_entries(self, count: int, *, paid: int, address: str, lane: str, at_s: float) -> Charged:
        """The address pays what it has not ``paid``, or the lane out of its own share where the address cannot."""
        wait_s = self._addresses.take(address, count=max(0, count * NOTHING_NEW_COST - paid), at_s=at_s)
        if wait_s and lane != address:
            return Charged(self._own.take(lane, count=count, at_s=at_s), payer=lane)
        return Charged(wait_s, payer=address)

    def charge_key(self, key: str, *, payer: str, at_s: float) -> float:
        """An entry brings something new under this key: 0.0, or the seconds that it must wait; an address is paid back."""
        wait_s = self._keys.take(key, count=1, at_s=at_s)
        if not wait_s:
            self._addresses.give_back(payer, count=NOTHING_NEW_COST)
        return wait_s

    def prove(self, key: str, *, address: str, at_s: float) -> None:
        """An event of this enrolled key that the log did not have came from this address."""
        lane = f"{key}@{address}"
        if lane not in self._proven:
            self._proven_at[address] = self._proven_at.get(address, 0) + 1
        self._proven[lane] = at_s
        self._proven.move_to_end(lane)
        while len(self._proven) > self._proven_max or next(iter(self._proven.values())) <= at_s - PROVEN_S:
            self._forget(next(iter(self._proven)))

    def _forget(self, lane: str) -> None:
        del self._proven[lane]
        address = lane.partition("@")[2]
        self._proven_at[address] -= 1
        if not self._proven_at[address]:
            del self._proven_at[address]


def _claims(entries: Sequence[bytes]) -> list[str]:
    """The keys that the first entry says it is signed by; whether they are is not looked at here."""
    if not entries:
        return []
    start = max(0, entries[0].rfind(b'"signatures"'))
    return [found.decode() for found in _KEYID.findall(entries[0], start)[:_CLAIMS_MAX]]
