"""``custody election key``, ``sign`` and ``open``: opening an election for real, step by step, by files between machines.

Each keyholder has a folder of his own with a keystore, and a copy of the election's folder; what travels is the table
(``custody.election.table``), and nothing on it is secret. The steps stand in docs/ceremony.md.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.adapters.keystore import KeyName, Keystore, NewKey
from custody.adapters.keystore_file import COST, LIGHT_COST
from custody.adapters.sqlite import SqliteLog
from custody.adapters.timezones import zone_of
from custody.cli.commands.election_folder import Folder, read
from custody.cli.commands.enrolment import bring, enrol_on, missing, root_of, sign_acts
from custody.cli.device_session import KEYSTORE_FILE, PIN_RULE
from custody.cli.language import language_here
from custody.cli.lines.genesis import genesis_lines
from custody.cli.settings.services import place_of
from custody.cli.telling import in_language, tell
from custody.core.entries.admission import admit
from custody.core.wording.messages import Message, message
from custody.election.ceremony import LOG, derive, differences, genesis_words, needed, request, signed, together
from custody.election.enrolment import awaited, holder_of
from custody.election.model import Election
from custody.election.names import names_of
from custody.election.table import CeremonyTable
from custody.embedded.directory import Directory
from custody.embedded.election_names import keep_names
from custody.embedded.folding import folded
from custody.paper.eight import numbers_of, words_in
from custody.ports import Log
from custody.sandbox.keyring import read_pin
from schemas.demo_domain import is_demo_domain
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Contradicted, Misused, Refused
from schemas.identifiers import parse_timestamp

TableFolder = Annotated[Path, typer.Option("--ceremony", help="The table: the folder that travels between machines.")]
Own = Annotated[Path, typer.Option("--keystore", help="Your own folder, with your keystore and nobody else's.")]
Who = Annotated[str, typer.Option("--as", help="Your badge; log for the log's key.")]
PinFile = Annotated[
    Path | None, typer.Option("--pin-file", help="A file with the PIN (else CUSTODY_PIN, else it is asked for).")
]
WAITING = 75
"""Something is awaited from somebody else: the same command goes on once it is there."""


def key(
    folder: Folder,
    *,
    table: TableFolder,
    own: Own,
    badge: Who,
    person: Annotated[
        str, typer.Option("--person", help="Your person tag from the registrars (64 hex digits); default: a new one.")
    ] = "",
    second: Annotated[
        bool, typer.Option("--ml-dsa-44", help="With --as log: the log signs by ML-DSA-44 too, by a key that follows.")
    ] = False,
    pin_file: PinFile = None,
) -> None:
    """Draw your key on your own machine, and put the request with its public half on the table."""
    election, place = read(folder), CeremonyTable(table)
    if second and badge != LOG:
        raise Misused("ceremony-second", f"Only the log has a second key; {badge} is not the log.")
    if badge not in needed(election):
        _bring_later(election, place=place, own=own, badge=badge, person=person, pin_file=pin_file)
        return
    there = place.read(place.request(badge))
    name = _own_key(own, badge=badge)
    if name is None:
        if there is not None:
            told = f"{badge} brought a key already, and it is not in {own}: go on from the folder in which it is."
            raise Misused("ceremony-twice", told)
        pin = _pin(badge, pin_file=pin_file, is_new=True)
        name = _drawn(own, badge=badge, domain=election.domain, pin=pin)
    else:
        pin = _pin(badge, pin_file=pin_file, is_new=False)
    private = Keystore(own / KEYSTORE_FILE).unlock(keyid=name.keyid, pin=pin)
    if there is None:
        tag = None if badge == LOG else person or secrets.token_hex(32)
        data = request(badge, person=tag, private=private, public=name.public.hex(), has_second=second)
        place.write(place.request(badge), data)
    elif place.requests(election)[badge].public != name.public.hex():
        raise Misused("ceremony-twice", f"{badge} brought another key already than the one in {own}.")
    tell(message("done.key-here", badge=badge, own=str(own), file=str(place.request(badge))))


def sign(
    folder: Folder,
    *,
    table: TableFolder,
    own: Own,
    badge: Who,
    words: Annotated[
        str,
        typer.Option("--words", help="The eight words as read aloud at the other machine; else they are asked for."),
    ] = "",
    pin_file: PinFile = None,
) -> None:
    """Derive genesis from your own copy of the folder, compare it with the table's, and sign it."""
    election, place = read(folder), CeremonyTable(table)
    if badge not in election.root:
        raise Misused("ceremony-stranger", f"{badge} does not sign: the root is {', '.join(election.root)}.")
    payload = _compared(election, place=place)
    name = _own_key(own, badge=badge)
    is_opened = root_of(place) is not None and place.read(place.signature(badge)) is not None
    brought = place.requests(election)[badge].public
    if name is None or name.public.hex() != brought:
        raise Misused("ceremony-key", f"{own} does not hold the key that {badge} brought to this ceremony.")
    if is_opened:
        key_id = name.keyid

        def unlocked() -> Ed25519PrivateKey:
            pin = _pin(badge, pin_file=pin_file, is_new=False)
            return Keystore(own / KEYSTORE_FILE).unlock(keyid=key_id, pin=pin)

        for line in sign_acts(election, place=place, badge=badge, private=unlocked):
            tell(message("done.enrolment-signed", badge=badge, line=line))
        return
    for line in list(genesis_lines(payload))[:-1]:  # the words are what is compared, so they are not shown first
        tell(line)
    _check_words(words, payload=payload)
    if place.read(place.signature(badge)) is None:
        private = Keystore(own / KEYSTORE_FILE).unlock(
            keyid=name.keyid, pin=_pin(badge, pin_file=pin_file, is_new=False)
        )
        place.write(place.signature(badge), signed(payload, private=private, key=name.keyid))
    tell(message("done.genesis-signed", badge=badge, file=str(place.signature(badge))))


