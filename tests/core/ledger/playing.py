"""A small election to play scenes in: real keys, real signatures, the real front door and the real fold.

``Play`` sets the stage that ``custody demo --scenario empty`` leaves, for a few stations, and then lets people act. What all
devices together know is in ``play.stage``; what the log holds, and what the ledger makes of it, is in ``play.ledger``. An act
can be *held* back from the log (an offline phone) and recorded later, in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.reference import ReferenceStation, reference_stations
from custody.core.authority.roster import possession_message
from custody.core.checks.log_time_limits import steps
from custody.core.entries.admission import Checked
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import public_bytes, sign
from custody.core.ledger import Ledger
from custody.core.state.finding_store import Finding
from custody.core.state.units import Unit
from custody.core.wording.outcomes import Outcome
from custody.courier.completion import seal_up
from custody.courier.signatories import Signatory
from custody.demo.election import play_empty, set_stage
from custody.demo.preparation import Names, allocation
from custody.demo.world import HOUR, MINUTE, DemoWorld, local, stamp
from schemas.envelope import event_id, parse_envelope
from tests.core.ledger.copies import copied
from tests.core.ledger.folding import checked_along, checked_at, folds, name_of

CAPITAL = "Asia/Almaty"
"""The commission's time zone in the reference election."""
LOG_PRIVATE = derive_demo_key(seed=7, name="log-key", domain="kz-2015.invalid")
LOG_KEY = public_bytes(LOG_PRIVATE).hex()
CEC = ("cec-1", "cec-2")
Partial = dict[str, Any]
Carried = tuple[tuple[str, tuple[str, ...]], ...]
"""(station, seals that it carries over from an earlier election) of each station that does."""
EARLIER = "0e" * 32
"""A station's opening on the log of the earlier election."""


