"""Reading a folder: every file, every mistake with its file, line and column, and the election where there is none.

    read_election(path)   Election, or Refused with the first mistake
    look(path)            all mistakes of one run, and the election where there is none

Not here: cells (``tables``), what the tables say together (``checks``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from custody.adapters.reference import ReferenceStation, zones_of
from custody.election.carried import carried_rows
from custody.election.checks import check_all
from custody.election.documents import placed, read_rules, read_toml
from custody.election.mistakes import Mistake, Mistakes, Place, refusal
from custody.election.model import Election, Person, PlannedConsignment, PlannedItem, Rehearsal
from custody.election.tables import BYTES_MAX, Row, WrittenTable, read_csv, rows_of
from custody.election.words import can_stand_on_log, check_words
from schemas.election_folder import OPTIONAL, TABLES, ElectionTable
from schemas.errors import Misused
from schemas.rules import CodeRule, CodeWords, Rules
from schemas.styles import Style

ELECTION: Final = "election.toml"
RULES: Final = "rules.json"
SUFFIX: Final = ".xlsx"
_BESIDE: Final = (".md", ".txt")
"""Files that a folder may hold beside its own: nobody reads them."""
_GROUP: Final = "quorum"


@dataclass(frozen=True, slots=True)
class CheckedFolder:
    """What a folder came to."""

    mistakes: tuple[Mistake, ...]
    election: Election | None


@cache
def read_election(folder: Path) -> Election:
    """The election of a folder; read once in a run of the program. Refused("election-folder") where it has mistakes."""
    looked = look(folder)
    if looked.election is None or looked.mistakes:
        raise refusal(looked.mistakes, folder=str(folder))
    return looked.election


def look(folder: Path, *, instead: Mapping[str, bytes] = MappingProxyType({})) -> CheckedFolder:
    """Every mistake of a folder, and the election where there is none. Misused where there is no folder at all.

    ``instead``: file -> bytes that are read in the place of a table's files.
    """
    mistakes = Mistakes()
    files = _files(folder, mistakes=mistakes)
    for name, data in instead.items():
        table = Path(name).stem
        files = {other: held for other, held in files.items() if Path(other).stem != table} | {name: data}
    stated = read_toml(files.get(ELECTION), mistakes=mistakes)
    rules = read_rules(files.get(RULES), mistakes=mistakes)
    languages = None if stated is None else stated.languages
    tables: dict[str, list[Row]] = {}
    for name, model in TABLES.items():
        sheet = _sheet(name, files=files, mistakes=mistakes)
        if sheet is not None:
            rows = rows_of(sheet, table=name, model=model, languages=languages, mistakes=mistakes)
            tables[name] = list(rows)
    election = None
    if stated is not None and rules is not None and not mistakes.found:
        election = _made(stated, rules=rules, tables=tables, mistakes=mistakes)
        check_all(election, tables=tables, mistakes=mistakes)
    told = placed(mistakes.in_order(), documents={name: files.get(name, b"") for name in (ELECTION, RULES)})
    return CheckedFolder(told, None if told else election)


def _sheet(name: str, *, files: Mapping[str, bytes], mistakes: Mistakes) -> WrittenTable | None:
    """A table, out of its CSV file or its workbook."""
    plain, book = f"{name}.csv", name + SUFFIX
    if plain in files and book in files:
        mistakes.note(Place(book), f"The table is in {plain} too: take one of them away.", code="file-twice")
    if plain in files:
        return read_csv(files[plain], file=plain, mistakes=mistakes)
    if book in files:
        # The library that reads workbooks is loaded only where there is one.
        from custody.election.workbook import read_workbook  # noqa: PLC0415

        return read_workbook(files[book], file=book, mistakes=mistakes)
    return None


def _files(folder: Path, *, mistakes: Mistakes) -> dict[str, bytes]:
    """The bytes of every file that belongs to a folder; what is missing, too large or strange is told."""
    if not folder.is_dir():
        raise Misused("election-folder", f"{folder} is not a folder.")
    known = {ELECTION, RULES, *(f"{name}{end}" for name in TABLES for end in (".csv", SUFFIX))}
    data: dict[str, bytes] = {}
    for path in sorted(folder.iterdir()):
        if path.name in known and (path.is_symlink() or not path.is_file()):
            told = "This is no file of its own: put the file itself here, no folder and no link to another place."
            mistakes.note(Place(path.name), told, code="file-kind")
        elif path.name in known:
            if path.stat().st_size > BYTES_MAX:
                mistakes.note(Place(path.name), f"The file is larger than {BYTES_MAX:,} bytes.", code="file-large")
            else:
                data[path.name] = path.read_bytes()
        elif path.suffix not in _BESIDE and not path.name.startswith("."):
            mistakes.note(Place(path.name), "No file of this name belongs to an election.", code="file-unknown")
    there = data.keys() | {f"{name.removesuffix(SUFFIX)}.csv" for name in data}
    for name in sorted({ELECTION, *(f"{table}.csv" for table in TABLES if table not in OPTIONAL)} - there):
        if not any(item.file == name for item in mistakes.found):
            mistakes.note(Place(name), "The file is missing.", code="file-missing")
    return data


def _made(stated: ElectionTable, *, rules: Rules, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> Election:
    place = Place(ELECTION)
    for language, text in stated.name.items():
        check_words(text, place=place, column=f"name.{language}", mistakes=mistakes)
    codes = _codes(tables.get("codes", ()))
    zones = zones_of([row.said.model_dump(by_alias=True) for row in tables.get("zones", ())])
    extra = stated.rehearsal
    return Election(
        slug=stated.slug,
        domain=stated.domain,
        languages=stated.languages,
        names=dict(stated.name),
        days=stated.days,
        timezone=stated.timezone,
        root=stated.root,
        threshold=stated.threshold,
        rules=rules.model_copy(update={"codes": (*rules.codes, *codes)}) if codes else rules,
        stations=tuple(_station(row) for row in tables["stations"]),
        people=tuple(
            Person(row.said.badge, row.said.role, row.said.office, row.said.device) for row in tables["people"]
        ),
        plan=tuple(_consignment(row) for row in tables["plan"]),
        witness_policy=_policy(stated),
        zones=zones,
        styles=tuple(
            Style(code=row.said.code, contest=row.said.contest, kind=row.said.kind, language=row.said.language or None)
            for row in tables.get("styles", ())
        ),
        labels={row.said.party: row.words for row in tables.get("parties", ())},
        codes={row.said.code: row.words for row in tables.get("codes", ())},
        items=tuple(
            PlannedItem(row.said.station, row.said.kind, row.said.count, comes_back=row.said.comes_back == "yes")
            for row in tables.get("items", ())
        ),
        follows=stated.follows,
        carried=carried_rows(tables.get("follows", ()), is_following=stated.follows is not None, mistakes=mistakes),
        rehearsal=Rehearsal(extra.sheets, extra.note or "", extra.stop, dict(extra.troubles)),
    )


def _station(row: Row) -> ReferenceStation:
    said = row.said
    return ReferenceStation(
        code=said.station,
        city=said.city,
        country=said.country,
        mission=said.mission,
        timezone=said.timezone,
        voters=said.voters,
        number=said.number,
        opens=said.opens,
        closes=said.closes,
        names=row.words,
    )


def _consignment(row: Row) -> PlannedConsignment:
    said = row.said
    days, hands = (said.first_day, said.last_day), tuple(said.legs.split(" > "))
    return PlannedConsignment(
        said.station, said.direction, said.courier, said.packages, days, said.due, hands, tour=said.tour
    )


def _codes(rows: Sequence[Row]) -> list[CodeRule]:
    return [
        CodeRule(
            code=row.said.code,
            words=tuple(
                CodeWords(language=language, text=text)
                for language, text in sorted(row.words.items())
                if can_stand_on_log(text)
            ),
        )
        for row in rows
        if any(map(can_stand_on_log, row.words.values()))
    ]


def _policy(stated: ElectionTable) -> dict[str, Any]:
    """The witness policy of genesis: all witnesses in one group of which so many must cosign."""
    if not stated.witnesses:
        return {"witnesses": [], "groups": [], "quorum": None}
    members = [witness.name for witness in stated.witnesses]
    group = {"name": _GROUP, "threshold": stated.witness_threshold or len(members), "members": members}
    return {
        "witnesses": [witness.model_dump() for witness in stated.witnesses],
        "groups": [group],
        "quorum": _GROUP,
    }
