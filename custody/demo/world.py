"""The stage: invented people act in claimed time, and what they sign reaches the log when their devices are synced.

The stage keeps a ledger of its own, as all devices together know the world; the real log, ledger and audit see only the
entries, in the order of their recording. Times are epoch seconds; an act's time is written with its place's zone offset.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from custody.adapters.timezones import zone_of
from custody.core.checks.seals import on
from custody.core.entries.admission import Checked
from custody.core.ledger import Ledger
from custody.core.state.state import State
from custody.core.state.units import Unit
from custody.courier.completion import Drafted, Occasion, countersign, draft, seal_up
from custody.demo.notary import Notary, event_of
from custody.demo.pace import days_ahead
from custody.demo.people import Cast
from custody.election import dates
from custody.election.model import Election
from custody.election.seals import nth_seal
from custody.election.signers import AsTold, ByTheRules
from schemas.envelope import entry_hash, event_id, parse_envelope
from schemas.services import CheckpointWitnessed
from schemas.union import parse_event

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
_EVERY_S: Final = 6 * HOUR
"""How far apart the checkpoints of a play lie."""

Journey = Iterator[int]
"""Yields the time (epoch seconds) at which it wants to go on."""


@dataclass(frozen=True, slots=True, order=True)
class Submission:
    """One entry, when its device handed it in, when it was made (epoch seconds) and on which device ("" for services)."""

    recorded_at: int
    order: int
    entry: bytes = field(compare=False)
    made_at: int = field(default=0, compare=False)
    device: str = field(default="", compare=False)


@dataclass(slots=True)
class DemoWorld:
    """Where the demonstration happens. ``offline`` maps devices without network to when they are synced, and in which order.

    ``notary`` has checkpoints cosigned; without it the log has no log witnesses.
    """

    cast: Cast
    election: Election
    signers: ByTheRules | AsTold = field(default_factory=AsTold)
    ledger: Ledger = field(default_factory=Ledger.empty)
    submissions: list[Submission] = field(default_factory=list)
    offline: dict[str, tuple[int, int]] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    seals_used: int = 0
    ministry_seals_used: int = 0
    now: int = 0
    notary: Notary | None = None
    ahead: int = field(init=False)
    """Days by which the preparation is earlier than usual, because papers are due early."""

    def __post_init__(self) -> None:
        self.ahead = days_ahead(self.election)

    @property
    def state(self) -> State:
        """What is known of the world so far."""
        return self.ledger.state

    @property
    def officers(self) -> tuple[str, ...]:
        """Two officers of the commission, who act for it unless the rules ask for more."""
        return self.election.holders("cec-officer")[:2]

    @property
    def ministry(self) -> tuple[str, ...]:
        """The pouch office, empty where the election has none."""
        return self.election.holders("pouch-office")

    @property
    def printers(self) -> tuple[str, ...]:
        """Who signs what was printed: the foreman, and a representative or officer of the commission."""
        beside = self.election.holders("cec-representative")[:1] or self.officers[:1]
        return (*self.election.holders("printer")[:1], *beside)

    @property
    def mandating(self) -> tuple[str, ...]:
        """Who grants mandates: the pouch office, or officers where there is none."""
        return self.ministry[:1] or self.officers

    def act(self, partial: dict[str, Any], *, by: Sequence[str], late: Sequence[str] = (), zone: str = "") -> str:
        """Draft, sign and hand in one event now; ``late`` people are listed and sign later. Returns the event id.

        ``zone``: whose clock the claimed time is read from; the commission's where nothing is said.
        """
        listed = self.signers.complete(str(partial["type"]), by=(*by, *late))
        drafted, device = self.drafted(partial, by=listed, zone=zone)
        signing = [self.cast.people[badge] for badge in listed if badge not in late]
        entry = seal_up(drafted, signatories=signing, device=self.cast.devices.get(device))
        self._hand_in(entry, drafted=drafted, device=device)
        return drafted.event_id

    def sign_late(self, event: str, *, by: str) -> None:
        """A listed signer adds the missing signature to an event handed in before."""
        for submission in self.submissions:
            envelope = parse_envelope(submission.entry)
            drafted = _again(envelope.payload, event=event)
            if drafted is not None:
                entry = countersign(envelope, signatories=[self.cast.people[by]], device=None)
                self._hand_in(entry, drafted=drafted, device=self.cast.device_of[by])
                return
        raise LookupError(event)

    def drafted(self, partial: dict[str, Any], *, by: Sequence[str], zone: str = "") -> tuple[Drafted, str]:
        """The complete event as the first signer's device would make it, and that device's badge ("" for services)."""
        device = "" if "device" in partial and partial["device"] is None else self.cast.device_of.get(by[0], "")
        occasion = Occasion(
            signatories=[self.cast.people[badge] for badge in by],
            device=self.cast.devices.get(device),
            at=stamp(self.now, zone=zone or self.election.timezone),
            elapsed_s=max(0, self.now - 1_420_070_400),
        )
        seen = None if self._is_offline(device) else self.notary and self.notary.newest
        said = {**partial} if seen is None else {"seen": seen, **partial}
        return draft(said, state=self.state, occasion=occasion), device

    def witness(self) -> None:
        """Log a cosigned checkpoint over what devices have handed in by now, where that is more than the last one."""
        if self.notary is None:
            return
        here = (self.now, len(self.submissions))
        recorded = [one.entry for one in sorted(self.submissions) if (one.recorded_at, one.order) < here]
        note = self.notary.note(recorded, at=self.now)
        if note is not None:
            self.act(event_of(note), by=self.election.holders("checkpointer")[:1])
            self.notary.logged(note)

    def _notice(self, at: int) -> None:
        """Checkpoints are due at every sixth hour that is over before the play goes on at ``at``."""
        due = (self.now // _EVERY_S + 1) * _EVERY_S
        if self.notary is not None and self.submissions and due <= at:
            self.now = due
            self.witness()

    def play(self, journeys: Iterable[Journey]) -> Iterator[int]:
        """Run journeys side by side in claimed time; yields after each that has ended (the count of ended ones)."""
        queue: list[tuple[int, int, Journey]] = []
        for place, journey in enumerate(journeys):
            at = next(journey, None)
            if at is not None:
                heapq.heappush(queue, (at, place, journey))
        ended = 0
        while queue:
            at, place, journey = heapq.heappop(queue)
            self._notice(at)
            self.now = max(self.now, at)
            following = next(journey, None)
            if following is None:
                ended += 1
                yield ended
            else:
                heapq.heappush(queue, (following, place, journey))

    def unit(self, name: str) -> Unit:
        """A unit as it stands."""
        unit = self.state.paths.head(name)
        if unit is None:
            raise LookupError(name)
        return unit

    def capital(self, days: int, *, hour: int, minute: int = 0) -> int:
        """By the commission's clock, so many days from the first day of voting, or ``ahead`` of that; epoch seconds."""
        day = dates.day(self.election.days[0], days=days - self.ahead)
        return local(day, hour=hour, minute=minute, zone=self.election.timezone)

    def seal(self, unit: str) -> dict[str, str]:
        """The next unused seal of the CEC's series, for a unit."""
        self.seals_used += 1
        return {"unit": unit, "seal": nth_seal(self.election.rules.seal_series, issuer="CEC", place=self.seals_used)}

    def seals_found(self, unit: str, *, condition: str = "intact") -> list[dict[str, str]]:
        """All seals that close a unit, found in one condition."""
        return [{"unit": unit, "seal": seal.number, "condition": condition} for seal in on(self.unit(unit))]

    def entries(self) -> list[bytes]:
        """All entries in the order in which they reach the log."""
        return [submission.entry for submission in sorted(self.submissions)]

    def _hand_in(self, entry: bytes, *, drafted: Drafted, device: str) -> None:
        order = len(self.submissions)
        recorded_at = self.now
        if self._is_offline(device):
            recorded_at, rank = self.offline[device]
            order += rank * 1_000_000
        self.submissions.append(Submission(recorded_at, order, entry, self.now, device))
        if not isinstance(drafted.event, CheckpointWitnessed):
            self._learn(entry, drafted=drafted)

    def _is_offline(self, device: str) -> bool:
        return self.now < self.offline.get(device, (0, 0))[0]

    def _learn(self, entry: bytes, *, drafted: Drafted) -> None:
        """The stage knows what was done, and not the log: to it positions are an order of acts, and notes are nothing."""
        valid = tuple(signature.keyid for signature in parse_envelope(entry).signatures)
        checked = Checked(
            position=self.state.position + 1,
            entry=entry_hash(entry),
            event_id=drafted.event_id,
            event=drafted.event.model_copy(update={"seen": None}),
            valid=valid,
        )
        self.ledger.apply(checked)


def stamp(at: int, *, zone: str) -> str:
    """Epoch seconds as RFC 3339 with the numeric offset of an IANA zone."""
    local = datetime.fromtimestamp(at, tz=UTC).astimezone(zone_of(zone))
    offset = local.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{local:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def local(day: str, *, hour: int, minute: int = 0, zone: str) -> int:
    """Epoch seconds of a local time, ``day`` as YYYY-MM-DD."""
    year, month, number = (int(part) for part in day.split("-"))
    return int(datetime(year, month, number, hour, minute, tzinfo=zone_of(zone)).timestamp())


def _again(payload: bytes, *, event: str) -> Drafted | None:
    return Drafted(payload=payload, event_id=event, event=parse_event(payload)) if event_id(payload) == event else None
