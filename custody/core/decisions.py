"""Decisions: rules, keys, mandates, dispensations, and what is decided about findings. Applied in log order.

They touch no unit; they change what later acts are judged by. A decision that cannot be carried out becomes a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from custody.core.acts import revive
from custody.core.disputes import choose
from custody.core.findings import Draft
from custody.core.registers import Mandate
from custody.core.roster import KeyRecord, Revocation, possession_message
from custody.core.rules import RulesInForce
from custody.core.signing import check_public_key, keyid, verify
from custody.core.state import Record, State
from schemas.authority import Enrolment
from schemas.errors import Refused


def decide(state: State, record: Record) -> None:
    """Carry out a decision whose signatures are enough."""
    fault = DECISIONS[record.type](state, record, record.event)
    if fault is not None:
        state.raise_all((fault,), record=record)
    state.mark(record, "applied" if fault is None else "finding")
    record.event = None


def _rules_set(state: State, record: Record, event: Any) -> Draft | None:
    state.rules.append((state.position, RulesInForce.of(event.rules, event=record.event_id)))
    return None


def _key_enrolled(state: State, record: Record, event: Any) -> Draft | None:
    refused = [key.badge for key in event.keys if not _enrol(state, key=key)]
    if not refused:
        return None
    sentence = f"Not enrolled: {', '.join(refused)}: the key is unfit, enrolled before, or its proof of possession fails."
    return _draft(record, "not-authorised", subject=refused[0], sentence=sentence)


def _enrol(state: State, *, key: Enrolment) -> bool:
    public = bytes.fromhex(key.public)
    digest = keyid(public)
    message = possession_message(election=state.election, person=key.person, role=key.role, keyid=digest)
    try:
        check_public_key(public)
    except Refused:
        return False
    if (key.person is None) != (key.role in ("device", "gateway", "checkpointer", "monitor")):
        return False
    if not verify(public=public, message=message, signature=bytes.fromhex(key.proof)):
        return False
    return state.roster.enrol(
        KeyRecord(
            keyid=digest,
            public=public,
            role=key.role,
            person=key.person or "",
            badge=key.badge,
            office=key.office,
            enrolled=state.position,
        )
    )


def _key_revoked(state: State, record: Record, event: Any) -> Draft | None:
    revocation = Revocation(state.position, record.event_id, event.vouched_number)
    if state.roster.revoke(event.key, revocation=revocation):
        return None
    return _draft(record, "not-in-state", subject=event.key, sentence="The key to revoke is unknown or revoked already.")


def _mandate_granted(state: State, record: Record, event: Any) -> Draft | None:
    mandate = Mandate(
        event=record.event_id,
        courier=event.courier,
        consignments=tuple(event.consignments),
        first_day=event.first_day,
        last_day=event.last_day,
        granted=record.position,
    )
    _put_mandate(state, mandate)
    return None


def _put_mandate(state: State, mandate: Mandate) -> None:
    state.registers.add_mandate(mandate)
    for consignment in mandate.consignments:
        for finding in tuple(state.findings.unsettled_under(f"mandate/{mandate.courier}/{consignment}/")):
            if mandate.first_day <= finding.topic.rsplit("/", 1)[1] <= mandate.last_day:
                state.findings.settle(finding.id, by=mandate.event)


def _mandate_transferred(state: State, record: Record, event: Any) -> Draft | None:
    mandate = state.registers.mandates.get(event.mandate)
    if mandate is None or mandate.ended is not None:
        return _draft(record, "not-in-state", subject=event.mandate, sentence="The mandate to transfer is unknown or has ended.")
    state.registers.mandates[mandate.event] = replace(mandate, ended=state.position)
    _put_mandate(state, replace(mandate, event=record.event_id, courier=event.courier, granted=record.position))
    return None


def _mandate_ended(state: State, record: Record, event: Any) -> Draft | None:
    mandate = state.registers.mandates.get(event.mandate)
    if mandate is None or mandate.ended is not None:
        return _draft(record, "not-in-state", subject=event.mandate, sentence="The mandate to end is unknown or has ended.")
    state.registers.mandates[mandate.event] = replace(mandate, ended=state.position)
    return None


def _dispensation(state: State, record: Record, event: Any) -> Draft | None:
    state.registers.dispensations.setdefault(event.station, record.position)
    return None


def _acknowledged(state: State, record: Record, event: Any) -> Draft | None:
    if state.findings.get(event.finding) is None:
        return _draft(record, "not-in-state", subject=event.finding, sentence="The finding to acknowledge is not known.")
    state.findings.decide(event.finding, status="acknowledged", by=record.event_id)
    return None


def _adjudicated(state: State, record: Record, event: Any) -> Draft | None:
    finding = state.findings.get(event.finding)
    if finding is None:
        return _draft(record, "not-in-state", subject=event.finding, sentence="The finding to adjudicate is not known.")
    conflicting = finding.code == "conflicting-acts"
    if conflicting and (event.chosen is None or not choose(state, event.finding, act=event.chosen)):
        return _draft(record, "not-in-state", subject=event.finding, sentence="The decision picks none of the conflicting acts.")
    state.findings.decide(event.finding, status="adjudicated", by=record.event_id)
    if conflicting:
        revive(state, event.chosen)
    return None


def _draft(record: Record, code: str, *, subject: str, sentence: str) -> Draft:
    return Draft(code=code, subject=subject, evidence=(record.event_id,), sentence=sentence)


Decide = Callable[[State, Record, Any], Draft | None]

DECISIONS: Final[Mapping[str, Decide]] = MappingProxyType(
    {
        "RulesSet": _rules_set,
        "KeyEnrolled": _key_enrolled,
        "KeyRevoked": _key_revoked,
        "MandateGranted": _mandate_granted,
        "MandateTransferred": _mandate_transferred,
        "MandateEnded": _mandate_ended,
        "DispensationGranted": _dispensation,
        "FindingAcknowledged": _acknowledged,
        "FindingAdjudicated": _adjudicated,
    }
)
"""Decision type -> what it changes. One row to add a decision."""
