"""The folder that a command of ``custody election`` names, read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from custody.adapters.reference import shipped
from custody.cli.language import language_here
from custody.cli.telling import tell
from custody.core.wording.numbers import counted
from custody.election.model import Election
from custody.election.reading import look
from schemas.errors import Refused

Folder = Annotated[
    Path, typer.Argument(help="The folder of the election, or the name of one that ships with the program.")
]


def folder_of(named: Path) -> Path:
    """The folder that was named; a single word may be one that ships with the program."""
    if not named.exists() and len(named.parts) == 1 and shipped(named.name).is_dir():
        return shipped(named.name)
    return named


def read(folder: Path) -> Election:
    """The election of a folder; Refused with all its mistakes on standard error otherwise."""
    looked = look(folder_of(folder))
    if looked.election is None:
        for mistake in looked.mistakes:
            tell(mistake.told_in(language_here()), err=True)
        count = counted(len(looked.mistakes), one="mistake")
        raise Refused("election-folder", f"{folder} has {count}; nothing was changed.")
    return looked.election
