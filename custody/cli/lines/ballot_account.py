"""A station's ballot account as lines of text: the figures in the order of a ballot account, then the lines that differ.

The order and the double entry are those of the pages. Not here: the sums of the election (``board``), and every paper in its
account (``account_lines``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from projections.kept_rows import KeptAccount
from projections.views.account_sums import is_part
from projections.web.models.words import EQUATIONS, FIGURES

_WIDTH: Final = max(map(len, FIGURES.values()))
_IN_ALL: Final = "in all"
_VOTERS: Final = ("list", "signatures")
"""Figures that a style does not have by itself where it shares its contest with others."""


def ballot_account_lines(account: Mapping[str, Any]) -> list[str]:
    """The figures that somebody stated, in the order of an account; then each line of the double entry that differs."""
    marks = disputed_marks(account.get("disputed_figures", ()))
    stated = [(name, account[name]) for name in FIGURES if type(account.get(name)) is int]
    lines = [f"  account   {FIGURES[name]:<{_WIDTH}} {papers:>9,}{marks(name)}" for name, papers in stated]
    return [*lines, *_differences(account)]


def account_of_styles_lines(rows: Sequence[KeptAccount], *, total: KeptAccount | None) -> list[str]:
    """The accounts of a station's styles side by side, and all together; then what differs, of each. Empty without styles."""
    if not rows or total is None:
        return []
    columns: list[tuple[str, Mapping[str, Any]]] = [*((row["style"], row) for row in rows), (_IN_ALL, total)]
    widths = {head: max(9, len(head)) for head, _ in columns}
    lines = [f"  account   {'':<{_WIDTH}} {' '.join(f'{head:>{widths[head]}}' for head, _ in columns)}"]
    for name, words in FIGURES.items():
        if any(type(doc.get(name)) is int for _, doc in columns):
            cells = " ".join(f"{_cell(doc, name):>{widths[head]}}" for head, doc in columns)
            lines.append(f"  account   {words:<{_WIDTH}} {cells}")
    for row in rows:
        lines += _differences(row, where=f"{row['style']}: ", left_out=_VOTERS if is_part(row, rows=rows) else ())
    return lines + list(_differences(total, where=f"{_IN_ALL}: "))


def _cell(account: Mapping[str, Any], name: str) -> str:
    """A figure in a column; a dash where nobody stated it, an asterisk where a dispute keeps it out of force."""
    mark = "*" if name in account["disputed_figures"] else ""
    return f"{account[name]:,}{mark}" if type(account.get(name)) is int else "-"


def disputed_marks(disputed: Collection[str]) -> Callable[[str], str]:
    """What is said beside a figure that a dispute keeps out of force."""
    return lambda name: " (disputed)" if name in disputed else ""


def _differences(account: Mapping[str, Any], *, where: str = "", left_out: Collection[str] = ()) -> Iterator[str]:
    for words, left, right in EQUATIONS:
        if left_out and not {*left, *right}.isdisjoint(left_out):
            continue
        if all(type(account.get(name)) is int for name in (*left, *right)):
            one, other = (sum(account[name] for name in side) for side in (left, right))
            if one != other:
                how = f"{_side(left, account)} against {_side(right, account)}: by {abs(one - other):,}"
                yield f"  differs   {where}{words.partition(':')[0]}: {how}"


def _side(names: Sequence[str], account: Mapping[str, Any]) -> str:
    return " + ".join(f"{FIGURES[name]} {account[name]:,}" for name in names)
