"""Codes of forms: a published one is told in words, any other is a finding, once for each device."""

import pytest

from custody.core.wording.event_sentences import said_with_codes
from schemas.codes import BASE_CODES, LANGUAGES
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play

OWN = {"code": "tram-strike", "words": [{"language": "en", "text": "the trams were on strike"}]}


@pytest.fixture
def journey() -> Journey:
    return Journey(Play(), "AYT").at_mfa()


def told(play: Play) -> list[tuple[str, int]]:
    return [(finding.code, finding.count) for finding in play.findings]


def sentence(play: Play) -> str:
    """How the newest entry is told."""
    doc = next(outcome.doc for outcome in reversed(play.outcomes) if outcome.kind == "entry")
    return said_with_codes(doc["says"], noted=doc["noted"], language="en")


def test_every_code_of_the_list_has_words_in_each_language_and_raises_nothing(journey: Journey) -> None:
    codes = sorted(BASE_CODES)
    assert [code for code in codes for language in LANGUAGES if not BASE_CODES[code][language].strip()] == []
    for start in range(0, len(codes), 8):
        some = codes[start : start + 8]
        offer = journey.offer(("mfa-1",), (journey.courier,))
        journey.answer(offer, (journey.courier,), result="refused", codes=some)
        assert f"Noted: {'; '.join(BASE_CODES[code]['en'] for code in some)}." in sentence(journey.play)
    assert journey.play.findings == []


def test_codes_that_nobody_published_are_one_finding_for_each_device(journey: Journey) -> None:
    for code in ("somebody-stole-it", "nobody-knows"):
        offer = journey.offer(("mfa-1",), (journey.courier,))
        journey.answer(offer, (journey.courier,), result="refused", codes=[code, "label-damaged"])
    assert told(journey.play) == [("unknown-code", 2)]
    assert "somebody-stole-it" in str(journey.play.findings[0].sentence)


def test_a_code_of_the_rules_in_force_is_known_from_there_on(journey: Journey) -> None:
    play = journey.play
    rules = {**play.ledger.state.rules_now().rules.model_dump(mode="json"), "codes": [OWN]}
    play.act({"type": "DispensationGranted", "station": "ROM", "codes": ["tram-strike"]}, by=CEC)
    assert told(play) == [("unknown-code", 1)]
    play.act({"type": "RulesSet", "rules": rules}, by=CEC)
    play.act({"type": "DispensationGranted", "station": "AYT", "codes": ["tram-strike"]}, by=CEC)
    assert told(play) == [("unknown-code", 1)]
    assert "Noted: the trams were on strike." in sentence(play)


def test_who_declined_to_sign_is_told_with_the_code(journey: Journey) -> None:
    present = [{"role": "member", "note": "declined"}, {"role": "observer", "note": "present"}]
    said = {"type": "DispensationGranted", "station": "AYT", "codes": ["signature-declined"], "present": present}
    journey.play.act(said, by=CEC)
    expected = ("Present: observer. Declined to sign: member. Signed by ", "Noted: somebody declined to sign.")
    assert all(part in sentence(journey.play) for part in expected)


def test_a_handover_and_its_entries_carry_their_codes_in_words_in_three_languages(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(offer, (journey.courier,), result="accepted with reservation", codes=["package-damaged"])
    handover = next(outcome.doc for outcome in reversed(play.outcomes) if outcome.kind == "handover")
    entry = next(outcome.doc for outcome in reversed(play.outcomes) if outcome.kind == "entry")
    expected = [{"code": "package-damaged", "words": {name: BASE_CODES["package-damaged"][name] for name in LANGUAGES}}]
    assert (handover["noted"], entry["noted"]) == (expected, expected)
    assert {row["words"]["ru"] for row in entry["noted"]} == {"место повреждено"}
    plain = journey.over((journey.courier,), journey.who("officer"))
    handover = next(outcome.doc for outcome in reversed(play.outcomes) if outcome.kind == "handover")
    assert (handover["answer"], handover["noted"]) == (plain, [])


def test_what_the_refusal_said_stands_with_the_refused_offer_and_with_no_other(journey: Journey) -> None:
    refused = journey.offer(("mfa-1",), (journey.courier,))
    journey.answer(refused, (journey.courier,), result="refused", codes=["label-damaged", "nobody-knows"])
    journey.over(("mfa-1",), (journey.courier,))
    told = {outcome.subject: outcome.doc for outcome in journey.play.outcomes if outcome.kind == "handover"}
    assert [row["words"]["en"] for row in told.pop(refused)["noted"]] == [
        BASE_CODES["label-damaged"]["en"],
        "nobody-knows",
    ]
    assert all(doc["noted"] == [] for doc in told.values())
