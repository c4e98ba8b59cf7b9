"""A log that somebody serves over HTTP as C2SP tlog-tiles, copied whole into a folder: what its checkpoint covers, nothing else.

Nothing that comes is believed: the copy is as long and as true as what the server gave, and whoever audits it finds out.
Redirects are not followed, certificates are verified, plain http is for this machine only, and every answer is bounded in size.

Codes: log-address (Misused); log-unreachable (LogUnavailable); tile-missing (NotEstablished); withheld (Withheld).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx

from custody.adapters.tilefolder import CHECKPOINT, TileFolder
from custody.adapters.web_addresses import checked_address
from custody.core.tlog.checkpoint import Checkpoint, parse_checkpoint
from custody.core.tlog.notes import NOTE_BYTES_MAX, parse_note
from custody.core.tlog.tiles import (
    BUNDLE_BYTES_MAX,
    ENTRIES,
    TILE_WIDTH,
    Tile,
    format_bundle,
    parse_bundle,
    tile_path,
    tiles_of,
    width_in,
)
from schemas.errors import LogUnavailable, NotEstablished, Withheld

_ANSWER_S: Final = 30.0
_HASHES_BYTES_MAX: Final = TILE_WIDTH * 32

Progress = Callable[[int, int], None]
"""(files that are here, of all)"""


class ServedLogClient:
    """One served log at its address, as ``https://log.example/logs/0``; ``token`` opens what is withheld there."""

    def __init__(self, url: str, *, token: str | None = None) -> None:
        """Misused("log-address") for what is no such address."""
        headers = {"Accept-Encoding": "identity", "User-Agent": "custody"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._prefix = checked_address(
            url,
            code="log-address",
            no_url="The address of a served log is no URL.",
            form="A served log is named as https://host/logs/0.",
            plain="A served log on another machine is read by https.",
        )
        self._client = httpx.Client(timeout=_ANSWER_S, follow_redirects=False, trust_env=False, headers=headers)

    def copy(self, folder: TileFolder, *, progress: Progress = lambda done, total: None) -> Checkpoint:
        """Checkpoint and tiles into an empty folder; what the checkpoint states, which nobody has verified yet."""
        note = self._read(CHECKPOINT, bytes_max=NOTE_BYTES_MAX)
        found = parse_checkpoint(parse_note(note).text)
        total = -(-found.size // TILE_WIDTH) * 2
        for number, tile in enumerate(tiles_of(found.size), start=1):
            _put(folder.path / tile_path(tile), self.tile(tile))
            progress(number, max(number, total))
        _put(folder.path / CHECKPOINT, note)
        return found

    def note(self) -> bytes:
        """The checkpoint as it is served; also of a log witness, at its monitoring prefix and the hash of the log's name."""
        return self._read(CHECKPOINT, bytes_max=NOTE_BYTES_MAX)

    def first_entry(self, size: int) -> bytes:
        """Entry 0 of a log of so many entries; NotEstablished where it has none."""
        width = width_in(level=ENTRIES, index=0, size=size)
        if not width:
            raise NotEstablished("log-empty", "The served log has no entries.")
        return parse_bundle(data=self.tile(Tile(ENTRIES, 0, width)), width=width)[0]

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def tile(self, tile: Tile) -> bytes:
        """A tile, or what is cut from the full one in its place (tlog-tiles: a partial tile may have gone)."""
        try:
            return self._read(tile_path(tile), bytes_max=_bytes_max(tile))
        except NotEstablished:
            if tile.width == TILE_WIDTH:
                raise
        full = Tile(tile.level, tile.index, TILE_WIDTH)
        data = self._read(tile_path(full), bytes_max=_bytes_max(full))
        if tile.level == ENTRIES:
            return format_bundle(parse_bundle(data=data, width=TILE_WIDTH)[: tile.width])
        return data[: tile.width * 32]

    def _read(self, name: str, *, bytes_max: int) -> bytes:
        try:
            request = self._client.build_request("GET", f"{self._prefix}/{name}")
            with closing(self._client.send(request, stream=True)) as response:
                return _body(response, name=name, bytes_max=bytes_max)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise LogUnavailable(
                "log-unreachable", "The served log cannot be reached, or its answer broke off."
            ) from error


def _body(response: httpx.Response, *, name: str, bytes_max: int) -> bytes:
    if response.status_code == 404:
        raise NotEstablished("tile-missing", f"{name} is not served.")
    if response.status_code == 403:
        raise Withheld(f"{name} is withheld; a token opens it.", until="", leaves=())
    if response.status_code != 200:
        raise LogUnavailable("log-unreachable", f"The served log answers {response.status_code} for {name}.")
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > bytes_max:
            raise NotEstablished("tile-length", f"{name} is longer than such a file can be.")
    return bytes(body)


def _bytes_max(tile: Tile) -> int:
    return BUNDLE_BYTES_MAX if tile.level == ENTRIES else _HASHES_BYTES_MAX


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
