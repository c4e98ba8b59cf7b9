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

from schemas.errors import (
    Contradicted,
    CustodyError,
    Fenced,
    LogUnavailable,
    Misused,
    NotEstablished,
    OutcomeUnknown,
    Refused,
    Unavailable,
)

USAGE: Final = 64
INTERNAL: Final = 70
INTERRUPTED: Final = 130

EXITS: Final[Mapping[type[CustodyError], int]] = {
    Contradicted: 1,
    NotEstablished: 2,
    Misused: USAGE,
    Refused: 65,
    Unavailable: 69,
    LogUnavailable: 69,
    Fenced: 69,
    OutcomeUnknown: 75,
}
"""Error -> exit code: 64 the command, 65 the input, 69 a part that cannot be used now, 75 try the same again."""


def run(app: typer.Typer, *, arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is one sentence on stderr, never a traceback.

    With CUSTODY_TRACEBACK=1 in the environment an internal error shows its traceback too, for whoever repairs it.
    """
    try:
        given = None if arguments is None else list(arguments)
        ended = app(args=given, standalone_mode=False)
    except typer.Exit as error:
        return error.exit_code
    except typer.TyperException as error:
        return _say(error.format_message(), code=USAGE)
    except (KeyboardInterrupt, typer.Abort):
        return _say("Interrupted.", code=INTERRUPTED)
    except CustodyError as error:
        return _say(error.sentence, code=EXITS[type(error)])
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: one sentence instead of a traceback
        if os.environ.get("CUSTODY_TRACEBACK") == "1":
            raise
        return _say(f"Internal error ({type(error).__name__}): please report it.", code=INTERNAL)
    return ended if isinstance(ended, int) else 0


def _say(sentence: str, *, code: int) -> int:
    print(f"custody: {' '.join(sentence.split())}", file=sys.stderr)
    return code
