"""``custody demo-kafka``: the reference election through gateways, Kafka brokers and PostgreSQL, all on this machine.

One submitter hands in the stage's entries in the order of their recording, batch by batch, to one gateway after the other.
Because the order is fixed and keys, salts and times follow from the seed, the log comes out as in the embedded run
(``custody demo``), which is made beside it and compared: the same entries in the same order, the same state digest.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import typer

from custody.adapters.archive import read_checkpoint
from custody.adapters.backoff import Backoff
from custody.adapters.http import GatewayClient
from custody.adapters.kafka import KafkaLogReader
from custody.adapters.sqlite import SqliteLog
from custody.adapters.tilefolder import TileFolder
from custody.audit.audit import Request, audit_archive
from custody.audit.sayings import MEANING
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.cli.commands.election_folder import read
from custody.cli.language import language_here
from custody.cli.lines.audit import shown_audited
from custody.cli.lines.board import board_lines
from custody.cli.telling import in_language
from custody.cli.telling import tell as tell_line
from custody.core.tlog.notes import parse_note
from custody.core.wording.messages import Message, message
from custody.demo.notary import LogWitnesses
from custody.demo.people import demo_domain
from custody.election.model import Election
from custody.election.reference import reference_election
from custody.embedded.directory import Directory
from custody.ports import LogReader
from custody.sandbox.create import export_tiles
from custody.sandbox.local_cluster import GATEWAYS, Addresses, Installed, installed, join, serving
from custody.sandbox.local_processes import Processes
from custody.sandbox.local_witnesses import LocalWitnesses
from custody.sandbox.open_election import played
from custody.sandbox.play_witnesses import NAMES, ComputedWitnesses
from projections.stores.books import Books
from projections.stores.postgres_books import open_postgres_books
from projections.views.all_views import VIEWS
from schemas.errors import Contradicted, LogUnavailable, Misused, NotEstablished, OutcomeUnknown, Unavailable

BATCH: Final = 128
"""Entries handed in at once."""
SERVICES: Final = (*GATEWAYS, "ledger", "monitor")
_CHECKPOINTER: Final = "checkpointer"
"""Starts when the play is on the log: its witnesses have cosigned more than the log holds before that."""
_MARK: Final = "demo-kafka.json"
"""The file that says that a folder is such a demonstration's, which a further one may replace."""
_AT_END_WITHIN_S: Final = 60
_NOTHING_NOTED: Final = {"monitor": {"CUSTODY_KEYSTORE": ""}}
"""The play has its monitor's note; another one would be an entry more than in the embedded run."""
_ATTEMPTS_MAX: Final = 5
_WAITS: Final = Backoff(first_ms=1_000, most_ms=4_000)
_READ: Final = 500
_EMBEDDED_WITHIN_S: Final = 300


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo-kafka")(demo_kafka)


def demo_kafka(
    *,
    directory: Annotated[Path, typer.Option("--dir", help="Where it is made (an earlier one is replaced).")] = Path(
        ".demo-kafka"
    ),
    seed: Annotated[int, typer.Option(help="The same seed makes the same election, byte for byte.")] = 1,
    brokers: Annotated[int, typer.Option(min=1, max=9, help="How many Kafka brokers.")] = 3,
    keep: Annotated[bool, typer.Option("--keep", help="Leave it running, with web, until Ctrl-C.")] = False,
    named: Annotated[
        Path | None, typer.Option("--election", help="The folder of an election; default: the reference election.")
    ] = None,
) -> None:
    """Play the reference election through two gateways, Kafka brokers and PostgreSQL, as processes of this machine."""
    tell = _Teller(time.monotonic())
    election = None if named is None else read(named)
    domain = demo_domain(election or reference_election())
    names = (*SERVICES, "web") if keep else SERVICES
    with (
        _ending_on_request(),
        _emptied(directory) as folder,
        _embedded(folder / "embedded", seed=seed, named=named) as embedded,
        installed(
            folder,
            seed=seed,
            brokers=brokers,
            tell=tell,
            election=election,
            witnesses=ComputedWitnesses(seed, domain=domain),
        ) as here,
        LocalWitnesses(folder / "witnesses", seed=seed, domain=domain) as witnesses,
        serving(here, names=names, own=_NOTHING_NOTED) as (processes, addresses),
    ):
        tell(message("cluster.ready", count=len(names), names=tuple(names)))
        handed_in = _play(addresses, seed=seed, election=election, tell=tell, witnesses=witnesses)
        join(here, name=_CHECKPOINTER, processes=processes, addresses=addresses, own=witnesses.settings())
        tell(message("cluster.checkpointer", count=len(NAMES)))
        _wait_for_end(here, processes=processes, end=handed_in.entries)
        tell(message("cluster.at-end"))
        _conclude(here, embedded=embedded(), stations=handed_in.stations)
        if keep:
            _keep(addresses, processes=processes)


