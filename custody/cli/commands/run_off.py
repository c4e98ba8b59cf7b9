"""``custody election run-off`` and ``follows``: an election that follows another one, from its folder and its archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from custody.adapters.archive import LOGS, ArchiveLog
from custody.cli.commands.audit import check_root, check_source
from custody.cli.commands.election_folder import folder_of, read
from custody.cli.telling import tell
from custody.core.wording.messages import message
from custody.election.run_off import RunOff, follow
from custody.embedded.earlier_election import differences_from, earlier_election
from custody.embedded.folding import folded
from schemas.errors import Misused

Earlier = Annotated[Path, typer.Option("--earlier", help="The archive of the election that is followed.")]


def run_off(
    folder: Annotated[Path, typer.Argument(help="The folder to make; it must not exist yet.")],
    *,
    after: Annotated[Path, typer.Option("--after", help="The folder of the election that is followed.")],
    earlier: Earlier,
    root: Annotated[str, typer.Option("--root", help="Its election id, from a source you trust.")],
    slug: Annotated[str, typer.Option("--slug", help="Short name of the new election.")],
    day: Annotated[str, typer.Option("--day", help="Its first day of voting (YYYY-MM-DD).")],
) -> None:
    """Write the folder of a run-off: the earlier folder on later days, with what its stations carry over by reference."""
    check_root(root)
    check_source(earlier)
    election = read(folder_of(after))
    found = earlier_election(earlier, root=root)
    carried = {code: row for code, row in found.carried().items() if code in election.by_station}
    used = tuple(sorted(found.state.registers.seals))
    stated = RunOff(slug, day, found.follows, carried, used)
    for path in follow(folder, earlier=folder_of(after), election=election, stated=stated):
        tell(message("done.wrote", file=str(path)))
    seals = sum(len(row.seals) for row in carried.values())
    tell(message("done.carried", stations=len(carried), seals=seals, command=f"custody election check {folder}"))


def follows(
    archive: Annotated[Path, typer.Argument(help="The archive of the election that follows another one.")],
    *,
    earlier: Earlier,
) -> None:
    """Hold what an election says of the one it follows against that one's archive, which must be VERIFIED."""
    check_source(archive)
    check_source(earlier)
    state = folded(ArchiveLog(archive / LOGS / "0")).state
    stated = None if state.genesis is None else state.genesis.follows
    if stated is None:
        raise Misused("follows-none", f"The election of {archive} follows no other.")
    found = earlier_election(earlier, root=stated.election, size=stated.size)
    told = differences_from(state, earlier=found)
    for line in told:
        typer.echo(line)
    if told:
        tell(message("done.follows-not", count=len(told)))
        raise typer.Exit(1)
    seals = len(state.registers.carried)
    stations = sum(one.carried is not None for one in state.registers.openings.values())
    tell(message("done.follows", stations=stations, seals=seals))
