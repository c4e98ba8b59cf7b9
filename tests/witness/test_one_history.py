"""A witness signs one history only: raced by 64 threads over two processes, and killed again and again."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from threading import Event

import pytest

from custody.core.tlog.cosignatures import cosigned_at, parse_witness_key
from custody.core.tlog.notes import parse_note
from custody.witness.keys import WitnessKeys
from tests.witness.running import Running, TestLog, home, running, start

ORIGIN = "race.invalid/log"
THREADS = 64
KILLS = 50 if os.environ.get("CUSTODY_SOAK") == "1" else 5
SIZE_MAX = 4_000
GONE = (OSError, HTTPException)


@dataclass(slots=True)
class Cosigned:
    """Everything for which somebody was given a cosignature: (time, size, root)."""

    keys: WitnessKeys
    rows: list[tuple[int, int, bytes]] = field(default_factory=list)

    def take(self, body: bytes, *, log: TestLog, size: int) -> None:
        """One answer with the status 200."""
        note = parse_note(f"{log.text(size)}\n".encode() + body)
        (at,) = cosigned_at(note, keys=[parse_witness_key(self.keys.vkeys[0])]).values()
        self.rows.append((at, size, log.tree.root(size)))

    def check(self, *, branches: tuple[TestLog, TestLog]) -> None:
        """One root a size, all of one branch, and no smaller tree at a later time."""
        roots = {size: root for _, size, root in self.rows}
        assert {(size, root) for _, size, root in self.rows} == set(roots.items())
        of = [all(log.tree.root(size) == root for size, root in roots.items() if size) for log in branches]
        assert any(of)
        for at, size, _ in self.rows:
            assert all(size <= other for later, other, _ in self.rows if later > at)


def forked() -> tuple[TestLog, TestLog]:
    """Two logs under one key that have nothing in common, made once: threads only read them."""
    return TestLog(ORIGIN).grown(SIZE_MAX), TestLog(ORIGIN, entries="other").grown(SIZE_MAX)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "witness"


def size_told(witness: Running, *, log: TestLog) -> int:
    """What the witness says that it cosigned last."""
    body = witness.ask("GET", f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint")
    return int(body.body.split(b"\n")[1]) if body.status == 200 else 0


def test_of_64_threads_that_ask_two_processes_for_two_histories_one_history_is_cosigned(folder: Path) -> None:
    branches = forked()
    cosigned = Cosigned(home(folder, logs=branches[:1]))
    with running(folder) as first, running(folder) as second, ThreadPoolExecutor(THREADS) as threads:

        def ask(number: int) -> None:
            log, witness = branches[number % 2], (first, second)[number // 2 % 2]
            old = 0
            for turn in range(1, 4):
                new = old + turn * (number % 5 + 1)
                reply = witness.add(log.submission(old, new=new))
                if reply.status == 200:
                    cosigned.take(reply.body, log=log, size=new)
                    old = new
                else:
                    assert reply.status in {409, 422}
                    old = int(reply.body) if reply.status == 409 else old

        list(threads.map(ask, range(THREADS)))
        cosigned.check(branches=branches)
        assert (
            size_told(first, log=branches[0])
            == size_told(second, log=branches[0])
            == max(row[1] for row in cosigned.rows)
        )


def test_of_64_threads_with_one_checkpoint_each_exactly_one_is_first(folder: Path) -> None:
    log = TestLog(ORIGIN)
    bodies = [log.submission(0, new=size) for size in range(1, THREADS + 1)]
    home(folder, logs=[log])
    with running(folder) as witness, ThreadPoolExecutor(THREADS) as threads:
        replies = list(threads.map(witness.add, bodies))
    won = [number for number, reply in enumerate(replies) if reply.status == 200]
    assert len(won) == 1
    assert {(reply.status, reply.body) for reply in replies if reply.status != 200} == {
        (409, f"{won[0] + 1}\n".encode())
    }


def test_a_witness_that_is_killed_never_signs_two_roots_for_one_size(folder: Path) -> None:
    branches = forked()
    cosigned = Cosigned(home(folder, logs=branches[:1]))
    draw = random.Random(18)
    for _ in range(KILLS):
        witness, ended = start(folder), Event()
        told = size_told(witness, log=branches[0])
        assert told >= max((size for _, size, _ in cosigned.rows), default=0)

        def ask(number: int, *, witness: Running = witness, ended: Event = ended, old: int = told) -> None:
            log, size = branches[number % 2], old
            with suppress(*GONE):
                while not ended.is_set() and size < SIZE_MAX - 8:
                    new = size + number % 3
                    reply = witness.add(log.submission(size, new=new))
                    if reply.status == 200:
                        cosigned.take(reply.body, log=log, size=new)
                    size = int(reply.body) if reply.status == 409 else new if reply.status == 200 else size
                    if reply.status == 422:
                        return

        with ThreadPoolExecutor(6) as threads:
            running_threads = [threads.submit(ask, number) for number in range(6)]
            Event().wait(draw.uniform(0.02, 0.25))
            witness.kill()
            ended.set()
            for thread in running_threads:
                thread.result()
        for pipe in (witness.process.stdout, witness.process.stderr):
            assert pipe is not None
            pipe.close()
    assert cosigned.rows
    cosigned.check(branches=branches)
