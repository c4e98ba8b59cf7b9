"""The sentences of events: in three languages, without a stamp or a code left in them, and with all that a protocol says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_origin

import pytest

from custody.core.wording.event_sentences import SENTENCES, said_with_codes
from custody.core.wording.message_format import LANGUAGES, Language, choices, parse_pattern
from custody.core.wording.messages import CATALOGUE, tell
from schemas.authority import KeyRevoked, LogClosed, ReplacementAuthorised, VoterListStated
from schemas.base import Common, SealFound
from schemas.production import BallotsPrinted, ConsignmentManifested, WasteDestroyed
from schemas.station import Destroyed
from schemas.transfer import (
    CustodyBroken,
    DelayReported,
    HandoverAnswered,
    OverdueNoted,
    PouchExamined,
    ReleasedToCarrier,
    SealReplaced,
    StopRecorded,
)
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

LATIN = re.compile(r"[A-Za-z]{2,}")
CODES = re.compile(r"\b[A-Z]{2,3}-[A-Z]?[0-9]{2,}-[0-9A-Z]\b|\bUTC\b|\b[0-9a-f]{16}\b|\b(AYT|ROM|CEC)\b")
"""What is the same in every language: units, seals, ids of events, offices as codes, and the name of universal time."""
NAMES = {"Antalya", "Rome", "kz"}
CLOSED: tuple[tuple[type[Common], str, str], ...] = (
    (KeyRevoked, "reason", "event.KeyRevoked"),
    (LogClosed, "reason", "event.LogClosed"),
    (ReplacementAuthorised, "reason", "event.ReplacementAuthorised"),
    (VoterListStated, "stage", "event.VoterListStated"),
    (BallotsPrinted, "method", "event.BallotsPrinted"),
    (WasteDestroyed, "method", "event.WasteDestroyed"),
    (Destroyed, "method", "event.Destroyed"),
    (ConsignmentManifested, "direction", "event.ConsignmentManifested"),
    (HandoverAnswered, "result", "event.HandoverAnswered"),
    (ReleasedToCarrier, "mode", "event.ReleasedToCarrier"),
    (SealReplaced, "reason", "event.SealReplaced"),
    (StopRecorded, "purpose", "event.StopRecorded"),
    (DelayReported, "reason", "event.DelayReported"),
    (PouchExamined, "examination", "event.PouchExamined"),
    (PouchExamined, "by", "event.PouchExamined"),
    (CustodyBroken, "classification", "event.CustodyBroken"),
    (CustodyBroken, "cause", "event.CustodyBroken"),
    (OverdueNoted, "step", "event.OverdueNoted"),
)
"""Field of an event with a closed list of codes -> the sentence that says them."""


@cache
def played() -> Play:
    """One station's journey with a count that differs."""
    journey = Journey(Play("AYT", "ROM"), "AYT").opened()
    journey.count(wrong=1)
    return journey.play


def story() -> list[Mapping[str, Any]]:
    """Its entries and what became of its units."""
    return [outcome.doc for outcome in played().outcomes if outcome.kind in ("entry", "unit")]


def without_names(text: str) -> str:
    """A sentence without what is the same in every language: codes, and the badges of those who are enrolled."""
    badges = sorted({record.badge for record in played().ledger.state.roster}, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, badges)), "", CODES.sub("", text))


def codes_of(model: type[Common], field: str) -> set[str]:
    """The closed list of a field."""
    annotation = model.model_fields[field].annotation
    assert str(get_origin(annotation)) == "typing.Literal"
    return set(get_args(annotation))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("model", "field", "key"), CLOSED, ids=lambda value: getattr(value, "__name__", value))
def test_every_code_of_a_closed_list_is_said_in_words(
    model: type[Common], field: str, *, key: str, language: Language
) -> None:
    found = [choice for choice in choices(parse_pattern(CATALOGUE[key][language])) if choice.name == field]
    known = {word for choice in found for word in choice.forms}
    assert codes_of(model, field) - known == set()


def test_every_condition_of_a_seal_is_said_in_words() -> None:
    listed = set(get_args(SealFound.model_fields["condition"].annotation))
    for language in LANGUAGES:
        (choice,) = choices(parse_pattern(CATALOGUE["event.seal-found"][language]))
        assert listed <= set(choice.forms)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_sentence_has_no_word_of_another_language_and_no_stamp(language: Language) -> None:
    texts = [said_with_codes(doc["says"], noted=doc.get("noted", []), language=language) for doc in story()]
    assert len(texts) > 40
    strange = {word: text for text in texts for word in LATIN.findall(without_names(text)) if word not in NAMES}
    assert strange == {}
    assert [text for text in texts if re.search(r"[0-9]T[0-9]{2}:", text)] == []


def test_a_sentence_says_who_handed_what_to_whom_and_what_was_found() -> None:
    doc = next(doc for doc in story() if doc["says"]["key"] == "event" and doc["type"] == "HandoverAnswered")
    assert tell(doc["says"], language="ru") == (
        "Передача; сдаёт ЦИК, принимает МИД; результат: принято: AYT-P01-T; предъявлено мест 1, 1 пломба цела, "
        "принято без пересчёта. Подписали: сотрудник отдела дипломатической почты (mfa-1)."
    )


def test_every_sentence_of_a_type_is_in_the_catalogue_under_its_name() -> None:
    assert [name for name in SENTENCES if f"event.{name}" not in CATALOGUE] == []
