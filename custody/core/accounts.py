"""Ballot accounts: a station's book and the identities that must hold in it at every position (domain.md §5).

The theory. Every figure is a number of papers (or voters) that one event stated. An identity is an equation between figures,
checked as soon as all of its figures are known. When one breaks, the difference is fixed (right - left), and a later identity
that would hold if one shared figure were moved by exactly that difference has the same cause: it is listed under the first.
So one altered number gives one finding, which names the two events that disagree.

To add an identity: one row in ``IDENTITIES``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from custody.core.findings import Draft
from custody.core.units import Book, Figure, Unit

if TYPE_CHECKING:
    from custody.core.scene import Scene


@dataclass(frozen=True, slots=True)
class Identity:
    """left = right, as sums of named figures. ``number`` is that of domain.md §5; ``optional`` figures count as 0."""

    number: str
    code: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    optional: tuple[str, ...] = ()
    allowance: tuple[str, str] | None = None
    """two figures whose difference, first - second, may stand on the right as well"""

    @property
    def names(self) -> tuple[str, ...]:
        """All figures of the identity."""
        return (*self.left, *self.right)

    def difference(self, figures: Mapping[str, Figure]) -> int | None:
        """right - left, or None while a figure is missing."""
        if any(name not in figures and name not in self.optional for name in self.names):
            return None
        difference = _sum(figures, names=self.right) - _sum(figures, names=self.left)
        if self.allowance is not None and all(name in figures for name in self.allowance):
            first, second = (figures[name].value for name in self.allowance)
            return 0 if difference == first - second else difference
        return difference

    def sign(self, name: str) -> int:
        """How the difference moves when a figure grows by one."""
        return (name in self.right) - (name in self.left)


_ISSUERS: Final = ("issued", "returned")
_ACCOUNT: Final = ("issued", "spoiled", "unused", "defective")
_AT_CLOSING: Final = ("spoiled", "unused", "defective")

IDENTITIES: Final[tuple[Identity, ...]] = (
    Identity(
        "5 store",
        "station-account",
        ("counted", "returned_so_far"),
        ("given", "defective", "in_store"),
        ("returned_so_far", "defective"),
    ),
    Identity("5 issuers", "station-account", ("given",), ("issued", "spoiled", "returned"), ("spoiled",)),
    Identity("5 received", "station-account", ("counted",), ("stated.received",)),
    Identity(
        "5", "station-account", ("counted",), ("stated.issued", "stated.spoiled", "stated.unused", "stated.defective")
    ),
    Identity(
        "5 unaccounted",
        "station-account",
        ("stated.received",),
        ("stated.issued", "stated.spoiled", "stated.unused", "stated.defective", "stated.unaccounted"),
        allowance=("declared", "counted"),
    ),
    *(Identity(f"5 {name}", "station-account", (name,), (f"stated.{name}",)) for name in _ACCOUNT),
    Identity("7 stated", "cancelled-unused", ("cancelled",), ("stated.cancelled",)),
    Identity("6", "issued-signatures", ("issued",), ("signatures",)),
    Identity("6 stated", "issued-signatures", ("stated.issued",), ("stated.signatures",)),
    Identity("6 signatures", "issued-signatures", ("signatures",), ("stated.signatures",)),
    Identity("6 boxes", "box-issued", ("stated.issued",), ("stated.in_boxes", "stated.not_returned")),
    Identity("6 valid", "box-issued", ("stated.in_boxes",), ("stated.valid", "stated.invalid")),
    Identity("7 on hand", "cancelled-unused", ("in_store",), ("unused",)),
    Identity("7 spoiled", "cancelled-unused", ("spoiled",), ("cancelled_spoiled",)),
    Identity("7 defective", "cancelled-unused", ("defective",), ("cancelled_defective",)),
    Identity("7", "cancelled-unused", ("stated.cancelled",), ("stated.unused", "stated.spoiled", "stated.defective")),
    Identity("10 boxes", "return-short", ("stated.in_boxes",), ("packed_boxes",)),
    Identity("10 cancelled", "return-short", ("stated.cancelled",), ("packed_cancelled",)),
)
"""In the order of domain.md §5. ``stated.`` figures are those of the closed account; the others were recorded by acts."""


@dataclass(frozen=True, slots=True)
class BookCheck:
    """What a changed book means: the book with its broken identities, drafts to raise, topics to settle, newer sentences."""

    book: Book
    findings: tuple[Draft, ...]
    settles: tuple[str, ...]
    sentences: Mapping[str, str]


def with_figures(book: Book, *, event: str, **values: int) -> Book:
    """The book after an event stated figures."""
    stated = {name.replace("stated_", "stated.", 1): Figure(value, event) for name, value in values.items()}
    return replace(book, figures={**book.figures, **stated})


def with_store(book: Book, *, store: int, event: str) -> Book:
    """The book after an act moved papers into or out of the store.

    The figure ``in_store`` is what was on hand before cancelling, and never goes below nothing.
    """
    on_hand = max(store + (book.value("unused") or 0), 0)
    return replace(with_figures(book, event=event, in_store=on_hand), store=store)


def with_issuers(book: Book, *, held: Mapping[str, int]) -> Book:
    """The book after papers passed through issuing members' hands: what was issued is known once nobody holds any more."""
    figures = dict(book.figures)
    for name in _ISSUERS:
        figures.pop(name, None)
        if f"{name}_so_far" in figures and not any(papers > 0 for papers in held.values()):
            figures[name] = figures[f"{name}_so_far"]
    return replace(
        book, figures=figures, issuers=tuple(sorted((key, papers) for key, papers in held.items() if papers))
    )


