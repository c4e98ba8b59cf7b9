"""A log as it is shown, held against an archive: each way to lie is caught by a check of its own, with evidence for others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from custody.adapters.memory import MemoryLog
from custody.adapters.served_tiles import ServedLogClient
from custody.adapters.shown_logs import FolderShown, LogShown, ServedShown
from custody.adapters.tilefolder import TileFolder
from custody.audit.against import ShownLog, held_against
from custody.audit.held_evidence import Held, Shown, format_held, verify_held
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.core.tlog.merkle import leaf_hash
from custody.core.tlog.tile_builder import TileBuilder
from schemas.envelope import format_envelope, make_envelope, parse_envelope
from schemas.errors import NotEstablished, Refused
from tests.audit.test_served_log import served
from tests.worlds import World

WORLD = World()
SIZE = 300
LONG = tuple(WORLD.some(SIZE + 40))
ENTRIES = LONG[:SIZE]
PLACE = 260
LOG = Path("logs/0")


def stripped(entry: bytes) -> bytes:
    """The same event with one signature fewer."""
    envelope = parse_envelope(entry)
    return format_envelope(make_envelope(payload=envelope.payload, signatures=envelope.signatures[1:]))


def other_policy() -> bytes:
    """The officers ask nobody to cosign."""
    policy: dict[str, object] = {"witnesses": [], "groups": [], "quorum": None}
    return WORLD.event("WitnessPolicySet", by=("officer-1", "officer-2"), on_device=False, witness_policy=policy)


def swapped(at: int, entry: bytes) -> list[bytes]:
    return [*ENTRIES[:at], entry, *ENTRIES[at + 1 :]]


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return WORLD.archive(tmp_path_factory.mktemp("mine") / "archive", entries=ENTRIES)


def archive(folder: Path, entries: Sequence[bytes]) -> Path:
    """The tile folder of an archive that the log key signed."""
    return WORLD.archive(folder / "other", entries=entries) / LOG


def matching(folder: Path, entries: Sequence[bytes], *, note: bytes) -> Path:
    """Other entries, and a tree made to match them, under the old checkpoint."""
    builder, place = TileBuilder(), TileFolder(folder / "matching")
    place.write_tiles([*builder.feed(entries), *builder.partials()])
    place.publish(checkpoint=note, key=WORLD.vkey)
    return place.path


def checked(mine: Path, shown: ShownLog) -> list[Held]:
    """What differs, and each difference shown again to somebody who has nothing but the file and the root."""
    found = held_against(mine / LOG, shown=shown, root=WORLD.election)
    for held in found:
        assert verify_held(format_held(held), root=WORLD.election) == held
        with pytest.raises(Refused):
            verify_held(format_held(held), root="0" * 64)
    return found


def ended(*words: str) -> int:
    return run(make_app([words[0]]), arguments=words)


def codes(found: Sequence[Held]) -> list[tuple[str, int, bool]]:
    return [(held.check, held.position, held.is_conviction) for held in found]


@pytest.mark.parametrize("more", [0, 40])
def test_an_honest_log_that_is_the_same_or_has_grown_differs_in_nothing(mine: Path, tmp_path: Path, more: int) -> None:
    grown = archive(tmp_path, LONG[: SIZE + more])
    assert checked(mine, FolderShown(TileFolder(grown))) == []


@pytest.mark.parametrize("size", [SIZE, SIZE + 5, PLACE + 1])
def test_two_histories_are_convicted_whatever_their_sizes(mine: Path, tmp_path: Path, size: int) -> None:
    forged = [*swapped(PLACE, LONG[SIZE + 9]), *LONG[SIZE : SIZE + 5]][:size]
    found = codes(checked(mine, FolderShown(TileFolder(archive(tmp_path, forged)))))
    tail = [("truncated-tail", size, False)] if size < SIZE else []
    assert found == [("two-histories", PLACE, True), *tail]


def test_a_truncated_tail_is_told_with_what_was_signed_beyond_it(mine: Path, tmp_path: Path) -> None:
    found = checked(mine, FolderShown(TileFolder(archive(tmp_path, ENTRIES[:PLACE]))))
    assert codes(found) == [("truncated-tail", PLACE, False)]


def test_a_withheld_event_is_told_with_the_proof_that_it_was_signed(mine: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(mine / LOG, tmp_path / "copy"))
    shutil.rmtree(copy / "tile" / "entries" / "001.p")
    assert codes(checked(mine, FolderShown(TileFolder(copy)))) == [("withheld-event", 256, False)]


@pytest.mark.parametrize(
    ("more", "given", "place"), [(0, "hashes", PLACE), (1, "hashes", PLACE), (0, "nothing", 256), (1, "nothing", None)]
)
def test_two_histories_are_convicted_where_the_entries_that_differ_are_withheld(
    mine: Path, tmp_path: Path, more: int, given: str, place: int | None
) -> None:
    """By the hash tiles that the log shows, or by two roots of one size; without either only what is withheld is told."""
    folder = archive(tmp_path, [*swapped(PLACE, LONG[SIZE + 9]), *LONG[SIZE : SIZE + more]])
    shutil.rmtree(folder / "tile" / "entries" / "001.p")
    if given == "nothing":
        shutil.rmtree(folder / "tile" / "0")
    found = codes(checked(mine, FolderShown(TileFolder(folder))))
    both = [] if place is None else [("two-histories", place, True)]
    assert found == [("withheld-event", 256, False), *both]


def test_a_stripped_signature_is_named_whether_or_not_the_log_key_signed_it(mine: Path, tmp_path: Path) -> None:
    entries = swapped(PLACE, stripped(ENTRIES[PLACE]))
    signed = checked(mine, FolderShown(TileFolder(archive(tmp_path, entries))))
    assert codes(signed) == [("two-histories", PLACE, True), ("stripped-signature", PLACE, True)]
    note = (mine / LOG / "checkpoint").read_bytes()
    edited = checked(mine, FolderShown(TileFolder(matching(tmp_path, entries, note=note))))
    assert codes(edited) == [("edited-record", PLACE, False), ("stripped-signature", PLACE, False)]


def test_an_edited_record_with_a_matching_tree_is_named_with_what_was_signed(mine: Path, tmp_path: Path) -> None:
    entries = swapped(PLACE, ENTRIES[PLACE - 1])
    note = (mine / LOG / "checkpoint").read_bytes()
    found = checked(mine, FolderShown(TileFolder(matching(tmp_path, entries, note=note))))
    assert codes(found) == [("edited-record", PLACE, False)]
    assert found[0].theirs.entry == ENTRIES[PLACE - 1]


def test_records_of_the_topic_itself_are_held_against_it_too(mine: Path) -> None:
    log = MemoryLog()
    log.append(swapped(PLACE, ENTRIES[3])[: SIZE - 4])
    assert codes(checked(mine, LogShown(log))) == [
        ("edited-record", PLACE, False),
        ("truncated-tail", SIZE - 4, False),
    ]


def test_a_forked_policy_is_named_beside_the_two_histories(mine: Path, tmp_path: Path) -> None:
    entries = swapped(PLACE + 2, other_policy())
    found = checked(mine, FolderShown(TileFolder(archive(tmp_path, entries))))
    assert codes(found) == [("two-histories", PLACE + 2, True), ("forked-policy", PLACE + 2, True)]


def test_what_is_withheld_behind_a_forked_policy_is_told_too(mine: Path, tmp_path: Path) -> None:
    place = archive(tmp_path, swapped(5, other_policy()))
    shutil.rmtree(place / "tile" / "entries" / "001.p")
    found = codes(checked(mine, FolderShown(TileFolder(place))))
    assert found == [("withheld-event", 256, False), ("two-histories", 5, True), ("forked-policy", 5, True)]


def test_an_archive_that_is_not_what_it_signs_holds_nothing_against_anybody(mine: Path, tmp_path: Path) -> None:
    note = (mine / LOG / "checkpoint").read_bytes()
    place = matching(tmp_path, swapped(PLACE, ENTRIES[3]), note=note)
    with pytest.raises(NotEstablished):
        held_against(place, shown=FolderShown(TileFolder(mine / LOG)), root=WORLD.election)


def test_evidence_that_was_altered_or_renamed_shows_nothing(mine: Path, tmp_path: Path) -> None:
    (held,) = checked(mine, FolderShown(TileFolder(archive(tmp_path, ENTRIES[:PLACE]))))
    signed = held.ours
    for wrong in (
        replace(held, check="two-histories"),
        replace(held, check="withheld-event"),
        replace(held, position=PLACE + 1),
        replace(held, ours=replace(signed, entry=ENTRIES[3])),
        replace(held, theirs=Shown(ENTRIES[3], held.theirs.note, signed.proof)),
        replace(held, check="two-histories", theirs=Shown(None, signed.note, signed.proof, leaf_hash(ENTRIES[PLACE]))),
        replace(held, check="two-histories", theirs=Shown(None, signed.note, signed.proof, leaf_hash(ENTRIES[3]))),
        replace(held, check="two-histories", theirs=Shown(note=signed.note)),
    ):
        with pytest.raises(Refused):
            verify_held(format_held(wrong), root=WORLD.election)


def test_the_command_names_each_and_others_verify_what_it_kept(
    mine: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    forged = archive(tmp_path, swapped(PLACE, stripped(ENTRIES[PLACE])))
    public = tmp_path / "public" / "logs"
    shutil.copytree(forged, public / "0")
    with served(tmp_path / "public") as address:
        words = ["audit", str(mine), "--root", WORLD.election, "--against", f"{address}/logs/0"]
        assert ended(*words, "--keep", str(tmp_path / "kept"), "--json") == 1
    told = json.loads(capfd.readouterr().out)
    assert [one["check"] for one in told["against"]] == ["two-histories", "stripped-signature"]
    assert told["verdict"] == "VERIFIED"
    for name in ("two-histories", "stripped-signature"):
        kept = tmp_path / "kept" / f"{name}-{PLACE}.json"
        assert ended("watch", str(kept), "--verify", "--root", WORLD.election) == 0
        assert f"PROVEN  {name}" in capfd.readouterr().out
    same = [*words[:-1], str(mine), "--keep", str(tmp_path / "none")]
    assert ended(*same) == 0
    assert "nothing differs" in capfd.readouterr().out
    assert not (tmp_path / "none").exists()


def test_a_server_that_withholds_is_read_on(mine: Path, tmp_path: Path) -> None:
    shutil.copytree(mine / LOG, tmp_path / "logs" / "0")
    shutil.rmtree(tmp_path / "logs" / "0" / "tile" / "entries" / "001.p")
    with served(tmp_path) as address:
        client = ServedLogClient(f"{address}/logs/0")
        assert codes(checked(mine, ServedShown(client))) == [("withheld-event", 256, False)]
        client.close()
