"""The same acts give the same findings, ids and counts, whatever order they reach the log in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

from custody.core.ledger import Ledger
from tests.ledger.journeys import Journey
from tests.ledger.playing import Play, checked_all, fold_checked


def everything(ledger: Ledger) -> list[tuple[Any, ...]]:
    """All that is told of each finding, but for the place in the log where it was raised."""
    rows = ({**finding.doc(), "raised": 0, "also": len(finding.also)} for finding in ledger.state.findings)
    return sorted(tuple(sorted((name, str(value)) for name, value in row.items())) for row in rows)


def in_orders(play: Play, held: Sequence[str], *, orders: Iterable[Sequence[str]] = ()) -> list[Ledger]:
    """The log with what was held back, in every order or in these."""
    start = len(play.log)
    play.record(*held)
    items = dict(zip(held, checked_all(play.log)[start:], strict=True))
    before = checked_all(play.log[:start])
    return [fold_checked([*before, *(items[name] for name in order)]) for order in orders or permutations(held)]


def broken(journey: Journey) -> dict[str, Any]:
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    return {"type": "SealsChecked", "units": [journey.pouch], "seals": seals}


def test_a_broken_seal_has_one_id_whichever_report_of_it_comes_first() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    held = [play.hold(broken(journey), by=(journey.courier,)) for _ in range(2)]
    offer = journey.offer((journey.courier,), journey.who("officer"))
    found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch, condition="broken"), "papers": None}
    held.append(play.hold({**journey.answering(offer), "found": found}, by=journey.who("officer")))
    since = {"since": play.at(-1), "until": play.at(), "cause": "seal", "classification": "breach"}
    stated = {"type": "CustodyBroken", "units": [journey.pouch], **since}
    held.append(play.hold(stated, by=journey.who("officer")))
    ledgers = in_orders(play, held)
    (finding,) = ledgers[0].state.findings
    assert (finding.code, finding.status, finding.count) == ("seal-condition", "open", 4)
    assert all(everything(ledger) == everything(ledgers[0]) for ledger in ledgers)
    assert len({ledger.state_digest() for ledger in ledgers}) <= len(ledgers)


def test_a_broken_seal_that_was_counted_by_three_has_one_id_wherever_the_reports_come() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    held = [play.hold(broken(journey), by=(journey.courier,)) for _ in range(2)]
    for giver, taker in (((journey.courier,), journey.who("officer")), (journey.who("officer"), journey.commission)):
        found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch, condition="broken"), "papers": None}
        offer = play.hold(journey.offering(taker), by=giver)
        answer = {**journey.answering(offer, result="accepted with reservation"), "found": found}
        held += [offer, play.hold(answer, by=taker)]
    opening = {"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "broken"}
    held.append(play.hold(opening, by=journey.commission))
    rows = [{"unit": name, "papers": play.known(name).papers} for name in journey.packs]  # type: ignore[union-attr]
    count = {"type": "BallotsCounted", "occasion": "receipt", "counts": rows, "units": [*journey.packs, "AYT-S01-4"]}
    stock = journey.names.stock
    held.append(play.hold({**count, "units": [*journey.packs, stock], "seals": []}, by=journey.commission))
    acts, reports = held[2:], held[:2]
    orders = [[*acts[:place], *row, *acts[place:]] for place in range(len(acts) + 1) for row in permutations(reports)]
    ledgers = in_orders(play, held, orders=[*orders, held[::-1]])
    (finding,) = ledgers[0].state.findings
    assert (finding.code, finding.status, finding.settled_by) == ("seal-condition", "settled", held[-1])
    assert [everything(ledger) for ledger in ledgers] == [everything(ledgers[0])] * len(ledgers)


def test_a_clock_has_one_finding_with_one_id_whichever_claim_comes_first() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    check = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}
    claims = ("1970-01-01T09:00:00+06:00", "1971-01-01T09:00:00+06:00", "1972-01-01T09:00:00+06:00")
    held = [play.hold({**check, "at": at}, by=(journey.courier,)) for at in claims]
    ledgers = in_orders(play, held)
    (finding,) = ledgers[0].state.findings
    assert (finding.code, finding.status) == ("time-contradiction", "open")
    assert {(row.id, row.status) for ledger in ledgers for row in ledger.state.findings} == {(finding.id, "open")}


def test_two_identities_that_the_same_events_break_are_both_told() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.closed(in_boxes=journey.papers - 25, valid=journey.papers - 30)
    codes = sorted((finding.code, finding.subject, str(finding.sentence)) for finding in journey.play.findings)
    assert [code for code, _, _ in codes] == ["box-issued"] * 2
    assert len({finding.id for finding in journey.play.findings}) == 2
    assert "they differ by 2." in codes[0][2] or "they differ by 2." in codes[1][2]
