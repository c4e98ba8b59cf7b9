"""Stories about what happens on the way: carriers, examinations, losses, breaks in custody, and the route opened afterwards."""

from __future__ import annotations

from typing import Any

from custody.core.entries.commitments import commitment
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial
from tests.core.ledger.supplies import destroy, replace, reserve_run
from tests.core.ledger.telling import tells

SALT = "5a" * 32


@tells("at-mfa", 63, 64, 65)
def a_captain_carries_and_the_mission_collects(journey: Journey) -> None:
    journey.play.act(released(journey, mode="captain"), by=("mfa-1",))
    journey.offer(("mfa-1",), journey.who("officer"))
    journey.play.wait(hours=7)
    journey.play.act(collected(journey), by=journey.who("officer"))
    journey.over(journey.who("officer"), journey.commission)


@tells("under-way", 64, 65)
def a_pouch_does_not_come_out_of_the_hold_and_then_does_with_a_broken_seal(journey: Journey) -> None:
    journey.play.act(released(journey), by=(journey.courier,))
    none = {"packages": 0, "seals": [], "papers": None}
    journey.play.act({**collected(journey), "found": none}, by=(journey.courier,))
    seals = journey.play.stage.seals_found(journey.pouch, condition="broken")
    broken = {"packages": 1, "seals": seals, "papers": None}
    journey.play.act({**collected(journey), "found": broken}, by=(journey.courier,))


@tells("under-way", 66)
def a_pouch_is_x_rayed_detained_given_back_and_opened(journey: Journey) -> None:
    for what in ("x-rayed", "detained", "x-rayed", "returned"):
        journey.play.act(examined(journey, what), by=(journey.courier,))
        journey.play.wait(hours=1)
    journey.play.act(examined(journey, "opened"), by=(journey.courier,))


@tells("under-way", 67, 68, 69)
def a_loss_declared_by_one_then_by_two_and_the_old_pouch_handed_on(journey: Journey) -> None:
    play = journey.play
    play.act(lost(journey), by=("rom-officer", "rom-chair"))
    loss = play.act(lost(journey), by=(journey.courier,), late=("mfa-1",))
    play.sign_late(loss, by="mfa-1")
    journey.offer((journey.courier,), journey.who("officer"))
    play.act(found(journey), by=("rom-officer",))
    play.wait(hours=30)
    play.act(found(journey), by=("rom-officer", "courier-reserve"))
    journey.offer(("rom-officer",), (journey.courier,))
    lifted = {"type": "QuarantineLifted", "units": [journey.pouch], "custodian": play.key(journey.courier)}
    play.act(lifted, by=CEC[:1])
    play.act(lifted, by=CEC)
    journey.over((journey.courier,), journey.who("officer"))


@tells("under-way", 74)
def a_lost_pouch_is_replaced_and_found_later(journey: Journey) -> None:
    play = journey.play
    reserve_run(journey, serials=(5001, 5500))
    play.act(lost(journey), by=(journey.courier, "mfa-1"))
    numbers = {"first": 5001, "last": 5000 + journey.papers}
    replaced = [journey.pouch, *journey.packs]
    replace(journey, replaced=replaced, papers=journey.papers, serials=numbers, reason="lost")
    play.act(found(journey), by=("rom-officer", "courier-reserve"))
    lifted = {"type": "QuarantineLifted", "units": [journey.pouch], "custodian": play.key(journey.courier)}
    play.act(lifted, by=CEC)


@tells("under-way", 132, 133)
def a_replacement_comes_before_the_second_signature_of_the_loss(journey: Journey) -> None:
    play = journey.play
    reserve_run(journey)
    loss = play.act(lost(journey), by=(journey.courier,), late=("mfa-1",))
    replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers, reason="lost")
    play.sign_late(loss, by="mfa-1")


@tells("under-way", 133)
def a_replacement_comes_before_the_loss(journey: Journey) -> None:
    play, known = journey.play, journey.play.refs(journey.pouch)
    reserve_run(journey)
    replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers, reason="lost")
    loss = play.act({**lost(journey), "units": known}, by=(journey.courier,), late=("mfa-1",))
    play.sign_late(loss, by="mfa-1")


@tells("under-way", 74, 134)
def a_replaced_pouch_that_is_found_becomes_evidence(journey: Journey) -> None:
    _replaced_and_found(journey)
    officer = journey.who("officer")
    journey.over(officer, (journey.courier,))
    journey.over((journey.courier,), ("mfa-1",))
    journey.over(("mfa-1",), ("cec-1",))
    journey.offer(("cec-1",), ("mfa-1",))


