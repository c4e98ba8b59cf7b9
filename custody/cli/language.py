"""In which language a command tells what it tells, errors included: ``--lang``, which every command takes, or the environment.

Imported by every command, ``custody --help`` too: nothing here takes long to import.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import Parameter, signature
from itertools import pairwise
from typing import Annotated, Any, Final

import typer

from custody.cli.help_text import commands_in
from custody.core.wording.message_format import LANGUAGES, Language

ENVIRONMENT: Final = "CUSTODY_LANG"
OPTION: Final = "--lang"
Lang = Annotated[
    Language,
    typer.Option(OPTION, envvar=ENVIRONMENT, help="Tell it in English (en), Russian (ru) or Kazakh (kk)."),
]


_SPOKEN: Final[ContextVar[Language]] = ContextVar("spoken", default="en")
"""The language of the command that runs here, from its first word to its last."""


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """A command runs, and what it tells is told in this language (``custody.cli.telling``)."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def language_here() -> Language:
    """The language of the command that runs."""
    return _SPOKEN.get()


def asked_language(arguments: Sequence[str]) -> Language:
    """The language that a command line, or else the environment, asks for; English where neither names one."""
    named = [word for option, word in pairwise(arguments) if option == OPTION]
    named += [word.partition("=")[2] for word in arguments if word.startswith(f"{OPTION}=")]
    first = (named or [os.environ.get(ENVIRONMENT, "")])[-1].partition(",")[0]
    return next((language for language in LANGUAGES if language == first), "en")


def spoken(app: typer.Typer, *, language: Language) -> None:
    """Give every command ``--lang``: one that tells nothing else still says in it what is wrong; help is told in ``language``."""
    of_commands, of_groups = commands_in(language)
    app.info.cls = of_groups
    for command in app.registered_commands:
        command.cls = of_commands
        if command.callback is not None:
            command.callback = _with_language(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            spoken(group.typer_instance, language=language)


def _with_language(callback: Callable[..., Any]) -> Callable[..., Any]:
    """A command that takes ``--lang``; the errors of its run are told in it (``custody.cli.exits``)."""
    stated = signature(callback, eval_str=True)
    if "lang" in stated.parameters:
        return callback

    @wraps(callback)
    def call(*values: Any, lang: Language, **options: Any) -> Any:
        del lang
        return callback(*values, **options)

    parameter = Parameter("lang", Parameter.KEYWORD_ONLY, default="en", annotation=Lang)
    call.__dict__["__signature__"] = stated.replace(parameters=[*stated.parameters.values(), parameter])
    call.__annotations__ = {**callback.__annotations__, "lang": Lang}
    return call
