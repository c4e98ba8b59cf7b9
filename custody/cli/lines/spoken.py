"""Shared by every command that tells something: its language, and rows of text with a word before them.

Not here: what the commands tell (the other modules of this folder), and how findings are told (``findings``).
"""

from __future__ import annotations

from typing import Final

from custody.cli.language import ENVIRONMENT, Lang
from custody.core.wording.message_format import MINUS, Language
from custody.core.wording.messages import Message, render

__all__ = ["ENVIRONMENT", "Lang", "figure", "headed", "row"]
_WIDTH: Final = {"en": 10, "ru": 15, "kk": 14}
"""Language -> the room for a word before a row."""


def row(label: Message, text: str | Message, *, language: Language) -> str:
    """A row of text behind its word, indented."""
    return f"  {render(label, language=language):<{_WIDTH[language]}}{render(text, language=language)}"


def headed(label: Message, lines: list[str], *, language: Language) -> list[str]:
    """Lines behind one word that stands before the first of them."""
    head, width = render(label, language=language), _WIDTH[language] + (0 if language == "en" else 2)
    return [f"{head if place == 0 else '':<{width}}{line}" for place, line in enumerate(lines)]


def figure(number: int) -> str:
    """A figure of a column, with the sign that people print before one below nothing."""
    return f"{number:,}".replace("-", MINUS)
