"""A form of an act that notes of log witnesses bound says so beside the time that its signers claim."""

from __future__ import annotations

import pytest

from custody.core.wording.message_format import LANGUAGES, Language
from custody.paper.forms import FORMS
from custody.paper.plain import plain_lines
from custody.paper.source import Source, filled_from
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play

CERTAIN: dict[Language, str] = {"en": "certainly before", "ru": "достоверно до", "kk": "анық"}
SHEETS = ("manifest", "handover", "courier-letter")


def source(journey: Journey) -> Source:
    return filled_from(journey.play.ledger.state, entries=journey.play.log)


def lines(journey: Journey, form: str, *, language: Language) -> list[str]:
    subject = journey.pouch if form == "handover" else "AYT"
    return list(plain_lines(FORMS[form].filled(source(journey), subject), language=language))


@pytest.mark.parametrize("form", SHEETS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_notes_bound_is_said_on_the_form_and_else_nothing_is(form: str, language: Language) -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    journey.play.act(witnesses.policy_set(), by=CEC)
    assert not any(CERTAIN[language] in line for line in lines(journey, form, language=language))
    witnesses.witnessed(journey.play, dict.fromkeys(witnesses.NAMES, journey.play.stage.now))
    assert any(CERTAIN[language] in line for line in lines(journey, form, language=language))
