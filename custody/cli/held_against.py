"""``custody audit ARCHIVE --against SHOWN``: the differences in words, their evidence as files, and the exit code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from custody.adapters.archive import LOGS
from custody.adapters.durable import make_folder, write_file
from custody.adapters.shown_logs import FolderShown, LogShown, ServedShown
from custody.adapters.tilefolder import TileFolder
from custody.audit.against import ShownLog, held_against
from custody.audit.held_evidence import Held, format_held
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from schemas.errors import Refused

GATEWAY_SCHEMES: Final = ("https://", "http://")
SCHEME: Final = "kafka://"
_MISSING: Final = frozenset({"withheld-event", "truncated-tail"})
"""Checks that find something missing, where the others find something else than was signed."""


@dataclass(frozen=True, slots=True)
class Against:
    """What is shown, and where evidence of a difference is kept."""

    source: str
    keep: Path
    token: str | None = None


def differences(archive: Path, *, root: str, asked: Against) -> list[Held]:
    """Hold what is shown against an archive, and keep the evidence of every difference."""
    with _shown(asked) as shown:
        found = held_against(archive / LOGS / "0", shown=shown, root=root)
    for held in found:
        make_folder(asked.keep)
        write_file(evidence_path(asked.keep, held), format_held(held))
    return found


def evidence_path(keep: Path, held: Held) -> Path:
    """The file of a difference."""
    return keep / f"{held.check}-{held.position}.json"


def difference_lines(found: Sequence[Held], *, keep: Path, language: Language) -> Iterator[str]:
    """A line for each check that found something; one that nothing differs."""
    for held in found:
        told = message("against.found", check=held.check, position=held.position, entries=held.position + 1)
        yield f"{held.check}: {render(told, language=language)} {evidence_path(keep, held)}"
    if not found:
        yield render(message("against.none"), language=language)


def exit_code(found: Sequence[Held]) -> int:
    """0 nothing differs, 1 something else is shown than was signed, 2 something is missing."""
    if any(held.check not in _MISSING for held in found):
        return 1
    return 2 if found else 0


@contextmanager
def _shown(asked: Against) -> Iterator[ShownLog]:
    if asked.source.startswith(GATEWAY_SCHEMES):
        from custody.adapters.served_tiles import ServedLogClient  # noqa: PLC0415 - most audits need no network

        with closing(ServedLogClient(asked.source, token=asked.token)) as client:
            yield ServedShown(client)
    elif asked.source.startswith(SCHEME):
        from custody.adapters.kafka import KafkaLogReader  # noqa: PLC0415 - takes longer to import than most audits to run
        from custody.cli.settings.kafka import kafka_access  # noqa: PLC0415

        with KafkaLogReader.open(kafka_access(asked.source)) as log:
            yield LogShown(log)
    else:
        folder = Path(asked.source) / LOGS / "0"
        if not folder.is_dir():
            raise Refused("audit-no-folder", f"{asked.source} is no archive to hold against.")
        yield FolderShown(TileFolder(folder))
