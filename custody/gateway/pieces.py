"""Work that is done in small pieces, so that senders can take turns, and waited for as a whole: one future for all of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from threading import Lock
from typing import Final, Generic, TypeVar

Result = TypeVar("Result")


class Pieces(Generic[Result]):
    """So many pieces; the future has the results of all of them, in their order, once the last one is done.

    Any thread may do a piece.  The first that fails ends the waiting; whoever no longer waits has the rest left undone.
    """

    def __init__(self, count: int) -> None:
        """None is done yet; of none at all the future is done at once."""
        self.future: Final[Future[list[Result]]] = Future()
        self._results: list[list[Result]] = [[] for _ in range(count)]
        self._left = count
        self._lock = Lock()
        if not count:
            self.future.set_result([])

    def do(self, place: int, work: Callable[[], list[Result]]) -> None:
        """Do the piece at this place, unless nobody waits for it any more."""
        if self.future.done():
            return
        try:
            results = work()
        except BaseException as error:  # noqa: BLE001 - whoever waits for it hears it
            with suppress(InvalidStateError):  # another piece has failed before, or nobody waits
                self.future.set_exception(error)
            return
        self.put(place, results)

    def put(self, place: int, results: list[Result]) -> None:
        """What came of the piece at this place, which is done once."""
        with self._lock:
            self._results[place] = results
            self._left -= 1
            is_last = not self._left
        if is_last:
            with suppress(InvalidStateError):
                self.future.set_result([result for results in self._results for result in results])
