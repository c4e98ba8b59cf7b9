"""``custody token issue | revoke | list``: who may read what is withheld until the last station has closed.

A gateway and a web server read the same file (CUSTODY_TOKENS, or ``tokens.json`` in ``--dir``), again whenever it has changed.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from custody.adapters.token_file import TokenFile
from custody.cli.settings.environment import setting
from custody.cli.telling import tell
from custody.core.authority.tokens import Token
from custody.core.wording.messages import message

TOKENS_FILE: Final = "tokens.json"
DAYS_MAX: Final = 366
Dir = Annotated[
    Path | None, typer.Option("--dir", help="The election's directory, else the file that CUSTODY_TOKENS names.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    token = typer.Typer(
        help="Tokens that open what is withheld until the last station has closed.", no_args_is_help=True
    )
    token.command("issue")(issue)
    token.command("revoke")(revoke)
    token.command("list")(show)
    app.add_typer(token, name="token")


def token_file(directory: Path | None) -> TokenFile:
    """The tokens of a directory, or of the file that CUSTODY_TOKENS names; none where neither is there."""
    named = setting("CUSTODY_TOKENS")
    path = directory / TOKENS_FILE if directory is not None else None if named is None else Path(named)
    return TokenFile(path, clock=_now)


def issue(
    label: Annotated[str, typer.Option("--label", help="Whose it is, as: observers of the OSCE.")],
    days: Annotated[int, typer.Option("--days", min=1, max=DAYS_MAX, help="How long it opens anything.")] = 30,
    directory: Dir = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and show it, once: only what it is recognised by is kept."""
    expires = datetime.now(tz=UTC) + timedelta(days=days)
    made, text = token_file(directory).issue(label, expires=expires.isoformat(timespec="seconds"), draw=os.urandom)
    if as_json:
        typer.echo(json.dumps({"token": text, **_shown(made)}, ensure_ascii=False))
        return
    typer.echo(text)
    tell(message("done.token", token=made.id, label=made.label, until=made.expires), err=True)


def revoke(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The token's id, as custody token list shows it.")],
    directory: Dir = None,
) -> None:
    """Let a token open nothing from now on."""
    gone = token_file(directory).revoke(identity)
    tell(message("done.token-revoked", token=gone.id, label=gone.label, since=str(gone.revoked)))


def show(directory: Dir = None, as_json: AsJson = False) -> None:
    """Every token that was issued: id, until when, whose; never the token."""
    rows = token_file(directory).tokens()
    if as_json:
        typer.echo(json.dumps([_shown(token) for token in rows], ensure_ascii=False))
        return
    for token in rows:
        state = "revoked" if token.revoked else "valid" if token.opens(at=_now()) else "expired"
        tell(message("done.token-row", token=token.id, state=state, until=token.expires, label=token.label))
    if not rows:
        tell(message("done.no-token"))


def _shown(token: Token) -> dict[str, str | None]:
    return {name: value for name, value in asdict(token).items() if name != "sha256"}


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds")
