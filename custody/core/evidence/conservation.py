"""Conservation of papers and seals at every log position: ``check_accounts`` names each breach.

1. All accounts add up to what was printed, and the postings of all acts in force add up to the accounts.
2. No account but *unaccounted* holds fewer than no papers.
3. Papers are unaccounted only where a finding, or the commission's signed account, says so.
4. A seal that an act in force applied is on that unit's record, and closes one unit at most unless a finding says otherwise.

The simulator calls it after every step; it is slow and obvious, and no part of the fold.
"""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.checks.seals import on
from custody.core.evidence.postings import PRESS, Account, Balances, balances, postings
from custody.core.state.book_accounts import UNACCOUNTED
from custody.core.state.state import State


def check_accounts(state: State) -> tuple[str, ...]:
    """Everything that is wrong with papers and seals at this position; empty: nothing is."""
    held = balances(state)
    return (*_sums(state, held), *_below(held), *_unexplained(state, held), *_seals(state))


def _sums(state: State, held: Balances) -> Iterator[str]:
    if sum(held.values()):
        yield f"{-held.get(PRESS, 0)} papers were printed, and {sum(held.values()) - held.get(PRESS, 0)} are in accounts."
    posted: Balances = {}
    for record in state.records.values():
        for posting in postings(state, record):
            posted[posting.source] = posted.get(posting.source, 0) - posting.papers
            posted[posting.target] = posted.get(posting.target, 0) + posting.papers
    for account in sorted({*held, *posted}):
        if held.get(account, 0) != posted.get(account, 0):
            yield f"{account}: {held.get(account, 0)} held, {posted.get(account, 0)} posted."


def _below(held: Balances) -> Iterator[str]:
    for account, papers in held.items():
        if papers < 0 and account != PRESS and account.state != UNACCOUNTED:
            yield f"{account}: {papers} papers."


def _unexplained(state: State, held: Balances) -> Iterator[str]:
    told = {finding.station for finding in state.findings if finding.off is not None}
    for account, papers in held.items():
        if account.state == UNACCOUNTED and papers and not _is_told(state, account, told=told):
            yield f"{account}: {papers} papers, and no finding says so."


def _is_told(state: State, account: Account, *, told: set[str]) -> bool:
    """Whether a finding of the station, or of the CEC's own batches, is about figures."""
    station = account.place.partition(" ")[2]
    if station in told:
        return True
    heads = (state.paths.head(unit) for unit in state.paths.units())
    rows = [head for head in heads if head is not None and str(head.custodian) == account.place]
    tolerated = sum(row.run.tolerated for row in rows if row.run is not None)
    return any(row.station in told for row in rows) or bool(tolerated)


def _seals(state: State) -> Iterator[str]:
    closing: dict[str, list[str]] = {}
    for unit in state.paths.units():
        head = state.paths.head(unit)
        for seal in () if head is None else on(head):
            closing.setdefault(seal.number, []).append(unit)
    reused = {finding.subject for finding in state.findings if finding.code == "seal-reused"}
    for number, units in sorted(closing.items()):
        if number not in state.registers.seals:
            yield f"Seal {number} closes {', '.join(units)}, and no act in force applied it."
        if len(units) > 1 and number not in reused:
            yield f"Seal {number} closes {', '.join(units)}, and no finding says so."
    for number, acts in sorted(state.registers.seals.items()):
        for unit in sorted(set(acts.values())):
            head = state.paths.head(unit)
            if head is None or all(seal.number != number for seal in head.seals):
                yield f"Seal {number} was applied to {unit}, which knows nothing of it."