def open_(
    folder: Folder,
    *,
    table: TableFolder,
    directory: Annotated[
        Path | None,
        typer.Option("--dir", help="Where the embedded log is made; without it Kafka's topic, by settings."),
    ] = None,
    at: Annotated[str, typer.Option("--at", help="The moment that genesis states; default: now.")] = "",
) -> None:
    """Go one step on: wait for requests, derive genesis, wait for signatures, create the log, print the root."""
    election, place = read(folder), CeremonyTable(table)
    requests = place.requests(election)
    absent = [badge for badge in needed(election) if badge not in requests]
    if absent:
        _wait(message("done.waiting-keys", here=len(requests), needed=len(needed(election)), who=tuple(absent)))
    if place.read(place.genesis) is None:
        moment = parse_timestamp(at) if at else _now(election)
        place.write(place.genesis, derive(election, requests=requests, at=moment))
    payload = _compared(election, place=place)
    for line in genesis_lines(payload, language=language_here()):
        tell(line)
    signatures = dict(place.signatures(election, payload=payload))
    if len(signatures) < election.threshold:
        others = tuple(badge for badge in election.root if badge not in signatures)
        here, needs = len(signatures), election.threshold
        _wait(message("done.waiting-signatures", here=here, needed=needs, who=others))
    entry = together(payload, signatures=tuple(signatures.values()))
    admit(entry, keys=lambda _: None)
    with _log_of(directory) as log:
        _put(log, entry=entry)
    place.write(place.names, names_of(election))
    if directory is not None:
        keep_names(Directory(directory), election=election)
    root = event_id(payload)
    place.write(place.opened, (json.dumps({"election": root}) + "\n").encode())
    tell(message("done.opened", who=tuple(sorted(signatures)), root=root))
    with _log_of(directory) as log:
        waiting = enrol_on(
            log, election=election, place=place, now=lambda: parse_timestamp(at) if at else _now(election)
        )
        left = missing(election, ledger=folded(log))
    tell(_enrolled(election, left=left))
    if waiting:
        _wait(message("done.waiting-enrolments", who=waiting))


def _enrolled(election: Election, *, left: Sequence[str]) -> Message:
    """How many of the folder are enrolled, and the first of those who are not."""
    total = len(awaited(election))
    done = total - len(left)
    if not left:
        return message("done.enrolled", done=done, total=total)
    more = "some" if len(left) > 8 else "none"
    return message("done.enrolled-part", done=done, total=total, left=tuple(left[:8]), more=more)


def _bring_later(
    election: Election, *, place: CeremonyTable, own: Path, badge: str, person: str, pin_file: Path | None
) -> None:
    """The key of somebody who is enrolled after genesis, in a folder of his own, and its request on the table."""
    holder = holder_of(badge, election=election, person=person or secrets.token_hex(32))
    if holder is None:
        told = f"{badge} is neither in the root nor in people.csv: the root is {', '.join(election.root)}, and {LOG}."
        raise Misused("ceremony-stranger", told)
    if root_of(place) is None:
        raise Misused(
            "enrolment-early",
            f"{badge} is not in the root, and others are enrolled after genesis: the election is not opened yet.",
        )
    name, there = _own_key(own, badge=badge), place.read(place.enrolment(badge))
    if name is None and there is not None:
        raise Misused("ceremony-twice", f"{badge} brought a key already, and it is not in {own}.")
    pin = _pin(badge, pin_file=pin_file, is_new=name is None)
    name = name or _drawn(own, badge=badge, domain=election.domain, pin=pin, role=holder.role)
    private = Keystore(own / KEYSTORE_FILE).unlock(keyid=name.keyid, pin=pin)
    bring(election, place=place, badge=badge, person=holder.person, private=private)
    tell(message("done.key-here", badge=badge, own=str(own), file=str(place.enrolment(badge))))


