"""``custody paper read``: scans of printed acts back into the acts, byte for byte, checked with nothing but the paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final

import typer

from custody.cli.commands.prove_fork import opened
from custody.cli.commands.transcribe import paper_transcribe
from custody.cli.lines.spoken import Lang
from custody.cli.paper_source import source_at
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.embedded.named_files import check_writable, read_json, write_bytes
from custody.paper.codes import read_codes
from custody.paper.packing import PackedAct
from custody.paper.plain import plain_lines
from custody.paper.reading import Pages, read_pages, sheet_of
from custody.paper.source import Recorded, Source, moment, person, recorded
from schemas.errors import Misused

_KEY_DIGITS: Final = 16


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Acts that come back from paper.", no_args_is_help=True)
    group.command("read")(paper_read)
    group.command("transcribe")(paper_transcribe)
    group.callback()(_nothing)
    app.add_typer(group, name="paper")


def _nothing() -> None:
    """Acts that come back from paper."""


def paper_read(
    scans: Annotated[
        list[Path], typer.Argument(help="Pages as PDF, PNG, JPEG or TIFF, 150 dpi or more, in any order.")
    ],
    *,
    out: Annotated[Path, typer.Option("--out", help="Where the act goes, as it was signed; more acts beside it.")],
    roster: Annotated[
        Path | None, typer.Option("--roster", help="A list of keys to hold them against: keys.json.")
    ] = None,
    archive: Annotated[
        Path | None, typer.Option("--archive", help="An archive, or a directory, whose log says whose the keys are.")
    ] = None,
    lang: Lang = "en",
) -> None:
    """Read a printed act back out of its codes, check its signatures offline, and print its figures in the sheet's order."""
    if roster is not None and archive is not None:
        raise Misused("paper-keys", "Name a --roster or an --archive: an archive holds the keys too.")
    check_writable(out, read=scans)
    source, listed = _known(archive), _listed(roster)
    codes = (code for scan in scans for code in read_codes(scan))
    pages = read_pages(codes, keys=listed.get if source is None else source.state.roster.public_key)
    for number, act in enumerate(pages.acts):
        write_bytes(_beside(out, number=number), act.entry)
    for text in _lines(pages, source=source, listed=listed, language=lang):
        typer.echo(text)


def _known(archive: Path | None) -> Source | None:
    if archive is None:
        return None
    with opened(str(archive)) as (log, _):
        return source_at(log, at=None)


def _listed(roster: Path | None) -> dict[str, bytes]:
    """The keys of a list: an object, key id to public key.  Misused("paper-keys")."""
    if roster is None:
        return {}
    try:
        return {name: bytes.fromhex(public) for name, public in read_json(roster).items()}
    except (TypeError, ValueError) as error:
        raise Misused("paper-keys", f"{roster} is no list of keys: key id to public key, in hexadecimal.") from error


def _beside(out: Path, *, number: int) -> Path:
    """ACT.event for the first act, ACT-2.event for the second."""
    return out if number == 0 else out.with_name(f"{out.stem}-{number + 1}{out.suffix}")


def _lines(pages: Pages, *, source: Source | None, listed: Mapping[str, bytes], language: Language) -> Iterator[str]:
    sheet = sheet_of(pages, source=source)
    yield from () if sheet is None else plain_lines(sheet, language=language)
    for act in pages.acts:
        row = recorded(act.entry, position=-1)
        if row is not None:
            said = _about(row, source=source)
            yield from (
                render(text, language=language) for text in (said, *_signatures(act, source=source, listed=listed))
            )
    if pages.foreign:
        yield render(message("form.read.foreign", codes=pages.foreign), language=language)
    yield render(message("form.read.ink"), language=language)


def _about(row: Recorded, *, source: Source | None) -> Message:
    known = None if source is None else source.recorded.get(row.event_id)
    name = row.type
    if known is not None:
        return message(
            "form.read.recorded",
            type=name,
            at=moment(row.event.at),
            event=row.event_id,
            position=known.position,
        )
    if source is not None:
        return message("form.read.not-recorded", type=name, at=moment(row.event.at), event=row.event_id)
    return message("form.read.act", type=name, at=moment(row.event.at), event=row.event_id)


def _signatures(act: PackedAct, *, source: Source | None, listed: Mapping[str, bytes]) -> Iterator[Message]:
    """That the signatures match, and whose the keys are as far as that is known."""
    names = sorted(act.keys)
    records = [] if source is None else [source.state.roster.get(name) for name in names]
    known = all(name in listed for name in names) if source is None else all(record is not None for record in records)
    verdict = message("form.read.established") if known else message("form.read.not-established")
    yield message("form.read.matching", signatures=len(names), keys=verdict)
    if act.unchecked:
        yield message("form.read.unchecked", signatures=act.unchecked)
    people = tuple(person(one) for one in records if one is not None and one.person)
    if people:
        yield message("form.read.signers", people=people)
