"""Questions put one after the other on a terminal, or answered by a file: what was typed, in the form that its question asks for.

Nothing has a default. A wrong answer is asked again on a terminal, and is an error where a file holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import typer

from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.paper.transcribing import Question
from schemas.errors import Misused, Refused
from schemas.identifiers import parse_timestamp

_ROWS_MAX: Final = 100
_TRIES_MAX: Final = 20


def asked(questions: Sequence[Question], *, language: Language) -> dict[str, Any]:
    """The answers that somebody types, in the order of the sheet.  Misused("transcribe-answer") after twenty wrong ones."""
    return {question.name: _one(question, language=language) for question in questions}


def stated(questions: Sequence[Question], *, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a file, all of them and no others.  Misused("transcribe-answer")."""
    unknown = sorted(set(answers) - {question.name for question in questions})
    if unknown:
        raise Misused("transcribe-answer", f"This form asks nothing called {', '.join(unknown)}.")
    return {question.name: _stated(question, answers=answers) for question in questions}


def _stated(question: Question, *, answers: Mapping[str, Any]) -> Any:
    if question.name not in answers:
        raise Misused("transcribe-answer", f"The answers do not say {question.name}: {question.asked}.")
    value = answers[question.name]
    if question.kind == "rows":
        if isinstance(value, list) and all(isinstance(row, dict) for row in value) and len(value) <= _ROWS_MAX:
            return [stated(question.fields, answers=row) for row in value]
    elif _fits(question, value):
        return value
    raise Misused("transcribe-answer", f"The answer to {question.name} is not of the kind that it asks for.")


def _fits(question: Question, value: Any) -> bool:
    match question.kind:
        case "number" | "number or nothing":
            return type(value) is int or (value is None and question.kind == "number or nothing")
        case "names":
            return isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        case "choice":
            return value in question.choices
        case "time":
            return isinstance(value, str) and _is_time(value)
        case _:
            return isinstance(value, str) and bool(value)


def _is_time(text: str) -> bool:
    try:
        parse_timestamp(text)
    except Refused:
        return False
    return True


def _one(question: Question, *, language: Language) -> Any:
    if question.kind == "rows":
        return _rows(question, language=language)
    for _ in range(_TRIES_MAX):
        value = _parsed(question, _typed(_asking(question), language=language))
        if _fits(question, value):
            return value
        typer.echo(render(message("transcribe.again"), language=language), err=True)
    raise Misused("transcribe-answer", f"There is no answer to {question.name}; nothing was signed.")


def _rows(question: Question, *, language: Language) -> list[dict[str, Any]]:
    """Rows until the first cell of one is left empty."""
    rows: list[dict[str, Any]] = []
    first, *others = question.fields
    while len(rows) < _ROWS_MAX:
        head = message("transcribe.row", asked=question.asked, number=len(rows) + 1)
        cell = _typed(message("transcribe.plain", asked=head), language=language)
        if not cell:
            break
        rows.append({first.name: cell, **asked(others, language=language)})
    return rows


def _typed(text: Message, *, language: Language) -> str:
    said: str = typer.prompt(render(text, language=language), default="", show_default=False, err=True)
    return said.strip()


def _asking(question: Question) -> Message:
    match question.kind:
        case "names":
            return message("transcribe.names-how", asked=question.asked)
        case "number or nothing":
            return message("transcribe.maybe", asked=question.asked)
        case "choice":
            words = [
                message("condition", condition=word) if question.name == "condition" else message("result", result=word)
                for word in question.choices
            ]
            rows = [message("transcribe.choice-row", number=at, word=word) for at, word in enumerate(words, start=1)]
            return message("transcribe.choice", asked=question.asked, choices=tuple(rows))
        case _:
            return message("transcribe.plain", asked=question.asked)


def _parsed(question: Question, text: str) -> Any:
    """What was typed as a value; the text itself where it is none."""
    match question.kind:
        case "names":
            return text.replace(",", " ").split()
        case "number" | "number or nothing" if text.lstrip("-\u2212").isdecimal():
            return int(text.replace("\u2212", "-"))
        case "number or nothing" if not text:
            return None
        case "choice" if text.isdecimal() and 1 <= int(text) <= len(question.choices):
            return question.choices[int(text) - 1]
        case _:
            return text