@dataclass(frozen=True, slots=True)
class PlayedElection:
    """What was handed in."""

    stations: int
    entries: int


@dataclass(frozen=True, slots=True)
class _Teller:
    """Says on stderr what has been done, and when."""

    started: float

    def __call__(self, sentence: Message) -> None:
        seconds = f"{time.monotonic() - self.started:5.1f}"
        tell_line(message("cluster.step", seconds=seconds, told=in_language(sentence)), err=True)


def submit(entries: Sequence[bytes], *, gateways: Sequence[GatewayClient]) -> None:
    """Hand the entries in, in order, a batch to one gateway after the other; every one must be recorded.

    What a gateway did not take, or does not know whether it did, is handed in again to the next one, byte for byte, before
    anything behind it. Unavailable when that does not help, Contradicted for a refusal.
    """
    start, failures, turn = 0, 0, 0
    while start < len(entries):
        taken, reason = _taken(gateways[turn % len(gateways)], entries=entries[start : start + BATCH])
        turn += 1
        start += taken
        failures = 0 if reason is None else failures + 1
        if reason is not None:
            if failures == _ATTEMPTS_MAX:
                raise Unavailable("gateways-silent", f"No gateway takes entry {start}: {reason}")
            time.sleep(_WAITS.wait_ms(failures) / 1_000)


def _taken(client: GatewayClient, *, entries: Sequence[bytes]) -> tuple[int, str | None]:
    """How many of the entries, from the first on, are recorded, and why the next one is not."""
    try:
        replies = client.submit_batch(entries)
    except (LogUnavailable, OutcomeUnknown) as error:
        return 0, error.sentence
    for number, reply in enumerate(replies):
        if reply.status == "refused":
            raise Contradicted("demo-refused", f"A gateway refuses what the embedded run records: {reply.sentence}")
        if reply.position is None:
            return number, reply.sentence or reply.status
    return len(entries), None


def _play(
    addresses: Addresses,
    *,
    seed: int,
    election: Election | None,
    tell: Callable[[Message], None],
    witnesses: LogWitnesses,
) -> PlayedElection:
    ended = 0

    def count(done: int, _: int) -> None:
        nonlocal ended
        ended = done

    entries = played(seed, progress=count, election=election, witnesses=witnesses)
    began = time.monotonic()
    clients = [GatewayClient(f"http://{address}") for address in addresses.gateways]
    try:
        submit(entries, gateways=clients)
    finally:
        for client in clients:
            client.close()
    seconds = time.monotonic() - began
    rate = round(len(entries) / seconds)
    tell(message("cluster.handed-in", entries=len(entries), seconds=f"{seconds:.1f}", rate=rate))
    return PlayedElection(stations=ended, entries=len(entries))


def _wait_for_end(here: Installed, *, processes: Processes, end: int) -> None:
    """Until the ledger store, every view and the signed checkpoint stand at the end of the log."""
    deadline = time.monotonic() + _AT_END_WITHIN_S
    with open_postgres_books(here.books("desk")) as books:
        while not (_is_at(books, end=end) and _signed(here.tiles) == end):
            processes.check()
            if time.monotonic() > deadline:
                raise Unavailable("demo-behind", f"The books stand at {books.ledger.head().position} of {end} entries.")
            time.sleep(0.1)


def _is_at(books: Books, *, end: int) -> bool:
    heads = [books.ledger.head(), *(books.views.head(view.name) for view in VIEWS)]
    return all(head.position == end for head in heads)


def _signed(tiles: Path) -> int:
    try:
        return read_checkpoint(TileFolder(tiles)).size if _is_cosigned(tiles) else -1
    except NotEstablished:
        return -1


def _is_cosigned(tiles: Path) -> bool:
    """Whether every log witness has cosigned the published checkpoint: beside its own line it has theirs."""
    return len(parse_note(TileFolder(tiles).read_checkpoint()).signatures) == 1 + len(NAMES)


