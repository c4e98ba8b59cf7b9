"""Signature check: whose signatures on an event count, for which part, and whether they are enough.

A signature is judged at the entry that first brought it; rules and roster at the event's first entry. A distinct person counts
once, whatever keys they hold. Devices sign every act and count for no threshold.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol

from custody.core.authority.required_signatures import demands
from custody.core.authority.roots import RootInForce, demanded
from custody.core.authority.roster import ROTATED, KeyRecord, Roster
from custody.core.authority.rules_in_force import STAND_IN, RulesInForce
from custody.core.authority.vouching import Pledge
from custody.core.state.finding_store import Draft
from custody.core.state.topics import stand_in_topic
from custody.core.wording.messages import Message, message
from schemas.authority import KeyRotated
from schemas.base import AtStation, Common, NamesUnits, Part, Signer

_SERVICES: Final = ("gateway", "checkpointer", "monitor")
_OPEN: Final = "open"
"""No code of a finding: a revoked key's event that its owner may yet stand for, once what comes before it has arrived."""
REVOKED: Final = ("revoked-key", "late-by-revoked-key")
"""Codes of what keeps a revoked key's signature from counting: settled when the links show that its owner
stands for the event."""
_SIDES: Final[tuple[Part, ...]] = ("releasing", "receiving")
_ACTING: Final[Part] = "acting"
_HEAD: Final[Part] = "dispensing"
"""The head of mission who signs for a dispensation: an act that lists one is not complete without that signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """Result for one event: counted keys by part, and why it may not be judged yet or ever.

    ``unmet`` parts lack persons; ``drafts`` are the findings to raise; ``late`` is the code of a revoked key that keeps the act
    from moving anything before adjudication.
    """

    counted: Mapping[Part, tuple[KeyRecord, ...]]
    unmet: tuple[Part, ...]
    drafts: tuple[Draft, ...]
    late: str | None = None
    is_open: bool = False
    """a revoked key's signature may count once the events before this one have arrived: nothing is said until then"""

    @property
    def is_enough(self) -> bool:
        """Whether the event may be judged for what it says."""
        return not self.unmet

    @property
    def is_late(self) -> bool:
        """Whether the signature of a revoked key is what is missing: the event moves nothing before adjudication."""
        return self.late is not None and bool(self.unmet)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An event with the union of its valid listed signatures: key id -> position of the entry that first brought it."""

    event_id: str
    event: Common
    position: int
    signatures: Mapping[str, int]
    demands: Mapping[Part, str] = field(default_factory=dict)
    """part -> type whose quorum it must meet, by the rules in force"""


class AskMission(Protocol):
    """Whether an office is a station's own, or the mission that it shares."""

    def __call__(self, office: str, *, station: str) -> bool:
        """Ask for one office and one station."""


