"""G6: nobody acts for another, and a revoked key adds nothing to the past.

Every act, report and decision of a whole journey is attacked in every way of ``ATTACKS``, at the position where the honest one
has its effect; none of them may have any. That the honest one has its effect there shows that each case can fail.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.entries.admission import Checked, check_entry
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes, sign
from custody.core.ledger import Ledger
from custody.demo.preparation import enrolment
from schemas.envelope import Signature, format_envelope, make_envelope, pae, parse_envelope
from schemas.strict_json import canonical
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, checked_all, fold_checked

REGISTRARS: Final = ("registrar-1", "registrar-2")
EFFECTS: Final = ("units", "offers", "consignments", "mandates", "roster", "rules", "roots", "policies", "seals", "log")
COUNTING: Final = ("acting", "releasing", "receiving", "service")
STRANGER: Final = derive_demo_key(seed=7, name="stranger", domain="kz-2015.invalid")
TWINS: Final = ("cec-1", "mfa-1", "ayt-chair", "ayt-secretary", "ayt-issuer", "registrar-1")
Payload = dict[str, Any]


@dataclass(frozen=True)
class Scene:
    """An honest event, what the log held before it, and everybody's keys."""

    place: int
    entry: bytes
    private: Mapping[str, Ed25519PrivateKey]
    play: Play

    @property
    def payload(self) -> Payload:
        """A fresh copy of what it says."""
        return dict(json.loads(parse_envelope(self.entry).payload))

    def signers(self) -> list[dict[str, Any]]:
        """Those of its signers who count for a threshold."""
        return [row for row in self.payload["signers"] if row["part"] in COUNTING]


def signed(payload: Payload, *, private: Mapping[str, Ed25519PrivateKey], without: tuple[str, ...] = ()) -> bytes:
    """An entry with the good signatures of everybody it lists, as far as their keys are at hand."""
    data = canonical(payload)
    keys = sorted({row["key"] for row in payload["signers"]} & set(private) - set(without))
    return format_envelope(
        make_envelope(payload=data, signatures=[Signature(key, sign(private[key], pae(data))) for key in keys])
    )


def with_signatures(entry: bytes, change: Callable[[Signature], Signature | None]) -> bytes:
    """The same payload with other signatures."""
    envelope = parse_envelope(entry)
    made = [new for item in envelope.signatures if (new := change(item)) is not None]
    return format_envelope(make_envelope(payload=envelope.payload, signatures=made))


@lru_cache(maxsize=1)
def journey() -> Journey:
    """A whole journey with decisions of every kind, and a second key for some persons."""
    play = Play("AYT", "ROM")
    for badge in TWINS:
        person = play.stage.cast.people[badge]
        private = derive_demo_key(seed=7, name=f"{badge}-twin", domain="kz-2015.invalid")
        twin = replace(person, badge=f"{badge}-twin", private=private, next_key=None)
        play.stage.cast.people[twin.badge] = twin
        by = CEC if person.role in ("cec-officer", "registrar") else REGISTRARS
        play.act({"type": "KeyEnrolled", "keys": [enrolment(twin, election=play.ledger.election)]}, by=by)
    told = Journey(play, "AYT")
    told.closed()
    play.act({"type": "DispensationGranted", "station": "ROM"}, by=CEC)
    mandate = told.mandate("courier-reserve", consignment=play.names("ROM").out)
    play.act({"type": "MandateEnded", "mandate": mandate}, by=("mfa-1",))
    lost = {"type": "KeyRevoked", "key": play.key("rom-member"), "vouched_number": 0, "reason": "lost"}
    play.act(lost, by=REGISTRARS)
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    play.act({"type": "RulesSet", "rules": {**rules, "waiting_hours": 10}}, by=CEC)
    play.act({"type": "LogClosed", "reason": "completed"}, by=CEC)
    return told


@lru_cache(maxsize=1)
def scenes() -> tuple[Scene, ...]:
    """Every event of the journey that has an effect of its own."""
    play = journey().play
    first = len(Play("AYT", "ROM").log)
    private = play.private_keys()
    return tuple(Scene(place, play.log[place], private, play) for place in range(first, len(play.log)))


