"""The work of ``custody checkpointer``: a checkpoint over what the log holds, again and again, by one process.

While an alarm stands nothing is signed: the log is not even read.  A log that is shorter or other than what was signed
halts the service for good.

Not here: what it takes to sign (``checkpointer``), and the key's keystore (the caller opens it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from consumers.checkpointer import checkpointing
from consumers.collection import Collector
from consumers.noted_checkpoints import LoggedNotes, NotedLog, NoteParts, NoteWriter
from consumers.service import GuardedLog, ServiceStatus, attend
from consumers.witnesses import NamedWitness, check_named
from custody.adapters.tilefolder import TileFolder
from custody.adapters.witness_client import AskWitness
from custody.core.tlog.checkpoint import Checkpoint
from custody.core.tlog.postquantum import derived_key
from custody.core.tlog.tiles import tile_nodes
from custody.ports import LogReader
from schemas.errors import LogUnavailable, Misused, NotEstablished, Refused

SIGN_S: Final = 2.0
"""How often the log is looked at for something new to sign."""
NAME: Final = "checkpointer"
_CHUNK: Final = 1024


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """What the log's first entry says about its checkpoints."""

    election: str
    origin: str
    log_key: str
    """The log's public key, 64 hex digits."""
    second: str = ""
    """Its ML-DSA-44 key, 2,624 hex digits; empty: it has none."""


@dataclass(frozen=True, slots=True)
class CheckpointerParts:
    """What the work needs; the log is opened anew each time that it begins."""

    log: Callable[[], AbstractContextManager[LogReader]]
    genesis: Callable[[LogReader], CheckpointFacts]
    key: Ed25519PrivateKey
    tiles: Path
    state: Path
    """File of the last signed size and root."""
    root: str | None = None
    """The election id that the log must be of; None: whichever it is."""
    witnesses: Mapping[NamedWitness, AskWitness] = field(default_factory=dict)
    """The log witnesses that are asked to cosign, and how each is asked."""
    noting: NoteParts | None = None
    """Who logs the cosigned notes; None: they are published and not logged."""


class CheckpointerWork:
    """One log's checkpoints, being signed."""

    def __init__(self, parts: CheckpointerParts, *, desk: ServiceStatus) -> None:
        """LogUnavailable, Unavailable("runner-active"), Misused("log-key") for a key that genesis does not name."""
        self._desk = desk
        self._due = 0.0
        self._signed: Checkpoint | None = None
        self._told: object = None
        with ExitStack() as stack:
            self._log = stack.enter_context(parts.log())
            notes = LoggedNotes()
            guarded = NotedLog(GuardedLog(self._log, desk), notes)
            facts = facts_of(parts, log=guarded)
            check_named(parts.witnesses, entries=_entries(guarded) if parts.witnesses else ())
            self._collector = stack.enter_context(collecting(parts))
            self._keeper = stack.enter_context(
                checkpointing(
                    log=guarded,
                    folder=parts.tiles,
                    state=parts.state,
                    origin=facts.origin,
                    key=parts.key,
                    second=second_key(parts, facts=facts),
                    cosigned=self._collector.cosigned,
                )
            )
            self._folder = TileFolder(parts.tiles)
            self._writer = _writer(parts.noting, notes=notes, stack=stack)
            self._stack = stack.pop_all()

    def turn(self) -> bool:
        """Sign what is new, if it is time to look."""
        if monotonic() < self._due:
            return False
        started = monotonic()
        signed = self._keeper.step()
        self._due = monotonic() + SIGN_S
        self._desk.metrics.tell_position(NAME, position=signed.size, end=self._log.end())
        if signed != self._signed:
            self._signed = signed
            self._desk.metrics.tell_batch((monotonic() - started) * 1000)
            self._desk.log.info("signed", entries=signed.size, root=signed.root.hex())
        elif self._collector.is_due():
            self._keeper.renew()
        self._tell_cosigners(signed)
        self._log_note(signed)
        return False

    def _log_note(self, signed: Checkpoint) -> None:
        """What is published goes on the log too, if it is time for it."""
        asked = len(self._collector.standing)
        if self._writer is not None and asked and self._writer.offer(self._folder.read_checkpoint(), asked=asked):
            self._desk.log.info("note-logged", entries=signed.size, by=len(self._collector.cosigners))

    def _tell_cosigners(self, signed: Checkpoint) -> None:
        """Who has cosigned the checkpoint and what is the matter with the others, when it is not as it was."""
        standing = self._collector.standing
        by = tuple(self._collector.cosigners)
        trouble = {name: one.trouble for name, one in sorted(standing.items()) if one.trouble and name not in by}
        told = (signed.size, by, tuple(trouble.items()))
        if standing and told != self._told:
            self._told = told
            self._desk.log.info("cosigned", entries=signed.size, by=len(by), of=len(standing), trouble=trouble)

    def close(self) -> None:
        """Give log and lock back."""
        self._stack.close()


@contextmanager
def collecting(parts: CheckpointerParts) -> Iterator[Collector]:
    """Who asks the witnesses while inside; it begins with what the published checkpoint carries."""
    folder = TileFolder(parts.tiles)
    collector = Collector(
        parts.witnesses,
        nodes_of=lambda found: tile_nodes(read=folder.read_tile, size=found.size),
        clock=monotonic,
    )
    with suppress(
        NotEstablished, Refused
    ):  # none was published, or none of this program's form: the checkpointer says so
        collector.seed(folder.read_checkpoint())
    try:
        yield collector
    finally:
        collector.close()


def _writer(noting: NoteParts | None, *, notes: LoggedNotes, stack: ExitStack) -> NoteWriter | None:
    if noting is None:
        return None
    log = stack.enter_context(noting.opening())
    return NoteWriter(log, noting.signatory, clock=monotonic, now=noting.now, notes=notes)


def sign_checkpoints(parts: CheckpointerParts) -> Callable[[ServiceStatus], None]:
    """What the service does."""
    return lambda desk: attend(lambda desk: CheckpointerWork(parts, desk=desk), desk=desk)


def _entries(log: LogReader) -> Iterator[bytes]:
    """All entries of the log as it is now."""
    start, end = 0, log.end()
    while start < end:
        records = log.read(start=start, limit=min(_CHUNK, end - start))
        if not records:
            raise LogUnavailable("log-gap", f"The log does not give entry {start}.")
        yield from (record.entry for record in records)
        start += len(records)


def facts_of(parts: CheckpointerParts, *, log: LogReader) -> CheckpointFacts:
    """What genesis says; LogUnavailable("log-empty"), Misused("root-differs"), Misused("log-key")."""
    if log.end() == 0:
        raise LogUnavailable("log-empty", "The log holds no entry yet: the election was not opened.")
    genesis = parts.genesis(log)
    if parts.root not in {None, genesis.election}:
        raise Misused("root-differs", "The log does not begin with the election whose id was given.")
    if parts.key.public_key().public_bytes_raw().hex() != genesis.log_key:
        raise Misused("log-key", "The key is not the one that the election names as the log's.")
    return genesis


def second_key(parts: CheckpointerParts, *, facts: CheckpointFacts) -> MLDSA44PrivateKey | None:
    """The key of the log's second line, which follows from the log key; None where genesis pins none. Misused("log-key")."""
    if not facts.second:
        return None
    made = derived_key(parts.key)
    if made.public_key().public_bytes_raw().hex() != facts.second:
        raise Misused("log-key", "The key is not the one that the election names as the log's: its second key differs.")
    return made
