"""Mandates: what entitles a courier, for which consignments and days; and who may not be on both sides."""

from __future__ import annotations

import pytest

from custody.core.authority.roster import possession_message
from custody.core.entries.signing import sign
from custody.courier.signatories import Signatory
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").at_mfa()


def test_a_courier_without_a_mandate_takes_custody_and_that_is_a_serious_finding(journey: Journey) -> None:
    journey.over(("mfa-1",), ("courier-reserve",))
    finding = journey.play.only("mandate-missing")
    assert (finding.severity, finding.subject) == ("serious", journey.names.out)
    assert (
        finding.sentence
        == f"courier courier-reserve took over {journey.names.out} on 15 April 2015 without a mandate for it."
    )
    assert journey.play.holder(journey.pouch) == "courier courier-reserve"


def test_a_mandate_recorded_later_settles_nothing_and_is_told(journey: Journey) -> None:
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.play.wait(hours=8)
    journey.mandate("courier-reserve")
    finding = journey.play.only("mandate-missing")
    assert finding.status == "open"
    assert finding.sentence.endswith(
        " The grant of a mandate came only 8 h 01 min after the act: it settles nothing, and a decision is awaited."
    )
    journey.play.act({"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=CEC)
    assert journey.play.only("mandate-missing").status == "adjudicated"


def test_many_mandates_recorded_later_are_told_once(journey: Journey) -> None:
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.mandate("courier-reserve")
    told = journey.play.only("mandate-missing").sentence
    journey.mandate("courier-reserve")
    assert journey.play.only("mandate-missing").sentence == told


def test_a_dispensation_granted_later_settles_nothing_and_is_told(journey: Journey) -> None:
    play = journey.play
    seated(journey)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.commission)
    play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    finding = play.only("separation")
    assert finding.status == "open"
    assert "settles nothing" in finding.sentence


def test_a_mandate_for_other_days_does_not_settle_it(journey: Journey) -> None:
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.mandate("courier-reserve", days=("2015-04-16", "2015-04-20"))
    assert journey.play.only("mandate-missing").status == "open"


def test_a_mandate_that_ends_a_day_too_early_is_a_finding(journey: Journey) -> None:
    journey.mandate("courier-reserve", days=("2015-04-10", "2015-04-14"))
    journey.over(("mfa-1",), ("courier-reserve",))
    finding = journey.play.only("mandate-ended")
    assert finding.sentence == (
        f"courier courier-reserve took over {journey.names.out} on 15 April 2015, but the mandate did not cover it: "
        "it was for 10 April 2015 to 14 April 2015."
    )
    assert len(finding.evidence) == 2


def test_a_mandate_that_was_ended_is_a_finding(journey: Journey) -> None:
    mandate = journey.mandate("courier-reserve")
    journey.play.act({"type": "MandateEnded", "mandate": mandate}, by=("mfa-1",))
    journey.over(("mfa-1",), ("courier-reserve",))
    assert journey.play.only("mandate-ended").severity == "attention"


def test_a_mandate_ended_before_the_courier_took_over_covers_no_later_delivery(journey: Journey) -> None:
    ended = journey.mandate("courier-reserve")
    journey.play.act({"type": "MandateEnded", "mandate": ended}, by=("mfa-1",))
    journey.mandate("courier-reserve", days=("2015-04-15", "2015-04-15"))
    journey.over(("mfa-1",), ("courier-reserve",))
    assert not list(journey.play.findings)
    journey.play.wait(hours=24)
    journey.over(("courier-reserve",), journey.who("officer"))
    assert "handed over" in journey.play.only("mandate-ended").sentence


def test_a_courier_without_a_mandate_is_one_finding_for_taking_and_giving(journey: Journey) -> None:
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.over(("courier-reserve",), journey.who("officer"))
    journey.play.only("mandate-missing")


def test_a_transferred_mandate_covers_the_substitute_and_lets_the_first_courier_hand_over(journey: Journey) -> None:
    journey.over(("mfa-1",), (journey.courier,))
    state = journey.play.ledger.state
    mandate = next(state.registers.mandates_of(journey.play.tag(journey.courier), consignment=journey.names.out)).event
    journey.play.act({"type": "MandateTransferred", "mandate": mandate, "courier": "courier-reserve"}, by=("mfa-1",))
    journey.over((journey.courier,), ("courier-reserve",))
    journey.over(("courier-reserve",), journey.who("officer"))
    assert journey.play.findings == []


def test_a_courier_with_a_transferred_mandate_does_not_take_over_again(journey: Journey) -> None:
    state = journey.play.ledger.state
    mandate = next(state.registers.mandates_of(journey.play.tag(journey.courier), consignment=journey.names.out)).event
    journey.play.act({"type": "MandateTransferred", "mandate": mandate, "courier": "courier-reserve"}, by=("mfa-1",))
    journey.over(("mfa-1",), (journey.courier,))
    assert journey.play.only("mandate-ended").status == "open"


def test_a_mandate_ends_on_delivery(journey: Journey) -> None:
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.over(journey.who("officer"), (journey.courier,))
    assert journey.play.only("mandate-ended").sentence.endswith("it ended on delivery.")


def test_the_mandate_for_the_way_back_ends_when_the_cec_has_what_was_sent_back() -> None:
    """Not before: the station's own mission would be the end of the way out only."""
    journey = Journey(Play(), "AYT")
    journey.closed()
    journey.packed_for_return()
    journey.returning()
    back, courier = [journey.back], (journey.courier,)
    journey.over(journey.commission, courier, units=back)
    journey.over(courier, journey.who("officer"), units=back)
    journey.over(journey.who("officer"), courier, units=back)
    assert journey.play.findings == []
    journey.over(courier, ("cec-1",), units=back)
    journey.over(("cec-1",), courier, units=back)
    assert journey.play.only("mandate-ended").sentence.endswith("it ended on delivery.")


def test_a_mandate_granted_after_delivery_covers_the_courier_again(journey: Journey) -> None:
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.who("officer"))
    journey.mandate(journey.courier)
    journey.over(journey.who("officer"), (journey.courier,))
    assert journey.play.findings == []


