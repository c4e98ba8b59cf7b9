"""What somebody with valid keys can write to make a ledger slow: each shape a row of entries, one like the other.

A shape first sets its stage and then yields entries without end; what is asked of it is that a late one costs no more than an
early one. Played in the small election of ``tests.worlds``, to which a monitor is added.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count as itertools_count
from itertools import product
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any, Final

from custody.core.authority.roster import possession_message
from custody.core.entries.admission import Checked, check_entry
from custody.core.ledger import Ledger
from custody.core.wording.outcomes import Outcome
from schemas.identifiers import consignment_id
from tests.worlds import DEVICE, OBSERVER, OFFICERS, RULES, World, id_of, stock

MONITOR: Final = "monitor-1"
LOST: Final = "lost-"
"""Names of devices that were lost begin so."""
_START: Final = datetime(2026, 10, 1, 4, tzinfo=UTC)
_MISSING: Final = "ab" * 32
"""An event that never reaches the log."""


class HostileElection(World):
    """An election with a monitor, and its ledger so far."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger.empty()
        self.size = 0
        self._minutes = 0
        self.put(self.genesis)
        self.put(self.enrolment(DEVICE, OBSERVER, MONITOR))

    def checked(self, entry: bytes) -> Checked:
        """An entry as the front door passes it on; its signatures are good and cost nothing here."""
        return check_entry(entry, position=self.size, keys=self.ledger.public_key, verifier=_believe)

    def put(self, entry: bytes) -> tuple[Outcome, ...]:
        """The entry reaches the ledger."""
        checked = self.checked(entry)
        self.size += 1
        return self.ledger.apply(checked)

    def opened(self, office: str) -> str:
        """A station opens; the event that opened it."""
        entry = self.station(office)
        self.put(entry)
        return id_of(entry)

    def begin(self, entries: Sequence[bytes]) -> None:
        """Another election, from these entries on."""
        self.ledger, self.size = Ledger.empty(), 0
        for entry in entries:
            self.put(entry)

    def heartbeat(self) -> bytes:
        """The monitor was there, a minute after the last time."""
        self._minutes += 1
        at = (_START + timedelta(minutes=self._minutes)).isoformat(timespec="seconds")
        signer = {"key": self.key(MONITOR)[1], "person": None, "part": "service"}
        common = {**self._common("HeartbeatNoted", by=()), "at": at, "signers": [signer]}
        return self.sign({**common, "election": self.election}, by=(MONITOR,))

    def revoked(self, name: str, *, vouched: int) -> bytes:
        """A key was lost; its owner vouches for what a device signed up to a number, 0: for nothing."""
        device = self.key(DEVICE)[1] if vouched else None
        lost = {"key": self.key(name)[1], "vouched_device": device, "vouched_number": vouched, "reason": "lost"}
        return self.event("KeyRevoked", by=OFFICERS, on_device=False, **lost)

    def clock(self, office: str, *, minutes: int = 1) -> bytes:
        """The monitor's clock goes on."""
        self._minutes += minutes
        at = (_START + timedelta(minutes=self._minutes)).isoformat(timespec="seconds")
        units = [{"unit": stock(office), "observed": self.head(office)}]
        note = {
            "consignment": consignment_id(office=office, number=1),
            "leg": 40,
            "due": at,
            "step": "overdue",
            "units": units,
        }
        signer = {"key": self.key(MONITOR)[1], "person": None, "part": "service"}
        common = {**self._common("OverdueNoted", by=()), "at": at, "signers": [signer]}
        return self.sign({**common, "election": self.election, **note}, by=(MONITOR,))

    def head(self, office: str) -> str:
        """The act that a station's stock follows now."""
        unit = self.ledger.state.paths.head(stock(office))
        if unit is None:
            raise LookupError(office)
        return unit.act

    def alone(self, refs: Sequence[tuple[str, str]], *, voters: int) -> bytes:
        """An act on units, each with the act that it follows, with one signature of the two that it needs."""
        units = [{"unit": unit, "previous": previous} for unit, previous in refs]
        fields: dict[str, Any] = {
            "station": refs[0][0][:3],
            "stage": "added",
            "voters": voters,
            "signatures": None,
            "units": units,
        }
        return self.event("VoterListStated", by=OFFICERS[:1], **fields)

    def restored(self) -> None:
        """The device forgets what it had signed after its first event, as one that was restored from a backup."""
        self._number, self._last_on_device = 1, None

    def ahead(self, name: str, office: str, *, observed: str) -> bytes:
        """A remark with the second number of a device whose first never comes."""
        units = [{"unit": stock(office), "observed": observed}]
        payload = {**self._common("ObserverRemarked", by=(OBSERVER,)), "election": self.election, "units": units}
        key = self.key(name)[1]
        mark = {"number": 2, "previous": _MISSING, "countersigned": [], "elapsed_s": 2}
        signers = [*payload["signers"], {"key": key, "person": None, "part": "device"}]
        return self.sign({**payload, "device": {"key": key, **mark}, "signers": signers}, by=(OBSERVER, name))

    def skipped(self) -> None:
        """The device numbers an event that never reaches the log."""
        self._number, self._last_on_device = self._number + 1, _MISSING

    def _genesis(self, fold_version: int) -> dict[str, Any]:
        genesis = super()._genesis(fold_version)
        quorums = [{"persons": 1, "roles": ["monitor"], "including": []}]
        rows = [{"type": name, "part": "service", "quorums": quorums} for name in ("HeartbeatNoted", "OverdueNoted")]
        officers = [{"persons": 2, "roles": ["cec-officer"], "including": []}]
        rows.append({"type": "KeyRevoked", "part": "acting", "quorums": officers})
        return {**genesis, "rules": {**RULES, "signatures": [*RULES["signatures"], *rows]}}

    def _enrolment(self, name: str) -> dict[str, Any]:
        row = super()._enrolment(name)
        if name.startswith(LOST):
            return {**row, "role": "device"}
        if name != MONITOR:
            return row
        private, key = self.key(name)
        message = possession_message(election=self.election, person=None, role="monitor", keyid=key)
        return {**row, "role": "monitor", "proof": private.sign(message).hex()}