@lru_cache(maxsize=1)
def checked() -> list[Checked]:
    """The journey after the front door, checked once."""
    return checked_all(journey().play.log)


def told(case: Scene, entries: tuple[bytes, ...]) -> Ledger:
    """The ledger over what was there before an event, and then these entries."""
    ledger = fold_checked(checked()[: case.place])
    for position, entry in enumerate(entries, start=case.place):
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
    return ledger


def effects(ledger: Ledger) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Everything that an event can change for those who look at the papers, the people and the rules."""
    return [row for row in ledger.rows() if row[0] in EFFECTS]


# --- attacks: each returns the entries in place of the honest one, or None where it makes no sense


def forged_by_a_stranger(case: Scene) -> bytes | None:
    message = pae(parse_envelope(case.entry).payload)
    keys = {row["key"] for row in case.signers()}
    return with_signatures(
        case.entry, lambda item: Signature(item.keyid, sign(STRANGER, message)) if item.keyid in keys else item
    )


def forged_with_zeros(case: Scene) -> bytes | None:
    keys = {row["key"] for row in case.signers()}
    return with_signatures(case.entry, lambda item: replace(item, sig=bytes(64)) if item.keyid in keys else item)


def stripped_of_a_needed_signature(case: Scene) -> bytes | None:
    keys = {row["key"] for row in case.signers()}
    if len(keys) == _signatures(case):
        return None
    return with_signatures(case.entry, lambda item: None if item.keyid in keys else item)


def stripped_of_the_devices_signature(case: Scene) -> bytes | None:
    device = case.payload["device"]
    return (
        None
        if device is None
        else with_signatures(case.entry, lambda item: None if item.keyid == device["key"] else item)
    )


def extended_by_somebody_unlisted(case: Scene) -> bytes | None:
    """Somebody the event does not list signs it in place of those who had to."""
    envelope = parse_envelope(case.entry)
    other = case.play.stage.cast.people["observer-1"]
    keys = {row["key"] for row in case.signers()}
    extra = Signature(other.key, sign(other.private, pae(envelope.payload)))
    left = [item for item in envelope.signatures if item.keyid not in keys]
    return format_envelope(make_envelope(payload=envelope.payload, signatures=[*left, extra]))


def altered_under_old_signatures(case: Scene) -> bytes | None:
    payload = {**case.payload, "place": "ROM" if case.payload["place"] != "ROM" else "AYT"}
    return format_envelope(
        make_envelope(payload=canonical(payload), signatures=list(parse_envelope(case.entry).signatures))
    )


def backdated_under_old_signatures(case: Scene) -> bytes | None:
    payload = {**case.payload, "at": "2015-03-30T10:00:00+06:00"}
    return format_envelope(
        make_envelope(payload=canonical(payload), signatures=list(parse_envelope(case.entry).signatures))
    )


def of_another_election(case: Scene) -> bytes | None:
    return signed({**case.payload, "election": "ab" * 32}, private=case.private)


def of_another_log(case: Scene) -> bytes | None:
    return signed({**case.payload, "log": 1}, private=case.private)


def with_signatures_of_another_type(case: Scene) -> bytes | None:
    """Signatures of the same people and device over an event of another type."""
    listed = {row["key"] for row in case.payload["signers"]}
    for other in scenes():
        given = [item for item in parse_envelope(other.entry).signatures if item.keyid in listed]
        if given and other.payload["type"] != case.payload["type"]:
            return format_envelope(make_envelope(payload=parse_envelope(case.entry).payload, signatures=given))
    return None


def _recast(case: Scene, change: Callable[[dict[str, Any]], dict[str, Any]], **private: Ed25519PrivateKey) -> bytes:
    """Signed anew by everybody, with other signers in the places of those who count."""
    payload = case.payload
    rows = [change(row) if row["part"] in COUNTING else row for row in payload["signers"]]
    keys = {keyid(public_bytes(item)): item for item in private.values()}
    return signed(
        {**payload, "signers": list({row["key"]: row for row in rows}.values())}, private={**case.private, **keys}
    )


def signed_by_a_wrong_role(case: Scene) -> bytes | None:
    other = case.play.stage.cast.people["observer-1"]
    return _recast(case, lambda row: {**row, "key": other.key, "person": other.person})


def signed_by_another_offices_people(case: Scene) -> bytes | None:
    people = case.play.stage.cast.people
    rom = iter([people[f"rom-{name}"] for name in ("issuer", "head", "officer")])
    taken = {row["key"]: next(rom, None) for row in case.signers()}
    if any(person is None for person in taken.values()):
        return None
    return _recast(case, lambda row: {**row, "key": taken[row["key"]].key, "person": taken[row["key"]].person})  # type: ignore[union-attr]


def signed_by_a_ghost_under_a_real_tag(case: Scene) -> bytes | None:
    key = keyid(public_bytes(STRANGER))
    return _recast(case, lambda row: {**row, "key": key}, stranger=STRANGER)


def signed_with_ones_own_key_under_anothers_tag(case: Scene) -> bytes | None:
    other = case.play.stage.cast.people["mfa-2"]
    return _recast(case, lambda row: {**row, "key": other.key})


def signed_with_a_key_kept_elsewhere(case: Scene) -> bytes | None:
    badges = {person.key: badge for badge, person in case.play.stage.cast.people.items()}
    fresh = {
        row["key"]: derive_demo_key(seed=7, name=f"{badges[row['key']]}-next", domain="kz-2015.invalid")
        for row in case.signers()
    }
    named = {str(place): private for place, private in enumerate(fresh.values())}
    return _recast(case, lambda row: {**row, "key": keyid(public_bytes(fresh[row["key"]]))}, **named)


def signed_twice_by_one_person(case: Scene) -> bytes | None:
    """Of a side that needs two persons, the second one is the first one's other key."""
    people = case.play.stage.cast.people
    badges = {person.key: badge for badge, person in people.items()}
    for part in COUNTING:
        rows = [row for row in case.signers() if row["part"] == part]
        first = next((row for row in rows if badges.get(row["key"]) in TWINS), None)
        if first is not None and len(rows) > 1:
            twin = people[f"{badges[first['key']]}-twin"]
            payload = case.payload
            kept = [row for row in payload["signers"] if row not in rows or row == first]
            return signed({**payload, "signers": [*kept, {**first, "key": twin.key}]}, private=case.private)
    return None


