"""A station's ballot account as lines of text: the figures in the order of a ballot account, then the lines that differ.

The order and the double entry are those of the pages. Not here: the sums of the election (``board``), and every paper in its
account (``account_lines``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from custody.cli.lines.spoken import row
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from projections.web.models.words import EQUATIONS, FIGURES


def ballot_account_lines(account: Mapping[str, Any], *, language: Language = "en") -> list[str]:
    """The figures that somebody stated, in the order of an account; then each line of the double entry that differs."""
    marks = disputed_marks(account.get("disputed_figures", ()))
    width = max(len(render(name, language=language)) for name in FIGURES.values())
    stated = [(name, account[name]) for name in FIGURES if type(account.get(name)) is int]
    lines = [
        row(
            message("show.account"),
            f"{render(FIGURES[name], language=language):<{width}} {papers:>9,}{render(marks(name), language=language)}",
            language=language,
        )
        for name, papers in stated
    ]
    return [
        *lines,
        *(row(message("show.differs"), said, language=language) for said in _differences(account, language=language)),
    ]


def disputed_marks(disputed: Collection[str]) -> Callable[[str], Message | str]:
    """What is said beside a figure that a dispute keeps out of force."""
    return lambda name: message("mark.disputed-figure") if name in disputed else ""


def _differences(account: Mapping[str, Any], *, language: Language) -> Iterator[Message]:
    for words, left, right in EQUATIONS:
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
