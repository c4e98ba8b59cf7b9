"""Judges of the station's book: lists, defective papers, issuing, spoiling, cancelling, the account (identities 2 and 4 to 7).

The book is double entry: papers move between the store, issuers' hands and end accounts; what a statement says beyond what is
there becomes a finding and stands in *unaccounted*, never silently zero.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias

from custody.core.authority.parties import Party
from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, Stated, StatedAtStation, check_holder, judging
from custody.core.checks.opened_boxes import check_late, check_unopened
from custody.core.checks.style_books import book_in, books_named, closing_seal, said_of
from custody.core.checks.voting_days import check_nights
from custody.core.state.book import with_figures, with_issuer, with_nothing_left_open, with_store
from custody.core.state.finding_store import Draft
from custody.core.state.topics import cancelled_late_topic, restated_topic
from custody.core.state.units import Book, Unit
from custody.core.state.verdict import Verdict, blocked, together
from custody.core.wording.messages import message
from schemas.authority import VoterListStated
from schemas.station import (
    BallotAccountClosed,
    BallotsFoundDefective,
    BallotsGivenToIssuer,
    BallotsReturnedByIssuer,
    BallotsSpoiled,
    UnusedCancelled,
)

_CEC: Final = Party("CEC")
_Issuing: TypeAlias = BallotsGivenToIssuer | BallotsReturnedByIssuer | BallotsSpoiled
_ISSUING: Final = (BallotsGivenToIssuer, BallotsReturnedByIssuer, BallotsSpoiled)
_LISTS: Final = {
    "allocation": "list",
    "opening": "list_opening",
    "added": "list_added",
    "day": "list_day",
    "closing": "list_closing",
}
_SIGNED: Final = ("day", "closing")
"""Stages at which signatures in the list are counted."""
_RECORDED: Final = ("issued_so_far", "returned_so_far", "spoiled", "defective", "cancelled")


def judge_voter_list(case: Case[VoterListStated]) -> Verdict:
    """Voters on the list; at closing also the signatures in it."""
    event, stocks = case.event, books_named(case, station=case.event.station)
    if not stocks:
        return blocked(_no_book(case))
    if (event.stage in _SIGNED) != (event.signatures is not None):
        sentence = message("list.signatures-at-closing")
        return blocked(case.draft("not-in-state", subject=stocks[0].unit, sentence=sentence))
    if _CEC not in case.parties("acting"):
        wrong = check_holder(case, part="acting", units=stocks)
        if wrong:
            return blocked(*wrong)
    return together([_checked(case, stock=stock, book=_with_list(case, book=book_in(stock))) for stock in stocks])


def _with_list(case: Case[VoterListStated], *, book: Book) -> Book:
    """A book after the list was stated, which holds for every book that the act names."""
    event = case.event
    voters = event.voters + ((book.value("list_added") or 0) if event.stage == "added" else 0)
    figures = {_LISTS[event.stage]: voters}
    if event.stage == "day":
        figures |= {"day_signatures": event.signatures or 0, "day_issued": book.value("issued_so_far") or 0}
    elif event.signatures is not None:
        figures["signatures"] = event.signatures
    return with_figures(book, event=case.event_id, **figures)


def judge_found_defective(case: Case[BallotsFoundDefective]) -> Verdict:
    """Papers set aside as unusable before issue."""
    event, stock = case.event, _held_stock(case)
    if isinstance(stock, Verdict):
        return stock
    book = book_in(stock)
    changed = with_figures(book, event=case.event_id, defective=(book.value("defective") or 0) + event.papers)
    return _checked(case, stock=stock, book=with_store(changed, store=book.store - event.papers, event=case.event_id))


def judge_given_to_issuer(case: Case[BallotsGivenToIssuer]) -> Verdict:
    """Store -> issuing member. The safe must be open; more than the store holds are papers without recorded origin."""
    event, stock = case.event, _held_stock(case)
    if isinstance(stock, Verdict):
        return stock
    book, left = check_nights(case, stock=stock)
    # rules.md 168
    if book.closed_by:
        sentence = message("station.closed", station=stock.station, type=case.type)
        evidence = (book.closed_by, case.event_id)
        return blocked(case.draft("not-in-state", subject=stock.unit, sentence=sentence, evidence=evidence))
    # rules.md 165
    if book.shut_for_night:
        sentence = message("boxes.shut", station=stock.station, type=case.type)
        return blocked(case.draft("not-in-state", subject=stock.unit, sentence=sentence))
    closing = closing_seal(stock)
    if closing:
        sentence = message("store.sealed", unit=stock.unit, seal=closing)
        return blocked(case.draft("not-in-state", subject=stock.unit, sentence=sentence))
    given = (book.value("given") or 0) + event.papers
    changed = with_store(
        with_figures(book, event=case.event_id, given=given), store=book.store - event.papers, event=case.event_id
    )
    late = (*check_late(case, stock=stock, papers=event.papers), *left)
    return _checked(case, stock=stock, book=_passed(case, book=changed, papers=event.papers), extra=late)


def judge_returned_by_issuer(case: Case[BallotsReturnedByIssuer]) -> Verdict:
    """An issuer accounts: issued to voters, unused back into the store; what is left stays in the issuer's hands."""
    event, stock = case.event, _held_stock(case)
    if isinstance(stock, Verdict):
        return stock
    book, left = check_nights(case, stock=stock)
    figures = {
        "issued_so_far": (book.value("issued_so_far") or 0) + event.issued,
        "returned_so_far": (book.value("returned_so_far") or 0) + event.unused,
    }
    changed = with_figures(book, event=case.event_id, **figures)
    changed = with_store(changed, store=book.store + event.unused, event=case.event_id)
    late = (*check_late(case, stock=stock, papers=event.issued + event.unused), *left)
    return _checked(
        case, stock=stock, book=_passed(case, book=changed, papers=-event.issued - event.unused), extra=late
    )