Shape = Callable[[HostileElection, int], Iterator[bytes]]
"""Given a stage and how much of it there is before what is measured: entries one like the other, without end."""


def honest(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Reports and acts in turn at ten stations."""
    heads = {office: stage.opened(office) for office in _offices(10)}
    while True:
        for office, head in heads.items():
            yield stage.remark(office, observed=head)
            entry = stage.voters(office, previous=head, voters=stage.size)
            heads[office] = id_of(entry)
            yield entry


def rivals(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The same persons state one thing after the other on one place."""
    head = stage.opened("AAA")
    while True:
        yield stage.voters("AAA", previous=head, voters=stage.size)


def repeated_creation(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The same station is opened again and again."""
    while True:
        yield stage.station("AAA")


def late_rivals(stage: HostileElection, count: int) -> Iterator[bytes]:
    """A long chain of acts, and rivals of its first one."""
    first = head = stage.opened("AAA")
    for _ in range(count):
        entry = stage.voters("AAA", previous=head, voters=stage.size)
        head = id_of(entry)
        stage.put(entry)
    stage.put(stage.voters("AAA", previous=first, voters=stage.size))
    while True:
        yield stage.voters("AAA", previous=first, voters=stage.size)


def waiting(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Acts that follow what never comes, each told the time."""
    stage.opened("AAA")
    stage.opened("AAB")
    while True:
        yield stage.voters("AAA", previous=_MISSING, voters=stage.size)
        yield stage.clock("AAB")


def waiting_chain(stage: HostileElection, _: int) -> Iterator[bytes]:
    """A chain of acts whose first never comes, and the monitor's clock, until long after they are due."""
    stage.opened("AAA")
    stage.opened("AAB")
    head = _MISSING
    while True:
        entry = stage.voters("AAA", previous=head, voters=stage.size)
        head = id_of(entry)
        yield entry
        yield stage.clock("AAB", minutes=120)


def findings(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Acts with too few signatures at one station, each a finding."""
    head = stage.opened("AAA")
    while True:
        yield stage.alone([(stock("AAA"), head)], voters=stage.size)


def varied_units(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Acts with too few signatures, each on another set of units: counted by one finding."""
    offices = _offices(12)
    units = [(stock(office), stage.opened(office)) for office in offices]
    while True:
        chosen = [ref for place, ref in enumerate(units) if place == 0 or stage.size >> place & 1]
        yield stage.alone(chosen, voters=stage.size)


def unfit(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One person notes again and again what cannot be, about one station: listed under one finding."""
    stage.opened("AAA")
    while True:
        yield stage.clock("AAA")


def without_effect(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Acts that follow a report, which is no act: listed under one finding."""
    head = stage.opened("AAA")
    remark = stage.remark("AAA", observed=head)
    stage.put(remark)
    while True:
        yield stage.voters("AAA", previous=id_of(remark), voters=stage.size)


def disputes_elsewhere(stage: HostileElection, count: int) -> Iterator[bytes]:
    """Ordinary acts at one station while many others are in dispute."""
    offices = _offices(count + 1)
    for office in offices[1:]:
        head = stage.opened(office)
        for _ in range(2):
            stage.put(stage.voters(office, previous=head, voters=stage.size))
    head = stage.opened(offices[0])
    while True:
        entry = stage.voters(offices[0], previous=head, voters=stage.size)
        head = id_of(entry)
        yield entry


def statements(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One figure of one station stated again and again."""
    head = stage.opened("AAA")
    while True:
        entry = stage.voters("AAA", previous=head, voters=stage.size)
        head = id_of(entry)
        yield entry


def forks(stage: HostileElection, _: int) -> Iterator[bytes]:
    """A device signs one number again and again."""
    head = stage.opened("AAA")
    while True:
        stage.restored()
        yield stage.remark("AAA", observed=head)


def numbers_ahead(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Every second number of a device never comes, and the monitor's clock goes on."""
    head = stage.opened("AAA")
    stage.opened("AAB")
    while True:
        stage.skipped()
        yield stage.remark("AAA", observed=head)
        yield stage.clock("AAB")


def disputed_findings(stage: HostileElection, count: int) -> Iterator[bytes]:
    """Disputes at a station about which there are many findings."""
    head = stage.opened("AAA")
    for _ in range(count):
        stage.put(stage.alone([(stock("AAA"), head)], voters=stage.size))
    while True:
        entry = stage.voters("AAA", previous=head, voters=stage.size)
        yield entry
        yield stage.voters("AAA", previous=head, voters=stage.size)
        stage.put(entry := stage.station(office := _offices(stage.size)[-1]))
        head = id_of(entry)
        yield stage.voters(office, previous=head, voters=stage.size)


def copies(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One event handed in again and again."""
    entry = stage.voters("AAA", previous=stage.opened("AAA"), voters=1)
    while True:
        yield entry


def suspects(stage: HostileElection, count: int) -> Iterator[bytes]:
    """One device after the other is enrolled and lost, while there are many events."""
    head = stage.opened("AAA")
    for _ in range(count):
        stage.put(stage.remark("AAA", observed=head))
    for number in itertools_count():
        yield stage.enrolment(name := f"{LOST}{number}")
        yield stage.revoked(name, vouched=0)


def revoked_key(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Lost devices, each vouched for up to a number of a chain that has a gap and goes on."""
    head = stage.opened("AAA")
    stage.skipped()
    for number in itertools_count():
        yield stage.enrolment(name := f"{LOST}{number}")
        yield stage.revoked(name, vouched=2**30)
        yield stage.remark("AAA", observed=head)


def heartbeats(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The monitor says again and again that it is there, until long after anybody believes its clock."""
    while True:
        yield stage.heartbeat()


SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "rivals": rivals,
        "repeated-creation": repeated_creation,
        "late-rivals": late_rivals,
        "waiting": waiting,
        "waiting-chain": waiting_chain,
        "findings": findings,
        "varied-units": varied_units,
        "unfit": unfit,
        "without-effect": without_effect,
        "disputes-elsewhere": disputes_elsewhere,
        "statements": statements,
        "forks": forks,
        "numbers-ahead": numbers_ahead,
        "copies": copies,
        "disputes-findings": disputed_findings,
        "suspects": suspects,
        "revoked-key": revoked_key,
        "heartbeats": heartbeats,
    }
)
"""Kind -> how it is played. One row to add a shape."""


def _offices(count: int) -> list[str]:
    codes = ("".join(letters) for letters in product(ascii_uppercase, repeat=3))
    free = (code for code in codes if code not in ("CEC", "MFA"))
    return [next(free) for _ in range(count)]


def _believe(**_: object) -> bool:
    return True
