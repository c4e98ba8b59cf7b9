"""`custody audit` and `custody tamper`: an archive's verdict in words, in JSON, and as an exit code.

Exit codes: 0 VERIFIED, 1 TAMPERED, 2 NOT ESTABLISHED, and those that every command has.  The last line begins with the
verdict.  Not here: the audit itself (``custody.audit``).
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from custody.adapters.archive import LOGS, SUMS, read_checkpoint
from custody.adapters.durable import read_file
from custody.adapters.tilefolder import CHECKPOINT, TileFolder
from custody.audit.audit import Request, audit_archive
from custody.audit.held_evidence import Held
from custody.audit.sayings import MEANING
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.cli.coverage import Coverage
from custody.cli.document_form import JSON_FILE, check_document, in_form
from custody.cli.held_against import Against, difference_lines, differences, exit_code
from custody.cli.lines.audit import audit_lines, verdict_line
from custody.cli.lines.spoken import Lang
from custody.cli.reading_books import log_entries
from custody.cli.settings.bearer import TokenFileOption, bearer
from custody.core.authority.policy_file import POLICY_BYTES_MAX, PolicyFile, parse_policy
from custody.core.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, format_bundle, tile_path, width_in
from custody.core.wording.message_format import Language
from custody.core.wording.messages import render
from custody.embedded.directory import Directory
from custody.embedded.named_files import write_bytes
from schemas.errors import Misused, NotEstablished, Refused, Unavailable

SCHEME: Final = "kafka://"
GATEWAY_SCHEMES: Final = ("https://", "http://")
EXIT_CODES: Final = {AuditVerdict.VERIFIED: 0, AuditVerdict.TAMPERED: 1, AuditVerdict.NOT_ESTABLISHED: 2}
_ROOT: Final = re.compile("[0-9a-f]{64}")

Source = Annotated[
    str,
    typer.Argument(
        help="An archive's folder, a log as kafka://HOST:PORT/TOPIC, a gateway as https://HOST, "
        "or a served log of any operator as https://HOST/logs/0.",
        metavar="SOURCE",
    ),
]
Archive = Annotated[
    Path | None, typer.Option("--archive", help="For a log: the archive whose signed checkpoint it must agree with.")
]
Root = Annotated[str | None, typer.Option(help="Election id to pin, 64 hex digits, from a source you trust.")]
Policy = Annotated[
    Path | None, typer.Option("--policy", help="A tlog-policy of your own, whose quorum must have cosigned too.")
]
AgainstOption = Annotated[
    str | None,
    typer.Option(
        "--against", help="What is shown: a served log (https://HOST/logs/0), an archive, or kafka://HOST:PORT/TOPIC."
    ),
]
Keep = Annotated[Path, typer.Option("--keep", help="Where evidence of what differs is kept.")]
Json = Annotated[bool, typer.Option("--json", help="The report as JSON, nothing else.")]
Folder = Annotated[Path, typer.Option("--dir", help="The election's directory.")]


def register(app: typer.Typer) -> None:
    """Add both commands to the program."""
    app.command("audit")(audit)
    app.command("tamper")(tamper)


def audit(
    source: Source,
    *,
    root: Root = None,
    archive: Archive = None,
    as_json: Json = False,
    token_file: TokenFileOption = None,
    policy: Policy = None,
    against: AgainstOption = None,
    keep: Keep = Path("against"),
    to: Annotated[
        Path | None, typer.Option("--report", help="The audit as a document too: FILE.html, FILE.pdf, .txt or .json.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Audit an archive, or a log in Kafka or at a gateway: every file, hash, signature and rule, with nothing of the operator's.

    Ends with 0 VERIFIED, 1 TAMPERED, 2 NOT ESTABLISHED.
    """
    check_root(root)
    if to is not None:
        check_document(to)
    asked = None if policy is None else read_policy(policy)
    held = None if against is None else _against(source, against=Against(against, keep, bearer(token_file)), root=root)
    token_file = None if held is not None else token_file
    with (
        progress_bar(is_shown=not as_json) as progress,
        requested(source, archive=archive, token_file=token_file) as request,
    ):
        report = audit_archive(replace(request, root=root, progress=progress, policy=asked))
    if to is not None:
        command = f"custody audit {source} --root {root or report.election or ''}".rstrip()
        write_bytes(to, _report_in_form(report, path=to, command=command, language=lang))
    if as_json:
        told = [{"check": one.check, "position": one.position, "convicts": one.is_conviction} for one in held or ()]
        print(json.dumps(report.to_json() | ({} if held is None else {"against": told}), ensure_ascii=False, indent=1))
    else:
        against_lines = () if held is None else difference_lines(held, keep=keep, language=lang)
        meaning = (render(MEANING, language=lang),) if report.verdict is AuditVerdict.VERIFIED else ()
        lines = (*audit_lines(report, now=int(time.time()), language=lang), *_beside(source), *meaning)
        print("\n".join((*against_lines, *lines, verdict_line(report, language=lang))))
    codes = {EXIT_CODES[report.verdict], exit_code(held or ())}
    raise typer.Exit(1 if 1 in codes else max(codes))