def judge_spoiled(case: Case[BallotsSpoiled]) -> Verdict:
    """Issuing member -> spoiled: returned by a voter and replaced before the box."""
    event, stock = case.event, _held_stock(case)
    if isinstance(stock, Verdict):
        return stock
    book = book_in(stock)
    spoiled = (book.value("spoiled") or 0) + event.papers
    changed = with_figures(book, event=case.event_id, spoiled=spoiled)
    late = check_late(case, stock=stock, papers=event.papers)
    return _checked(case, stock=stock, book=_passed(case, book=changed, papers=-event.papers), extra=late)


def _passed(case: Case[_Issuing], *, book: Book, papers: int) -> Book:
    """A book after papers went to the issuing member whom an act names; below nothing: he accounts for so many."""
    event = case.event
    return with_issuer(book, issuer=event.issuer, papers=papers, event=case.event_id, at=event.at)


def judge_unused_cancelled(case: Case[UnusedCancelled]) -> Verdict:
    """Unused, spoiled and defective papers are made unusable; before the boxes are opened, by predecessor (identity 7)."""
    event, stock = case.event, _held_stock(case)
    if isinstance(stock, Verdict):
        return stock
    book = with_nothing_left_open(book_in(stock), event=stock.act, names=("spoiled", "defective"))
    added = {
        "unused": event.unused,
        "cancelled": event.unused + event.spoiled + event.defective,
        "cancelled_spoiled": event.spoiled,
        "cancelled_defective": event.defective,
    }
    figures = {name: (book.value(name) or 0) + papers for name, papers in added.items()}
    changed = replace(with_figures(book, event=case.event_id, **figures), store=book.store - event.unused)
    other = _other_method(case, stock=stock)
    # rules.md 47
    if book.boxes_opened is None:
        return _checked(case, stock=stock, book=changed, extra=other)
    sentence = message("cancelled.late", station=stock.station, papers=added["cancelled"])
    evidence = (book.boxes_opened, case.event_id)
    late = case.draft(
        "cancelled-unused",
        subject=stock.account,
        sentence=said_of(stock, sentence),
        evidence=evidence,
        topic=cancelled_late_topic(stock.account),
        units=(stock.unit,),
    )
    return _checked(case, stock=stock, book=changed, extra=(late, *other))


