"""Other people's code reads the log that a gateway serves: filippo.io/torchwood, built from source (``make soak``, needs Go)."""

from __future__ import annotations

import subprocess
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.merkle import leaf_hashes
from custody.core.tlog.notes import format_verifier_key
from custody.core.tlog.tile_builder import TileBuilder
from custody.core.tlog.tiles import Tile, tile_path
from tests.gateway.serving_gateway import Plan, served_sqlite
from tests.worlds import World

SOURCE = Path(__file__).parent / "thirdparty"
WORLD = World()
ENTRIES = tuple(WORLD.some(1_100))
SIZES = (1, 255, 256, 257, 700, 1_100)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program; where it cannot be built, what is missing is said."""
    made = tmp_path_factory.mktemp("reader") / "reader"
    done = subprocess.run(
        ["go", "build", "-o", str(made), "."], cwd=SOURCE, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"install Go 1.25 or newer: {done.stderr}"
    return made


def publish(folder: TileFolder, *, size: int) -> tuple[str, str]:
    """The log of so many entries, as its checkpointer publishes it; what a reader must find."""
    builder = TileBuilder()
    folder.write_tiles([*builder.feed(ENTRIES[:size]), *builder.partials()])
    folder.publish(checkpoint=WORLD.checkpoint(size=size, root=builder.root()), key=WORLD.vkey)
    root = b64encode(builder.root()).decode()
    return f"{size} {root} {sha256(b''.join(leaf_hashes(ENTRIES[:size]))).hexdigest()}", root


def read(reader: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(reader), *map(str, words)], capture_output=True, text=True, timeout=120, check=False)


def test_it_reads_every_entry_and_proof_and_sees_that_the_log_only_grew(reader: Path, tmp_path: Path) -> None:
    tiles, vkey = TileFolder(tmp_path / "tiles"), format_verifier_key(WORLD.vkey)
    private = Ed25519PrivateKey.generate()
    with served_sqlite(tmp_path, entries=ENTRIES, private=private, plan=Plan(tiles=tiles.path)) as (gateway, _):
        before: tuple[object, ...] = ()
        for size in SIZES:
            wanted, root = publish(tiles, size=size)
            found = read(reader, f"{gateway.url}/logs/0", vkey, *before)
            assert (found.returncode, found.stdout.strip(), found.stderr) == (0, wanted, "")
            before = (size, root)


def test_it_refuses_another_key_and_a_tile_that_was_changed(reader: Path, tmp_path: Path) -> None:
    tiles, vkey = TileFolder(tmp_path / "tiles"), format_verifier_key(WORLD.vkey)
    publish(tiles, size=700)
    with served_sqlite(
        tmp_path, entries=ENTRIES, private=Ed25519PrivateKey.generate(), plan=Plan(tiles=tiles.path)
    ) as (gateway, _):
        assert read(reader, f"{gateway.url}/logs/0", format_verifier_key(World().vkey)).returncode == 0
        assert read(reader, f"{gateway.url}/logs/0", vkey.replace("custody", "another")).returncode == 1
        place = tiles.path / tile_path(Tile(0, 1, 256))
        place.write_bytes(place.read_bytes()[:-1] + b"\x00")
        assert read(reader, f"{gateway.url}/logs/0", vkey).returncode == 1
