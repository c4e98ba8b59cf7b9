"""Form 9 of an election with several styles: a column for each beside the lines of one account.

Not here: the sheet itself, and that of one style (form_station).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from custody.core.wording.messages import Message, message
from custody.paper.sheet import Code, Table, Value
from schemas.station import BallotAccountClosed

Sides: TypeAlias = tuple[tuple[int, int], ...]
"""Both sides of each rule of an account."""
_SIGNATURES: Final = 1
"""Number of the rule that holds for the styles of a contest together, where voters sign once for it."""


@dataclass(frozen=True, slots=True)
class StyleAccount:
    """A closed account, the unit that holds its book, what its style is called, and whether voters sign for it alone."""

    style: str
    unit: str
    event: BallotAccountClosed
    signed_alone: bool


def lines_of_styles(accounts: Sequence[StyleAccount], *, lines: Sequence[str], names: Sequence[Message]) -> Table:
    """The figures of each style, with the numbers that the rules name them by."""
    rows = [
        (number, text, *(getattr(account.event, name) for account in accounts))
        for number, (text, name) in enumerate(zip(names, lines, strict=True), start=1)
    ]
    head = (message("form.row"), message("form.line"), *_styles(accounts))
    return Table(head, tuple(rows), widths=(1, 11, *(3,) * len(accounts)), figures=_columns(accounts, first=2))


def rules_of_styles(accounts: Sequence[StyleAccount], *, names: Sequence[str], told: Sequence[Sides]) -> Table:
    """Both sides of each rule for each style; a rule that does not hold for one of them stands out."""
    rows: list[tuple[Value, ...]] = []
    strong = []
    for number, made_of in enumerate(names):
        sides = [both[number] for both in told]
        is_compared = [number != _SIGNATURES or account.signed_alone for account in accounts]
        rows.append(
            (
                Code(made_of),
                *(_compared(*one) if yes else _apart(*one) for one, yes in zip(sides, is_compared, strict=True)),
            )
        )
        if any(one != other and yes for (one, other), yes in zip(sides, is_compared, strict=True)):
            strong.append(number)
    head = (message("form.made-of"), *_styles(accounts))
    return Table(
        head, tuple(rows), widths=(12, *(3,) * len(accounts)), figures=_columns(accounts, first=1), strong=tuple(strong)
    )


def _styles(accounts: Sequence[StyleAccount]) -> tuple[Message, ...]:
    return tuple(message("form.account.style", style=account.style) for account in accounts)


def _columns(accounts: Sequence[StyleAccount], *, first: int) -> tuple[int, ...]:
    return tuple(range(first, first + len(accounts)))


def _compared(one: int, other: int) -> Code:
    return Code(f"{one} {'=' if one == other else '≠'} {other}")


def _apart(one: int, other: int) -> Code:
    return Code(f"{one}; {other}")
