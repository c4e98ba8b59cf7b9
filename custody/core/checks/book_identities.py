"""The identities that a station's book must meet (domain.md §5), as one table; and their figures in words.

To add an identity: one row in ``IDENTITIES``. Not here: when they are checked, and what breaks only because of another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from custody.core.state.units import Book, Figure
from custody.core.wording.messages import Message, message


@dataclass(frozen=True, slots=True)
class Identity:
    """left = right, as sums of named figures. ``number`` is that of domain.md §5; ``optional`` figures count as 0."""

    number: str
    code: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    optional: tuple[str, ...] = ()
    allowance: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """two sums of figures whose difference, first - second, may stand on the right as well; absent ones count as 0"""
    evidence: tuple[str, ...] = ()
    """figures whose events are named when it breaks; empty: those of all its figures"""
    bound: bool = False
    """it breaks only by what goes below nothing"""
    in_parts: bool = False
    """its right side may come in several acts, and be less until the boxes are opened or the account is drawn up"""

    @property
    def names(self) -> tuple[str, ...]:
        """All figures of the identity."""
        return (*self.left, *self.right)

    def difference(self, figures: Mapping[str, Figure]) -> int | None:
        """right - left, or None while a figure is missing."""
        if any(name not in figures and name not in self.optional for name in self.names):
            return None
        difference = _sum(figures, names=self.right) - _sum(figures, names=self.left)
        if self.allowance is not None:
            first, second = (_sum(figures, names=names) for names in self.allowance)
            return 0 if difference == first - second else difference
        return difference

    def broken(self, book: Book) -> int | None:
        """By how much it is broken in a book by now; None while a figure is missing."""
        difference = self.difference(book.figures)
        # rules.md 150
        is_over = book.boxes_opened is not None or "stated.cancelled" in book.figures
        return 0 if self.in_parts and not is_over and difference is not None and difference < 0 else difference

    def sign(self, name: str) -> int:
        """How the difference moves when a figure grows by one."""
        return (name in self.right) - (name in self.left)


_ACCOUNT: Final = ("issued", "spoiled", "unused", "defective")
_PASSED: Final = ("issued_so_far", "spoiled", "returned_so_far", "with_issuers")
"""what became of papers that were given to issuing members"""

IDENTITIES: Final[tuple[Identity, ...]] = (
    Identity(
        "5 store",
        "station-account",
        ("counted", "resupplied", "returned_so_far"),
        ("sent_on", "given", "defective", "in_store"),
        ("resupplied", "returned_so_far", "sent_on", "given", "defective"),
        evidence=("counted", "sent_on", "given"),
        bound=True,
    ),
    # rules.md 119
    Identity(
        "5 issuers",
        "station-account",
        ("given",),
        _PASSED,
        ("issued_so_far", "spoiled", "returned_so_far"),
    ),
    Identity("5 received", "station-account", ("counted", "resupplied"), ("stated.received",), ("resupplied",)),
    Identity(
        "5",
        "station-account",
        ("counted", "resupplied"),
        ("sent_on", "stated.issued", "stated.spoiled", "stated.unused", "stated.defective"),
        ("resupplied", "sent_on"),
    ),
    Identity(
        "5 unaccounted",
        "station-account",
        ("stated.received",),
        ("sent_on", "stated.issued", "stated.spoiled", "stated.unused", "stated.defective", "stated.unaccounted"),
        ("sent_on",),
        allowance=(("declared", "resupply_declared"), ("counted", "resupplied")),
    ),
    *(Identity(f"5 {name}", "station-account", (name,), (f"stated.{name}",)) for name in _ACCOUNT),
    Identity("7 stated", "cancelled-unused", ("cancelled",), ("stated.cancelled",)),
    # rules.md 167
    Identity("6 day", "issued-signatures", ("day_issued",), ("day_signatures",)),
    Identity("6", "issued-signatures", ("issued",), ("signatures",)),
    Identity("6 stated", "issued-signatures", ("stated.issued",), ("stated.signatures",)),
    Identity("6 signatures", "issued-signatures", ("signatures",), ("stated.signatures",)),
    Identity("6 boxes", "box-issued", ("stated.issued",), ("stated.in_boxes", "stated.not_returned")),
    Identity("6 valid", "box-issued", ("stated.in_boxes",), ("stated.valid", "stated.invalid")),
    Identity("7 spoiled", "cancelled-unused", ("spoiled",), ("cancelled_spoiled",), in_parts=True),
    Identity("7 defective", "cancelled-unused", ("defective",), ("cancelled_defective",), in_parts=True),
    Identity(
        "7 on hand",
        "cancelled-unused",
        ("counted", "resupplied", "returned_so_far"),
        ("sent_on", "given", "defective", "unused"),
        ("resupplied", "returned_so_far", "sent_on", "given", "defective"),
        evidence=("in_store", "unused"),
        in_parts=True,
    ),
    Identity("7", "cancelled-unused", ("stated.cancelled",), ("stated.unused", "stated.spoiled", "stated.defective")),
    Identity(
        "10 boxes", "return-short", ("stated.in_boxes",), ("packed_boxes", "destroyed_boxes"), ("destroyed_boxes",)
    ),
    Identity(
        "10 cancelled",
        "return-short",
        ("stated.cancelled",),
        ("packed_cancelled", "destroyed_cancelled"),
        ("destroyed_cancelled",),
    ),
)
"""In the order of domain.md §5. ``stated.`` figures are those of the closed account; the others were recorded by acts."""

BY_CONTEST: Final = ("6", "6 day", "6 stated")
"""Identities that hold in the sum of a contest's styles where several share it and voters sign once for all of them."""


