"""An election that another one follows, out of its archive: verified first, then folded up to the size that is named.

Not here: what is compared (``custody.core.evidence.carried_over``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from custody.adapters.archive import LOGS, ArchiveLog
from custody.audit.audit import Request, audit_archive
from custody.audit.verdict import AuditVerdict
from custody.core.evidence.carried_over import carried_differences, unbroken_at, used_again
from custody.core.state.state import State
from custody.core.tlog.tile_builder import TileBuilder
from custody.embedded.folding import folded
from custody.ports import LogReader
from schemas.earlier_log import SEALS_MAX, CarriedOver, EarlierLog
from schemas.errors import NotEstablished, Refused

_AT_ONCE: Final = 256


@dataclass(frozen=True, slots=True)
class EarlierElection:
    """The earlier log under one checkpoint, and what it means."""

    follows: EarlierLog
    state: State

    def carried(self) -> dict[str, CarriedOver]:
        """Station by station, what there is to carry over: its opening, and the seals that are on something there."""
        found: dict[str, CarriedOver] = {}
        for station, opening in sorted(self.state.registers.openings.items()):
            first = next(iter(self.state.paths.in_force(opening.stock)), None)
            if station not in self.state.registers.stations or first is None:
                continue
            seals = unbroken_at(self.state, station)[:SEALS_MAX]
            said = {"opened": first.act, **({"seals": seals} if seals else {})}
            found[station] = CarriedOver.model_validate(said)
        return found


def earlier_election(archive: Path, *, root: str, size: int | None = None) -> EarlierElection:
    """The election of an archive, up to a size (None: all of it). NotEstablished unless the archive is VERIFIED."""
    report = audit_archive(Request(source=archive, root=root))
    if report.verdict is not AuditVerdict.VERIFIED:
        told = f"{archive} is {report.verdict.value}: custody audit {archive} --root {root} says why."
        raise NotEstablished("earlier-election", told)
    log = ArchiveLog(archive / LOGS / "0")
    until = log.end() if size is None else size
    if until > log.end():
        raise Refused(
            "earlier-short", f"{archive} holds {log.end():,} entries; the election follows {until:,} of them."
        )
    builder = TileBuilder()
    builder.feed(list(_entries(log, until=until)))
    ledger = folded(log, until=until)
    follows = EarlierLog(election=ledger.election, size=until, root=builder.root().hex())
    return EarlierElection(follows, ledger.state)


def differences_from(state: State, *, earlier: EarlierElection) -> list[str]:
    """What an election says of the earlier one, and the earlier log does not, in sentences."""
    stated = state.opening().follows
    if stated is None:
        return ["Genesis follows no election."]
    told = [
        f"Genesis follows {name} {getattr(stated, name)}; the archive has {getattr(earlier.follows, name)}."
        for name in ("election", "size", "root")
        if getattr(stated, name) != getattr(earlier.follows, name)
    ]
    told += [f"{row.station}: {row.sentence}" for row in carried_differences(state, earlier=earlier.state)]
    again = used_again(state, earlier=earlier.state)
    told += [f"Seal {seal} was applied in both elections, and no station carries it over." for seal in again]
    return told


def _entries(log: LogReader, *, until: int) -> Iterator[bytes]:
    start = 0
    while start < until:
        records = log.read(start=start, limit=min(_AT_ONCE, until - start))
        yield from (record.entry for record in records)
        start += len(records)
