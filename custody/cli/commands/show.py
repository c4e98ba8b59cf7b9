"""``custody show``, ``board``, ``findings``: reading, from the books."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from custody.cli.lines.accounts import ACCOUNTS, account_lines, accounts_at, seal_at, seal_lines
from custody.cli.lines.ballot_account import ballot_account_lines, disputed_marks
from custody.cli.lines.board import board_lines
from custody.cli.lines.bounded import first_of, last_of
from custody.cli.lines.consignment import consignment_doc, consignment_lines
from custody.cli.lines.findings import finding_line, finding_notes, in_all_languages
from custody.cli.reading_books import comparing_log, log_position, opened_books
from custody.core.state.custody_breaks import is_broken
from custody.core.state.registers import duration
from custody.core.wording.event_sentences import said_with_codes
from custody.core.wording.message_format import Language
from custody.core.wording.numbers import at_position
from custody.embedded.directory import Directory
from projections import queries
from projections.kept_rows import KeptAccount, KeptFinding, KeptHandover, KeptStation, KeptUnit, TrailLine
from projections.stores.books import Books
from projections.stores.unit_stream import UnitAggregate
from projections.subjects import Subject, kind_of, station_named, subject
from schemas.errors import Misused
from schemas.identifiers import consignment_id, seal_id, unit_id
from schemas.names import with_check_characters
from schemas.outcomes import BreakJson, LegJson, UnitJson

Dir = Annotated[Path, typer.Option("--dir", help="The election's directory.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lang = Annotated[Language, typer.Option("--lang", help="Findings in English (en), Russian (ru) or Kazakh (kk).")]
At = Annotated[
    str | None,
    typer.Option("--at", help="As it was at this log position, or at this time (RFC 3339).", metavar="POSITION|TIME"),
]
_DEMO: Path = Path(".demo")
_JSON = "--json"
_ACCEPTED = "accepted"
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
    account: KeptAccount | None
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
            help="A unit (AYT-P01-T), a station (AYT, or its city), a consignment (AYT-C01-U), a seal (CEC-000101-E) or ACCOUNTS."
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
        _derived(name, directory=directory, at=at, as_json=as_json)
        return
    with opened_books(Directory(directory), as_json=as_json) as opened:
        asked = subject(opened.books, what)
        doc, lines = _shown(opened.books, asked, at=opened.position(at), lang=lang)
        if as_json:
            told = {"books_stopped": opened.told(), "entries_missing": opened.missing}
            typer.echo(json.dumps({**doc, **told}, ensure_ascii=False))
            return
        for line in lines:
            typer.echo(line)


def _shown(
    books: Books, asked: Subject, *, at: int | None, lang: Language
) -> tuple[Mapping[str, object], Iterable[str]]:
    """What is known of a unit, station or consignment, and the same as lines."""
    if asked.kind == "unit":
        unit = _unit(books, name=asked.name, at=at)
        return unit, _unit_lines(unit, lang=lang)
    if at is not None:
        raise Misused("show-at", "--at shows one unit at an earlier position; name a unit.")
    if asked.kind == "consignment":
        consignment = consignment_doc(books, asked.name)
        return consignment, consignment_lines(consignment)
    station = _station(books, code=asked.name)
    return station, _station_lines(station, lang=lang)


def _derived(name: str, *, directory: Path, at: str | None, as_json: bool) -> None:
    """What follows from the log alone: the accounts, or the life of a seal; books that stand still do not touch it."""
    place = Directory(directory)
    position = log_position(place, at=at)
    with comparing_log(place, as_json=as_json) as gone:
        doc = accounts_at(place, at=position) if name == ACCOUNTS else seal_at(place, seal=name, at=position)
        if as_json:
            typer.echo(json.dumps({**doc, "entries_missing": gone}, ensure_ascii=False))
            return
        for line in account_lines(doc) if name == ACCOUNTS else seal_lines(doc):
            typer.echo(line)


def board(directory: Dir = _DEMO) -> None:
    """Papers, custody and findings of the whole election."""
    with opened_books(Directory(directory)) as opened:
        for line in board_lines(opened.books):
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
        if status is not None and status not in STATUSES:
            raise Misused("findings-status", f"{status!r} is no status of a finding; there are: {', '.join(STATUSES)}.")
        code = None if station is None else station_named(opened.books, station)
        docs = queries.findings(opened.books, station=code, status=status)
        if as_json:
            told = {"books_stopped": opened.told(), "entries_missing": opened.missing}
            said = {name: value for name, value in told.items() if value is not None}
            typer.echo(json.dumps([in_all_languages(doc) | said for doc in docs], ensure_ascii=False))
            return
        if not docs:
            is_whole = opened.standstill is None and opened.missing is None
            typer.echo("No findings." if is_whole else "No findings in what is left.")
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
    """Print an identifier with its check character: custody identifier AYT pouch 1."""
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


def _station(books: Books, *, code: str) -> ShownStation:
    facts = queries.station(books, code)
    if facts is None:
        raise Misused("unknown-station", f"There is no station {code} on this log.")
    units = queries.units_of_station(books, code)
    return {
        "station": facts,
        "account": queries.account_of_station(books, code),
        "stock": [unit for unit in units if unit["kind"] == "stock"],
        "units": [unit for unit in units if unit["kind"] != "stock"],
        "legs": [
            ShownLeg(**leg.planned, consignment=leg.consignment, direction=leg.direction)
            for leg in queries.legs_of_station(books, code)
        ],
        "handovers": queries.handovers_of_station(books, code),
        "findings": queries.findings(books, station=code),
    }


def _unit_lines(doc: ShownUnit, *, lang: Language) -> list[str]:
    where = f", inside {doc['inside']}" if doc["inside"] else ""
    marks = "".join(f", {word}" for word in _beside(doc))
    state = doc["state"] or "not in force"
    lines = [f"{doc['unit']}  {state}, held by {doc['custodian'] or 'nobody'} ({doc['basis']}){where}{marks}"]
    if doc["papers"] is not None:
        lines.append(f"  papers    {papers_words(doc)}")
    lines.extend(f"  seal      {seal['seal']} {seal['condition']}" for seal in doc["seals"])
    lines.extend(f"  break     {_break(row)}" for row in doc["breaks"])
    more = doc["breaks_in_all"] - len(doc["breaks"])
    lines.extend([f"  break     and {more} more, counted in its minutes"] if more > 0 else [])
    lines += _finding_lines(doc["findings"], lang=lang)
    story = [
        f"  {line['position']:>6}  {line['at'] or '':<25}  {_said(line, lang=lang)}{_standing(line)}"
        for line in doc["trail"]
    ]
    return [*lines, *last_of(story, what="lines of its story", where=_JSON)]


def papers_words(doc: UnitJson) -> str:
    """What is declared to be in a unit and what was counted; of one that was emptied, that nothing is left in it."""
    marked = disputed_marks(doc["disputed_figures"])
    declared = f"{doc['papers']:,} declared{marked('papers')}"
    if doc["counted"] is None:
        return "none left in it" if queries.is_emptied(doc) else f"{declared}, not counted"
    counted = f"{doc['counted']:,} counted{marked('counted')}"
    if doc["state"] != "opened":
        return f"{declared}, {counted}"
    return f"none left in it; {counted if queries.is_emptied(doc) else f'{declared}, {counted}'} when it was opened"


def _finding_lines(findings: Sequence[KeptFinding], *, lang: Language) -> list[str]:
    lines = [f"  finding   {finding_line(finding, language=lang)}" for finding in findings]
    return first_of(lines, what="findings", where=_JSON)


def _beside(doc: ShownUnit) -> list[str]:
    """What is true of a unit beside its state (domain.md, section 4)."""
    acts = [line for line in doc["trail"] if line["source"] == "entry" and line["status"] == "applied"]
    words = {
        "at a stop": bool(acts) and acts[-1]["type"] == "StopRecorded",
        "on hold": doc["hold"],
        "custody broken": is_broken(doc["breaks"]),
        "disputed": doc["disputed"],
    }
    return [word for word, holds in words.items() if holds]


def _break(row: BreakJson) -> str:
    """One break in custody in words."""
    how_long = "lasts" if row["minutes"] is None else f"{duration(row['minutes'])}, to {row['until']}"
    return f"{row['classification']} ({row['cause']}), from {row['since']}: {how_long}"


def _said(line: TrailLine, *, lang: Language) -> str:
    """A line of the story in a language, with what was ticked on the form."""
    return said_with_codes(line["says"], noted=line["noted"] if line["source"] == "entry" else [], language=lang)


def _standing(line: TrailLine) -> str:
    """What an entry means, where it is not simply in force."""
    if line["source"] != "entry" or line["status"] == "applied":
        return ""
    return f" [{', '.join([line['status'], *line['codes']])}]"


def _station_lines(doc: ShownStation, *, lang: Language) -> list[str]:
    facts = doc["station"]
    where = f"{facts['city']}, {facts['country']}, {facts['timezone']}"
    lines = [f"{facts['station']}  {where}; voting {facts['opens']} to {facts['closes']}"]
    lines += ballot_account_lines(doc["account"] or {})
    lines += first_of([_leg_line(leg) for leg in doc["legs"]], what="legs", where=_JSON)
    lines += handover_lines(doc["handovers"], lang=lang)
    units = [
        f"  {unit['unit']}  {unit['state']}, held by {unit['custodian'] or 'nobody'}"
        for unit in doc["units"]
        if not unit["inside"]
    ]
    lines += first_of(units, what="units", where=_JSON)
    return lines + (_finding_lines(doc["findings"], lang=lang) or ["  no findings"])


def handover_lines(handovers: Sequence[KeptHandover], *, lang: Language) -> list[str]:
    """Offers that were not simply accepted, or on which something was ticked: the last of them."""
    told = [_handover_line(row, lang=lang) for row in handovers if row["state"] != _ACCEPTED or row["noted"]]
    return last_of(told, what="handovers out of the ordinary", where=_JSON)


def _handover_line(row: KeptHandover, *, lang: Language) -> str:
    ticked = "; ".join(item["words"][lang] for item in row["noted"])
    said = f"{row['state']}: {ticked}" if ticked else row["state"]
    return (
        f"  handover  {', '.join(row['units'])}, {row['from']} to {row['to'] or 'nobody'}: {said}, {row['offered_at']}"
    )


def _leg_line(leg: ShownLeg) -> str:
    """A leg, planned against recorded."""
    planned = "unplanned" if leg["number"] is None else f"leg {leg['number']}"
    how = "over a carrier" if leg["carrier"] else "signed by both sides"
    recorded = f"{how}, {leg['at']}" if leg["handover"] else "not recorded"
    if leg["walks"] and leg["outstanding"]:
        recorded = f"in part; outstanding: {', '.join(leg['outstanding'])}"
    return f"  {leg['consignment']} {planned}: {leg['from']} to {leg['to']}: {recorded}"