def count_signatures(
    signed: Signed,
    *,
    roster: Roster,
    rules: RulesInForce,
    root: RootInForce,
    forked: Container[str],
    pledge: Callable[[str], Pledge],
    serves: AskMission | None = None,
    is_excused: bool = False,
) -> SignatureCheck:
    """Whose signatures count on this event, and whether they meet the rules and root in force at its first entry.

    ``pledge``: what a revocation says of this event. ``serves``: which offices serve a station beside itself.
    ``is_excused``: an adjudication let revoked keys count on this event.
    """
    event = signed.event
    signed = replace(signed, demands=demands(event, rules=rules))
    counted: dict[Part, list[KeyRecord]] = {}
    drafts: list[Draft] = []
    late: str | None = None
    is_open = False
    for signer in event.signers:
        position = signed.signatures.get(signer.key)
        if position is None:
            continue
        rotation = event if signer.part == "succeeding" and isinstance(event, KeyRotated) else None
        record = roster.get(signer.key) if rotation is None else roster.heir(rotation, at=position)
        code = (
            _heir_objection(record, signer=signer)
            if rotation is not None
            else _objection(record, signer=signer, position=position, event=event, pledge=pledge)
        )
        if is_excused and code in (*REVOKED, _OPEN):
            code = None
        if code == _OPEN:
            is_open = True
            continue
        if record is None or code is not None:
            late = late or (code if code in REVOKED else None)
            drafts.append(_objected(signed, code=code or "unknown-key", record=record))
        else:
            counted.setdefault(signer.part, []).append(_seated(record, event=event, serves=serves))
    frozen = _signers(tuple((part, tuple(records)) for part, records in counted.items()))
    roots = demanded(event, root=root)
    unmet = _unmet(signed, counted=frozen, rules=rules, forked=forked, roots=roots)
    if unmet and late is None and not is_open:
        drafts.append(_below(signed, unmet=unmet, counted=frozen, roster=roster, rules=rules, roots=roots))
    if not unmet:
        drafts += _stood_in(signed, counted=frozen, rules=rules)
        drafts += _counted_out(signed, counted=frozen, rules=rules)
    return SignatureCheck(counted=frozen, unmet=unmet, drafts=tuple(drafts), late=late, is_open=is_open)


@lru_cache(maxsize=4_096)
def _signers(counted: tuple[tuple[Part, tuple[KeyRecord, ...]], ...]) -> Mapping[Part, tuple[KeyRecord, ...]]:
    """Whose signatures count for which part; the same persons sign together again and again, and are kept once."""
    return MappingProxyType(dict(counted))


def _seated(record: KeyRecord, *, event: Common, serves: AskMission | None) -> KeyRecord:
    """A key as it counts on an event: a head of mission's for the station of the event, where that shares the mission."""
    station = event.station if isinstance(event, AtStation) else ""
    is_away = record.role == STAND_IN and record.office != station
    if is_away and station and serves is not None and serves(record.office, station=station):
        return replace(record, serves=station)
    return record


def _heir_objection(record: KeyRecord | None, *, signer: Signer) -> str | None:
    """The same for the new key of a rotation, which stands for its owner; whether it was prepared is for the decision."""
    if record is None or record.keyid != signer.key:
        return "unknown-key"
    return None if (signer.person or "") == record.person else "not-authorised"


def _objection(
    record: KeyRecord | None, *, signer: Signer, position: int, event: Common, pledge: Callable[[str], Pledge]
) -> str | None:
    """The code of what keeps a valid signature from counting, or None."""
    # rules.md 7
    if record is None or record.enrolled >= position:
        return "unknown-key"
    if (signer.person or "") != record.person:
        return "not-authorised"
    is_old_key = isinstance(event, KeyRotated) and record.keyid == event.key and signer.part == "acting"
    is_own_part = (signer.part == "device") == (record.role == "device") and (signer.part == "service") == (
        record.role in _SERVICES
    )
    if not is_old_key and (not is_own_part or signer.part == "succeeding"):
        return "not-authorised"
    revoked = record.revoked
    if revoked is None or revoked.position >= position:
        return None
    # rules.md 10
    said = pledge(revoked.event)
    if said != "beyond":
        return None if said == "vouched" else _OPEN
    return "late-by-revoked-key" if event.seen is None or event.seen.size <= revoked.position else "revoked-key"


def _unmet(
    signed: Signed,
    *,
    counted: Mapping[Part, tuple[KeyRecord, ...]],
    rules: RulesInForce,
    forked: Container[str],
    roots: Sequence[RootInForce],
) -> tuple[Part, ...]:
    event = signed.event
    # rules.md 78
    unmet: list[Part] = [] if signed.demands else [_ACTING]
    unmet += [part for part in signed.demands if not _is_met(signed, part=part, counted=counted, rules=rules)]
    unmet += [_ACTING for root in roots if not root.is_met(counted.get(_ACTING, ()))]
    # rules.md 22
    unmet += [signer.part for signer in event.signers if signer.part == _HEAD and signer.key not in signed.signatures]
    device = event.device
    if device is None:
        # rules.md 8
        if event.KIND != "decision" and "service" not in counted:
            unmet.append("device")
    elif not any(record.keyid == device.key for record in counted.get("device", ())):
        unmet.append("device")
    elif device.key in forked:
        # rules.md 13
        # A device with two histories moves custody only with a second person of its side (design D12).
        unmet += [
            part
            for part in _SIDES
            if part in counted and len({record.person for record in counted[part]}) < len(_SIDES)
        ]
    return tuple(dict.fromkeys(unmet))


