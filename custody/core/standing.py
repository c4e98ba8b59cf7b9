"""Standing: whose signatures on an event count, for which part, and whether they are enough.

A signature is judged at the entry that first brought it; rules and roster at the event's first entry. A distinct person counts
once, whatever keys they hold. Devices sign every act and count for no threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.core.findings import Draft
from custody.core.roster import KeyRecord, Roster
from custody.core.rules import RulesInForce
from schemas.base import Common, Part, Signer

_SERVICES: Final = ("gateway", "checkpointer", "monitor")
_SIDES: Final[tuple[Part, ...]] = ("releasing", "receiving")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Result for one event: counted keys by part, and why it may not be judged yet or ever.

    ``unmet`` parts lack persons; ``drafts`` are the findings to raise; ``late`` is the code of a revoked key that keeps the act
    from moving anything before adjudication.
    """

    counted: Mapping[Part, tuple[KeyRecord, ...]]
    unmet: tuple[Part, ...]
    drafts: tuple[Draft, ...]
    late: str | None = None

    @property
    def is_enough(self) -> bool:
        """Whether the event may be judged for what it says."""
        return not self.unmet and self.late is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """An event with the union of its valid listed signatures: key id -> position of the entry that first brought it."""

    event_id: str
    event: Any
    position: int
    signatures: Mapping[str, int]


def assess(signed: Signed, *, roster: Roster, rules: RulesInForce, forked: Sequence[str]) -> Standing:
    """Whose signatures count on this event, and whether they meet the rules in force at its first entry."""
    event = signed.event
    counted: dict[Part, list[KeyRecord]] = {}
    drafts: list[Draft] = []
    late: str | None = None
    for signer in event.signers:
        position = signed.signatures.get(signer.key)
        if position is None:
            continue
        record = roster.get(signer.key)
        code = _objection(record, signer=signer, position=position, event=event)
        if record is None or code is not None:
            late = late or (code if code in ("revoked-key", "late-by-revoked-key") else None)
            drafts.append(_objected(signed, code=code or "unknown-key", record=record))
        else:
            counted.setdefault(signer.part, []).append(record)
    frozen = {part: tuple(records) for part, records in counted.items()}
    unmet = _unmet(signed, counted=frozen, rules=rules, forked=forked)
    if unmet and late is None:
        drafts.append(_below(signed, unmet=unmet, counted=frozen, roster=roster, rules=rules))
    return Standing(counted=frozen, unmet=unmet, drafts=tuple(drafts), late=late)


def _objection(record: KeyRecord | None, *, signer: Signer, position: int, event: Common) -> str | None:
    """The code of what keeps a valid signature from counting, or None."""
    if record is None or record.enrolled >= position:
        return "unknown-key"
    if (signer.person or "") != record.person:
        return "not-authorised"
    if (signer.part == "device") != (record.role == "device") or (signer.part == "service") != (record.role in _SERVICES):
        return "not-authorised"
    revoked = record.revoked
    if revoked is None or revoked.position >= position:
        return None
    if event.device is not None and event.device.number <= revoked.vouched_number:
        return None
    return "late-by-revoked-key" if event.seen is None or event.seen.size <= revoked.position else "revoked-key"


def _unmet(
    signed: Signed, *, counted: Mapping[Part, tuple[KeyRecord, ...]], rules: RulesInForce, forked: Sequence[str]
) -> tuple[Part, ...]:
    event = signed.event
    unmet = [part for part in rules.required_parts(event.type) if not _is_met(event, part=part, counted=counted, rules=rules)]
    device = event.device
    if device is None:
        if event.KIND != "decision" and "service" not in counted:
            unmet.append("device")
    elif not any(record.keyid == device.key for record in counted.get("device", ())):
        unmet.append("device")
    elif device.key in forked:
        # A device with two histories moves custody only with a second person of its side (design D12).
        unmet += [part for part in _SIDES if part in counted and len({record.person for record in counted[part]}) < len(_SIDES)]
    return tuple(dict.fromkeys(unmet))


def _is_met(event: Any, *, part: Part, counted: Mapping[Part, tuple[KeyRecord, ...]], rules: RulesInForce) -> bool:
    records = counted.get(part, ())
    if part not in _SIDES:
        return rules.is_met(event.type, part=part, by=records)
    parties = {record.party for record in records}
    return len(parties) == 1 and rules.is_met(event.type, part=part, by=records)


def _objected(signed: Signed, *, code: str, record: KeyRecord | None) -> Draft:
    who = "a key that is not enrolled" if record is None else f"{record.badge} ({record.role})"
    says = {
        "unknown-key": f"{signed.event.type} carries a signature of {who} at that position.",
        "not-authorised": f"{signed.event.type} lists {who} for a person or part that the key is not enrolled for.",
        "late-by-revoked-key": f"{signed.event.type} was signed by {who}, whose key was revoked before it was recorded.",
        "revoked-key": f"{signed.event.type} was signed by {who} after the revocation of the key had been seen.",
    }
    units = tuple(ref.unit for ref in getattr(signed.event, "units", ()))
    subject = units[0] if units else signed.event_id
    return Draft(code=code, subject=subject, evidence=(signed.event_id,), sentence=says[code], units=units)


def _below(
    signed: Signed,
    *,
    unmet: Sequence[Part],
    counted: Mapping[Part, tuple[KeyRecord, ...]],
    roster: Roster,
    rules: RulesInForce,
) -> Draft:
    """below-threshold; not-authorised where everybody listed has signed and some hold a role that does not count here."""
    event = signed.event
    units = tuple(ref.unit for ref in getattr(event, "units", ()))
    awaited = [signer for signer in event.signers if signer.key not in signed.signatures]
    strangers = [
        record.badge
        for part in unmet
        for record in counted.get(part, ())
        if part in rules.required_parts(event.type) and not rules.may_sign(event.type, part=part, record=record)
    ]
    subject = units[0] if units else signed.event_id
    topic = f"signatures/{signed.event_id}"
    if strangers and not awaited:
        sentence = f"{event.type} was signed by {', '.join(sorted(strangers))}, whose role does not entitle to it."
        return Draft(code="not-authorised", subject=subject, evidence=(signed.event_id,), sentence=sentence, units=units)
    have = sum(len(records) for part, records in counted.items() if part != "device")
    missing = ", ".join(unmet)
    names = [roster.get(signer.key) for signer in awaited]
    waiting = ", ".join(sorted(record.badge for record in names if record is not None))
    sentence = f"{event.type}: {have} signed, not enough for: {missing}" + (f"; awaited: {waiting}." if waiting else ".")
    return Draft(
        code="below-threshold", subject=subject, evidence=(signed.event_id,), sentence=sentence, units=units, topic=topic
    )
