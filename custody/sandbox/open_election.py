"""Opening a demonstration's election on a log: genesis, everybody's keys, stations, printed and allocated papers.

The entries follow from the seed, byte for byte. They go through the front door, which puts none on the log twice: a run that
was interrupted is completed by the next one, and a further run changes nothing.

Not here: secrets (``secret_files``), topic, users and rights (``init_command``), any movement of papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.reference import reference_stations
from custody.core.entries.admission import admit
from custody.core.entries.signing import public_bytes
from custody.demo.election import play, play_empty, set_stage
from custody.demo.notary import LogWitnesses
from custody.gateway.front_door import FrontDoor
from custody.ports import Log
from custody.sandbox.create import log_key_of, notary
from custody.sandbox.play_witnesses import ComputedWitnesses
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Contradicted, LogUnavailable, Misused, OutcomeUnknown

_ATTEMPTS_MAX: Final = 4
_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class OpenedElection:
    """The election on the log."""

    election: str
    """the root to pin: event id of genesis"""
    entries: int
    """of its opening and preparation"""
    appended: int
    """of these by this run"""


def prepared(seed: int, *, witnesses: LogWitnesses | None = None) -> list[bytes]:
    """The entries of genesis and preparation, in their order; ``witnesses`` cosign its checkpoints, where it has any."""
    stations = reference_stations()
    stage = set_stage(seed=seed, stations=stations, notary=notary(seed, witnesses=witnesses))
    play_empty(stage, stations=stations, log_key=public_bytes(log_key_of(seed)).hex())
    return stage.entries()


def played(seed: int, *, progress: Callable[[int, int], None], witnesses: LogWitnesses | None = None) -> list[bytes]:
    """The entries of the whole election in the order of their recording; the first of them are those of :func:`prepared`.

    ``progress`` is told stations whose journey has ended, of all; ``witnesses`` cosign its checkpoints, those of a demonstration
    (``play_witnesses``) where none are given.
    """
    stations = reference_stations()
    stage = set_stage(seed=seed, stations=stations, notary=notary(seed, witnesses=witnesses or ComputedWitnesses(seed)))
    for ended in play(stage, stations=stations, log_key=public_bytes(log_key_of(seed)).hex()):
        progress(ended, len(stations))
    return stage.entries()


def open_election(log: Log, *, entries: Sequence[bytes], private: Ed25519PrivateKey, at: str) -> OpenedElection:
    """Put the entries on the log that are not on it, in their order; ``private`` is a gateway's receipt key, ``at`` now.

    Contradicted("other-election") for a log that begins with anything else; nothing is then written. LogUnavailable,
    OutcomeUnknown: run it again.
    """
    election = event_id(parse_envelope(entries[0]).payload)
    before = log.end()
    _open(log, genesis=entries[0])
    door = FrontDoor(log, private=private)
    for start in range(0, len(entries), _AT_ONCE):
        for reply in door.submit_many(entries[start : start + _AT_ONCE], at=at):
            if isinstance(reply, LogUnavailable | OutcomeUnknown):
                raise reply
            if reply.position is None:
                raise Misused("not-admitted", f"The front door refuses an entry of the preparation: {reply.sentence}")
    return OpenedElection(election=election, entries=len(entries), appended=log.end() - before)


def _open(log: Log, *, genesis: bytes) -> None:
    """Genesis at position 0; before it there is no door."""
    admit(genesis, keys=lambda _: None)
    for attempt in range(1, _ATTEMPTS_MAX + 1):
        if log.end():
            break
        try:
            log.append([genesis])
        except OutcomeUnknown:
            if attempt == _ATTEMPTS_MAX:
                raise
    first = log.read(start=0, limit=1)
    if not first or first[0].entry != genesis:
        raise Contradicted("other-election", "The log begins with another election; nothing was written to it.")
