"""The catalogue of sayings against itself, and against every use of it in the code."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from custody.core.checks.book_identities import IDENTITIES
from custody.core.state.finding_store import Status
from custody.core.state.transitions import STATE_OF_RECEIVER, TABLE
from custody.core.wording.finding_codes import SETTLED_BY, SEVERITY
from custody.core.wording.message_format import LANGUAGES, Language, Pattern, choices, fill, parse_pattern, places
from custody.core.wording.messages import CATALOGUE, message, render, said
from projections.web.models.page_words import KEY_OF
from schemas.base import PartyKind, Role, SealFound
from schemas.rules import Disposal, Rules, Severity
from schemas.strict_json import canonical
from schemas.union import FOLD_1

ROOT = Path(__file__).parents[3]
FILES = sorted((ROOT / "custody" / "data" / "sentences").glob("*.json"))
SOURCES = ("custody", "projections", "consumers")
PLURALS = {"en": {"one", "other"}, "ru": {"one", "few", "other"}, "kk": {"other"}}
"""The forms that a plural has in each language, beside those for one number alone."""
LETTERS = {"ru": set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя"), "kk": set("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")}
KEYS = sorted(CATALOGUE)
STATES = {
    state
    for kinds in TABLE.values()
    for steps in kinds.values()
    for step in steps.items()
    for state in step
    if state is not None
}
CLOSED = {
    "condition": ("condition", set(get_args(SealFound.model_fields["condition"].annotation))),
    "event.rule": ("rule", set(Rules.model_fields)),
    "figure.name": ("name", {name.removeprefix("stated.") for identity in IDENTITIES for name in identity.names}),
    "party": ("kind", set(get_args(PartyKind)) - {"courier", "mission", "commission"}),
    "party.of-station": ("kind", {"mission", "commission"}),
    "role": ("role", set(get_args(Role))),
    "rules.disposal": ("disposal", set(get_args(Disposal))),
    "severity": ("severity", set(get_args(Severity))),
    "state": ("state", STATES | set(STATE_OF_RECEIVER.values())),
    "status": ("status", set(get_args(Status))),
}
"""Key -> its argument, and the closed list of words that this can be."""


@dataclass(frozen=True)
class Use:
    """One call of ``message``: where, its key (None where it is no literal), and the names of its arguments."""

    place: str
    key: str | None
    names: frozenset[str | None]


def uses() -> Iterator[Use]:
    """Every call of ``message`` and ``phrase`` in the sources."""
    for path in sorted(path for source in SOURCES for path in (ROOT / source).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("message", "phrase"):
                key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
                names = frozenset(keyword.arg for keyword in node.keywords)
                yield Use(f"{path.relative_to(ROOT)}:{node.lineno}", None if key is None else str(key), names)


def of_templates() -> tuple[set[str], list[str]]:
    """The keys that the templates of the pages say, and the words of theirs that the catalogue lacks."""
    keys, lacking = set(), []
    for path in sorted((ROOT / "projections" / "web" / "templates").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        keys |= set(re.findall(r'in_words\(key="([^"]+)"\)', text))
        for english in re.findall(r"""(?:"([^"]*)"|'([^']*)')\|t\b""", text):
            key = KEY_OF.get(english[0] or english[1])
            lacking += [] if key else [f"{path.name}: {english}"]
            keys |= {key} if key else set()
    return keys, lacking


def pattern_of(key: str, *, language: Language) -> Pattern:
    """The parsed pattern of a key."""
    return parse_pattern(CATALOGUE[key][language])


def arguments_of(key: str) -> set[str]:
    """What is filled in, in any of the languages."""
    return {name for language in LANGUAGES for name in places(pattern_of(key, language=language))}


def known_words(key: str, *, name: str) -> set[str]:
    """The words by which the English pattern of a key chooses on an argument."""
    by_word = (choice for choice in choices(pattern_of(key, language="en")) if choice.form == "select")
    return {word for choice in by_word if choice.name == name for word in choice.forms}


def words(part: Pattern) -> str:
    """The text of a message without what is filled in: every form of every choice."""
    texts = [item for item in part if isinstance(item, str)]
    return " ".join([*texts, *(words(form) for choice in choices(part) for form in choice.forms.values())])


def test_no_two_entries_of_the_catalogue_share_a_key() -> None:
    pairs = [json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list) for path in FILES]
    counted = Counter(key for file in pairs for key, _ in file)
    assert [key for key, times in counted.items() if times > 1] == []
    assert sorted({"type" if key.startswith("type.") else key for key in counted}) == KEYS


