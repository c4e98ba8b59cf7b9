"""Opening a demonstration's election on a log: genesis, everybody's keys, stations, printed and allocated papers.

The entries follow from the seed, byte for byte. They go through the front door, which puts none on the log twice: a run that
was interrupted is completed by the next one, and a further run changes nothing.

Not here: secrets (``secret_files``), topic, users and rights (``installation``), any movement of papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.admission import admit
from custody.core.entries.signing import public_bytes
from custody.demo.election import play, play_empty, stage_of
from custody.demo.notary import LogWitnesses
from custody.demo.people import demo_domain
from custody.election.model import Election
from custody.election.reference import reference_election
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


def prepared(seed: int, *, election: Election | None = None, witnesses: LogWitnesses | None = None) -> list[bytes]:
    """The entries of genesis and preparation, in their order; of the reference election where none is named.

    ``witnesses`` cosign its checkpoints, where it has any.
    """
    election = election or reference_election()
    stage = stage_of(election, seed=seed, notary=notary(election, seed=seed, witnesses=witnesses))
    log_key = public_bytes(log_key_of(seed, domain=stage.cast.domain)).hex()
    play_empty(stage, stations=election.stations, log_key=log_key)
    return stage.entries()


def played(
    seed: int,
    *,
    progress: Callable[[int, int], None],
    election: Election | None = None,
    witnesses: LogWitnesses | None = None,
) -> list[bytes]:
    """The entries of the whole election in the order of their recording; the first of them are those of :func:`prepared`.

    ``progress`` is told stations whose journey has ended, of all; ``witnesses`` cosign its checkpoints, those of a demonstration
    (``play_witnesses``) where none are given.
    """
    election = election or reference_election()
    asked = witnesses or ComputedWitnesses(seed, domain=demo_domain(election))
    stage = stage_of(election, seed=seed, notary=notary(election, seed=seed, witnesses=asked))
    log_key = public_bytes(log_key_of(seed, domain=stage.cast.domain)).hex()
    for ended in play(stage, stations=election.stations, log_key=log_key):
        progress(ended, len(election.stations))
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
