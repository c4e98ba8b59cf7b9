"""The facts of log witnesses: what each cosigned last, and how many of which groups stand behind an entry.

All of it is what the log holds: cosignatures that were collected and not yet logged count from the next note on.
"""

from __future__ import annotations

from collections.abc import Collection

from projections import queries
from projections.kept_rows import KeptWitnesses
from projections.web.models.parts import StandingDoc
from projections.web.models.problems import Absent
from projections.web.models.witnesses import (
    BehindDoc,
    EntryWitnessesAnswer,
    WitnessDoc,
    WitnessesAnswer,
    WitnessGroupDoc,
)
from projections.web.snapshots.snapshot import Snapshot


def witnesses_answer(reading: Snapshot) -> WitnessesAnswer:
    """The log witnesses of the policy in force."""
    row = queries.witnesses(reading.books)
    groups = [] if row is None else row["groups"]
    return WitnessesAnswer(
        **reading.common(),
        quorum=None if row is None else row["quorum"],
        groups=tuple(
            WitnessGroupDoc(name=group["name"], threshold=group["threshold"], members=tuple(group["members"]))
            for group in groups
        ),
        witnesses=watchers(reading),
    )


def watchers(reading: Snapshot) -> tuple[WitnessDoc, ...]:
    """What each log witness of the policy in force cosigned last."""
    row = queries.witnesses(reading.books)
    return () if row is None else tuple(WitnessDoc(**witness) for witness in row["witnesses"])


def entry_answer(reading: Snapshot, position: int) -> EntryWitnessesAnswer:
    """Who stands behind the entry at a position; Absent."""
    common = reading.common()
    standing: StandingDoc = common["standing"]
    if position >= standing.position:
        raise Absent("unknown-entry", f"There is no entry at position {position} on this log.")
    return EntryWitnessesAnswer(**common, entry=position, behind=behind(queries.witnesses(reading.books), position))


def behind(row: KeptWitnesses | None, position: int) -> BehindDoc:
    """Who stands behind the entry at a position."""
    if row is None:
        return BehindDoc(k=0, n=0, groups=(), names=(), proven=False)
    own = [witness for witness in row["witnesses"] if witness["size"] > position]
    names = [witness["name"] for witness in own]
    return BehindDoc(
        k=len(own),
        n=len(row["witnesses"]),
        groups=tuple(sorted({witness["group"] for witness in own if witness["group"] is not None})),
        names=tuple(names),
        proven=row["quorum"] is not None and _is_met(row, row["quorum"], names=names),
    )


def _is_met(row: KeptWitnesses, name: str, *, names: Collection[str]) -> bool:
    group = next((group for group in row["groups"] if group["name"] == name), None)
    if group is None:
        return name in names
    return sum(_is_met(row, member, names=names) for member in group["members"]) >= group["threshold"]
