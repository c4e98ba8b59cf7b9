"""Making a demonstration's directory: keys, log, books, checkpoint, archive.

Everything in it can be made again from the seed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.archive import LOGS, ArchiveLog, export
from custody.adapters.durable import write_private
from custody.adapters.keystore import Keystore, NewKey
from custody.adapters.keystore_file import LIGHT_COST
from custody.adapters.reference import REFERENCE, ReferenceStation, reference_stations
from custody.adapters.sqlite import SqliteLog
from custody.core.entries.admission import admit, enrolled_keys
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import public_bytes
from custody.core.evidence.archive_documents import election_json, keys_json
from custody.core.ledger import Ledger
from custody.core.wording.numbers import counted
from custody.demo.election import play, play_empty, stage_of
from custody.demo.notary import LogWitnesses, Notary
from custody.demo.people import DOMAIN, Cast, demo_domain
from custody.demo.world import DemoWorld
from custody.election.model import Election
from custody.election.reference import at_stations, reference_at
from custody.embedded.directory import Directory
from custody.embedded.election_names import keep_names, stated_names
from custody.embedded.folding import catch_up, folded
from custody.sim.messy import messy_election
from schemas.errors import Misused, NotEstablished, Unavailable

MESSY: Final = "honest-but-messy"
SCENARIOS: Final = (REFERENCE, "empty", MESSY)
PIN: Final = "000000"
LOG_KEY: Final = "log-key"
_APPEND: Final = 500
_TRIES: Final = 5
MADE: Final = "entries"
"""In the demonstration's settings: how many entries its log had when it was made."""
_NEW: Final = ".new."
"""Beginning of the name under which a demonstration is made; a left-over one means a crash, and is cleared away."""


@dataclass(frozen=True, slots=True)
class MadeElection:
    """A demonstration that was made: its stations, stage and ledger, and in what it is not as it should be."""

    stations: Sequence[ReferenceStation]
    stage: DemoWorld
    ledger: Ledger
    complaints: tuple[str, ...] = ()


@contextmanager
def renewed(directory: Directory) -> Iterator[Directory]:
    """A new directory to fill: it takes the place of what is there when the block ends, and is gone if the block fails.

    Misused for a place that holds anything but an earlier demonstration; Unavailable if it may not be written to.
    """
    path, was_there = directory.path, directory.path.is_dir()
    try:
        check_place(directory)
        path.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=_NEW, dir=path))
    except OSError as error:
        raise Unavailable("demo-not-made", f"{path} cannot be written to: {error.strerror}.") from error
    try:
        yield Directory(new)
        _note_entries(Directory(new))
        _exchange(path, new=new)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if not was_there:
            with suppress(OSError):
                path.rmdir()  # succeeds only if nothing was made


def check_place(directory: Directory) -> None:
    """Misused where a demonstration cannot be made: a file, a folder with other things, or one in which was played since."""
    path = directory.path
    if path.exists() and not path.is_dir():
        raise Misused("not-a-demo", f"{path} is not a folder; nothing was changed.")
    is_used = path.is_dir() and any(not item.name.startswith(_NEW) for item in path.iterdir())
    if is_used and not directory.demo_file.is_file():
        raise Misused("not-a-demo", f"{path} is not empty and holds no demonstration; nothing was changed.")
    played = _played(directory) if is_used else 0
    if played > 0:
        told = f"{path} holds {counted(played, one='entry', many='entries')} recorded since it was made"
        raise Misused("demo-played", f"{told}: name another --dir, or remove this one first; nothing was changed.")


def _note_entries(directory: Directory) -> None:
    """How long the log was when the demonstration was made."""
    if directory.demo_file.is_file() and directory.log.is_file():
        settings = {**directory.demo(), MADE: _end(directory)}
        write_private(directory.demo_file, f"{json.dumps(settings, indent=1)}\n".encode())


def _played(directory: Directory) -> int:
    """How many entries somebody has added to it; 0 where that cannot be known."""
    if not directory.log.is_file():
        return 0
    made = directory.demo().get(MADE)
    return _end(directory) - made if isinstance(made, int) else 0


def _end(directory: Directory) -> int:
    with directory.open_log() as log:
        return log.end()


def _exchange(path: Path, *, new: Path) -> None:
    """Renames only, all on one disk: what was there into ``new``, which is deleted, and what is new out of it."""
    made = [*new.iterdir()]
    old = new / "old"
    old.mkdir()
    for item in [*path.iterdir()]:
        if item.name != new.name:
            item.rename(old / item.name)
    for item in made:
        item.rename(path / item.name)


def make(
    directory: Directory,
    *,
    scenario: str,
    seed: int,
    progress: Callable[[int, int], None],
    only: Sequence[str] = (),
    election: Election | None = None,
    witnesses: LogWitnesses | None = None,
) -> MadeElection:
    """Play a scenario in an empty directory, append what was signed to a new log, and bring the books up to it.

    ``progress`` is told stations whose journey has ended, of all; ``only`` these stations take part, all where it is empty.
    ``election`` is the reference election where none is named; ``witnesses`` cosign its checkpoints.
    """
    if scenario not in SCENARIOS:
        raise Misused("scenario", f"There is no scenario {scenario!r}; there are: {', '.join(SCENARIOS)}.")
    directory.path.mkdir(parents=True, exist_ok=True)
    election = election or reference_at(reference_stations())
    stations = tuple(station for station in election.stations if not only or station.code in only)
    if absent := set(only) - {station.code for station in stations}:
        raise Misused("scenario-station", f"There is no station {', '.join(sorted(absent))} in this election.")
    if scenario == MESSY:
        messy = messy_election(seed, election=at_stations(election, stations=stations))
        progress(len(stations), len(stations))
        return _kept(
            directory, stage=messy.stage, entries=messy.entries, stations=stations, complaints=messy.complaints()
        )
    told = at_stations(election, stations=stations)
    stage = stage_of(told, seed=seed, notary=notary(told, seed=seed, witnesses=witnesses))
    log_key = public_bytes(log_key_of(seed, domain=stage.cast.domain)).hex()
    if scenario == "empty":
        play_empty(stage, stations=stations, log_key=log_key)
        progress(len(stations), len(stations))
    else:
        for ended in play(stage, stations=stations, log_key=log_key):
            progress(ended, len(stations))
    return _kept(directory, stage=stage, entries=stage.entries(), stations=stations)


