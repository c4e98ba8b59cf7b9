"""Stand-ins: who may complete a quorum in the place of one person who is absent (domain.md §2).

Two ways, both data: a quorum that names the role beside those of the commission (the head of mission, by the default rules), and a row
of the rules that says for whom a role may stand in, whatever the quorums. One person stands in for one; at least one of those for whom
the quorum asks is there.

Not here: what is told of an act that was completed so (``custody.core.fold.signature_check``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.authority.parties import PARTY_OF_ROLE
from custody.core.authority.roster import KeyRecord
from schemas.rules import Quorum, StandIn

HEAD: Final = "head-of-mission"
"""The role that may complete a commission of which fewer can act."""


def meets(quorum: Quorum, *, by: Sequence[KeyRecord], rows: Sequence[StandIn] = ()) -> bool:
    """Whether these signers are enough, with one of them standing in for another where the rules let one."""
    if _is_met(quorum, by=by, extra=None):
        return True
    # rules.md 354
    return any(_is_met(quorum, by=by, extra=row) for row in rows if _has_one(quorum, by=by, row=row))


def able(quorum: Quorum, *, by: Sequence[KeyRecord]) -> int:
    """Distinct persons who count, whatever keys they hold."""
    # rules.md 6
    return len({record.person for record in by if record.role in quorum.roles})


def standing_in(quorum: Quorum, *, by: Sequence[KeyRecord], rows: Sequence[StandIn]) -> tuple[KeyRecord, ...]:
    """Of signers who meet a quorum, those who do so in another's place; none where it is met without them."""
    if names_one(quorum):
        return tuple(record for record in by if record.role == HEAD)
    if _is_met(quorum, by=by, extra=None):
        return ()
    roles = {row.role for row in rows if _has_one(quorum, by=by, row=row) and _is_met(quorum, by=by, extra=row)}
    return tuple(record for record in by if record.role in roles)


def names_one(quorum: Quorum) -> bool:
    """Whether a head of mission makes up for a missing member of the commission: not where the mission acts for itself."""
    return HEAD in quorum.including and any(PARTY_OF_ROLE.get(role) == "commission" for role in quorum.roles)


def may_stand_in(role: str, *, quorum: Quorum, rows: Sequence[StandIn]) -> bool:
    """Whether a role may stand in for one of those of a quorum."""
    return any(row.role == role and not set(row.stands_in_for).isdisjoint(quorum.roles) for row in rows)


def _has_one(quorum: Quorum, *, by: Sequence[KeyRecord], row: StandIn) -> bool:
    is_apt = row.role not in quorum.roles and not set(row.stands_in_for).isdisjoint(quorum.roles)
    return is_apt and any(record.role == row.role for record in by) and able(quorum, by=by) > 0


def _is_met(quorum: Quorum, *, by: Sequence[KeyRecord], extra: StandIn | None) -> bool:
    """Whether the number and the roles asked for are there, with one person more where ``extra`` lets one stand in."""
    own = {record.person for record in by if record.role in quorum.roles}
    others = {record.person for record in by if extra is not None and record.role == extra.role} - own
    named = any(record.role in quorum.including for record in by if record.role in quorum.roles)
    if extra is not None and others:
        named = named or not set(extra.stands_in_for).isdisjoint(quorum.including)
    return (not quorum.including or named) and len(own) + bool(others) >= quorum.persons
