"""``custody show``, ``board``, ``findings``: reading, from the books."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from custody.cli.lines.accounts import ACCOUNTS, account_lines, accounts_at, seal_at, seal_lines
from custody.cli.lines.ballot_account import account_of_styles_lines, ballot_account_lines
from custody.cli.lines.board import board_lines
from custody.cli.lines.consignment import consignment_doc, consignment_lines
from custody.cli.lines.findings import finding_line, finding_notes, in_all_languages
from custody.cli.lines.spoken import Lang
from custody.cli.lines.station import (
    handover_lines,
    in_names,
    leg_lines,
    names_lines,
    station_facts_lines,
    station_line,
    unit_rows,
)
from custody.cli.lines.times import times_json, times_of
from custody.cli.lines.unit import finding_lines, unit_lines
from custody.cli.reading_books import comparing_log, log_position, opened_books
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from custody.core.wording.numbers import at_position
from custody.embedded.directory import Directory
from custody.embedded.election_names import names_at, speaking_at
from custody.report.account_sums import in_all
from projections import queries
from projections.kept_rows import KeptAccount, KeptFinding, KeptHandover, KeptStation, KeptUnit, TrailLine
from projections.stores.books import Books
from projections.stores.unit_stream import UnitAggregate
from projections.subjects import Subject, kind_of, station_named, subject
from schemas.election_names import ElectionNames
from schemas.errors import Misused
from schemas.identifiers import consignment_id, seal_id, unit_id
from schemas.names import with_check_characters
from schemas.outcomes import LegJson, UnitJson

Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
At = Annotated[
    str | None,
    typer.Option("--at", help="As it was at this log position, or at this time (RFC 3339).", metavar="POSITION|TIME"),
]
_DEMO: Path = Path(".demo")
STATUSES = ("open", "acknowledged", "settled", "adjudicated")


class ShownUnit(UnitJson):
    """A unit, its story and its findings, as ``custody show`` prints them."""

    trail: list[TrailLine]
    findings: list[KeptFinding]


class ShownNow(ShownUnit):
    """The same of now, with the log position since which it reads so."""

    position: int


class ShownLeg(LegJson):
    """A leg of one consignment."""

    consignment: str
    direction: str


class ShownStation(TypedDict):
    """A station and all that belongs to it, as ``custody show`` prints it."""

    station: KeptStation
    names: dict[str, str]
    account: KeptAccount | None
    styles: list[KeptAccount]
    stock: list[KeptUnit]
    units: list[KeptUnit]
    legs: list[ShownLeg]
    handovers: list[KeptHandover]
    findings: list[KeptFinding]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("show")(show)
    app.command("board")(board)
    app.command("findings")(findings)
    app.command("identifier")(identifier)


def show(
    what: Annotated[
        str,
        typer.Argument(
            help="A unit (AAA-P01-2), a station (AAA, or its city), a consignment (AAA-C01-W), a seal (CEC-000101-E) or ACCOUNTS."
        ),
    ],
    *,
    directory: Dir = _DEMO,
    at: At = None,
    as_json: AsJson = False,
    lang: Lang = "en",
) -> None:
    """Who holds it, what its story was, and what is wrong with it; ACCOUNTS: where every paper is."""
    name = str(with_check_characters(what.strip().upper()))
    if name == ACCOUNTS or kind_of(name) == "seal":
        _derived(name, directory=directory, at=at, as_json=as_json, lang=_spoken_at(directory, lang=lang))
        return
    with opened_books(Directory(directory), as_json=as_json) as opened:
        asked = subject(opened.books, what, beside=(ACCOUNTS,))
        names, spoken = names_at(Directory(directory)), _spoken_at(directory, lang=lang)
        doc, lines = _shown(opened.books, asked, at=opened.position(at), lang=spoken, names=names)
        if as_json:
            told = {"books_stopped": opened.told(), "entries_missing": opened.missing}
            typer.echo(json.dumps({**doc, **told}, ensure_ascii=False))
            return
        for line in lines:
            typer.echo(line)


def _shown(
    books: Books, asked: Subject, *, at: int | None, lang: Language, names: ElectionNames
) -> tuple[Mapping[str, object], Iterable[str]]:
    """What is known of a unit, station or consignment, and the same as lines."""
    if asked.kind == "unit":
        unit = _unit(books, name=asked.name, at=at)
        times = times_of(unit["trail"])
        lines = unit_lines(unit, trail=unit["trail"], findings=unit["findings"], times=times, language=lang)
        return {**unit, "times": times_json(times)}, lines
    if at is not None:
        raise Misused("show-at", "--at shows one unit at an earlier position; name a unit.")
    if asked.kind == "consignment":
        consignment = consignment_doc(books, asked.name)
        city = names.station(consignment["station"], language=lang, city=consignment["city"])
        return consignment, consignment_lines({**consignment, "city": city}, language=lang)
    station = _station(books, code=asked.name, names=names)
    return station, _station_lines(station, lang=lang, names=names)


def _spoken_at(directory: Path, *, lang: Language) -> Language:
    return speaking_at(Directory(directory), language=lang)


def _derived(name: str, *, directory: Path, at: str | None, as_json: bool, lang: Language) -> None:
    """What follows from the log alone: the accounts, or the life of a seal; books that stand still do not touch it."""
    place = Directory(directory)
    position = log_position(place, at=at)
    with comparing_log(place, as_json=as_json) as gone:
        doc = accounts_at(place, at=position) if name == ACCOUNTS else seal_at(place, seal=name, at=position)
        if as_json:
            typer.echo(json.dumps({**doc, "entries_missing": gone}, ensure_ascii=False))
            return
        for line in account_lines(doc, language=lang) if name == ACCOUNTS else seal_lines(doc, language=lang):
            typer.echo(line)


def board(directory: Dir = _DEMO, lang: Lang = "en") -> None:
    """Papers, custody and findings of the whole election."""
    with opened_books(Directory(directory)) as opened:
        for line in board_lines(
            opened.books, language=_spoken_at(directory, lang=lang), names=names_at(Directory(directory))
        ):
            typer.echo(line)


def findings(
    *,
    directory: Dir = _DEMO,
    as_json: AsJson = False,
    station: Annotated[str | None, typer.Option(help="Only this station's.")] = None,
    status: Annotated[str | None, typer.Option(help="open, acknowledged, settled or adjudicated.")] = None,
    lang: Lang = "en",
) -> None:
    """What disagrees with what, and what settled it."""
    with opened_books(Directory(directory), as_json=as_json) as opened:
        status = None if status is None else status.lower()
        if status is not None and status not in STATUSES:
            raise Misused("findings-status", f"{status!r} is no status of a finding; there are: {', '.join(STATUSES)}.")
        code = None if station is None else station_named(opened.books, station)
        docs = queries.findings(opened.books, station=code, status=status)
        if as_json:
            told = {"books_stopped": opened.told(), "entries_missing": opened.missing}
            said = {name: value for name, value in told.items() if value is not None}
            typer.echo(json.dumps([in_all_languages(doc) | said for doc in docs], ensure_ascii=False))
            return
        lang = _spoken_at(directory, lang=lang)
        if not docs:
            is_whole = opened.standstill is None and opened.missing is None
            none = message("label.no-findings") if is_whole else message("show.no-findings-left")
            typer.echo(render(none, language=lang))
        for doc in docs:
            typer.echo(finding_line(doc, language=lang))
            for note in finding_notes(doc, language=lang):
                typer.echo(f"          {note}")


def identifier(
    office: Annotated[str, typer.Argument(help="The office or station, or the issuer of a seal: three letters.")],
    kind: Annotated[str, typer.Argument(help="batch, pack, box, pouch, 'ballot box', stock, consignment or seal.")],
    *,
    number: Annotated[int, typer.Argument(help="Its number there.")],
) -> None:
    """Print an identifier with its check character: custody identifier AAA pouch 1."""
    if kind == "seal":
        typer.echo(seal_id(issuer=office.upper(), number=number))
    elif kind == "consignment":
        typer.echo(consignment_id(office=office.upper(), number=number))
    else:
        typer.echo(unit_id(office=office.upper(), kind=kind, number=number))


def _unit(books: Books, *, name: str, at: int | None) -> ShownUnit:
    if at is not None:
        past = queries.unit_at(books, name, position=at)
        if past is None:
            raise Misused("unknown-unit", f"{name} was not heard of by {at_position(at)}.")
        trail = queries.audit_trail_of(books, name, position=at)
        held = _outermost_at(books, past, at=at)
        return {**past.doc, "custodian": held, "trail": trail, "findings": []}
    doc = queries.unit(books, name)
    if doc is None:
        raise Misused("unknown-unit", f"{name} is not on this log.")
    findings = [row for row in queries.findings(books) if name in row["units"]]
    held = queries.outermost(books, doc)["custodian"] or doc["custodian"]
    trail = queries.audit_trail_of(books, name)
    now: ShownNow = {**doc, "custodian": held, "trail": trail, "findings": findings}
    return now


def _outermost_at(books: Books, past: UnitAggregate, *, at: int) -> str | None:
    """Who held the outermost unit around a unit after the entry at a position: contents share its custody."""
    while inside := past.doc["inside"]:
        around = queries.unit_at(books, inside, position=at)
        if around is None:
            break
        past = around
    return past.doc["custodian"]


def _station(books: Books, *, code: str, names: ElectionNames) -> ShownStation:
    facts = queries.station(books, code)
    if facts is None:
        raise Misused("unknown-station", f"There is no station {code} on this log.")
    units, accounts = queries.units_of_station(books, code), queries.accounts_of_station(books, code)
    return {
        "station": facts,
        "names": dict(names.station_in_all(code)),
        "account": in_all(accounts),
        "styles": accounts if len(accounts) > 1 else [],
        "stock": [unit for unit in units if unit["kind"] == "stock"],
        "units": [unit for unit in units if unit["kind"] != "stock"],
        "legs": [
            ShownLeg(**leg.planned, consignment=leg.consignment, direction=leg.direction)
            for leg in queries.legs_of_station(books, code)
        ],
        "handovers": queries.handovers_of_station(books, code),
        "findings": queries.findings(books, station=code),
    }


def _station_lines(doc: ShownStation, *, lang: Language, names: ElectionNames) -> list[str]:
    named = in_names(doc["station"], names=names, language=lang)
    lines = [station_line(named, language=lang), *names_lines(doc["names"], language=lang)]
    lines += station_facts_lines(doc["station"], language=lang)
    styles = account_of_styles_lines(doc["styles"], total=doc["account"], language=lang)
    lines += styles or ballot_account_lines(doc["account"] or {}, language=lang)
    lines += leg_lines([(leg["consignment"], leg) for leg in doc["legs"]], language=lang)
    lines += handover_lines(doc["handovers"], lang=lang)
    lines += unit_rows(doc["units"], language=lang)
    none = f"  {render(message('show.no-findings'), language=lang)}"
    return lines + (finding_lines(doc["findings"], language=lang) or [none])
