"""The log witnesses that a checkpointer asks: those of the file that CUSTODY_WITNESSES names (``consumers.witnesses``).

A demonstration of this machine brings its own, which are started for as long as they are asked. In a play, witnesses are told the
log's time (``play_clock``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from consumers.witnesses import NamedWitness, parse_witnesses
from custody.adapters.durable import read_file
from custody.adapters.witness_client import AskWitness, WitnessClient
from custody.cli.settings.environment import setting
from custody.cli.settings.play_clock import ClockedLog, PlayClock, is_played
from custody.cli.settings.services import LogAndBooks
from custody.core.entries.signing import public_bytes
from custody.core.tlog.checkpoint import origin_of
from custody.core.tlog.notes import VerifierKey
from custody.embedded.directory import Directory
from custody.embedded.folding import folded
from custody.ports import LogReader
from custody.sandbox.create import log_key_of
from custody.sandbox.local_witnesses import LocalWitnesses
from schemas.errors import Unavailable

_BYTES_MAX: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class AskedWitnesses:
    """Each with how it is asked, and the clock of the play; None: the clock on the wall."""

    witnesses: Mapping[NamedWitness, AskWitness] = field(default_factory=dict)
    clock: PlayClock | None = None

    @contextmanager
    def reading(self, log: Callable[[], AbstractContextManager[LogReader]]) -> Iterator[LogReader]:
        """The log, whose reading sets the clock of the play."""
        with log() as reader:
            yield reader if self.clock is None else ClockedLog(reader, self.clock)


@contextmanager
def asked_of(place: LogAndBooks) -> Iterator[AskedWitnesses]:
    """Who is asked, while inside; nobody where nothing says who. Refused, Misused or Unavailable for what is wrong with it."""
    path, folder = setting("CUSTODY_WITNESSES"), place.directory
    if path is not None:
        clock = PlayClock() if is_played() else None
        yield AskedWitnesses(_clients(Path(path), told=clock or (lambda: None)), clock)
    elif folder is not None and folder.witnesses.is_dir():
        with LocalWitnesses(folder.witnesses, seed=int(folder.demo()["seed"]), domain=folder.demo()["domain"]) as own:
            own.meet(_key(folder))
            clock = PlayClock()
            yield AskedWitnesses(own.asked(clock), clock)
    else:
        yield AskedWitnesses()


def named_witnesses() -> tuple[NamedWitness, ...]:
    """Those of the file, whose addresses could be asked; nobody where the setting is missing."""
    path = setting("CUSTODY_WITNESSES")
    return () if path is None else tuple(_clients(Path(path), told=lambda: None))


def _clients(path: Path, *, told: Callable[[], int | None]) -> dict[NamedWitness, AskWitness]:
    return {witness: WitnessClient(witness.url, told=told).add_checkpoint for witness in _read(path)}


def _read(path: Path) -> tuple[NamedWitness, ...]:
    try:
        text = read_file(path, bytes_max=_BYTES_MAX).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable("witnesses-unreadable", "The file that CUSTODY_WITNESSES names cannot be read.") from error
    return parse_witnesses(text)


def _key(folder: Directory) -> VerifierKey:
    """The verifier key of a demonstration's log."""
    with folder.open_log() as log:
        first = folded(log, until=1)
    origin = origin_of(genesis=first.state.opening(), election=first.election)
    return VerifierKey(origin, public_bytes(log_key_of(int(folder.demo()["seed"]), domain=folder.demo()["domain"])))
