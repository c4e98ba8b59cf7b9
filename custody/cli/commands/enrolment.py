"""The ceremony after genesis: everybody else is enrolled by requests on the table, signed by the officers who opened it.

``custody election key``, ``sign`` and ``open`` go on with this once the election is opened; nobody ever needs another's key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.admission import admit
from custody.core.entries.signing import keyid
from custody.core.ledger import Ledger
from custody.election.ceremony import signed, together
from custody.election.enrolment import (
    ROWS_MAX,
    EnrolmentRequest,
    act_of,
    awaited,
    enrolment_row,
    format_enrolment,
    holder_of,
    read_enrolment,
)
from custody.election.model import Election
from custody.election.table import CeremonyTable
from custody.embedded.folding import folded
from custody.ports import Log
from schemas.envelope import Signature, parse_envelope
from schemas.errors import Contradicted, Misused, Refused


def root_of(place: CeremonyTable) -> str | None:
    """The election that the ceremony opened; None where it has not yet."""
    data = place.read(place.opened)
    return None if data is None else str(json.loads(data)["election"])


def bring(
    election: Election, *, place: CeremonyTable, badge: str, person: str | None, private: Ed25519PrivateKey
) -> None:
    """Put the request of somebody who is enrolled after genesis on the table. Misused where that is nobody, or too early."""
    root, holder = root_of(place), holder_of(badge, election=election, person=person)
    if holder is None:
        raise Misused("ceremony-stranger", f"{badge} is neither in people.csv nor a device there.")
    if root is None:
        raise Misused(
            "enrolment-early",
            f"{badge} is not in the root, and others are enrolled after genesis: the election is not opened yet.",
        )
    there = place.read(place.enrolment(badge))
    if there is None:
        row = enrolment_row(private, holder=holder, election=root)
        place.write(place.enrolment(badge), format_enrolment(row, election=root))
        return
    brought = read_enrolment(there, badge=badge, election=election, root=root)
    if brought.key.public != private.public_key().public_bytes_raw().hex():
        raise Misused("ceremony-twice", f"{badge} brought another key already than the one here.")


def sign_acts(
    election: Election, *, place: CeremonyTable, badge: str, private: Callable[[], Ed25519PrivateKey]
) -> Iterator[str]:
    """Sign each act on the table that this officer has not signed, as derived from the requests; yields what was signed."""
    for number, drafted in _acts(place):
        if place.read(place.act_signature(number, badge=badge)) is None:
            payload, names = _derived(election, place=place, drafted=drafted, number=number)
            key = private()
            data = signed(payload, private=key, key=keyid(key.public_key().public_bytes_raw()))
            place.write(place.act_signature(number, badge=badge), data)
            yield f"{len(names)} keys: {', '.join(names[:8])}{' ...' if len(names) > 8 else ''}"


def enrol_on(log: Log, *, election: Election, place: CeremonyTable, now: Callable[[], str]) -> str:
    """Go one step on: draft acts for new requests, record those that are signed; what there is to wait for, or ""."""
    ledger = folded(log)
    _draft(election, place=place, ledger=ledger, at=now)
    waiting: dict[str, None] = {}
    for number, drafted in _acts(place):
        payload, _ = _derived(election, place=place, drafted=drafted, number=number)
        signatures = dict(_signatures(election, place=place, number=number, payload=payload, ledger=ledger))
        absent = [badge for badge in _signers(ledger, election=election) if badge not in signatures]
        waiting |= dict.fromkeys(absent)
        if not absent and not _is_recorded(payload, ledger=ledger):
            entry = together(payload, signatures=tuple(signatures.values()))
            admit(entry, keys=ledger.public_key)
            log.append([entry])
    return ", ".join(waiting)


def missing(election: Election, *, ledger: Ledger) -> list[str]:
    """Who of the folder is not enrolled, in its order."""
    known = {key.badge for key in ledger.state.roster}
    return [badge for badge in awaited(election) if badge not in known]


def _draft(election: Election, *, place: CeremonyTable, ledger: Ledger, at: Callable[[], str]) -> None:
    named = {row["badge"] for _, drafted in _acts(place) for row in json.loads(drafted)["keys"]}
    fresh = [badge for badge in missing(election, ledger=ledger) if badge not in named]
    requests = [said for badge in fresh if (said := _request(badge, election=election, place=place)) is not None]
    number = sum(1 for _ in _acts(place))
    by_badge = {key.badge: key for key in ledger.state.roster}
    signers = [
        {"key": by_badge[badge].keyid, "person": by_badge[badge].person, "part": "acting"}
        for badge in _signers(ledger, election=election)
    ]
    for later, start in enumerate(range(0, len(requests), ROWS_MAX)):
        group = requests[start : start + ROWS_MAX]
        place.write(place.act(number + later), act_of(group, signers=signers, at=at()))


def _signers(ledger: Ledger, *, election: Election) -> list[str]:
    """The officers who sign: those who opened the election, so many as its threshold asks for."""
    genesis = ledger.state.records[ledger.election]
    by_key = {key.keyid: key.badge for key in ledger.state.roster}
    opened = {by_key[key] for key in genesis.signatures if key in by_key}
    return [badge for badge in election.root if badge in opened][: election.threshold]


def _derived(election: Election, *, place: CeremonyTable, drafted: bytes, number: int) -> tuple[bytes, list[str]]:
    """An act as this machine derives it, which must be the one on the table, byte for byte. Contradicted otherwise."""
    try:
        said: Mapping[str, Any] = json.loads(drafted)
        names = [str(row["badge"]) for row in said["keys"]]
        at, signers = str(said["at"]), list(said["signers"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("enrolment-act", f"{place.act(number)} is no act of enrolment.") from error
    requests = [_request(badge, election=election, place=place) for badge in names]
    found: Sequence[EnrolmentRequest] = [one for one in requests if one is not None]
    own = act_of(found, signers=signers, at=at) if len(found) == len(names) and found else b""
    if own != drafted:
        told = f"{place.act(number)} does not follow from the folder and the requests on the table; nothing was signed."
        raise Contradicted("enrolment-differs", told)
    return own, names


def _request(badge: str, *, election: Election, place: CeremonyTable) -> EnrolmentRequest | None:
    data, root = place.read(place.enrolment(badge)), root_of(place)
    if data is None or root is None:
        return None
    return read_enrolment(data, badge=badge, election=election, root=root)


def _acts(place: CeremonyTable) -> Iterator[tuple[int, bytes]]:
    for number in count():
        drafted = place.read(place.act(number))
        if drafted is None:
            return
        yield number, drafted


def _signatures(
    election: Election, *, place: CeremonyTable, number: int, payload: bytes, ledger: Ledger
) -> Iterator[tuple[str, Signature]]:
    """Signatures on an act by the keys that genesis gives the officers. Refused for one over anything else."""
    keys = {key.badge: key.keyid for key in ledger.state.roster}
    for badge in election.root:
        data = place.read(place.act_signature(number, badge=badge))
        if data is None:
            continue
        envelope = parse_envelope(data)
        if envelope.payload != payload or any(one.keyid != keys.get(badge) for one in envelope.signatures):
            raise Refused("enrolment-signature", f"{place.act_signature(number, badge=badge)} signs something else.")
        for signature in envelope.signatures:
            yield badge, signature


def _is_recorded(payload: bytes, *, ledger: Ledger) -> bool:
    known = {key.badge for key in ledger.state.roster}
    return all(row["badge"] in known for row in json.loads(payload)["keys"])