@tells("under-way", 134)
def a_replaced_pouch_that_is_found_is_destroyed(journey: Journey) -> None:
    by = _replaced_and_found(journey)
    destroy(journey, packages=[journey.pouch, *journey.packs], by=by, from_boxes=0, cancelled=journey.papers)


def _replaced_and_found(journey: Journey) -> tuple[str, ...]:
    """Lost, replaced, and found by two of the mission, whom it returns."""
    reserve_run(journey)
    journey.play.act(lost(journey), by=(journey.courier, "mfa-1"))
    replace(journey, replaced=[journey.pouch, *journey.packs], papers=journey.papers, reason="lost")
    journey.play.act(found(journey), by=journey.who("officer", "head"))
    return journey.who("officer", "head")


@tells("under-way", 69)
def two_pranksters_find_what_nobody_has_lost(journey: Journey) -> None:
    journey.play.act(found(journey), by=("rom-officer", "courier-reserve"))
    journey.over((journey.courier,), journey.who("officer"))


@tells("under-way", 68, 70)
def breaks_in_custody_explained_and_not(journey: Journey) -> None:
    play = journey.play
    times = {"since": play.at(-3), "until": play.at(-1)}
    stated = {"type": "CustodyBroken", "units": [journey.pouch], "cause": "unattended", **times}
    play.act({**stated, "classification": "breach"}, by=("rom-officer",))
    for classification in ("explained", "incident"):
        play.act({**stated, "classification": classification}, by=(journey.courier,))


@tells("at-mfa", 71)
def an_answer_is_acknowledged_by_the_side_that_offered(journey: Journey) -> None:
    offer = journey.offer(("mfa-1",), (journey.courier,))
    answer = journey.answer(offer, (journey.courier,))
    journey.play.act({"type": "AnswerAcknowledged", "answer": answer}, by=(journey.courier,))
    journey.play.act({"type": "AnswerAcknowledged", "answer": answer}, by=("mfa-1",))


@tells("under-way", 72, 73)
def a_route_is_opened_when_the_station_has_received_and_as_it_was_committed_to(journey: Journey) -> None:
    held = {"flight": commitment(field="flight", salt=SALT, content="XY 100")}
    event = journey.play.act({**released(journey), "commitments": held}, by=(journey.courier,))
    journey.play.act(disclosed(journey, event), by=(journey.courier,))
    journey.play.act(collected(journey), by=(journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.play.act(disclosed(journey, event, content="XY 101"), by=(journey.courier,))
    journey.play.act(disclosed(journey, event, field="carrier"), by=(journey.courier,))
    journey.play.act(disclosed(journey, event), by=(journey.courier,))


@tells("at-mfa", 87)
def a_tour_leaves_a_package_behind(journey: Journey) -> None:
    rome = Journey(journey.play, "ROM").at_mfa()
    document = {"type": "MandateGranted", "courier": "courier-reserve", "first_day": "2015-04-15"}
    names = [journey.names.out, rome.names.out]
    journey.play.act({**document, "consignments": names, "last_day": "2015-04-20"}, by=("mfa-1",))
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.over(("courier-reserve",), journey.who("officer"))
    rome.over(("mfa-1",), ("courier-reserve",))
    rome.over(("courier-reserve",), rome.who("officer"))


def released(journey: Journey, *, mode: str = "hold") -> Partial:
    """Everything given to a carrier, intact."""
    return {"type": "ReleasedToCarrier", "mode": mode, "units": [journey.pouch], "seals": "intact"}


def collected(journey: Journey) -> Partial:
    """Everything collected, intact."""
    return {"type": "CollectedFromCarrier", "units": [journey.pouch], "found": "intact"}


def examined(journey: Journey, what: str) -> Partial:
    """The pouch examined by customs, its seals intact."""
    return {
        "type": "PouchExamined",
        "units": [journey.pouch],
        "examination": what,
        "by": "customs",
        "seals": "intact",
    }


def lost(journey: Journey) -> Partial:
    """The pouch lost, nobody knows since when."""
    return {"type": "LossDeclared", "units": [journey.pouch], "last_seen": None}


def found(journey: Journey) -> Partial:
    """The pouch found, its seals intact."""
    return {"type": "UnitFound", "units": [journey.pouch], "seals": "intact"}


def disclosed(journey: Journey, event: str, **other: Any) -> Partial:
    """The flight of an earlier event in clear."""
    detail = {"field": "flight", "salt": SALT, "content": "XY 100", **other}
    return {"type": "DetailsDisclosed", "units": [journey.pouch], "event": event, "details": [detail]}