class Play:
    """One election with some of the reference stations, prepared up to granted mandates."""

    def __init__(
        self,
        *codes: str,
        seed: int = 7,
        styles: tuple[str, ...] = (),
        days: int = 1,
        carried: Carried = (),
        second: str = "",
    ) -> None:
        self.codes = codes or ("AYT", "ROM")
        self.stations = {station.code: station for station in stations_of(self.codes)}
        first = prepared(self.codes, seed, styles, days, carried, second)
        self.stage: DemoWorld = staged(first.stage)
        self.ledger = copied(first.ledger)
        self.log: list[bytes] = list(first.log)
        self.outcomes: list[Outcome] = list(first.outcomes)
        self.held: dict[str, bytes] = {}

    # --- acting

    def act(self, partial: Partial, *, by: Sequence[str], late: Sequence[str] = ()) -> str:
        """Somebody acts, and the act reaches the log at once; returns its event id."""
        event = self.hold(partial, by=by, late=late)
        self.record(event)
        return event

    def hold(self, partial: Partial, *, by: Sequence[str], late: Sequence[str] = ()) -> str:
        """Somebody acts on a device without network; ``record`` brings it to the log."""
        self.stage.now += MINUTE
        event = self.stage.act(partial, by=by, late=late, zone=self.zone(by))
        self.held[event] = self.stage.submissions[-1].entry
        return event

    def record(self, *events: str) -> tuple[Outcome, ...]:
        """The devices are synced: these events reach the log in this order."""
        told: tuple[Outcome, ...] = ()
        for event in events:
            told = self.put(self.held[event])
        return told

    def sign_late(self, event: str, *, by: str) -> str:
        """A listed signer adds a signature to an act; the longer copy is recorded."""
        self.stage.sign_late(event, by=by)
        self.put(self.stage.submissions[-1].entry)
        return event

    def forge(self, partial: Partial, *, by: Sequence[str], device: str | None = None) -> bytes:
        """An event of these people that the stage never hears of, from a device's present place in its chain."""
        drafted, badge = self.stage.drafted(partial, by=by, zone=self.zone(by))
        held = self.stage.cast.devices.get(badge)
        copy = None if held is None else replace(held)
        return seal_up(drafted, signatories=[self.stage.cast.people[name] for name in by], device=copy)

    def put(self, entry: bytes) -> tuple[Outcome, ...]:
        """Bytes reach the log."""
        checked = checked_at(entry, position=len(self.log), ledger=self.ledger)
        self.log.append(entry)
        told = self.ledger.apply(checked)
        self.outcomes += told
        return told

    def wait(self, *, hours: int = 0, minutes: int = 0) -> None:
        """Claimed time passes."""
        self.stage.now += hours * HOUR + minutes * MINUTE

    def monitor_says(self, *, hours: int) -> str:
        """The monitor's clock is logged: claimed time goes on, and a note about nothing that is late carries it.

        Before it, as many hourly notes as one claim after the other may bring the time of the log so far.
        """
        self.wait(hours=hours)
        self.monitor_catches_up()
        stock = self.names(self.codes[0]).stock
        note = {"type": "OverdueNoted", "consignment": self.names(self.codes[0]).out, "leg": 40, "due": self.at(-1)}
        return self.act({**note, "step": "overdue", "units": [stock], "device": None}, by=("monitor-1",))

    def monitor_catches_up(self) -> None:
        """The monitor was away: its hourly notes bring the time of the log to where one more claim brings it to now."""
        now = self.stage.now
        if self.ledger.state.policies[-1][1].quorum is None:
            for moment in list(steps(self.ledger.state, now=now + MINUTE))[:-1]:
                self.stage.now = moment - MINUTE
                self.act({"type": "HeartbeatNoted", "device": None}, by=("monitor-1",))
        self.stage.now = now

    def enrol(self, who: Signatory) -> str:
        """The registrars enrol another key, with its proof of possession."""
        message = possession_message(election=self.ledger.election, person=who.person, role=who.role, keyid=who.key)
        key = {"public": who.public.hex(), "role": who.role, "person": who.person, "badge": who.badge}
        key |= {"office": who.office, "proof": sign(who.private, message).hex(), "next_key": None}
        self.stage.cast.people[who.badge] = who
        return self.act({"type": "KeyEnrolled", "keys": [key]}, by=("registrar-1", "registrar-2"))

    # --- what there is

    def names(self, code: str) -> Names:
        """The identifiers of a station."""
        return Names(code)

    def zone(self, by: Sequence[str]) -> str:
        """The time zone whose clock a device of these people shows: a station's own there, else the commission's."""
        first = self.stage.cast.people[by[0]]
        station = None if first.role == "courier" else self.stations.get(first.office)
        return CAPITAL if station is None else station.timezone

    def at(self, hours: int = 0) -> str:
        """A claimed moment so many hours from now."""
        return stamp(self.stage.now + hours * HOUR, zone=CAPITAL)

    def allocated(self, code: str) -> int:
        """Papers allocated to a station."""
        return allocation(self.stations[code])

    def tag(self, badge: str) -> str:
        """A person's tag."""
        return self.stage.cast.people[badge].person or ""

    def key(self, badge: str) -> str:
        """A person's key id."""
        return self.stage.cast.people[badge].key

    def private_keys(self) -> dict[str, Ed25519PrivateKey]:
        """Every key of the cast by key id."""
        people = {person.key: person.private for person in self.stage.cast.people.values()}
        return people | {device.key: device.private for device in self.stage.cast.devices.values()}

    def refs(self, *units: str) -> list[Partial]:
        """The units with the act each one follows now, to be used later by somebody who knows no better."""
        return [{"unit": name, "previous": None if (unit := self.known(name)) is None else unit.act} for name in units]

    def known(self, unit: str) -> Unit | None:
        """A unit as all devices together know it."""
        return self.stage.state.paths.head(unit)

    def unit(self, unit: str) -> Unit:
        """A unit as the log has it."""
        head = self.ledger.state.paths.head(unit)
        assert head is not None
        return head

    def holder(self, unit: str) -> str:
        """Who holds a unit, in words."""
        return str(self.unit(unit).custodian)

    def status(self, event: str) -> str:
        """What became of an event."""
        return self.ledger.state.records[event].status

    @property
    def findings(self) -> list[Finding]:
        """All findings, in order of raising."""
        return list(self.ledger.state.findings)

    def codes_found(self) -> list[tuple[str, str]]:
        """(code, status) of all findings, sorted."""
        return sorted((finding.code, finding.status) for finding in self.findings)

    def only(self, code: str) -> Finding:
        """The one and only finding there is, of this code."""
        assert [finding.code for finding in self.findings] == [code], [finding.sentence for finding in self.findings]
        return self.findings[0]

    def book(self, code: str) -> dict[str, Any]:
        """The account of a station as last told."""
        docs = [outcome.doc for outcome in self.outcomes if outcome.kind == "account" and outcome.subject == code]
        return dict(docs[-1])

    def offer_state(self, offer: str) -> str:
        """What became of an offer, as last told."""
        docs = [outcome.doc for outcome in self.outcomes if outcome.kind == "handover" and outcome.subject == offer]
        return str(docs[-1]["state"])


