"""Errors in the readers' language: what each code says in Russian and Kazakh, beside the sentence of whoever raised it.

An error says in English what is wrong here, with names and figures. In the other languages its code says it, from one table
(``custody/data/errors.json``), and the names and figures of the English sentence stand behind it: options, files, identifiers,
numbers. Where the sentence is one of ``custody/data/error-sentences.json``, they stand in a whole sentence of the
other language instead: a pattern there is the English sentence with its places, which also tells what another program sent.
An error whose sentence is of the catalogue of sentences is told from there. No English word is left in any of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal

_ANY: Final = "any"
"""The row of errors that have none of their own."""
_VALUES: Final = re.compile(
    r"""(?<![\w-])(?:
      --[a-z][a-z-]*                      # an option
    | [\w.~/+-]*/[\w.~/+-]+               # a path, a topic
    | [\w-]+\.(?:json|event|csv|sqlite|pdf|png|html|txt|toml|xlsx|jsonl|proof|zip|token|note|vkey|pub)\b
    | [A-Z]{3}(?:-[A-Z0-9]+)+             # a unit, a seal
    | (?=[a-z-]*[0-9])[a-z0-9]+(?:-[a-z0-9]+)*   # a badge, a hash, a number
    | [0-9][0-9,.:T+Z-]*[0-9Z]
    )""",
    re.VERBOSE,
)

_PHRASE: Final = re.compile(r"\b[A-Za-z]{2,} [A-Za-z0-9]")
"""What is no name or figure: words of an English sentence, or of a path that is told with its code."""


def _load() -> Mapping[str, Mapping[str, str]]:
    rows: dict[str, dict[str, str]] = json.loads(files("custody").joinpath("data/errors.json").read_text("utf-8"))
    return MappingProxyType(rows)


ERRORS: Final = _load()
"""Code -> what it says in Russian and Kazakh."""


@cache
def _sentences() -> Mapping[str, tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]]:
    rows: dict[str, list[dict[str, str]]] = json.loads(
        files("custody").joinpath("data/error-sentences.json").read_text("utf-8")
    )
    return {code: tuple((_read_by(row["en"]), row) for row in told) for code, told in rows.items()}


def _read_by(pattern: str) -> re.Pattern[str]:
    """What reads names and figures out of a sentence: each place is as short as it can be."""
    parts = re.split(r"\{(\w+)\}", pattern)
    return re.compile("".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def sentence_in(code: str, *, sentence: str, language: Literal["ru", "kk"]) -> str | None:
    """An error's whole sentence in a language, where it is one of those that have one; None where it is not."""
    found = [(seen, row) for read, row in _sentences().get(code, ()) if (seen := read.fullmatch(sentence)) is not None]
    if not found:
        return None
    seen, row = max(found, key=lambda one: len(one[1]["en"]))
    if any(_PHRASE.search(value) for value in seen.groups()):
        return None
    return row[language].format(**seen.groupdict())


def words_of(code: str) -> Mapping[str, str]:
    """The row of a code: its own, else that of its family (``envelope-``), else the one for any."""
    if code in ERRORS:
        return ERRORS[code]
    parts = code.split("-")
    families = ("-".join(parts[:length]) + "-" for length in range(len(parts) - 1, 0, -1))
    return next((ERRORS[family] for family in families if family in ERRORS), ERRORS[_ANY])


def error_in(code: str, *, sentence: str, language: Literal["ru", "kk"]) -> str:
    """What an error says: its code in words, and the names and figures of its sentence."""
    whole = sentence_in(code, sentence=sentence, language=language)
    if whole is not None:
        return whole
    words = words_of(code)[language]
    values = ", ".join(dict.fromkeys(value.rstrip(".,:") for value in _VALUES.findall(sentence)))
    return f"{words[:-1]}: {values}." if values else words
