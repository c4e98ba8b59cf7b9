"""Domains of demonstrations: names under ``.invalid`` (RFC 2606 §2) can belong to nobody."""

from __future__ import annotations


def is_demo_domain(domain: str) -> bool:
    """Tell whether ``domain`` can only be that of a demonstration."""
    return domain.endswith(".invalid")
