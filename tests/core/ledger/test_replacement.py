"""Replacements: papers of another series in place of lost or spoiled ones, whose seals and serial numbers are blocked."""

from __future__ import annotations

import pytest

from custody.core.evidence.conservation import check_accounts
from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.supplies import RESERVE_RUN, replace, reserve_run


@pytest.fixture
def journey() -> Journey:
    """AYT's packs are received unopened; another series is printed."""
    journey = Journey(Play("AYT"), "AYT").opened()
    reserve_run(journey, papers=500, serials=(5001, 5500))
    return journey


def test_a_replaced_pack_leaves_use_and_the_station_has_as_many_papers_as_before(journey: Journey) -> None:
    papers = journey.play.unit(journey.packs[0]).papers or 0
    replace(journey, replaced=[journey.packs[0]], papers=papers, serials={"first": 5001, "last": 5000 + papers})
    assert journey.play.findings == []
    assert journey.play.unit(journey.packs[0]).state == "replaced"
    new = journey.play.unit(unit_id(office="AYT", kind="batch", number=5))
    assert (new.state, new.papers, new.serials) == ("allocated", papers, ((5001, 5000 + papers),))


@pytest.mark.parametrize(("off", "code"), [(1, "over-allocation"), (-1, "shortage")])
def test_more_or_fewer_papers_than_were_replaced_are_told(journey: Journey, off: int, code: str) -> None:
    papers = journey.play.unit(journey.packs[0]).papers or 0
    event = replace(journey, replaced=[journey.packs[0]], papers=papers + off)
    finding = journey.play.only(code)
    assert event in finding.evidence
    assert len(finding.evidence) == 2


def test_replaced_papers_never_count_again(journey: Journey) -> None:
    pack = journey.packs[0]
    papers = journey.play.unit(pack).papers or 0
    replace(journey, replaced=[pack], papers=papers)
    counts = [{"unit": pack, "papers": papers}]
    journey.play.act({"type": "BallotsCounted", "occasion": "receipt", "counts": counts}, by=journey.commission)
    assert journey.play.only("not-in-state").subject == pack
    assert journey.play.book("AYT")["counted"] is None


def test_a_counted_pack_is_in_the_stock_and_is_not_replaced(journey: Journey) -> None:
    journey.count()
    replace(journey, replaced=[journey.packs[0]], papers=250)
    assert "cannot be replaced by this act" in journey.play.only("not-in-state").sentence


def test_a_seal_of_a_replaced_package_is_blocked() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    reserve_run(journey)
    seal = journey.play.unit(journey.pouch).seals[0].number
    event = replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers)
    new = unit_id(office="AYT", kind="pack", number=40)
    packed = {"type": "UnitPacked", "unit": new, "batch": unit_id(office="AYT", kind="batch", number=5), "contents": []}
    journey.play.act({**packed, "papers": journey.papers}, by=CEC)
    journey.play.act({"type": "SealsApplied", "seals": [{"unit": new, "seal": seal}]}, by=CEC)
    finding = journey.play.only("seal-reused")
    assert (
        finding.sentence
        == f"Seal {seal} was applied to {new}, but it is blocked: it closed {journey.pouch}, which was replaced."
    )
    assert event  # the replacement stands


def test_a_pouch_is_replaced_with_all_that_is_inside() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    reserve_run(journey)
    replace(journey, replaced=[journey.pouch], papers=journey.papers)
    assert journey.play.only("not-in-state").subject == journey.pouch
    assert journey.play.unit(journey.pouch).state == "with courier"


def test_serial_numbers_of_replaced_papers_are_blocked() -> None:
    journey = Journey(Play("AYT"), "AYT")
    reserve_run(journey, papers=500, serials=(5001, 5500))
    play = journey.play
    pack = {"type": "UnitPacked", "batch": journey.names.batch, "contents": []}
    first, second = (unit_id(office="AYT", kind="pack", number=number) for number in (1, 2))
    play.act({**pack, "unit": first, "papers": 100, "serials": {"first": 1, "last": 100}}, by=CEC)
    pouch = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [first], "papers": 100}
    play.act(pouch, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=100)
    journey.over(("cec-1",), ("mfa-1",))
    event = replace(journey, replaced=[journey.pouch, first], papers=100, serials={"first": 5001, "last": 5100})
    assert play.findings == []
    play.act({**pack, "unit": second, "papers": 100, "serials": {"first": 51, "last": 150}}, by=CEC)
    finding = play.only("serial-overlap")
    assert event in finding.evidence
    assert finding.sentence == (
        f"Serial numbers 51 to 100 are said to be on papers of {second}, but they are blocked: "
        "they were on papers that were replaced."
    )


