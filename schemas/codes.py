"""The published code list: what the tick boxes of forms say, by code, in three languages.

The base list is ``schemas/codes.csv``; a commission adds codes of its own by its rules (``Rules.codes``). A device signs no other
code, and on the log another one is the finding ``unknown-code``. Not here: codes of
findings (custody.core.wording.finding_codes).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "ru", "kk")
"""The languages of the base list."""
_COLUMNS: Final = ("code", "kind", *LANGUAGES)


def _load() -> dict[str, Mapping[str, str]]:
    text = files("schemas").joinpath("codes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), strict=True)
    return {row["code"]: MappingProxyType({name: row[name] for name in _COLUMNS}) for row in rows}


BASE_CODES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(_load())
"""Code -> its row: code, kind of code, and the words in each language."""