def listed_as_present_only(case: Scene) -> bytes | None:
    return _recast(case, lambda row: {**row, "part": "present"})


def listed_as_a_device(case: Scene) -> bytes | None:
    return _recast(case, lambda row: {**row, "part": "device"})


def made_on_a_device_that_nobody_enrolled(case: Scene) -> bytes | None:
    payload = case.payload
    if payload["device"] is None:
        return None
    key = keyid(public_bytes(STRANGER))
    payload["device"] = {**payload["device"], "key": key}
    payload["signers"] = [{**row, "key": key} if row["part"] == "device" else row for row in payload["signers"]]
    return signed(payload, private={**case.private, key: STRANGER})


ATTACKS: Final[tuple[Callable[[Scene], bytes | None], ...]] = (
    forged_by_a_stranger,
    forged_with_zeros,
    stripped_of_a_needed_signature,
    stripped_of_the_devices_signature,
    extended_by_somebody_unlisted,
    altered_under_old_signatures,
    backdated_under_old_signatures,
    of_another_election,
    of_another_log,
    with_signatures_of_another_type,
    signed_by_a_wrong_role,
    signed_by_another_offices_people,
    signed_by_a_ghost_under_a_real_tag,
    signed_with_ones_own_key_under_anothers_tag,
    signed_with_a_key_kept_elsewhere,
    signed_twice_by_one_person,
    listed_as_present_only,
    listed_as_a_device,
    made_on_a_device_that_nobody_enrolled,
)


def _signatures(case: Scene) -> int:
    return len(parse_envelope(case.entry).signatures)