def with_nothing_left_open(book: Book, *, event: str, names: Sequence[str]) -> Book:
    """The book when it is drawn up: what nobody recorded is nothing (said by ``event``), and issuers hold nothing back."""
    missing = {name: 0 for name in names if name not in book.figures}
    known = with_figures(book, event=event, **missing)
    final = {name: known.figures[f"{name}_so_far"] for name in _ISSUERS if f"{name}_so_far" in known.figures}
    return replace(known, figures={**known.figures, **final})


def unaccounted(book: Book) -> int | None:
    """Papers declared less papers accounted for; negative: papers without recorded origin. None before a count.

    Before anything was issued it is what the count found: declared less counted.
    """
    declared, counted = book.value("declared"), book.value("counted")
    if declared is None or counted is None:
        return None
    names = ("issued", "spoiled", "unused", "defective")
    stated = [book.value(f"stated.{name}") for name in names]
    parts = stated if stated[0] is not None else [book.value(name) for name in names]
    return declared - counted if parts[0] is None or parts[2] is None else declared - sum(value or 0 for value in parts)


def check_book(scene: Scene, *, stock: Unit, book: Book) -> BookCheck:
    """Check every identity of a book that an act has changed, against the book before it."""
    before = stock.book if stock.book is not None else book
    first_of = {number: place for place, number in enumerate(before.primaries)}
    primaries: list[tuple[Identity, int]] = []
    book, allocation, met = _allocation(scene, stock=stock, book=book)
    findings: list[Draft] = list(allocation)
    settles: list[str] = list(met)
    sentences: dict[str, str] = {draft.topic: draft.sentence for draft in allocation}
    for identity in sorted(IDENTITIES, key=lambda identity: first_of.get(identity.number, len(first_of))):
        difference = identity.difference(book.figures)
        topic = f"account/{stock.station}/{identity.number}"
        if difference is None:
            continue
        if difference == 0:
            settles.append(topic)
            continue
        sentence = _sentence(identity, book=book)
        cause = next((row for row in primaries if _explains(row, later=identity, figures=book.figures)), None)
        if cause is None:
            primaries.append((identity, difference))
            sentences[topic] = sentence
        if cause is None and identity.number in before.primaries:
            continue
        if cause is None or not identity.difference(before.figures):
            under = topic if cause is None else f"account/{stock.station}/{cause[0].number}"
            findings.append(
                _draft(scene, stock=stock, identity=identity, figures=book.figures, sentence=sentence, topic=under)
            )
    checked = replace(book, primaries=tuple(identity.number for identity, _ in primaries))
    return BookCheck(checked, tuple(findings), tuple(settles), sentences)


_CANCELLED_PARTS: Final = ("unused", "cancelled_spoiled", "cancelled_defective")
"""Figures of UnusedCancelled whose sum is what was cancelled: a difference in one of them moves the sum."""


def _explains(cause: tuple[Identity, int], *, later: Identity, figures: Mapping[str, Figure]) -> bool:
    """Whether moving one shared figure by the cause's difference makes the later identity hold as well.

    A figure and its restatement in the closed account (``x`` and ``stated.x``) with equal values are one figure.
    """
    first, difference = cause
    remaining = later.difference(figures)
    for name in first.names:
        move = -difference * first.sign(name)
        for other in later.names:
            if _same(name, other, figures=figures) and (remaining or 0) + move * later.sign(other) == 0:
                return True
    return False


def _same(name: str, other: str, *, figures: Mapping[str, Figure]) -> bool:
    if name == other or (name in _CANCELLED_PARTS and other.removeprefix("stated.") == "cancelled"):
        return True
    one, two = figures.get(name), figures.get(other)
    return (
        name.removeprefix("stated.") == other.removeprefix("stated.")
        and one is not None
        and two is not None
        and one.value == two.value
    )


