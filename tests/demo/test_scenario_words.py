"""The stories of scenarios in three languages: every title, paragraph and told step of those that ship with the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from custody.adapters.reference import reference_stations
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import message, render
from custody.demo.scenario_file import load, names
from custody.demo.usual_steps import STRETCHES
from custody.sandbox.story_sentences import answered, stretch_title, told

ROOT = Path(__file__).parents[2]
WORDS: dict[str, dict[str, str]] = json.loads((ROOT / "custody/data/scenario-words.json").read_text(encoding="utf-8"))
BUILTIN = 3
"""Titles of what is no file: the reference election, the messy one, the empty one."""


def test_every_word_of_a_scenario_that_ships_has_its_translations_and_no_row_is_about_nothing() -> None:
    said = set()
    for name in names():
        scenario = load(name).scenario
        said |= {
            " ".join(text.split())
            for text in (scenario.title, scenario.shows, *scenario.steps)
            if isinstance(text, str)
        }
    assert sorted(said - set(WORDS)) == []
    assert len(set(WORDS) - said) == BUILTIN


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_english_word_stands_in_a_story_and_each_language_has_its_own_letters(language: str) -> None:
    for row in WORDS.values():
        assert re.findall("[A-Za-z]", row[language]) == []
        assert re.search("[әғқңөұүһі]", row["ru"].lower()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stretch_is_told_in_each_language(language: Language) -> None:
    sentences = [render(message("story.stretch", stretch=name, city="X"), language=language) for name in STRETCHES]
    assert len(set(sentences)) == len(STRETCHES)
    assert all(one.endswith(".") for one in sentences)


def test_words_of_somebodys_own_file_stay_as_they_are_and_a_refusal_is_told_by_its_code() -> None:
    assert told("A story of  my own.", language="ru") == "A story of my own."
    says = message("story.copied", device="courier-ayt")
    refused = answered(says, cosigned="", sentence="There is no station XXX on this log.", codes=("unknown-station",))
    assert told(refused, language="kk").endswith("Журналда XXX учаскесі жоқ.")
    assert told(answered(says, cosigned="cec-1", sentence="", codes=()), language="en").startswith("cec-1 signs too. ")


def test_a_stretch_names_the_station_in_the_language_of_the_reader() -> None:
    for station in reference_stations():
        title = stretch_title("at the MFA", station=station)
        assert station.city in render(title, language="en")
        assert re.findall("[A-Za-z]", render(title, language="ru") + render(title, language="kk")) == []
