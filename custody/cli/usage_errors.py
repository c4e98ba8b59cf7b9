"""Mistakes in the words of a command line, in plain words: the library's own messages speak of types and arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import typer

_CHOICES: Final = re.compile(r"'(?P<given>.*)' is not one of (?P<choices>.*?)\.?")
_MORE: Final = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)
_COMMAND: Final = re.compile(r"No such command '(?P<name>.*?)'\.(?P<meant>.*)", re.DOTALL)
_WITHOUT: Final = re.compile(r"Option '(?P<name>[^']*)' requires an argument.*", re.DOTALL)
_LEAST: Final = re.compile(r".*greater than or equal to (?P<bound>-?[0-9]+).*")
_MOST: Final = re.compile(r".*less than or equal to (?P<bound>-?[0-9]+).*")


def plain(error: typer.TyperException) -> str:
    """One sentence for whoever typed the command."""
    if isinstance(error, typer.BadParameter):
        return _of_parameter(error)
    name = getattr(error, "option_name", None)
    message = error.format_message()
    if (found := _WITHOUT.fullmatch(message)) is not None:
        return f"{found['name']} needs something after it."
    if name is not None:
        meant = ", ".join(sorted(getattr(error, "possibilities", None) or ()))
        return f"There is no option {name} here.{f' Did you mean {meant}?' if meant else ''}"
    if (found := _MORE.fullmatch(message)) is not None:
        words = found["words"]
        return f"{words} is more than this command takes; a name of several words stands in quotation marks."
    if (found := _COMMAND.fullmatch(message)) is not None:
        return f"There is no command {found['name']}.{found['meant'].replace(chr(39), '')}"
    return message or "Name a command; they are listed above."


def usage_code(error: typer.TyperException) -> str:
    """What kind of mistake it is, by which it is told in other languages than English."""
    if isinstance(error, typer.BadParameter):
        if type(error).__name__ == "MissingParameter":
            return "usage-missing"
        is_choice = _CHOICES.fullmatch(error.message.removeprefix("Value error, ")) is not None
        return "usage-choice" if is_choice else "usage-value"
    told = error.format_message()
    for pattern, code in ((_WITHOUT, "usage-missing"), (_MORE, "usage-more"), (_COMMAND, "usage-command")):
        if pattern.fullmatch(told) is not None:
            return code
    return "usage-missing" if getattr(error, "option_name", None) is None else "usage-option"


def _of_parameter(error: typer.BadParameter) -> str:
    param: Any = error.param
    name = "Something" if param is None else _name(param)
    if type(error).__name__ == "MissingParameter":
        told = str(getattr(param, "help", None) or "").rstrip(".")
        return f"{name} is missing{f': {told[0].lower()}{told[1:]}' if told else ''}."
    message = error.message.removeprefix("Value error, ")
    for pattern, say in _SAID:
        found = pattern.fullmatch(message)
        if found is not None:
            return f"{name} {say(found)}"
    return f"{name}: {message.rstrip('.')}."


def _name(param: Any) -> str:
    """An option as it is typed; an argument as the help names it."""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    return str(getattr(param, "metavar", None) or param.name).strip("{}[]").upper()


def _one_of(found: re.Match[str]) -> str:
    *first, last = found["choices"].replace("'", "").split(", ")
    return f"is {', '.join(first)} or {last}, and not {found['given']!r}."


_SAID: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (_CHOICES, _one_of),
    (re.compile(r".*valid integer.*"), lambda _: "is a whole number."),
    (re.compile(r".*valid number.*"), lambda _: "is a number."),
    (_LEAST, lambda found: f"is {found['bound']} at the least."),
    (_MOST, lambda found: f"is {found['bound']} at the most."),
)
"""What the library says of a value -> what is said of it here."""
