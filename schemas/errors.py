"""The tree of errors: one file, so that every shell can map them to exit codes in one table.

Each error says whose fault it is and carries a stable code in kebab-case plus one plain sentence for a person.
"""

from __future__ import annotations


class CustodyError(Exception):
    """Root of all errors that this program raises on purpose.

    ``code`` is stable across releases; ``sentence`` is one plain English sentence without secrets or payloads.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class Refused(CustodyError):
    """The input is at fault: not well-formed, not signed as it must be, or not admissible."""


class Misused(CustodyError):
    """The caller is at fault: a command, an option or a file name does not fit."""


class NotEstablished(CustodyError):
    """Something needed for a verdict is missing, extra, unreadable or unsigned."""


class Contradicted(CustodyError):
    """Signed material or a pinned root contradicts what is there."""


class LogUnavailable(CustodyError):
    """The log did not take or give entries; nothing was written, try again later."""


class OutcomeUnknown(CustodyError):
    """The log may or may not have taken the entries: append the identical bytes again."""


class Fenced(CustodyError):
    """Another runner moved the tracked position: this one must stop."""


class Exhausted(CustodyError):
    """The machine is at fault: memory, stack or system gave out while an entry was judged; there is no verdict."""

    def __init__(self, *, position: int) -> None:
        super().__init__(
            "fold-exhausted",
            f"The machine gave out while the entry at position {position} was judged; there is no verdict.",
        )


class Unavailable(CustodyError):
    """A local part (file, database, keystore) cannot be used now."""