def _against(source: str, *, against: Against, root: str | None) -> list[Held]:
    """What differs; Misused unless the SOURCE is an archive and the election is named."""
    if root is None or source.startswith((SCHEME, *GATEWAY_SCHEMES)):
        raise Misused("audit-against", "--against holds what is shown against an archive: name a folder, and --root.")
    check_source(Path(source))
    return differences(Path(source), root=root, asked=against)


def _report_in_form(report: AuditReport, *, path: Path, command: str, language: Language) -> bytes:
    """The report in the form that a file's name asks for; its JSON is what --json prints."""
    if path.suffix == JSON_FILE:
        return f"{json.dumps(report.to_json(), ensure_ascii=False, indent=1)}\n".encode()
    from custody.report.audit_document import audit_document  # noqa: PLC0415 - the typesetter takes longer to import

    return in_form(audit_document(report, command=command, language=language), path=path)


def _beside(source: str) -> Iterator[str]:
    """What an archive in its election's directory does not hold yet: entries of the log beside it."""
    place = Directory(Path(source).resolve().parent)
    tiles = TileFolder(Path(source) / LOGS / "0")
    is_beside = not source.startswith((SCHEME, *GATEWAY_SCHEMES)) and place.log.is_file()
    if is_beside and (tiles.path / CHECKPOINT).is_file():
        found = Coverage(read_checkpoint(tiles).size, log_entries(place), place)
        if found.left:
            yield f"BESIDE IT {found.sentence}, and export again"


@contextmanager
def requested(source: str, *, archive: Path | None, token_file: Path | None = None) -> Iterator[Request]:
    """What the words on the command line ask for; the log is open while inside.

    Misused for an archive given twice; Refused for a folder that is none; LogUnavailable for a log that does not answer.
    """
    if is_served(source):
        with _served(source, archive=archive, token=bearer(token_file)) as request:
            yield request
        return
    if source.startswith(GATEWAY_SCHEMES):
        with _at_gateway(source, archive=archive, token=bearer(token_file)) as request:
            yield request
        return
    if token_file is not None:
        raise Misused("audit-token", "--token-file is for a gateway; nothing is withheld in an archive or in Kafka.")
    if not source.startswith(SCHEME):
        if archive is not None:
            raise Misused("audit-two-archives", "--archive is for a log; the archive itself is the SOURCE.")
        check_source(Path(source))
        yield Request(source=Path(source), root=None)
        return
    from custody.adapters.kafka import KafkaLogReader  # noqa: PLC0415 - takes longer to import than most audits to run
    from custody.cli.settings.kafka import kafka_access  # noqa: PLC0415

    if archive is not None:
        check_source(archive)
    with KafkaLogReader.open(kafka_access(source)) as log:
        yield Request(source=archive, root=None, log=log)


def is_served(source: str) -> bool:
    """Whether an address is that of a served log, and not of a gateway: it has a path."""
    return source.startswith(GATEWAY_SCHEMES) and urlsplit(source).path not in {"", "/"}


@contextmanager
def _served(source: str, *, archive: Path | None, token: str | None) -> Iterator[Request]:
    from custody.cli.served_source import copied  # noqa: PLC0415 - takes longer to import than most audits to run

    if archive is not None:
        raise Misused("audit-two-archives", "--archive is for a log; what is served is its own archive.")
    with progress_bar(is_shown=True) as progress, copied(source, token=token, progress=progress) as folder:
        yield Request(source=folder, root=None)


