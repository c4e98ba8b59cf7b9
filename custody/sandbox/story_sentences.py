"""Sentences of a scenario's story, as sayings: in English, Russian or Kazakh, whoever reads it.

A scenario's own words (its title, what it shows, the steps that are only text) are English in its file; of the scenarios that
ship with the program they stand beside it in the other languages (``custody/data/scenario-words.json``), by their English text.
Words of somebody's own file stay as they are.

Not here: playing it (``scenario_player``) and how a story is laid out (``scenario_report``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from custody.adapters.reference import ReferenceStation, reference_names
from custody.core.state.noted_codes import Noted
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render


def with_codes(says: Message, *, noted: Sequence[Noted]) -> Message:
    """An event's sentence, and after it what was ticked on the form."""
    if not noted:
        return says
    codes = tuple(_code(row.words) for row in noted)
    return message("story.act", parts=(says, message("event.noted", codes=codes)))


def stretch_title(stretch: str, *, station: ReferenceStation) -> Message:
    """What a stretch of a journey is: the station by its name in the reader's language, where that is known."""
    city = station.city
    known = station.names or reference_names().get(station.code, {})
    if known.get("en", city) == city:
        name = message("story.by-language", en=city, ru=known.get("ru", city), kk=known.get("kk", city))
        return message("story.stretch", stretch=stretch, city=name)
    return message("story.stretch", stretch=stretch, city=city)


def _code(words: Sequence[tuple[str, str]]) -> Message:
    known = dict(words)
    return message("story.by-language", en=known["en"], ru=known["ru"], kk=known["kk"])


def answered(says: Message | str, *, cosigned: str, sentence: str, codes: Sequence[str]) -> Message | str:
    """The same with who signed too, and with what the front door said to it."""
    told = message("story.cosigned", who=cosigned, said=says) if cosigned else says
    if not sentence:
        return told
    return message("story.act", parts=(told, message("error.told", code=next(iter(codes), ""), sentence=sentence)))


def told(text: Message | str, *, language: Language) -> str:
    """A saying in a language; words of a scenario's file, which stay English where nobody translated them."""
    if isinstance(text, Message):
        return render(text, language=language)
    plain = " ".join(text.split())
    return plain if language == "en" else _words().get(plain, {}).get(language, plain)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    rows: dict[str, dict[str, str]] = json.loads(
        files("custody").joinpath("data/scenario-words.json").read_text("utf-8")
    )
    return rows
