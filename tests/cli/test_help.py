"""Help is told in three languages: every paragraph of every command, and no word of the library that reads the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from custody.cli.exits import run
from custody.cli.program import make_app
from tests.cli.test_languages_of_errors import ROOT

TABLE: dict[str, dict[str, str]] = json.loads((ROOT / "custody/data/help.json").read_text(encoding="utf-8"))
TYPED = re.compile(
    r"ML-DSA-44|--[a-z][a-z-]*|CUSTODY_\w*\*?|[A-Za-z]+://\S+|https?\b|\S*/\S*"
    r"|'[^']*'|\"[^\"]*\"|[A-Z]{3}-[A-Z0-9-]+(=\d+)?|\b(AAA|ACCOUNTS|CEC|MFA)\b"
    r"|[\w*-]+\.(pdf|html|txt|json|csv|event|toml|yml|example|png)\b"
    r"|\.(pdf|html|txt|json|png|demo|invalid)\b|UNIT:SEAL\S*|STATION=TROUBLE|\bACT\b"
)
"""What a reader types or sees typed: options, settings, addresses, files, identifiers."""
NAMES = re.compile(
    r"\bcustody( [A-Za-z]+)*|\b(JSON|HTTP|PDF|PNG|JPEG|TIFF|CSV|XLSX|HTML|UTF|RFC|ASCII|UTC|SCRAM|Ctrl-C)\b"
    r"|\b(Kafka|PostgreSQL|KeyEnrolled|web|root|wall|log|list)\b"
    r"|tlog-policy|\b(en|ru|kk)\b"
)
"""Standards, trade names, the program's own commands, and the codes of languages."""


def paragraphs() -> Iterator[str]:
    """All that the commands say of themselves, in English."""
    yield from _of(typer.main.get_command(make_app()))


def _of(command: Any) -> Iterator[str]:
    yield from (" ".join(text.split()) for text in (command.help or "").split("\n\n") if text.strip())
    yield from (" ".join(param.help.split()) for param in command.params if getattr(param, "help", None))
    for one in getattr(command, "commands", {}).values():
        yield from _of(one)


def test_every_paragraph_of_help_has_its_words_in_three_languages_and_no_row_is_about_nothing() -> None:
    told = set(paragraphs())
    assert sorted(told - set(TABLE)) == []
    assert [row for row in TABLE if row not in told and len(row.split()) > 5] == []
    assert list(TABLE) == sorted(TABLE)
    assert all(set(row) == {"ru", "kk"} for row in TABLE.values())


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_what_a_reader_types_is_the_same_in_every_language(language: str) -> None:
    for english, row in TABLE.items():
        for word in re.findall(r"--[a-z][a-z-]*|CUSTODY_\w+|[\w-]+\.(?:json|csv|toml|event)|https?://\S+\w", english):
            assert word in row[language], (word, row[language])


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_english_word_stands_in_the_help_of_another_language(language: str) -> None:
    found: dict[str, set[str]] = {}
    for english, row in TABLE.items():
        left = NAMES.sub("", TYPED.sub("", row[language]))
        strange = {word for word in re.findall(r"[A-Za-z]{2,}", left) if CHOSEN.fullmatch(word.lower()) is None}
        found |= {english: strange} if strange else {}
    assert found == {}


CHOSEN = re.compile(
    r"honest|messy|careless|cheating|mixed|batch|pack|pouch|ballot|stock|consignment|seal|cabin|hold|"
    r"captain|road|mission|staff|storage|officer|registrar|printer|representative|office|courier|head|"
    r"chair|deputy|secretary|member|issuing|observer|duty|package|missing|broken|intact|altered|handover|"
    r"manifest|letter|opening|count|protocol|issuer|register|cancelling|account|discrepancy|loss|find|"
    r"destruction|return|remark|label|none|empty|open|acknowledged|settled|adjudicated|answer|read|offer|"
    r"claimed|awaiting|cec|of|hand|event|box|proven|kz|but"
)
"""Words to choose from, which are typed as they stand."""


@pytest.mark.parametrize("words", [["--help", "--lang", "kk"], ["--lang=kk"], ["election", "--lang", "kk"]])
def test_a_list_of_commands_is_told_in_the_language_that_is_asked_for(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_app(words), arguments=words) == 0
    assert "Командалар" in (said := capsys.readouterr().out) or "Сынап көру" in said


def test_the_environment_chooses_the_language_of_help_and_types_of_the_library_are_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_app(["show"]), arguments=["show", "--help"]) == 0
    english = capsys.readouterr().out
    assert english.startswith("Usage: ")
    assert re.search("<|│", english) is None
    monkeypatch.setenv("CUSTODY_LANG", "ru")
    assert run(make_app(["show"]), arguments=["show", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Использование: ")