@contextmanager
def _at_gateway(source: str, *, archive: Path | None, token: str | None) -> Iterator[Request]:
    from custody.adapters.http import GatewayClient  # noqa: PLC0415 - takes longer to import than most audits to run

    if archive is not None:
        check_source(archive)
    with GatewayClient(source, token=token) as log:
        yield Request(source=archive, root=None, log=log)


def tamper(folder: Folder = Path(".demo")) -> None:
    """Flip one bit in a copy of the archive, in the middle of the log, and audit the copy: it must say TAMPERED."""
    archive, root = folder / "archive", read_root(folder / "root.txt")
    check_source(archive)
    with tempfile.TemporaryDirectory(prefix="custody-tamper-") as place:
        copy = Path(place) / "archive"
        _copy(archive, to=copy)
        print(flip_one_bit(copy))
        with progress_bar(is_shown=True) as progress:
            report = audit_archive(Request(source=copy, root=root, progress=progress))
    print("\n".join((*audit_lines(report), verdict_line(report))))
    raise typer.Exit(0 if report.verdict is AuditVerdict.TAMPERED else 1)


def check_root(root: str | None) -> None:
    """Misused("root-form") unless the root, where given, is 64 lower-case hex digits."""
    if root is not None and _ROOT.fullmatch(root) is None:
        raise Misused("root-form", "A root is the 64 lower-case hex digits of an election id.")


def check_source(source: Path) -> None:
    """Refused("audit-no-folder") unless there is a folder to look into."""
    if not source.is_dir():
        raise Refused("audit-no-folder", f"{source} is no folder, so there is no archive to audit.")
    place = Directory(source)
    if place.log.is_file() or (place.archive / SUMS).is_file():
        archive = place.archive
        how = "audit" if archive.is_dir() else f"write one with custody export --dir {source} --to {archive}, and audit"
        raise Refused("audit-no-archive", f"{source} is an election's directory, and not an archive: {how} {archive}.")


def read_policy(path: Path) -> PolicyFile:
    """A reader's policy; Misused where the file cannot be read, Refused for what it holds."""
    try:
        return parse_policy(read_file(path, bytes_max=POLICY_BYTES_MAX).decode())
    except (OSError, UnicodeDecodeError) as error:
        raise Misused("policy-unreadable", f"{path} cannot be read as text.") from error


def read_root(path: Path) -> str:
    """The root that ``root.txt`` holds; Misused if it holds none."""
    try:
        root = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise Misused(
            "root-missing", f"{path} cannot be read: run custody demo first, or name another --dir."
        ) from error
    check_root(root)
    return root


def _copy(archive: Path, *, to: Path) -> None:
    """A copy that can be altered, also of an archive that may not be written to."""
    try:
        shutil.copytree(archive, to, symlinks=True, copy_function=shutil.copyfile)
    except (OSError, shutil.Error) as error:
        raise Unavailable("archive-not-copied", f"{archive} cannot be copied to {to.parent}.") from error


def flip_one_bit(archive: Path) -> str:
    """Flip one bit of the entry in the middle of log 0; what was done, in a sentence."""
    folder = TileFolder(archive / LOGS / "0")
    size = read_checkpoint(folder).size
    position = size // 2
    index = position // TILE_WIDTH
    tile = Tile(ENTRIES, index, width_in(level=ENTRIES, index=index, size=size))
    if not tile.width:
        raise NotEstablished("log-empty", "The archive's log has no entry that could be altered.")
    entries = folder.read_bundle(tile)
    entry = bytearray(entries[position % TILE_WIDTH])
    place = len(entry) // 2
    entry[place] ^= 1
    entries[position % TILE_WIDTH] = bytes(entry)
    (folder.path / tile_path(tile)).write_bytes(format_bundle(entries))
    return f"In a copy, flipped one bit of entry {position:,} (byte {place:,} of {len(entry):,}) in {LOGS}/0/{tile_path(tile)}."


@contextmanager
def progress_bar(*, is_shown: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal's stderr, gone when the work is done; silent anywhere else."""
    if not is_shown or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("entries", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
