"""Addresses of other people's services: a URL without name, query or fragment, plain http on this machine only.

Not here: a gateway's address (``http``), which has no path and may be told to be plain.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from schemas.errors import Misused


def checked_address(url: str, *, code: str, no_url: str, form: str, plain: str) -> str:
    """The address without its last slash. Misused with ``code`` and the sentence for what is wrong with it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Misused(code, no_url) from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None or parts.query or parts.fragment:
        raise Misused(code, form)
    if parts.scheme == "http" and not is_this_machine(host):
        raise Misused(code, plain)
    return url.rstrip("/")


def is_this_machine(host: str) -> bool:
    """Whether a host is a loopback address or ``localhost``."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
