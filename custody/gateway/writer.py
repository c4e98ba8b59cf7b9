"""The one thread that writes: bounded queues in front of the door; what waits together is appended together.

Every sender has a queue of his own, and they are served in turn, a few entries each, so that nobody waits for all that another
has handed in. Whoever puts something in gets a future with one verdict for each entry; to sign it is for whoever waits. A full
queue takes nothing more (back-pressure), and a stopped one neither; what it took before it answers. While nothing waits the
door follows the log, so that it knows the keys that others enrolled. An error that is not the log's being away stops the writer
for good: nothing is guessed after it.

Not here: HTTP, limits for each sender.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Final, TypeVar

from custody.gateway.front_door import FrontDoor, Judged, Looked
from custody.gateway.pieces import Pieces
from custody.gateway.turns import Turns
from schemas.errors import CustodyError, LogUnavailable, OutcomeUnknown

WAITING_MAX: Final = 16_000
BATCH_MAX: Final = 64
"""Entries written together: whoever comes meanwhile waits for no more."""
PIECE: Final = 8
"""Entries of one sender that are written before it is the next one's turn."""
IDLE_S: Final = 1.0
ASKED_MAX: Final = 64
Verdicts = Future[list[Judged]]
Told = TypeVar("Told")


@dataclass(slots=True)
class _Waiting:
    looked: Sequence[Looked]
    place: int
    pieces: Pieces[Judged]


class Writer:
    """Feeds one door. ``clock`` says when an entry was received, RFC 3339 with offset."""

    def __init__(self, door: FrontDoor, *, clock: Callable[[], str], waiting_max: int = WAITING_MAX) -> None:
        self._door = door
        self._clock = clock
        self._waiting_max = waiting_max
        self._turns: Turns[_Waiting] = Turns()
        self._size = 0
        self._asked: deque[Callable[[], None]] = deque()
        self._stopping = self._halted = False
        self._change = Condition()
        self._thread = Thread(target=self._run, name="custody-writer", daemon=True)
        self.trouble: CustodyError | None = None
        """Why nothing can be written now; None while all is well."""
        self.failed = False
        """Whether the writer has stopped for good on an error that nobody foresaw."""

    @property
    def waiting(self) -> int:
        """Entries in the queue."""
        return self._size

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def put(self, looked: Sequence[Looked], *, lane: str = "") -> Verdicts:
        """Queue entries of one sender, all or none: a future with a verdict for each of them.

        LogUnavailable ("gateway-busy", "gateway-stopping", "gateway-halted"): none was queued. A sender of whom nothing waits
        is never told that the gateway is busy.
        """
        starts = range(0, len(looked), PIECE)
        pieces: Pieces[Judged] = Pieces(len(starts))
        with self._change:
            if self._stopping:
                halted = self.trouble if self._halted else None
                sentence = "The gateway is stopping; send it again." if halted is None else halted.sentence
                raise LogUnavailable("gateway-stopping" if halted is None else "gateway-halted", sentence)
            if self._turns.waiting(lane) and self._size + len(looked) > self._waiting_max:
                raise LogUnavailable("gateway-busy", "The gateway has more to write than it can; send it again later.")
            for place, start in enumerate(starts):
                self._turns.put(_Waiting(looked[start : start + PIECE], place, pieces), lane=lane)
            self._size += len(looked)
            self._change.notify()
        return pieces.future

    def ask(self, look: Callable[[], Told]) -> Future[Told]:
        """Look at what the door knows while nothing changes it. LogUnavailable("gateway-busy", "gateway-stopping")."""
        future: Future[Told] = Future()
        with self._change:
            if self._stopping or len(self._asked) >= ASKED_MAX:
                raise LogUnavailable("gateway-busy", "The gateway has more to look up than it can; ask again later.")
            self._asked.append(lambda: _tell(future, look))
            self._change.notify()
        return future

    def follow_soon(self) -> None:
        """Read what is new on the log now, if nothing else is to be done."""
        with self._change:
            self._change.notify()

    def stop(self, *, wait_s: float) -> bool:
        """Take nothing more, write and answer what waits; whether that was done in time."""
        with self._change:
            self._stopping = True
            self._change.notify()
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            batch = self._next()
            self._look()
            if batch is None:
                return
            try:
                self._write(batch) if batch else self._follow()
            except Exception as error:  # noqa: BLE001 - whatever it is, nobody may wait for ever and nothing may be guessed
                self._fail(batch, error=error)
                return

    def _next(self) -> list[_Waiting] | None:
        """What is to be written together; nothing after a while without work; None at the end."""
        with self._change:
            if not self._size and not self._asked and not self._stopping:
                self._change.wait(IDLE_S)
            if not self._size and self._stopping:
                return None
            batch: list[_Waiting] = []
            count = 0
            while count < BATCH_MAX and (waiting := self._turns.take()) is not None:
                batch.append(waiting)
                count += len(waiting.looked)
            self._size -= count
            return batch

    def _look(self) -> None:
        """Answer one that asked, and let what waits to be written come first again; all of them where nothing does."""
        while self._asked:
            self._asked.popleft()()
            if self._size:
                return

    def _follow(self) -> None:
        try:
            self._door.follow()
            self.trouble = None
        except LogUnavailable as error:
            self.trouble = error

    def _write(self, batch: Sequence[_Waiting]) -> None:
        answers = self._door.judge_many([looked for item in batch for looked in item.looked], at=self._clock())
        self.trouble = next((item for item in answers if isinstance(item, LogUnavailable | OutcomeUnknown)), None)
        start = 0
        for item in batch:
            item.pieces.put(item.place, answers[start : start + len(item.looked)])
            start += len(item.looked)

    def _fail(self, batch: Sequence[_Waiting], *, error: Exception) -> None:
        unknown = OutcomeUnknown(
            "gateway-failed", "The gateway failed while it was writing; send the same bytes again."
        )
        with self._change:
            self._stopping = self._halted = True
            self.failed = not isinstance(error, CustodyError)
            self.trouble = error if isinstance(error, CustodyError) else unknown
            rest, self._size = [*batch, *self._turns.clear()], 0
        for item in rest:
            item.pieces.put(item.place, [unknown] * len(item.looked))


def _tell(future: Future[Told], look: Callable[[], Told]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(look())
    except Exception as error:  # noqa: BLE001 - it is whoever asked who hears of it
        future.set_exception(error)
