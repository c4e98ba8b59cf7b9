"""An election with two stations, set up and nothing moved yet: people, devices, a log, and phones for the tests of the client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from custody.adapters.memory import MemoryLog
from custody.adapters.outbox import Outbox
from custody.adapters.reference import reference_stations
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import public_bytes
from custody.courier.client import Phone, knowledge_of
from custody.courier.sign_act import Crew, SignedAct, make_act
from custody.courier.sync import SyncReport, sync
from custody.demo.election import play_empty, set_stage
from custody.demo.people import Cast
from custody.gateway.front_door import FrontDoor

NOW = "2026-11-23T09:00:00+00:00"
CODES = ("ANK", "AYT")


@cache
def _set_up(codes: tuple[str, ...]) -> tuple[Cast, tuple[bytes, ...]]:
    stations = [station for station in reference_stations() if station.code in codes]
    stage = set_stage(seed=1, stations=stations)
    log_key = derive_demo_key(seed=1, name="log-key", domain=stage.cast.domain)
    play_empty(stage, stations=stations, log_key=public_bytes(log_key).hex())
    return stage.cast, tuple(stage.entries())


@dataclass
class Election:
    """A log that holds the set-up, and one outbox for each device that was used."""

    folder: Path
    log: MemoryLog = field(default_factory=MemoryLog)
    boxes: dict[str, Outbox] = field(default_factory=dict)
    minute: int = 0
    codes: tuple[str, ...] = CODES

    def __post_init__(self) -> None:
        self.cast, entries = _set_up(self.codes)
        self.log.append(entries)
        self.size = len(entries)

    def door(self) -> FrontDoor:
        """A gateway over the log."""
        return FrontDoor(self.log, private=self.cast.people["gateway-1"].private)

    def box(self, device: str) -> Outbox:
        """A device's outbox, which has learned the set-up when it is first used."""
        if device not in self.boxes:
            path = self.folder / f"{device}.sqlite"
            self.boxes[device] = Outbox.create(path, badge=device, key=self.cast.devices[device].key)
            self.sync(device)
        return self.boxes[device]

    def sync(self, device: str) -> SyncReport:
        """A sync of one device with a gateway of its own."""
        return sync(self.box(device), submitter=self.door(), at=NOW)

    def phone(self, *badges: str, awaited: Sequence[str] = ()) -> Phone:
        """The first person's device in the hands of these people, a minute after the last act."""
        self.minute += 1
        device = self.cast.device_of[badges[0]]
        crew = Crew(
            signing=[self.cast.people[badge] for badge in badges],
            awaited=[self.cast.people[badge] for badge in awaited],
            device=self.cast.devices[device],
        )
        return Phone(self.box(device), crew, f"2015-04-16T{8 + self.minute // 60:02d}:{self.minute % 60:02d}:00+05:00")

    def act(self, said: dict[str, Any], *badges: str, awaited: Sequence[str] = ()) -> SignedAct:
        """One act on the first person's device."""
        phone = self.phone(*badges, awaited=awaited)
        return make_act(said, crew=phone.crew, knowledge=knowledge_of(phone.outbox), outbox=phone.outbox, at=phone.at)

    def packed(self) -> None:
        """A pouch of Antalya packed, sealed, manifested, and recorded."""
        cec = ("cec-1", "cec-2")
        self.act({"type": "UnitPacked", "unit": PACK, "batch": "AYT-B01-1", "contents": [], "papers": 441}, *cec)
        self.act({"type": "UnitPacked", "unit": POUCH, "batch": None, "contents": [PACK], "papers": 441}, *cec)
        self.act({"type": "SealsApplied", "seals": [{"unit": POUCH, "seal": SEAL}]}, *cec)
        hands = ("CEC", "MFA", "courier", "mission", "commission")
        legs = [
            {
                "number": number,
                "releasing": hands[number - 1],
                "receiving": hands[number],
                "due": None,
                "due_commitment": None,
            }
            for number in range(1, len(hands))
        ]
        manifest = {"type": "ConsignmentManifested", "consignment": "AYT-C01-U", "station": "AYT", "direction": "out"}
        self.act({**manifest, "units": [POUCH], "packages": 1, "papers": 441, "legs": legs}, *cec)


PACK = "AYT-K01-W"
POUCH = "AYT-P01-T"
SEAL = "CEC-000101-E"
