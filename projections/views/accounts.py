"""A view: where every paper is, in figures.

Rows: ``account/<station>``, in an election of several styles ``account/<station>/<style>`` = the doc of its last ``account``
outcome (the ballot account, flat figures, null where nobody has counted yet; ``disputed_figures`` names those that a dispute
keeps out of force) and ``print/<batch>`` = the doc of the last ``print`` outcome of that printing batch; both with
``position``, the log position since which they read so.
Sums over stations are the reader's: see ``queries.election_totals``.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.wording.outcomes import ACCOUNT, PRINT, Outcome
from projections.kept_rows import KeptAccount, KeptPrint
from projections.views.view import Change, Put, View


def apply(outcome: Outcome) -> Iterable[Change]:
    """The figures as they are from this outcome on."""
    key = f"{outcome.kind}/{outcome.subject}"
    if outcome.kind == ACCOUNT.name:
        account: KeptAccount = {**ACCOUNT.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=account["station"], doc=account)
    else:
        batch: KeptPrint = {**PRINT.doc_of(outcome), "position": outcome.position}
        yield Put(key=key, station=None, doc=batch)


VIEW = View(name="accounts", kinds=frozenset({ACCOUNT.name, PRINT.name}), apply=apply)
