"""An archive is exported whole, read back as a log, and every one of its files is accounted for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consumers.checkpointer import run_once
from custody.adapters.archive import ArchiveLog, export, format_sums
from custody.adapters.memory import MemoryLog
from custody.adapters.survey import PROBLEMS_MAX, ArchiveFault, survey
from custody.adapters.tilefolder import TileFolder
from custody.core.tlog.checkpoint import Checkpoint, open_checkpoint, origin, sign_checkpoint
from custody.core.tlog.merkle import Frontier, leaf_hash, leaf_hashes
from custody.core.tlog.notes import VerifierKey
from custody.core.tlog.proofs import inclusion_proof, verify_inclusion
from custody.core.tlog.tile_builder import first_difference
from custody.core.tlog.tiles import tile_nodes, tile_path, tiles_of
from custody.ports import LogReader
from schemas.errors import Misused, NotEstablished, Refused
from tests.contracts.log_contract import Fill, LogReaderContract, read_all

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = origin(domain="custody.invalid", slug="test", election="0123456789abcdef" * 4, log=0)
VKEY = VerifierKey(name=ORIGIN, public=KEY.public_key().public_bytes_raw())
SIZES = [1, 2, 255, 256, 257, 70_000]

Make = Callable[[int], Path]


def some_entries(size: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(size)]


def live_folder(place: Path, entries: Sequence[bytes]) -> Path:
    """The live tile folder of a log that was checkpointed once at a third of its entries and once at all of them."""
    log = MemoryLog()
    for part in (entries[: len(entries) // 3], entries[len(entries) // 3 :]):
        log.append(part)
        run_once(log=log, folder=place / "live", state=place / "state" / "signed", origin=ORIGIN, key=KEY)
    return place / "live"


def archive_of(place: Path, entries: Sequence[bytes]) -> Path:
    to = place / "archive"
    export(to=to, logs=[live_folder(place, entries)], election=b'{"name":"test"}', keys=b"{}")
    return to


def names(problems: Sequence[ArchiveFault]) -> list[tuple[str, str]]:
    return [(problem.path, problem.kind) for problem in problems]


def sum_again(archive: Path) -> None:
    """What a careful forger does after the change."""
    files = [path for path in archive.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    sums = {path.relative_to(archive).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}
    (archive / "SHA256SUMS").write_bytes(format_sums(sums))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return lambda size: archive_of(tmp_path, some_entries(size))


class TestArchiveLog(LogReaderContract):
    @pytest.fixture
    def fill(self, tmp_path: Path) -> Fill:
        def filled(entries: Sequence[bytes]) -> LogReader:
            return ArchiveLog(archive_of(tmp_path, entries) / "logs" / "0")

        return filled


def test_nothing_can_be_appended_to_an_archive(make: Make) -> None:
    with pytest.raises(Refused, match=r"^archive-read-only"):
        ArchiveLog(make(1) / "logs" / "0").append([b"more"])


@pytest.mark.parametrize("size", SIZES)
def test_an_export_holds_exactly_the_files_of_its_checkpoint(make: Make, size: int) -> None:
    archive = make(size)
    files = {path.relative_to(archive).as_posix() for path in archive.rglob("*") if path.is_file()}
    of_log = {"checkpoint", "log.vkey", *map(tile_path, tiles_of(size))}
    assert files == {"election.json", "keys.json", "SHA256SUMS", *(f"logs/0/{name}" for name in of_log)}
    assert survey(archive) == []


@pytest.mark.parametrize("size", SIZES)
def test_an_export_reads_back_as_the_log_it_came_from(make: Make, size: int) -> None:
    folder = make(size) / "logs" / "0"
    entries = read_all(ArchiveLog(folder), limit=1000)
    assert entries == some_entries(size)
    frontier = Frontier()
    frontier.extend(leaf_hashes(entries))
    note = (folder / "checkpoint").read_bytes()
    assert open_checkpoint(data=note, key=VKEY) == Checkpoint(ORIGIN, size, frontier.root())
    assert first_difference(leaves=[leaf_hashes(entries)], read=TileFolder(folder).read_tile) is None


def test_a_proof_made_from_an_archive_verifies_under_its_checkpoint(make: Make) -> None:
    folder = TileFolder(make(70_000) / "logs" / "0")
    checkpoint = open_checkpoint(data=folder.read_checkpoint(), key=folder.read_key())
    nodes = tile_nodes(read=folder.read_tile, size=checkpoint.size)
    proof = inclusion_proof(nodes=nodes, index=65_535, size=checkpoint.size)
    leaf = leaf_hash(b"entry 65535")
    verify_inclusion(leaf=leaf, index=65_535, size=checkpoint.size, proof=proof, root=checkpoint.root)


def test_sums_are_those_of_the_sha256sum_program(make: Make) -> None:
    archive = make(3)
    lines = (archive / "SHA256SUMS").read_text().splitlines()
    assert [line[66:] for line in lines] == sorted(line[66:] for line in lines)
    for line in lines:
        assert line == f"{sha256((archive / line[66:]).read_bytes()).hexdigest()}  {line[66:]}"


def test_an_export_over_an_archive_replaces_it(make: Make, tmp_path: Path) -> None:
    archive = make(300)
    export(to=archive, logs=[tmp_path / "live"], election=b'{"name":"again"}', keys=b"{}")
    assert (archive / "election.json").read_bytes() == b'{"name":"again"}'
    assert survey(archive) == []
    assert sorted(item.name for item in tmp_path.iterdir()) == ["archive", "live", "state"]


def test_an_export_into_an_empty_folder_fills_it(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    assert survey(archive_of(tmp_path, some_entries(2))) == []


def test_an_export_with_two_logs_numbers_them(tmp_path: Path) -> None:
    live = live_folder(tmp_path, some_entries(2))
    export(to=tmp_path / "archive", logs=[live, live], election=b"{}", keys=b"{}")
    assert survey(tmp_path / "archive") == []
    assert (tmp_path / "archive" / "logs" / "1" / "checkpoint").is_file()


@pytest.mark.parametrize("names_there", [["letter.txt"], ["SHA256SUMS", "letter.txt"], ["logs"], ["election.json"]])
def test_a_folder_that_is_no_archive_is_never_overwritten(tmp_path: Path, names_there: list[str]) -> None:
    live = live_folder(tmp_path, some_entries(2))
    (tmp_path / "home").mkdir()
    for name in names_there:
        (tmp_path / "home" / name).write_text("mine")
    with pytest.raises(Misused, match=r"^export-not-an-archive"):
        export(to=tmp_path / "home", logs=[live], election=b"{}", keys=b"{}")
    assert sorted(item.name for item in (tmp_path / "home").iterdir()) == sorted(names_there)


def test_a_file_in_the_place_of_an_archive_is_never_overwritten(tmp_path: Path) -> None:
    live = live_folder(tmp_path, some_entries(2))
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Misused, match=r"^export-not-an-archive"):
        export(to=tmp_path / "file", logs=[live], election=b"{}", keys=b"{}")
    assert (tmp_path / "file").read_text() == "mine"


def test_an_export_that_fails_leaves_the_old_archive_and_nothing_else(make: Make, tmp_path: Path) -> None:
    archive = make(300)
    before = (archive / "SHA256SUMS").read_bytes()
    (tmp_path / "live" / "tile" / "0" / "000").unlink()
    with pytest.raises(NotEstablished, match=r"tile/0/000 is missing"):
        export(to=archive, logs=[tmp_path / "live"], election=b"other", keys=b"{}")
    assert (archive / "SHA256SUMS").read_bytes() == before
    assert survey(archive) == []
    assert sorted(item.name for item in tmp_path.iterdir()) == ["archive", "live", "state"]


@pytest.mark.parametrize(
    "name",
    [
        "SHA256SUMS", "election.json", "keys.json", "logs/0/checkpoint", "logs/0/log.vkey", "logs/0/tile/0/000",
        "logs/0/tile/0/001.p/44", "logs/0/tile/1/000.p/1", "logs/0/tile/entries/000", "logs/0/tile/entries/001.p/44",
    ],
)  # fmt: skip
def test_each_missing_file_is_named(make: Make, name: str) -> None:
    archive = make(300)
    (archive / name).unlink()
    assert (name, "missing") in names(survey(archive))
    if name != "SHA256SUMS":
        sum_again(archive)
        assert (name, "missing") in names(survey(archive))


@pytest.mark.parametrize(
    "name",
    [
        "extra", "logs/extra", "logs/00/checkpoint", "logs/2/checkpoint", "logs/0/extra", "logs/0/tile/extra",
        "logs/0/tile/0/002", "logs/0/tile/0/001", "logs/0/tile/0/001.p/43", "logs/0/tile/0/000.p/255",
        "logs/0/tile/1/001.p/1", "logs/0/tile/2/000.p/1", "logs/0/tile/8/000", "logs/0/tile/entries/002.p/1",
        "logs/0/tile/entries/000.unfinished", ".hidden", "logs/0/tile/0/x000/000", "SHA256SUMS.asc",
    ],
)  # fmt: skip
def test_each_extra_file_is_named(make: Make, name: str) -> None:
    archive = make(300)
    (archive / name).parent.mkdir(parents=True, exist_ok=True)
    (archive / name).write_bytes(b"x")
    assert names(survey(archive)) == [(name, "extra")]


def test_an_empty_folder_is_named(make: Make) -> None:
    archive = make(3)
    (archive / "logs" / "0" / "tile" / "3").mkdir()
    assert names(survey(archive)) == [("logs/0/tile/3/", "extra")]


def test_a_second_log_without_a_checkpoint_lacks_its_files(make: Make) -> None:
    archive = make(3)
    (archive / "logs" / "1").mkdir()
    missing = [("logs/1/checkpoint", "missing"), ("logs/1/log.vkey", "missing")]
    assert names(survey(archive))[:2] == [("logs/1/", "extra"), missing[0]]


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("logs/0/checkpoint", lambda data: data.replace(b"\n", b"\r\n")),
        ("logs/0/checkpoint", lambda data: data + b"\n"),
        ("logs/0/checkpoint", lambda data: data[:-1]),
        ("logs/0/checkpoint", lambda data: b""),
        ("logs/0/log.vkey", lambda data: data[:-1]),
        ("logs/0/log.vkey", lambda data: data + b"\n"),
        ("logs/0/log.vkey", lambda data: b"\xff\n"),
        ("logs/0/tile/0/000", lambda data: data + b"\0"),
        ("logs/0/tile/0/000", lambda data: data[:-1]),
        ("logs/0/tile/entries/000", lambda data: data + b"\0"),
        ("logs/0/tile/entries/000", lambda data: data[:-1]),
        ("logs/0/tile/entries/001.p/44", lambda data: b""),
        ("SHA256SUMS", lambda data: data[:-1]),
        ("SHA256SUMS", lambda data: data.replace(b"  ", b" *")),
        ("SHA256SUMS", lambda data: data.upper()),
        ("SHA256SUMS", lambda data: data + data[-100:].split(b"\n", 1)[1]),
        ("SHA256SUMS", lambda data: b"".join(sorted(data.splitlines(keepends=True))[::-1])),
        ("SHA256SUMS", lambda data: b"\xff" + data),
    ],
)
def test_each_file_that_is_not_in_its_form_is_named(make: Make, name: str, edit: Callable[[bytes], bytes]) -> None:
    archive = make(300)
    (archive / name).write_bytes(edit((archive / name).read_bytes()))
    if name != "SHA256SUMS":
        sum_again(archive)
    assert (name, "form") in names(survey(archive))


@pytest.mark.parametrize("name", ["election.json", "keys.json", "logs/0/tile/0/000", "logs/0/tile/1/000.p/1"])
def test_each_altered_byte_is_named_by_its_sum(make: Make, name: str) -> None:
    archive = make(300)
    data = bytearray((archive / name).read_bytes())
    data[0] ^= 1
    (archive / name).write_bytes(data)
    assert names(survey(archive)) == [(name, "sum")]


def test_a_file_that_is_not_listed_is_named(make: Make) -> None:
    archive = make(3)
    lines = (archive / "SHA256SUMS").read_bytes().splitlines(keepends=True)
    (archive / "SHA256SUMS").write_bytes(b"".join(lines[1:]))
    assert names(survey(archive)) == [("election.json", "sum")]


def test_a_file_that_is_listed_only_is_named_and_not_looked_for_outside(make: Make) -> None:
    archive = make(3)
    sums = (archive / "SHA256SUMS").read_bytes()
    (archive / "SHA256SUMS").write_bytes(f"{'0' * 64}  ../../etc/passwd\n".encode() + sums)
    assert names(survey(archive)) == [("../../etc/passwd", "missing")]


def test_an_older_checkpoint_beside_newer_tiles_is_named(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "a", some_entries(300))
    older = archive_of(tmp_path / "b", some_entries(200))
    shutil.copy(older / "logs" / "0" / "checkpoint", archive / "logs" / "0" / "checkpoint")
    sum_again(archive)
    found = names(survey(archive))
    assert ("logs/0/tile/0/000.p/200", "missing") in found
    assert ("logs/0/tile/0/001.p/44", "extra") in found


def test_a_checkpoint_of_a_monstrous_size_ends_in_a_bounded_list(make: Make) -> None:
    archive = make(3)
    note = sign_checkpoint(checkpoint=Checkpoint(ORIGIN, 2**53 - 1, bytes(32)), key=VKEY, sign=KEY.sign)
    (archive / "logs" / "0" / "checkpoint").write_bytes(note)
    assert len(survey(archive)) == PROBLEMS_MAX + 1


def test_thousands_of_extra_files_end_in_a_bounded_list(make: Make) -> None:
    archive = make(3)
    for number in range(PROBLEMS_MAX + 500):
        (archive / f"{number}.txt").touch()
    found = survey(archive)
    assert len(found) == PROBLEMS_MAX + 1
    assert found[-1].path == "~"


def test_a_link_is_named_and_not_followed(make: Make, tmp_path: Path) -> None:
    archive = make(3)
    tile = archive / "logs" / "0" / "tile" / "0" / "000.p" / "3"
    shutil.move(tile, tmp_path / "elsewhere")
    tile.symlink_to(tmp_path / "elsewhere")
    assert ("logs/0/tile/0/000.p/3", "form") in names(survey(archive))
    with pytest.raises(NotEstablished, match=r"^tile-unreadable"):
        TileFolder(archive / "logs" / "0").read_tile(next(tile for tile in tiles_of(3) if tile.level == 0))


def test_a_folder_that_is_a_link_is_named_and_not_entered(make: Make) -> None:
    archive = make(3)
    (archive / "logs" / "1").symlink_to(archive / "logs" / "0")
    (archive / "round").symlink_to(archive)
    assert names(survey(archive)) == [("logs/1", "form"), ("round", "form")]


def test_a_pipe_is_named_and_not_waited_for(make: Make) -> None:
    archive = make(3)
    (archive / "keys.json").unlink()
    os.mkfifo(archive / "keys.json")
    assert ("keys.json", "form") in names(survey(archive))


@pytest.mark.parametrize("odd", [b"a\nb", b"\xff\xfe", b"\x1b[2J", "\u202egnp.exe".encode(), b"x" * 255, b"~", b"a\\b"])
def test_a_file_with_an_odd_name_is_named_in_plain_letters(make: Make, odd: bytes) -> None:
    archive = make(3)
    (archive / os.fsdecode(odd)).write_bytes(b"")
    (problem,) = survey(archive)
    assert problem.kind == "extra"
    assert problem.path.isascii()
    assert problem.path.isprintable()


def test_a_pit_of_folders_is_not_entered_to_its_ground(make: Make) -> None:
    archive = make(3)
    here = os.open(archive, os.O_RDONLY)
    for _ in range(400):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    assert survey(archive)[0].kind == "extra"


@pytest.mark.parametrize("what", ["nothing", "file", "empty"])
def test_what_is_no_archive_at_all_lacks_everything(tmp_path: Path, what: str) -> None:
    place = tmp_path / "archive"
    if what == "file":
        place.write_text("x")
    elif what == "empty":
        place.mkdir()
    found = names(survey(place))
    assert ("SHA256SUMS", "missing") in found
    assert ("logs/0/checkpoint", "missing") in found


def test_a_damaged_bundle_is_named_when_it_is_read(make: Make) -> None:
    folder = make(300) / "logs" / "0"
    (folder / "tile" / "entries" / "001.p" / "44").write_bytes(b"\xff")
    log = ArchiveLog(folder)
    assert log.read(start=255, limit=10)[0].entry == b"entry 255"
    with pytest.raises(NotEstablished, match=r"tile/entries/001\.p/44"):
        log.read(start=256, limit=10)


def test_a_checkpoint_out_of_form_is_named_when_the_log_is_opened(make: Make) -> None:
    folder = make(3) / "logs" / "0"
    (folder / "checkpoint").write_bytes(b"nothing\n")
    with pytest.raises(NotEstablished, match=r"checkpoint"):
        ArchiveLog(folder)
