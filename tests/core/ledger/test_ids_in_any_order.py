"""The same acts give the same findings, ids and counts, whatever order they reach the log in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

from custody.core.ledger import Ledger
from custody.core.state.finding_draft import Draft, finding_id
from custody.core.state.finding_store import FindingStore
from custody.core.wording.messages import message
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, checked_all, fold_checked


def everything(ledger: Ledger) -> list[tuple[Any, ...]]:
    """All that is told of each finding, but for the place in the log where it was raised."""
    rows = ({**finding.doc(), "raised": 0, "also": len(finding.related)} for finding in ledger.state.findings)
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


def test_what_two_answers_take_out_of_force_is_told_by_the_first_of_them_whatever_the_order() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").at_mfa()
    play, refs = journey.play, journey.play.refs(journey.pouch)
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
    receiving = ((journey.courier,), ("courier-rom",), ("courier-reserve",))
    offers = [play.hold(journey.offering(to, units=refs), by=("mfa-1",)) for to in receiving]
    rows = zip(offers, receiving, strict=True)
    answers = [play.hold({**journey.answering(offer), "units": refs}, by=to) for offer, to in rows]
    play.record(*offers)
    held = [*answers, play.hold(released, by=("mfa-1",))]
    ledgers = in_orders(play, held)
    for ledger in ledgers:
        (told,) = (row for row in ledger.state.findings if row.code == "not-custodian")
        assert (told.evidence, told.count) == (tuple(sorted((min(answers), held[-1]))), 1)


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
    for releasing, receiving in (
        ((journey.courier,), journey.who("officer")),
        (journey.who("officer"), journey.commission),
    ):
        found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch, condition="broken"), "papers": None}
        offer = play.hold(journey.offering(receiving), by=releasing)
        answer = {**journey.answering(offer, result="accepted with reservation"), "found": found}
        held += [offer, play.hold(answer, by=receiving)]
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


def test_two_identities_of_one_account_that_are_off_by_different_figures_are_both_told() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.closed(in_boxes=journey.papers - 25, valid=journey.papers - 30)
    assert [finding.code for finding in journey.play.findings] == ["box-issued"] * 2


def test_a_second_identity_that_the_same_events_break_has_a_finding_of_its_own() -> None:
    store = FindingStore()
    for name, off in (("6 boxes", 2), ("6 valid", 5), ("6 valid", 5)):
        sentence, topic = message("entry.other-election"), f"account/AYT/{name}"
        draft = Draft(code="box-issued", subject="AYT", evidence=("a", "b"), sentence=sentence, topic=topic, off=off)
        store.raise_(draft, position=1, by="b", severity="serious", act="b")
    assert [(finding.subject, finding.off) for finding in store] == [("AYT", 2), ("AYT/6 valid", 5)]
    ids = [finding_id(code="box-issued", subject=name, evidence=("a", "b")) for name in ("AYT", "AYT/6 valid")]
    assert [finding.id for finding in store] == ids
    store.settle_topic("account/AYT/6 boxes", by="c")
    assert [finding.status for finding in store] == ["settled", "open"]


def test_what_two_wrong_figures_break_together_is_listed_under_the_first() -> None:
    journey = Journey(Play("AYT"), "AYT")
    journey.voted()
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    account = journey.account()
    account |= {"received": account["received"] - 1, "issued": account["issued"] + 3}
    journey.play.act(account, by=journey.commission)
    assert [finding.code for finding in journey.play.findings] == ["station-account"] * 2


def test_a_double_offer_is_settled_by_the_reply_that_was_claimed_first_whichever_was_recorded_first() -> None:
    journey = Journey(Play("AYT", "ROM"), "AYT").at_mfa()
    play, refs, receiving = journey.play, journey.play.refs(journey.pouch), (journey.courier, "courier-reserve")
    offers = [play.hold(journey.offering((to,), units=refs), by=("mfa-1",)) for to in receiving]
    rows = zip(offers, receiving, ("refused", "accepted"), strict=True)
    replies = [play.hold({**journey.answering(to, result=result), "units": refs}, by=(by,)) for to, by, result in rows]
    play.record(*offers)
    for ledger in in_orders(play, replies):
        (told,) = (row for row in ledger.state.findings if row.code == "double-offer")
        assert (told.status, told.settled_by, told.count) == ("settled", replies[0], 2)


def test_what_stands_under_the_report_of_an_examination_is_the_same_once_both_are_in_error() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, units, officer = journey.play, [journey.pouch], journey.who("officer")
    examined = {"type": "PouchExamined", "examination": "detained", "by": "customs", "seals": [], "units": units}
    exam = play.hold(examined, by=(journey.courier,))
    stated = {"type": "CustodyBroken", "cause": "carrier", "classification": "incident", "units": units}
    gap = play.hold({**stated, "since": play.at(-3), "until": None}, by=officer)
    signers = {exam: (journey.courier,), gap: officer}
    errors = [play.hold({"type": "ErrorDeclared", "event": name}, by=by) for name, by in signers.items()]
    ledgers = in_orders(play, [exam, gap, *errors])
    assert [row.status for row in ledgers[0].state.findings] == ["settled", "settled"]
    assert all(everything(ledger) == everything(ledgers[0]) for ledger in ledgers)
