"""Stories of the rulebook about custody: handovers, seals, and the figures of papers."""

from __future__ import annotations

from custody.courier.signatories import Signatory
from schemas.identifiers import seal_id, unit_id
from tests.core.ledger.holds import counted_on_hold, opened_on_hold, repacked, resealed
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.pouches import boxed, into_own_pouch
from tests.core.ledger.stories_of_recording import RUN, counting, packing
from tests.core.ledger.telling import tells


@tells("at-mfa", 20, 25)
def an_offer_and_a_refusal_move_nothing(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), result="refused")
    journey.over(("mfa-1",), (journey.courier,))


@tells("at-mfa", 21, 22, 23)
def an_answer_that_is_none_moves_nothing(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), nonce="0" * 32)
    journey.answer(offer, ("courier-reserve",))
    own = journey.offer(("mfa-1",), ("mfa-1",))
    journey.answer(own, ("mfa-1",))
    printer = journey.offer(("mfa-1",), ("printer-1",))
    journey.answer(printer, ("printer-1",))


@tells("prepared", 24, 31)
def a_package_not_found_stays_with_its_giver(journey: Journey) -> None:
    play, half = journey.play, journey.papers // 2
    pouches = [_pouch(journey, number=1, papers=half), _pouch(journey, number=2, papers=journey.papers - half)]
    journey.manifested(pouches, papers=journey.papers)
    journey.over(("cec-1",), ("mfa-1",), units=pouches)
    offer = journey.offer(("mfa-1",), (journey.courier,), units=pouches)
    found = {"packages": 1, "seals": play.stage.seals_found(pouches[0]), "papers": None}
    journey.answer(offer, (journey.courier,), result="accepted with reservation", found=found)
    play.wait(hours=110)
    play.monitor_catches_up()
    note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 3, "step": "overdue"}
    due = play.ledger.state.registers.consignments[journey.names.out].legs[2].due
    play.act({**note, "due": due, "units": pouches, "device": None}, by=("monitor-1",))
    journey.over(("mfa-1",), (journey.courier,), units=pouches[1:])


@tells("at-mfa", 26)
def a_mandate_one_day_too_short(journey: Journey) -> None:
    journey.mandate("courier-reserve", days=("2015-04-15", "2015-04-15"))
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.play.wait(hours=24)
    journey.over(("courier-reserve",), journey.who("officer"))
    journey.mandate("courier-reserve", days=("2015-04-16", "2015-04-16"))


@tells("under-way", 27)
def a_courier_who_sits_on_the_commission_needs_a_dispensation_and_the_head_of_mission(journey: Journey) -> None:
    play = journey.play
    private = play.stage.cast.signatory("second-key", role="member", office="AYT").private
    person = play.stage.cast.people[journey.courier].person
    play.enrol(Signatory("ayt-second", "member", "AYT", person, private))
    journey.over((journey.courier,), journey.commission)
    journey.over(journey.commission, ("courier-reserve",))
    play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)


@tells("under-way", 28, 44)
def a_pouch_for_another_station_is_not_counted_there(journey: Journey) -> None:
    rome = ("rom-chair", "rom-secretary", "rom-member")
    journey.over((journey.courier,), rome)
    journey.play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=rome)
    units = journey.play.refs(*journey.packs, journey.play.names("ROM").stock)
    journey.play.act({**counting(journey), "units": units}, by=rome)


