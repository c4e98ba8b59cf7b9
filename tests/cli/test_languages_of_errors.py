"""Every command takes ``--lang``, and what is wrong is said in it: no English word is left, whatever the error."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
import typer

from custody.cli.command_table import TABLE
from custody.cli.exits import run
from custody.cli.language import asked_language
from custody.cli.program import COMMANDS, make_app
from custody.core.wording.error_words import ERRORS, error_in, sentence_in, words_of
from custody.core.wording.messages import error_told, message, render
from custody.paper.forms import FORMS
from schemas.errors import Misused, Refused

ROOT = Path(__file__).parents[2]
SOURCES = ("custody", "schemas", "projections", "consumers")
KINDS = {"Misused", "Refused", "NotEstablished", "Unavailable", "Contradicted", "NotAdmitted", "LogUnavailable"}
KINDS |= {"OutcomeUnknown", "Fenced", "Absent", "NotWellFormed", "Alarm", "AlarmDoc", "Trouble", "Busy"}
OF_ITSELF = {
    "any",
    "crash",
    "head-broken",
    "interrupted",
    "mistake",
    "not-well-formed",
    "read-only",
    "repeated-parameter",
    "sync-told",
    "fsck-wrong",
    "look-told",
    "system",
    "withheld",
    "too-many",
}
"""Rows of errors that no code in the sources names as a constant."""
LATIN = re.compile(r"(?<![\w./~-])[A-Za-z][A-Za-z-]{2,}(?![\w./-])")
KNOWN = re.compile("|".join((r"custody|--[a-z-]+|SHA|UTC|PIN|list", *FORMS, *(row.name for row in TABLE))))
"""The program's name, options, standards, and the words to choose from (forms, commands): the only Latin words of an error in
Russian and Kazakh, beside what was typed."""


@cache
def codes() -> set[str]:
    """The constant codes of all errors that the sources raise."""
    found = set()
    for path in sorted(path for source in SOURCES for path in (ROOT / source).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(first.value)):
                    found.add(str(first.value))
    return found


def test_every_error_has_words_in_russian_and_kazakh() -> None:
    assert sorted(code for code in codes() if words_of(code) is ERRORS["any"]) == []


def test_no_row_of_the_table_is_about_nothing() -> None:
    known = codes() | OF_ITSELF
    usage = {code for code in ERRORS if code.startswith("usage-")}
    rows = {code for code in ERRORS if code not in known | usage}
    families = {row for row in rows if row.endswith("-")}
    assert {row for row in families if not any(code.startswith(row) for code in known)} == set()
    assert rows - families - ALARMS == set()


ALARMS = {"alarms-unreadable", "monitor-silent", "views-incomplete", "books-stopped", "log-unreadable"}
"""Alarms share the table; these are named otherwise than by a first argument."""


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_table_is_whole_sentences_without_a_word_of_another_language(language: str) -> None:
    for code, row in ERRORS.items():
        assert set(row) == {"ru", "kk"}
        assert row[language].endswith("."), code
        left = re.sub(r"kk, ru (и|және) en|\.(pdf|html|txt|json)|PIN", "", row[language])
        assert not re.search("[A-Za-z]", left), (code, left)
    letters = set("әғқңөұүһі")
    assert all(row["kk"] != row["ru"] for row in ERRORS.values())
    assert not any(letters & set(row["ru"].lower()) for row in ERRORS.values())


def test_the_names_and_figures_of_an_error_stay_and_its_english_words_go() -> None:
    said = Refused("unknown-unit", "AYT-P01-T is not on this log; see /tmp/x.json, cec-1 or --unit 17.")
    assert error_told(said).doc()["args"] == {"code": "unknown-unit", "sentence": said.sentence}
    assert str(error_told(said)) == said.sentence
    assert render(error_told(said), language="ru") == (
        "Такой единицы в журнале нет: AYT-P01-T, /tmp/x.json, cec-1, --unit, 17."
    )
    assert error_in("unknown-unit", sentence="There is no such unit.", language="kk") == "Журналда мұндай бірлік жоқ."


SENTENCES: dict[str, list[dict[str, str]]] = json.loads(
    (ROOT / "custody/data/error-sentences.json").read_text(encoding="utf-8")
)


@cache
def sentences() -> set[str]:
    """All texts of the sources with places in them, each place as a pair of braces."""
    found = set()
    for path in sorted(path for source in SOURCES for path in (ROOT / source).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
                found.add("".join(parts).removeprefix("{} ").rstrip("{}"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_whole_sentence_of_an_error_is_one_that_the_sources_say() -> None:
    rows = [(code, row) for code, told in SENTENCES.items() for row in told]
    said = {row["en"]: re.sub(r"\{\w+\}", "{}", row["en"]).partition(" Did you mean")[0] for _, row in rows}
    said = {english: plain.removeprefix("{} ").rstrip("{}") for english, plain in said.items()}
    choice = "is {} or {}, and not {}."
    unsaid = [english for english, plain in said.items() if plain not in sentences() and plain != choice]
    assert [
        one for one in unsaid if not any(one.startswith(head) and is_said_in_pieces(one) for head in COMPOSED)
    ] == []
    assert {code for code, _ in rows} <= codes() | {code for code in ERRORS if code.startswith("usage-")} | UNKNOWN


COMPOSED: tuple[str, ...] = (
    "{code} is no code",
    "{office} is no office",
    "{place} ",
    "{badge} has kept",
    "{path} is no genesis",
)
COMPOSED += ("{folder} has {count} mistake", "With this plan {folder} has {count} mistake", "The log holds {positions}")
COMPOSED += ("--intact says", "No two receipts", "{count} events of this log", "{role} is no role", "--archive is for")
COMPOSED += ("An offer is named by", "A finding is named by", "at: what is asked for")
"""How sentences begin that the sources put together of several pieces, in the manner of ``counted``."""


def is_said_in_pieces(english: str) -> bool:
    """Whether each piece between the places of a sentence stands in a text of the sources."""
    pieces = re.split(r"\{\w+\}| Did you mean|: |(?<=[.]) | mistakes?;| holds | asked for is ", english)
    return all(any(piece.strip(" ;,.?") in text for text in sentences()) for piece in pieces if piece.strip())


TYPED = (
    r"custody [a-z]+( [a-z]+)?|--[a-z]+( list)?|JSON|PDF|\.(pdf|html|txt|json)|\bkk(,ru|, ru (и|және) en)"
    r"|[A-Z0-9-]+[:=T][\w:=+-]+"
    r"|\bAAA\b|seal-condition"
    r"|CUSTODY_[A-Z_]+|(?<=\})?_FILE|Kafka|UTF-8|PIN|JSON|TOML|NFC|-file|people\.csv|--root|names\.json|custody demo|--seed"
)
"""What a reader types, in a whole sentence of an error."""
UNKNOWN = {"unknown-unit", "unknown-consignment", "unknown-seal", "not-well-formed"}
"""Codes that are made of the kind of what is not known, or given by name."""


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_names_and_figures_of_an_error_stand_in_a_whole_sentence(language: Literal["ru", "kk"]) -> None:
    for code, told in SENTENCES.items():
        for row in told:
            names = re.findall(r"\{(\w+)\}", row["en"])
            values = {name: f"Q{place}-7" for place, name in enumerate(names)}
            said = sentence_in(code, sentence=row["en"].format(**values), language=language)
            assert said == row[language].format(**values), (code, row)
            left = row[language].format(**dict.fromkeys(names, ""))
            assert re.findall("[A-Za-z]{2,}", re.sub(TYPED, "", left)) == [], left
    assert (
        sentence_in("unknown-station", sentence="There is no station of that name on this log.", language=language)
        is None
    )
    assert sentence_in("unknown-unit", sentence="AYT-P01-T has another story.", language=language) is None


def test_an_error_of_the_catalogue_is_told_from_there() -> None:
    error = Misused("any-code", message("audit.gap-root"))
    assert render(error_told(error), language="ru") == render(message("audit.gap-root"), language="ru")


def commands(app: typer.Typer, *, head: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for command in app.registered_commands:
        yield (*head, command.name or "")
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from commands(group.typer_instance, head=(*head, group.name or ""))


ALL = sorted(commands(make_app()))


def test_all_commands_are_known() -> None:
    assert {name[0] for name in ALL} == {name for names in COMMANDS.values() for name in names}


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_command_says_in_the_language_asked_for_that_an_option_is_none(
    language: str, *, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ALL:
        assert run(make_app(name), arguments=[*name, "--lang", language, "--no-such-option"]) == 64
        told = capsys.readouterr().err
        assert told.startswith("custody: "), name
        assert re.search("[А-Яа-я]", told), name
        assert [word for word in LATIN.findall(told) if not KNOWN.fullmatch(word)] == [], (name, told)


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize(
    "words",
    [
        ("show", "AYT", "--dir", "/nowhere"),
        ("board", "--dir", "/nowhere"),
        ("print", "nothing", "--to", "x.pdf"),
        ("print", "handover", "--to", "x.pdf"),
        ("audit", "/nowhere"),
        ("append", "/nowhere/a.event"),
        ("act", "/nowhere/a.json", "--as", "cec-1", "--out", "a.event"),
        ("sync", "--device", "/nowhere"),
        ("identifier", "AYT", "boat", "1"),
        ("demo", "--scenario", "none-such"),
        ("paper", "read", "/nowhere.png", "--out", "act.event"),
        ("sample", "--stations", "0", "--seed", "1"),
        ("sample", "--stations", "one", "--seed", "1"),
        ("no-such-command",),
        ("show",),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_refusal_has_no_english_word(
    words: tuple[str, ...],
    *,
    language: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CUSTODY_LANG", language)
    assert run(make_app(words), arguments=words) in {2, 64, 65, 69}
    told = capsys.readouterr().err
    assert re.search("[А-Яа-я]", told), told
    assert [word for word in LATIN.findall(told) if not KNOWN.fullmatch(word) and word not in words] == [], told


def test_the_command_line_goes_before_the_environment_and_english_is_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODY_LANG", "kk")
    assert asked_language(["show", "--lang", "ru"]) == "ru"
    assert asked_language(["show", "--lang=ru"]) == "ru"
    assert asked_language(["print", "--lang", "kk,ru"]) == "kk"
    assert asked_language(["show"]) == "kk"
    monkeypatch.delenv("CUSTODY_LANG")
    assert asked_language(["show"]) == asked_language(["show", "--lang", "fr"]) == "en"
