"""Troubles of a rehearsal: as the folder says, as the clerk says, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from custody.election.check_stated import check_troubles
from custody.election.mistakes import Mistakes
from custody.election.model import Election
from schemas.election_folder import Trouble
from schemas.errors import Misused

NONE = "none"


def with_troubles(election: Election, *, stated: str) -> Election:
    """The election with other troubles: ``none``, or ``STATION=TROUBLE,...``; unchanged where nothing is stated. Or Misused."""
    if not stated:
        return election
    troubles: dict[str, str] = {}
    for part in () if stated == NONE else stated.split(","):
        station, _, trouble = part.strip().partition("=")
        if trouble not in get_args(Trouble):
            known = ", ".join(get_args(Trouble))
            raise Misused("trouble", f"{part.strip()!r} is not STATION=TROUBLE; there are: {known}.")
        troubles[station] = trouble
    other = replace(election, rehearsal=replace(election.rehearsal, troubles=troubles))
    mistakes = Mistakes()
    check_troubles(other, mistakes=mistakes)
    for mistake in mistakes.in_order():
        raise Misused("trouble", mistake.sentence)
    return other
