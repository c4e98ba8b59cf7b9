"""Between HTTP and the writer: looks at what came, charges its sender, queues it, and has the answers signed.

Looking (form and signatures) and signing run in threads, in which both libraries of Ed25519 work side by side. A device that
floods is charged under its own key, once its signature was found valid, before anything of it is queued. What brings nothing
new (refused, or an event that the log holds with all these signatures) is charged to the address that sent it, for anybody can
send that in a device's name.

Not here: what a request looks like (``http``), what an entry means (``door``).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

from custody.core.admission import Checked
from custody.core.ledger import Ledger
from custody.gateway.door import Answer, Door, Judged, Looked
from custody.gateway.limits import Buckets, Rate
from custody.gateway.problems import TooMany
from custody.gateway.watching import Watching
from custody.gateway.writer import Writer
from schemas.errors import LogUnavailable, OutcomeUnknown

CHUNK: Final = 32
"""Entries that one thread looks at before another may."""
ANSWER_S_MAX: Final = 90.0
NOTHING_NEW_COST: Final = 10

Taken = Answer | TooMany
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Entries that a device key, and entries and requests that an address may send."""

    key: Rate = field(default_factory=lambda: Rate(per_second=50, burst=5_000))
    address: Rate = field(default_factory=lambda: Rate(per_second=2_000, burst=20_000))


class Intake:
    """Takes entries from HTTP; its methods belong to one event loop."""

    def __init__(self, door: Door, *, writer: Writer, watching: Watching, limits: Limits) -> None:
        self._door = door
        self._writer = writer
        self._watching = watching
        self._keys = Buckets(limits.key)
        self.addresses = Buckets(limits.address)
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="custody-look")

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def charge_address(self, address: str, *, count: int) -> float:
        """0.0, or the seconds to wait before an address may send so many entries more."""
        return self.addresses.take(address, count=count, at_s=time.monotonic()) if count > 0 else 0.0

    async def take(self, entries: Sequence[bytes], *, address: str) -> list[Taken]:
        """One answer for each entry, in order. Raises LogUnavailable where none was taken."""
        if alarm := self._watching.blocking():
            raise LogUnavailable("log-alarm", f"Nothing is taken while an alarm stands: {alarm.sentence}")
        looked = await self._in_threads(entries, step=self._door.look)
        wait_s = [self._charge(item, address=address) for item in looked]
        queued = [item for item, wait in zip(looked, wait_s, strict=True) if not wait]
        answers = iter(await self._in_threads(await self._written(queued), step=self._door.sign))
        return [next(answers) if not wait else _too_many(wait) for wait in wait_s]

    async def _in_threads(self, items: Sequence[Item], *, step: Callable[[Item], Result]) -> list[Result]:
        """The step for every item, some at a time in each thread; their order stays."""

        def done_of(part: Sequence[Item]) -> list[Result]:
            return [step(item) for item in part]

        loop = asyncio.get_running_loop()
        parts = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
        done = await asyncio.gather(*(loop.run_in_executor(self._threads, done_of, part) for part in parts))
        return [result for part in done for result in part]

    def _charge(self, looked: Looked, *, address: str) -> float:
        """0.0, or the seconds to wait."""
        at_s = time.monotonic()
        key = charged_key(looked.checked, ledger=self._door.ledger)
        if key is not None:
            return self._keys.take(key, count=1, at_s=at_s)
        return self.addresses.take(address, count=NOTHING_NEW_COST, at_s=at_s)

    async def _written(self, queued: Sequence[Looked]) -> list[Judged]:
        if not queued:
            return []
        future = asyncio.wrap_future(self._writer.put(queued))
        try:
            return await asyncio.wait_for(asyncio.shield(future), ANSWER_S_MAX)
        except TimeoutError:
            unknown = OutcomeUnknown("gateway-slow", "The log did not answer in time; send the same bytes again.")
            return [unknown] * len(queued)


def charged_key(checked: Checked, *, ledger: Ledger) -> str | None:
    """Whose share an entry takes: the device's that made it, else its first valid signer's; None where it brings nothing new."""
    event = checked.event
    if event is None or not checked.valid or checked.invalid or checked.unlisted:
        return None
    record = ledger.state.records.get(checked.event_id or "")
    if record is not None and all(key in record.signatures for key in checked.valid):
        return None
    if event.device is not None and event.device.key in checked.valid:
        return event.device.key
    return next((signer.key for signer in event.signers if signer.key in checked.valid), None)


def _too_many(wait_s: float) -> TooMany:
    return TooMany("This device sends more than its share; its entries were not taken, send them later.", wait_s=wait_s)
