"""``names.json`` beside an embedded log: what election, stations and parties are called in each language of the election.

The log holds codes and one Latin or Cyrillic name; names in other scripts lie here. Nobody judges by them.
"""

from __future__ import annotations

import json
from typing import Any, Final

from custody.adapters.durable import write_file
from custody.election.model import Election
from custody.embedded.directory import Directory
from schemas.strict_json import canonical

NAMES_FILE: Final = "names.json"
_BYTES_MAX: Final = 4_000_000


def names_of(election: Election) -> bytes:
    """The file, in canonical form."""
    stations = {one.code: dict(one.names) for one in election.stations if one.names}
    parties = {party: dict(words) for party, words in election.labels.items()}
    codes = {code: dict(words) for code, words in election.codes.items()}
    told: dict[str, Any] = {"languages": list(election.languages), "election": dict(election.names)}
    return canonical({**told, "stations": stations, "parties": parties, "codes": codes}) + b"\n"


def keep_names(place: Directory, *, election: Election) -> None:
    """Put the file beside the log."""
    write_file(place.path / NAMES_FILE, names_of(election))


def languages_of(place: Directory) -> tuple[str, ...]:
    """The languages of the election in a directory; none where no names are kept, or they cannot be read."""
    languages = _kept(place).get("languages")
    return tuple(str(language) for language in languages) if isinstance(languages, list) else ()


def station_names_of(place: Directory) -> dict[str, dict[str, str]]:
    """Station -> language -> name, of the election in a directory; none where no names are kept, or they cannot be read."""
    stations = _kept(place).get("stations")
    if not isinstance(stations, dict):
        return {}
    named = {code: names for code, names in stations.items() if isinstance(names, dict)}
    return {str(code): {str(one): str(name) for one, name in names.items()} for code, names in named.items()}


def _kept(place: Directory) -> dict[str, Any]:
    """The file as it stands; nothing where there is none, or it cannot be read."""
    try:
        with (place.path / NAMES_FILE).open("rb") as file:
            told = json.loads(file.read(_BYTES_MAX))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
