"""Sentences call an event by what it is, not by its code, in every language."""

from __future__ import annotations

import pytest

from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import message, render
from schemas.union import FOLD_1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [model.__name__ for model in FOLD_1])
def test_every_event_type_is_called_something(name: str, language: Language) -> None:
    said = render(message("type", type=name), language=language)
    assert name not in said
    assert said == said.strip() != ""


def test_a_sentence_that_begins_with_it_begins_with_a_capital() -> None:
    lacking = message("lacking", type="BallotsCounted", lacks=("2 of 3 signed",))
    assert str(lacking) == "The count of papers: 2 of 3 signed."
    assert render(lacking, language="ru") == "Подсчёт бюллетеней: 2 of 3 signed."


def test_programs_are_told_the_code() -> None:
    assert message("lacking", type="BallotsCounted", lacks=()).doc()["args"]["type"] == "BallotsCounted"
