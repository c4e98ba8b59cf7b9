"""Enough papers, and no more: what a station is allocated and has on hand against its list and reserve (identity 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from custody.core.books import with_figures
from custody.core.findings import Draft
from custody.core.saying import say
from custody.core.units import Book, Unit

if TYPE_CHECKING:
    from custody.core.scene import Scene


def check_allocation(scene: Scene, *, stock: Unit, book: Book) -> tuple[Book, tuple[Draft, ...], tuple[str, ...]]:
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
    # rules.md 39
    if allocated.value == bound:
        return book, (), (over, short)
    code, topic = ("over-allocation", over) if allocated.value > bound else ("shortage", short)
    where, listed = stock.station, voters.value
    sentence = say("allocation.against-list", station=where, allocated=allocated.value, voters=listed, bound=bound)
    evidence = (voters.event, allocated.event)
    units = (stock.unit,)
    draft = scene.draft(
        code,
        off=allocated.value - bound,
        subject=where,
        sentence=sentence,
        evidence=evidence,
        topic=topic,
        station=stock.station,
        units=units,
    )
    return book, (draft,) if scene.event_id in evidence else (), (short if topic == over else over,)


def check_supply(scene: Scene, *, stock: Unit, book: Book) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
    """Identity 2, at the station: papers on hand before issuing are no fewer than the voters on its list."""
    counted, listed = book.figures.get("counted"), book.figures.get("list_opening")
    topic = f"supply/{stock.station}"
    if counted is None or listed is None:
        return (), ()
    added, defective = book.figures.get("list_added", listed), book.figures.get("defective", counted)
    voters = listed.value + (book.value("list_added") or 0)
    lost = book.value("defective") or 0
    papers = counted.value - lost
    # rules.md 40
    if papers >= voters:
        return (), (topic,)
    sides = (added.event if scene.event_id == added.event else listed.event, defective.event if lost else counted.event)
    if scene.event_id not in (listed.event, added.event, counted.event, defective.event):
        return (), ()
    allocated = book.figures.get("allocated", counted)
    draft = scene.draft(
        "shortage",
        subject=stock.station,
        sentence=say("shortage.on-hand", station=stock.station, papers=papers, voters=voters, missing=voters - papers),
        evidence=tuple(dict.fromkeys(sides)),
        topic=topic,
        station=stock.station,
        units=(stock.unit,),
        causes=(counted.event, allocated.event),
        off=papers - voters,
        bound=True,
    )
    return (draft,), ()
