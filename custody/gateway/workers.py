"""Threads that do the work of many senders in turn: a sender with a thousand jobs delays nobody's first by more than one.

And while others come too, a sender who has kept them busy for a while gets a part of their time only (``pace``), so that
whoever comes next finds one free; alone he has all of it. Jobs must be small. Not here: how many jobs a sender may have waiting
(``gate`` sees to that before the first is put).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush
from threading import Condition, Thread
from typing import Final, TypeVar

from custody.gateway.pace import Duty, Pace
from custody.gateway.pieces import Pieces
from custody.gateway.turns import Turns

Result = TypeVar("Result")
_COMPANY_S: Final = 10.0
"""For how long somebody else's last job makes a sender go on at his pace."""


@dataclass(frozen=True, slots=True)
class _Job:
    lane: str
    do: Callable[[], None]
    is_paced: bool


class Workers:
    """A few threads over one set of lanes; any thread may submit."""

    def __init__(self, *, threads: int, name: str, duty: Duty | None = None) -> None:
        self._turns: Turns[_Job] = Turns()
        self._pace = Pace(duty or Duty())
        self._parked: list[tuple[float, str]] = []
        self._newest = ""
        self._company_at_s = -math.inf
        """when a job of another lane than the one before was submitted last"""
        self._change = Condition()
        self._is_closed = False
        self._threads = [Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Callable[[], Result], *, lane: str, is_paced: bool = True) -> Future[Result]:
        """Do a job when its lane's turn comes; one that is not paced costs its lane nothing."""
        future: Future[Result] = Future()

        def done() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001 - whoever waits for it hears it
                future.set_exception(error)

        if not self._queue([done], lane=lane, is_paced=is_paced):
            future.cancel()
        return future

    def submit_all(
        self, jobs: Sequence[Callable[[], list[Result]]], *, lane: str, is_paced: bool = True
    ) -> Future[list[Result]]:
        """Do jobs, each when its lane's turn comes: one future with the results of all of them, in their order."""
        pieces: Pieces[Result] = Pieces(len(jobs))
        if not self._queue(
            [partial(pieces.do, place, job) for place, job in enumerate(jobs)], lane=lane, is_paced=is_paced
        ):
            pieces.future.cancel()
        return pieces.future

    def _queue(self, jobs: Sequence[Callable[[], None]], *, lane: str, is_paced: bool) -> bool:
        """Whether the jobs were taken: none is once this was closed."""
        with self._change:
            if self._is_closed:
                return False
            if lane != self._newest and self._newest:
                self._company_at_s = time.monotonic()
            self._newest = lane
            for job in jobs:
                self._turns.put(_Job(lane, job, is_paced), lane=lane)
            self._change.notify(len(jobs))
        return True

    def close(self) -> None:
        """Do nothing more; what waits is never done."""
        with self._change:
            self._is_closed = True
            self._turns.clear()
            self._change.notify_all()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            begin_s = time.monotonic()
            job.do()
            end_s = time.monotonic()
            if not job.is_paced:
                continue
            with self._change:
                self._pace.spend(job.lane, cost_s=end_s - begin_s, at_s=end_s)

    def _next(self) -> _Job | None:
        """The next job of a lane that may go on; None at the end."""
        with self._change:
            while not self._is_closed:
                job = self._allowed(time.monotonic())
                if job is not None:
                    return job
                self._change.wait(self._until_parked(time.monotonic()))
            return None

    def _allowed(self, at_s: float) -> _Job | None:
        while self._parked and self._parked[0][0] <= at_s:
            self._turns.unpark(heappop(self._parked)[1])
        while (lane := self._turns.first) is not None:
            is_alone = at_s - self._company_at_s > _COMPANY_S
            wait_s = 0.0 if is_alone else self._pace.wait_s(lane, at_s=at_s)
            if not wait_s:
                return self._turns.take()
            self._turns.park(lane)
            heappush(self._parked, (at_s + wait_s, lane))
        return None

    def _until_parked(self, at_s: float) -> float | None:
        return max(0.0, self._parked[0][0] - at_s) if self._parked else None
