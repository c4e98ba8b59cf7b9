"""The three verdicts, and the report that an audit ends with.

VERIFIED means: nothing in this record was added, removed or altered, as of so many entries.  It does not mean that
nothing went wrong: what went wrong is in the findings.  TAMPERED: signed material or the pinned root contradicts what
is there.  NOT ESTABLISHED: something is missing, extra, unreadable or unsigned.  TAMPERED outranks NOT ESTABLISHED.
Which observation is which is written down in docs/spec/audit.md.

Not here: looking for evidence (``audit``), exit codes and words for people (``custody.cli``).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from custody.core.wording.messages import Message, message


class AuditVerdict(StrEnum):
    """What an audit can conclude."""

    VERIFIED = "VERIFIED"
    TAMPERED = "TAMPERED"
    NOT_ESTABLISHED = "NOT ESTABLISHED"


@dataclass(frozen=True, slots=True)
class LogHead:
    """What a log's checkpoint states: origin, number of entries, root hash (32 bytes)."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Bad:
    """A contradiction: the first entry it touches (0-based ``position`` in log number ``log``), and what it is."""

    log: int
    position: int
    reason: str


@dataclass(frozen=True, slots=True)
class EvidenceGap:
    """Why nothing can be established: ``name`` is a path within the archive or an option; ``sentence`` says what is wrong."""

    name: str
    sentence: str


_NO_EVENT: Final = frozenset({"malformed", "unrepresentable"})
"""Findings about entries that are no events."""


@dataclass(frozen=True, slots=True)
class AuditCounts:
    """What was counted.

    ``entries``: re-hashed; ``events``: distinct event ids; ``signatures``: distinct valid pairs of event id and key;
    ``doubtful``: distinct pairs that are not valid (false, of an unknown key, or not listed), kept and shown as findings;
    ``findings``: code -> number of findings; ``state_digest``: of the fold over all entries, None where that could not be;
    ``bounded``: on which sides it is proven when they were made (both, after, before, none) -> number of events.
    """

    entries: int = 0
    events: int = 0
    signatures: int = 0
    doubtful: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)
    state_digest: str | None = None
    bounded: Mapping[str, int] = field(default_factory=dict)

    @property
    def repeats(self) -> Message | str:
        """Why there are more entries than events, in words; empty where there are not."""
        more = self.entries - self.events
        if not more:
            return ""
        if _NO_EVENT.isdisjoint(self.findings):
            return message("audit.repeats", events=self.events, more=more)
        return message("audit.none-or-repeats", events=self.events, more=more)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessesHeard:
    """Who cosigned the checkpoint, and when (seconds since 1970), of those whom the policy in force names.

    ``needs`` says in words how many it takes, ``is_met`` whether they are enough: only then is anything proven. ``groups``:
    name -> the group of the policy in which it stands.
    """

    times: Mapping[str, int]
    named: tuple[str, ...]
    needs: str
    is_met: bool
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def camps(self) -> tuple[str, ...]:
        """The groups from which those come who cosigned."""
        return tuple(sorted({self.groups[name] for name in self.times if name in self.groups}))

    def to_json(self) -> dict[str, Any]:
        """Names, and times in UTC."""
        times = {name: datetime.fromtimestamp(at, tz=UTC).isoformat() for name, at in sorted(self.times.items())}
        told = {"cosigned": times, "named": list(self.named), "needs": self.needs, "met": self.is_met}
        return {**told, "groups": dict(sorted(self.groups.items())), "from": list(self.camps)}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """The end of an audit.  ``election`` is the event id of genesis as found, None where there is no genesis.

    ``witnesses``: who cosigned the checkpoint; None where the log asks nobody to, or it could not be judged.
    """

    verdict: AuditVerdict
    election: str | None
    logs: tuple[LogHead, ...]
    tally: AuditCounts
    first_bad: Bad | None
    gaps: tuple[EvidenceGap, ...]
    witnesses: WitnessesHeard | None = None

    def to_json(self) -> dict[str, Any]:
        """The report as ``custody audit --json`` prints it; roots in base64, as in the checkpoint."""
        bad = self.first_bad
        return {
            "verdict": self.verdict.value,
            "election": self.election,
            "logs": [
                {"origin": log.origin, "size": log.size, "root": b64encode(log.root).decode("ascii")}
                for log in self.logs
            ],
            "entries": self.tally.entries,
            "events": self.tally.events,
            "signatures": self.tally.signatures,
            "findings": dict(sorted(self.tally.findings.items())),
            "first_bad": None if bad is None else {"log": bad.log, "position": bad.position, "reason": bad.reason},
            "missing": sorted({gap.name for gap in self.gaps}),
            "state_digest": self.tally.state_digest,
            "bounded": dict(self.tally.bounded),
            "witnesses": None if self.witnesses is None else self.witnesses.to_json(),
        }


class AuditFindings:
    """What an audit has found against its archive so far; what came first in the log is told first."""

    __slots__ = ("_bad", "_gaps")

    def __init__(self) -> None:
        self._bad: list[Bad] = []
        self._gaps: dict[EvidenceGap, None] = {}

    def contradict(self, reason: str, *, position: int, log: int = 0) -> None:
        """Signed material or the pinned root contradicts what is there."""
        self._bad.append(Bad(log=log, position=position, reason=reason))

    def lack(self, name: str, *, sentence: str) -> None:
        """Something is missing, extra, unreadable or unsigned."""
        self._gaps[EvidenceGap(name, sentence)] = None

    @property
    def gaps(self) -> tuple[EvidenceGap, ...]:
        """Everything that is missing, extra, unreadable or unsigned, once, as it was found."""
        return tuple(self._gaps)

    @property
    def first_bad(self) -> Bad | None:
        """The contradiction that touches the first entry, None if there is none."""
        return min(self._bad, key=lambda bad: (bad.log, bad.position), default=None)

    @property
    def verdict(self) -> AuditVerdict:
        """TAMPERED outranks NOT ESTABLISHED, and that VERIFIED (design §6)."""
        if self._bad:
            return AuditVerdict.TAMPERED
        return AuditVerdict.NOT_ESTABLISHED if self._gaps else AuditVerdict.VERIFIED
