"""The sender of a request that came through a proxy: the rightmost hop that is no proxy of ours.

Only a proxy named in ``CUSTODY_TRUSTED_PROXIES`` is believed, and only what it added itself: both headers, ``X-Forwarded-For``
and ``Forwarded`` (RFC 7239), are read from their right end. From anybody else they mean nothing. Where a trusted proxy passes
both on and they disagree, or a hop is no address, the request is charged to the proxy that said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

from custody.gateway.limits import sender_of
from schemas.errors import Misused

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Proxies:
    """Addresses and networks whose word about addresses counts."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def trusts(self, address: str) -> bool:
        """Whether this is one of them."""
        found = _address(address)
        return found is not None and self._has(found)

    def sender(self, scope: Scope) -> str:
        """Whom a request is charged to (``limits.sender_of``)."""
        client: tuple[str, int] | None = scope.get("client")
        if client is None:
            return "-"
        peer = _address(client[0])
        if peer is None or not self._has(peer):
            return sender_of(client[0])
        said = [self._last(hops, peer=peer) for hops in (_x_forwarded_for(scope), _forwarded(scope)) if hops]
        agreed = said[0] if said and all(one == said[0] for one in said) else peer
        return sender_of(str(agreed))

    def _has(self, address: Address) -> bool:
        return any(address in network for network in self.networks)

    def _last(self, hops: Sequence[str], *, peer: Address) -> Address:
        found = peer
        for hop in reversed(hops):
            address = _address(hop)
            if address is None:
                break
            found = address
            if not self._has(address):
                break
        return found


def parse_proxies(text: str) -> Proxies:
    """Addresses and networks, separated by commas; Misused("trusted-proxies")."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        return Proxies(tuple(ip_network(part) for part in parts))
    except ValueError:
        raise Misused(
            "trusted-proxies", "CUSTODY_TRUSTED_PROXIES lists addresses and networks: 127.0.0.1,10.0.0.0/24."
        ) from None


def _values(scope: Scope, *, name: bytes) -> str:
    return ",".join(value.decode("latin-1") for key, value in scope.get("headers", ()) if key == name)


def _x_forwarded_for(scope: Scope) -> list[str]:
    value = _values(scope, name=b"x-forwarded-for")
    return value.split(",") if value else []


def _forwarded(scope: Scope) -> list[str]:
    value = _values(scope, name=b"forwarded")
    return [_for(element) for element in value.split(",")] if value else []


def _for(element: str) -> str:
    """The node of one element of ``Forwarded``, "" where it names none."""
    for pair in element.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return value.strip('"')
    return ""


def _address(hop: str) -> Address | None:
    """The address of a hop, which may carry a port: 192.0.2.1, 192.0.2.1:99, 2001:db8::1, [2001:db8::1]:99."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return found if mapped is None else mapped