def revocation(case: Scene, *, key: str, device: str | None, number: int) -> bytes:
    """Two officers revoke a key."""
    people = case.play.stage.cast.people
    by = [people[badge] for badge in (*CEC, "cec-3") if people[badge].key != key][:2]
    common = next(item.payload for item in scenes() if item.payload["type"] == "DispensationGranted")
    payload = {name: value for name, value in common.items() if name != "station"}
    signers = [{"key": person.key, "person": person.person, "part": "acting"} for person in by]
    own = {"type": "KeyRevoked", "key": key, "vouched_device": device, "vouched_number": number, "reason": "stolen"}
    return signed({**payload, **own, "signers": signers, "device": None}, private=case.private)


def revoked_cases(case: Scene) -> Iterator[tuple[str, tuple[bytes, bytes]]]:
    """(name, revocation and then the event) where a key without which the event means nothing was revoked before."""
    payload, device = case.payload, case.payload["device"]
    key = case.signers()[0]["key"]
    own = None if device is None else device["key"]
    last = 0 if device is None else device["number"] - 1
    yield "nothing vouched for", (revocation(case, key=key, device=None, number=10**6), case.entry)
    yield "vouched up to the number before", (revocation(case, key=key, device=own, number=last), case.entry)
    yield "vouched for on another device", (revocation(case, key=key, device="ab" * 32, number=10**6), case.entry)
    early = {**payload, "at": "2015-03-30T12:00:00+06:00"}
    yield "and backdated", (revocation(case, key=key, device=own, number=last), signed(early, private=case.private))
    if device is not None:
        yield "the device's own key", (revocation(case, key=device["key"], device=None, number=0), case.entry)


def _is_needed(case: Scene) -> bool:
    """Whether the event means nothing without its first signer."""
    key = case.signers()[0]["key"]
    if _signatures(case) == 1:
        return True
    stripped = with_signatures(case.entry, lambda item: None if item.keyid == key else item)
    return effects(told(case, (stripped,))) == effects(told(case, ()))


@lru_cache(maxsize=256)
def quiet(place: int, before: tuple[bytes, ...]) -> tuple[list[Any], frozenset[str]]:
    """Everything as it is without the event: what can be seen, and the events known."""
    ledger = told(next(case for case in scenes() if case.place == place), before)
    return effects(ledger), frozenset(ledger.state.records)


def check(case: Scene, entries: tuple[bytes, ...], *, before: tuple[bytes, ...]) -> None:
    """The last entry has no effect: nothing is applied, and nobody sees anything changed."""
    seen, known = quiet(case.place, before)
    loud = told(case, (*before, *entries))
    assert effects(loud) == seen
    newest = [record for name, record in loud.state.records.items() if name not in known]
    assert all(record.status in ("recorded", "finding") for record in newest)


IDS = [f"{case.place}-{case.payload['type']}" for case in scenes()]


@pytest.mark.parametrize("case", scenes(), ids=IDS)
def test_the_honest_event_has_its_effect(case: Scene) -> None:
    ledger = told(case, (case.entry,))
    assert list(ledger.state.records.values())[-1].status == "applied"


@lru_cache(maxsize=64)
def attempts(attack: Callable[[Scene], bytes | None]) -> tuple[tuple[Scene, bytes], ...]:
    """Every event to which an attack applies, and what the attacker puts in its place."""
    made = ((case, attack(case)) for case in scenes())
    return tuple((case, entry) for case, entry in made if entry is not None)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__.replace("_", "-"))
def test_an_attack_on_any_event_has_none(attack: Callable[[Scene], bytes | None]) -> None:
    for case, entry in attempts(attack):
        check(case, (entry,), before=())
    assert len(attempts(attack)) >= (5 if attack is signed_twice_by_one_person else 15)


def test_a_revoked_key_adds_nothing_to_any_event() -> None:
    tried = 0
    for case in scenes():
        if not _is_needed(case):
            continue
        for _, (revoked, entry) in revoked_cases(case):
            check(case, (entry,), before=(revoked,))
            tried += 1
    assert tried >= 60


def test_a_replayed_event_adds_nothing() -> None:
    for case in scenes():
        once, twice = told(case, (case.entry,)), told(case, (case.entry, case.entry))
        assert effects(once) == effects(twice)
        assert [item.id for item in once.state.findings] == [item.id for item in twice.state.findings]


def test_there_are_more_than_five_hundred_cases() -> None:
    assert sum(len(attempts(attack)) for attack in ATTACKS) >= 500
