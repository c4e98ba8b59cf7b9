"""Collecting cosignatures: each new checkpoint goes to every log witness that is named, and what comes back is put under it.

Nobody waits for long. All witnesses are asked at once; after ``WAIT_S`` the checkpoint is published with what there is. What
comes later is added if the checkpoint still stands, and a witness that does not answer is asked again later and later. A witness
is told the log's own signature only, and nothing that it answers is believed: a cosignature counts once it verifies under the
named key. A cosignature that was published stays until a newer one of the same witness takes its place.

    200  its cosignature, or trouble       409  another size: asked again from there, with a proof; beyond ours: trouble
    404  it does not know the log          403, 422  it refuses the checkpoint: somebody must look
    429, 5xx, anything else, silence       asked again later

Not here: HTTP (``custody.adapters.witness_client``), which witnesses are named (``witnesses``), whether they are enough: that is
for whoever reads the checkpoint and knows the policy on the log.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Final

from consumers.witnesses import NamedWitness
from custody.adapters.witness_client import AskWitness, WitnessAnswer
from custody.core.tlog.checkpoint import Checkpoint, parse_checkpoint
from custody.core.tlog.cosignatures import cosigned_at
from custody.core.tlog.merkle import Nodes
from custody.core.tlog.notes import Note, NoteSignature, format_note, parse_note
from custody.core.tlog.proofs import consistency_proof
from schemas.errors import CustodyError, Refused, Unavailable

WAIT_S: Final = 2.0
"""How long a checkpoint waits for its cosignatures before it is published."""
RENEW_S: Final = 3_600.0
"""How often an idle log's checkpoint is cosigned anew."""
AGAIN_S_MAX: Final = 300.0
_SIZE: Final = re.compile(rb"(0|[1-9][0-9]{0,18})\n")
_TROUBLE: Final[Mapping[int, str]] = {
    403: "witness-refused",
    404: "witness-knows-no-log",
    409: "witness-ahead",
    422: "witness-refused",
    429: "witness-busy",
}

NodesOf = Callable[[Checkpoint], Nodes]
"""A checkpoint -> the complete subtrees of its tree, out of tiles that are on the disk; asked from several threads."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a witness: the size that it cosigned last (0: not known), when to ask it next, and what is the matter."""

    size: int = 0
    next_at: float = 0.0
    failed: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a witness gave for a checkpoint's text."""

    line: NoteSignature | None
    size: int
    trouble: str = ""


