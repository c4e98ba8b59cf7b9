"""The one loop of all consumers: poll, handle, track, back off, park.

Every consumer is a follower: it has a next batch or none, and handles a batch together with the record of how far it
has come, in one transaction of its own.  The loop adds what is the same for all of them:

    what a batch raises                           what the loop does
    LogUnavailable, OutcomeUnknown, Unavailable   waits, longer each time, and tries the same batch again; in the end
                                                  it gives up and raises, for whoever runs it to restart
    any other CustodyError (Fenced, ...)          raises at once: going on would be wrong
    any other exception                           tries again; if the batch still raises, it is poison: the follower
                                                  parks it, and goes on behind it as all the others do

The loop reads no clock; how to wait is an argument.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from custody.adapters.backoff import Backoff
from schemas.errors import CustodyError, LogUnavailable, OutcomeUnknown, Unavailable

Batch = TypeVar("Batch")

TRANSIENT = (LogUnavailable, OutcomeUnknown, Unavailable)


class Follower(Protocol[Batch]):
    """One consumer.  The loop gives it back the batches that it gave out, and looks into none."""

    def poll(self) -> Batch | None:
        """The next batch, or None if there is nothing new.  The same batch until it is handled or parked."""

    def handle(self, batch: Batch) -> None:
        """Take the batch in and track it, in one transaction: all of it, or nothing and an exception."""

    def park(self, batch: Batch, *, error: Exception) -> None:
        """Take in what can be taken in of a batch that raises, set the rest aside with a reason, and track it.

        A follower that may leave nothing out raises instead.
        """


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long the loop waits, and how often it tries."""

    idle_ms: int = 200
    """Pause when nobody has anything new."""
    first_wait_ms: int = 50
    """Pause after a first transient failure; it doubles with each further one, up to ``wait_ms_max``."""
    wait_ms_max: int = 5_000
    attempts_max: int = 8
    """Transient failures of one batch, one after the other, before the loop gives up."""
    poison_attempts_max: int = 2
    """How often a batch may raise what nobody expects before it is parked."""


def step(follower: Follower[Batch], *, patience: RetryPolicy, pause: Callable[[int], None]) -> bool:
    """Let one follower handle one batch; False if it had none.  ``pause`` waits for a number of milliseconds."""
    waits, poisonings = 0, 0
    while True:
        try:
            batch = follower.poll()
            if batch is None:
                return False
            error = _handle(follower, batch)
            if error is None:
                return True
            poisonings += 1
            if poisonings >= patience.poison_attempts_max:
                follower.park(batch, error=error)
                return True
        except TRANSIENT:
            waits += 1
            if waits >= patience.attempts_max:
                raise
            pause(Backoff(first_ms=patience.first_wait_ms, most_ms=patience.wait_ms_max).wait_ms(waits))


def drain(followers: Sequence[Follower[Any]], *, patience: RetryPolicy, pause: Callable[[int], None]) -> int:
    """Run the followers in turn until none has anything new; how many batches there were."""
    batches = 0
    while moved := sum(step(follower, patience=patience, pause=pause) for follower in followers):
        batches += moved
    return batches


def serve(
    followers: Sequence[Follower[Any]],
    *,
    patience: RetryPolicy,
    pause: Callable[[int], None],
    stopped: Callable[[], bool],
) -> None:
    """Run the followers in turn until ``stopped()`` says so, pausing whenever nobody has anything new."""
    while not stopped():
        if not sum(step(follower, patience=patience, pause=pause) for follower in followers):
            pause(patience.idle_ms)


def _handle(follower: Follower[Batch], batch: Batch) -> Exception | None:
    """Handle the batch; what nobody expects is not raised but given back, to be tried again and then parked."""
    try:
        follower.handle(batch)
    except CustodyError:
        raise
    except Exception as error:  # noqa: BLE001 - poison may raise anything; `step` parks it with its reason
        return error
    return None
