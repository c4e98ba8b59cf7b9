"""Documents of an archive that repeat the log in plain JSON: ``election.json`` and ``keys.json``, in their one form.

Both are informative.  Whoever exports writes these bytes, whoever audits computes them again from the log and compares
byte for byte; so nobody can tell a reader of the plain files something else than the log says.

The form: canonical JSON (RFC 8785) and one newline.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.authority.roster import KeyRecord
from custody.core.tlog.checkpoint import origin_of
from schemas.authority import ElectionOpened
from schemas.strict_json import canonical


def election_json(*, genesis: ElectionOpened, election: str) -> bytes:
    """What the election calls itself, out of genesis; ``election`` is the event id of genesis, 64 hex digits.

    Refused("checkpoint-origin") where domain and slug make no origin.
    """
    content = {
        "election": election,
        "slug": genesis.slug,
        "domain": genesis.domain,
        "log": genesis.log,
        "origin": origin_of(genesis=genesis, election=election),
        "voting_day": genesis.voting_day,
        "fold_version": genesis.fold_version,
        "log_key": genesis.log_key,
    }
    return canonical(content) + b"\n"


def keys_json(roster: Iterable[KeyRecord]) -> bytes:
    """{key id: hex Ed25519 public key} of every key ever enrolled, root keys and revoked ones included."""
    return canonical({key.keyid: key.public.hex() for key in roster}) + b"\n"
