"""Genesis and the openings of stations as an election's folder says them: the fields of the events, and nothing else.

The same folder, keys and log key give the same fields on every machine: that is how officers compare what they sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from custody.adapters.reference import ReferenceStation
from custody.adapters.timezones import EDITION, offset_rows, zone_of
from custody.election.model import Election
from custody.election.names import names_digest

FOLD_VERSION: Final = 1
_OPENS, _CLOSES = "07:00", "20:00"


def genesis_of(election: Election, *, keys: Sequence[Any], log_key: str, second: str = "") -> dict[str, Any]:
    """The fields of ElectionOpened that follow from the folder, the root officers' keys and the log's key or keys."""
    return {
        "type": "ElectionOpened",
        "slug": election.slug,
        "domain": election.domain,
        "voting_day": election.days[0],
        **zone_of_place(election, name=election.timezone),
        "root": {"threshold": election.threshold, "keys": list(keys)},
        "log_key": log_key,
        **({"log_key_ml_dsa_44": second} if second else {}),
        "witness_policy": dict(election.witness_policy),
        "rules": election.rules.model_dump(mode="json", exclude_unset=True),
        "fold_version": FOLD_VERSION,
        "device": None,
        **({"names": digest} if (digest := names_digest(election)) else {}),
        **({"follows": election.follows.model_dump()} if election.follows is not None else {}),
        **({"styles": [style.model_dump() for style in election.styles]} if election.styles else {}),
    }


def carried_of(station: str, *, election: Election) -> dict[str, Any]:
    """What the opening of a station says of the election before; nothing where it is new."""
    row = election.carried.get(station)
    return {} if row is None else {"carried": row.model_dump(mode="json", exclude_unset=True)}


def zone_of_place(election: Election, *, name: str) -> dict[str, Any]:
    """A zone as the folder writes it down; else what the installed edition of the database says of it."""
    year = int(election.days[0][:4])
    written = {"timezone": name, "tzdata": EDITION, "offsets": offset_rows(name, year=year)}
    return {**written, **election.zones.get(name, {})}


def hours_of(station: ReferenceStation, *, election: Election) -> tuple[int, int]:
    """When a station opens on its first day of voting and closes on its last one, epoch seconds."""
    sessions = sessions_of(station, election=election)
    return sessions[0][0], sessions[-1][1]


def sessions_of(station: ReferenceStation, *, election: Election) -> tuple[tuple[int, int], ...]:
    """Opening and closing of each day of voting, epoch seconds; from morning to evening where the folder says nothing."""
    opens = station.opens or f"{election.days[0]} {_OPENS}"
    closes = station.closes or f"{election.days[-1]} {_CLOSES}"
    voting = dict.fromkeys((opens[:10], *(day for day in election.days if opens[:10] < day < closes[:10]), closes[:10]))
    return tuple(
        (moment(f"{day} {opens[11:]}", zone=station.timezone), moment(f"{day} {closes[11:]}", zone=station.timezone))
        for day in voting
    )


def moment(text: str, *, zone: str) -> int:
    """Epoch seconds of what the clocks of a zone show, YYYY-MM-DD HH:MM."""
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=zone_of(zone)).timestamp())