class Collector:
    """Cosignatures for one log's checkpoints. Used by one thread; ``clock`` counts seconds that never run back."""

    def __init__(
        self, witnesses: Mapping[NamedWitness, AskWitness], *, nodes_of: NodesOf, clock: Callable[[], float]
    ) -> None:
        self._witnesses = dict(witnesses)
        self._nodes_of = nodes_of
        self._clock = clock
        self._pool = ThreadPoolExecutor(max_workers=max(1, len(witnesses)), thread_name_prefix="witness")
        self._standing = dict.fromkeys(self._witnesses, Standing())
        self._under_way: dict[NamedWitness, tuple[str, Future[_Asked]]] = {}
        self._text = ""
        self._lines: dict[NamedWitness, NoteSignature] = {}
        self._has_late = False
        self._renewed_at = 0.0

    @property
    def standing(self) -> Mapping[str, Standing]:
        """Name -> what is known of the witness."""
        return {witness.name: standing for witness, standing in self._standing.items()}

    @property
    def cosigners(self) -> Sequence[str]:
        """The names of those who have cosigned the checkpoint that was given last."""
        return sorted(witness.name for witness in self._lines)

    def seed(self, data: bytes) -> None:
        """Take over what a published checkpoint carries; what is false or of nobody named is left behind."""
        note = parse_note(data)
        self._text, self._renewed_at = note.text, self._clock()
        self._lines = {}
        for witness in self._witnesses:
            try:
                self._lines[witness] = _line_of(note, witness=witness)
            except Refused:
                continue

    def cosigned(self, data: bytes, *, wait_s: float = WAIT_S) -> bytes:
        """The checkpoint with all cosignatures that come in time, or came before; never raises for what witnesses do.

        ``data`` carries the log's own lines and no others: that is what witnesses are sent.
        """
        note, now = parse_note(data), self._clock()
        own = note
        is_asked_anew = note.text == self._text and now >= self._renewed_at + RENEW_S
        if note.text != self._text:
            self._text, self._lines = note.text, {}
        if is_asked_anew or not self._lines:
            self._renewed_at = now
        for witness in self._witnesses:
            if (is_asked_anew or witness not in self._lines) and self._may_be_asked(witness):
                self._ask(witness, note=own)
        wait([future for text, future in self._under_way.values() if text == note.text], timeout=wait_s)
        self._take_in()
        self._has_late = False
        lines = [self._lines[witness] for witness in sorted(self._lines, key=lambda one: one.key.name)]
        return format_note(Note(own.text, (*own.signatures, *lines)))

    def is_due(self) -> bool:
        """Whether asking for the same checkpoint again would add something: a late answer, a witness to ask, an hour gone."""
        self._take_in()
        now = self._clock()
        waiting = (one for one in self._witnesses if one not in self._lines)
        return self._has_late or now >= self._renewed_at + RENEW_S or any(map(self._may_be_asked, waiting))

    def close(self) -> None:
        """Wait for nobody any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _may_be_asked(self, witness: NamedWitness) -> bool:
        return witness not in self._under_way and self._standing[witness].next_at <= self._clock()

    def _ask(self, witness: NamedWitness, *, note: Note) -> None:
        ask, size = self._witnesses[witness], self._standing[witness].size
        asking = _Asking(witness, ask=ask, note=note, nodes_of=self._nodes_of)
        self._under_way[witness] = (note.text, self._pool.submit(asking.run, size))

    def _take_in(self) -> None:
        """Whatever has been answered by now; a cosignature of another checkpoint than the present one only tells the size."""
        for witness, (text, future) in list(self._under_way.items()):
            if not future.done():
                continue
            del self._under_way[witness]
            answer = future.result()
            self._remember(witness, answer=answer)
            if answer.line is not None and text == self._text:
                self._lines[witness] = answer.line
                self._has_late = True

    def _remember(self, witness: NamedWitness, *, answer: _Asked) -> None:
        if not answer.trouble:
            self._standing[witness] = Standing(size=answer.size)
            return
        failed = self._standing[witness].failed + 1
        next_at = self._clock() + min(AGAIN_S_MAX, 2.0**failed)
        self._standing[witness] = replace(
            self._standing[witness], size=answer.size, next_at=next_at, failed=failed, trouble=answer.trouble
        )


class _Asking:
    """One checkpoint before one witness, on a thread of its own."""

    def __init__(self, witness: NamedWitness, *, ask: AskWitness, note: Note, nodes_of: NodesOf) -> None:
        self._witness = witness
        self._ask = ask
        self._note = note
        self._nodes_of = nodes_of
        self._checkpoint = parse_checkpoint(note.text)

    def run(self, size: int) -> _Asked:
        """Ask as if the witness had cosigned ``size`` entries last, and once more if it says that it was another number."""
        try:
            answer = self._add(size)
            if answer.status == 409:
                size = _size_of(answer)
                if size > self._checkpoint.size:
                    return _Asked(None, size, _TROUBLE[409])
                answer = self._add(size)
            if answer.status != 200:
                return _Asked(None, size, _TROUBLE.get(answer.status, "witness-failed"))
            return _Asked(self._line_of(answer.body), self._checkpoint.size)
        except Unavailable as error:
            return _Asked(None, size, error.code)
        except (CustodyError, ValueError):
            return _Asked(None, size, "witness-answer")

    def _add(self, old: int) -> WitnessAnswer:
        old = min(old, self._checkpoint.size)
        proof = consistency_proof(nodes=self._nodes_of(self._checkpoint), old=old, new=self._checkpoint.size)
        lines = "".join(f"{b64encode(one).decode('ascii')}\n" for one in proof)
        return self._ask(f"old {old}\n{lines}\n".encode() + format_note(self._note))

    def _line_of(self, body: bytes) -> NoteSignature:
        return _line_of(parse_note(f"{self._note.text}\n".encode() + body), witness=self._witness)


def _line_of(note: Note, *, witness: NamedWitness) -> NoteSignature:
    """The cosignature of the named key; Refused where it is missing or false. Other lines are passed over."""
    key = witness.key
    if key.name not in cosigned_at(note, keys=(key,)):
        raise Refused("witness-answer", "There is no cosignature of the key that is named.")
    (line,) = (one for one in note.signatures if (one.name, one.key_id) == (key.name, key.key_id))
    return line


def _size_of(answer: WitnessAnswer) -> int:
    match = _SIZE.fullmatch(answer.body)
    if match is None or answer.type != "text/x.tlog.size":
        raise Refused("witness-answer", "The witness names no size.")
    return int(match[1])
