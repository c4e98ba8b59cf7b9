"""A log that anybody serves as plain files is audited over HTTP as an archive is; a server that lies is found out."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from custody.adapters.served_tiles import ServedLogClient
from custody.audit.audit import audit_archive
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.cli.commands.audit import requested
from schemas.errors import LogUnavailable, Misused, NotEstablished
from tests.worlds import World

WORLD = World()


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, and nothing on standard error."""

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - as the library has it
        del format, words


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder's files are served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """The checkpointer's folder of a log with full and partial tiles, as its operator may serve it."""
    WORLD.archive(tmp_path / "a", entries=WORLD.some(300))
    folder = tmp_path / "public" / "logs" / "0"
    folder.parent.mkdir(parents=True)
    (tmp_path / "a.live").rename(folder)
    return folder


def audited(live: Path, *, root: str = WORLD.election) -> AuditReport:
    with served(live.parents[1]) as address, requested(f"{address}/logs/0", archive=None) as request:
        return audit_archive(replace(request, root=root, workers=1))


def test_what_is_served_is_verified_with_nothing_else(live: Path) -> None:
    (live / "log.vkey").unlink()
    report = audited(live)
    assert (report.verdict, report.tally.entries) == (AuditVerdict.VERIFIED, len(WORLD.some(300)))


def test_under_another_root_it_is_another_election(live: Path) -> None:
    assert audited(live, root="0" * 64).verdict is AuditVerdict.TAMPERED


def test_an_altered_bundle_is_tampered_and_located(live: Path) -> None:
    path = live / "tile" / "entries" / "000"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    report = audited(live)
    assert report.verdict is AuditVerdict.TAMPERED
    assert report.first_bad is not None
    assert 0 < report.first_bad.position < 256


def test_a_tile_that_is_not_served_is_named(live: Path) -> None:
    (live / "tile" / "entries" / "000").unlink()
    with pytest.raises(NotEstablished, match="tile/entries/000 is not served"):
        audited(live)


def test_a_checkpoint_with_a_false_signature_establishes_nothing(live: Path) -> None:
    path = live / "checkpoint"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{text[:-6]}AAAAAA\n" if not text.endswith("=") else f"{text[:-8]}AAAAAAA=\n", encoding="utf-8")
    assert audited(live).verdict is AuditVerdict.NOT_ESTABLISHED


def test_a_partial_tile_that_has_gone_is_cut_from_the_full_one(live: Path, tmp_path: Path) -> None:
    for name in ("entries", "0"):
        (partial_tile,) = (live / "tile" / name / "001.p").iterdir()
        data = partial_tile.read_bytes()
        more = (
            b"\x00\x01x" * (256 - int(partial_tile.name))
            if name == "entries"
            else bytes(32 * (256 - int(partial_tile.name)))
        )
        partial_tile.unlink()
        (live / "tile" / name / "001").write_bytes(data + more)
    assert audited(live).verdict is AuditVerdict.VERIFIED


def test_nobody_there_is_no_verdict() -> None:
    client = ServedLogClient("http://127.0.0.1:9/logs/0")
    with pytest.raises(LogUnavailable):
        client._read("checkpoint", bytes_max=10)
    client.close()


@pytest.mark.parametrize(
    "url", ["http://log.example.org/logs/0", "https://user@host/logs/0", "https://host/logs/0?a", "ftp://host/logs/0"]
)
def test_an_address_in_the_clear_or_in_another_form_is_refused(url: str) -> None:
    with pytest.raises(Misused):
        ServedLogClient(url)
