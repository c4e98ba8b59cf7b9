"""A station's book after one more statement: figures, the store, issuers' hands. Pure; nothing is judged here.

What is taken out beyond what is there leaves nothing there; where the rest of it stands, ``book_accounts`` says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from custody.core.state.trail import Trail
from custody.core.state.units import Book, Figure
from schemas.identifiers import epoch_seconds

_ISSUERS: Final = ("issued", "returned")


def with_figures(book: Book, *, event: str, **values: int) -> Book:
    """The book after an event stated figures."""
    stated = {name.replace("stated_", "stated.", 1): value for name, value in values.items()}
    figures = {
        name: Figure(value, event, _earlier(book.figures.get(name), event=event)) for name, value in stated.items()
    }
    return replace(book, figures={**book.figures, **figures})


def _earlier(figure: Figure | None, *, event: str) -> Trail | None:
    """The events that had stated a figure, or parts of it, before this one."""
    if figure is None or figure.event == event:
        return None if figure is None else figure.earlier
    return Trail(figure.event, figure.earlier)


def with_store(book: Book, *, store: int, event: str) -> Book:
    """The book after an act moved papers into or out of the store.

    The figure ``in_store`` is what was on hand before cancelling, and never goes below nothing.
    """
    on_hand = max(store + (book.value("unused") or 0), 0)
    return replace(with_figures(book, event=event, in_store=on_hand), store=store)


def with_issuer(book: Book, *, issuer: str, papers: int, event: str, at: str) -> Book:
    """The book after papers passed through an issuing member's hands; below nothing: he accounts for so many.

    The figure ``with_issuers`` is what they hold; who accounts for more than he was given holds nothing. What is given to him
    later is not what he had accounted for: only an act done no later than that, which reached the record late, makes it good.
    What was issued is known once nobody holds any more.
    """
    beyond = {who: (over, since) for who, over, since in book.beyond_given}
    over, since = beyond.get(issuer, (0, at))
    # rules.md 119
    covered = min(over, max(papers, 0)) if epoch_seconds(at) <= epoch_seconds(since) else 0
    left = book.held_by(issuer) + papers - covered
    held = {**dict(book.issuers), issuer: max(left, 0)}
    beyond[issuer] = (over - covered + max(-left, 0), at if left < 0 else since)
    changed = _held(book, held=held, event=event)
    kept = sorted((who, papers, since) for who, (papers, since) in beyond.items() if papers)
    return replace(changed, beyond_given=tuple(kept))


def _held(book: Book, *, held: Mapping[str, int], event: str) -> Book:
    figures = dict(with_figures(book, event=event, with_issuers=sum(held.values())).figures)
    figures.setdefault("given", Figure(0, event))
    for name in _ISSUERS:
        figures.pop(name, None)
        if f"{name}_so_far" in figures and not any(held.values()):
            figures[name] = figures[f"{name}_so_far"]
    return replace(
        book, figures=figures, issuers=tuple(sorted((key, papers) for key, papers in held.items() if papers))
    )


def with_nothing_left_open(book: Book, *, event: str, names: Sequence[str]) -> Book:
    """The book when it is drawn up: what nobody recorded is nothing (said by ``event``), and issuers hold nothing back."""
    missing = {name: 0 for name in names if name not in book.figures}
    known = with_figures(book, event=event, **missing)
    final = {name: known.figures[f"{name}_so_far"] for name in _ISSUERS if f"{name}_so_far" in known.figures}
    if "with_issuers" in known.figures:
        final["with_issuers"] = replace(known.figures["with_issuers"], value=0)
    return replace(known, figures={**known.figures, **final})
