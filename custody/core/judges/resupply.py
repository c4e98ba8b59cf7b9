"""Judges of supply: a shortage declared, papers sent on to a station that lacks them, and their arrival (identities 2, 3 and 4).

A resupply is no allocation: it raises neither the station's share nor its reserve. What was sent is what is counted where it
arrives; a difference names both acts, and stands in the receiving station's *unaccounted*.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from custody.core.checks.batch_draws import Drawn, draw
from custody.core.checks.book_check import check_book
from custody.core.checks.case import Case, Judge, Stated, check_holder, judging
from custody.core.checks.empty_packages import check_empty
from custody.core.checks.style_books import book_of, books_named, closing_seal, said_of
from custody.core.checks.supply_limits import is_short, shortage_topic
from custody.core.judges.counts import count_into
from custody.core.state.book import with_figures, with_store
from custody.core.state.book_accounts import in_store
from custody.core.state.finding_store import Draft
from custody.core.state.topics import lacking_topic
from custody.core.state.trail import Trail
from custody.core.state.units import Unit
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.station import ResupplyReceived, ResupplySent, ShortageDeclared


def judge_shortage_declared(case: Case[ShortageDeclared]) -> Verdict:
    """What a commission lacks, as it says; settled by papers that are sent on to it, or by a declaration that none lack."""
    event, stock = case.event, next(iter(books_named(case, station=case.event.station)), None)
    if stock is None or stock.book is None or len(case.before) != 1:
        return blocked(unfit(case, name=min(case.before), why=message("unfit.no-such-station", station=event.station)))
    wrong = check_holder(case, part="acting", units=(stock,))
    if wrong:
        return blocked(*wrong)
    book = with_figures(stock.book, event=case.event_id, lacking=event.papers)
    moved = case.move(stock, book=book)
    if not event.papers:
        return Verdict(units=(moved,), settles=(_topic(stock.account),))
    lacking = message("shortage.declared", station=stock.station, papers=event.papers, store=in_store(stock.book))
    sentence = said_of(stock, lacking)
    topic = shortage_topic(stock.account, book=stock.book if is_short(stock.book) else book)
    # rules.md 57
    draft = case.draft(
        "shortage",
        subject=stock.account,
        sentence=sentence,
        topic=topic,
        station=stock.station,
        units=(stock.unit,),
    )
    return Verdict(units=(moved,), findings=(draft,), raises={_topic(stock.account): sentence})


def judge_resupply_sent(case: Case[ResupplySent]) -> Verdict:
    """Papers leave a station's store, or a batch of the CEC, into a new package for the station that lacks them."""
    event, source = case.event, case.unit(case.event.source)
    if event.package not in case.before or case.unit(event.package) is not None:
        return blocked(unfit(case, name=event.package, why=message("unfit.not-new")))
    if source is None or (source.book is None and source.kind != "batch") or source.station == event.station == "":
        return blocked(unfit(case, name=event.source, why=message("unfit.no-such-source")))
    if source.book is not None and source.station == event.station:
        return blocked(unfit(case, name=event.source, why=message("unfit.no-such-source")))
    if not case.registers.stock(event.station, style=source.style):
        return blocked(unfit(case, name=event.package, why=message("unfit.no-such-station", station=event.station)))
    wrong = check_holder(case, part="acting", units=(source,))
    if wrong:
        return blocked(*wrong)
    verdict = _out_of_stock(case, stock=source) if source.book is not None else _out_of_batch(case, batch=source)
    return replace(verdict, findings=(*verdict.findings, *_against_rules(case, source=source)))


def _against_rules(case: Case[ResupplySent], *, source: Unit) -> tuple[Draft, ...]:
    """A draft where the rules have nobody, or the CEC alone, send papers on: they are on their way all the same."""
    event, rule = case.event, case.rules.rules.resupply
    # rules.md 163
    if rule == "between-stations" or (rule == "from-commission" and source.book is None):
        return ()
    sentence = message("resupply.against-rules", station=event.station, papers=event.papers, rule=rule)
    return (case.draft("not-authorised", subject=event.package, sentence=sentence),)


