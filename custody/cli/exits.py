"""Exit codes: one table from the tree of errors to what a command's caller sees, and one plain sentence on stderr.

Follows sysexits(3) where it has a number. 1 and 2 are the audit's verdicts and mean the same in every command: signed material
contradicts what is there, or something needed is missing; no usage error or crash ever ends with them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import typer

from custody.cli.language import asked_language, speaking
from custody.cli.usage_errors import plain, usage_code
from custody.core.wording.message_format import Language
from schemas.errors import (
    Contradicted,
    CustodyError,
    Exhausted,
    Fenced,
    LogUnavailable,
    Misused,
    NotAdmitted,
    NotEstablished,
    OutcomeUnknown,
    Refused,
    Unavailable,
    Withheld,
)

UNEXPECTED: Final = 3
"""Something was played, and came to something else than it should: no verdict, and no error of the program."""
BOOKS_STOPPED: Final = 3
"""What was read is true of the books, which stand at an entry before the end of the log: the first line says at which."""
USAGE: Final = 64
UNAVAILABLE: Final = 69
INTERNAL: Final = 70
INTERRUPTED: Final = 130

EXITS: Final[Mapping[type[CustodyError], int]] = {
    Contradicted: 1,
    NotEstablished: 2,
    Withheld: 2,
    NotAdmitted: UNAVAILABLE,
    Misused: USAGE,
    Refused: 65,
    Unavailable: UNAVAILABLE,
    LogUnavailable: UNAVAILABLE,
    Fenced: UNAVAILABLE,
    OutcomeUnknown: 75,
    Exhausted: INTERNAL,
}
"""Error -> exit code: 64 the command, 65 the input, 69 a part that cannot be used now, 75 try the same again."""


def run(app: typer.Typer, *, arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is one sentence on stderr, never a traceback.

    With CUSTODY_TRACEBACK=1 in the environment errors show their traceback, for whoever repairs the program.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    language = asked_language(words)
    with speaking(language):
        return _run(app, arguments=arguments, language=language)


def _run(app: typer.Typer, *, arguments: Sequence[str] | None, language: Language) -> int:
    try:
        ended = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except typer.Exit as error:
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("CUSTODY_TRACEBACK") == "1":
            raise
        return _say(error, language=language)
    # typer makes a code of an interruption, and says nothing.
    return (
        _say(KeyboardInterrupt(), language=language) if ended == INTERRUPTED else ended if isinstance(ended, int) else 0
    )


def _say(error: BaseException, *, language: Language) -> int:
    """One sentence on stderr; the exit code."""
    told, code = _told(error)
    sentence = told.sentence if language == "en" else _in(language, error=told)
    print(f"custody: {' '.join(sentence.split())}", file=sys.stderr)
    return code


def _in(language: Language, *, error: CustodyError) -> str:
    # Here and not above: the sentences take longer to import than most errors to happen.
    from custody.core.wording.messages import error_told, render  # noqa: PLC0415

    return render(error_told(error), language=language)


def _told(error: BaseException) -> tuple[CustodyError, int]:
    """Any error as one of this program's, by whose code it is told in every language; the exit code."""
    if isinstance(error, CustodyError):
        return error, EXITS[type(error)]
    if isinstance(error, typer.TyperException):
        return Misused(usage_code(error), plain(error)), USAGE
    if isinstance(error, KeyboardInterrupt | typer.Abort):
        return Unavailable("interrupted", "Interrupted."), INTERRUPTED
    if isinstance(error, OSError):
        told = f"{error.filename or 'The system'}: {error.strerror or type(error).__name__}."
        return Unavailable("system", told), UNAVAILABLE
    return Unavailable("crash", f"Internal error ({type(error).__name__}): please report it."), INTERNAL
