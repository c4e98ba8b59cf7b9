"""Who watches a log from outside finds two histories, a log set back and one exchanged, and can prove the first to anybody."""

from __future__ import annotations

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from custody.audit.two_histories import format_histories, log_key, verify_histories
from custody.audit.watching import LOG, Heard, LogWatcher, Trouble
from custody.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from custody.core.tlog.merkle import Nodes, Tree, leaf_hashes
from custody.core.tlog.notes import VerifierKey
from schemas.errors import Refused
from tests.audit.test_served_log import served
from tests.worlds import World

WORLD = World()
ENTRIES = tuple(WORLD.some(40))
KEY = log_key(ENTRIES[0], root=WORLD.election)


def tree(*, is_other: bool = False) -> Tree:
    entries = [*ENTRIES[:-2], ENTRIES[-1], ENTRIES[-2]] if is_other else [*ENTRIES]
    made = Tree()
    made.extend(leaf_hashes(entries))
    return made


def note(size: int, *, is_other: bool = False) -> bytes:
    """A checkpoint that the log key signed."""
    private, _ = WORLD.key("log")
    checkpoint = Checkpoint(KEY.name, size, tree(is_other=is_other).root(size))
    return sign_checkpoint(checkpoint=checkpoint, key=KEY, sign=private.sign)


def look(folder: Path, *heard: Heard, is_other: bool = False) -> list[Trouble]:
    def nodes_of(_: Checkpoint) -> Nodes:
        return tree(is_other=is_other).node

    return LogWatcher(KEY, ENTRIES[0], folder).look(heard, nodes_of=nodes_of)


def codes(found: list[Trouble]) -> list[str]:
    return [one.code for one in found]


def test_a_log_that_grows_and_witnesses_behind_it_raise_nothing(tmp_path: Path) -> None:
    for size in (1, 7, 7, 40):
        assert look(tmp_path, Heard(LOG, note(size)), Heard("w", note(max(1, size - 5)))) == []
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize("first", [0, 1])
def test_two_roots_for_one_size_are_proven_whoever_shows_them(tmp_path: Path, first: int) -> None:
    heard = [Heard("w", note(40, is_other=True)), Heard(LOG, note(40))]
    found = look(tmp_path, heard[first], heard[1 - first])
    proofs = [one for one in found if one.code == "two-histories"]
    assert len(proofs) == 1
    data = Path(proofs[0].evidence or "").read_bytes()
    proven = verify_histories(data, root=WORLD.election)
    assert {proven.one.root, proven.other.root} == {tree().root(40), tree(is_other=True).root(40)}


def test_what_an_earlier_round_heard_counts_in_a_later_one(tmp_path: Path) -> None:
    assert look(tmp_path, Heard(LOG, note(40, is_other=True)), is_other=True) == []
    assert "two-histories" in codes(look(tmp_path, Heard(LOG, note(40))))


def test_a_log_that_was_set_back_and_one_that_was_exchanged_are_told(tmp_path: Path) -> None:
    look(tmp_path, Heard(LOG, note(30)))
    assert codes(look(tmp_path, Heard(LOG, note(20)))) == ["watch-shorter"]
    (tmp_path / "b").mkdir()
    look(tmp_path / "b", Heard(LOG, note(39, is_other=True)), is_other=True)
    assert codes(look(tmp_path / "b", Heard(LOG, note(40)))) == ["watch-differs"]


def test_tiles_that_are_not_the_checkpoint_s_are_told(tmp_path: Path) -> None:
    assert codes(look(tmp_path, Heard(LOG, note(40)), is_other=True)) == ["watch-tiles"]


def test_what_the_log_did_not_sign_is_told_and_kept_nowhere(tmp_path: Path) -> None:
    forged = note(40).replace(b"\n40\n", b"\n41\n")
    assert codes(look(tmp_path, Heard("w", forged), Heard("x", b"no note"))) == ["watch-unsigned"] * 2
    assert list(tmp_path.iterdir()) == []


def test_a_proof_of_nothing_proves_nothing() -> None:
    good = format_histories(genesis=ENTRIES[0], one=note(40), other=note(40, is_other=True))
    assert verify_histories(good, root=WORLD.election).one.size == 40
    for data, root in (
        (good, "0" * 64),
        (good[:-2], WORLD.election),
        (b"{}\n", WORLD.election),
        (good.replace(b"two-histories/v1", b"two-histories/v2"), WORLD.election),
        (format_histories(genesis=ENTRIES[0], one=note(40), other=note(40)), WORLD.election),
        (format_histories(genesis=ENTRIES[0], one=note(39), other=note(40)), WORLD.election),
        (format_histories(genesis=ENTRIES[1], one=note(40), other=note(40, is_other=True)), WORLD.election),
    ):
        with pytest.raises(Refused):
            verify_histories(data, root=root)
    assert isinstance(KEY, VerifierKey)


def run(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "custody.cli", "watch", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_command_watches_a_served_log_and_a_witness_and_its_proof_is_verified_elsewhere(tmp_path: Path) -> None:
    public = tmp_path / "public"
    WORLD.archive(tmp_path / "a", entries=[*ENTRIES])
    (public / "logs").mkdir(parents=True)
    (tmp_path / "a.live").rename(public / "logs" / "0")
    shown = public / "w" / sha256(KEY.name.encode()).hexdigest()
    shown.mkdir(parents=True)
    (shown / "checkpoint").write_bytes(note(30))
    with served(public) as address:
        words = [f"{address}/logs/0", "--root", WORLD.election, "--once", "--keep", tmp_path / "kept"]
        good = run(*words, "--witness", f"{address}/w")
        (shown / "checkpoint").write_bytes(note(40, is_other=True))
        bad = run(*words, "--witness", f"{address}/w")
        silent = run(*words[:-1], tmp_path / "anew", "--witness", f"{address}/nobody")
    assert (good.returncode, good.stderr) == (0, "")
    assert f"40 entries, root {tree().root(40).hex()[:16]}" in good.stdout
    assert bad.returncode == 1
    assert silent.returncode == 2
    proof = bad.stdout.split("Proof: ")[1].split()[0]
    proven = run(proof, "--verify", "--root", WORLD.election)
    assert proven.returncode == 0
    assert proven.stdout.splitlines()[-1].startswith("PROVEN")
    assert run(proof, "--verify", "--root", "0" * 64).returncode == 65