def _out_of_stock(case: Case[ResupplySent], *, stock: Unit) -> Verdict:
    event, book = case.event, stock.book
    closing = closing_seal(stock)
    if book is None or closing:
        sentence = message("store.sealed", unit=stock.unit, seal=closing)
        return blocked(case.draft("not-in-state", subject=stock.unit, sentence=sentence))
    sent_on = (book.value("sent_on") or 0) + event.papers
    changed = with_figures(book, event=case.event_id, sent_on=sent_on)
    changed = with_store(changed, store=book.store - event.papers, event=case.event_id)
    check = check_book(case, stock=stock, book=changed)
    kept = case.move(stock, book=check.book, papers=check.book.store)
    taken = None if event.serials is None else ((event.serials.first, event.serials.last),)
    return Verdict(
        units=(kept, replace(_package(case, source=stock), serials=taken)),
        findings=(*check.findings, *check_empty(case, name=event.package, papers=event.papers)),
        settles=check.settles,
        raises=check.sentences,
    )


def _out_of_batch(case: Case[ResupplySent], *, batch: Unit) -> Verdict:
    event = case.event
    drawn: Drawn = draw(
        case,
        batch=batch,
        papers=event.papers,
        serials=event.serials,
        subject=event.package,
        into=event.package,
        station=event.station,
    )
    acts = Trail(case.event_id, batch.drawn)
    kept = case.move(batch, papers=drawn.papers, serials=drawn.numbers.left, drawn=acts)
    package = replace(_package(case, source=batch), serials=drawn.numbers.taken)
    empty = check_empty(case, name=event.package, papers=event.papers)
    return Verdict(units=(kept, package), findings=(*drawn.findings, *empty))


def _package(case: Case[ResupplySent], *, source: Unit) -> Unit:
    event = case.event
    return case.create(
        event.package,
        station=event.station,
        custodian=source.custodian,
        papers=event.papers,
        packed_by=case.event_id,
        resupply=True,
        sent_from=source.station if source.book is not None else "",
        style=source.style,
    )


def judge_resupply_received(case: Case[ResupplyReceived]) -> Verdict:
    """The package of a resupply counted into the stock; what was sent is what arrives."""
    event, package = case.event, case.unit(case.event.package)
    stock = None if package is None else book_of(case, station=event.station, style=package.style)
    if (
        package is None
        or stock is None
        or stock.book is None
        or not package.resupply
        or package.station != event.station
        or package.contains
    ):
        why = message("unfit.no-resupply", station=event.station)
        return blocked(unfit(case, name=event.package, why=why))
    wrong = check_holder(case, part="acting", units=(package, stock))
    if wrong:
        return blocked(*wrong)
    left = max((stock.book.value("lacking") or 0) - event.papers, 0)
    if "lacking" in stock.book.figures:
        stock = replace(stock, book=with_figures(stock.book, event=case.event_id, lacking=left))
    # rules.md 58
    verdict = count_into(case, stocks=(stock,), units=(package,), figures={package.unit: event.papers})
    return verdict if left else replace(verdict, settles=(*verdict.settles, _topic(stock.account)))


def _topic(station: str) -> str:
    return lacking_topic(station)


def unfit(case: Case[Stated], *, name: str, why: Message) -> Draft:
    """A draft: the act says of a unit what it cannot be; nothing was changed."""
    return case.draft("not-in-state", subject=name, sentence=message("unfit", type=case.type, unit=name, why=why))


JUDGES: Final[dict[str, Judge]] = dict(
    (
        judging(ShortageDeclared, judge_shortage_declared),
        judging(ResupplySent, judge_resupply_sent),
        judging(ResupplyReceived, judge_resupply_received),
    )
)