def _other_method(case: Case[UnusedCancelled], *, stock: Unit) -> tuple[Draft, ...]:
    """A draft where papers were made unusable in another way than the rules say, or nobody says how."""
    event, allowed = case.event, case.rules.rules.cancelling
    # rules.md 180
    if not allowed or event.method in allowed:
        return ()
    stated = message("cancelling", method=event.method) if event.method else message("cancelled.method-unstated")
    ways = tuple(message("cancelling", method=code) for code in allowed)
    sentence = message("cancelled.otherwise", account=stock.account, method=stated, allowed=ways)
    return (case.draft("not-authorised", subject=stock.account, sentence=sentence, units=(stock.unit,)),)


def judge_account_closed(case: Case[BallotAccountClosed]) -> Verdict:
    """The commission's own account, checked against everything that was recorded. A later one corrects an earlier one."""
    event, stock = case.event, _held_stock(case)
    if isinstance(stock, Verdict):
        return stock
    stated = {
        "stated_received": event.received,
        "stated_issued": event.issued,
        "stated_spoiled": event.spoiled,
        "stated_unused": event.unused,
        "stated_defective": event.defective,
        "stated_cancelled": event.cancelled,
        "stated_signatures": event.signatures,
        "stated_in_boxes": event.in_boxes,
        "stated_valid": event.valid,
        "stated_invalid": event.invalid,
        "stated_not_returned": event.not_returned,
        "stated_unaccounted": event.unaccounted,
    }
    book = with_nothing_left_open(book_in(stock), event=stock.act, names=_RECORDED)
    book = with_figures(book, event=case.event_id, **stated)
    unopened, settles = check_unopened(case, stock=stock, book=book)
    extra = (*unopened, *_restated(case, stock=stock))
    return _checked(case, stock=stock, book=book, extra=extra, settles=settles)


def _restated(case: Case[Stated], *, stock: Unit) -> tuple[Draft, ...]:
    """A draft where a closed account is stated anew; the declaration that the earlier one was in error settles it."""
    earlier = None if stock.book is None else stock.book.figures.get("stated.received")
    # rules.md 123
    if earlier is None:
        return ()
    sentence = message("account.restated", station=stock.station)
    draft = case.draft(
        "account-restated",
        subject=stock.account,
        sentence=said_of(stock, sentence),
        evidence=(earlier.event, case.event_id),
        topic=restated_topic(earlier.event),
        units=(stock.unit,),
    )
    return (draft,)


def _checked(
    case: Case[Stated], *, stock: Unit, book: Book, extra: tuple[Draft, ...] = (), settles: tuple[str, ...] = ()
) -> Verdict:
    check = check_book(case, stock=stock, book=book)
    return Verdict(
        units=(case.move(stock, book=check.book, papers=check.book.store),),
        findings=(*check.findings, *extra),
        settles=(*check.settles, *settles),
        raises=check.sentences,
    )


def _held_stock(case: Case[StatedAtStation]) -> Unit | Verdict:
    stock = next(iter(books_named(case, station=case.event.station)), None)
    if stock is None or len(case.before) != 1:
        return blocked(_no_book(case))
    for part in ("acting", "releasing", "receiving"):
        wrong = check_holder(case, part=part, units=(stock,)) if part in case.signed else ()
        if wrong:
            return blocked(*wrong)
    wrong = _wrong_issuer(case, issuer=case.event.issuer) if isinstance(case.event, _ISSUING) else ()
    return blocked(*wrong) if wrong else stock


def _wrong_issuer(case: Case[StatedAtStation], *, issuer: str) -> tuple[Draft, ...]:
    """The issuing member named by the act is the one who signs it as such."""
    signed = {
        record.person for records in case.signed.values() for record in records if record.role == "issuing-member"
    }
    if issuer in signed:
        return ()
    sentence = message("issuer.another", type=case.type)
    return (case.draft("wrong-recipient", subject=min(case.before), sentence=sentence),)


def _no_book(case: Case[StatedAtStation]) -> Draft:
    sentence = message("stock.not-named", type=case.type, station=case.event.station)
    return case.draft("not-in-state", subject=min(case.before), sentence=sentence)


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(VoterListStated, judge_voter_list),
        judging(BallotsFoundDefective, judge_found_defective),
        judging(BallotsGivenToIssuer, judge_given_to_issuer),
        judging(BallotsReturnedByIssuer, judge_returned_by_issuer),
        judging(BallotsSpoiled, judge_spoiled),
        judging(UnusedCancelled, judge_unused_cancelled),
        judging(BallotAccountClosed, judge_account_closed),
    )
)
