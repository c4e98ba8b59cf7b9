"""``custody print``: forms on paper, filled from the log at a position, or blank for the day without electricity."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, get_args

import typer

from custody.cli.language import ENVIRONMENT
from custody.cli.paper_source import source_at
from custody.cli.reading_books import log_position
from custody.core.wording.message_format import Language
from custody.embedded.directory import Directory
from custody.embedded.election_names import names_at, speaking_at
from custody.embedded.named_files import check_writable, write_bytes
from custody.paper.forms import FORMS
from custody.paper.source import ID, Source, day_of
from custody.paper.typeset import typeset
from projections.subjects import kind_of, station_among
from schemas.authority import StationOpened
from schemas.errors import Misused
from schemas.names import with_check_characters

LANGUAGES_MAX: Final = 2
SLUGS: Final = ", ".join(FORMS)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("print")(print_form)


def print_form(
    form: Annotated[str, typer.Argument(help=f"Which form: {SLUGS}.")],
    subject: Annotated[
        str, typer.Argument(help="A unit (AAA-P01-2), a station (AAA) or the first digits of an event id.")
    ] = "",
    *,
    to: Annotated[Path, typer.Option("--to", help="Where the PDF goes.")],
    at: Annotated[
        str | None,
        typer.Option("--at", help="As it was at this log position, or at this time.", metavar="POSITION|TIME"),
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", envvar=ENVIRONMENT, help="kk, ru or en, or two of them side by side: kk,ru.")
    ] = "en",
    blank: Annotated[bool, typer.Option("--blank", help="Nothing filled in, no log needed.")] = False,
    directory: Annotated[Path, typer.Option("--dir", help="The election's directory.")] = Path(".demo"),
) -> None:
    """Print a form as PDF for ink and stamp, filled from the log with the signed act in codes, or blank."""
    if form not in FORMS:
        raise Misused("print-form", f"{form} is no form; there are: {SLUGS}.")
    languages = languages_of(lang)
    if blank and subject:
        raise Misused("print-subject", f"A --blank form is about nothing: leave {subject} out, or --blank.")
    if not blank and not subject:
        raise Misused("print-subject", "Name what the form is about (a unit, a station), or ask for a --blank one.")
    check_writable(to)
    if blank:
        write_bytes(to, typeset(FORMS[form].blank(), languages=languages, election=None))
        return
    place = Directory(directory)
    position = log_position(place, at=at)
    with place.open_log() as log:
        source = source_at(log, at=position, names=names_at(place))
    languages = tuple(speaking_at(place, language=language) for language in languages)
    sheet = FORMS[form].filled(source, _subject(subject, source=source))
    genesis = source.genesis
    pdf = typeset(
        sheet, languages=languages, election=(genesis.slug, day_of(genesis.voting_day)), domain=genesis.domain
    )
    write_bytes(to, pdf)


def languages_of(text: str) -> tuple[Language, ...]:
    """The languages that ``--lang`` names; Misused("print-lang")."""
    known: dict[str, Language] = {name: name for name in get_args(Language)}
    names = text.split(",")
    if not 1 <= len(names) <= LANGUAGES_MAX or len(set(names)) != len(names) or not set(names) <= set(known):
        raise Misused(
            "print-lang", f"{text} is no language of the forms: there are kk, ru and en, or two of them, as kk,ru."
        )
    return tuple(known[name] for name in names)


def _subject(text: str, *, source: Source) -> str:
    """The digits of an event id, else a unit with its check character or a station's code; Misused("unknown-station")."""
    if ID.fullmatch(text.lower()):
        return text.lower()
    name = str(with_check_characters(text.strip().upper()))
    if kind_of(name) != "station":
        return name
    return station_among({event.station: event.city for _, event in source.standing(StationOpened)}, text)
