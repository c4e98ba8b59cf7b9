"""The facts of findings: what disagrees with what, where the evidence is on the log, and what would settle it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, overload

from custody.core.wording.finding_codes import settles, title
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import Message, message, render, said
from projections import queries
from projections.kept_rows import KeptFinding
from projections.web.facts.events import Events
from projections.web.models import words
from projections.web.models.answers import FindingAnswer
from projections.web.models.finding_lists import STATUSES, Brief, CountsDoc
from projections.web.models.parts import AllWords, AlsoDoc, DecisionDoc, FindingDoc, Sentences, Words
from projections.web.models.problems import Absent
from projections.web.snapshots.snapshot import Snapshot
from schemas.outcomes import MessageJson

SHOWN_MAX: Final = 50
"""So many findings stand on a page about something else; the list of findings has the others."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are asked for; None: any."""

    status: str | None = None
    severity: str | None = None
    code: str | None = None
    station: str | None = None
    unit: str | None = None

    def has(self, brief: Brief) -> bool:
        """Whether a finding is among those."""
        fields = ("status", "severity", "code")
        asked = all(getattr(self, name) in {None, getattr(brief, name)} for name in fields)
        asked = asked and (self.station is None or self.station in brief.stations)
        return asked and (self.unit is None or self.unit in brief.units)


class FindingsInOrder(Sequence[FindingDoc]):
    """Findings in their order; each is read and told when it is asked for."""

    def __init__(self, reading: Snapshot, wanted: Wanted) -> None:
        """Those that are wanted."""
        self._reading = reading
        self.briefs = [brief for brief in reading.briefs if wanted.has(brief)]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.briefs)

    @overload
    def __getitem__(self, place: int) -> FindingDoc: ...

    @overload
    def __getitem__(self, place: slice) -> list[FindingDoc]: ...

    def __getitem__(self, place: int | slice) -> FindingDoc | list[FindingDoc]:
        """One finding, or a part of the list."""
        if isinstance(place, int):
            return self._told([self.briefs[place]])[0]
        return self._told(self.briefs[place])

    @property
    def counts(self) -> CountsDoc:
        """How many there are, in all and of each status."""
        return counts_of(self.briefs)

    def _told(self, briefs: Sequence[Brief]) -> list[FindingDoc]:
        cities = _cities(self._reading) if briefs else {}
        rows = (queries.finding(self._reading.books, brief.id) for brief in briefs)
        docs = [doc for doc in rows if doc is not None]
        return [finding_doc(self._reading, doc, city=cities.get(doc["station"] or "")) for doc in docs]


def counts_of(briefs: Sequence[Brief]) -> CountsDoc:
    """How many findings there are, in all and of each status."""
    of_status = Counter(brief.status for brief in briefs)
    return CountsDoc(total=len(briefs), **{name: of_status[name] for name in STATUSES})


def found(reading: Snapshot, wanted: Wanted | None = None) -> FindingsInOrder:
    """The gravest first, unsettled before settled, then in the order in which they were raised."""
    return FindingsInOrder(reading, wanted or Wanted())


def findings(reading: Snapshot, wanted: Wanted | None = None) -> list[FindingDoc]:
    """All of :func:`found`, told: as much work as there are findings."""
    return found(reading, wanted)[:]


def finding_answer(reading: Snapshot, identity: str) -> FindingAnswer:
    """One finding by its id; Absent."""
    doc = queries.finding(reading.books, identity)
    if doc is None:
        raise Absent("unknown-finding", "There is no finding with this id on this log.")
    finding = finding_doc(reading, doc, city=_cities(reading).get(doc["station"] or ""))
    return FindingAnswer(**reading.common(), finding=finding)


def finding_doc(reading: Snapshot, doc: KeptFinding, *, city: str | None) -> FindingDoc:
    """A finding as it is answered."""
    events = Events(reading, units=doc["units"], positions=(doc["raised"], doc["position"]))
    return FindingDoc(
        id=doc["id"],
        code=doc["code"],
        severity=doc["severity"],
        status=doc["status"],
        count=doc["count"],
        station=doc["station"] or None,
        stations=queries.stations_of(doc),
        city=city,
        units=tuple(doc["units"]),
        sentence=render(_said(reading, code=doc["code"], says=doc["says"], units=doc["units"]), language="en"),
        also=_also(reading, doc, events=events),
        evidence=tuple(events.evidence(event) for event in doc["evidence"]),
        raised=doc["raised"],
        raised_at=doc["raised_at"],
        settled_by=None if doc["settled_by"] is None else events.latest(doc["settled_by"]),
        settled_at=doc["settled_at"],
        settled_type=doc["settled_type"],
        settled_deadline=doc["settled_deadline"],
        settles=str(settles(doc["code"])),
        decisions=tuple(DecisionDoc(**decision) for decision in doc["decisions"]),
        decisions_in_all=doc["decisions_in_all"],
        words=_words(reading, doc),
        uncertain_minutes=doc["uncertain_minutes"],
        position=doc["position"],
    )


def _also(reading: Snapshot, doc: KeptFinding, *, events: Events) -> tuple[AlsoDoc, ...]:
    """What has the same cause, each sentence once."""
    kept = {also["sentence"]: also for also in doc["also"] if also["sentence"] != doc["sentence"]}
    return tuple(
        AlsoDoc(
            code=also["code"],
            sentence=sentences["en"],
            sentences=Sentences(**sentences),
            evidence=events.evidence(also["event"]) if also["event"] else None,
        )
        for also in kept.values()
        for told in (_said(reading, code=also["code"], says=also["says"], units=doc["units"]),)
        for sentences in (_in_each(told, languages=reading.languages),)
    )


def _words(reading: Snapshot, doc: KeptFinding) -> AllWords:
    """The finding in each language."""
    each = partial(_in_each, languages=reading.languages)
    parts = {
        "title": each(title(doc["code"])),
        "severity": each(message("severity", severity=doc["severity"])),
        "status": each(message("status", status=doc["status"])),
        "sentence": each(_said(reading, code=doc["code"], says=doc["says"], units=doc["units"])),
        "settles": each(settles(doc["code"])),
        "settled": each(said(doc["settled_says"])) if doc["settled_says"] else dict.fromkeys(LANGUAGES, ""),
    }
    return AllWords(
        **{language: Words(**{name: part[language] for name, part in parts.items()}) for language in LANGUAGES}
    )


def _in_each(text: Message, *, languages: Sequence[Language]) -> dict[Language, str]:
    return {language: render(text, language=language) for language in languages}


def _said(reading: Snapshot, *, code: str, says: MessageJson, units: Sequence[str]) -> Message:
    return words.IN_THE_BOXES if reading.hides_finding(code, units=units) else said(says)


def city_of(reading: Snapshot, station: str | None) -> str | None:
    """The city of a station."""
    row = None if station is None else queries.station(reading.books, station)
    return None if row is None else row["city"]


def _cities(reading: Snapshot) -> dict[str, str]:
    return {station["station"]: station["city"] for station in queries.all_stations(reading.books)}