def _draft(
    scene: Scene, *, stock: Unit, identity: Identity, figures: Mapping[str, Figure], sentence: str, topic: str
) -> Draft:
    """Evidence: the act that broke the identity, and the event whose figure it contradicts (else the first it used)."""
    restated = [name.removeprefix("stated.") for name in identity.names if _restated(name, figures=figures)]
    bare = [name.removeprefix("stated.") for name in identity.names]
    others = [figures[name].event for name in (*restated, *identity.names, *bare) if name in figures]
    other = next((event for event in others if event != scene.event_id), stock.act)
    evidence = (other, scene.event_id)
    return scene.draft(
        identity.code,
        subject=stock.station,
        sentence=sentence,
        evidence=evidence,
        topic=topic,
        station=stock.station,
        units=(stock.unit,),
    )


def _restated(name: str, *, figures: Mapping[str, Figure]) -> bool:
    """Whether the closed account states a figure otherwise than it was recorded."""
    recorded = figures.get(name.removeprefix("stated."))
    return (
        name.startswith("stated.")
        and name in figures
        and recorded is not None
        and recorded.value != figures[name].value
    )


def _allocation(scene: Scene, *, stock: Unit, book: Book) -> tuple[Book, tuple[Draft, ...], tuple[str, ...]]:
    """Identity 2: allocated = list at allocation + reserve, by the rules in force when the later of both was stated.

    Returns the book with its reserve, what is broken, and the topics of what is not.
    """
    allocated, voters = book.figures.get("allocated"), book.figures.get("list")
    if allocated is None or voters is None:
        return book, (), ()
    over, short = (f"allocation/{stock.station}/{code}" for code in ("over-allocation", "shortage"))
    if scene.event_id in (allocated.event, voters.event):
        book = with_figures(book, event=scene.event_id, reserve=scene.rules.reserve(voters.value))
    bound = voters.value + (book.value("reserve") or 0)
    if allocated.value == bound:
        return book, (), (over, short)
    code, topic = ("over-allocation", over) if allocated.value > bound else ("shortage", short)
    listed = f"the list of {voters.value} voters and its reserve make {bound}"
    sentence = f"{stock.station}: {allocated.value} papers allocated; {listed}."
    evidence = (voters.event, allocated.event)
    units = (stock.unit,)
    draft = scene.draft(
        code,
        subject=stock.station,
        sentence=sentence,
        evidence=evidence,
        topic=topic,
        station=stock.station,
        units=units,
    )
    return book, (draft,) if scene.event_id in evidence else (), (short if topic == over else over,)


_WORDS: Final[Mapping[str, str]] = {
    "counted": "received (counted)",
    "given": "given to issuing members",
    "returned": "given back unused",
    "in_store": "on hand",
    "returned_so_far": "given back",
    "in_boxes": "in the boxes",
    "not_returned": "not returned",
    "packed_boxes": "packed from the boxes",
    "packed_cancelled": "packed cancelled",
    "cancelled_spoiled": "spoiled and cancelled",
    "cancelled_defective": "defective and cancelled",
    "signatures": "signatures in the list",
    "received": "received",
}


def _sentence(identity: Identity, *, book: Book) -> str:
    figures = book.figures
    if identity.code == "station-account" and identity.number in ("5", "5 issuers"):
        return _account_sentence(figures, given=identity.number == "5 issuers")
    left = " + ".join(_said(name, figures=figures) for name in identity.left)
    right = " + ".join(_said(name, figures=figures) for name in identity.right)
    difference = abs(identity.difference(figures) or 0)
    return f"{left[:1].upper()}{left[1:]}, {right}: they differ by {difference}."


def _account_sentence(figures: Mapping[str, Figure], *, given: bool) -> str:
    prefix = "" if given else "stated."
    names = ("issued", "spoiled", "returned" if given else "unused", "defective")
    parts = [(name, figures.get(prefix + name)) for name in names]
    counted = figures.get("counted")
    start = figures["given"].value if given else figures["counted"].value
    total = sum(figure.value for _, figure in parts if figure is not None)
    said = " + ".join(f"{_word(name)} {figure.value}" for name, figure in parts if figure is not None and figure.value)
    source = f"received {counted.value}" if counted is not None and counted.value == start else f"given {start}"
    difference = total - start
    papers = "paper" if abs(difference) == 1 else "papers"
    have = "has" if abs(difference) == 1 else "have"
    tail = (
        f"{difference} {papers} {have} no recorded origin"
        if difference > 0
        else f"{-difference} {papers} not accounted for"
    )
    return f"{said[:1].upper()}{said[1:]}, {source}: {tail}."


def _word(name: str) -> str:
    return "unused" if name == "returned" else name


def _said(name: str, *, figures: Mapping[str, Figure]) -> str:
    bare = name.removeprefix("stated.")
    value = figures[name].value if name in figures else 0
    words = _WORDS.get(bare, bare)
    return f"{words} {value}" + (" in the closed account" if name.startswith("stated.") else "")


def _sum(figures: Mapping[str, Figure], *, names: tuple[str, ...]) -> int:
    return sum(figures[name].value for name in names if name in figures)
