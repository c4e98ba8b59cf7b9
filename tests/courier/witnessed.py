"""An election whose log asks three log witnesses, for tests of what their cosignatures prove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from consumers.checkpointer import run_once
from custody.adapters.reference import reference_stations
from custody.adapters.tilefolder import TileFolder
from custody.core.entries.signing import public_bytes
from custody.core.tlog.merkle import Tree
from custody.courier.sync import SyncReport, sync
from custody.demo.election import play_empty, set_stage
from custody.demo.notary import Notary
from custody.demo.people import Cast
from custody.gateway.served_log import ServedLog
from custody.sandbox.create import log_key_of
from custody.sandbox.play_witnesses import ComputedWitnesses
from schemas.errors import Misused
from tests.courier.two_stations import NOW, Election

AT = 1_429_000_000


@cache
def _witnessed() -> tuple[Cast, tuple[bytes, ...]]:
    stations = [station for station in reference_stations() if station.code in {"ANK", "AYT"}]
    stage = set_stage(seed=1, stations=stations, notary=Notary(log_key_of(1), ComputedWitnesses(1)))
    play_empty(stage, stations=stations, log_key=public_bytes(log_key_of(1)).hex())
    return stage.cast, tuple(stage.entries())


@dataclass
class Witnessed(Election):
    """An election whose log asks three log witnesses; its checkpointer works when a test says so."""

    cosigning: Callable[[bytes], bytes] = field(
        default=lambda note: ComputedWitnesses(1).cosign(note, tree=Tree(), at=AT)
    )

    def __post_init__(self) -> None:
        self.cast, entries = _witnessed()
        self.log.append(entries)
        self.size = len(entries)

    def checkpoint(self) -> None:
        run_once(
            log=self.log,
            folder=self.folder / "tiles",
            state=self.folder / "state" / "signed",
            origin=self.door().origin,
            key=log_key_of(1),
            cosigned=self.cosigning,
        )

    def proof(self, name: str) -> bytes | None:
        try:
            return ServedLog(TileFolder(self.folder / "tiles"), self.door().position_of).proof(name).body
        except Misused:
            return None

    def proven(self, device: str, *, at: str = NOW) -> SyncReport:
        return sync(self.box(device), submitter=self.door(), at=at, proofs=self.proof)

    def statuses(self, device: str) -> list[str]:
        return [item.status for item in self.box(device).kept()]
