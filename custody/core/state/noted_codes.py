"""Codes ticked on a form, with their words by the list and the rules under which the event was recorded.

Not here: whether a code is one of the list (code_list), and the sentence of the event (event_sentences).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from custody.core.authority.rules_in_force import RulesInForce
from custody.core.wording.message_format import LANGUAGES
from schemas.outcomes import NotedJson


@dataclass(frozen=True, slots=True)
class Noted:
    """One code and what it says, language by language; of a code that nobody published, the code itself."""

    code: str
    words: tuple[tuple[str, str], ...]

    def doc(self) -> NotedJson:
        """The code and its words as JSON."""
        return {"code": self.code, "words": dict(self.words)}


def noted(codes: Iterable[str], *, rules: RulesInForce) -> tuple[Noted, ...]:
    """The codes of an event in words, in its order."""
    return tuple(
        Noted(code, tuple((language, rules.says(code, language=language) or code) for language in LANGUAGES))
        for code in codes
    )
