"""The folder of an election: what its tables and its ``election.toml`` say, one model for each file.

A commission's clerk writes these files; ``custody election check`` reads them. Columns are the fields of a row, by their names;
cells are text, and whole numbers where a field is one. Beside the columns here, a table may have name_xx (in ``codes.csv``
text_xx) for each language xx of the election.

Not here: files, lines and mistakes (``custody.election.reading``), and what the tables say together
(``custody.election.checks``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from schemas.base import Code, PartyKind, Role, Strict
from schemas.earlier_log import EarlierLog
from schemas.election_names import LANGUAGE_PATTERN
from schemas.identifiers import BADGE_CHARACTERS_MAX, BADGE_PATTERN, DAY_PATTERN, OFFICE_PATTERN, Day, Digest
from schemas.styles import STYLE_PATTERN
from schemas.zones import OFFSET_PATTERN, ZONE_PATTERN

MOMENT_PATTERN: Final = DAY_PATTERN[:-1] + r" (?:[01][0-9]|2[0-3]):[0-5][0-9]$"
STATIONS_MAX: Final = 1_000

Office = Annotated[str, Field(pattern=OFFICE_PATTERN)]
Badge = Annotated[str, Field(pattern=BADGE_PATTERN, max_length=BADGE_CHARACTERS_MAX)]
Moment = Annotated[str, Field(pattern=MOMENT_PATTERN)]
Zone = Annotated[str, Field(pattern=ZONE_PATTERN, max_length=60)]
Degrees = Annotated[str, Field(pattern=r"^(?:-?[0-9]{1,3}(?:\.[0-9]{1,6})?)?$")]
Trouble = Literal[
    "issues-too-many",
    "broken-seal",
    "one-package-missing",
    "missed-flight",
    "half-signed",
    "substitute",
    "offline",
    "own-pouch",
]


class StationLine(Strict):
    """One station: ``stations.csv``."""

    station: Office = Field(description="code of the station, three capital letters")
    number: Annotated[str, Field(pattern=r"^[0-9A-Z/-]{0,12}$")] = Field(description="official number; may be empty")
    city: Annotated[str, Field(min_length=1, max_length=40)] = Field(
        description="name of its place in Latin or Cyrillic letters, as the log shows it"
    )
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(description="country, ISO 3166-1 alpha-2")
    mission: Annotated[str, Field(max_length=40)] = Field(description="embassy, consulate, school: where it sits")
    timezone: Zone = Field(description="IANA name of its time zone")
    opens: Moment = Field(description="opening of the vote by the station's clock, 2027-05-16 07:00")
    closes: Moment = Field(description="close of the vote by the station's clock")
    voters: Annotated[int, Field(ge=1, le=1_000_000)] = Field(description="voters on the list at allocation")
    lat: Degrees = Field(description="degrees north; may be empty")
    lon: Degrees = Field(description="degrees east; may be empty")


class PersonLine(Strict):
    """One person, or one service of the operator: ``people.csv``. Never a name."""

    badge: Badge = Field(description="public code of the person, never a name")
    role: Role = Field(description="what the key is enrolled for")
    office: Office = Field(description="CEC, MFA, PRN, or the code of a station")
    device: Annotated[str, Field(pattern=rf"(?:{BADGE_PATTERN})|^$", max_length=BADGE_CHARACTERS_MAX)] = Field(
        description="the device that the person uses; empty for a service"
    )


class PlanLine(Strict):
    """One consignment: ``plan.csv``. Rows of one tour carry the same word in ``tour``."""

    station: Office = Field(description="code of the station")
    direction: Literal["out", "back"] = Field(description="to the station, or from it")
    courier: Badge = Field(description="badge of the courier who has the mandate")
    packages: Annotated[int, Field(ge=1, le=8)] = Field(description="pouches")
    first_day: Annotated[str, Field(pattern=DAY_PATTERN)] = Field(description="first day of the mandate")
    last_day: Annotated[str, Field(pattern=DAY_PATTERN)] = Field(description="last day of the mandate")
    due: Moment = Field(description="when the courier has delivered, by the clock of who receives")
    legs: Annotated[str, Field(pattern=r"^[A-Za-z]+(?: > [A-Za-z]+){1,6}$")] = Field(
        description="who hands to whom, as CEC > MFA > courier > mission > commission"
    )
    tour: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,20}$")] = Field(
        description="one word for all consignments of one tour; may be empty"
    )


class PartyLine(Strict):
    """What a party is called in this election: ``parties.csv``, which may be left out."""

    party: PartyKind = Field(description="the party, by the word that the log uses")


class CodeLine(Strict):
    """A code of this election beside those of the published list: ``codes.csv``, which may be left out."""

    code: Code = Field(description="the code, as events name it")


class StyleLine(Strict):
    """One style of ballot paper: ``styles.csv``, which is left out where the election has one."""

    code: Annotated[str, Field(pattern=STYLE_PATTERN, max_length=24)] = Field(description="code of the style")
    contest: Annotated[str, Field(pattern=STYLE_PATTERN, max_length=24)] = Field(
        description="code of the contest that the paper is for; several styles may be of one"
    )
    kind: Code = Field(description="kind of paper: ordinary, large-print and the like")
    language: Annotated[str, Field(pattern=r"^(?:[a-z]{2,3})?$")] = Field(
        description="ISO 639 code of the language that it is printed in; empty: several on one paper"
    )


class SuppliedLine(Strict):
    """Items that go with the papers: ``items.csv``, which may be left out."""

    station: Annotated[str, Field(pattern=rf"(?:{OFFICE_PATTERN})|^$")] = Field(
        description="code of the station; empty: every station"
    )
    kind: Code = Field(description="kind of item, a code of the published list or of codes.csv")
    count: Annotated[int, Field(ge=1, le=100_000)] = Field(description="how many of them")
    comes_back: Literal["yes", "no"] = Field(description="whether they come back with the return: yes or no")


class CarriedLine(Strict):
    """What one station has from the election that this one follows: ``follows.csv``, where ``[follows]`` is stated."""

    station: Office = Field(description="code of the station")
    opened: Digest = Field(description="event id of its opening on the log of the earlier election")
    seals: Annotated[str, Field(pattern=r"^(?:[A-Z]{3}-[0-9]{6}-[0-9A-Z](?: [A-Z]{3}-[0-9]{6}-[0-9A-Z])*)?$")] = Field(
        description="seals that are still on something there, unbroken, with a space between; may be empty"
    )


class ZoneLine(Strict):
    """What the clocks of a zone show from a moment on: ``zones.csv``, which may be left out."""

    timezone: Zone = Field(description="IANA name of the time zone")
    tzdata: Annotated[str, Field(pattern=r"^[0-9]{4}[a-z]{1,2}$")] = Field(
        description="edition of the IANA time zone database"
    )
    from_: Annotated[str, Field(pattern=r"^[0-9T:+-]{25}$")] = Field(alias="from", description="first moment")
    offset: Annotated[str, Field(pattern=OFFSET_PATTERN)] = Field(description="ahead of universal time")


class WitnessLine(Strict):
    """A log witness."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,60}$")] = Field(description="name used in the policy")
    vkey: Annotated[str, Field(min_length=1, max_length=300)] = Field(description="verifier key, C2SP signed-note")


