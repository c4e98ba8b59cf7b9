"""election.toml and the small tables: days, languages, witnesses, codes, parties, zones, the rehearsal's troubles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from custody.adapters.timezones import EDITION
from custody.core.tlog.cosignatures import parse_witness_key
from custody.election.check_stations import is_known, real_moment
from custody.election.genesis import hours_of, moment
from custody.election.mistakes import Mistakes, Place
from custody.election.model import Election, PlannedConsignment
from custody.election.tables import Row
from custody.election.words import can_stand_on_log
from schemas.codes import BASE_CODES
from schemas.errors import Refused
from schemas.styles import STYLES_MAX

_PLACE: Final = Place("election.toml")
_LATER_FLIGHT_S: Final = 20 * 3600
_NEEDS_MINISTRY: Final = ("own-pouch",)


def check_stated(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note what is wrong with what the election says of itself."""
    _check_days(election.days, mistakes=mistakes)
    _check_names(election, mistakes=mistakes)
    _check_witnesses(election, mistakes=mistakes)
    _check_rows(tables, election=election, mistakes=mistakes)
    check_troubles(election, mistakes=mistakes)
    if not is_known(election.timezone):
        told = f"The time zone database {EDITION} has no zone {election.timezone!r}."
        mistakes.note(_PLACE, told, code="zone-unknown", column="timezone")
    for row in election.rules.disposal_exceptions:
        if row.station not in election.by_station:
            told = f"{row.station} is no station of stations.csv."
            mistakes.note(Place("rules.json"), told, code="station-unknown", column="disposal_exceptions")


def _check_days(days: Sequence[str], *, mistakes: Mistakes) -> None:
    for before, after in pairwise(days):
        if date.fromisoformat(after) != date.fromisoformat(before) + timedelta(days=1):
            told = "The days of voting follow each other, each named once, the first one first."
            mistakes.note(_PLACE, told, code="days-order", column="days")
            return


def _check_names(election: Election, *, mistakes: Mistakes) -> None:
    languages = election.languages
    if len(set(languages)) < len(languages):
        mistakes.note(_PLACE, "A language is named twice.", code="language-twice", column="languages")
    for language in languages:
        if language not in election.names:
            told = f"The election has no name in {language}."
            mistakes.note(_PLACE, told, code="name-missing", column=f"name.{language}")
    for language in election.names:
        if language not in languages:
            told = f"{language} is none of the languages of this election."
            mistakes.note(_PLACE, told, code="language-unknown", column=f"name.{language}")


def _check_witnesses(election: Election, *, mistakes: Mistakes) -> None:
    names: set[str] = set()
    for number, row in enumerate(election.witness_policy["witnesses"]):
        column = f"witnesses.{number}"
        if row["name"] in names:
            mistakes.note(_PLACE, f"The witness {row['name']} is there twice.", code="witness-twice", column=column)
        names.add(row["name"])
        try:
            parse_witness_key(row["vkey"])
        except Refused as error:
            mistakes.note(_PLACE, error.sentence, code="witness-key", column=column)
    for group in election.witness_policy["groups"]:
        if group["threshold"] > len(group["members"]):
            told = f"{group['threshold']} witnesses must cosign, and there are {len(group['members'])}."
            mistakes.note(_PLACE, told, code="witness-threshold", column="witness_threshold")
        elif 2 * group["threshold"] <= len(group["members"]):
            told = "Two halves of the witnesses could each be enough: more than half of them must cosign."
            mistakes.note(_PLACE, told, code="witness-quorum", column="witness_threshold")


def _check_rows(tables: Mapping[str, Sequence[Row]], *, election: Election, mistakes: Mistakes) -> None:
    _check_styles(tables.get("styles", ()), election=election, mistakes=mistakes)
    for name, column in (("codes", "code"), ("parties", "party")):
        seen: set[str] = set()
        for row in tables.get(name, ()):
            word = str(getattr(row.said, column))
            if word in seen:
                mistakes.note(row.place, f"{word} is there twice.", code=f"{column}-twice", column=column)
            seen.add(word)
            for language in election.languages:
                if language not in row.words:
                    told = f"What {word} is called in {language} is missing."
                    mistakes.note(row.place, told, code="words-missing", column=language)
            if name == "codes" and row.words and not any(map(can_stand_on_log, row.words.values())):
                told = f"{word} needs a text in Latin or Cyrillic letters in one language: that one stands on the log."
                mistakes.note(row.place, told, code="words-repertoire", column=column)
            if name == "codes" and word in BASE_CODES:
                told = f"{word} is a code of the published list already."
                mistakes.note(row.place, told, code="code-known", column=column)
    last: dict[str, str] = {}
    for row in tables.get("zones", ()):
        if row.said.from_ <= last.get(row.said.timezone, ""):
            told = f"The moments of {row.said.timezone} are not in their order."
            mistakes.note(row.place, told, code="zone-order", column="from")
        last[row.said.timezone] = row.said.from_


def _check_styles(rows: Sequence[Row], *, election: Election, mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.said.code in seen:
            mistakes.note(row.place, f"The style {row.said.code} is there twice.", code="style-twice", column="code")
        seen.add(row.said.code)
    if len(rows) == 1:
        told = "An election of one style lists none: take the table away."
        mistakes.note(rows[0].place, told, code="style-alone")
    if len(rows) > STYLES_MAX:
        mistakes.note(rows[-1].place, f"There are more than {STYLES_MAX} styles.", code="styles-many")
    for number, share in enumerate(election.rules.allocation.shares):
        if share.style not in election.style_codes or share.station not in election.by_station:
            told = f"{share.station} {share.style}: there is no such station or style.".replace(" :", ":")
            mistakes.note(Place("rules.json"), told, code="share-unknown", column=f"allocation.shares.{number}")


def check_troubles(election: Election, *, mistakes: Mistakes) -> None:
    """Note which troubles a station's consignment and people cannot have."""
    spare = [badge for badge in election.holders("courier") if badge not in set(election.couriers())]
    out = {row.station: row for row in election.plan if row.direction == "out"}
    for station, trouble in election.rehearsal.troubles.items():
        column, told = f"rehearsal.troubles.{station}", ""
        if station not in out:
            told = f"{station} is no station with a consignment out."
        elif trouble == "substitute" and not spare:
            told = "A substitute is a courier without a consignment of his own: people.csv has none."
        elif trouble == "one-package-missing" and out[station].packages != 2:
            told = "One of two packages is missing: plan.csv has another number of packages out."
        elif trouble in _NEEDS_MINISTRY and len(election.holders("pouch-office")) < 2:
            told = "Two of the pouch office pack their own pouch: people.csv has fewer."
        elif trouble == "missed-flight" and not _has_a_later_flight(out[station], election=election):
            told = "After a missed flight there is another one: plan.csv has it due, or the mandate end, too late for that."
        elif trouble == "broken-seal" and out[station].packages != 1:
            told = "The seal of the one pouch is broken: plan.csv has several packages out."
        if told:
            mistakes.note(_PLACE, told, code="trouble", column=column)


def _has_a_later_flight(planned: PlannedConsignment, *, election: Election) -> bool:
    """Whether half a day of silence after the deadline, and a later flight, come before the opening and the mandate's end."""
    station = election.by_station[planned.station]
    times = (planned.due, planned.days[1], station.opens or election.days[0])
    if not (is_known(station.timezone) and all(map(real_moment, times))):
        return True
    later = moment(planned.due, zone=station.timezone) + _LATER_FLIGHT_S
    opens, ends = hours_of(station, election=election)[0], moment(f"{planned.days[1]} 23:59", zone=station.timezone)
    return later <= min(opens, ends)