def test_a_mandate_that_is_not_there_can_neither_end_nor_pass_on(journey: Journey) -> None:
    journey.play.act({"type": "MandateEnded", "mandate": "ab" * 32}, by=("mfa-1",))
    journey.play.act({"type": "MandateTransferred", "mandate": "cd" * 32, "courier": "courier-reserve"}, by=("mfa-1",))
    assert journey.play.codes_found() == [("not-in-state", "open")] * 2


def test_a_mandate_for_a_consignment_that_nobody_knows_is_no_finding(journey: Journey) -> None:
    journey.mandate("courier-reserve", consignment=journey.play.names("ROM").back)
    assert journey.play.findings == []


# --- separation


def seated(journey: Journey) -> None:
    """The courier is enrolled as a member of the receiving commission as well, with another key."""
    play = journey.play
    courier = play.stage.cast.people[journey.courier]
    private = play.stage.cast.signatory("second-key", role="member", office="AYT").private
    member = Signatory("ayt-second", "member", "AYT", courier.person, private)
    play.stage.cast.people["ayt-second"] = member
    play.stage.cast.device_of["ayt-second"] = "ayt-device"
    message = possession_message(election=play.ledger.election, person=member.person, role="member", keyid=member.key)
    row = {
        "public": member.public.hex(),
        "role": "member",
        "person": member.person,
        "badge": "ayt-second",
        "office": "AYT",
    }
    keys = [{**row, "proof": sign(private, message).hex(), "next_key": None}]
    play.act({"type": "KeyEnrolled", "keys": keys}, by=("registrar-1", "registrar-2"))


def test_a_courier_who_sits_on_the_receiving_commission_is_a_serious_finding(journey: Journey) -> None:
    seated(journey)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.commission)
    finding = journey.play.only("separation")
    assert finding.severity == "serious"
    assert finding.sentence == "courier courier-ayt handed over to commission AYT, to which the same person belongs."


def test_one_person_with_two_keys_cannot_sign_both_sides(journey: Journey) -> None:
    seated(journey)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), ("ayt-second", "ayt-chair"))
    assert journey.play.only("own-handover").severity == "serious"
    assert journey.play.holder(journey.pouch) == "courier courier-ayt"


def test_one_person_with_two_keys_counts_once_for_a_quorum(journey: Journey) -> None:
    seated(journey)
    play = journey.play
    twin = play.stage.cast.signatory("third-key", role="secretary", office="AYT").private
    person = play.stage.cast.people["ayt-second"].person
    play.stage.cast.people["ayt-third"] = Signatory("ayt-third", "secretary", "AYT", person, twin)
    play.stage.cast.device_of["ayt-third"] = "ayt-device"
    key = play.stage.cast.people["ayt-third"]
    message = possession_message(election=play.ledger.election, person=person, role="secretary", keyid=key.key)
    row = {"public": key.public.hex(), "role": "secretary", "person": person, "badge": "ayt-third", "office": "AYT"}
    keys = [{**row, "proof": sign(twin, message).hex(), "next_key": None}]
    play.act({"type": "KeyEnrolled", "keys": keys}, by=("registrar-1", "registrar-2"))
    act = {"type": "BallotsFoundDefective", "station": "AYT", "papers": 1}
    play.act(act, by=("ayt-second", "ayt-third"))
    assert play.only("below-threshold").sentence == "The statement of defective papers: 1 of 2 signed."


