"""The log at a position, as a report needs it: the last outcome about each thing, and the events that are in force.

It is the fold over the entries up to there and nothing else: whoever has the archive gathers the same. Figures from inside the
boxes are withheld here as on the pages, while a station has not stated its own (``withheld``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from custody.core.authority.withholding import FIGURES, UNACCOUNTED, finds, hidden_figures, until
from custody.core.entries.admission import check_entry
from custody.core.ledger import Ledger
from custody.core.tlog.checkpoint import origin
from custody.core.tlog.tile_builder import TileBuilder
from custody.core.wording import outcomes
from custody.core.wording.messages import Message, message, said
from custody.core.wording.outcomes import Outcome
from custody.paper.source import Recorded, Source, filled_from
from schemas.base import Common
from schemas.errors import Misused
from schemas.identifiers import epoch_seconds
from schemas.outcomes import (
    AccountJson,
    ConsignmentJson,
    ElectionJson,
    FindingJson,
    HandoverJson,
    StationJson,
    UnitJson,
)

_FINDING: Final = outcomes.FINDING.name
_WITHDRAWAL: Final = outcomes.WITHDRAWAL.name
Docs = dict[str, dict[str, Any]]
"""Subject -> the document of the last outcome about it."""


@dataclass(frozen=True, slots=True)
class ReportedLog:
    """The log up to a position. ``origin``, ``entries``, ``root`` and ``state_digest`` name it for a citation."""

    source: Source
    docs: dict[str, Docs]
    origin: str
    entries: int
    root: str
    state_digest: str
    now: str
    """the latest claimed time of an event so far"""

    @property
    def election(self) -> ElectionJson:
        """The facts of the election."""
        return cast("ElectionJson", next(iter(self.docs[outcomes.ELECTION.name].values())))

    @property
    def stations(self) -> list[StationJson]:
        """Every station, by code."""
        return cast("list[StationJson]", self._of(outcomes.STATION.name))

    @property
    def accounts(self) -> list[AccountJson]:
        """Every ballot account, by station and style; what is withheld is None."""
        rows = cast("list[AccountJson]", self._of(outcomes.ACCOUNT.name))
        if not self.withheld:
            return rows
        return [cast("AccountJson", {**row, **dict.fromkeys(hidden_figures(row))}) for row in rows]

    @property
    def consignments(self) -> list[ConsignmentJson]:
        """Every consignment, by id."""
        return cast("list[ConsignmentJson]", self._of(outcomes.CONSIGNMENT.name))

    @property
    def handovers(self) -> list[HandoverJson]:
        """Every offer and what came of it, by event id."""
        return cast("list[HandoverJson]", self._of(outcomes.HANDOVER.name))

    @property
    def units(self) -> list[UnitJson]:
        """Every unit, by id."""
        return cast("list[UnitJson]", self._of(outcomes.UNIT.name))

    @property
    def findings(self) -> list[FindingJson]:
        """Every finding that was not withdrawn, those raised first first."""
        rows = cast("list[FindingJson]", self._of(_FINDING))
        return sorted(rows, key=lambda row: (row["raised"], row["id"]))

    @property
    def withheld(self) -> bool:
        """Whether figures from inside the boxes are not told yet."""
        stations = {row["station"]: row for row in self.stations}
        accounts = self.docs.get(outcomes.ACCOUNT.name, {})
        return until(stations, accounts=accounts, is_closed=self.election["closed"]) is not None

    def sentence(self, finding: FindingJson) -> Message:
        """What a finding says, or that it is withheld."""
        if self.withheld:
            back = {row["unit"] for row in self.units if row["direction"] == "back"}
            if finds(finding["code"], goes_back=not back.isdisjoint(finding["units"])):
                return message("withheld")
        return said(finding["says"])

    def in_force(self) -> Iterator[Recorded]:
        """The events that stand, in the log's order."""
        for row in self.source.recorded.values():
            record = self.source.state.records.get(row.event_id)
            if record is not None and record.in_force:
                yield row

    def _of(self, kind: str) -> list[dict[str, Any]]:
        rows = self.docs.get(kind, {})
        return [rows[subject] for subject in sorted(rows)]


WITHHELD_FIGURES: Final = FIGURES | {UNACCOUNTED}
"""Figures that may be withheld."""


def gather(entries: Iterable[bytes]) -> ReportedLog:
    """Fold the entries from position 0 on; Misused("no-election") where they do not begin with the opening of one."""
    ledger, tree, kept = Ledger.empty(), TileBuilder(), []
    docs: dict[str, Docs] = {}
    for position, entry in enumerate(entries):
        kept.append(entry)
        for outcome in ledger.apply(check_entry(entry, position=position, keys=ledger.public_key)):
            _take(docs, outcome)
    tree.feed(kept)
    if not ledger.election:
        raise Misused("no-election", "This log does not begin with the opening of an election.")
    source = filled_from(ledger.state, entries=kept)
    genesis = source.genesis
    return ReportedLog(
        source,
        docs,
        origin=origin(domain=genesis.domain, slug=genesis.slug, election=ledger.election, log=0),
        entries=len(kept),
        root=tree.root().hex(),
        state_digest=ledger.state_digest(),
        now=_newest(row.event for row in source.recorded.values()),
    )


def _take(docs: dict[str, Docs], outcome: Outcome) -> None:
    if outcome.kind == _WITHDRAWAL:
        docs.get(_FINDING, {}).pop(outcome.subject, None)
    else:
        docs.setdefault(outcome.kind, {})[outcome.subject] = cast("dict[str, Any]", outcome.doc)


def _newest(events: Iterable[Common]) -> str:
    return max((event.at for event in events), key=lambda at: (epoch_seconds(at), at))
