"""Intake, between HTTP and the writer: charges the sender, then looks at what came, queues it, and has the answers signed.

Charged first (``shares``), because looking costs: form and signatures of whatever anybody sends. Every sender has his own queue
at each step that takes time, and they are served in turn: at the gate, before the threads that look and sign, and before the
writer. A device that floods is charged under its own key as well, once its signature was found valid and before anything of it
is queued to be written.

Not here: what a request looks like (``http``), what an entry means (``door``).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, TypeVar

from custody.core.entries.admission import Checked
from custody.core.ledger import Ledger
from custody.gateway.front_door import Answer, FrontDoor, Judged, Looked
from custody.gateway.gate import Gate
from custody.gateway.problems import TooMany
from custody.gateway.shares import Limits, Shares
from custody.gateway.watching import Watching
from custody.gateway.workers import Workers
from custody.gateway.writer import Writer
from schemas.errors import LogUnavailable, OutcomeUnknown

CHUNK: Final = 8
"""Entries that one thread looks at before it is another sender's turn."""
ANSWER_S_MAX: Final = 90.0

Taken = Answer | TooMany
Item = TypeVar("Item")
Result = TypeVar("Result")

Vouch = Callable[[str], None]
"""Called with a key whose event came."""


class Intake:
    """Takes entries from HTTP; its methods belong to one event loop."""

    def __init__(self, door: FrontDoor, *, writer: Writer, watching: Watching, limits: Limits) -> None:
        self._door = door
        self._writer = writer
        self._watching = watching
        self.shares = Shares(limits)
        self._gate = Gate()
        self._lookers = Workers(threads=os.cpu_count() or 1, name="custody-look")
        self._readers = Workers(threads=1, name="custody-read")

    def close(self) -> None:
        """End the threads."""
        self._lookers.close()
        self._readers.close()

    async def read(self, step: Callable[[], Result], *, address: str) -> Result:
        """Read the log for this sender when his turn comes. TooMany."""
        async with self._gate.turn(address):
            return await asyncio.wrap_future(self._readers.submit(step, lane=address))

    async def look(self, ask: Callable[[], Future[bytes]], *, address: str) -> bytes:
        """What the writer's thread tells this sender when his turn comes. TooMany, LogUnavailable."""
        async with self._gate.turn(address):
            return await asyncio.wrap_future(ask())

    async def take(self, entries: Sequence[bytes], *, address: str, paid: int, vouch: Vouch) -> list[Taken]:
        """One answer for each entry, in order; ``paid`` was charged for them already.

        Raises TooMany or LogUnavailable where none was taken.
        """
        if alarm := self._watching.blocking():
            raise LogUnavailable("log-alarm", f"Nothing is taken while an alarm stands: {alarm.sentence}")
        at_s = time.monotonic()
        lane = self.shares.lane(entries, address=address, at_s=at_s)
        charged = self.shares.charge_entries(len(entries), paid=paid, address=address, lane=lane, at_s=at_s)
        if charged.wait_s:
            raise TooMany("This address asks for more than its share; wait.", wait_s=charged.wait_s)
        async with self._gate.turn(lane):
            looked = await self._in_turn(entries, step=self._door.look, lane=lane, is_paced=lane == address)
            waits_s = [self._charge(item, address=address, payer=charged.payer, vouch=vouch) for item in looked]
            queued = [item for item, wait in zip(looked, waits_s, strict=True) if not wait]
            judged = await self._written(queued, lane=lane)
            answers = iter(await self._in_turn(judged, step=self._door.sign, lane=lane, is_paced=lane == address))
        return [next(answers) if not wait else _too_many(wait) for wait in waits_s]

    async def _in_turn(
        self, items: Sequence[Item], *, step: Callable[[Item], Result], lane: str, is_paced: bool
    ) -> list[Result]:
        """The step for every item, a few at each turn; their order stays.

        A proven key's work is not paced: its share of entries bounds it, and a courier's batch must not wait for nobody.
        """

        def done_of(part: Sequence[Item]) -> Callable[[], list[Result]]:
            return lambda: [step(item) for item in part]

        parts = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)]
        done = self._lookers.submit_all([done_of(part) for part in parts], lane=lane, is_paced=is_paced)
        return await asyncio.wrap_future(done)

    def _charge(self, looked: Looked, *, address: str, payer: str, vouch: Vouch) -> float:
        """0.0, or the seconds to wait."""
        key = charged_key(looked.checked, ledger=self._door.ledger)
        if key is None:
            return 0.0
        at_s = time.monotonic()
        wait_s = self.shares.charge_key(key, payer=payer, at_s=at_s)
        self.shares.prove(key, address=address, at_s=at_s)
        vouch(key)
        return wait_s

    async def _written(self, queued: Sequence[Looked], *, lane: str) -> list[Judged]:
        if not queued:
            return []
        written = asyncio.wrap_future(self._writer.put(queued, lane=lane))
        try:
            return await asyncio.wait_for(asyncio.shield(written), ANSWER_S_MAX)
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