def _kept(
    directory: Directory,
    *,
    stage: DemoWorld,
    entries: Sequence[bytes],
    stations: Sequence[ReferenceStation],
    complaints: tuple[str, ...] = (),
) -> MadeElection:
    """Keys, log and books of what was played."""
    _keep_keys(directory, cast=stage.cast, log_key=log_key_of(stage.cast.seed, domain=stage.cast.domain))
    _append(directory, entries=entries)
    ledger = catch_up(directory)
    directory.root.write_text(ledger.election + "\n", encoding="ascii")
    keep_names(directory, election=stage.election)
    return MadeElection(stations, stage, ledger, complaints)


def log_key_of(seed: int, *, domain: str = DOMAIN) -> Ed25519PrivateKey:
    """The log key of a rehearsal under a domain; of the reference election where none is named."""
    return derive_demo_key(seed=seed, name=LOG_KEY, domain=domain)


def notary(election: Election, *, seed: int, witnesses: LogWitnesses | None) -> Notary | None:
    """Who signs a play's checkpoints, where there are log witnesses to cosign them and a checkpointer to log that."""
    if witnesses is None or not election.holders("checkpointer"):
        return None
    return Notary(log_key_of(seed, domain=demo_domain(election)), witnesses)


def checkpoint(directory: Directory, *, settings: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run the checkpointer once, in a process of its own, with these settings beside: only it opens the log key."""
    command = [sys.executable, "-m", "custody.cli", "checkpointer", "--dir", str(directory.path), "--once"]
    # Whatever PIN a keyholder has set in this shell is not the rehearsal's.
    around = {name: value for name, value in os.environ.items() if name != "CUSTODY_PIN"}
    done = subprocess.run(  # noqa: S603 - our own program
        command, check=False, capture_output=True, text=True, timeout=600, env={**around, **settings}
    )
    if done.returncode != 0:
        raise Unavailable("checkpointer", f"The checkpointer failed: {done.stderr.strip() or done.stdout.strip()}")


def export_archive(directory: Directory, *, to: Path, ledger: Ledger) -> None:
    """Write the folder that is all an auditor needs, except the root to pin."""
    state, names = ledger.state, stated_names(directory)
    election = election_json(genesis=state.opening(), election=ledger.election)
    export(to=to, logs=(directory.tiles,), election=election, keys=keys_json(state.roster), names=names)


def export_tiles(tiles: Path, *, to: Path, names: bytes | None = None) -> Ledger:
    """As :func:`export_archive`, from a checkpointer's tiles alone, which may grow meanwhile; the ledger up to the checkpoint.

    ``names`` lie beside them where they are given.
    """
    for _ in range(_TRIES):
        log = ArchiveLog(tiles)
        ledger = folded(log)
        state = ledger.state
        if not ledger.election:
            raise NotEstablished("no-election", "The tiles do not begin with the opening of an election.")
        election = election_json(genesis=state.opening(), election=ledger.election)
        export(to=to, logs=(tiles,), election=election, keys=keys_json(state.roster), names=names)
        if ArchiveLog(to / LOGS / "0").end() == log.end():
            return ledger
    raise Unavailable("export-moving", "The checkpoint moved on each time that it was exported: try again.")


def _keep_keys(directory: Directory, *, cast: Cast, log_key: Ed25519PrivateKey) -> None:
    settings = {"seed": cast.seed, "domain": cast.domain, "pin": PIN, "devices": dict(sorted(cast.device_of.items()))}
    write_private(directory.demo_file, f"{json.dumps(settings, indent=1)}\n".encode())
    people = [NewKey(badge=item.badge, role=item.role, private=item.private, pin=PIN) for item in cast.people.values()]
    people += [NewKey(badge=item.badge, role="device", private=item.private, pin=PIN) for item in cast.devices.values()]
    Keystore.create(directory.keystore, domain=cast.domain, cost=LIGHT_COST).add(people)
    own = Keystore.create(directory.log_key, domain=cast.domain, cost=LIGHT_COST)
    own.add([NewKey(badge=LOG_KEY, role="log", private=log_key, pin=PIN)])


def _append(directory: Directory, *, entries: Sequence[bytes]) -> None:
    """Through the front door, as a gateway would: nothing reaches the log that it does not admit."""
    keys: dict[str, bytes] = {}
    with SqliteLog.create(directory.log) as log:
        for batch in _batches(entries):
            for entry in batch:
                event = admit(entry, keys=keys.get).event
                keys |= enrolled_keys(() if event is None else (event,))
            log.append(batch)


def _batches(entries: Sequence[bytes]) -> Iterator[list[bytes]]:
    left = iter(entries)
    while batch := list(islice(left, _APPEND)):
        yield batch
