"""Stories behind the rulebook's vectors: each tells, act by act, what rules of docs/spec/rules.md say.

``python -m tests.core.ledger.rule_stories`` writes ``tests/vectors/rules``: a prelude and the entries of each story with the
outcome that they must have, for programs in any language; with names of vectors, those alone. A test fails while they are stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from custody.core.entries.admission import check_entry
from custody.core.entries.unrepresentable import unrepresentable
from custody.core.fold.outcome_figures import books_of, shown_of, unit_figures
from custody.core.fold.same_act import as_shown
from custody.core.ledger import Ledger
from custody.courier.signatories import Signatory
from schemas.identifiers import seal_id, unit_id
from tests.core.ledger import fork_vectors
from tests.core.ledger.holds import counted_on_hold, opened_on_hold, repacked, resealed
from tests.core.ledger.itemised import Itemised
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial, Play, fold
from tests.core.ledger.pouches import boxed, into_own_pouch
from tests.core.ledger.run_offs import following
from tests.core.ledger.styled import StyledJourney
from tests.core.ledger.telling import STORIES, tells
from tests.core.ledger.voting_days import Days

FOLDER: Final = Path(__file__).parents[2] / "vectors" / "rules"
MODULES: Final = (
    "tests.core.ledger.account_stories",
    "tests.core.ledger.authority_stories",
    "tests.core.ledger.branch_stories",
    "tests.core.ledger.paper_stories",
    "tests.core.ledger.stories_of_authority",
    "tests.core.ledger.rules_stories",
    "tests.core.ledger.stories_of_carriers",
    "tests.core.ledger.stories_of_figures",
    "tests.core.ledger.stories_of_groups",
    "tests.core.ledger.stories_of_changes",
    "tests.core.ledger.stories_of_days",
    "tests.core.ledger.stories_of_items",
    "tests.core.ledger.stories_of_keeping",
    "tests.core.ledger.stories_of_order",
    "tests.core.ledger.stories_of_rules",
    "tests.core.ledger.stories_of_run_offs",
    "tests.core.ledger.stories_of_stand_ins",
    "tests.core.ledger.stories_of_styles",
    "tests.core.ledger.supply_stories",
    "tests.core.ledger.time_stories",
)
"""Stories told elsewhere: each module registers its own."""
PRELUDES: Final[dict[str, Callable[[Any], object]]] = {
    "prepared": lambda journey: journey,
    "at-mfa": Journey.at_mfa,
    "under-way": Journey.under_way,
    "received": Journey.received,
    "opened": Journey.opened,
    "voted": Journey.voted,
    "follows-prepared": lambda journey: journey,
    "days-begun": lambda journey: journey.begun(),
    "items-sent": lambda journey: journey.packed(),
    "items-closed": lambda journey: journey.closed(),
    "styles-prepared": lambda journey: journey,
    "styles-opened": lambda journey: journey.opened(),
    "styles-voted": lambda journey: journey.voted(),
}
"""Name of a prelude -> what was done by its end; those that begin with ``styles`` are of an election of three styles,
those with ``days`` of one that votes on three days, those with ``items`` of one that sends items with its papers."""


# --- recording


@tells("prepared", 2, 3, 4)
def what_is_no_event_of_this_election_means_nothing_and_stops_nothing(journey: Journey) -> None:
    play = journey.play
    play.put(b"not an event")
    play.put(play.forge({"type": "PrintOrdered", "batch": RUN, "papers": 5, "election": "00" * 32}, by=CEC))
    play.act({"type": "PrintOrdered", "batch": RUN, "papers": 5}, by=CEC)
    play.put(play.log[-1])


@tells("prepared", 3)
def records_that_are_no_entry_are_told_as_what_they_are(journey: Journey) -> None:
    null, long = unrepresentable("null"), unrepresentable("length", bytes(70_000))
    for leaf in (null, null, unrepresentable("missing"), long, long, unrepresentable("imitation", null)):
        journey.play.put(leaf)


@tells("prepared", 5, 51)
def a_half_signed_decision_takes_effect_with_the_second_signature(journey: Journey) -> None:
    rules = journey.play.ledger.state.rules_now().rules.model_dump(mode="json")
    event = journey.play.act({"type": "RulesSet", "rules": {**rules, "waiting_hours": 10}}, by=CEC[:1], late=CEC[1:])
    journey.play.sign_late(event, by="cec-2")


@tells("opened", 5, 6, 7, 9)
def a_distinct_person_of_one_office_counts_once(journey: Journey) -> None:
    play = journey.play
    private = play.stage.cast.signatory("second-key", role="member", office="AYT").private
    person = play.stage.cast.people["ayt-secretary"].person
    play.stage.cast.people["ayt-twin"] = twin = Signatory("ayt-twin", "member", "AYT", person, private)
    play.enrol(twin)
    play.act(_count(journey), by=("ayt-chair", "ayt-secretary", "ayt-twin"))
    play.act(_count(journey), by=("ayt-chair", "ayt-secretary", "rom-member"))
    stranger = play.stage.cast.signatory("stranger", role="member", office="AYT")
    play.stage.cast.people["stranger"] = stranger
    play.act(_count(journey), by=("ayt-chair", "ayt-secretary", "stranger"))
    play.act(_count(journey), by=(*journey.commission, "rom-member"))


@tells("prepared", 8)
def an_act_names_the_device_it_was_made_on(journey: Journey) -> None:
    journey.play.act({**_packing(journey), "device": None}, by=CEC)


@tells("under-way", 10)
def a_revocation_between_two_late_acts(journey: Journey) -> None:
    play = journey.play
    vouched = play.hold(_delay(journey), by=(journey.courier,))
    beyond = play.hold(journey.offering(journey.who("officer")), by=(journey.courier,))
    _revoked(journey, vouched=2)
    play.record(vouched, beyond)
    finding = next(item for item in play.findings if item.code == "late-by-revoked-key")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": beyond}, by=CEC)


@tells("under-way", 11)
def what_a_lost_key_signed_before_the_loss_was_known_is_suspect(journey: Journey) -> None:
    journey.play.act(_delay(journey), by=(journey.courier,))
    _revoked(journey, vouched=1)


@tells("under-way", 12)
def a_gap_in_a_device_chain_waits_and_then_speaks(journey: Journey) -> None:
    play = journey.play
    kept = play.hold(_delay(journey), by=(journey.courier,))
    play.act(_delay(journey, reason="border"), by=(journey.courier,))
    play.monitor_says(hours=1)
    play.monitor_says(hours=71)
    play.monitor_says(hours=2)
    play.record(kept)


@tells("under-way", 13)
def two_events_with_one_number_are_two_histories_of_a_device(journey: Journey) -> None:
    other = journey.play.forge(_delay(journey, reason="illness"), by=(journey.courier,))
    journey.play.act(_delay(journey), by=(journey.courier,))
    journey.play.put(other)
    journey.offer((journey.courier,), journey.who("officer"))


# --- acts


@tells("at-mfa", 14)
def an_answer_recorded_before_its_offer_waits(journey: Journey) -> None:
    offer = journey.play.hold(journey.offering((journey.courier,)), by=("mfa-1",))
    answer = journey.play.hold(journey.answering(offer), by=(journey.courier,))
    journey.play.record(answer, offer)


@tells("at-mfa", 15, 16)
def who_does_not_hold_a_unit_and_what_its_state_does_not_allow(journey: Journey) -> None:
    journey.offer(("cec-1",), (journey.courier,))
    journey.play.act({"type": "SealsApplied", "seals": [journey.play.stage.seal(journey.pouch)]}, by=("mfa-1", "mfa-2"))


@tells("at-mfa", 17, 18, 29)
def two_couriers_claim_one_leg(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    journey.mandate("courier-reserve")
    answers = []
    for courier, releasing in ((journey.courier, "mfa-1"), ("courier-reserve", "mfa-2")):
        offer = play.hold(journey.offering((courier,), units=refs), by=(releasing,))
        answers.append(play.hold({**journey.answering(offer), "units": refs}, by=(courier,)))
        play.record(offer, answers[-1])
    finding = next(item for item in play.findings if item.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": answers[1]}, by=CEC)


@tells("prepared", 19)
def what_fails_only_because_of_a_refused_act_is_listed_under_it(journey: Journey) -> None:
    play, pack = journey.play, journey.names.pack(1)
    play.act(_packing(journey), by=("ayt-chair", "ayt-secretary"))
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(pack)], "units": play.refs(pack)}, by=CEC)


# --- transfer


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
    journey.play.act({**_count(journey), "units": units}, by=rome)


@tells("at-mfa", 30)
def an_offer_left_unanswered_speaks_and_is_settled_by_its_answer(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.play.monitor_says(hours=1)
    journey.play.monitor_says(hours=73)
    journey.answer(offer, (journey.courier,))


# --- seals


@tells("prepared", 32, 33)
def a_seal_is_used_once_and_was_given_out(journey: Journey) -> None:
    play = journey.play
    packs = [journey.names.pack(number) for number in (1, 2)]
    for pack in packs:
        play.act({**_packing(journey), "unit": pack}, by=CEC)
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


# --- accounts


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
    play.act(_packing(journey), by=CEC)
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


# --- what the stories share

RUN: Final = unit_id(office="CEC", kind="batch", number=2)


def _count(journey: Journey) -> Partial:
    counts = [{"unit": pack, "papers": journey.play.unit(pack).papers} for pack in journey.packs]
    return {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}


def _packing(journey: Journey) -> Partial:
    unit = {"unit": journey.names.pack(1), "batch": journey.names.batch, "contents": []}
    return {"type": "UnitPacked", **unit, "papers": 100}


def _pouch(journey: Journey, *, number: int, papers: int) -> str:
    pouch = journey.names.pouch(number)
    packed = {"type": "UnitPacked", "unit": pouch, "batch": journey.names.batch, "contents": [], "papers": papers}
    journey.play.act(packed, by=CEC)
    journey.play.act({"type": "SealsApplied", "seals": [journey.play.stage.seal(pouch)]}, by=CEC)
    return pouch


def _delay(journey: Journey, *, reason: str = "weather") -> Partial:
    return {"type": "DelayReported", "units": [journey.pouch], "reason": reason}


def _revoked(journey: Journey, *, vouched: int) -> None:
    key = journey.play.key(journey.courier)
    act = {"type": "KeyRevoked", "key": key, "vouched_number": vouched, "reason": "stolen"}
    journey.play.act(act, by=("registrar-1", "registrar-2"))


def _broken(journey: Journey) -> None:
    offer = journey.offer((journey.courier,), journey.commission)
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    found = {"packages": 1, "seals": seals, "papers": None}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)


# --- vectors


@lru_cache(maxsize=1)
def vectors(*names: str) -> dict[str, Any]:
    """File name -> content of every vector, or of the named ones; and of the preludes that they begin with."""
    made: dict[str, Any] = {}
    for module in MODULES:
        import_module(module)
    for name, (prelude, rules, story) in STORIES.items():
        if names and name not in names:
            continue
        journey = _beginning(prelude)
        PRELUDES[prelude](journey)
        start = len(journey.play.log)
        made.setdefault(f"prelude-{prelude}", [entry.decode() for entry in journey.play.log[:start]])
        assert made[f"prelude-{prelude}"] == [entry.decode() for entry in journey.play.log[:start]]
        story(journey)
        steps = list(told(journey.play.log, start=start))
        made[name] = {"rules": list(rules), "prelude": prelude, "steps": steps}
    if names:
        return made
    first = [entry.decode() for entry in Play("AYT", "ROM").log[:2]]
    steps = list(told([first[1].encode(), first[0].encode()], start=0))
    made["a-log-begins-with-genesis"] = {"rules": [1], "prelude": None, "steps": steps}
    return made


def _beginning(prelude: str) -> Journey:
    """The election of a prelude, prepared."""
    if prelude.startswith("styles"):
        return StyledJourney.begun()
    if prelude.startswith("follows"):
        return Journey(following(), "AYT")
    if prelude.startswith("days"):
        return Days(Play("AYT", days=3), "AYT")
    if prelude.startswith("items"):
        return Itemised(Play("AYT", "ROM"), "AYT")
    return Journey(Play("AYT", "ROM"), "AYT")


def told(entries: list[bytes], *, start: int) -> Iterator[dict[str, Any]]:
    """Each entry after the prelude with what it must come to."""
    first = max(start - 1, 0)
    ledger = fold(entries[:first])
    before: dict[str, Any] = {}
    marked: dict[str, Any] = {}
    for position, entry in enumerate(entries[first:], start=first):
        checked = check_entry(entry, position=position, keys=ledger.public_key)
        ledger.apply(checked)
        record = ledger.state.records.get(checked.event_id or "")
        custody = custody_of(ledger)
        changed = {unit: row for unit, row in custody.items() if before.get(unit) != row}
        before = custody
        if position >= start:
            status = None if record is None else record.status
            step = {"entry": entry.decode(), "status": status, "custody": changed, "findings": findings_of(ledger)}
            shown = disputed_of(ledger)
            yield step if shown == marked else {**step, "disputed_figures": shown}
            marked = shown


def custody_of(ledger: Ledger) -> dict[str, Any]:
    """Unit -> state, custodian and basis of its custody; None where a dispute took out what made it."""
    heads = {unit: ledger.state.paths.head(unit) for unit in ledger.state.paths.units()}
    return {
        unit: None if head is None else [head.state, str(head.custodian), as_shown(ledger.state, head).basis]
        for unit, head in heads.items()
    }


def disputed_of(ledger: Ledger) -> dict[str, Any]:
    """Unit -> the figures shown of it, or of the account that it is, that a dispute keeps out of force."""
    state, found = ledger.state, {}
    for unit in state.paths.units():
        head, shown = state.paths.head(unit), shown_of(state, unit)
        books = books_of(state, unit, head=head, shown=shown)
        docs: list[Mapping[str, Any]] = [unit_figures(head, shown=shown), *(doc for _, _, doc in books)]
        figures = {name: doc[name] for doc in docs for name in doc["disputed_figures"]}
        if figures:
            found[unit] = figures
    return found


def findings_of(ledger: Ledger) -> list[list[Any]]:
    """Id, code, severity, status of every finding, and the codes listed under it; in order of id."""
    rows = sorted(ledger.state.findings, key=lambda item: item.id)
    return [
        [item.id, item.code, item.severity, item.status, sorted({code for code, _, _ in item.related})] for item in rows
    ]


def main(*names: str) -> None:
    """Write the vectors, and those of fork proofs, which hold a genesis too; or the named ones alone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in vectors(*names).items():
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    if not names:
        fork_vectors.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