class RehearsalTable(Strict):
    """What only a rehearsal uses."""

    sheets: Annotated[int, Field(ge=1, le=100_000_000)] | None = Field(
        default=None, description="sheets printed; default: what the stations are allocated, and a little waste"
    )
    note: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None,
        description="what is said of the stations when a rehearsal begins; default: how many, and their voters",
    )
    stop: Office = Field(default="STP", description="code of the place where couriers change")
    troubles: Mapping[Office, Trouble] = Field(
        default_factory=dict, description="station and what goes wrong there in a rehearsal"
    )


class ElectionTable(Strict):
    """The election itself: ``election.toml``."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)] = Field(
        description="short name, part of the log's origin"
    )
    domain: Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*\.[a-z]{2,20}$", max_length=90)] = Field(
        description="domain under which the log is run"
    )
    languages: Annotated[
        tuple[Annotated[str, Field(pattern=LANGUAGE_PATTERN)], ...], Field(min_length=1, max_length=16)
    ] = Field(description="languages of the election, ISO 639 codes; the first is the main one")
    name: Mapping[
        Annotated[str, Field(pattern=LANGUAGE_PATTERN)], Annotated[str, Field(min_length=1, max_length=200)]
    ] = Field(description="name of the election, by language")
    days: Annotated[tuple[Day, ...], Field(min_length=1, max_length=14)] = Field(description="days of voting")
    timezone: Zone = Field(description="IANA name of the commission's time zone")
    root: Annotated[tuple[Badge, ...], Field(min_length=1, max_length=16)] = Field(
        description="badges of the officers who hold the root together"
    )
    threshold: Annotated[int, Field(ge=1, le=16)] = Field(description="how many of them must sign together")
    witnesses: Annotated[tuple[WitnessLine, ...], Field(max_length=64)] = Field(
        default=(), description="log witnesses; none: nothing can be called proven"
    )
    witness_threshold: Annotated[int, Field(ge=1, le=64)] | None = Field(
        default=None, description="how many of the witnesses must cosign; needed where there are witnesses"
    )
    follows: EarlierLog | None = Field(
        default=None, description="the election that this one follows, as a run-off does; default: none"
    )
    rehearsal: RehearsalTable = Field(default_factory=RehearsalTable, description="what only a rehearsal uses")


TABLES: Final[Mapping[str, type[Strict]]] = {
    "stations": StationLine,
    "people": PersonLine,
    "plan": PlanLine,
    "styles": StyleLine,
    "parties": PartyLine,
    "codes": CodeLine,
    "zones": ZoneLine,
    "items": SuppliedLine,
    "follows": CarriedLine,
}
"""Table -> what one of its rows says."""

OPTIONAL: Final = ("styles", "parties", "codes", "zones", "items", "follows")
"""Tables that may be left out."""

WORDED: Final[Mapping[str, str]] = {"stations": "name", "parties": "name", "codes": "text"}
"""Table -> the beginning of its columns by language."""
