"""``custody show ACCOUNTS`` and ``custody show SEAL``: every paper in its account, every seal's life, from the log itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from custody.cli.lines.bounded import first_of
from custody.core.wording.numbers import at_position, positions_held
from custody.embedded.derived_file import derived_accounts, derived_seal
from custody.embedded.directory import Directory
from custody.ports import LogReader
from schemas.errors import Misused

ACCOUNTS = "ACCOUNTS"


def accounts_at(directory: Directory, *, at: int | None) -> dict[str, Any]:
    """All accounts after the entry at a position (the last one, where None); the log is folded once, or not at all."""
    with directory.open_log() as log:
        if at is None and (kept := derived_accounts(directory.derived, log=log)) is not None:
            return kept
        from custody.cli.folded_facts import folded_accounts  # noqa: PLC0415 - longer to import than kept facts to be read

        return folded_accounts(log, last=_last(log, at=at))


def seal_at(directory: Directory, *, seal: str, at: int | None) -> dict[str, Any]:
    """The life of one seal up to a position."""
    with directory.open_log() as log:
        if at is None and (kept := derived_seal(directory.derived, log=log, seal=seal)) is not None:
            return kept
        from custody.cli.folded_facts import folded_seal  # noqa: PLC0415

        return folded_seal(log, seal=seal, last=_last(log, at=at))


def _last(log: LogReader, *, at: int | None) -> int:
    end = log.end()
    if at is not None and not 0 <= at < end:
        raise Misused("show-at", f"The log holds {positions_held(end)}.")
    return end - 1 if at is None else at


def account_lines(doc: dict[str, Any]) -> Iterable[str]:
    """The accounts as lines of text."""
    rows = doc["accounts"]
    yield f"{doc['printed']:,} papers printed, in {len(rows)} accounts after {at_position(doc['position'])}"
    yield from (f"  {row['papers']:>9,}  {row['place']}: {row['state']}" for row in rows)
    for row in doc["postings"]:
        yield f"  moved here: {row['papers']:,} from {row['from']} to {row['to']}"
    seals, packages = doc["seals"], doc["packages"]
    given = "any number counts as given out" if seals["issued"] is None else f"{seals['unused']:,} unused"
    yield (
        f"  seals     {seals['applied']:,} applied = {seals['closing']:,} closing + {seals['taken_off']:,} taken off "
        f"({seals['retained']:,} retained, {seals['destroyed']:,} destroyed); {seals['blocked']:,} blocked; {given}"
    )
    out, arrived, lost, under_way = (
        sum(row[name] for row in packages) for name in ("out", "arrived", "lost", "under_way")
    )
    yield f"  packages  {out:,} out = {arrived:,} arrived + {lost:,} lost + {under_way:,} under way"
    told = [f"  disputed  {unit}: its papers stand where nobody contests them" for unit in doc["disputed"]]
    yield from first_of(told, what="disputed units", where="--json")
    yield from (f"  WRONG     {text}" for text in doc["wrong"])


def seal_lines(doc: dict[str, Any]) -> Iterable[str]:
    """A seal's life as lines of text."""
    given = "given out" if doc["given_out"] else "never given out"
    is_applied = any(step["state"] == "applied" for step in doc["life"])
    yield f"{doc['seal']}  {given}" + ("" if is_applied else ", applied by no act")
    yield from (f"  {step['at']:<25}  {step['state']:<18} {step['unit']}{_by(step)}" for step in doc["life"])


def _by(step: dict[str, Any]) -> str:
    """Who held the unit at a step of a seal's life: of a seal that came off, who has it."""
    return f", {step['by']}" if step["by"] else ""
