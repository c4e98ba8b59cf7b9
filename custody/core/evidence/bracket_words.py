"""A bracket in words, for people: certainly between two moments, or after or before one.

Words have no seconds: a later bound is said by the minute that is over after it, so that what is said stays certain.
"""

from __future__ import annotations

from typing import Final

from custody.core.state.brackets import Bracket
from custody.core.state.moments import moment
from custody.core.wording.messages import Message, message

_MINUTE_S: Final = 60


def told(bracket: Bracket) -> Message | None:
    """A bracket in words; None where nothing bounds it."""
    since = None if bracket.not_before is None else moment(bracket.not_before)
    until = None if bracket.not_after is None else moment(-(-bracket.not_after // _MINUTE_S) * _MINUTE_S)
    if since is not None and until is not None:
        return message("bracket.between", since=since, until=until)
    if since is not None:
        return message("bracket.after", since=since)
    return None if until is None else message("bracket.before", until=until)
