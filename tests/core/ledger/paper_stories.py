"""Stories about paper and corrections: handovers transcribed, entries declared in error, withdrawals known to who answers."""

from __future__ import annotations

from typing import Any

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Partial
from tests.core.ledger.telling import tells

SCAN = "5c" * 32


def form(journey: Journey, *, releasing: str, receiving: str, **other: Any) -> Partial:
    """The hand-over form of the journey's pouch, transcribed by somebody who was there."""
    stands_for = {"act": "HandoverAnswered", "result": "accepted", "found": "intact"}
    paper = {"releasing": [releasing], "receiving": [receiving]}
    act = {"type": "ActTranscribed", "scan": SCAN, "done_at": journey.play.at(-3), "paper": paper}
    return {**act, "stands_for": stands_for, "units": [journey.pouch], **other}


@tells("under-way", 88, 90, 91)
def a_handover_on_paper_is_claimed_by_one_side_and_confirmed_by_the_other(journey: Journey) -> None:
    officer = journey.who("officer")
    act = form(journey, releasing=journey.courier, receiving=officer[0])
    event = journey.play.act(act, by=officer, late=(journey.courier,))
    journey.play.sign_late(event, by=journey.courier)


@tells("under-way", 88, 89)
def a_paper_that_the_holder_did_not_sign_moves_nothing(journey: Journey) -> None:
    officer = journey.who("officer")
    journey.play.act(form(journey, releasing="courier-reserve", receiving=officer[0]), by=officer)
    journey.play.act(form(journey, releasing=journey.courier, receiving=officer[0]), by=("mfa-1",))
    journey.play.act(
        form(journey, releasing=journey.courier, receiving=officer[0]), by=(journey.courier,), late=officer
    )


@tells("under-way", 91, 95, 156)
def each_side_types_the_form_in_for_itself_and_custody_is_confirmed(journey: Journey) -> None:
    play, officer, refs = journey.play, journey.who("officer"), journey.play.refs(journey.pouch)
    paper = form(journey, releasing=journey.courier, receiving=officer[0], units=refs)
    copies = [play.hold(paper, by=by) for by in ((journey.courier,), officer)]
    other = {**paper["stands_for"], "result": "accepted with reservation"}
    copies.append(play.hold({**paper, "stands_for": other}, by=(journey.courier,)))
    play.record(*copies)


@tells("under-way", 91, 95)
def paper_and_electronic_answer_of_one_handover_are_one(journey: Journey) -> None:
    play, officer, refs = journey.play, journey.who("officer"), journey.play.refs(journey.pouch)
    offer = play.hold(journey.offering(officer), by=(journey.courier,))
    answer = play.hold({**journey.answering(offer), "units": refs}, by=officer)
    paper = play.hold(form(journey, releasing=journey.courier, receiving=officer[0], units=refs), by=officer)
    play.record(paper, offer, answer)


@tells("under-way", 17, 95)
def paper_and_electronic_answer_that_differ_are_a_dispute(journey: Journey) -> None:
    play, officer, refs = journey.play, journey.who("officer"), journey.play.refs(journey.pouch)
    offer = play.hold(journey.offering(officer), by=(journey.courier,))
    found = {"packages": 1, "seals": [], "papers": None}
    answer = play.hold({**journey.answering(offer), "units": refs, "found": found}, by=officer)
    paper = play.hold(form(journey, releasing=journey.courier, receiving=officer[0], units=refs), by=officer)
    play.record(offer, answer, paper)


@tells("opened", 88, 90)
def a_count_on_paper_is_signed_by_whom_it_takes_to_count(journey: Journey) -> None:
    play = journey.play
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    act = {"type": "ActTranscribed", "scan": SCAN, "done_at": play.at(-2), "paper": {"acting": journey.commission}}
    counted = {**act, "stands_for": {"act": "BallotsCounted", "counts": counts}}
    event = play.act(counted, by=journey.commission[:2], late=journey.commission[2:])
    play.sign_late(event, by=journey.commission[2])


@tells("opened", 43, 92, 96)
def a_wrong_count_corrected_settles_what_it_raised(journey: Journey) -> None:
    play = journey.play
    counts = [{"unit": pack, "papers": play.unit(pack).papers} for pack in journey.packs]
    count = {"type": "BallotsCounted", "occasion": "receipt"}
    wrong = play.act({**count, "counts": [{**counts[0], "papers": 1}, *counts[1:]]}, by=journey.commission)
    right = play.act({**count, "counts": counts, "corrects": wrong}, by=journey.commission)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=journey.commission)


@tells("voted", 88, 92)
def what_did_not_occur_is_undone_by_those_who_recorded_it(journey: Journey) -> None:
    play, pair = journey.play, ("ayt-secretary", "ayt-issuer")
    spoiled = {"type": "BallotsSpoiled", "station": "AYT", "issuer": "ayt-issuer", "papers": 5}
    wrong = play.act(spoiled, by=pair)
    play.act({"type": "ErrorDeclared", "event": wrong}, by=("rom-secretary", "rom-issuer"))
    play.act({"type": "ErrorDeclared", "event": wrong}, by=pair)


