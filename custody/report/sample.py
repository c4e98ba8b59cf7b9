"""A sample of stations drawn with public dice, as a list to be checked on paper against the log.

How it is drawn is simple on purpose, so that a stranger draws the same by himself: ``sha256("DICE,STATION")`` of every station
that votes, the smallest values first. Not here: who throws the dice and when; the document says when they should be thrown.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.paper.sheet import figure
from custody.paper.station_names import city_of
from custody.report.document import Copied, Document, DocumentTable, Said, Section
from custody.report.report import UNSETTLED, citation
from custody.report.reported_log import ReportedLog
from schemas.identifiers import epoch_seconds
from schemas.station import BallotAccountClosed

_DIGITS_SHOWN: Final = 16
_CHECKED: Final = (
    "list",
    "declared",
    "counted",
    "issued",
    "spoiled",
    "unused",
    "cancelled",
    "in_boxes",
    "valid",
    "invalid",
)
"""Figures of an account that are compared with the paper."""
_PROGRAM: Final = """\
from hashlib import sha256
dice, number = "{dice}", {number}
stations = \"\"\"
{stations}
\"\"\".split()
def value(code):
    return sha256(f"{{dice}},{{code}}".encode()).hexdigest()
for code in sorted(stations, key=value)[:number]:
    print(code, value(code))
"""


@dataclass(frozen=True, slots=True)
class StationSample:
    """What is drawn: so many of these stations, with these dice."""

    dice: str
    number: int
    stations: tuple[str, ...]

    def value(self, code: str) -> str:
        """The value of a station by which they are ordered, 64 hex digits."""
        return sha256(f"{self.dice},{code}".encode()).hexdigest()

    def drawn(self) -> list[str]:
        """The stations that are checked, in their order."""
        return sorted(self.stations, key=self.value)[: self.number]

    def program(self) -> str:
        """Ten lines of Python that draw the same."""
        rows = "\n".join(textwrap.wrap(" ".join(self.stations), 60))
        return _PROGRAM.format(dice=self.dice, number=self.number, stations=rows)


def drawing_of(gathered: ReportedLog, *, dice: str, number: int) -> StationSample:
    """A drawing among the stations of a log that were not closed before they voted."""
    codes = tuple(station["station"] for station in gathered.stations if not station.get("closed"))
    return StationSample(dice, min(number, len(codes)), codes)


def checklist(gathered: ReportedLog, *, drawing: StationSample, language: Language) -> Document:
    """The sample as a list to be checked: how it was drawn, and for each station what is compared with what."""

    def tell(text: Message) -> str:
        return render(text, language=language)

    drawn = drawing.drawn()
    where = message("label.position", position=gathered.entries - 1, entries=gathered.entries)
    rows = tuple(
        (
            figure(place, language=language),
            _name(gathered, code, language=language),
            drawing.value(code)[:_DIGITS_SHOWN],
        )
        for place, code in enumerate(drawn, start=1)
    )
    head = (message("sample.head.number"), message("report.head.station"), message("sample.head.value"))
    lead = message("sample.lead", drawn=len(drawn), of=len(drawing.stations), seed=drawing.dice)
    lines = [
        message("report.election", slug=gathered.election["slug"], day=gathered.election["voting_day"]),
        message("report.as-of", where=where, at=gathered.now),
        *([message("withheld")] if gathered.withheld else []),
    ]
    return Document(
        language=language,
        title=tell(message("sample.title")),
        lead=tell(lead),
        lines=tuple(map(tell, lines)),
        page_of=tell(message("report.page", x="⟦x⟧", y="⟦y⟧")),
        made_at=epoch_seconds(gathered.now),
        sections=(
            Section(tell(message("sample.drawn")), (DocumentTable("", tuple(map(tell, head)), rows, (1, 6, 4)),)),
            *(_station(gathered, code, language=language) for code in drawn),
            Section(
                tell(message("sample.method")),
                (Said(tell(message("sample.how"))), Said(tell(message("sample.again"))), Copied(drawing.program())),
            ),
            Section(tell(message("report.citation")), (Copied(tell(citation(gathered))),)),
        ),
    )


def _name(gathered: ReportedLog, code: str, *, language: Language) -> str:
    """A station by code, official number and city."""
    station = next(row for row in gathered.stations if row["station"] == code)
    number = station.get("number")
    return " ".join(
        [code, *([f"№ {number}"] if number else []), render(city_of(gathered.source, code), language=language)]
    )


def _station(gathered: ReportedLog, code: str, *, language: Language) -> Section:
    head = (message("sample.what"), message("sample.log"), message("sample.paper"), message("sample.agrees"))
    rows = [
        (render(what, language=language), said, "", "[   ]")
        for what, said in _compared(gathered, code, language=language)
    ]
    grid = DocumentTable("", tuple(render(text, language=language) for text in head), tuple(rows), (6, 4, 4, 2))
    return Section(
        _name(gathered, code, language=language), (grid, Said(render(message("sample.signed"), language=language)))
    )


def _compared(gathered: ReportedLog, code: str, *, language: Language) -> Iterator[tuple[Message, str]]:
    """What is compared, and what the log says of it."""
    for account in gathered.accounts:
        if account["station"] == code:
            for name in _CHECKED:
                value = account.get(name)
                if isinstance(value, int):
                    yield message("account.figure", name=name), figure(value, language=language)
    for unit in gathered.units:
        if unit["station"] == code and unit["state"] not in {"opened", "destroyed"}:
            for seal in unit["seals"]:
                yield message("sample.seal", unit=unit["unit"]), seal["seal"]
    for event in _closings(gathered, code):
        yield message("sample.act"), event[:_DIGITS_SHOWN]
    unsettled = [row for row in gathered.findings if code in row["stations"] and row["status"] in UNSETTLED]
    yield message("sample.findings"), figure(len(unsettled), language=language)


def _closings(gathered: ReportedLog, code: str) -> Sequence[str]:
    closings = gathered.source.standing(BallotAccountClosed)
    return [row.event_id for row, event in closings if event.station == code]
