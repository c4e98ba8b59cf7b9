"""``custody diff``: two copies of one log, archives or served logs, against each other.

Exit codes: 0 they are the same, or one is how the other begins; 1 one log key signed two histories; 2 not established.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from custody.adapters.archive import LOGS
from custody.adapters.durable import write_private
from custody.audit.comparison import Comparison, Copy, Relation, compare
from custody.cli.commands.audit import Json, Root, check_root, check_source, is_served
from custody.cli.settings.bearer import TokenFileOption, bearer
from custody.cli.telling import in_words, tell
from custody.core.wording.messages import Message, message
from schemas.errors import NotEstablished

EXITS: Final = {Relation.SAME: 0, Relation.CONTINUES: 0, Relation.TWO_HISTORIES: 1}
NOT_ESTABLISHED: Final = 2
_HELP: Final = "An archive's folder, or a served log as https://HOST/logs/0."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff")(diff)


def diff(
    one: Annotated[str, typer.Argument(help=_HELP, metavar="A")],
    other: Annotated[str, typer.Argument(help=_HELP, metavar="B")],
    *,
    root: Root = None,
    as_json: Json = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write both signed checkpoints and where they part, as JSON.")
    ] = None,
    token_file: TokenFileOption = None,
) -> None:
    """Compare two copies of one log: the first entry at which they part, and whose signatures are under which.

    Ends with 0 for one history, 1 for two that the log key signed, 2 where that is not established.
    """
    check_root(root)
    token = bearer(token_file)
    with _folder(one, token=token) as first, _folder(other, token=token) as second:
        try:
            found = compare(first, second, root=root)
        except NotEstablished as error:
            tell(message("done.diff-not", told=in_words(error.sentence, code=error.code)), err=as_json)
            raise typer.Exit(NOT_ESTABLISHED) from None
    told = json.dumps(found.to_json(), ensure_ascii=False, indent=1)
    if out is not None:
        write_private(out, f"{told}\n".encode())
    for line in [told] if as_json else _lines(found):
        tell(line)
    raise typer.Exit(EXITS[found.relation])


@contextmanager
def _folder(source: str, *, token: str | None) -> Iterator[Path]:
    if not is_served(source):
        check_source(Path(source))
        yield Path(source) / LOGS / "0"
        return
    from custody.cli.served_source import copied  # noqa: PLC0415 - takes longer to import than most comparisons to run

    with copied(source, token=token, progress=lambda done, total: None) as archive:
        yield archive / LOGS / "0"


def _lines(found: Comparison) -> Iterator[Message]:
    for name, copy in (("A", found.one), ("B", found.other)):
        yield _said(name, copy)
    if found.parts_at is not None:
        place = message("label.position", position=found.parts_at, entries=found.parts_at + 1)
        yield message("done.diff-two", place=place)
    elif found.relation is Relation.SAME:
        yield message("done.diff-same")
    else:
        longer = "A" if found.one.checkpoint.size > found.other.checkpoint.size else "B"
        yield message("done.diff-continues", longer=longer)


def _said(name: str, copy: Copy) -> Message:
    checkpoint = copy.checkpoint
    root = checkpoint.root.hex()[:16]
    return message("done.copy", name=name, entries=checkpoint.size, root=root, who=tuple(copy.signers))
