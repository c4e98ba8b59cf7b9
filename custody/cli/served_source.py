"""A served log as something to audit: copied, with the two files that an archive has beside it, which follow from its entries."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from custody.adapters.archive import ArchiveLog
from custody.adapters.served_tiles import ServedLogClient
from custody.adapters.tilefolder import VERIFIER_KEY, TileFolder
from custody.core.tlog.checkpoint import origin_of
from custody.core.tlog.notes import VerifierKey, format_verifier_key
from custody.embedded.folding import folded
from custody.sandbox.create import export_tiles
from schemas.errors import NotEstablished


@contextmanager
def copied(url: str, *, token: str | None, progress: Callable[[int, int], None]) -> Iterator[Path]:
    """An archive's folder made of a served log, while inside.

    NotEstablished where it lacks something, Withheld, LogUnavailable, Misused for what is no address.
    """
    with tempfile.TemporaryDirectory(prefix="custody-served-") as place:
        live, archive = TileFolder(Path(place) / "live"), Path(place) / "archive"
        with closing(ServedLogClient(url, token=token)) as client:
            client.copy(live, progress=progress)
        first = folded(ArchiveLog(live.path), until=1)
        if not first.election:
            raise NotEstablished("no-election", "The served log does not begin with the opening of an election.")
        genesis = first.state.opening()
        key = VerifierKey(origin_of(genesis=genesis, election=first.election), bytes.fromhex(genesis.log_key))
        (live.path / VERIFIER_KEY).write_text(f"{format_verifier_key(key)}\n", encoding="ascii")
        export_tiles(live.path, to=archive)
        yield archive
