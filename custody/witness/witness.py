"""A log witness and its answer to a checkpoint: it cosigns a log that has only grown, and nothing else.

Follows C2SP tlog-witness, add-checkpoint (revision pinned in docs/spec/c2sp.md), in the order of that page: known origin,
signature of the log, old size not above the new one, old size that of the latest cosigned tree, consistency. The latest tree is
the witness's own, never what the request says of it. What was cosigned is on the disk before a signature leaves.

A checkpoint that the log signed for a size for which another root was cosigned is kept, whatever the answer: both together prove
to anybody that the log showed two histories.

A cosignature says that at its time this was the largest tree: so times of one log never run back. A clock that is behind what was
signed last signs nothing. A play claims other times than today's: its witness, under ``.invalid`` only, signs the time that the
log states beside its checkpoint.

Codes: those of submission and logs; submission-old, witness-proof, witness-clock; witness-play (Misused).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from custody.adapters.witness_state import Turn, WitnessState
from custody.core.tlog.cosignatures import TIME_MAX
from custody.core.tlog.merkle import EMPTY_ROOT
from custody.core.tlog.notes import NoteSignature
from custody.core.tlog.postquantum import TreeStatement
from custody.core.tlog.proofs import verify_consistency
from custody.witness.keys import WitnessKeys
from custody.witness.logs import KnownLogs
from custody.witness.submission import AddCheckpoint, format_line, parse_submission
from schemas.demo_domain import is_demo_domain
from schemas.errors import Misused, Refused, Unavailable

SLEW_S: Final = 60
"""A clock that was set back by no more than this goes on with the time that was signed last."""


@dataclass(frozen=True, slots=True)
class OtherTree:
    """Another tree was cosigned last than the log believes: the size of it."""

    size: int


class Witness:
    """One witness over its keys, the logs that it knows and its state.

    ``clock`` gives seconds since 1970. ``told``: what a log says of the time counts in its place (:func:`check_played`).
    """

    def __init__(
        self, keys: WitnessKeys, *, logs: KnownLogs, state: WitnessState, clock: Callable[[], int], told: bool = False
    ) -> None:
        self.keys = keys
        self.logs = logs
        self.state = state
        self._clock = clock
        self._is_told = told

    def add(self, body: bytes, *, told: int | None = None) -> bytes | OtherTree:
        """Cosign a checkpoint: the lines to add to it. Refused for what is not cosigned, Unavailable if it cannot be now.

        ``told`` is the time that the log states beside it; it counts for a witness of plays only.
        """
        submission = parse_submission(body)
        signed = self.logs.check(submission)
        if submission.old > submission.size:
            raise Refused("submission-old", "The old size is larger than the checkpoint's.")
        with self.state.turn(submission.origin) as turn:
            held = 0 if turn.latest is None else turn.latest.size
            if turn.root_of(submission.size) not in {None, submission.root}:
                turn.contradict(
                    size=submission.size, root=submission.root, at=self._clock(), signed=_note(submission, lines=signed)
                )
            if held != submission.old:
                return OtherTree(held)
            fault = _fault_of_growth(submission, root=EMPTY_ROOT if turn.latest is None else turn.latest.root)
            if fault is None:
                return self._cosigned(submission, turn=turn, signed=signed, told=told)
        raise fault

    def latest(self, origin: str) -> bytes | None:
        """The note that was cosigned last of a log, with the log's signatures and the witness's."""
        found = self.state.last(origin, limit=1)
        return found[0].note if found else None

    def _cosigned(
        self, submission: AddCheckpoint, *, turn: Turn, signed: tuple[NoteSignature, ...], told: int | None
    ) -> bytes:
        at = self._now(0 if turn.latest is None else turn.latest.at, told=told)
        statement = TreeStatement(submission.origin, submission.size, submission.root)
        lines = self.keys.cosign(statement, text=submission.text, at=at)
        added = "".join(format_line(line) for line in lines).encode()
        own = _note(submission, lines=signed)
        turn.keep(size=submission.size, root=submission.root, at=at, signed=own, note=own + added)
        return added

    def _now(self, before: int, *, told: int | None) -> int:
        if self._is_told and told is None:
            raise Unavailable("witness-clock", "This witness of plays signs no time that the log does not tell it.")
        now = told if self._is_told and told is not None else self._clock()
        if not 0 < now <= TIME_MAX or now < before - SLEW_S:
            raise Unavailable(
                "witness-clock", "This machine's clock is behind what was signed last; nothing was signed."
            )
        return max(now, before)


def check_played(keys: WitnessKeys, *, logs: KnownLogs) -> None:
    """Misused("witness-play") unless witness and logs are invented ones, to whom another clock may be told."""
    names = [keys.name, *logs.keys]
    if not all(is_demo_domain(name.partition("/")[0]) for name in names):
        raise Misused(
            "witness-play", "Times are told to a witness of plays only: its name and its logs are under .invalid."
        )


def _note(submission: AddCheckpoint, *, lines: Sequence[NoteSignature]) -> bytes:
    """The checkpoint with the log's own signatures and no others."""
    return f"{submission.text}\n{''.join(format_line(line) for line in lines)}".encode()


def _fault_of_growth(submission: AddCheckpoint, *, root: bytes) -> Refused | None:
    """Why the log has not grown from ``root`` at the old size, which is the latest cosigned; None if it has."""
    if submission.size == 0 and submission.root != EMPTY_ROOT:
        return Refused("witness-proof", "The empty tree has one root only, and this is not it.")
    if submission.old in {0, submission.size}:
        if submission.proof:
            return Refused("witness-proof", "There is nothing to prove here, and a proof all the same.")
        if submission.old == submission.size and submission.root != root:
            return Refused("witness-proof", "Another root was cosigned for this size.")
        return None
    try:
        verify_consistency(
            old=submission.old, old_root=root, new=submission.size, new_root=submission.root, proof=submission.proof
        )
    except Refused as refused:
        return Refused("witness-proof", refused.sentence)
    return None
