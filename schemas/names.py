"""Names as people write them from memory: an identifier without its check character, and what may have been meant instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from schemas.errors import Refused
from schemas.identifiers import (
    CONSIGNMENT_PATTERN,
    SEAL_PATTERN,
    UNIT_PATTERN,
    check_character,
    checked,
    parse_unit_id,
)

_NAMED: Final = re.compile(r"\b[A-Z]{3}-(?:[BCKPSUX][0-9]{2,4}|[0-9]{6})(?![0-9A-Z]|-[0-9A-Z])")
"""A unit, consignment or seal as people write it from memory: without its check character."""
_WHOLE: Final = re.compile(f"(?:{UNIT_PATTERN})|(?:{CONSIGNMENT_PATTERN})|(?:{SEAL_PATTERN})")
"""One with its check character."""
_MEANT_MAX: Final = 3


def with_check_characters(said: Any) -> Any:
    """The same, with the check character added to every identifier that lacks it; Refused where one has a wrong one."""
    if isinstance(said, Mapping):
        return {name: with_check_characters(value) for name, value in said.items()}
    if isinstance(said, list):
        return [with_check_characters(item) for item in said]
    if isinstance(said, str):
        if _WHOLE.fullmatch(said) is not None:
            return checked(said)
        return _NAMED.sub(lambda found: f"{found[0]}-{check_character(found[0].replace('-', ''))}", said)
    return said


def unit_name(text: str) -> str:
    """A unit as it was typed, in full; Refused where it can be no unit."""
    name = str(with_check_characters(text.upper()))
    try:
        parse_unit_id(name)
    except Refused as error:
        if error.code == "identifier-check":
            raise
        raise Refused(error.code, f"{text} is no unit; a unit is written like AAA-P01-2 or AAA-P01.") from error
    return name


def did_you_mean(text: str, *, known: Iterable[str]) -> str:
    """`` Did you mean ...?``, or nothing where nothing known is like it."""
    near = near_names(text, known=known)
    return f" Did you mean {', '.join(near)}?" if near else ""


def near_names(text: str, *, known: Iterable[str]) -> list[str]:
    """The known names that are most like it, the nearest first; none where nothing is like it."""
    names = {name.upper(): name for name in known}
    return [names[one] for one in get_close_matches(text.upper(), list(names), n=_MEANT_MAX, cutoff=0.6)]
