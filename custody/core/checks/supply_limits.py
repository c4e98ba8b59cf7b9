"""Supply limits: what a station is allocated and has on hand, against its list and reserve (identity 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from custody.core.checks.style_books import said_of
from custody.core.state.book import with_figures
from custody.core.state.book_accounts import in_store
from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import Draft
from custody.core.state.topics import lacking_topic, over_allocation_topic, shortage_topic_of_allocation, supply_topic
from custody.core.state.units import Book, Unit, packed_by
from custody.core.wording.messages import message

if TYPE_CHECKING:
    from custody.core.checks.case import Case, Stated

Answer = Literal["enough", "not enough"]
"""What an account says of the papers that were left over."""


def check_allocation(case: Case[Stated], *, stock: Unit, book: Book) -> tuple[Book, tuple[Draft, ...], tuple[str, ...]]:
    """Identity 2: allocated = list at allocation + reserve, by the rules in force when the later of both was stated.

    Returns the book with its reserve, what is broken, and the topics of what is not.
    """
    allocated, voters = book.figures.get("allocated"), book.figures.get("list")
    if not case.rules.is_by_list:
        drafts, met = check_share(case, stock=stock, book=book)
        return book, drafts, met
    if allocated is None or voters is None:
        return book, (), ()
    replacement = book.figures.get("replacement", allocated)
    total = allocated.value + (book.value("replacement") or 0) - (book.value("replaced") or 0)
    over, short = excess_topic(stock.account), shortage_topic_of_allocation(stock.account)
    is_stated = case.event_id in (allocated.event, voters.event, replacement.event)
    if case.event_id in (allocated.event, voters.event):
        book = with_figures(book, event=case.event_id, reserve=case.rules.reserve(voters.value))
    bound = voters.value + (book.value("reserve") or 0)
    # rules.md 39
    if total == bound:
        return book, (), (over, short) if is_stated else (short,)
    code, topic = ("over-allocation", over) if total > bound else ("shortage", short)
    where, listed = stock.station, voters.value
    rule = case.rules.rules.reserve
    reserve = message("rules.reserve", papers=rule.numerator, voters=rule.denominator, rounding=rule.rounding)
    sentence = message(
        "allocation.against-list",
        station=where,
        allocated=total,
        voters=listed,
        bound=bound,
        papers=abs(total - bound),
        side="over" if total > bound else "under",
        rule=reserve,
    )
    replaces = case.event_id == replacement.event != allocated.event
    evidence = (voters.event, replacement.event if replaces else allocated.event)
    units = (stock.unit,)
    draft = case.draft(
        code,
        off=total - bound,
        subject=stock.account,
        sentence=said_of(stock, sentence),
        evidence=evidence,
        topic=topic,
        station=stock.station,
        units=units,
        causes=packed_by(_replaced(case)) if replaces else (),
    )
    return book, (draft,) if case.event_id in evidence else (), (short if topic == over else over,)


def check_share(case: Case[Stated], *, stock: Unit, book: Book) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
    """Identity 2 by a table or up to a bound, where rules say so: judged by the rules in force for the act that allocates."""
    figures = [row for name in ("allocated", "replacement") if (row := book.figures.get(name)) is not None]
    share, cap = case.rules.fixed_share(stock.station, style=stock.style), case.rules.cap
    if case.event_id not in [row.event for row in figures] or (share is None and case.styles.is_part(stock.style)):
        return (), ()
    total = allocated_in(book)
    bound = share if share is not None else cap or 0
    over, short = excess_topic(stock.account), shortage_topic_of_allocation(stock.account)
    # rules.md 162
    if total == bound or (share is None and total < bound):
        return (), (over, short)
    side = "over" if total > bound else "under"
    sentence = message(
        "allocation.against-rule",
        station=stock.station,
        allocated=total,
        bound=bound,
        papers=abs(total - bound),
        side=side,
        method=case.rules.rules.allocation.method,
    )
    topic, code = (over, "over-allocation") if side == "over" else (short, "shortage")
    draft = case.draft(
        code,
        off=total - bound,
        subject=stock.account,
        sentence=said_of(stock, sentence),
        evidence=tuple(dict.fromkeys((case.rules.event, case.event_id))),
        topic=topic,
        station=stock.station,
        units=(stock.unit,),
    )
    return (draft,), (short if topic == over else over,)


def allocated_in(book: Book) -> int:
    """Papers outstanding to a station: what it was allocated and what replaces, less what was replaced."""
    return (book.value("allocated") or 0) + (book.value("replacement") or 0) - (book.value("replaced") or 0)


def excess_topic(station: str) -> str:
    """A station has more papers than its list and reserve."""
    return over_allocation_topic(station)


def _replaced(case: Case[Stated]) -> list[Unit]:
    """The packages of an act that replaces some: neither stock nor batch."""
    return [unit for unit in case.existing() if unit.book is None and unit.run is None]


def check_supply(case: Case[Stated], *, stock: Unit, book: Book) -> tuple[tuple[Draft, ...], tuple[str, ...]]:
    """Identity 2, at the station: papers on hand before issuing are no fewer than the voters on its list."""
    counted, listed = book.figures.get("counted"), book.figures.get("list_opening")
    said = _account_says(case, stock=stock, book=book)
    # rules.md 144
    if said == "enough":
        return (), (supply_topic(stock.account), lacking_topic(stock.account))
    if counted is None or listed is None:
        return _declared_again(case, stock=stock, book=book, said=said), ()
    added, defective = book.figures.get("list_added", listed), book.figures.get("defective", counted)
    lost = book.value("defective") or 0
    more, less = book.figures.get("resupplied", counted), book.figures.get("sent_on", counted)
    papers, voters = _on_hand(book), _voters(book)
    # rules.md 40
    if papers >= voters:
        return _declared_again(case, stock=stock, book=book, said=said), (supply_topic(stock.account),)
    topic = shortage_topic(stock.account, book=book)
    cause = less if case.event_id == less.event else defective if lost else counted
    sides = (added.event if case.event_id == added.event else listed.event, cause.event)
    stated = (listed.event, added.event, counted.event, defective.event, more.event, less.event)
    if said is None and case.event_id not in stated:
        return (), ()
    allocated = book.figures.get("allocated", counted)
    missing = voters - papers
    lacking = message("shortage.on-hand", station=stock.station, papers=papers, voters=voters, missing=missing)
    draft = case.draft(
        "shortage",
        subject=stock.account,
        sentence=said_of(stock, lacking),
        evidence=tuple(dict.fromkeys((*sides, case.event_id) if said else sides)),
        topic=topic,
        station=stock.station,
        units=(stock.unit,),
        causes=(counted.event, allocated.event),
        off=papers - voters,
        bound=True,
    )
    return (draft,), ()


def _declared_again(case: Case[Stated], *, stock: Unit, book: Book, said: Answer | None) -> tuple[Draft, ...]:
    """What the commission had declared to lack, where an account takes back the unused papers that had settled it."""
    lacking = book.figures.get("lacking")
    if said != "not enough" or lacking is None or not lacking.value:
        return ()
    sentence = message("shortage.declared", station=stock.station, papers=lacking.value, store=in_store(book))
    both = (lacking.event, case.event_id)
    more: DraftFields = {
        "evidence": both,
        "topic": lacking_topic(stock.account),
        "station": stock.station,
        "units": (stock.unit,),
    }
    return (case.draft("shortage", subject=stock.account, sentence=said_of(stock, sentence), **more),)


def _account_says(case: Case[Stated], *, stock: Unit, book: Book) -> Answer | None:
    """Whether this act is an account by which papers were left over, or takes that back; None where it is neither."""
    unused = book.figures.get("stated.unused")
    if unused is None or unused.event != case.event_id:
        return None
    before = None if stock.book is None else stock.book.value("stated.unused")
    return "enough" if unused.value else "not enough" if before else None


def shortage_topic(station: str, *, book: Book) -> str:
    """One shortage, one finding: what the commission has declared to lack, unless its own figures showed it before."""
    declared = bool(book.value("lacking"))
    return lacking_topic(station) if declared else supply_topic(station)


def is_short(book: Book) -> bool:
    """Whether the figures of a book show fewer papers than voters."""
    return "counted" in book.figures and "list_opening" in book.figures and _on_hand(book) < _voters(book)


def _on_hand(book: Book) -> int:
    parts = {"counted": 1, "resupplied": 1, "sent_on": -1, "defective": -1}
    return sum(sign * (book.value(name) or 0) for name, sign in parts.items())


def _voters(book: Book) -> int:
    return (book.value("list_opening") or 0) + (book.value("list_added") or 0)
