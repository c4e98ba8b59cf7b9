"""Honest but messy (domain.md §7): 65 stations, honest people, and everything that goes wrong in an honest election.

Three acts in ten are made without network and arrive up to two days later, in any order; one handover in twenty is on paper; one
first count in fifty is off by one; flights are missed, PINs forgotten, a member is absent. At the end officers decide on what
nothing settles by itself, and the log is closed. Such an election has to be quiet: few findings, none serious, none left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from custody.adapters.reference import reference_stations
from custody.core.state.finding_store import Finding
from custody.courier.completion import Occasion, draft, seal_up
from custody.demo.world import DAY, MINUTE, DemoWorld, stamp
from custody.election.model import Election
from custody.sim.election import played
from custody.sim.network import Network
from custody.sim.plan import Plan
from custody.sim.population import MESSY, ROUGH, Mix
from custody.sim.recorder import Clerk
from custody.sim.replay import WatchedReplay
from custody.sim.watch import Violation

FINDINGS_MAX: Final = 20
_UNSETTLED: Final = ("open", "acknowledged")
_NEVER: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Messy:
    """The log of such an election, and what the ledger made of it."""

    stage: DemoWorld
    entries: tuple[bytes, ...]
    findings: tuple[Finding, ...]
    left_open: tuple[Finding, ...]
    """findings that were open when the log was closed"""
    violations: tuple[Violation, ...]

    def complaints(self) -> tuple[str, ...]:
        """Why the election was not as quiet as it has to be; empty: it was."""
        serious = [finding.sentence for finding in self.findings if finding.severity == "serious"]
        rows = [f"Serious: {sentence}" for sentence in serious]
        rows += [f"Open when the log was closed: {finding.sentence}" for finding in self.left_open]
        rows += [f"{violation.check}: {violation.sentence}" for violation in self.violations]
        if len(self.findings) > FINDINGS_MAX:
            rows.append(f"{len(self.findings)} findings; {FINDINGS_MAX} at most were expected.")
        return tuple(rows)


def messy_election(seed: int, *, election: Election | None = None) -> Messy:
    """Play it (None: the reference election); the same seed gives the same entries in the same order."""
    stations = reference_stations() if election is None else election.stations
    plan = Plan(
        seed=seed,
        stations=stations,
        election=election,
        mix=Mix(people="messy", stations=len(stations), habits=MESSY, weather=ROUGH),
    )
    stage = played(plan).stage
    network = Network(ROUGH, Random(f"{seed}/weather"))
    network.post(stage.submissions)
    replay, clerk = WatchedReplay(due=_NEVER), Clerk(stage.cast, zone=stage.election.timezone)
    entries: list[bytes] = []
    violations: list[Violation] = []
    now = 0
    for arrival in network.arrivals():
        now = arrival.at
        note = clerk.checkpoint(replay, at=now)
        for entry in (arrival.entry,) if note is None else (note, arrival.entry):
            entries.append(entry)
            violations += replay.take(entry)
    closing = _Closing(stage, replay=replay, now=now + 4 * DAY)
    entries += closing.decide()
    left = tuple(finding for finding in replay.ledger.state.findings if finding.status in _UNSETTLED)
    entries += closing.act({"type": "LogClosed", "reason": "completed"}, by=stage.officers)
    return Messy(
        stage=stage,
        entries=tuple(entries),
        findings=tuple(replay.ledger.state.findings),
        left_open=left,
        violations=tuple(violations),
    )


@dataclass(slots=True)
class _Closing:
    """What officers do at the end, with everything recorded before them."""

    stage: DemoWorld
    replay: WatchedReplay
    now: int

    def act(self, partial: dict[str, Any], *, by: Sequence[str]) -> list[bytes]:
        """One decision, recorded at once."""
        self.now += MINUTE
        cast, state = self.stage.cast, self.replay.ledger.state
        device = cast.devices[cast.device_of[by[0]]]
        signatories = [cast.people[badge] for badge in by]
        occasion = Occasion(
            signatories=signatories, device=device, at=stamp(self.now, zone=self.stage.election.timezone)
        )
        entry = seal_up(draft(partial, state=state, occasion=occasion), signatories=signatories, device=device)
        list(self.replay.take(entry))
        return [entry]

    def decide(self) -> list[bytes]:
        """The duty officer acknowledges what is open, two officers decide it."""
        findings = [finding for finding in self.replay.ledger.state.findings if finding.status in _UNSETTLED]
        entries: list[bytes] = []
        for finding in sorted(findings, key=lambda finding: finding.raised):
            entries += self.act(
                {"type": "FindingAcknowledged", "finding": finding.id},
                by=self.stage.election.holders("duty-officer")[:1] or self.stage.officers[:1],
            )
            entries += self.act(
                {"type": "FindingAdjudicated", "finding": finding.id, "chosen": None}, by=self.stage.officers
            )
        return entries
