"""The token that a command sends to a gateway: out of a file or the environment, never an argument that others could read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from custody.cli.settings.environment import secret
from schemas.errors import Misused

TokenFileOption = Annotated[
    Path | None,
    typer.Option("--token-file", help="A file with the token that opens what is withheld (else CUSTODY_TOKEN)."),
]
_BYTES_MAX: Final = 1_024


def bearer(token_file: Path | None) -> str | None:
    """The token in a file (first line), else CUSTODY_TOKEN or CUSTODY_TOKEN_FILE, else None. Misused("token-file")."""
    if token_file is None:
        return secret("CUSTODY_TOKEN")
    try:
        with token_file.open("rb") as file:
            lines = file.read(_BYTES_MAX).decode("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise Misused("token-file", f"The token cannot be read from {token_file}.") from error
    if not lines:
        raise Misused("token-file", f"{token_file} is empty.")
    return lines[0]