def _conclude(here: Installed, *, embedded: Path, stations: int) -> None:
    """Board, export, both audits and the comparison; ends the command where one of them is not as it must be."""
    archive = here.folder / "archive"
    ledger = export_tiles(here.tiles, to=archive)
    (here.folder / "root.txt").write_text(ledger.election + "\n", encoding="ascii")
    with KafkaLogReader.open(here.access("desk")) as log:
        _compare(log, embedded=embedded)
        reports = {
            "archive": audit_archive(Request(source=archive, root=ledger.election)),
            "kafka": audit_archive(Request(source=archive, root=ledger.election, log=log)),
        }
    report = reports["archive"]
    _say(here, report=report)
    for what, one in reports.items():
        verdict, digest = in_language(message("audit.verdict", verdict=one.verdict.value)), str(one.tally.state_digest)
        audited = message("cluster.audited", what=what, entries=one.tally.entries, digest=digest)
        typer.echo(f"{verdict:<9} {in_language(audited)}")
        if one.verdict is not AuditVerdict.VERIFIED:
            raise typer.Exit(1 if one.verdict is AuditVerdict.TAMPERED else 2)
    if {one.tally.state_digest for one in reports.values()} != {_digest_of(embedded)}:
        raise Contradicted("demo-differs", "The state digests of the distributed and the embedded run differ.")
    tally = report.tally
    findings = sum(tally.findings.values())
    verdict = message("audit.verdict", verdict=report.verdict.value)
    told = message("demo.last", verdict=verdict, stations=stations, entries=tally.entries, findings=findings)
    tell_line(message("cluster.same", told=told))


def _say(here: Installed, *, report: AuditReport) -> None:
    with open_postgres_books(here.books("desk")) as books:
        lines = board_lines(books, language=language_here())
    for line in ["", *lines, "", *shown_audited(report, language=language_here()), in_language(MEANING)]:
        typer.echo(line)


def _compare(log: LogReader, *, embedded: Path) -> None:
    """Contradicted unless both logs hold the same bytes at the same positions, and end together."""
    with SqliteLog.open(Directory(embedded).log) as other:
        if log.end() != other.end():
            raise Contradicted("demo-differs", f"Kafka holds {log.end()} entries, the embedded log {other.end()}.")
        position = 0
        while position < other.end():
            mine = log.read(start=position, limit=_READ)
            theirs = other.read(start=position, limit=len(mine))
            if not mine or list(mine) != list(theirs):
                raise Contradicted(
                    "demo-differs", f"The two logs differ between {position} and {position + len(mine)}."
                )
            position += len(mine)


def _digest_of(embedded: Path) -> str:
    return str(json.loads((embedded.with_suffix(".json")).read_text(encoding="utf-8"))["state_digest"])


def _keep(addresses: Addresses, *, processes: Processes) -> None:
    """Leave everything running, until somebody presses Ctrl-C or a service ends."""
    typer.echo(f"{'web':<9} http://{addresses.web}/")
    for name, address in zip(GATEWAYS, addresses.gateways, strict=True):
        typer.echo(f"{name} http://{address}/v1/log")
    tell_line(message("cluster.kept"))
    while True:
        processes.check()
        time.sleep(1)


@contextmanager
def _embedded(folder: Path, *, seed: int, named: Path | None) -> Iterator[Callable[[], Path]]:
    """The embedded run with the same seed, beside everything else; the result is waited for when it is asked for."""
    what = ["demo"] if named is None else ["election", "rehearse", str(named)]
    command = [sys.executable, "-m", "custody.cli", *what, "--dir", str(folder), "--seed", str(seed), "--json"]
    with folder.with_suffix(".json").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, start_new_session=True)  # noqa: S603 - ours

    def made() -> Path:
        if process.wait(_EMBEDDED_WITHIN_S) != 0:
            raise Unavailable("demo-embedded", f"The embedded run failed: custody demo --seed {seed} says why.")
        return folder

    try:
        yield made
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    """The folder, with nothing in it but the mark; Misused for one that holds anything but an earlier demonstration."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MARK).is_file())):
        raise Misused("not-a-demo", f"{folder} is not empty and holds no demonstration; nothing was changed.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).write_text("{}\n", encoding="ascii")
    yield folder.absolute()


@contextmanager
def _ending_on_request() -> Iterator[None]:
    """Asked to end (SIGTERM), the command ends as by Ctrl-C: with everything that it started."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