@tells("at-mfa", 30)
def an_offer_left_unanswered_speaks_and_is_settled_by_its_answer(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.play.monitor_says(hours=1)
    journey.play.monitor_says(hours=73)
    journey.answer(offer, (journey.courier,))


@tells("prepared", 32, 33)
def a_seal_is_used_once_and_was_given_out(journey: Journey) -> None:
    play = journey.play
    packs = [journey.names.pack(number) for number in (1, 2)]
    for pack in packs:
        play.act({**packing(journey), "unit": pack}, by=CEC)
    number = seal_id(issuer="CEC", number=500)
    for pack in packs:
        play.act({"type": "SealsApplied", "seals": [{"unit": pack, "seal": number}]}, by=CEC)
    strange = seal_id(issuer="XYZ", number=1)
    play.act({"type": "SealsApplied", "seals": [{"unit": packs[0], "seal": strange}]}, by=CEC)


@tells("under-way", 33, 34)
def a_seal_found_intact_that_was_never_issued_and_one_that_nobody_read(journey: Journey) -> None:
    strange = {"unit": journey.pouch, "seal": seal_id(issuer="XYZ", number=1), "condition": "intact"}
    own = journey.play.stage.seals_found(journey.pouch)
    offer = journey.offer((journey.courier,), journey.who("officer"))
    journey.answer(offer, journey.who("officer"), found={"packages": 1, "seals": [*own, strange], "papers": None})
    offer = journey.offer(journey.who("officer"), journey.commission)
    journey.answer(offer, journey.commission, found={"packages": 1, "seals": [], "papers": None})


@tells("under-way", 35, 36, 137)
def a_broken_seal_is_settled_by_a_recount_by_three_and_the_pouch_repacked_with_a_linked_seal(journey: Journey) -> None:
    _broken(journey)
    opened_on_hold(journey)
    counted_on_hold(journey)
    repacked(journey)
    resealed(journey)


@tells("under-way", 139)
def nobody_counts_papers_through_a_torn_side(journey: Journey) -> None:
    _broken(journey)
    hold = {"type": "BallotsCounted", "occasion": "hold", "units": [journey.pouch]}
    journey.play.act({**hold, "counts": [{"unit": journey.pouch, "papers": journey.papers}]}, by=journey.commission)


@tells("under-way", 135)
def a_check_synced_late_says_until_when_a_broken_seal_was_whole(journey: Journey) -> None:
    check = {"type": "SealsChecked", "units": [journey.pouch], "seals": "intact"}
    checked = journey.play.hold(check, by=(journey.courier,))
    journey.play.wait(hours=3)
    _broken(journey)
    journey.play.record(checked)


@tells("prepared", 24, 136)
def a_seal_on_a_package_that_nobody_saw_was_not_read(journey: Journey) -> None:
    play, half = journey.play, journey.papers // 2
    pouches = [_pouch(journey, number=1, papers=half), _pouch(journey, number=2, papers=journey.papers - half)]
    journey.manifested(pouches, papers=journey.papers)
    offer = journey.offer(("cec-1",), ("mfa-1",), units=pouches)
    seals = [row for pouch in pouches for row in play.stage.seals_found(pouch)]
    found = {"packages": 1, "seals": seals, "papers": None}
    journey.answer(offer, ("mfa-1",), result="refused", found=found)
    journey.over(("cec-1",), ("mfa-1",), units=pouches)


@tells("prepared", 138)
def the_pouch_office_packs_a_sealed_box_into_its_own_pouch(journey: Journey) -> None:
    box = boxed(journey)
    into_own_pouch(journey, box=box)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)
    for unit in (journey.pouch, box):
        journey.play.act({"type": "ConsignmentOpened", "unit": unit, "seals": "intact"}, by=journey.commission)
    journey.count()


@tells("under-way", 35, 36)
def a_broken_seal_is_settled_by_opening_and_an_equal_count_by_three(journey: Journey) -> None:
    _broken(journey)
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    journey.play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": seals}, by=journey.commission)
    journey.count()


