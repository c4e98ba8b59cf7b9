"""Entries folded one by one, with every check after each: what a run does with its log, and shrinking with parts of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from custody.core.entries.admission import Checked, check_entry
from custody.core.evidence.conservation import check_accounts
from custody.core.ledger import Ledger
from custody.core.tlog.merkle import leaf_hash
from custody.sim.watch import InvariantWatch, Violation, check_order, check_repetition

_THOROUGH_FIRST: Final = 64
"""Number of entries after which everything is looked at for the first time; then each time that the log has doubled."""
_PAPERS_EACH: Final = 300
"""Number of entries up to which all papers are counted after each; beyond it, after each so many: that takes all postings."""
_ORDER_MAX: Final = 3_000
"""Number of entries up to which the acts are folded in another order as well."""


@dataclass(slots=True)
class WatchedReplay:
    """A ledger that is watched. ``checked`` are its entries after the front door, in order."""

    ledger: Ledger = field(default_factory=Ledger.empty)
    watch: InvariantWatch = field(default_factory=InvariantWatch)
    checked: list[Checked] = field(default_factory=list)
    known: dict[bytes, Checked] = field(default_factory=dict)
    """entry -> its check, where all of its signatures could be verified"""
    steps: int = 0
    """checked steps, those of earlier lives included"""
    due: int = _THOROUGH_FIRST
    """number of entries after which everything is looked at next"""

    def take(self, entry: bytes) -> Iterator[Violation]:
        """Apply one more entry and check everything."""
        position = len(self.checked)
        item = self.known.get(entry) or check_entry(entry, position=position, keys=self.ledger.public_key)
        if not item.unresolved:
            self.known[entry] = item
        self.checked.append(item)
        outcomes = self.ledger.apply(replace(item, position=position))
        self.steps += 1
        yield from self.watch.check_everything(self.ledger, outcomes=outcomes, leaf=leaf_hash(entry))
        if len(self.checked) <= _PAPERS_EACH or not len(self.checked) % _PAPERS_EACH:
            yield from (Violation("papers", sentence) for sentence in check_accounts(self.ledger.state))
        if len(self.checked) >= self.due:
            self.due = len(self.checked) * 2
            yield from self.thorough()

    def thorough(self) -> Iterator[Violation]:
        """Everything, and the log once more from its first entry."""
        yield from self.watch.check_growth()
        yield from self.watch.check_all(self.ledger)
        yield from check_repetition(self.ledger, checked=self.checked)

    def end(self, *, random: Random) -> Iterator[Violation]:
        """After the last entry: everything, also in another order of arrival."""
        yield from self.thorough()
        if len(self.checked) <= _ORDER_MAX:
            yield from check_order(self.checked, random=random)

    def restart(self) -> Iterator[Violation]:
        """The process dies and starts again from the log alone."""
        before = self.ledger.state_digest()
        entries = list(self.checked)
        self.ledger = Ledger.empty()
        for position, item in enumerate(entries):
            self.ledger.apply(replace(item, position=position))
        if self.ledger.state_digest() != before:
            yield Violation("repetition", "A ledger that started again has another state.")


def first_violation(entries: Sequence[bytes], *, seed: int) -> Violation | None:
    """Fold these entries from nothing; the first check that fails, None where all hold."""
    replay = WatchedReplay()
    for entry in entries:
        found = next(replay.take(entry), None)
        if found is not None:
            return found
    return next(replay.end(random=Random(seed)), None)
