"""A station's ballot account as lines of text: the figures in the order of a ballot account, then the lines that differ.

The order and the double entry are those of the pages. Not here: the sums of the election (``board``), and every paper in its
account (``account_lines``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from projections.web.models.words import EQUATIONS, FIGURES

_WIDTH: Final = max(map(len, FIGURES.values()))


def ballot_account_lines(account: Mapping[str, Any]) -> list[str]:
    """The figures that somebody stated, in the order of an account; then each line of the double entry that differs."""
    marks = disputed_marks(account.get("disputed_figures", ()))
    stated = [(name, account[name]) for name in FIGURES if type(account.get(name)) is int]
    lines = [f"  account   {FIGURES[name]:<{_WIDTH}} {papers:>9,}{marks(name)}" for name, papers in stated]
    return [*lines, *_differences(account)]


def disputed_marks(disputed: Collection[str]) -> Callable[[str], str]:
    """What is said beside a figure that a dispute keeps out of force."""
    return lambda name: " (disputed)" if name in disputed else ""


def _differences(account: Mapping[str, Any]) -> Iterator[str]:
    for words, left, right in EQUATIONS:
        if all(type(account.get(name)) is int for name in (*left, *right)):
            one, other = (sum(account[name] for name in side) for side in (left, right))
            if one != other:
                how = f"{_side(left, account)} against {_side(right, account)}: by {abs(one - other):,}"
                yield f"  differs   {words.partition(':')[0]}: {how}"


def _side(names: Sequence[str], account: Mapping[str, Any]) -> str:
    return " + ".join(f"{FIGURES[name]} {account[name]:,}" for name in names)