def is_restated(name: str, *, figures: Mapping[str, Figure]) -> bool:
    """Whether the closed account states a figure otherwise than it was recorded."""
    recorded = figures.get(name.removeprefix("stated."))
    return (
        name.startswith("stated.")
        and name in figures
        and recorded is not None
        and recorded.value != figures[name].value
    )


def sentence_of(identity: Identity, *, book: Book) -> Message:
    """A broken identity in words: which figures disagree, and by how much."""
    figures = book.figures
    restated = _restatement(identity, figures=figures) if identity.number == "5" else None
    if restated is not None:
        return restated
    if identity.code == "station-account" and identity.number in ("5", "5 issuers"):
        return _account_sentence(figures, given=identity.number == "5 issuers")
    if identity.number == "7 on hand":
        return _on_hand(figures, short=identity.difference(figures) or 0)
    left, right = (
        message("figures.sum", figures=tuple(_said(name, figures=figures) for name in side))
        for side in (_told(identity, identity.left, figures=figures), _told(identity, identity.right, figures=figures))
    )
    difference = abs(identity.difference(figures) or 0)
    if _is_net(identity, figures=figures):
        return message("identity.gross", left=left, right=right, difference=difference)
    return message("identity.differs", left=left, right=right, difference=difference)


def _is_net(identity: Identity, *, figures: Mapping[str, Figure]) -> bool:
    """Whether what an account states as received leaves out a resupply, or takes off what was sent on."""
    if identity.number != "5 received":
        return False
    counted, more, less = (_sum(figures, names=(name,)) for name in ("counted", "resupplied", "sent_on"))
    return figures["stated.received"].value in {counted, counted + more - less, counted - less}


def _told(identity: Identity, side: tuple[str, ...], *, figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """The figures of a side worth saying: those that may be absent only where they are not nothing."""
    present = (name for name in side if name not in identity.optional or (name in figures and figures[name].value))
    return tuple(present)


def _restatement(identity: Identity, *, figures: Mapping[str, Figure]) -> Message | None:
    """Where the closed account breaks an identity only because it states figures otherwise than they were recorded."""
    names = [name for name in identity.names if is_restated(name, figures=figures)]
    recorded = {name: figures[name.removeprefix("stated.")] for name in names}
    if not names or identity.difference({**figures, **recorded}):
        return None
    parts = tuple(
        message("figure.restated", name=_word(name), stated=figures[name].value, recorded=recorded[name].value)
        for name in names
    )
    restated = message("figures.restated", figures=parts)
    return message("identity.restated", figures=restated, difference=abs(identity.difference(figures) or 0))


def _on_hand(figures: Mapping[str, Figure], *, short: int) -> Message:
    unused = figures["unused"].value
    return message("identity.on-hand", on_hand=unused - short, unused=unused, difference=abs(short))


_AS_SAID: Final = {"issued_so_far": "issued", "returned_so_far": "unused"}


def _account_sentence(figures: Mapping[str, Figure], *, given: bool) -> Message:
    prefix = "" if given else "stated."
    names = _PASSED if given else ("issued", "spoiled", "unused", "defective")
    parts = [(name, figures.get(prefix + name)) for name in names]
    counted = figures.get("counted")
    more_in = figures["resupplied"].value if "resupplied" in figures and not given else 0
    sent_on = figures["sent_on"].value if "sent_on" in figures and not given else 0
    resupplied = (message("account.resupplied", papers=more_in),) if more_in else ()
    moved = (*resupplied, *((message("account.sent-on", papers=sent_on),) if sent_on else ()))
    start = figures["given"].value if given else figures["counted"].value
    total = sum(figure.value for _, figure in parts if figure is not None)
    accounted = tuple(
        message("figure", name=_word(_AS_SAID.get(name, name)), value=figure.value)
        for name, figure in parts
        if figure is not None and figure.value
    )
    received = counted is not None and counted.value == start
    source = message("account.received", papers=start) if received else message("account.given", papers=start)
    source = message("figures.moved", figures=(source, *moved)) if moved else source
    figures_said, more = message("figures.sum", figures=accounted), total - start - more_in + sent_on
    if more > 0:
        return message("account.no-origin", figures=figures_said, source=source, papers=more)
    return message("account.unaccounted", figures=figures_said, source=source, papers=-more)


def _word(name: str) -> Message:
    return message("figure.name", name=name.removeprefix("stated."))


def _said(name: str, *, figures: Mapping[str, Figure]) -> Message:
    value = figures[name].value if name in figures else 0
    is_stated = name.startswith("stated.")
    return (
        message("figure.stated", name=_word(name), value=value)
        if is_stated
        else message("figure", name=_word(name), value=value)
    )


def _sum(figures: Mapping[str, Figure], *, names: tuple[str, ...]) -> int:
    return sum(figures[name].value for name in names if name in figures)
