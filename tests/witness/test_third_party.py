"""Other people's witness, log, checker and proofs, built from their source (``make soak``, needs Go)."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.witnesses import NamedWitness
from custody.adapters.tilefolder import TileFolder
from custody.adapters.witness_client import WitnessClient
from custody.core.authority.policy_file import parse_policy
from custody.core.entries.signing import public_bytes
from custody.core.tlog.cosignatures import WitnessKey, cosigned_at, format_witness_key, parse_witness_key
from custody.core.tlog.entry_proofs import format_proof, make_proof
from custody.core.tlog.merkle import leaf_hash
from custody.core.tlog.notes import format_verifier_key, parse_note, parse_verifier_key
from custody.core.tlog.postquantum import format_key
from custody.core.tlog.tile_builder import TileBuilder
from custody.core.tlog.tiles import Tile, tile_nodes, tile_path
from tests.consumers.test_checkpointer import VKEY
from tests.consumers.test_collection import House
from tests.consumers.test_second_line import PUBLIC, signing
from tests.gateway.serving_gateway import Plan, served_sqlite
from tests.witness.running import Running, home, start
from tests.worlds import World

SOURCE = Path(__file__).parent / "thirdparty"


@dataclass(frozen=True, slots=True)
class Third:
    """The program, and the key of its witness or log."""

    program: Path
    place: Path

    def run(self, *words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.program), *map(str, words)], capture_output=True, text=True, timeout=180, check=False
        )

    def key(self, name: str) -> tuple[Path, str]:
        """A file with a signing key, and its verifier key of type 1."""
        file = self.place / name.replace("/", "-")
        done = self.run("keys", name, file)
        assert done.returncode == 0, done.stderr
        return file, done.stdout.strip()


@pytest.fixture(scope="module")
def third(tmp_path_factory: pytest.TempPathFactory) -> Third:
    """Where it cannot be built, what is missing is said."""
    place = tmp_path_factory.mktemp("third")
    words = ["go", "build", "-o", str(place / "third"), "."]
    done = subprocess.run(words, cwd=SOURCE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"install Go 1.25 or newer: {done.stderr}"
    return Third(place / "third", place)


@contextmanager
def their_witness(third: Third, *, state: Path, key: Path, port: int) -> Iterator[None]:
    """Their witness of our log; at the end it is killed as by a power cut."""
    words = ["witness", str(state), f"127.0.0.1:{port}", str(key), format_verifier_key(VKEY)]
    process = subprocess.Popen([str(third.program), *words])
    try:
        for _ in range(200):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_their_witness_cosigns_our_log_as_it_grows_and_is_killed_between(third: Third, tmp_path: Path) -> None:
    file, vkey = third.key("their.invalid/witness")
    parsed = parse_verifier_key(vkey)
    key, port, size = WitnessKey(parsed.name, parsed.public), free_port(), 0
    named = NamedWitness("theirs", key, f"http://127.0.0.1:{port}")
    for counts in ((1, 1, 253, 1), (1, 255), (0, 400, 89)):
        with their_witness(third, state=tmp_path / "state", key=file, port=port):
            client = WitnessClient(named.url)
            here = House(tmp_path, asked={named: client.add_checkpoint})
            here.grow(size)
            with signing(here) as checkpointer:
                for count in counts:
                    here.grow(count)
                    size = checkpointer.step().size
                    checkpointer.renew()
                    assert list(cosigned_at(here.published(), keys=[key])) == [key.name]
                    keys = (format_verifier_key(VKEY), format_key(PUBLIC), format_witness_key(key))
                    read = third.run("note", here.folder.path / "checkpoint", *keys)
                    assert (read.returncode, read.stderr) == (0, ""), (size, read.stderr)
            client.close()
            here.collector.close()
    assert size == 1_001


def test_their_reader_takes_our_proofs_under_a_policy_of_their_witness(third: Third, tmp_path: Path) -> None:
    file, vkey = third.key("their.invalid/proofs")
    parsed = parse_verifier_key(vkey)
    key, port = WitnessKey(parsed.name, parsed.public), free_port()
    named = NamedWitness("theirs", key, f"http://127.0.0.1:{port}")
    policy, other = tmp_path / "policy", tmp_path / "other"
    lines = (
        f"log {format_verifier_key(VKEY)}",
        f"witness theirs {format_witness_key(key)}",
        "group g any theirs",
        "quorum g",
        "",
    )
    policy.write_text("\n".join(lines), encoding="utf-8")
    stranger = WitnessKey(parsed.name, public_bytes(Ed25519PrivateKey.generate()))
    other.write_text(
        policy.read_text().replace(format_witness_key(key), format_witness_key(stranger)), encoding="utf-8"
    )
    with their_witness(third, state=tmp_path / "state", key=file, port=port):
        client = WitnessClient(named.url)
        here = House(tmp_path, asked={named: client.add_checkpoint})
        here.grow(300)
        with signing(here) as checkpointer:
            checkpointer.step()
            checkpointer.renew()
        client.close()
        here.collector.close()
    note, nodes = here.folder.read_checkpoint(), tile_nodes(read=here.folder.read_tile, size=300)
    for index in (0, 1, 127, 255, 256, 299):
        proof, leaf = tmp_path / f"{index}.tlog-proof", leaf_hash(b"entry %d" % index).hex()
        proof.write_bytes(format_proof(make_proof(index=index, note=note, nodes=nodes)))
        assert third.run("proof", proof, policy, leaf).stderr == ""
        assert third.run("proof", proof, other, leaf).returncode == 1
        assert third.run("proof", proof, policy, leaf_hash(b"entry %d" % (index + 1)).hex()).returncode == 1


def test_their_witness_does_not_cosign_another_history_of_ours(third: Third, tmp_path: Path) -> None:
    """The collector has no proof to give for it, and says so of the witness; the checkpoint stands without."""
    file, vkey = third.key("their.invalid/other")
    parsed = parse_verifier_key(vkey)
    key, port = WitnessKey(parsed.name, parsed.public), free_port()
    named = NamedWitness("theirs", key, f"http://127.0.0.1:{port}")
    with their_witness(third, state=tmp_path / "state", key=file, port=port):
        for place, other, cosigned in (("one", b"", [key.name]), ("two", b"another", [])):
            client = WitnessClient(named.url)
            here = House(tmp_path / place, asked={named: client.add_checkpoint})
            here.log.append([other or b"first"])
            here.grow(4)
            with signing(here) as checkpointer:
                checkpointer.step()
                checkpointer.renew()
            assert list(cosigned_at(here.published(), keys=[key])) == cosigned
            client.close()
            here.collector.close()


def test_our_witness_cosigns_their_log_as_it_grows_and_is_killed_between(third: Third, tmp_path: Path) -> None:
    secret, vkey = third.key("their.invalid/log")
    keys, log = home(tmp_path / "w", logs=[]), tmp_path / "log"
    (tmp_path / "w" / "logs").write_text(f"log {vkey}\n", encoding="utf-8")
    key, roots = parse_witness_key(keys.vkeys[0]), set()
    for count in (1, 300, 3):
        witness = start(tmp_path / "w")
        lines = (
            f"witness ours {keys.vkeys[0]} http://127.0.0.1:{witness.port}",
            "group both all ours",
            "quorum both",
            "",
        )
        policy = tmp_path / "policy"
        policy.write_text("\n".join(lines), encoding="utf-8")
        done = third.run("log", log, secret, policy, count)
        assert done.returncode == 0, done.stderr
        data = (log / "checkpoint").read_bytes()
        found = cosigned_at(parse_note(data), keys=[key])
        assert parse_policy(policy.read_text(encoding="utf-8")).policy.is_met(["ours"] if found else [])
        assert third.run("note", log / "checkpoint", vkey, keys.vkeys[0]).returncode == 0
        roots.add(parse_note(data).text)
        stop(witness)
    assert len(roots) == 3


def stop(witness: Running) -> None:
    witness.kill()
    for pipe in (witness.process.stdout, witness.process.stderr):
        assert pipe is not None
        pipe.close()


def test_their_checker_takes_the_served_log_and_refuses_a_tile_that_was_changed(third: Third, tmp_path: Path) -> None:
    world = World()
    entries, tiles, vkey = tuple(world.some(700)), TileFolder(tmp_path / "tiles"), format_verifier_key(world.vkey)
    private = Ed25519PrivateKey.generate()
    with served_sqlite(tmp_path, entries=entries, private=private, plan=Plan(tiles=tiles.path)) as (gateway, _):
        for size in (1, 255, 256, 257, 700):
            builder = TileBuilder()
            tiles.write_tiles([*builder.feed(entries[:size]), *builder.partials()])
            tiles.publish(checkpoint=world.checkpoint(size=size, root=builder.root()), key=world.vkey)
            read = third.run("fsck", f"{gateway.url}/logs/0/", vkey)
            assert read.returncode == 0, (size, read.stderr)
        place = tiles.path / tile_path(Tile(0, 1, 256))
        place.write_bytes(place.read_bytes()[:-1] + b"\0")
        assert third.run("fsck", f"{gateway.url}/logs/0/", vkey).returncode == 1
