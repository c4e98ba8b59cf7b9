"""Threads that do the work of many senders in turn: a sender with a thousand jobs delays nobody's first by more than one.

Jobs must be small. Not here: how many jobs a sender may have waiting (``gate`` sees to that before the first is put).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread
from typing import TypeVar

from custody.gateway.turns import Turns

Result = TypeVar("Result")


class Workers:
    """A few threads over one set of lanes; any thread may submit."""

    def __init__(self, *, threads: int, name: str) -> None:
        self._turns: Turns[Callable[[], None]] = Turns()
        self._change = Condition()
        self._is_closed = False
        self._threads = [Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Callable[[], Result], *, lane: str) -> Future[Result]:
        """Do a job when its lane's turn comes."""
        future: Future[Result] = Future()

        def done() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001 - whoever waits for it hears it
                future.set_exception(error)

        with self._change:
            if self._is_closed:
                future.cancel()
                return future
            self._turns.put(done, lane=lane)
            self._change.notify()
        return future

    def close(self) -> None:
        """Do nothing more; what waits is never done."""
        with self._change:
            self._is_closed = True
            self._turns.clear()
            self._change.notify_all()

    def _run(self) -> None:
        while True:
            with self._change:
                job = self._turns.take()
                while job is None and not self._is_closed:
                    self._change.wait()
                    job = self._turns.take()
            if job is None:
                return
            job()