def _compared(election: Election, *, place: CeremonyTable) -> bytes:
    """Genesis as this machine derives it, which must be the one on the table, byte for byte. Contradicted otherwise."""
    drafted = place.read(place.genesis)
    if drafted is None:
        raise Misused("ceremony-no-genesis", "There is no genesis on the table yet: custody election open derives it.")
    requests = place.requests(election)
    if absent := [badge for badge in needed(election) if badge not in requests]:
        raise Misused("ceremony-requests", f"The requests of {', '.join(absent)} are not on the table any more.")
    try:
        moment = str(json.loads(drafted)["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("ceremony-genesis", f"{place.genesis} is no genesis.") from error
    own = derive(election, requests=requests, at=moment)
    if own != drafted:
        rows = [f"{row.field}: here {row.own}, on the table {row.other}" for row in differences(own, other=drafted)]
        told = "; ".join(rows[:5]) or "the same in other bytes"
        raise Contradicted("ceremony-differs", f"This folder does not give the genesis that is on the table. {told}.")
    return own


@contextmanager
def _log_of(directory: Path | None) -> Iterator[Log]:
    """The election's log, made where there is none: in a directory, or without one Kafka's topic."""
    if directory is None:
        with place_of(None).writable() as log:
            yield log
        return
    here = Directory(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with here.open_log() if here.log.exists() else SqliteLog.create(here.log) as log:
        yield log


def _put(log: Log, *, entry: bytes) -> None:
    if log.end() == 0:
        log.append([entry])
    first = log.read(start=0, limit=1)
    # A signature that came later is no other election: what was signed is the same.
    if not first or _payload(first[0].entry) != parse_envelope(entry).payload:
        raise Contradicted("other-election", "The log begins with something else; nothing was written to it.")


def _payload(entry: bytes) -> bytes:
    try:
        return parse_envelope(entry).payload
    except Refused:
        return b""


def _check_words(words: str, *, payload: bytes) -> None:
    own = genesis_words(payload)
    said = words or str(typer.prompt(in_language(message("ask.words")), err=True))
    if numbers_of(said.lower().split()) != numbers_of(own):
        here = " ".join(words_in(own, language=language_here()))
        told = message("ceremony.words-differ", words=here)
        raise Contradicted("ceremony-words", told)


def _own_key(own: Path, *, badge: str) -> KeyName | None:
    if not (own / KEYSTORE_FILE).is_file():
        return None
    names = Keystore(own / KEYSTORE_FILE).names()
    return next((name for name in names if name.badge == badge), None)


def _drawn(own: Path, *, badge: str, domain: str, pin: str, role: str = "") -> KeyName:
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    cost = LIGHT_COST if is_demo_domain(domain) else COST
    path = own / KEYSTORE_FILE
    store = Keystore(path) if path.is_file() else Keystore.create(path, domain=domain, cost=cost)
    role = role or (LOG if badge == LOG else "cec-officer")
    store.add([NewKey(badge=badge, role=role, private=Ed25519PrivateKey.generate(), pin=pin)])
    return next(name for name in store.names() if name.badge == badge)


def _pin(badge: str, *, pin_file: Path | None, is_new: bool) -> str:
    pin = read_pin(pin_file) or os.environ.get("CUSTODY_PIN")
    if pin is not None:
        return pin
    if is_new:
        question = in_language(
            message(
                "ask.pin-new",
                badge=badge,
                rule=PIN_RULE,
            )
        )
        again = in_language(message("ask.pin-again"))
        return str(typer.prompt(question, hide_input=True, confirmation_prompt=again, err=True))
    return str(typer.prompt(in_language(message("ask.pin", badge=badge)), hide_input=True, err=True))


def _now(election: Election) -> str:
    return datetime.now(tz=UTC).astimezone(zone_of(election.timezone)).isoformat(timespec="seconds")


def _wait(sentence: Message) -> None:
    tell(sentence)
    raise typer.Exit(WAITING)