def test_a_dispute_frees_what_a_replacement_blocked(journey: Journey) -> None:
    play, pack = journey.play, journey.packs[0]
    counted = {"type": "BallotsCounted", "occasion": "receipt", "counts": [{"unit": pack, "papers": 250}]}
    rival = play.forge(counted, by=journey.commission)
    replace(journey, replaced=[pack], papers=250)
    assert play.ledger.state.registers.replaced_by(pack) is not None
    play.put(rival)
    assert play.ledger.state.registers.replaced_by(pack) is None
    assert play.unit(pack).state == "received"
    assert play.unit(RESERVE_RUN).papers == 500


# --- serial numbers on their way


def test_numbers_split_with_the_papers(journey: Journey) -> None:
    play = journey.play
    line = {"station": "AYT", "batch": unit_id(office="AYT", kind="batch", number=6), "papers": 100}
    numbers = {"serials": {"first": 5101, "last": 5200}}
    play.act({"type": "BatchAllocated", "batch": RESERVE_RUN, "lines": [{**line, **numbers}]}, by=CEC)
    pack = {"type": "UnitPacked", "unit": unit_id(office="AYT", kind="pack", number=41), "batch": line["batch"]}
    play.act({**pack, "contents": [], "papers": 40, "serials": {"first": 5121, "last": 5160}}, by=CEC)
    assert play.unit(RESERVE_RUN).serials == ((5001, 5100), (5201, 5500))
    assert play.unit(str(line["batch"])).serials == ((5101, 5120), (5161, 5200))
    assert play.unit(str(pack["unit"])).serials == ((5121, 5160),)
    assert [code for code, _ in play.codes_found()] == ["over-allocation"]


def test_numbers_that_a_batch_has_not_left_are_told(journey: Journey) -> None:
    play = journey.play
    batch = unit_id(office="AYT", kind="batch", number=5)
    replace(journey, replaced=[journey.packs[0]], papers=250, serials={"first": 5001, "last": 5250})
    pack = {"type": "UnitPacked", "batch": batch, "contents": [], "papers": 10}
    for number, first in ((41, 5001), (42, 5005)):
        serials = {"first": first, "last": first + 9}
        play.act({**pack, "unit": unit_id(office="AYT", kind="pack", number=number), "serials": serials}, by=CEC)
    assert "not all of them were left" in play.only("serial-overlap").sentence


def test_as_many_numbers_as_papers(journey: Journey) -> None:
    play = journey.play
    replace(journey, replaced=[journey.packs[0]], papers=250, serials={"first": 5001, "last": 5249})
    assert play.only("serial-gap").sentence.endswith("serial numbers 5001 to 5249 are 249, but it holds 250 papers.")


def test_a_lost_pouch_is_replaced_and_found_later_stays_in_quarantine() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    reserve_run(journey, papers=500, serials=(5001, 5500))
    lost = {"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}
    play.act(lost, by=("cec-1", "cec-2"))
    numbers = {"first": 5001, "last": 5000 + journey.papers}
    replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers, reason="lost", serials=numbers)
    assert play.unit(journey.pouch).state == "replaced"
    found = {"type": "UnitFound", "units": [journey.pouch], "seals": "intact"}
    play.act(found, by=("cec-1", "cec-2"))
    assert play.unit(journey.pouch).state == "quarantined"
    assert [code for code, _ in play.codes_found()] == ["custody-break"]
    lifted = {"type": "QuarantineLifted", "units": [journey.pouch], "custodian": play.key(journey.courier)}
    play.act(lifted, by=CEC)
    assert play.unit(journey.pouch).state == "quarantined"
    assert "was replaced after its loss" in play.findings[-1].sentence
    assert check_accounts(play.ledger.state) == ()


def test_only_what_was_declared_lost_is_replaced_as_lost() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    reserve_run(journey)
    event = replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers, reason="lost")
    assert f"nobody has declared {journey.pouch} lost" in journey.play.only("not-in-state").sentence
    assert (journey.play.status(event), journey.play.unit(journey.pouch).state) == ("waiting", "with courier")
