"""A station's ballot account as lines of text: the figures in the order of a ballot account, then the lines that differ.

The order and the double entry are those of the pages. Not here: the sums of the election (``board``), and every paper in its
account (``account_lines``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from custody.cli.lines.spoken import figure, row
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.report.account_sums import is_part, signs_each_style
from projections.kept_rows import KeptAccount
from projections.web.models.words import EQUATIONS, FIGURES

_VOTERS: Final = ("list", "signatures")
"""Figures that a style does not have by itself where it shares its contest with others."""


def ballot_account_lines(account: Mapping[str, Any], *, language: Language = "en") -> list[str]:
    """The figures that somebody stated, in the order of an account; then each line of the double entry that differs."""
    marks = disputed_marks(account.get("disputed_figures", ()))
    width = max(len(render(name, language=language)) for name in FIGURES.values())
    stated = [(name, account[name]) for name in FIGURES if type(account.get(name)) is int]
    lines = [
        row(
            message("show.account"),
            f"{render(FIGURES[name], language=language):<{width}} {figure(papers):>9}{render(marks(name), language=language)}",
            language=language,
        )
        for name, papers in stated
    ]
    return [
        *lines,
        *(row(message("show.differs"), said, language=language) for said in _differences(account, language=language)),
    ]


def account_of_styles_lines(
    rows: Sequence[KeptAccount], *, total: KeptAccount | None, language: Language = "en"
) -> list[str]:
    """The accounts of a station's styles side by side, and all together; then what differs, of each. Empty without styles."""
    if not rows or total is None:
        return []
    in_all, label = render(message("show.in-all"), language=language), message("show.account")
    columns: list[tuple[str, Mapping[str, Any]]] = [*((one["style"], one) for one in rows), (in_all, total)]
    names = {name: render(words, language=language) for name, words in FIGURES.items()}
    width, widths = max(map(len, names.values())), {head: max(9, len(head)) for head, _ in columns}
    heads = " ".join(f"{head:>{widths[head]}}" for head, _ in columns)
    lines = [row(label, f"{'':<{width}} {heads}", language=language)]
    for name, words in names.items():
        if any(type(doc.get(name)) is int for _, doc in columns):
            cells = " ".join(f"{_cell(doc, name):>{widths[head]}}" for head, doc in columns)
            lines.append(row(label, f"{words:<{width}} {cells}", language=language))
    own_only = ("list",) if signs_each_style(rows) else _VOTERS
    for head, doc in columns:
        apart = own_only if any(doc is one and is_part(one, rows=rows) for one in rows) else ()
        for said in _differences(doc, language=language, left_out=apart):
            of = message("show.difference-of", where=head, said=said)
            lines.append(row(message("show.differs"), of, language=language))
    return lines


def _cell(account: Mapping[str, Any], name: str) -> str:
    """A figure in a column; a dash where nobody stated it, an asterisk where a dispute keeps it out of force."""
    mark = "*" if name in account["disputed_figures"] else ""
    return f"{figure(account[name])}{mark}" if type(account.get(name)) is int else "-"


def disputed_marks(disputed: Collection[str]) -> Callable[[str], Message | str]:
    """What is said beside a figure that a dispute keeps out of force."""
    return lambda name: message("mark.disputed-figure") if name in disputed else ""


def _differences(
    account: Mapping[str, Any], *, language: Language, left_out: Collection[str] = ()
) -> Iterator[Message]:
    for words, left, right in EQUATIONS:
        if left_out and not {*left, *right}.isdisjoint(left_out):
            continue
        if all(type(account.get(name)) is int for name in (*left, *right)):
            one, other = (sum(account[name] for name in side) for side in (left, right))
            if one != other:
                head = render(words, language=language).partition(":")[0]
                left_side, right_side = _side(left, account), _side(right, account)
                yield message("show.difference", line=head, left=left_side, right=right_side, papers=abs(one - other))


def _side(names: Sequence[str], account: Mapping[str, Any]) -> Message:
    return message(
        "figures.sum", figures=tuple(message("show.figure", name=FIGURES[name], papers=account[name]) for name in names)
    )