def test_a_dispensation_and_the_head_of_mission_allow_it(journey: Journey) -> None:
    seated(journey)
    journey.play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    journey.over(("mfa-1",), (journey.courier,))
    offer = journey.offer((journey.courier,), journey.commission)
    journey.answer(offer, (*journey.commission, "ayt-head"))
    assert journey.play.findings == []
    assert journey.play.holder(journey.pouch) == "commission AYT"


def test_a_dispensation_lets_one_person_of_a_tiny_mission_sign_both_sides(journey: Journey) -> None:
    seated(journey)
    journey.play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    journey.over(("mfa-1",), (journey.courier,))
    offer = journey.offer((journey.courier,), ("ayt-second", "ayt-chair"))
    journey.answer(offer, ("ayt-second", "ayt-chair", "ayt-head"))
    assert journey.play.findings == []
    assert journey.play.holder(journey.pouch) == "commission AYT"


def test_a_dispensation_without_the_head_of_mission_is_not_enough(journey: Journey) -> None:
    seated(journey)
    journey.play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    journey.over(("mfa-1",), (journey.courier,))
    journey.over((journey.courier,), journey.commission)
    assert journey.play.only("separation").status == "open"


def test_a_mandate_one_day_too_short_is_a_finding_and_stays_one_when_a_new_one_covers_the_day(journey: Journey) -> None:
    journey.mandate("courier-reserve", days=("2015-04-15", "2015-04-15"))
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.play.wait(hours=24)
    delivered = journey.over(("courier-reserve",), journey.who("officer"))
    finding = journey.play.only("mandate-ended")
    assert (finding.status, delivered in finding.evidence) == ("open", True)
    assert "handed over" in finding.sentence
    journey.mandate("courier-reserve", days=("2015-04-17", "2015-04-20"))
    assert journey.play.only("mandate-ended").status == "open"
    journey.mandate("courier-reserve", days=("2015-04-16", "2015-04-16"))
    assert journey.play.only("mandate-ended").status == "open"
    assert "settles nothing" in journey.play.only("mandate-ended").sentence


def test_a_new_mandate_granted_before_the_last_day_ran_out_leaves_no_finding(journey: Journey) -> None:
    journey.mandate("courier-reserve", days=("2015-04-15", "2015-04-15"))
    journey.over(("mfa-1",), ("courier-reserve",))
    journey.mandate("courier-reserve", days=("2015-04-16", "2015-04-16"))
    journey.play.wait(hours=24)
    journey.over(("courier-reserve",), journey.who("officer"))
    assert journey.play.findings == []


@pytest.mark.parametrize("head", [True, False])
def test_one_person_of_a_tiny_mission_gives_papers_to_oneself_only_with_the_head_of_mission(*, head: bool) -> None:
    journey = Journey(Play(), "AYT").counted()
    play = journey.play
    issuer = play.stage.cast.people["ayt-issuer"]
    private = play.stage.cast.signatory("second-key", role="member", office="AYT").private
    play.stage.cast.people["ayt-second"] = member = Signatory("ayt-second", "member", "AYT", issuer.person, private)
    play.stage.cast.device_of["ayt-second"] = "ayt-device"
    message = possession_message(election=play.ledger.election, person=member.person, role="member", keyid=member.key)
    keys = {"public": member.public.hex(), "role": "member", "person": member.person, "badge": "ayt-second"}
    keys |= {"office": "AYT", "proof": sign(private, message).hex(), "next_key": None}
    play.act({"type": "KeyEnrolled", "keys": [keys]}, by=("registrar-1", "registrar-2"))
    play.act({"type": "DispensationGranted", "station": "AYT"}, by=CEC)
    given = {"type": "BallotsGivenToIssuer", "station": "AYT", "issuer": "ayt-issuer", "papers": 10}
    signers: list[dict[str, str | None]] = [
        {"key": play.key(badge), "person": play.tag(badge), "part": part}
        for badge, part in (("ayt-second", "releasing"), ("ayt-issuer", "receiving"), ("ayt-head", "dispensing"))
        if head or badge != "ayt-head"
    ]
    device = play.stage.cast.devices["ayt-device"]
    signers.append({"key": device.key, "person": None, "part": "device"})
    by = ("ayt-second", "ayt-issuer", "ayt-head") if head else ("ayt-second", "ayt-issuer")
    play.act({**given, "signers": signers}, by=by)
    assert [code for code, _ in play.codes_found()] == ([] if head else ["own-handover"])
