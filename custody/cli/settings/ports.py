"""Defaults of a demonstration, the address of its pages and its speed, where nothing is said."""

from __future__ import annotations

from typing import Final

PORT_DEFAULT: Final = 8080
SPEED_MAX: Final = 1_000
"""Entries in a second."""
