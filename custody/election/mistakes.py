"""Mistakes in a folder: each with its file, line, column and code, and one sentence that says what to do about it.

All of a run are collected; nothing stops at the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from custody.core.wording.error_words import mistake_in
from custody.core.wording.message_format import Language
from schemas.errors import Refused


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake; ``line`` counts from 1 (0: the whole file), ``column`` names a column or key."""

    file: str
    line: int
    column: str
    code: str
    sentence: str

    @property
    def told(self) -> str:
        """In one line, as compilers write it."""
        return self.told_in("en")

    def told_in(self, language: Language) -> str:
        """The same line in a language; the code in brackets is for programs, and in English alone."""
        where = ":".join([self.file, *([str(self.line)] if self.line else []), *([self.column] if self.column else [])])
        if language == "en":
            return f"{where}: {self.sentence} [{self.code}]"
        return f"{where}: {mistake_in(self.code, sentence=self.sentence, language=language)}"

    def to_json(self) -> dict[str, object]:
        """For programs."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a folder: a file and the line in it (0: the whole file)."""

    file: str
    line: int = 0


@dataclass(slots=True)
class Mistakes:
    """What is collected in one run."""

    found: list[Mistake] = field(default_factory=list)

    def note(self, place: Place, sentence: str, *, code: str, column: str = "") -> None:
        """One more."""
        self.found.append(Mistake(place.file, place.line, column, code, sentence))

    def in_order(self) -> tuple[Mistake, ...]:
        """By file and line, each once."""
        return tuple(sorted(set(self.found)))


def refusal(mistakes: Sequence[Mistake], *, folder: str) -> Refused:
    """A folder with mistakes, where one without was needed."""
    more = f" and {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
    return Refused("election-folder", f"{folder}: {mistakes[0].told}{more}; custody election check tells all of them.")
