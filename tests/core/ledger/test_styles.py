"""Styles: papers of several styles in one pouch, a book and an account for each, one altered figure of one style one finding."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations
from typing import Any

import pytest

from custody.core.evidence.conservation import check_accounts
from schemas.errors import Misused, Refused
from schemas.identifiers import unit_id
from tests.core.ledger.playing import CEC, Play, fold, staged
from tests.core.ledger.styled import CODES, StyledJourney

FIGURES = (
    "received",
    "issued",
    "spoiled",
    "unused",
    "defective",
    "cancelled",
    "signatures",
    "in_boxes",
    "valid",
    "invalid",
)
OTHERS = ("not_returned", "unaccounted")


def told(journey: StyledJourney) -> list[tuple[str, str, str]]:
    """Every finding that there is."""
    return [(finding.code, finding.status, finding.sentence) for finding in journey.play.findings]


@pytest.fixture(scope="module")
def counted_boxes() -> StyledJourney:
    """All but the accounts."""
    journey = StyledJourney.begun().voted()
    journey.listed()
    return journey


def after(journey: StyledJourney) -> StyledJourney:
    """The same journey to go on from, by itself."""
    made = StyledJourney.begun()
    for entry in journey.play.log[len(made.play.log) :]:
        made.play.put(entry)
    made.play.stage = staged(journey.play.stage)
    made.packs_of = {style: list(packs) for style, packs in journey.packs_of.items()}
    return made


def test_an_honest_election_of_three_styles_is_silent_from_the_press_to_the_archive() -> None:
    journey = StyledJourney.begun().drawn_up()
    journey.home()
    assert told(journey) == []
    assert check_accounts(journey.play.ledger.state) == ()
    assert [journey.account_of(style)["unaccounted"] for style in CODES] == [0, 0, 0]
    assert [journey.account_of(style)["style"] for style in CODES] == list(CODES)


def test_what_a_pouch_holds_is_told_by_style() -> None:
    journey = StyledJourney.begun().packed()
    docs = [row.doc for row in journey.play.outcomes if row.kind == "unit" and row.subject == journey.pouch]
    assert docs[-1]["styles"] == [{"style": style, "papers": journey.share(style)} for style in sorted(CODES)]


@pytest.mark.parametrize(
    ("style", "figure"),
    [("president-ru", name) for name in (*FIGURES, *OTHERS)] + [("council", name) for name in FIGURES[:4]],
)
def test_one_altered_figure_of_one_account_is_one_finding_that_names_its_style(
    counted_boxes: StyledJourney, style: str, figure: str
) -> None:
    journey = after(counted_boxes)
    honest = journey.figures(style)[figure]
    journey.close_accounts(**{style.replace("-", "_"): {figure: honest + 3}})
    assert len(told(journey)) == 1, told(journey)
    assert style in journey.play.findings[0].sentence


@pytest.mark.parametrize("style", CODES)
def test_one_count_of_one_style_that_differs_is_one_finding(style: str) -> None:
    journey = StyledJourney.begun().opened()
    assert isinstance(journey, StyledJourney)
    journey.count_styles(**{style.replace("-", "_"): -1})
    assert [code for code, _, _ in told(journey)] == ["quantity-mismatch"]
    assert journey.account_of(style)["unaccounted"] == 1
    assert sum(journey.account_of(other)["unaccounted"] for other in CODES) == 1


@pytest.mark.parametrize("style", CODES)
def test_papers_of_one_style_issued_beyond_what_was_given_are_one_finding(style: str) -> None:
    journey = StyledJourney.begun().voted(**{style.replace("-", "_"): 5})
    journey.listed()
    assert len(told(journey)) == 1, told(journey)
    assert style in journey.play.findings[0].sentence


def test_signatures_are_held_against_the_papers_of_all_styles_of_a_contest() -> None:
    journey = StyledJourney.begun().voted()
    journey.listed(off=2)
    finding = journey.play.only("issued-signatures")
    assert "Contest president" in finding.sentence
    assert "they differ by 2" in finding.sentence
    journey.listed()
    assert [row.status for row in journey.play.findings] == ["settled"]


def test_where_rules_have_voters_sign_for_each_style_each_is_held_against_its_own() -> None:
    journey = StyledJourney.begun()
    rules = journey.play.ledger.state.rules_now().rules.model_dump(mode="json")
    journey.play.act({"type": "RulesSet", "rules": {**rules, "list_signatures": "style"}}, by=CEC)
    journey.voted()
    for style in CODES:
        off = 1 if style == "president-ru" else 0
        journey.stated(signatures=journey.issued(style) + off, units=[journey.stock(style)])
    assert "Style president-ru" in journey.play.only("issued-signatures").sentence


def test_a_manifest_that_states_one_style_otherwise_is_one_finding() -> None:
    journey = StyledJourney.begun().packed(council=4)
    assert "of style council" in journey.play.only("quantity-mismatch").sentence


def test_an_order_of_no_style_or_of_an_unknown_one_has_no_effect() -> None:
    journey = StyledJourney.begun()
    batch = unit_id(office="CEC", kind="batch", number=9)
    journey.play.act({"type": "PrintOrdered", "batch": batch, "papers": 5}, by=CEC)
    journey.play.act({"type": "PrintOrdered", "batch": batch, "papers": 5, "style": "mayor"}, by=CEC)
    finding = journey.play.only("not-in-state")
    assert "states no style" in finding.sentence
    assert finding.count == 2
    plain = Play("AYT")
    plain.act({"type": "PrintOrdered", "batch": batch, "papers": 5, "style": "council"}, by=CEC)
    assert "none of this election" in plain.only("not-in-state").sentence


def test_papers_of_one_style_are_not_counted_into_the_book_of_another() -> None:
    journey = StyledJourney.begun().opened()
    assert isinstance(journey, StyledJourney)
    pack = journey.packs_of["council"][0]
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers}]
    units = journey.play.refs(pack, journey.stock("president-kk"))
    counted = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts, "units": units}
    journey.play.act(counted, by=journey.commission)
    assert "another style" in journey.play.only("not-in-state").sentence


def test_one_seal_closes_the_safe_with_all_books_in_it() -> None:
    journey = StyledJourney.begun().opened()
    assert isinstance(journey, StyledJourney)
    journey.count_styles()
    journey.act("StoreSealed", seals=[journey.play.stage.seal(journey.stock("president-kk"))])
    pair = (journey.commission[1], journey.who("issuer")[0])
    given = {"issuer": pair[1], "papers": 5}
    journey.act("BallotsGivenToIssuer", style="council", by=pair, **given)
    assert "closed with seal" in journey.play.only("not-in-state").sentence
    journey.act("StoreOpened", seals="intact")
    journey.act("BallotsGivenToIssuer", style="council", by=pair, **given)
    assert len(told(journey)) == 1


def test_a_box_that_all_styles_share_and_nobody_opened_is_one_finding() -> None:
    journey = StyledJourney.begun().voted()
    journey.listed()
    for style in CODES:
        journey.act("UnusedCancelled", style=style, unused=10, spoiled=2, defective=0)
    for style in CODES:
        journey.play.act(journey.figures(style), by=journey.commission)
    assert [code for code, _, _ in told(journey)] == ["box-unopened"]
    journey.boxes_opened()
    assert [status for _, status, _ in told(journey)] == ["settled"]


def test_acts_on_books_of_different_styles_may_arrive_in_any_order() -> None:
    journey = StyledJourney.begun().counted()
    pair, start = (journey.commission[1], journey.who("issuer")[0]), len(journey.play.log)
    for style in CODES:
        more = {"issuer": pair[1], "papers": journey.share(style)}
        event = journey.play.hold({"type": "BallotsGivenToIssuer", "station": "AYT", "style": style, **more}, by=pair)
        journey.play.record(event)
    log = journey.play.log
    digests = {fold([*log[:start], *order]).state_digest() for order in permutations(log[start:])}
    assert len(digests) == 1


def test_drafting_asks_for_the_style_where_there_are_several() -> None:
    journey = StyledJourney.begun().counted()
    with pytest.raises(Misused, match='state "style", one of council, president-kk, president-ru'):
        journey.act("BallotsFoundDefective", papers=1)
    with pytest.raises(Misused, match="no book of style mayor"):
        journey.act("BallotsFoundDefective", style="mayor", papers=1)


def empty_forms() -> Iterator[tuple[str, dict[str, Any]]]:
    """What is left out stated as nothing: no event says so."""
    yield "PrintOrdered", {"style": ""}
    yield "StationOpened", {"books": []}


@pytest.mark.parametrize(("kind", "field"), list(empty_forms()))
def test_what_is_left_out_is_not_stated_as_nothing(kind: str, field: dict[str, Any]) -> None:
    play = Play("AYT")
    own = {"PrintOrdered": {"batch": "CEC-B01-G", "papers": 5}, "StationOpened": {}}[kind]
    with pytest.raises((Refused, Misused)):
        play.act({"type": kind, **own, **field, "units": ["CEC-B01-G"]}, by=CEC)


def test_a_lost_pouch_of_several_styles_is_replaced_style_by_style() -> None:
    journey = StyledJourney.begun().under_way()
    assert isinstance(journey, StyledJourney)
    packs = [pack for style in CODES for pack in journey.packs_of[style]]
    loss = {"type": "LossDeclared", "units": [journey.pouch, *packs], "last_seen": None}
    journey.play.act(loss, by=(journey.courier, "mfa-1"))
    for number, style in enumerate(CODES, start=11):
        papers = journey.share(style)
        run = {"batch": unit_id(office="CEC", kind="batch", number=number), "papers": papers}
        journey.play.act({"type": "PrintOrdered", **run, "style": style}, by=CEC)
        good = {"printed": papers + 1, "good": papers, "waste": 1, "method": "counted", "serials": None}
        printed = {"type": "BallotsPrinted", "batch": run["batch"], **good}
        journey.play.act(printed, by=("printer-1", "cec-representative"))
    rows: list[dict[str, Any]] = [
        {
            "source": unit_id(office="CEC", kind="batch", number=11 + place),
            "batch": unit_id(office="AYT", kind="batch", number=11 + place),
            "papers": journey.share(style),
        }
        for place, style in enumerate(CODES)
    ]
    replaced = {
        "type": "ReplacementAuthorised",
        "station": "AYT",
        "reason": "lost",
        "replaced": [journey.pouch, *packs],
    }
    journey.play.act({**replaced, **rows[0], "others": rows[1:]}, by=CEC)
    assert not [row for row in told(journey) if row[0] in ("over-allocation", "shortage", "not-in-state")], told(
        journey
    )
    assert [journey.play.unit(row["batch"]).style for row in rows] == list(CODES)


def test_the_sum_of_a_contest_is_told_alike_in_any_order_of_arrival() -> None:
    journey, play = (made := StyledJourney.begun()), made.play
    start, batch = len(play.log), {style: number for number, style in enumerate(CODES, start=11)}
    for style in CODES[:2]:
        run = unit_id(office="CEC", kind="batch", number=batch[style])
        play.act({"type": "PrintOrdered", "batch": run, "papers": 2, "style": style}, by=CEC)
        good = {"printed": 2, "good": 2, "waste": 0, "method": "counted", "serials": None}
        play.act({"type": "BallotsPrinted", "batch": run, **good}, by=("printer-1", "cec-representative"))
        line = {"station": journey.code, "batch": unit_id(office="AYT", kind="batch", number=batch[style]), "papers": 2}
        play.act({"type": "BatchAllocated", "batch": run, "lines": [line]}, by=CEC)
    log = play.log
    told = set()
    for order in islice(permutations(log[start:]), 0, None, 23):
        ledger = fold([*log[:start], *order])
        told.add(tuple((row.id, row.code, row.status, str(row.sentence)) for row in ledger.state.findings if row.off))
    assert [(code, status) for rows in told for _, code, status, _ in rows] == [("over-allocation", "open")]
    assert all("4 too many" in said for rows in told for *_, said in rows)