def test_the_names_of_event_types_are_those_of_the_types() -> None:
    keys = (key for path in FILES for key in json.loads(path.read_text(encoding="utf-8")))
    named = sorted(key.removeprefix("type.") for key in keys if key.startswith("type."))
    assert named == sorted(model.__name__ for model in FOLD_1)
    assert known_words("type", name="type") == {*named, "other"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_the_catalogue_is_in_the_order_of_its_keys(path: Path) -> None:
    keys = list(json.loads(path.read_text(encoding="utf-8")))
    assert keys == sorted(keys)


def test_an_entry_says_the_same_in_each_language() -> None:
    assert [key for key in KEYS if tuple(CATALOGUE[key]) != LANGUAGES] == []
    named = {key: [set(places(pattern_of(key, language=language))) for language in LANGUAGES] for key in KEYS}
    picks = [{language} for language in LANGUAGES]
    """what a reader of each language is told is an argument of its own"""
    strange = [key for key, rows in named.items() if rows != picks and any(row != rows[0] for row in rows)]
    assert strange == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_the_forms_of_its_language(language: Language) -> None:
    found = {
        key: {name for name in choice.forms if not name.startswith("=")}
        for key in KEYS
        for choice in choices(pattern_of(key, language=language))
        if choice.form == "plural"
    }
    assert {key: forms for key, forms in found.items() if forms != PLURALS[language]} == {}


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_choice_by_a_word_knows_in_each_language_the_words_it_knows_in_english(language: Language) -> None:
    unknown = {
        key: missing
        for key in KEYS
        for choice in choices(pattern_of(key, language=language))
        if (missing := known_words(key, name=choice.name) - set(choice.forms)) and choice.form == "select"
    }
    assert unknown == {}


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_an_entry_is_written_in_the_letters_of_its_language(language: Language) -> None:
    texts = {key: words(pattern_of(key, language=language)).lower() for key in KEYS}
    strange = {
        key: {letter for letter in text if letter.isalpha() and not letter.isascii()} for key, text in texts.items()
    }
    assert {key: letters - LETTERS[language] for key, letters in strange.items() if letters - LETTERS[language]} == {}


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("key", CLOSED)
def test_the_words_of_a_closed_list_are_said_in_each_language(language: Language, key: str) -> None:
    name, listed = CLOSED[key]
    known = {
        word for choice in choices(pattern_of(key, language=language)) if choice.name == name for word in choice.forms
    }
    assert listed - known == set()


def test_every_key_that_is_used_is_in_the_catalogue_with_just_its_arguments() -> None:
    wrong = [use for use in uses() if use.key not in CATALOGUE or set(use.names) != arguments_of(str(use.key))]
    assert wrong == []


def test_every_code_of_a_finding_has_a_title() -> None:
    assert [code for code in SEVERITY if f"title.{code}" not in CATALOGUE] == []


def test_every_entry_of_the_catalogue_is_used() -> None:
    said_of_codes = {f"title.{code}" for code in SEVERITY} | {f"settles.{code}" for code in SETTLED_BY}
    templates, _ = of_templates()
    used = {str(use.key) for use in uses()} | said_of_codes | templates | {"page.became"}
    assert sorted(used) == KEYS


def test_every_word_of_the_templates_is_in_the_catalogue() -> None:
    keys, lacking = of_templates()
    assert lacking == []
    assert keys - set(CATALOGUE) == set()


def test_no_two_words_of_the_pages_are_the_same_in_english() -> None:
    english = Counter(CATALOGUE[key]["en"] for key in KEYS if key.startswith(("page.", "account.")))
    assert [text for text, times in english.items() if times > 1] == []


def test_a_saying_is_its_english_text_and_can_be_said_in_the_others() -> None:
    text = message("shortage.on-hand", station="AYT", papers=1, voters=3, missing=2)
    assert text == "AYT: 1 paper on hand for 3 voters on the list: 2 too few."
    assert render(text, language="ru") == "AYT: в наличии 1 бюллетень, избирателей в списке: 3; не хватает: 2."
    assert render(text, language="kk") == "AYT: қолда 1 бюллетень бар, тізімдегі сайлаушылар саны: 3; жетіспейді: 2."


def test_what_is_said_within_a_saying_is_said_in_its_language() -> None:
    parties = (message("party", kind="CEC"), message("party.courier", badge="courier-1"), "X-1")
    assert render(message("figures.sum", figures=parties), language="ru") == "ЦИК + курьер courier-1 + X-1"


def test_a_saying_comes_back_from_its_json() -> None:
    text = message("figures.sum", figures=(message("party", kind="CEC"), "X-1", 3))
    doc = json.loads(canonical(text.doc()))
    assert doc == {
        "key": "figures.sum",
        "args": {"figures": [{"key": "party", "args": {"kind": "CEC"}}, "X-1", 3]},
    }
    assert render(said(doc), language="kk") == "ОСК + X-1 + 3"
    assert said(doc).doc() == doc


def test_a_text_that_is_no_saying_is_said_as_it_is() -> None:
    assert render("a plain text", language="kk") == "a plain text"


def test_a_saying_survives_copying_and_pickling() -> None:
    text = message("party", kind="CEC")
    for other in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert (other, other.key, dict(other.args)) == (text, "party", {"kind": "CEC"})


def test_an_unknown_key_is_shown_with_its_arguments() -> None:
    text = said({"key": "of-a-later-version", "args": {"unit": "P-1", "papers": 3}})
    assert text == render(text, language="kk") == "of-a-later-version (papers: 3, unit: P-1)"


def test_an_argument_too_few_is_no_exception() -> None:
    text = said({"key": "party", "args": {}})
    assert render(text, language="ru") == text == "{kind}"
    assert fill(parse_pattern("{x}"), args={}, language="kk") == "{x}"
