"""Stories of what one person does again and again: one finding a place, person and cause, and one that follows it."""

from __future__ import annotations

from custody.core.state.finding_store import finding_id
from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.telling import tells


@tells("prepared", 111, 112, 113)
def what_one_officer_signs_alone_is_one_finding_until_each_of_it_is_settled(journey: Journey) -> None:
    play = journey.play
    orders = [_ordered(play, number=number) for number in (2, 3, 4)]
    alone = {finding_id(code="below-threshold", subject=unit, evidence=(event,)): event for event, unit in orders}
    first, second, last = sorted(alone)
    assert (play.only("below-threshold").id, play.only("below-threshold").count) == (first, 3)
    play.sign_late(alone[first], by="cec-2")
    play.act({"type": "FindingAcknowledged", "finding": last}, by=("duty-1",))
    rows = [(item.id, item.status, item.count) for item in play.findings]
    assert sorted(rows) == sorted([(first, "settled", 1), (second, "acknowledged", 2)])
    play.sign_late(alone[last], by="cec-2")
    play.sign_late(alone[second], by="cec-2")
    assert {item.status for item in play.findings} == {"settled"}


def _ordered(play: Play, *, number: int) -> tuple[str, str]:
    """An order to print, signed by one of two officers, and the unit that it is about."""
    run = unit_id(office="CEC", kind="batch", number=number)
    return play.act({"type": "PrintOrdered", "batch": run, "papers": 5}, by=CEC[:1], late=CEC[1:]), run


@tells("under-way", 145)
def of_three_reports_by_a_revoked_key_officers_choose_one(journey: Journey) -> None:
    play = journey.play
    row = {"type": "DelayReported", "units": [journey.pouch], "reason": "weather"}
    reports = [play.hold(row, by=(journey.courier,)) for _ in range(3)]
    revoked = {"type": "KeyRevoked", "key": play.key(journey.courier), "vouched_number": 1, "reason": "stolen"}
    play.act(revoked, by=("registrar-1", "registrar-2"))
    play.record(*reports)
    finding = play.only("late-by-revoked-key")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": reports[1]}, by=CEC)
    assert sorted((item.status, item.count) for item in play.findings) == [("adjudicated", 1), ("open", 2)]


@tells("under-way", 146)
def a_break_in_custody_that_one_courier_states_again_is_one_finding(journey: Journey) -> None:
    play = journey.play
    row = {"type": "CustodyBroken", "units": [journey.pouch], "classification": "breach", "cause": "unattended"}
    for _ in range(3):
        play.act({**row, "since": play.at(-2), "until": play.at(-1)}, by=(journey.courier,))
    assert play.only("custody-break").count == 3
    play.act({**row, "classification": "incident", "since": play.at(-2), "until": None}, by=(journey.courier,))
    assert [item.count for item in play.findings] == [3, 1]


@tells("prepared", 17, 67, 155)
def two_losses_share_a_pack_and_two_finds_of_it_contest_each_other(journey: Journey) -> None:
    play, (one, two, three) = journey.play, journey.wrapped(3).packs
    rows = [play.refs(*packs) for packs in ((one, two), (two, three))]
    losses = [play.act({"type": "LossDeclared", "units": refs, "last_seen": None}, by=CEC) for refs in rows]
    found = [
        play.hold({"type": "UnitFound", "units": [{"unit": two, "previous": loss}], "seals": []}, by=by)
        for loss, by in zip(losses, (("ayt-officer", "courier-ayt"), ("mfa-1", "mfa-2")), strict=True)
    ]
    play.record(*found)
    assert [play.status(act) for act in (*losses, *found)] == ["applied", "applied", "disputed", "disputed"]


@tells("under-way", 174)
def what_hangs_under_a_finding_that_a_dispute_takes_out_is_told_by_itself(journey: Journey) -> None:
    play, by = journey.play, (journey.courier,)
    act = {"type": "PouchExamined", "examination": "detained", "by": "customs", "seals": []}
    refs = play.refs(journey.pouch)
    rival = play.hold({"type": "LossDeclared", "units": refs, "last_seen": None}, by=("mfa-1", "cec-1"))
    first = play.act({**act, "units": refs}, by=by)
    play.act({**act, "units": [{"unit": journey.pouch, "previous": first}]}, by=by)
    play.act(form(journey, releasing="mfa-1", receiving=journey.courier, units=refs), by=by)
    play.record(rival)
    finding = next(item for item in play.findings if item.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": first}, by=CEC)