def stations_of(codes: Sequence[str]) -> tuple[ReferenceStation, ...]:
    """Reference stations by code."""
    return tuple(station for station in reference_stations() if station.code in codes)


@dataclass(frozen=True, slots=True)
class Prepared:
    """The preparation of an election, to be copied."""

    stage: DemoWorld
    ledger: Ledger
    log: tuple[bytes, ...]
    outcomes: tuple[Outcome, ...]


@lru_cache(maxsize=16)
def prepared(
    codes: tuple[str, ...],
    seed: int,
    styles: tuple[str, ...] = (),
    days: int = 1,
    carried: Carried = (),
    second: str = "",
) -> Prepared:
    """The preparation for some stations, up to granted mandates; a style is written contest/language.

    ``second``: the log's ML-DSA-44 key.
    """
    stations = stations_of(codes)
    written = [_style(text) for text in styles]
    stage = set_stage(seed=seed, stations=stations, styles=written, days=days, carried=dict(carried))
    stage.offline = {}
    play_empty(stage, stations=stage.election.stations, log_key=LOG_KEY, second=second)
    stage.now = local("2015-04-15", hour=9, zone=CAPITAL)
    ledger, log = Ledger.empty(), tuple(stage.entries())
    outcomes: list[Outcome] = []
    for position, entry in enumerate(log):
        outcomes += ledger.apply(checked_at(entry, position=position, ledger=ledger))
    return Prepared(stage, ledger, log, tuple(outcomes))


def _style(text: str) -> Partial:
    contest, _, language = text.partition("/")
    code = f"{contest}-{language}" if language else contest
    return {"code": code, "contest": contest, "kind": "ordinary", "language": language or None}


def staged(stage: DemoWorld) -> DemoWorld:
    """The same stage once more, to go on from by itself."""
    devices = {badge: replace(device) for badge, device in stage.cast.devices.items()}
    cast = replace(stage.cast, people=dict(stage.cast.people), devices=devices, device_of=dict(stage.cast.device_of))
    offline, zones, handed_in = dict(stage.offline), dict(stage.zones), list(stage.submissions)
    return replace(stage, cast=cast, ledger=copied(stage.ledger), submissions=handed_in, offline=offline, zones=zones)


def fold(entries: Iterable[bytes]) -> Ledger:
    """A ledger over these entries, the caller's own."""
    log = list(entries)
    return folds().fold(log, apply=lambda ledger, place: _take(ledger, log[place], position=place))


def _take(ledger: Ledger, entry: bytes, *, position: int) -> None:
    ledger.apply(checked_at(entry, position=position, ledger=ledger))


def checked_all(entries: Iterable[bytes]) -> list[Checked]:
    """Entries after the front door, in an order in which every key is known; they can be applied in others too."""
    return checked_along(list(entries))


def fold_checked(items: Iterable[Checked]) -> Ledger:
    """A ledger over checked entries, put at positions in this order, the caller's own."""
    log = list(items)

    def apply(ledger: Ledger, place: int) -> None:
        ledger.apply(replace(log[place], position=place))

    return folds().fold([name_of(item) for item in log], apply=apply)


def id_of(entry: bytes) -> str:
    """The event id of an entry."""
    return event_id(parse_envelope(entry).payload)
