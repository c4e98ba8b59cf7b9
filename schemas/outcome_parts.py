"""Small parts of outcomes: papers by style, the styles of an election, days of voting."""

from __future__ import annotations

from typing import TypedDict


class StylePapersJson(TypedDict):
    """Papers of one style."""

    style: str
    papers: int


class StyleJson(TypedDict):
    """A style of papers: its contest, kind and language (None: several)."""

    code: str
    contest: str
    kind: str
    language: str | None


class SessionJson(TypedDict):
    """One day of voting."""

    opens: str
    closes: str
