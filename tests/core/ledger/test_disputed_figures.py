"""Figures that a dispute takes out of force stay shown, marked, until it is settled; in every order of arrival."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from custody.core.fold.outcome_figures import books_of, shown_of, unit_figures
from custody.core.ledger import Ledger
from custody.core.wording.outcomes import Outcome
from schemas.outcomes import ShownFiguresJson
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked

Shown = tuple[Mapping[str, Any], ShownFiguresJson]


def shown_in(ledger: Ledger, journey: Journey) -> Shown:
    """The station's account, and the figures of its first pack."""
    state = ledger.state
    stock, pack = journey.names.stock, journey.packs[0]
    rows = books_of(state, stock, head=state.paths.head(stock), shown=shown_of(state, stock))
    return next(doc for _, _, doc in rows), unit_figures(state.paths.head(pack), shown=shown_of(state, pack))


def contested() -> tuple[Journey, int, str, str]:
    """A pouch counted by the commission, and a second courier who got it by an older phone; where it began, and the rivals."""
    journey = Journey(Play(), "AYT").at_mfa()
    journey.mandate("courier-reserve")
    play, refs = journey.play, journey.play.refs(journey.pouch)
    start = len(play.log)
    honest = journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    journey.count()
    offer = play.act(journey.offering(("courier-reserve",), units=refs), by=("mfa-2",))
    rival = play.act({**journey.answering(offer), "units": refs}, by=("courier-reserve",))
    return journey, start, honest, rival


def decide(journey: Journey, *, chosen: str) -> None:
    finding = next(item for item in journey.play.findings if item.code == "conflicting-acts" and item.status == "open")
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": chosen}, by=CEC)


def test_a_count_out_of_force_stays_shown_and_is_marked() -> None:
    journey, _, _, _ = contested()
    account, pack = journey.play.book("AYT"), shown_in(journey.play.ledger, journey)[1]
    assert journey.play.holder(journey.pouch) == "MFA"
    assert (account["declared"], account["counted"], account["disputed"]) == (journey.papers, journey.papers, True)
    assert {"declared", "counted", "store", "counted_at"} <= set(account["disputed_figures"])
    assert not {"list", "allocated"} & set(account["disputed_figures"])
    assert (pack["counted"], pack["disputed_figures"]) == (pack["papers"], ["counted"])


def test_what_is_shown_does_not_depend_on_the_order_of_arrival() -> None:
    journey, start, _, _ = contested()
    checked, told = checked_all(journey.play.log), shown_in(journey.play.ledger, journey)
    rival_first = [*checked[-2:], *checked[start:-2]]
    for tail in (rival_first, *(Random(seed).sample(rival_first, k=len(rival_first)) for seed in range(6))):
        assert shown_in(fold_checked([*checked[:start], *tail]), journey) == told


def test_a_decision_for_the_branch_takes_the_mark_away() -> None:
    journey, _, honest, _ = contested()
    shown, _ = shown_in(journey.play.ledger, journey)
    decide(journey, chosen=honest)
    account, pack = shown_in(journey.play.ledger, journey)
    assert account == {**shown, "disputed": False, "disputed_figures": []}
    assert (pack["counted"] is not None, pack["disputed_figures"]) == (True, [])
    assert journey.play.book("AYT") == account


def test_a_decision_against_the_branch_takes_its_figures_away_until_it_is_turned() -> None:
    journey, _, honest, rival = contested()
    conflict = next(item for item in journey.play.findings if item.code == "conflicting-acts")
    decide(journey, chosen=rival)
    account, pack = shown_in(journey.play.ledger, journey)
    assert (account["declared"], account["counted"], account["disputed"]) == (None, None, False)
    assert (pack["counted"], pack["disputed_figures"]) == (None, [])
    assert journey.play.book("AYT") == account
    journey.play.act({"type": "FindingAdjudicated", "finding": conflict.id, "chosen": honest}, by=CEC)
    assert journey.play.book("AYT")["counted"] == journey.papers
    assert not journey.play.book("AYT")["disputed"]


def test_a_rival_who_only_moves_a_unit_hides_no_count() -> None:
    journey, _, _, rival = contested()
    play, before = journey.play, shown_in(journey.play.ledger, journey)
    for number in range(6):
        kind = ("ReleasedToCarrier", "CollectedFromCarrier")[number % 2]
        told = {"mode": "hold", "seals": "intact"} if kind == "ReleasedToCarrier" else {"found": "intact"}
        refs = [{"unit": journey.pouch, "previous": rival}]
        rival = play.act({"type": kind, **told, "units": refs}, by=("courier-reserve",))
    assert shown_in(play.ledger, journey) == before


def test_what_goes_back_goes_back_while_its_packing_is_disputed_and_when_it_was_decided_against() -> None:
    journey = Journey(Play(), "AYT")
    journey.closed()
    play, stock = journey.play, journey.play.refs(journey.names.stock)
    honest = journey.packed_for_return()
    package = {"unit": journey.back, "from_boxes": 1, "cancelled": 1}
    rival = {"type": "PackedForReturn", "station": "AYT", "packages": [package]}
    play.act({**rival, "units": [*stock, {"unit": journey.back, "previous": None}]}, by=journey.commission)
    conflict = next(item for item in play.findings if item.code == "conflicting-acts")
    ways = [outcome.doc["direction"] for outcome in told(play, "unit") if outcome.subject == journey.back]
    assert play.ledger.state.paths.head(journey.back) is None
    play.act({"type": "FindingAdjudicated", "finding": conflict.id, "chosen": honest}, by=CEC)
    ways += [outcome.doc["direction"] for outcome in told(play, "unit") if outcome.subject == journey.back]
    assert set(ways) == {"back"}


def test_an_honest_journey_marks_nothing() -> None:
    journey = Journey(Play(), "AYT").opened()
    journey.count()
    docs = [outcome.doc for outcome in told(journey.play, "account") + told(journey.play, "unit")]
    assert not any(doc["disputed_figures"] for doc in docs)


def told(play: Play, kind: str) -> list[Outcome]:
    return [outcome for outcome in play.outcomes if outcome.kind == kind]
