"""Accounts and seals out of the log itself, folded for one question: at an earlier position, or where nothing is kept.

Imported only where it is needed: the ledger takes longer to import than what is kept beside the books takes to be read.
"""

from __future__ import annotations

from typing import Any

from custody.core.evidence.postings import balances
from custody.embedded.derived_docs import accounts_doc, seal_doc
from custody.embedded.folding import fold_on, folded, silent_reading_of
from custody.ports import LogReader


def folded_accounts(log: LogReader, *, last: int) -> dict[str, Any]:
    """All accounts after the entry at position ``last``, and what that entry moved; the log is folded once."""
    reading, ledger = silent_reading_of(log)
    fold_on(reading, start=0, until=last)
    before = balances(ledger.state)
    fold_on(reading, start=last, until=last + 1)
    return accounts_doc(ledger.state, before=before)


def folded_seal(log: LogReader, *, seal: str, last: int) -> dict[str, Any]:
    """The life of one seal up to the entry at position ``last``."""
    return seal_doc(folded(log, until=last + 1).state, seal=seal)
