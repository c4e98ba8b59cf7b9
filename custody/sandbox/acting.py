"""Playing by script: one act of invented people on a demonstration's devices.

Each device knows the log and what was made or met on it. The first person's device makes the act and remembers it; the
device that made an offer learns its answer; a receiver's device learns an offer with what travels along. So a scenario
may make several acts before any of them is appended.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from custody.adapters.outbox import Outbox
from custody.core.state.moments import shifted
from custody.courier.client import drafts_of
from custody.courier.codes import check_codes, check_offices
from custody.courier.companions import companions
from custody.courier.completion import countersign
from custody.courier.knowledge import Knowledge, LocalEvent, know
from custody.courier.sign_act import Crew, Shown, SignedAct, badges_of, id_of, made_on, make_act
from custody.ports import LogReader
from custody.sandbox.keyring import Keyring
from custody.sandbox.shorthand import Expanded, expand, read_references
from schemas.demo_domain import is_demo_domain
from schemas.envelope import parse_envelope
from schemas.errors import Misused, Refused
from schemas.identifiers import parse_timestamp
from schemas.union import parse_event

_READ = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """Who acts when: signing and awaited badges, and the claimed time ("": a minute after the newest known).

    ``known`` is how many entries of the log the device has seen, None for all: one without network learns nothing new.
    """

    signing: Sequence[str]
    awaited: Sequence[str]
    at: str
    known: int | None = None


def log_entries(log: LogReader, *, until: int | None = None) -> Iterator[bytes]:
    """All entries of a log in order; those before position ``until``, where it is given."""
    start = 0
    while records := log.read(start=start, limit=_READ):
        for record in records:
            if until is not None and record.position >= until:
                return
            yield record.entry
        start = records[-1].position + 1


def play_act(said: Mapping[str, Any], *, cue: Cue, ring: Keyring, shown: Shown | None = None) -> SignedAct:
    """Make one act as ``custody act`` does; everything is kept when it returns, or nothing was changed."""
    _check_domain(said)
    expanded = read_references(said)
    device = ring.device_of(cue.signing[0])
    place = ring.place
    met = _met(expanded, ring=ring)
    with place.open_log() as log:
        if device is None:
            entries = log_entries(log, until=cue.known)
            knowledge = know(entries, drafts=[LocalEvent(entry, is_own=False) for entry in met])
            return _make(expanded, cue=cue, ring=ring, knowledge=knowledge, outbox=None, met=(), shown=shown)
        with ring.outbox(device) as outbox:
            drafts = [*drafts_of(outbox.kept()), *(LocalEvent(entry, is_own=False) for entry in met)]
            knowledge = know(log_entries(log, until=cue.known), drafts=drafts)
            made = _make(expanded, cue=cue, ring=ring, knowledge=knowledge, outbox=outbox, met=met, shown=shown)
    _tell_giver(expanded, made=made, ring=ring, device=device)
    return made


def _check_domain(said: Mapping[str, Any]) -> None:
    """Anybody can compute a demonstration's keys: they open no election whose domain could be anybody's."""
    if said.get("type") == "ElectionOpened" and not is_demo_domain(str(said.get("domain", ""))):
        raise Misused(
            "demo-keys", "These keys open demonstrations only: the domain of the election must end in .invalid."
        )


def play_cosign(entry: bytes, *, who: str, ring: Keyring, shown: Shown | None = None) -> bytes:
    """Add a listed person's signature; the person's device remembers it. Misused for somebody who is not listed.

    ``shown`` is called with the event before it is signed.
    """
    envelope = parse_envelope(entry)
    event = parse_event(envelope.payload)
    listed = {signer.key for signer in event.signers}
    device = ring.device_of(who)
    with ring.place.open_log() as log:
        knowledge = know(log_entries(log), drafts=())
    signatory = ring.signatory(who, state=knowledge.state)
    if signatory.key not in listed:
        raise Misused("not-listed", f"{who} is not listed as a signer of this event; only listed signers can sign it.")
    check_codes(event, knowledge=knowledge)
    check_offices(event, knowledge=knowledge, signing=(signatory,))
    if shown is not None:
        shown(event, badges_of(knowledge))
    signed = countersign(envelope, signatories=[signatory], device=None)
    if device is not None:
        own = ring.name(f"{device}/device").keyid
        with ring.outbox(device) as outbox:
            outbox.keep_cosigned(signed, is_of_other_device=made_on(entry) != own)
    return signed


def _make(
    expanded: Expanded,
    *,
    cue: Cue,
    ring: Keyring,
    knowledge: Knowledge,
    outbox: Outbox | None,
    met: Sequence[bytes],
    shown: Shown | None,
) -> SignedAct:
    at = parse_timestamp(cue.at) if cue.at else minute_after(knowledge.newest)
    device = ring.device_of(cue.signing[0])
    crew = Crew(
        signing=[ring.signatory(who, state=knowledge.state) for who in cue.signing],
        awaited=[ring.signatory(who, state=knowledge.state) for who in cue.awaited],
        device=None if device is None else ring.device(device),
    )
    try:
        expand(expanded, ring=ring, knowledge=knowledge, first=cue.signing[0])
        made = make_act(
            expanded.said,
            crew=crew,
            knowledge=knowledge,
            outbox=outbox,
            at=at,
            met=met,
            shown=shown,
            stated=expanded.stated,
        )
    except (TypeError, KeyError, AttributeError, IndexError) as error:
        # Drafting reads a payload before its model has checked it: a list for an object, a number for a name.
        raise Refused("event-value", "The file states a field in a form that this event does not have.") from error
    if expanded.newcomers:
        ring.add(expanded.newcomers)
    if expanded.rotated is not None:
        ring.rotated(expanded.rotated)
    return made


def _met(expanded: Expanded, *, ring: Keyring) -> list[bytes]:
    """The offer that an act is about and what travels with it, from its file or from the device that made it."""
    offer = expanded.said.get("offer")
    if not isinstance(offer, str):
        return []
    entry = expanded.envelopes.get(offer) or _search(offer, ring=ring)
    if entry is None:
        return []
    releasing = ring.device_badge(made_on(entry) or "")
    with ring.place.open_log() as log:
        recorded = {id_of(item) for item in log_entries(log) if is_envelope(item)}
    if releasing is None:
        return [entry]
    with ring.outbox_if_any(releasing) as outbox:
        if outbox is None:
            return [entry]
        along = companions(
            entry,
            find=lambda event: [kept.entry for kept in outbox.find(event)],
            is_recorded=recorded.__contains__,
        )
    return [*along, entry]


def _search(event: str, *, ring: Keyring) -> bytes | None:
    for path in sorted(ring.place.devices.glob("*.sqlite")) if ring.place.devices.is_dir() else ():
        with Outbox.open(path) as outbox:
            held = outbox.find(event)
        if held:
            return held[-1].entry
    return None


def _tell_giver(expanded: Expanded, *, made: SignedAct, ring: Keyring, device: str) -> None:
    """The giver's device reads the answer: only then the pouch changes hands."""
    offer = expanded.said.get("offer")
    if expanded.said.get("type") != "HandoverAnswered" or not isinstance(offer, str):
        return
    entry = expanded.envelopes.get(offer) or _search(offer, ring=ring)
    releasing = None if entry is None else ring.device_badge(made_on(entry) or "")
    if releasing is not None and releasing != device:
        with ring.outbox(releasing) as outbox:
            outbox.keep([made.entry], source="pair")


def is_envelope(entry: bytes) -> bool:
    """Whether these bytes are one signed envelope."""
    try:
        parse_envelope(entry)
    except Refused:
        return False
    return True


def minute_after(newest: str) -> str:
    """One minute after a moment, on the same clock on the wall; Misused where nothing is known yet."""
    if not newest:
        raise Misused("at-needed", "Nothing is on the log yet: say when with --at.")
    return shifted(newest, seconds=60)
