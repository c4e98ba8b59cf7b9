"""The ballot accounts of one station's styles as one: papers added up, voters counted once a contest.

A station with one style has one account, which is its own sum. A figure that nobody stated of some style is none of the sum, but
for those that most accounts have none of. Where rules have voters sign for each style, signatures are added up as papers are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeVar, cast

from schemas.outcomes import AccountJson

Account = TypeVar("Account", bound=AccountJson)
_ONCE: Final = ("list", "reserve", "signatures")
"""Figures about voters, which hold for all styles of a contest."""
_RARE: Final = ("resupplied", "sent_on", "destroyed")
"""Figures that an account has only where it happened."""
_NEWEST: Final = ("counted_at", "position")


def in_all(rows: Sequence[Account]) -> Account | None:
    """One account of a station, whatever number of styles it has; None where there is none."""
    if len(rows) < 2:
        return rows[0] if rows else None
    docs = cast("Sequence[dict[str, Any]]", rows)
    first: dict[str, Any] = {name: value for name, value in docs[0].items() if name not in ("style", "contest")}
    for name, value in first.items():
        if name in _NEWEST:
            first[name] = max((doc[name] for doc in docs if doc[name] is not None), default=None)
        elif name in _ONCE and not (name == "signatures" and signs_each_style(rows)):
            first[name] = _once(docs, name=name)
        elif value is None or type(value) is int:
            first[name] = _sum([doc[name] for doc in docs], is_rare=name in _RARE)
    disputed = dict.fromkeys(name for doc in docs for name in doc["disputed_figures"])
    states = dict.fromkeys(str(doc["state"]) for doc in docs)
    first |= {"disputed": bool(disputed), "disputed_figures": list(disputed), "state": " and ".join(states)}
    return cast("Account", first)


def by_station(rows: Iterable[Account]) -> list[Account]:
    """The account of each station, of all its styles together, in the order in which the stations come."""
    own: dict[str, list[Account]] = {}
    for row in rows:
        own.setdefault(row["station"], []).append(row)
    summed = (in_all(each) for each in own.values())
    return [row for row in summed if row is not None]


def by_contest(rows: Iterable[Account]) -> list[Account]:
    """The account of each contest at each station: the figures about voters are figures of a contest."""
    own: dict[tuple[str, str], list[Account]] = {}
    for row in rows:
        own.setdefault((row["station"], str(row.get("contest", ""))), []).append(row)
    summed = (in_all(each) for each in own.values())
    return [row for row in summed if row is not None]


def is_part(row: AccountJson, *, rows: Iterable[AccountJson]) -> bool:
    """Whether an account shares its contest with others of the station."""
    return sum(other.get("contest") == row.get("contest") for other in rows) > 1


def signs_each_style(rows: Iterable[AccountJson]) -> bool:
    """Whether voters sign in the list once for each style, and not once for all styles of a contest."""
    return any(row.get("signs_each_style", False) for row in rows)


def _once(docs: Sequence[dict[str, Any]], *, name: str) -> int | None:
    contests: dict[str, list[int]] = {}
    for doc in docs:
        if doc[name] is not None:
            contests.setdefault(doc["contest"], []).append(doc[name])
    return _sum([max(row) for row in contests.values()], is_rare=True)


def _sum(figures: Sequence[int | None], *, is_rare: bool) -> int | None:
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known and (is_rare or len(known) == len(figures)) else None
