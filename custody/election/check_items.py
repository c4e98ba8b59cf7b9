"""items.csv: kinds that are published or of this election, stations of the folder, each kind once for a station."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from custody.election.mistakes import Mistakes, Place
from custody.election.model import Election
from custody.election.tables import Row
from schemas.codes import BASE_CODES
from schemas.items import ITEMS_MAX


def check_items(election: Election, *, tables: Mapping[str, Sequence[Row]], mistakes: Mistakes) -> None:
    """Note what is wrong with the items that go with the papers."""
    rows = tables.get("items", ())
    own = {rule.code for rule in election.rules.codes}
    for code in election.rules.cancelling:
        if code not in BASE_CODES and code not in own:
            told = f"{code} is no code of the published list, nor of codes.csv."
            mistakes.note(Place("rules.json"), told, code="code-unknown", column="cancelling")
    everywhere = {row.said.kind for row in rows if not row.said.station}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        station, kind = row.said.station, row.said.kind
        if station and station not in election.by_station:
            told = f"{station} is no station of stations.csv."
            mistakes.note(row.place, told, code="station-unknown", column="station")
        if kind not in BASE_CODES and kind not in own:
            told = f"{kind} is no code of the published list, nor of codes.csv."
            mistakes.note(row.place, told, code="item-unknown", column="kind")
        if (station, kind) in seen or (station and kind in everywhere):
            told = f"{kind} is there twice for {station or 'every station'}."
            mistakes.note(row.place, told, code="item-twice", column="kind")
        seen.add((station, kind))
    for station in election.by_station:
        if len(election.items_of(station)) > ITEMS_MAX:
            told = f"{station} is sent items of more than {ITEMS_MAX} kinds."
            mistakes.note(rows[-1].place, told, code="items-many")
            return