@tells("prepared", 195)
def more_good_papers_than_were_ordered(journey: Journey) -> None:
    journey.play.act({"type": "PrintOrdered", "batch": RUN, "papers": 100}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": RUN, "good": 103, "waste": 4, "printed": 107, "method": "counted"}
    journey.play.act({**note, "serials": None}, by=("printer-1", "cec-representative"))


@tells("prepared", 37, 38, 39, 41, 51)
def printing_allocation_and_serial_numbers(journey: Journey) -> None:
    play, printers = journey.play, ("printer-1", "cec-representative")
    play.act({"type": "PrintOrdered", "batch": RUN, "papers": 100}, by=CEC)
    note = {"type": "BallotsPrinted", "batch": RUN, "good": 100, "waste": 4, "printed": 110, "method": "counted"}
    play.act({**note, "serials": {"first": 1, "last": 99}}, by=printers)
    destroyed = {"type": "WasteDestroyed", "batch": RUN, "method": "shredded"}
    play.act({**destroyed, "papers": 2}, by=printers)
    play.act({**destroyed, "papers": 2}, by=printers)
    line = {"station": "AYT", "batch": unit_id(office="AYT", kind="batch", number=7), "papers": 50}
    play.act({"type": "BatchAllocated", "batch": RUN, "lines": [line]}, by=CEC)
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    reserve = {"numerator": 20, "denominator": 100, "rounding": "up"}
    play.act({"type": "RulesSet", "rules": {**rules, "reserve": reserve}}, by=CEC)
    line = {"station": "ROM", "batch": unit_id(office="ROM", kind="batch", number=7), "papers": 30}
    play.act({"type": "BatchAllocated", "batch": RUN, "lines": [line]}, by=CEC)


@tells("opened", 40)
def fewer_papers_than_voters_on_the_day(journey: Journey) -> None:
    journey.count()
    journey.stated(stage="opening", voters=journey.papers)
    journey.stated(stage="added", voters=1)


@tells("prepared", 42, 46)
def one_wrong_figure_on_a_pouch_is_one_finding(journey: Journey) -> None:
    play, pack = journey.play, journey.names.pack(1)
    play.act(packing(journey), by=CEC)
    pouch = {"type": "UnitPacked", "unit": journey.pouch, "batch": None, "contents": [pack]}
    play.act({**pouch, "papers": 99}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=100)
    journey.offer(("cec-1",), ("mfa-1",), declared={"papers": 100})


@tells("opened", 43)
def packs_that_differ_while_the_total_agrees_counted_three_times(journey: Journey) -> None:
    for first, second in ((-1, 1), (-1, 0), (0, 0)):
        counts = [
            {"unit": pack, "papers": (journey.play.unit(pack).papers or 0) + off}
            for pack, off in zip(journey.packs, (first, second), strict=True)
        ]
        act = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
        journey.play.act(act, by=journey.commission)


@tells("voted", 45, 46, 48)
def an_account_that_misstates_one_figure_and_a_return_that_is_short(journey: Journey) -> None:
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    wrong = journey.play.act(journey.account(issued=journey.papers - 21), by=journey.commission)
    right = journey.play.act(journey.account(), by=journey.commission)
    error = {"type": "ErrorDeclared", "event": wrong, "corrective": right}
    journey.play.act(error, by=journey.commission)
    package = {"unit": journey.back, "from_boxes": journey.papers - 25, "cancelled": 22}
    act = {"type": "PackedForReturn", "station": "AYT", "packages": [package]}
    journey.play.act(act, by=journey.commission)


@tells("voted", 47)
def cancelling_after_the_boxes_were_opened_whatever_the_clock_says(journey: Journey) -> None:
    journey.stated(signatures=journey.papers - 22)
    journey.boxes_opened()
    journey.play.stage.now -= 7200
    journey.cancelled(unused=20, spoiled=2)


@tells("at-mfa", 49, 50)
def a_severity_is_a_rule_and_a_finding_has_a_name_of_its_own(journey: Journey) -> None:
    rules = journey.play.ledger.state.rules_now().rules.model_dump(mode="json")
    severities = [{"code": "mandate-missing", "severity": "attention"}]
    journey.play.act({"type": "RulesSet", "rules": {**rules, "severities": severities}}, by=CEC)
    journey.over(("mfa-1",), ("courier-reserve",))
    finding = journey.play.findings[0].id
    journey.play.act({"type": "FindingAcknowledged", "finding": finding}, by=("duty-1",))


def _pouch(journey: Journey, *, number: int, papers: int) -> str:
    pouch = journey.names.pouch(number)
    packed = {"type": "UnitPacked", "unit": pouch, "batch": journey.names.batch, "contents": [], "papers": papers}
    journey.play.act(packed, by=CEC)
    journey.play.act({"type": "SealsApplied", "seals": [journey.play.stage.seal(pouch)]}, by=CEC)
    return pouch


def _broken(journey: Journey) -> None:
    offer = journey.offer((journey.courier,), journey.commission)
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    found = {"packages": 1, "seals": seals, "papers": None}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)