def _is_met(signed: Signed, *, part: Part, counted: Mapping[Part, tuple[KeyRecord, ...]], rules: RulesInForce) -> bool:
    records, like = counted.get(part, ()), signed.demands.get(part, "")
    if part not in _SIDES:
        return rules.is_met(like, part=part, by=records)
    return len(rules.entitled(like, part=part, by=records)) == 1


def _stood_in(signed: Signed, *, counted: Mapping[Part, tuple[KeyRecord, ...]], rules: RulesInForce) -> list[Draft]:
    """Where fewer of the commission can act, somebody stands in for one of them; that asks for attention (domain.md §2).

    A member who cannot act is one cause, however many acts are signed so: what follows is listed under the first.
    """
    event = signed.event
    standing = [
        record
        for part, records in counted.items()
        for record in rules.standing_in(signed.demands.get(part, event.type), part=part, by=records)
    ]
    units = units_of(event)
    return [
        Draft(
            code="below-threshold",
            subject=min(units, default=signed.event_id),
            evidence=(signed.event_id,),
            sentence=_said_stand_in(record, type_name=event.type),
            topic=stand_in_topic(record.serves or record.office),
            units=units,
        )
        for record in standing[:1]
    ]


def _said_stand_in(record: KeyRecord, *, type_name: str) -> Message:
    if record.role == STAND_IN:
        return message("signed.stand-in", type=type_name)
    return message("signed.stands-in", type=type_name, role=message("role", role=record.role))


def _counted_out(signed: Signed, *, counted: Mapping[Part, tuple[KeyRecord, ...]], rules: RulesInForce) -> list[Draft]:
    """Signatures of outsiders beside enough others: the act stands, and they are named."""
    event = signed.event
    out = {
        message("badge", badge=record.badge, office=record.office)
        for part, records in counted.items()
        for record in rules.outsiders(signed.demands.get(part, event.type), part=part, by=records)
    }
    if not out:
        return []
    sentence = message("signed.outsiders", type=event.type, badges=tuple(sorted(out)))
    units = units_of(event)
    evidence = (signed.event_id,)
    subject = min(units, default=signed.event_id)
    return [Draft(code="extra-signature", subject=subject, evidence=evidence, sentence=sentence, units=units)]


def units_of(event: Common) -> tuple[str, ...]:
    """Names of the units that an event is about, none where it is about none."""
    return tuple(ref.unit for ref in event.units) if isinstance(event, NamesUnits) else ()


def _objected(signed: Signed, *, code: str, record: KeyRecord | None) -> Draft:
    type_name, who = signed.event.type, message("key.not-enrolled")
    if record is not None:
        who = message("key.of", badge=record.badge, role=message("role", role=record.role))
    is_replaced = record is not None and record.revoked is not None and record.revoked.reason == ROTATED
    late = message("signed.late", type=type_name, who=who)
    if is_replaced:
        late = message("signed.late-by-replaced-key", type=type_name, who=who)
    says = {
        "unknown-key": message("signed.unknown-key", type=type_name, who=who),
        "not-authorised": message("signed.other-part", type=type_name, who=who),
        "late-by-revoked-key": late,
        "revoked-key": message("signed.revoked", type=type_name, who=who),
    }
    units = units_of(signed.event)
    subject = units[0] if units else signed.event_id
    return Draft(code=code, subject=subject, evidence=(signed.event_id,), sentence=says[code], units=units)


