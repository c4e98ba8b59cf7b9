"""The work of ``custody checkpointer``: a checkpoint over what the log holds, again and again, by one process.

While an alarm stands nothing is signed: the log is not even read.  A log that is shorter or other than what was signed
halts the service for good.

Not here: what it takes to sign (``checkpointer``), and the key's keystore (the caller opens it).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.checkpointer import checkpointing
from consumers.service import GuardedLog, ServiceStatus, attend
from custody.core.tlog.checkpoint import Checkpoint
from custody.ports import LogReader
from schemas.errors import LogUnavailable, Misused

SIGN_S: Final = 2.0
"""How often the log is looked at for something new to sign."""
NAME: Final = "checkpointer"


@dataclass(frozen=True, slots=True)
class CheckpointFacts:
    """What the log's first entry says about its checkpoints."""

    election: str
    origin: str
    log_key: str
    """The log's public key, 64 hex digits."""


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


class CheckpointerWork:
    """One log's checkpoints, being signed."""

    def __init__(self, parts: CheckpointerParts, *, desk: ServiceStatus) -> None:
        """LogUnavailable, Unavailable("runner-active"), Misused("log-key") for a key that genesis does not name."""
        self._desk = desk
        self._due = 0.0
        self._signed: Checkpoint | None = None
        with ExitStack() as stack:
            self._log = stack.enter_context(parts.log())
            guarded = GuardedLog(self._log, desk)
            origin = _origin(parts, log=guarded)
            self._keeper = stack.enter_context(
                checkpointing(log=guarded, folder=parts.tiles, state=parts.state, origin=origin, key=parts.key)
            )
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
        return False

    def close(self) -> None:
        """Give log and lock back."""
        self._stack.close()


def sign_checkpoints(parts: CheckpointerParts) -> Callable[[ServiceStatus], None]:
    """What the service does."""
    return lambda desk: attend(lambda desk: CheckpointerWork(parts, desk=desk), desk=desk)


def _origin(parts: CheckpointerParts, *, log: LogReader) -> str:
    if log.end() == 0:
        raise LogUnavailable("log-empty", "The log holds no entry yet: the election was not opened.")
    genesis = parts.genesis(log)
    if parts.root not in {None, genesis.election}:
        raise Misused("root-differs", "The log does not begin with the election whose id was given.")
    if parts.key.public_key().public_bytes_raw().hex() != genesis.log_key:
        raise Misused("log-key", "The key is not the one that the election names as the log's.")
    return genesis.origin
