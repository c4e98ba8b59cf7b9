"""Errors in the readers' language: what each code says in Russian and Kazakh, beside the sentence of whoever raised it.

An error says in English what is wrong here, with names and figures. In the other languages its code says it, from one table
(``custody/data/errors.json``), and the names and figures of the English sentence stand behind it: options, files, identifiers,
numbers. Where the sentence is one of ``custody/data/error-sentences.json``, they stand in a whole sentence of the
other language instead: a pattern there is the English sentence with its places, which also tells what another program sent.
An error whose sentence is of the catalogue of sentences is told from there. No English word is left in any of them.

Mistakes of an election's folder are told in the same way, by ``custody/data/mistake-sentences.json``; its rows under ``*`` are
said under any code (what is wrong with a field). A place called ``told`` holds a sentence again, which is told like the whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal

_ANY: Final = "any"
"""The row of errors that have none of their own."""
_MISTAKE: Final = "mistake"
"""The row of mistakes of a folder that have no sentence."""
_EVERY: Final = "*"
"""Whose sentences are said under every code."""
_AGAIN: Final = "told"
"""The place in a sentence that holds a sentence again."""
_FILES: Final = ("error-sentences.json", "mistake-sentences.json")
_VALUES: Final = re.compile(
    r"""(?<![\w-])(?:
      --[a-z][a-z-]*                      # an option
    | [\w.~/+-]*/[\w.~/+-]+               # a path, a topic
    | [\w-]+\.(?:json|event|csv|sqlite|pdf|png|html|txt|toml|xlsx|jsonl|proof|zip|token|note|vkey|pub)\b
    | [A-Z]{3}(?:-[A-Z0-9]+)+             # a unit, a seal
    | [0-9][0-9,.:T+Z-]*[0-9Z](?![\w-])   # a number, a time
    | (?=[a-z-]*[0-9])[a-z0-9]+(?:-[a-z0-9]+)*   # a badge, a hash, a digit
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
def _rows(code: str) -> tuple[Mapping[str, str], ...]:
    """The whole sentences of a code, and those of any code."""
    return tuple(row for file in _files() for key in (code, _EVERY) for row in file.get(key, ()))


@cache
def _files() -> tuple[Mapping[str, Sequence[Mapping[str, str]]], ...]:
    return tuple(json.loads(files("custody").joinpath(f"data/{name}").read_text("utf-8")) for name in _FILES)


@cache
def _read_by(pattern: str) -> re.Pattern[str]:
    """What reads names and figures out of a sentence: each place is as short as it can be; it may go on another sentence."""
    parts = re.split(r"\{(\w+)\}", pattern)
    seen: set[str] = set()
    made = []
    for at, part in enumerate(parts):
        again = part in seen
        made.append(re.escape(part) if not at % 2 else f"(?P={part})" if again else f"(?P<{part}>.+?)")
        seen |= {part} if at % 2 else set()
    head = pattern[:1]
    if head.isupper():
        made[0] = f"[{head}{head.lower()}]{re.escape(parts[0][1:])}"
    return re.compile("".join(made))


def sentence_in(code: str, *, sentence: str, language: Literal["ru", "kk"]) -> str | None:
    """An error's whole sentence in a language, where it is one of those that have one; None where it is not."""
    found = [(seen, row) for row in _rows(code) if (seen := _read_by(row["en"]).fullmatch(sentence)) is not None]
    if not found:
        return None
    seen, row = max(found, key=lambda one: len(one[1]["en"]))
    values = {name: value for name, value in seen.groupdict().items() if name != _AGAIN}
    if any(_PHRASE.search(value) for value in values.values()):
        return None
    if (told := seen.groupdict().get(_AGAIN)) is not None:
        values[_AGAIN] = _part_in(code, sentence=told, language=language)
    return row[language].format(**values)


def mistake_in(code: str, *, sentence: str, language: Literal["ru", "kk"]) -> str:
    """What is wrong at a place of a folder: the whole sentence, else that it is not as needed, with its names and figures."""
    whole = sentence_in(code, sentence=sentence, language=language)
    return whole or _with_values(ERRORS[_MISTAKE][language], sentence=sentence)


def _part_in(code: str, *, sentence: str, language: Literal["ru", "kk"]) -> str:
    """A sentence within another: as an error where the code is one, else as a mistake."""
    tell = mistake_in if words_of(code) is ERRORS[_ANY] else error_in
    return tell(code, sentence=sentence, language=language)


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
    return _with_values(words_of(code)[language], sentence=sentence)


def _with_values(words: str, *, sentence: str) -> str:
    values = ", ".join(dict.fromkeys(value.rstrip(".,:") for value in _VALUES.findall(sentence)))
    return f"{words[:-1]}: {values}." if values else words
