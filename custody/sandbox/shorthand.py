"""Shorthands of ``custody act``: what a person playing a scenario may write instead of ids, keys and empty fields.

badge instead of a key or person tag · the file of a signed envelope instead of an event id · a unique beginning of a finding's
id, or its code where one such finding is unsettled · an identifier without its check character · ``{"badge", "role",
"office"}`` for a new key · fields that may be null left out. What is stated in full always wins.

Everything the rules of custody do not know is resolved here, before drafting; nothing here is used by a device in earnest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel

from custody.adapters.keystore import NewKey
from custody.core.authority.roster import possession_message
from custody.core.entries.commitments import commitment
from custody.core.entries.demo_keys import derive_demo_key
from custody.core.entries.signing import keyid, public_bytes, sign
from custody.core.state.state import State
from custody.core.wording.finding_codes import SEVERITY
from custody.courier.client import read_passed
from custody.courier.knowledge import Knowledge
from custody.courier.sign_act import id_of
from custody.demo.people import prepared_key
from custody.embedded.named_files import read_envelope
from custody.sandbox import computed_keys
from custody.sandbox.keyring import Keyring, Newcomer
from schemas.envelope import parse_envelope
from schemas.errors import Misused, Refused
from schemas.names import did_you_mean, with_check_characters
from schemas.union import TYPES_BY_FOLD

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PREFIX: Final = re.compile(r"[0-9a-f]{4,63}")
_REFERENCES: Final = ("offer", "chosen", "mandate", "answer", "event", "corrective", "corrects")
_NOT_EMPTY: Final = ("next_key", "vouched_device")
"""Fields that may be null, but are filled in where nothing is stated."""
_SERVICES: Final = ("device", "gateway", "checkpointer", "monitor")


@dataclass(slots=True)
class Expanded:
    """A payload without shorthands, the envelopes its references were read from, and whose keys it enrols."""

    said: dict[str, Any]
    envelopes: dict[str, bytes] = field(default_factory=dict)
    """event id -> signed envelope"""
    stated: frozenset[str] = frozenset()
    """the fields that the file states, before anything is filled in"""
    newcomers: list[Newcomer] = field(default_factory=list)
    rotated: str | None = None
    """badge of the device that its prepared key takes over"""


@dataclass(frozen=True, slots=True)
class Means:
    """What shorthands are resolved with."""

    ring: Keyring
    knowledge: Knowledge


Expander = Callable[[dict[str, Any], Means], None]


def read_references(said: Mapping[str, Any]) -> Expanded:
    """Replace file names by the event ids of the envelopes in them; needs no knowledge, so it comes first."""
    expanded = Expanded(with_check_characters(said), stated=frozenset(said))
    for name in _REFERENCES:
        if isinstance(said.get(name), str):
            expanded.said[name] = _event(expanded, said[name], is_strict=name != "mandate")
    if isinstance(said.get("units"), list):
        expanded.said["units"] = [_unit(expanded, row) for row in expanded.said["units"]]
    if isinstance(said.get("seen"), str):
        event = _event(expanded, said["seen"])
        entry = expanded.envelopes.get(event)
        if entry is None:
            raise Misused("seen-reference", "Name the file of a CheckpointWitnessed, or state origin, size and note.")
        expanded.said["seen"] = computed_keys.seen_of(json.loads(parse_envelope(entry).payload))
    if isinstance(said.get("device"), dict) and isinstance(said["device"].get("previous"), str):
        expanded.said["device"] = {**said["device"], "previous": _event(expanded, said["device"]["previous"])}
    return expanded


def expand(expanded: Expanded, *, ring: Keyring, knowledge: Knowledge, first: str) -> None:
    """Replace all other shorthands in place; ``first`` is the first signer's badge."""
    said = expanded.said
    _persons(said, ring=ring, state=knowledge.state)
    _fill_empty(said)
    _commit(said, ring=ring)
    expander = _EXPANDERS.get(str(said.get("type")))
    if expander is not None:
        expander(said, Means(ring, knowledge))
    if said.get("type") == "KeyRotated":
        expanded.rotated = computed_keys.rotation(said, ring=ring, knowledge=knowledge)
    if said.get("type") == "KeyEnrolled":
        _enrolments(expanded, ring=ring, election=said.get("election") or knowledge.state.election, first=first)


