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

from custody.cli.usage_errors import plain
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
    try:
        ended = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except typer.Exit as error:
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:
        if os.environ.get("CUSTODY_TRACEBACK") == "1":
            raise
        return _say(error)
    # typer makes a code of an interruption, and says nothing.
    return _say(KeyboardInterrupt()) if ended == INTERRUPTED else ended if isinstance(ended, int) else 0


def _say(error: BaseException) -> int:
    """One sentence on stderr; the exit code."""
    if isinstance(error, CustodyError):
        sentence, code = error.sentence, EXITS[type(error)]
    elif isinstance(error, typer.TyperException):
        sentence, code = plain(error), USAGE
    elif isinstance(error, KeyboardInterrupt | typer.Abort):
        sentence, code = "Interrupted.", INTERRUPTED
    elif isinstance(error, OSError):
        sentence, code = f"{error.filename or 'The system'}: {error.strerror or type(error).__name__}.", UNAVAILABLE
    else:
        sentence, code = f"Internal error ({type(error).__name__}): please report it.", INTERNAL
    print(f"custody: {' '.join(sentence.split())}", file=sys.stderr)
    return code
