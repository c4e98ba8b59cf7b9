"""The root: the officers who together may change who they are, the log witnesses, and where the election goes on.

Genesis pins it, RootChanged replaces it under the old threshold and the new one (design D13), KeyRotated puts a prepared key in
the place of another. Persons count, not keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from custody.core.authority.roster import KeyRecord
from custody.core.entries.signing import keyid
from schemas.authority import RootChanged
from schemas.base import Common
from schemas.roots import Root

ROOT_DECISIONS: Final = ("RootChanged", "WitnessPolicySet", "LogSucceeded")
"""Types that need the root threshold, whatever the rules in force say."""


@dataclass(frozen=True, slots=True)
class RootInForce:
    """``threshold`` distinct persons holding one of ``keys`` (key ids); ``event`` brought it."""

    event: str
    threshold: int
    keys: frozenset[str]

    @classmethod
    def of(cls, root: Root, *, event: str) -> RootInForce:
        """The root that ``event`` brought."""
        return cls(event, root.threshold, frozenset(keyid(bytes.fromhex(key.public)) for key in root.keys))

    def signed_by(self, records: Iterable[KeyRecord]) -> int:
        """How many distinct persons of the root are among these."""
        # rules.md 6
        return len({record.person for record in records if record.keyid in self.keys})

    def is_met(self, records: Iterable[KeyRecord]) -> bool:
        """Whether enough of them are."""
        return self.signed_by(records) >= self.threshold

    def with_heir(self, heir: KeyRecord) -> RootInForce:
        """The root after a key of it was rotated."""
        return replace(self, keys=(self.keys - set(heir.earlier)) | {heir.keyid})


def demanded(event: Common, *, root: RootInForce) -> tuple[RootInForce, ...]:
    """The roots that must all sign an event: none for most types, for a new root the one in force and the new one."""
    if event.type not in ROOT_DECISIONS:
        return ()
    # rules.md 76
    new = (RootInForce.of(event.root, event=""),) if isinstance(event, RootChanged) else ()
    return (root, *new)


def root_before(roots: Sequence[tuple[int, RootInForce]], *, position: int) -> RootInForce:
    """The root in force where an event was first recorded: that of the newest decision before it."""
    return next(root for at, root in reversed(roots) if at < position or at == 0)