def _event(expanded: Expanded, text: str, *, is_strict: bool = True) -> str:
    if _DIGEST.fullmatch(text) is not None:
        return text
    path = Path(text)
    if not path.is_file():
        if is_strict:
            raise Misused("event-reference", f"{text} is neither an event id nor the file of a signed event.")
        return text
    _, entry = read_passed(read_envelope(path))
    event = id_of(entry)
    expanded.envelopes[event] = entry
    return event


def _unit(expanded: Expanded, row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    for link in ("previous", "observed"):
        if isinstance(row.get(link), str):
            return {**row, link: _event(expanded, row[link])}
    return row["unit"] if row.keys() == {"unit"} else row


def _fill_empty(said: dict[str, Any]) -> None:
    """Fields that may be null or empty and were left out say nothing; common fields are filled by drafting."""
    model = TYPES_BY_FOLD[1].get(str(said.get("type")))
    if model is None:
        return
    family = next(base for base in model.__mro__[1:] if issubclass(base, BaseModel))
    filled = _filled(said, model=model, leave=frozenset(family.model_fields))
    said.update(filled)
    for number, leg in enumerate(said.get("legs", ()) if isinstance(said.get("legs"), list) else (), start=1):
        if isinstance(leg, dict):
            leg.setdefault("number", number)


def _filled(said: Mapping[str, Any], *, model: type[BaseModel], leave: frozenset[str] = frozenset()) -> dict[str, Any]:
    filled = dict(said)
    for name, info in model.model_fields.items():
        inner = _model_in(info.annotation)
        if name in filled:
            if inner is not None and isinstance(filled[name], dict) and get_origin(info.annotation) is not tuple:
                filled[name] = _filled(filled[name], model=inner)
            elif inner is not None and isinstance(filled[name], list):
                filled[name] = [_filled(row, model=inner) if isinstance(row, dict) else row for row in filled[name]]
        elif name not in leave and name not in _NOT_EMPTY and NoneType in get_args(info.annotation):
            filled[name] = None
    if model.__name__ == "UnitPacked":
        filled.setdefault("contents", [])
    return filled


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for item in (annotation, *get_args(annotation)):
        if isinstance(item, type) and issubclass(item, BaseModel):
            return item
    return None


def _persons(said: dict[str, Any], *, ring: Keyring, state: State) -> None:
    """Badges in person fields, receivers and stated signers."""
    badges = {name.badge for name in ring.names()}
    for name in ("courier", "issuer"):
        if said.get(name) in badges:
            said[name] = ring.person(said[name], state=state)
        _check_known(said.get(name), badges=badges, state=state)
    if isinstance(said.get("to"), list):
        for item in said["to"]:
            _check_known(item, badges=badges, state=state)
        said["to"] = [ring.name(item).keyid if item in badges else item for item in said["to"]]
    if isinstance(said.get("signers"), list):
        said["signers"] = [_signer(row, ring=ring, state=state) for row in said["signers"]]


def _check_known(stated: Any, *, badges: Collection[str], state: State) -> None:
    """Misused("person-unknown") for a badge that nobody has here or on the log; tags and key ids are for whoever judges."""
    if not isinstance(stated, str) or stated in badges or _DIGEST.fullmatch(stated) is not None:
        return
    if state.roster.with_badge(stated) is None:
        near = did_you_mean(stated, known=badges)
        raise Misused("person-unknown", f"There is nobody called {stated} here; custody people lists everybody.{near}")


def _signer(row: Any, *, ring: Keyring, state: State) -> Any:
    if not isinstance(row, dict) or "badge" not in row:
        return row
    name = ring.name(str(row["badge"]))
    default = "device" if name.role == "device" else "acting"
    own = {"key": name.keyid, "person": ring.person(str(row["badge"]), state=state), "part": default}
    return {**own, **{key: value for key, value in row.items() if key != "badge"}}


def _finding(said: dict[str, Any], means: Means) -> None:
    stated = said.get("finding")
    if not isinstance(stated, str) or _DIGEST.fullmatch(stated) is not None:
        return
    known = list(means.knowledge.state.findings)
    if stated in SEVERITY:
        like = [item for item in known if item.code == stated]
        found = [item.id for item in like if item.status in ("open", "acknowledged")] or [item.id for item in like]
    else:
        found = [item.id for item in known if _PREFIX.fullmatch(stated) and item.id.startswith(stated)]
    if len(found) != 1:
        raise Misused("finding-reference", _which(stated, found=len(found)))
    said["finding"] = found[0]


def _which(stated: str, *, found: int) -> str:
    """Why a finding is not named by what stands for it."""
    ask = "name one by the first digits of its id, as custody findings shows it"
    if found:
        return f"{found} findings are called {stated}: {ask}."
    return f"There is no finding {stated} here: {ask}, or by its code."


def _mandate(said: dict[str, Any], means: Means) -> None:
    """A consignment names its mandate where only one is in force."""
    stated = with_check_characters(said.get("mandate"))
    if not isinstance(stated, str) or _DIGEST.fullmatch(stated) is not None:
        return
    mandates = means.knowledge.state.registers.mandates
    found = [name for name, item in mandates.items() if stated in item.consignments and item.ended is None]
    if len(found) != 1:
        how_many = f"{len(found)} mandates are" if found else "No mandate is"
        raise Misused("mandate-reference", f"{how_many} in force for {stated}: name one by its event id or its file.")
    said["mandate"] = found[0]


def _revoked(said: dict[str, Any], means: Means) -> None:
    if isinstance(said.get("key"), str) and _DIGEST.fullmatch(said["key"]) is None:
        name = means.ring.name(said["key"])
        device = name.badge if name.role == "device" else means.ring.device_of(said["key"])
        said["key"] = name.keyid
        computed_keys.vouch(said, device=device, ring=means.ring, knowledge=means.knowledge)


def _root(said: dict[str, Any], means: Means) -> None:
    computed_keys.root(said, ring=means.ring, knowledge=means.knowledge)


def _policy(said: dict[str, Any], means: Means) -> None:
    computed_keys.policy(said, ring=means.ring)


def _note(said: dict[str, Any], means: Means) -> None:
    computed_keys.note(said, ring=means.ring, knowledge=means.knowledge)


def _succeeded(said: dict[str, Any], means: Means) -> None:
    """The successor takes over everything that is on the log, where nothing else is stated."""
    said.setdefault("size", means.knowledge.recorded)
    if isinstance(said["size"], int) and 0 < said["size"] <= means.knowledge.state.tree.size:
        said.setdefault("root", means.knowledge.state.tree.root(said["size"]).hex())


def _consigned(said: dict[str, Any], means: Means) -> None:
    """Events about a consignment are about its packages; a note of the monitor repeats the leg's deadline."""
    consignment = means.knowledge.state.registers.consignments.get(str(said.get("consignment")))
    if consignment is None:
        return
    said.setdefault("units", list(consignment.units))
    if said["type"] == "OverdueNoted" and "due" not in said:
        due = next((leg.due for leg in consignment.legs if leg.number == said.get("leg")), None)
        if due is not None:
            said["due"] = due


def _offered(said: dict[str, Any], means: Means) -> None:
    """A nonce for a receiver who is only played: it follows from the seed, so that a script comes out the same."""
    words = f"{means.ring.seed}/{said.get('units')}/{means.knowledge.newest}/{said.get('to')}"
    said.setdefault("nonce", keyid(words.encode())[:32])


def _ruled(said: dict[str, Any], means: Means) -> None:
    """Stated rules are laid over those in force: an event always carries the complete set."""
    if isinstance(said.get("rules"), dict):
        said["rules"] = {**means.knowledge.state.rules_now().rules.model_dump(mode="json"), **said["rules"]}


def _lifted(said: dict[str, Any], means: Means) -> None:
    """The badge of the custodian from now on."""
    stated = said.get("custodian")
    if isinstance(stated, str) and stated in {name.badge for name in means.ring.names()}:
        said["custodian"] = means.ring.name(stated).keyid


def _disclosed(said: dict[str, Any], means: Means) -> None:
    """Details that were committed to here need no salt, and are about the units of the event that holds them."""
    for row in said.get("details", ()) if isinstance(said.get("details"), list) else ():
        if isinstance(row, dict):
            row.setdefault("salt", _salt(row, ring=means.ring))
    told = means.knowledge.state.records.get(str(said.get("event")))
    if told is not None and told.refs:
        said.setdefault("units", [unit for unit, _ in told.refs])


def _commit(said: dict[str, Any], *, ring: Keyring) -> None:
    """``{"content": ...}`` in place of a commitment is committed to, under a salt that follows from the seed."""
    stated = said.get("commitments")
    if not isinstance(stated, dict):
        return
    said["commitments"] = {
        name: commitment(field=name, salt=_salt({"field": name, **row}, ring=ring), content=str(row["content"]))
        if isinstance(row, dict) and "content" in row
        else row
        for name, row in stated.items()
    }


def _salt(row: Mapping[str, Any], *, ring: Keyring) -> str:
    return str(row.get("salt") or keyid(f"{ring.seed}/salt/{row.get('field')}/{row.get('content')}".encode()))


_EXPANDERS: Final[Mapping[str, Expander]] = {
    "RulesSet": _ruled,
    "FindingAcknowledged": _finding,
    "FindingAdjudicated": _finding,
    "MandateTransferred": _mandate,
    "MandateEnded": _mandate,
    "KeyRevoked": _revoked,
    "RootChanged": _root,
    "WitnessPolicySet": _policy,
    "CheckpointWitnessed": _note,
    "LogSucceeded": _succeeded,
    "OverdueNoted": _consigned,
    "QuarantineLifted": _lifted,
    "DetailsDisclosed": _disclosed,
    "ReturnReceived": _consigned,
    "HandoverOffered": _offered,
}


def _enrolments(expanded: Expanded, *, ring: Keyring, election: str, first: str) -> None:
    rows = expanded.said.get("keys")
    if not isinstance(rows, list):
        return
    expanded.said["keys"] = [_enrolment(expanded, row, ring=ring, election=election, first=first) for row in rows]


def _enrolment(expanded: Expanded, row: Any, *, ring: Keyring, election: str, first: str) -> Any:
    """A full row as it is, or one with a derived key and its proof of possession for ``{"badge", "role", "office"}``."""
    if not isinstance(row, dict):
        return row
    if "public" in row:
        return {"next_key": None, **row}
    badge, role, office = (row.get(name) for name in ("badge", "role", "office"))
    if not (isinstance(badge, str) and isinstance(role, str) and isinstance(office, str)):
        raise Refused("event-field", "KeyEnrolled: a new key needs badge, role and office.")
    if any((name.badge, name.role) == (badge, role) for name in ring.names()):
        raise Misused(
            "badge-taken", f'{badge} has a key here; give the new key a badge of its own, and "person": "{badge}".'
        )
    person_of = str(row.get("person", badge))
    private = derive_demo_key(seed=ring.seed, name=badge, domain=ring.domain)
    key = keyid(public_bytes(private))
    tag = None if role in _SERVICES else ring.tag(person_of)
    proof = sign(private, possession_message(election=election, person=tag, role=role, keyid=key))
    device = (
        "" if role in _SERVICES else str(row.get("device") or ring.usual_device(role=role, office=office, first=first))
    )
    new = NewKey(badge=badge, role=role, private=private, pin=ring.pin)
    expanded.newcomers.append(Newcomer(new, office, person_of, device))
    return {
        "public": public_bytes(private).hex(),
        "role": role,
        "person": tag,
        "badge": badge,
        "office": office,
        "proof": proof.hex(),
        "next_key": row.get("next_key", prepared_key(badge, seed=ring.seed, domain=ring.domain)),
    }
