"""Who is served when: lanes in turn, a few of each at once, and a part of the time for whoever has had much."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest

from custody.gateway.gate import Gate
from custody.gateway.limits import Buckets, Rate
from custody.gateway.pace import Duty, Pace
from custody.gateway.problems import TooMany
from custody.gateway.turns import Turns
from custody.gateway.workers import Workers
from schemas.errors import LogUnavailable


def test_lanes_take_turns_and_each_keeps_its_order() -> None:
    turns: Turns[str] = Turns()
    for number in range(4):
        turns.put(f"flood {number}", lane="flood")
    turns.put("honest", lane="honest")
    assert turns.clear() == ["flood 0", "honest", "flood 1", "flood 2", "flood 3"]
    assert (len(turns), turns.lanes, turns.take()) == (0, 0, None)


def test_a_lane_that_comes_late_waits_for_one_of_every_other_at_most() -> None:
    turns: Turns[str] = Turns()
    for lane in ("a", "b", "c"):
        for _ in range(100):
            turns.put(lane, lane=lane)
    turns.take()
    turns.put("late", lane="late")
    assert [turns.take() for _ in range(4)] == ["b", "c", "a", "late"]


def test_a_parked_lane_misses_its_turns_and_keeps_its_place_in_itself() -> None:
    turns: Turns[str] = Turns()
    for item in ("a1", "a2"):
        turns.put(item, lane="a")
    turns.put("b1", lane="b")
    turns.park("a")
    turns.put("a3", lane="a")
    assert (turns.take(), turns.take(), turns.waiting("a"), len(turns)) == ("b1", None, 3, 3)
    turns.unpark("a")
    assert turns.clear() == ["a1", "a2", "a3"]


def test_who_has_used_his_time_waits_for_his_part_of_it_and_is_forgotten_when_he_owes_nothing() -> None:
    pace = Pace(Duty(part=0.25, at_once_s=0.1))
    pace.spend("flood", cost_s=0.1, at_s=0.0)
    assert pace.wait_s("flood", at_s=0.0) == 0.0
    pace.spend("flood", cost_s=0.5, at_s=0.0)
    assert pace.wait_s("flood", at_s=0.0) == pytest.approx(2.0)
    assert pace.wait_s("flood", at_s=1.0) == pytest.approx(1.0)
    assert pace.wait_s("honest", at_s=0.0) == 0.0
    pace.spend("honest", cost_s=0.001, at_s=100.0)
    assert len(pace) == 1


def test_the_tables_of_pace_and_buckets_are_bounded_and_swept() -> None:
    pace, buckets = Pace(Duty(), lanes_max=10), Buckets(Rate(per_second=1, burst=5), senders_max=10)
    for number in range(1_000):
        pace.spend(str(number), cost_s=1.0, at_s=0.0)
        buckets.take(str(number), count=1, at_s=0.0)
    assert (len(pace), len(buckets)) == (10, 10)
    for number in range(1_000, 1_020):
        buckets.take(str(number), count=1, at_s=1_000.0 + number)
    assert len(buckets) < 10


def test_what_is_given_back_can_be_taken_again_and_no_more() -> None:
    buckets = Buckets(Rate(per_second=0.001, burst=10))
    assert buckets.take("a", count=10, at_s=0.0) == 0.0
    buckets.give_back("a", count=4)
    assert buckets.take("a", count=4, at_s=0.0) == 0.0
    assert buckets.take("a", count=1, at_s=0.0) > 0.0
    buckets.give_back("a", count=1_000)
    assert buckets.take("a", count=10, at_s=0.0) == 0.0
    assert buckets.take("a", count=1, at_s=0.0) > 0.0


def test_workers_serve_a_single_job_before_the_rest_of_a_long_lane() -> None:
    workers = Workers(threads=1, name="test", duty=Duty(part=1.0, at_once_s=1e9))
    may_go = threading.Event()
    done: list[int] = []
    workers.submit(may_go.wait, lane="flood")
    futures = [workers.submit(partial(done.append, number), lane="flood") for number in range(50)]
    futures.append(workers.submit(partial(done.append, -1), lane="honest"))
    may_go.set()
    for future in futures:
        future.result(10)
    assert done.index(-1) <= 1
    workers.close()


def test_a_lane_that_has_used_its_part_does_not_keep_workers_from_others_and_goes_on_later() -> None:
    workers = Workers(threads=1, name="test", duty=Duty(part=0.9, at_once_s=0.0))
    spin = threading.Event()
    futures = [workers.submit(lambda: spin.wait(0.01), lane="flood") for _ in range(5)]
    assert workers.submit(lambda: "honest", lane="honest").result(10) == "honest"
    assert [future.result(10) for future in futures] == [False] * 5
    workers.close()
    assert workers.submit(lambda: 1, lane="late").cancelled()


def test_an_error_in_a_job_is_heard_by_whoever_asked_and_harms_nobody_else() -> None:
    workers = Workers(threads=1, name="test")

    def fails() -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        workers.submit(fails, lane="a").result(10)
    assert workers.submit(lambda: 1, lane="a").result(10) == 1
    workers.close()


def test_a_sender_over_his_number_waits_behind_himself_only() -> None:
    async def run() -> list[str]:
        gate, order, may_end = Gate(working=2), [], asyncio.Event()

        async def request(lane: str, name: str) -> None:
            async with gate.turn(lane):
                order.append(name)
                if lane == "flood":
                    await may_end.wait()

        floods = [asyncio.create_task(request("flood", f"flood {number}")) for number in range(5)]
        await asyncio.sleep(0)
        await request("honest", "honest")
        assert (order, gate.waiting) == (["flood 0", "flood 1", "honest"], 3)
        floods[3].cancel()
        may_end.set()
        await asyncio.gather(*floods, return_exceptions=True)
        assert (len(gate), gate.waiting) == (0, 0)
        return order

    assert asyncio.run(run()) == ["flood 0", "flood 1", "honest", "flood 2", "flood 4"]


def test_too_many_waiting_is_told_to_who_has_them_and_a_full_gate_never_to_a_newcomer() -> None:
    async def run() -> None:
        gate, may_end = Gate(working=1, waiting_a_lane=2, waiting_max=3), asyncio.Event()

        async def request(lane: str) -> None:
            async with gate.turn(lane):
                await may_end.wait()

        tasks = [asyncio.create_task(request(lane)) for lane in ("a", "a", "a", "b", "b", "c", "c")]
        await asyncio.sleep(0)
        with pytest.raises(TooMany):
            await request("a")
        with pytest.raises(LogUnavailable, match="gateway-busy"):
            await request("b")
        tasks.append(asyncio.create_task(request("new")))
        await asyncio.sleep(0)
        assert gate.waiting == 4
        may_end.set()
        await asyncio.gather(*tasks)
        assert len(gate) == 0

    asyncio.run(run())


def test_pieces_come_back_in_their_order_as_one_future_and_others_come_between() -> None:
    workers = Workers(threads=2, name="test", duty=Duty(part=1.0, at_once_s=1e9))
    may_go, order = threading.Event(), list[int]()

    def piece(number: int) -> list[int]:
        may_go.wait()
        order.append(number)
        return [number, number]

    whole = workers.submit_all([partial(piece, number) for number in range(20)], lane="flood")
    other = workers.submit(partial(order.append, -1), lane="honest")
    assert not whole.done()
    may_go.set()
    assert whole.result(10) == [number for number in range(20) for _ in range(2)]
    other.result(10)
    assert order.index(-1) <= 4
    assert workers.submit_all([], lane="flood").result(10) == []
    workers.close()
    assert workers.submit_all([partial(piece, 1)], lane="late").cancelled()


def test_a_piece_that_fails_is_heard_and_what_nobody_waits_for_is_left_undone() -> None:
    workers = Workers(threads=1, name="test", duty=Duty(part=1.0, at_once_s=1e9))
    done: list[int] = []

    def fails() -> list[int]:
        raise ValueError("x")

    def notes() -> list[int]:
        done.append(1)
        return [1]

    with pytest.raises(ValueError, match="x"):
        workers.submit_all([fails, notes, fails], lane="a").result(10)
    may_go = threading.Event()
    workers.submit(may_go.wait, lane="a")
    left = workers.submit_all([notes, notes], lane="a")
    assert left.cancel()
    may_go.set()
    assert workers.submit(lambda: len(done), lane="a").result(10) == 0
    workers.close()
