"""A small election with real keys and real signatures, as long as a test or a benchmark needs it.

Two officers of the root threshold enrol a device and an observer; with the device the officers open stations and state
voter lists (acts, three signatures), and the observer remarks (reports, two signatures).  Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.archive import export
from custody.adapters.tilefolder import TileFolder
from custody.core.authority.roster import possession_message
from custody.core.entries.admission import check_entry
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes
from custody.core.evidence.archive_documents import election_json, keys_json
from custody.core.ledger import Ledger
from custody.core.tlog.checkpoint import Checkpoint, origin, sign_checkpoint
from custody.core.tlog.notes import VerifierKey
from custody.core.tlog.tile_builder import TileBuilder
from schemas.envelope import Signature, event_id, format_envelope, make_envelope, pae, parse_envelope
from schemas.identifiers import unit_id
from schemas.strict_json import canonical

DOMAIN = "custody.invalid"
SLUG = "test"
OFFICERS = ("officer-1", "officer-2")
DEVICE = "device-1"
OBSERVER = "observer-1"
_QUORUM = {"persons": 2, "roles": ["cec-officer"], "including": []}
_ONE = {"persons": 1, "roles": ["observer"], "including": []}
RULES: dict[str, Any] = {
    "signatures": [
        {"type": "KeyEnrolled", "part": "acting", "quorums": [_QUORUM]},
        {"type": "StationOpened", "part": "acting", "quorums": [_QUORUM]},
        {"type": "ObserverRemarked", "part": "acting", "quorums": [_ONE]},
        {"type": "VoterListStated", "part": "acting", "quorums": [_QUORUM]},
    ],
    "reserve": {"numerator": 1, "denominator": 100, "rounding": "up"},
    "seal_series": [],
    "severities": [],
    "waiting_hours": 72,
    "silence_reported_hours": 6,
    "silence_overdue_hours": 12,
    "silence_at_risk_hours": 24,
    "offer_expiry_hours": 24,
    "separations": [],
    "recount_persons": 3,
    "arrival_hours": 24,
    "return_hours": 720,
    "disposal": "return",
    "disposal_exceptions": [],
    "weighed_per_mille": 2,
    "clock_skew_minutes": 15,
    "break_minutes": 15,
    "codes": [],
}


class World:
    """One election, its keys, and the events that its officers make."""

    def __init__(self, *, seed: int = 1, fold_version: int = 1) -> None:
        self._seed = seed
        self._keys: dict[str, tuple[Ed25519PrivateKey, str]] = {}
        self._number = 0
        self._last_on_device: str | None = None
        self.genesis = self.sign(self._genesis(fold_version), by=OFFICERS)
        self.election = id_of(self.genesis)

    def key(self, name: str) -> tuple[Ed25519PrivateKey, str]:
        """A person's or device's private key and its key id."""
        if name not in self._keys:
            private = derive_demo_key(seed=self._seed, name=name, domain=DOMAIN)
            self._keys[name] = (private, keyid(public_bytes(private)))
        return self._keys[name]

    def sign(self, payload: dict[str, Any], *, by: Sequence[str]) -> bytes:
        """The entry: the payload in canonical form, signed by the named ones."""
        data = canonical(payload)
        message = pae(data)
        keys = [self.key(name) for name in by]
        signed = [Signature(name, private.sign(message)) for private, name in keys]
        return format_envelope(make_envelope(payload=data, signatures=signed))

    def event(self, name: str, /, *, by: Sequence[str], on_device: bool = True, **fields: Any) -> bytes:
        """One signed event: ``by`` act, and the device signs and numbers it."""
        payload = {**self._common(name, by=by), "election": self.election, **fields}
        if not on_device:
            return self.sign(payload, by=by)
        self._number += 1
        payload["device"] = {
            "key": self.key(DEVICE)[1],
            "number": self._number,
            "previous": self._last_on_device,
            "countersigned": [],
            "elapsed_s": self._number,
        }
        payload["signers"].append({"key": self.key(DEVICE)[1], "person": None, "part": "device"})
        entry = self.sign(payload, by=[*by, DEVICE])
        self._last_on_device = id_of(entry)
        return entry

    def enrolment(self, *names: str) -> bytes:
        """The officers enrol devices and the observer."""
        return self.event("KeyEnrolled", by=OFFICERS, on_device=False, keys=[self._enrolment(name) for name in names])

    def station(self, office: str) -> bytes:
        """A station opens; its stock is created."""
        return self.event(
            "StationOpened",
            by=OFFICERS,
            station=office,
            stock=stock(office),
            city="Antalya",
            country="TR",
            timezone="Europe/Istanbul",
            tzdata="2026a",
            offsets=[{"from": "2016-09-06T21:00:00+00:00", "offset": "+03:00"}],
            opens="2026-11-20T07:00:00+03:00",
            closes="2026-11-20T20:00:00+03:00",
            units=[{"unit": stock(office), "previous": None}],
        )

    def remark(self, office: str, *, observed: str) -> bytes:
        """A report on a station's stock."""
        units = [{"unit": stock(office), "observed": observed}]
        return self.event("ObserverRemarked", by=(OBSERVER,), units=units)

    def voters(self, office: str, *, previous: str, voters: int) -> bytes:
        """An act on a station's stock."""
        return self.event(
            "VoterListStated",
            by=OFFICERS,
            station=office,
            stage="added",
            voters=voters,
            signatures=None,
            units=[{"unit": stock(office), "previous": previous}],
        )

    def entries(self) -> Iterator[bytes]:
        """Genesis, one enrolment, ten stations, then reports and acts in turn, without end."""
        yield self.genesis
        yield self.enrolment(DEVICE, OBSERVER)
        heads: dict[str, str] = {}
        for letter in "ABCDEFGHIJ":
            entry = self.station(f"A{letter}T")
            heads[f"A{letter}T"] = id_of(entry)
            yield entry
        while True:
            for office, head in heads.items():
                yield self.remark(office, observed=head)
                entry = self.voters(office, previous=head, voters=self._number)
                heads[office] = id_of(entry)
                yield entry

    def some(self, count: int) -> list[bytes]:
        """The first ``count`` entries."""
        source = self.entries()
        return [next(source) for _ in range(count)]

    @cached_property
    def log_key(self) -> Ed25519PrivateKey:
        """The key that signs checkpoints."""
        return self.key("log")[0]

    @property
    def vkey(self) -> VerifierKey:
        """The log's verifier key as genesis pins it."""
        name = origin(domain=DOMAIN, slug=SLUG, election=self.election, log=0)
        return VerifierKey(name=name, public=public_bytes(self.log_key))

    def archive(self, to: Path, *, entries: Sequence[bytes]) -> Path:
        """An exported archive of the entries, every file as the exporter writes it."""
        live = to.with_name(f"{to.name}.live")
        builder = TileBuilder()
        folder = TileFolder(live)
        folder.write_tiles([*builder.feed(entries), *builder.partials()])
        folder.publish(checkpoint=self.checkpoint(size=len(entries), root=builder.root()), key=self.vkey)
        ledger = fold(entries[:2])  # whatever the rest says, these are all the keys of this election
        election = (
            election_json(genesis=ledger.state.opening(), election=ledger.election) if ledger.election else b"{}\n"
        )
        export(to=to, logs=[live], election=election, keys=keys_json(ledger.state.roster))
        return to

    def checkpoint(self, *, size: int, root: bytes, key: Ed25519PrivateKey | None = None) -> bytes:
        """A checkpoint of this log, signed by its key or by another one."""
        private = key or self.log_key
        vkey = VerifierKey(name=self.vkey.name, public=public_bytes(private))
        return sign_checkpoint(checkpoint=Checkpoint(vkey.name, size, root), key=vkey, sign=private.sign)

    def _genesis(self, fold_version: int) -> dict[str, Any]:
        keys = [
            {"public": public_bytes(self.key(name)[0]).hex(), "person": self._tag(name), "badge": name}
            for name in OFFICERS
        ]
        return {
            **self._common("ElectionOpened", by=OFFICERS),
            "slug": SLUG,
            "domain": DOMAIN,
            "voting_day": "2026-11-20",
            "timezone": "Asia/Almaty",
            "tzdata": "2026a",
            "offsets": [{"from": "2024-02-29T18:00:00+00:00", "offset": "+05:00"}],
            "root": {"threshold": 2, "keys": keys},
            "log_key": public_bytes(self.log_key).hex(),
            "witness_policy": {"witnesses": [], "groups": [], "quorum": None},
            "rules": RULES,
            "fold_version": fold_version,
        }

    def _common(self, name: str, *, by: Sequence[str]) -> dict[str, Any]:
        return {
            "type": name,
            "version": 1,
            "log": 0,
            "signers": [{"key": self.key(one)[1], "person": self._tag(one), "part": "acting"} for one in by],
            "device": None,
            "seen": None,
            "at": "2026-10-01T09:00:00+05:00",
            "place": "CEC",
            "present": [],
            "codes": [],
            "commitments": {"remark": None, "documents": None, "photographs": None, "contact": None},
        }

    def _enrolment(self, name: str) -> dict[str, Any]:
        private, key = self.key(name)
        person, role = (self._tag(name), "observer") if name == OBSERVER else (None, "device")
        message = possession_message(election=self.election, person=person, role=role, keyid=key)
        return {
            "public": public_bytes(private).hex(),
            "role": role,
            "person": person,
            "badge": name,
            "office": "CEC",
            "proof": private.sign(message).hex(),
            "next_key": None,
        }

    @staticmethod
    def _tag(name: str) -> str:
        return name.encode().hex().rjust(64, "0")


def id_of(entry: bytes) -> str:
    """The event id of an entry."""
    return event_id(parse_envelope(entry).payload)


def stock(office: str) -> str:
    """The unit that is a station's stock."""
    return unit_id(office=office, kind="stock", number=1)


def fold(entries: Sequence[bytes]) -> Ledger:
    """The ledger over the entries, by the front door as a gateway or the ledger's own process uses it."""
    ledger = Ledger.empty()
    for position, entry in enumerate(entries):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
    return ledger
