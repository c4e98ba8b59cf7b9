"""The ledger rebuilt from its log, all in one process: read, check every signature, fold, write the ledger store and all views.

Compared, in the same run, with the bare verification of the same signatures by ``cryptography`` on one core: what the rules of
custody, the books and the front door cost beside the cryptography. The election is the demonstration's, at twenty stations.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from consumers.rebuild import rebuild
from custody.adapters.memory import MemoryLog
from custody.adapters.reference import reference_stations
from custody.core.ledger import Ledger
from custody.demo.election import play, set_stage
from custody.embedded.folding import reading_ahead, sleep_ms
from schemas.envelope import pae, parse_envelope

_STATIONS = 20


def run() -> Iterator[tuple[str, float]]:
    """``ledger``: signatures a second of the rebuild, against bare verification."""
    entries = made_election()
    log = MemoryLog()
    log.append(entries)
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        with reading_ahead(log) as (reading, ledger):
            rebuild(reading, folder=Path(folder) / "books", pause=sleep_ms)
        seconds = time.perf_counter() - started
    count, bare_seconds = _bare(entries, ledger=ledger)
    yield "ledger", bare_seconds / seconds
    print(
        f"  ledger: {len(entries):,} entries, {count:,} signatures, {len(entries) / seconds:,.0f} entries/s into books"
    )


def made_election() -> list[bytes]:
    """The entries of the demonstration's election at twenty stations."""
    stations = reference_stations()[:_STATIONS]
    stage = set_stage(seed=1, stations=stations)
    for _ in play(stage, stations=stations, log_key="11" * 32):
        pass
    return stage.entries()


def _bare(entries: list[bytes], *, ledger: Ledger) -> tuple[int, float]:
    work: list[tuple[Ed25519PublicKey, bytes, bytes]] = []
    loaded: dict[str, Ed25519PublicKey] = {}
    for entry in entries:
        envelope = parse_envelope(entry)
        message = pae(envelope.payload)
        for signature in envelope.signatures:
            public = ledger.public_key(signature.keyid)
            if public is None:
                raise LookupError(signature.keyid)
            key = loaded.setdefault(signature.keyid, Ed25519PublicKey.from_public_bytes(public))
            work.append((key, signature.sig, message))
    started = time.perf_counter()
    for key, sig, message in work:
        key.verify(sig, message)
    return len(work), time.perf_counter() - started