def _below(
    signed: Signed,
    *,
    unmet: Sequence[Part],
    counted: Mapping[Part, tuple[KeyRecord, ...]],
    roster: Roster,
    rules: RulesInForce,
    roots: Sequence[RootInForce],
) -> Draft:
    """below-threshold; not-authorised where everybody listed has signed and some hold a role that does not count here."""
    event = signed.event
    units = units_of(event)
    awaited = [signer for signer in event.signers if signer.key not in signed.signatures]
    strangers = [
        record.badge
        for part in unmet
        for record in counted.get(part, ())
        if part in signed.demands and not rules.may_sign(signed.demands[part], part=part, record=record)
    ]
    subject = units[0] if units else signed.event_id
    if strangers and not awaited:
        sentence = message("signed.not-entitled", type=event.type, badges=tuple(sorted(strangers)))
        return Draft(
            code="not-authorised", subject=subject, evidence=(signed.event_id,), sentence=sentence, units=units
        )
    names = [roster.get(signer.key) for signer in awaited]
    asked = [(signer.part, record) for signer, record in zip(awaited, names, strict=True) if record is not None]
    by_root = tuple(_lacks_root(root, place=place, counted=counted) for place, root in enumerate(roots))
    lacks = (
        *(said for said in by_root if said is not None),
        *(
            _lacks_device(event, roster=roster)
            if part == "device" and signed.demands
            else _lacking(signed, part=part, counted=counted, rules=rules, asked=asked)
            for part in unmet
            if part != _HEAD and (not roots or part != _ACTING)
        ),
    )
    waiting = tuple(sorted(record.badge for record in names if record is not None))
    awaits = (message("lacking.awaited", badges=waiting),) if waiting else ()
    sentence = message("lacking", type=event.type, lacks=(*lacks, *awaits))
    if event.type == "LossDeclared":
        # rules.md 132
        sentence = message("loss.reported", lacks=sentence, units=units, at=event.at)
    return Draft(
        code="below-threshold",
        subject=subject,
        evidence=(signed.event_id,),
        sentence=sentence,
        units=units,
    )


def _lacks_root(root: RootInForce, *, place: int, counted: Mapping[Part, tuple[KeyRecord, ...]]) -> Message | None:
    """What a root still needs, in words; the second of two is the new one."""
    by = counted.get(_ACTING, ())
    if root.is_met(by):
        return None
    signed, persons = root.signed_by(by), root.threshold
    if place:
        return message("lacking.new-root", signed=signed, persons=persons)
    return message("lacking.root", signed=signed, persons=persons)


def _lacks_device(event: Common, *, roster: Roster) -> Message:
    """Why the device's own signature does not count: none is named, nobody enrolled it, or it has not signed."""
    if event.device is None:
        return message("lacking.device-named")
    known = roster.get(event.device.key) is not None
    return message("lacking.device-signed") if known else message("lacking.device-unknown")


def _lacking(
    signed: Signed,
    *,
    part: Part,
    counted: Mapping[Part, tuple[KeyRecord, ...]],
    rules: RulesInForce,
    asked: Sequence[tuple[Part, KeyRecord]],
) -> Message:
    """What one part still needs, in words."""
    event, by = signed.event, counted.get(part, ())
    like = signed.demands.get(part, event.type)
    own = [record for side, record in asked if side == part]
    if not signed.demands:
        return message("lacking.no-rule")
    if part in _SIDES:
        needs_second = len({record.person for record in by}) == 1 and _is_met(
            signed, part=part, counted=counted, rules=rules
        )
        if needs_second:
            return message("lacking.second-person", part=part)
        lacks = rules.lacking(like, part=part, by=by, asked=own)
        return message("lacking.of-side", lacks=lacks, part=part)
    return rules.lacking(like, part=part, by=by, asked=own)
