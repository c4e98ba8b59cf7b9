"""The open connections: so many an address, so many in all, and which one makes room for a new one.

A connection that only waits (its head is half sent, or it was answered and idles) is worth nothing to anybody else: where an
address has as many as it may, the oldest of its own that waits is ended for the new one. Where all are being answered, the new
one is refused. In all likewise, at the cost of the address that has most. A connection that brought an event of an enrolled key
counts as that key's, not as its address's, up to a few for each key.

Not here: sockets, and what a refused connection is told (``serving``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

CONNECTIONS_AN_ADDRESS: Final = 32
CONNECTIONS_A_KEY: Final = 4
CONNECTIONS_MAX: Final = 4_096

Peer = tuple[str, int]
"""The far end of a connection."""


class Connection(Protocol):
    """What is counted."""

    def is_waiting(self) -> bool:
        """Whether nothing of it is being answered."""

    def end(self) -> None:
        """Close it at once."""


class Connections:
    """Counts connections by account: an address, or a key at an address."""

    def __init__(
        self,
        *,
        an_address: int = CONNECTIONS_AN_ADDRESS,
        in_all: int = CONNECTIONS_MAX,
        is_exempt: Callable[[str], bool] = lambda address: False,
    ) -> None:
        """``is_exempt``: addresses (of proxies) that may have any number."""
        self.an_address = an_address
        self.in_all = in_all
        self._is_exempt = is_exempt
        self._accounts: dict[str, dict[Peer, Connection]] = {}
        self._account_of: dict[Peer, str] = {}

    def __len__(self) -> int:
        return len(self._account_of)

    def count(self, account: str) -> int:
        """How many an account has."""
        return len(self._accounts.get(account, ()))

    def admit(self, connection: Connection, *, peer: Peer, sender: str) -> bool:
        """Count a new connection, at the cost of an older one where that must be; False where none can make room."""
        if self.count(sender) >= self.an_address and not self._is_exempt(peer[0]) and not self._make_room(sender):
            return False
        if len(self) >= self.in_all and not self._make_room(max(self._accounts, key=self.count)):
            return False
        self._accounts.setdefault(sender, {})[peer] = connection
        self._account_of[peer] = sender
        return True

    def vouch(self, peer: Peer, *, key: str) -> None:
        """An event of this enrolled key came by this connection: from now on it is the key's."""
        account = self._account_of.get(peer)
        if account is None or account.startswith(key):
            return
        own = f"{key}@{account.rpartition('@')[2]}"
        if self.count(own) < CONNECTIONS_A_KEY:
            connection = self._accounts[account][peer]
            self.forget(peer)
            self._accounts.setdefault(own, {})[peer] = connection
            self._account_of[peer] = own

    def forget(self, peer: Peer) -> None:
        """The connection is over."""
        account = self._account_of.pop(peer, None)
        if account is None:
            return
        del self._accounts[account][peer]
        if not self._accounts[account]:
            del self._accounts[account]

    def _make_room(self, account: str) -> bool:
        oldest = next(
            ((peer, one) for peer, one in self._accounts.get(account, {}).items() if one.is_waiting()),
            None,
        )
        if oldest is None:
            return False
        self.forget(oldest[0])
        oldest[1].end()
        return True
