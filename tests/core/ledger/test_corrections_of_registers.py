"""A correction is judged as if the entry that it corrects had registered nothing: seals, manifest, serial numbers, return."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, fold
from tests.core.ledger.test_returns import on_the_way_back

Wrong = tuple[Journey, Partial, Partial, tuple[str, ...], Partial]
"""A journey, what was stated wrongly, what differs in the correction, by whom both are, and what officers do on top of it"""


PACKED = {"type": "UnitPacked", "unit": unit_id(office="AYT", kind="pouch", number=9), "batch": None, "papers": 20}


def packs(journey: Journey) -> list[str]:
    names = [journey.names.pack(number) for number in (1, 2)]
    packed = {"type": "UnitPacked", "batch": journey.names.batch, "contents": [], "papers": 10}
    for name in names:
        journey.play.act({**packed, "unit": name}, by=CEC)
    return names


def seals() -> Wrong:
    """The same two seals, each on the pack on which it really is."""
    journey = Journey(Play("AYT", "ROM"), "AYT")
    rows = [journey.play.stage.seal(pack) for pack in packs(journey)]
    crossed = [{**one, "seal": other["seal"]} for one, other in zip(rows, reversed(rows), strict=True)]
    return (
        journey,
        {"type": "SealsApplied", "seals": crossed},
        {"seals": rows},
        CEC,
        {**PACKED, "contents": [row["unit"] for row in rows]},
    )


def manifest() -> Wrong:
    """The same consignment, with the papers that were really packed."""
    journey = Journey(Play("AYT", "ROM"), "AYT")
    legs = [{"number": 1, "releasing": "CEC", "receiving": "MFA", "due": None, "due_commitment": None}]
    stated: dict[str, Any] = {"consignment": journey.names.out, "station": "AYT", "direction": "out", "legs": legs}
    whole = {"type": "ConsignmentManifested", **stated, "units": packs(journey), "packages": 2}
    sealed = [journey.play.stage.seal(pack) for pack in whole["units"]]
    journey.play.act({"type": "SealsApplied", "seals": sealed}, by=CEC)
    return journey, {**whole, "papers": 21}, {"papers": 20}, CEC, {**PACKED, "contents": whole["units"]}


def serials() -> Wrong:
    """The same series, and one paper more than the order said."""
    journey, run = Journey(Play("AYT", "ROM"), "AYT"), unit_id(office="CEC", kind="batch", number=2)
    journey.play.act({"type": "PrintOrdered", "batch": run, "papers": 100}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": run, "printed": 104, "waste": 4, "method": "counted"}
    numbers = {"serials": {"first": 1, "last": 100}}
    line = {"station": "AYT", "batch": unit_id(office="AYT", kind="batch", number=7), "papers": 0}
    top = {"type": "BatchAllocated", "batch": run, "lines": [line]}
    return journey, {**note, **numbers, "good": 90}, {"good": 100}, ("printer-1", "cec-representative"), top


def returned() -> Wrong:
    """The same return, with the papers that really came."""
    journey, names = on_the_way_back(packages=1)
    papers = journey.play.unit(names[0]).papers or 0
    act = {"type": "ReturnReceived", "consignment": journey.names.back, "units": names, "packages": 1}
    return (
        journey,
        {**act, "seals": "intact", "papers": papers - 3},
        {"papers": papers},
        CEC,
        {"type": "Archived", "units": names},
    )


@pytest.mark.parametrize("make", [seals, manifest, serials, returned])
def test_a_correction_registers_what_the_wrong_entry_had_registered(make: Callable[[], Wrong]) -> None:
    journey, stated, other, by, _ = make()
    play, start = journey.play, len(journey.play.log)
    wrong = play.act(stated, by=by)
    right = play.act({**stated, **other, "corrects": wrong}, by=by)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=by)
    for order in permutations(play.log[start:]):
        ledger = fold([*play.log[:start], *order])
        assert [ledger.state.records[event].status for event in (wrong, right)] == ["in error", "applied"]
        assert {finding.status for finding in ledger.state.findings} <= {"settled"}


@pytest.mark.parametrize("make", [seals, manifest, serials, returned])
def test_so_does_one_of_an_entry_on_which_others_had_acted_once_it_is_chosen(make: Callable[[], Wrong]) -> None:
    """While both stand in the dispute, the correction is judged as if the entry were not there."""
    journey, stated, other, by, top = make()
    play, start = journey.play, len(journey.play.log)
    wrong = play.act(stated, by=by)
    on_top = play.act(top, by=CEC)
    assert play.status(on_top) == "applied"
    refs = {"units": [{"unit": unit, "previous": wrong} for unit in stated["units"]]} if "units" in stated else {}
    right = play.act({**stated, **other, **refs, "corrects": wrong}, by=by)
    declared = play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=by)
    made = play.log[start:]
    contested = next(finding for finding in play.findings if finding.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": contested.id, "chosen": declared}, by=CEC)
    for order in permutations(made):
        ledger = fold([*play.log[:start], *order, play.log[-1]])
        assert [ledger.state.records[event].status for event in (wrong, right)] == ["in error", "applied"]
        assert {finding.status for finding in ledger.state.findings} <= {"settled", "adjudicated"}


def test_a_corrected_return_that_says_fewer_is_short_though_the_wrong_one_still_stands_in_the_dispute() -> None:
    journey, stated, other, by, top = returned()
    play = journey.play
    wrong = play.act({**stated, **other}, by=by)
    play.act(top, by=CEC)
    refs = {"units": [{"unit": unit, "previous": wrong} for unit in stated["units"]]}
    right = play.act({**stated, **refs, "corrects": wrong}, by=by)
    declared = play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=by)
    contested = next(finding for finding in play.findings if finding.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": contested.id, "chosen": declared}, by=CEC)
    assert ("return-short", "open") in play.codes_found()
