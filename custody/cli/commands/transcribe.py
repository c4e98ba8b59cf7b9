"""``custody paper transcribe``: a form that was filled by hand, typed in field by field, and signed by those who did the act."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Annotated, Any, Final

import typer

from custody.cli.asked_answers import asked, stated
from custody.cli.commands.play import Dir, PinFile
from custody.cli.lines.shown_back import confirm
from custody.cli.lines.spoken import Lang
from custody.core.entries.commitments import commitment
from custody.core.wording.messages import message, render
from custody.embedded.directory import Directory
from custody.embedded.named_files import check_writable, read_bytes, read_json, write_draft
from custody.paper.transcribing import TRANSCRIPTS
from custody.sandbox.acting import Cue, play_act
from custody.sandbox.keyring import Keyring, read_pin
from schemas.errors import Misused
from schemas.strict_json import canonical

SCAN_BYTES_MAX: Final = 100_000_000
_FORMS: Final = ", ".join(TRANSCRIPTS)
_OWN: Final = frozenset({"cancelling", "account"})
"""Forms whose act is recorded as the event that it is, at the time on the paper."""


def paper_transcribe(
    form: Annotated[str, typer.Argument(help=f"Which form: {_FORMS}.")],
    signing: Annotated[
        list[str], typer.Option("--as", help="Badge of a person who signs; the first one's device makes the act.")
    ],
    scan: Annotated[Path, typer.Option("--scan", help="The scan of the sheet; the act commits to it.")],
    out: Annotated[Path, typer.Option("--out", help="Where the act goes; further ones beside it, ACT-2.event.")],
    answers: Annotated[
        Path | None, typer.Option("--answers", help="The answers as a JSON object, instead of questions; - reads them.")
    ] = None,
    awaiting: Annotated[
        list[str] | None, typer.Option("--awaiting", help="Badge of a person listed who signs later.")
    ] = None,
    salt: Annotated[str, typer.Option("--salt", help="64 hex digits for the commitment; default: drawn.")] = "",
    directory: Dir = Path(".demo"),
    pin_file: PinFile = None,
    lang: Lang = "en",
) -> None:
    """Type in a form that was filled by hand, field by field in the order of the sheet, and sign what it says.

    Nothing has a default. The figures are added up before anything is signed. Beside the act, ACT.scan.json keeps what opens the
    commitment to the scan.
    """
    if form not in TRANSCRIPTS:
        raise Misused("transcribe-form", f"{form} is no form that is typed in; there are: {_FORMS}.")
    check_writable(out, read=(scan,))
    digest = sha256(_scan(scan)).hexdigest()
    transcript = TRANSCRIPTS[form]
    said = (
        asked(transcript.questions, language=lang)
        if answers is None
        else stated(transcript.questions, answers=read_json(answers))
    )
    typer.echo(render(message("transcribe.sums"), language=lang))
    for line in transcript.sums(said):
        typer.echo(f"  {render(line, language=lang)}")
    typer.echo(render(message("transcribe.scan", digest=digest), language=lang))
    field = "documents" if form in _OWN else "scan"
    opening = {"field": field, "salt": salt or token_hex(32), "content": digest}
    acts = transcript.acts(said, commitment(**opening))
    cue = Cue(signing=signing, awaited=awaiting or (), at=said["done_at"] if form in _OWN else "")
    ring = Keyring(Directory(directory), pin=read_pin(pin_file))
    for number, act in enumerate(acts):
        path = out if number == 0 else out.with_name(f"{out.stem}-{number + 1}{out.suffix}")
        _sign(act, cue=replace(cue), ring=ring, path=path, lang=lang)
    write_draft(out.with_name(f"{out.stem}.scan.json"), canonical(opening))


def _sign(act: dict[str, Any], *, cue: Cue, ring: Keyring, path: Path, lang: Lang) -> None:
    made = play_act(act, cue=cue, ring=ring, shown=confirm)
    write_draft(path, made.entry)
    said = message("transcribe.signed", event=made.event, type=str(act["type"]), path=str(path))
    typer.echo(render(said, language=lang))


def _scan(path: Path) -> bytes:
    """The scan's bytes; Misused("scan-unreadable") for what is no file, is empty or is too long."""
    data = read_bytes(path, bytes_max=SCAN_BYTES_MAX)
    if not 0 < len(data) <= SCAN_BYTES_MAX:
        raise Misused("scan-unreadable", f"{path} is no scan: it is empty or longer than {SCAN_BYTES_MAX} bytes.")
    return data
