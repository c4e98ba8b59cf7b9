"""The names of a folder by language, as the one file that lies beside the log and whose SHA-256 genesis states."""

from __future__ import annotations

from custody.election.model import Election
from schemas.election_names import ElectionNames, digest_of, format_names


def names_of(election: Election) -> bytes:
    """The file, in its one form."""
    said = {
        "languages": election.languages,
        "election": dict(election.names),
        "stations": {one.code: dict(one.names) for one in election.stations if one.names},
        "parties": {party: dict(words) for party, words in election.labels.items() if words},
        "codes": {code: dict(words) for code, words in election.codes.items() if words},
    }
    names = ElectionNames.model_validate(said)
    return format_names(names)


def names_digest(election: Election) -> str:
    """What genesis states of it; empty where nothing has a name by language."""
    is_named = election.names or election.labels or election.codes or any(one.names for one in election.stations)
    return digest_of(names_of(election)) if is_named else ""
