"""Stories about rules that are data: separations, tolerances, deadlines, disposal; and rules that change half way."""

from __future__ import annotations

from typing import Any

from custody.courier.signatories import Signatory
from schemas.identifiers import unit_id
from tests.core.ledger.holds import counted_on_hold, opened_on_hold
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.telling import tells


def ruled(play: Play, **changed: Any) -> str:
    """New rules are set: those in force with these changed."""
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    return play.act({"type": "RulesSet", "rules": {**rules, **changed}}, by=CEC)


@tells("prepared", 37, 52)
def a_weighed_printing_may_differ_by_as_much_as_the_rules_say(journey: Journey) -> None:
    play = journey.play
    for number, (printed, method) in enumerate(((1002, "weighed"), (1003, "weighed"), (1001, "counted")), start=3):
        batch = unit_id(office="CEC", kind="batch", number=number)
        play.act({"type": "PrintOrdered", "batch": batch, "papers": 1000}, by=CEC)
        note = {"type": "BallotsPrinted", "batch": batch, "good": 1000, "waste": 0, "printed": printed}
        play.act({**note, "method": method, "serials": None}, by=("printer-1", "cec-representative"))


@tells("prepared", 51, 53)
def a_manifest_without_a_deadline_has_that_of_the_rules_in_force_for_it(journey: Journey) -> None:
    play = journey.play
    journey.packed()
    ruled(play, arrival_hours=48)
    stock = play.unit(journey.names.stock)
    opens = "" if stock.book is None else stock.book.opens
    for due in (opens, _earlier(opens, day="25"), _earlier(opens, day="24")):
        note = {"type": "OverdueNoted", "consignment": journey.names.out, "leg": 4, "due": due, "step": "overdue"}
        play.stage.now += 12 * 86_400
        play.monitor_catches_up()
        play.act({**note, "units": [journey.pouch], "device": None}, by=("monitor-1",))


@tells("under-way", 36, 54)
def what_lay_behind_a_broken_seal_is_counted_by_as_many_as_the_rules_say(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer((journey.courier,), journey.commission)
    seals = play.stage.seals_found(journey.pouch, condition="broken")
    found = {"packages": 1, "seals": seals, "papers": None}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)
    ruled(play, recount_persons=4)
    opened_on_hold(journey)
    counted_on_hold(journey)
    counted_on_hold(journey, by=(*journey.commission, "ayt-issuer"))


@tells("at-mfa", 55)
def a_clock_that_is_behind_is_told_and_decides_nothing(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer(("mfa-1",), (journey.courier,))
    play.stage.now -= 600
    answer = play.act({**journey.answering(offer), "result": "refused"}, by=(journey.courier,))
    assert play.status(answer) == "applied"
    offer = journey.offer(("mfa-1",), (journey.courier,))
    play.stage.now -= 7200
    journey.answer(offer, (journey.courier,))


@tells("under-way", 22, 27, 51)
def capacities_are_kept_apart_by_the_rules_in_force_for_the_act(journey: Journey) -> None:
    play = journey.play
    private = play.stage.cast.signatory("second-key", role="observer", office="AYT").private
    person = play.stage.cast.people[journey.courier].person
    play.enrol(Signatory("ayt-watcher", "observer", "AYT", person, private))
    offer = journey.offer((journey.courier,), journey.who("officer"))
    journey.answer(offer, journey.who("officer"), result="refused")
    first, second = {"part": "releasing", "roles": ["courier"]}, {"part": None, "roles": ["observer"]}
    ruled(play, separations=[{"first": first, "second": second, "dispensable": False}])
    journey.over((journey.courier,), journey.who("officer"))
    offer = journey.offer(journey.who("officer"), journey.who("officer"))


def _earlier(opens: str, *, day: str) -> str:
    return f"{opens[:8]}{day}{opens[10:]}"


@tells("at-mfa", 140)
def a_code_that_nobody_published_is_told_and_moves_nothing_else(journey: Journey) -> None:
    play = journey.play
    words = [{"language": "en", "text": "the trams were on strike"}]
    for code in ("label-damaged", "somebody-stole-it", "tram-strike"):
        offer = journey.offer(("mfa-1",), (journey.courier,))
        journey.answer(offer, (journey.courier,), result="refused", codes=[code])
    ruled(play, codes=[{"code": "tram-strike", "words": words}])
    play.act({"type": "DispensationGranted", "station": "AYT", "codes": ["tram-strike"]}, by=CEC)
