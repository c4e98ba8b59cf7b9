"""All cores: batches of entries are looked at in worker processes and come back in order.

Bounded and streaming: a worker has one batch at a time, and no more than two batches for each worker are under way or
waiting for their turn.  The number of workers changes the time and nothing else.

Workers are started by *spawn*, which shares no locks or threads with its parent.  Each has one pipe, whose other end
only its parent holds: when that goes away, however it ends, the worker reads the end of the pipe and ends too.

Why no ``ProcessPoolExecutor``: its workers share queues of which each of them holds both ends, so that none reads an
end when the auditor's process is killed, and all of them stay; and it takes every task at once, so that the bound on
batches would have to be counted around it all the same.

Not here: what is done to an entry (``entry_check``), what comes of it (``replay``).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

from custody.audit.entry_check import EntryCheck, look
from schemas.errors import Unavailable

_BATCHES_A_WORKER: Final = 2
_END_SECONDS_MAX: Final = 5.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive entries from ``position`` on, and the public keys (by key id) to check their signatures with."""

    position: int
    entries: Sequence[bytes]
    keys: Mapping[str, bytes]
    twice: range = range(0)
    """Places of entries whose signatures are checked by both libraries."""


ENTRIES_FOR_WORKERS_MIN: Final = 3000
"""Below this, starting processes takes longer than they save."""


def workers_for(entries: int) -> int:
    """How many processes are worth starting: one for each core, or none beside this one."""
    return (os.cpu_count() or 1) if entries >= ENTRIES_FOR_WORKERS_MIN else 1


Looked = tuple[Batch, list[EntryCheck]]


def look_at_all(batches: Iterator[Batch], *, workers: int) -> Generator[Looked, None, None]:
    """Each batch with what was seen of its entries, in order; in this process if ``workers`` is 1 or less.

    Raises Unavailable("audit-worker-lost") if a worker was killed.  Close the iterator to end the workers early.
    """
    if workers > 1:
        yield from _in_processes(batches, workers=workers)
    else:
        for batch in batches:
            yield batch, look(batch.entries, keys=batch.keys, twice=batch.twice)


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection[Any, Any]
    batch: Batch | None = None


def _in_processes(batches: Iterator[Batch], *, workers: int) -> Generator[Looked, None, None]:
    pool: list[_Worker] = []
    try:
        with _uninterrupted():
            pool += [_start() for _ in range(workers)]
        yield from _deal(batches, pool=pool)
    finally:
        _end(pool)


def _deal(batches: Iterator[Batch], *, pool: Sequence[_Worker]) -> Generator[Looked, None, None]:
    """Hand out batches, collect what comes back, and give it out again in order."""
    order: list[Batch] = []
    done: dict[int, list[EntryCheck]] = {}
    while True:
        for worker in pool:
            if worker.batch is None and len(order) < _BATCHES_A_WORKER * len(pool):
                _hand_out(batches, worker=worker, order=order)
        if not order:
            return
        if (first := order[0]).position in done:
            order.pop(0)
            yield first, done.pop(first.position)
        else:
            _collect(pool, done=done)


def _hand_out(batches: Iterator[Batch], *, worker: _Worker, order: list[Batch]) -> None:
    batch = next(batches, None)
    if batch is not None:
        order.append(batch)
        worker.batch = batch
        _through_pipe(lambda: worker.pipe.send((batch.entries, batch.keys, batch.twice)))


def _collect(pool: Sequence[_Worker], *, done: dict[int, list[EntryCheck]]) -> None:
    """Wait until one worker at least has finished; take in all that have."""
    busy = {id(worker.pipe): worker for worker in pool if worker.batch is not None}
    for pipe in wait([worker.pipe for worker in busy.values()]):
        worker = busy[id(pipe)]
        found = _through_pipe(worker.pipe.recv)
        if worker.batch is not None:
            done[worker.batch.position] = found
        worker.batch = None


def _through_pipe(step: Callable[[], Any]) -> Any:
    try:
        return step()
    except (EOFError, OSError) as error:
        raise Unavailable(
            "audit-worker-lost", "A process of this audit was ended from outside; run it again."
        ) from error


def _start() -> _Worker:
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True, name="custody-audit")
    process.start()
    theirs.close()
    return _Worker(process=process, pipe=mine)


def _serve(pipe: Connection[Any, Any]) -> None:
    """A worker's whole life: batches in, looks out, until the other end of the pipe is gone."""
    try:
        while True:
            entries, keys, twice = pipe.recv()
            pipe.send(look(entries, keys=keys, twice=twice))
    except (EOFError, OSError):
        return


def _end(pool: Sequence[_Worker]) -> None:
    with _uninterrupted():
        for worker in pool:
            worker.pipe.close()
            worker.process.terminate()
        for worker in pool:
            worker.process.join(_END_SECONDS_MAX)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits.  Children started meanwhile never see it: theirs is the parent's way to end them."""
    if os.name != "posix":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