@tells("under-way", 18, 88, 93)
def a_declaration_after_others_acted_needs_a_decision(journey: Journey) -> None:
    play, officer = journey.play, journey.who("officer")
    wrong = journey.over((journey.courier,), officer)
    journey.over(officer, journey.commission)
    declared = play.act({"type": "ErrorDeclared", "event": wrong}, by=(*officer, journey.courier))
    finding = next(item for item in play.findings if item.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": declared}, by=CEC)


@tells("at-mfa", 94)
def an_answer_beats_a_withdrawal_unless_its_device_had_seen_it(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    first = journey.offer(("mfa-1",), (journey.courier,))
    play.act({"type": "HandoverWithdrawn", "offer": first}, by=("mfa-1",))
    second = journey.offer(("mfa-1",), ("courier-reserve",))
    known = play.hold({"type": "HandoverWithdrawn", "offer": second, "units": refs}, by=("mfa-1",))
    play.stage.cast.devices[play.stage.cast.device_of["courier-reserve"]].countersigned = (known,)
    seen = play.hold({**journey.answering(second), "units": refs}, by=("courier-reserve",))
    unseen = play.hold({**journey.answering(first), "units": refs}, by=(journey.courier,))
    play.record(seen, known, unseen)


@tells("under-way", 18, 92)
def a_decision_between_others_leaves_in_error_what_was_declared_so(journey: Journey) -> None:
    play, by, officer = journey.play, (journey.courier,), journey.who("officer")
    refs = play.refs(journey.pouch)
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
    first, second = (play.hold(released, by=by) for _ in range(2))
    paper = play.hold(form(journey, releasing=journey.courier, receiving=officer[0], units=refs), by=officer)
    error = play.hold({"type": "ErrorDeclared", "event": first}, by=by)
    play.record(first, error, second, paper)
    finding = next(item for item in play.findings if item.code == "conflicting-acts")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": paper}, by=CEC)


@tells("under-way", 172)
def what_a_party_took_back_sixteen_times_waits_for_officers_the_next_time(journey: Journey) -> None:
    play, by = journey.play, (journey.courier,)
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": play.refs(journey.pouch)}
    for _ in range(17):
        wrong = play.act(released, by=by)
        play.act({"type": "ErrorDeclared", "event": wrong}, by=by)


@tells("under-way", 131, 187)
def a_paper_that_is_dated_1970_makes_nobody_a_culprit(journey: Journey) -> None:
    officer = journey.who("officer")
    act = form(journey, releasing=journey.courier, receiving=officer[0], done_at="1970-01-01T09:00:00+06:00")
    journey.play.act(act, by=(*officer, journey.courier))


@tells("at-mfa", 190)
def a_paper_of_one_side_on_an_old_act_undoes_no_answered_handover(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    event = ""
    for badge in ("courier-reserve", "cec-1"):
        paper = form(journey, releasing="mfa-1", receiving=badge, units=refs)
        event = play.act(paper, by=(badge,), late=("mfa-1",) if badge == "cec-1" else ())
    assert [item.code for item in play.findings] == ["not-custodian"] * 2
    play.sign_late(event, by="mfa-1")
    assert "conflicting-acts" in {item.code for item in play.findings}


@tells("at-mfa", 190)
def a_paper_that_each_side_types_in_for_itself_contests_an_answer(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    journey.over(("mfa-1",), (journey.courier,))
    paper = form(journey, releasing="mfa-1", receiving="courier-reserve", units=refs)
    acts = [play.act(paper, by=(badge,)) for badge in ("courier-reserve", "mfa-1")]
    assert [play.status(act) for act in acts] == ["disputed", "disputed"]


@tells("at-mfa", 191)
def officers_choose_an_act_that_an_answered_handover_had_beaten(journey: Journey) -> None:
    play, refs = journey.play, journey.play.refs(journey.pouch)
    answer = journey.over(("mfa-1",), (journey.courier,))
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
    acts = [play.act(released, by=("mfa-1",)) for _ in range(3)]
    finding = play.only("not-custodian")
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": acts[1]}, by=CEC)
    assert [play.status(act) for act in (answer, *acts)] == ["disputed", "disputed", "applied", "disputed"]
    play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": answer}, by=CEC)


@tells("under-way", 192)
def a_paper_of_one_side_undoes_no_release_on_which_others_have_acted(journey: Journey) -> None:
    play, refs, by = journey.play, journey.play.refs(journey.pouch), (journey.courier,)
    released = play.act({"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}, by=by)
    paper = form(journey, releasing=journey.courier, receiving="courier-reserve", units=refs)
    event = play.act(paper, by=("courier-reserve",))
    assert [play.status(act) for act in (released, event)] == ["disputed", "disputed"]
    after = [{"unit": journey.pouch, "previous": released}]
    play.act({"type": "CollectedFromCarrier", "found": "intact", "units": after}, by=by)
    assert [play.status(act) for act in (released, event)] == ["applied", "finding"]
