"""Decisions: rules, keys, mandates, dispensations, and what is decided about findings. Applied in log order.

They touch no unit; they change what later acts are judged by. A decision that cannot be carried out becomes a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Literal, Protocol, TypeVar

from custody.core.authority.roster import KeyRecord, Revocation, possession_message
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.checks.code_list import check_offices
from custody.core.checks.finding_causes import find_office
from custody.core.entries.signing import check_public_key, keyid, verify_bulk
from custody.core.fold.acts import judge_when_ready
from custody.core.fold.adjudication import admit, hold_back, picked
from custody.core.fold.authority_told import tell_key, tell_rules
from custody.core.fold.closing import log_closed, log_succeeded
from custody.core.fold.decided_acts import can_overrule, choose_again, has_beaten, overrule
from custody.core.fold.disputes import can_choose, choose
from custody.core.fold.key_decisions import BY_OFFICERS, is_bound, is_used, key_rotated, protected, root_changed, vouch
from custody.core.fold.late_authority import tell_of_dispensation, tell_of_mandate
from custody.core.fold.restarts import heartbeat_noted, log_time_set
from custody.core.fold.witnessing import policy_set, witnessed
from custody.core.state.finding_store import KEPT, Draft, Finding
from custody.core.state.lifecycles import MANDATE, step
from custody.core.state.registers import Mandate
from custody.core.state.state import CONFLICT, RecordedEvent, State
from custody.core.wording.messages import Message, message
from schemas.authority import (
    DispensationGranted,
    Enrolment,
    FindingAcknowledged,
    FindingAdjudicated,
    KeyEnrolled,
    KeyRevoked,
    KeyRotated,
    LogClosed,
    LogSucceeded,
    LogTimeSet,
    MandateEnded,
    MandateGranted,
    MandateTransferred,
    RootChanged,
    RulesSet,
    WitnessPolicySet,
)
from schemas.base import Common
from schemas.errors import Refused
from schemas.services import CheckpointWitnessed, HeartbeatNoted

E = TypeVar("E", bound=Common)
E_contra = TypeVar("E_contra", bound=Common, contravariant=True)
_LOSSES: Final = ("lost", "stolen")


def decide(state: State, record: RecordedEvent) -> None:
    """Carry out a decision whose signatures are enough."""
    if record.event is None:
        raise ValueError("a decision is carried out once")
    fault = DECISIONS[record.type](record.event, record=record, state=state)
    if fault is not None:
        state.raise_all((fault,), record=record)
    else:
        check_offices(state, record, event=record.event)
    stand(state, record, status="applied" if fault is None else "finding")


def stand(state: State, record: RecordedEvent, *, status: Literal["applied", "finding"]) -> None:
    """A decision takes its place in the order of judgements; no dispute takes it out of force again."""
    state.judgements += 1
    record.order = state.judgements
    record.in_force = True
    record.event = None
    state.mark(record, status)
    for waiter in state.waiters.pop(record.event_id, ()):
        judge_when_ready(state, waiter)


def _rules_set(event: RulesSet, *, record: RecordedEvent, state: State) -> Draft | None:
    state.rules.append((state.position, RulesInForce.of(event.rules, event=record.event_id)))
    tell_rules(state, event.rules, by=record.event_id)
    return None


def _key_enrolled(event: KeyEnrolled, *, record: RecordedEvent, state: State) -> Draft | None:
    root = state.root_of(record).is_met(record.signed.get("acting", ()))
    own = [key.badge for key in event.keys if not root and _is_for_officers(state, key=key)]
    if own:
        sentence = message("enrolled.not-by-root", badges=tuple(own))
        return record.draft("not-authorised", subject=own[0], sentence=sentence)
    refused = [key.badge for key in event.keys if not _enrol(state, key=key, by=record.event_id)]
    if not refused:
        return None
    sentence = message("enrolled.unfit", badges=tuple(refused))
    return record.draft("not-authorised", subject=refused[0], sentence=sentence)


def _is_for_officers(state: State, *, key: Enrolment) -> bool:
    """Whether the root threshold alone enrols a key: an officer's or registrar's, or another one of such a person."""
    # rules.md 154
    return key.role in BY_OFFICERS or state.roster.has_held(BY_OFFICERS, person=key.person or "")


def _enrol(state: State, *, key: Enrolment, by: str) -> bool:
    public = bytes.fromhex(key.public)
    digest = keyid(public)
    statement = possession_message(election=state.election, person=key.person, role=key.role, keyid=digest)
    try:
        check_public_key(public)
    except Refused:
        return False
    if (key.person is None) != (key.role in ("device", "gateway", "checkpointer", "monitor")):
        return False
    # rules.md 175
    if not verify_bulk(public=public, message=statement, signature=bytes.fromhex(key.proof)):
        return False
    if is_bound(state, digest) or _is_taken(state, key=key):
        return False
    find_office(state, key.office, by=by)
    is_new = state.roster.enrol(
        KeyRecord(
            keyid=digest,
            public=public,
            role=key.role,
            person=key.person or "",
            badge=key.badge,
            office=key.office,
            enrolled=state.position,
            next_key=key.next_key or "",
        )
    )
    tell_key(state, digest)
    return is_new


def _is_taken(state: State, *, key: Enrolment) -> bool:
    """Whether the badge is another holder's, or the key that is prepared has a place of its own already."""
    # rules.md 103
    holder = state.roster.with_badge(key.badge)
    if holder is not None and (not holder.person or holder.person != key.person):
        return True
    prepared = key.next_key or ""
    return prepared == keyid(bytes.fromhex(key.public)) or is_used(state, prepared)


def _key_revoked(event: KeyRevoked, *, record: RecordedEvent, state: State) -> Draft | None:
    fault = protected(event, record=record, state=state)
    if fault is not None:
        return fault
    revocation = Revocation(state.position, record.event_id, event.reason)
    if state.roster.revoke(event.key, revocation=revocation):
        tell_key(state, event.key)
        vouch(event, record=record, state=state)
        return _suspects(event, record=record, state=state) if event.reason in _LOSSES else None
    return record.draft("not-in-state", subject=event.key, sentence=message("decision.no-key"))


def _suspects(event: KeyRevoked, *, record: RecordedEvent, state: State) -> Draft | None:
    """What a lost key signed beyond the last vouched number before the loss was recorded: it stands, and is suspect."""
    key = state.roster.get(event.key)
    # rules.md 11
    beyond = [
        other
        for other in (state.records[name] for name in state.signed_by.get(event.key, ()))
        if not _is_vouched(state, other, by=record.event_id)
    ]
    if not beyond or key is None:
        return None
    beyond.sort(key=lambda other: (other.number, other.event_id))
    evidence = (record.event_id, *(other.event_id for other in beyond[:KEPT]))
    sentence = _said_suspect(event, badge=key.badge, beyond=beyond)
    draft = Draft(code="suspect-after-loss", subject=event.key, evidence=evidence, sentence=sentence, count=len(beyond))
    state.raise_all((draft,), record=record)
    return None


def _said_suspect(event: KeyRevoked, *, badge: str, beyond: Sequence[RecordedEvent]) -> Message:
    """What is suspect of a lost key; the first of it where there is much."""
    first = beyond[:KEPT]
    acts = tuple(message("act.numbered", type=other.type, at=other.at, number=other.number) for other in first)
    reason, number = message("reason", reason=event.reason), event.vouched_number
    if len(first) == len(beyond):
        return message("key.suspect", badge=badge, reason=reason, number=number, acts=acts)
    return message("key.suspect-many", badge=badge, reason=reason, number=number, acts=acts, count=len(beyond))


def _is_vouched(state: State, record: RecordedEvent, *, by: str) -> bool:
    return state.pledge(by, record=record) == "vouched"


def _mandate_granted(event: MandateGranted, *, record: RecordedEvent, state: State) -> Draft | None:
    mandate = Mandate(
        event=record.event_id,
        courier=event.courier,
        consignments=tuple(event.consignments),
        first_day=event.first_day,
        last_day=event.last_day,
        granted=state.position,
    )
    _put_mandate(state, mandate)
    return None


def _put_mandate(state: State, mandate: Mandate) -> None:
    state.registers.add_mandate(mandate)
    state.dirty_tours[mandate.event] = None
    tell_of_mandate(state, mandate)


def _mandate_transferred(event: MandateTransferred, *, record: RecordedEvent, state: State) -> Draft | None:
    mandate = _moved_on(event, record=record, state=state)
    if mandate is None:
        return record.draft("not-in-state", subject=event.mandate, sentence=message("decision.no-mandate-to-transfer"))
    anew = replace(mandate, event=record.event_id, courier=event.courier, granted=state.position, ended=None)
    _put_mandate(state, replace(anew, state=MANDATE["unknown"]["MandateGranted"]))
    return None


def _moved_on(event: MandateTransferred | MandateEnded, *, record: RecordedEvent, state: State) -> Mandate | None:
    """The mandate that a decision names, left in the state to which the decision leads; None where its state has no such row."""
    mandate = state.registers.mandates.get(event.mandate)
    after = None if mandate is None else step(MANDATE, state=mandate.state, fact=record.type)
    if mandate is None or after is None:
        return None
    left = replace(mandate, state=after, ended=state.position)
    state.registers.mandates[mandate.event] = left
    state.dirty_tours[mandate.event] = None
    return left


def _mandate_ended(event: MandateEnded, *, record: RecordedEvent, state: State) -> Draft | None:
    if _moved_on(event, record=record, state=state) is None:
        return record.draft("not-in-state", subject=event.mandate, sentence=message("decision.no-mandate-to-end"))
    return None


def _dispensation(event: DispensationGranted, *, record: RecordedEvent, state: State) -> Draft | None:
    state.registers.dispensations.setdefault(event.station, (state.position, record.event_id))
    tell_of_dispensation(state, record, station=event.station)
    return None


def _acknowledged(event: FindingAcknowledged, *, record: RecordedEvent, state: State) -> Draft | None:
    finding = state.findings.find(event.finding)
    if finding is None:
        return record.draft(
            "not-in-state", subject=event.finding, sentence=message("decision.no-finding-to-acknowledge")
        )
    state.findings.decide(finding.id, status="acknowledged", by=record.event_id)
    return None


def _adjudicated(event: FindingAdjudicated, *, record: RecordedEvent, state: State) -> Draft | None:
    finding = state.findings.find(event.finding)
    if finding is None:
        return record.draft(
            "not-in-state", subject=event.finding, sentence=message("decision.no-finding-to-adjudicate")
        )
    finding = finding if event.chosen is None else picked(state, finding, act=event.chosen)
    if finding.code == CONFLICT:
        return _chosen(event, record=record, state=state)
    fault = _decided(state, finding, act=event.chosen, by=record)
    return None if fault is None else record.draft("not-in-state", subject=event.finding, sentence=fault)


def _decided(state: State, finding: Finding, *, act: str | None, by: RecordedEvent) -> Message | None:
    """What a decision brings about where no rivals are to choose from; why it cannot be carried out, or None."""
    if finding.id in state.overruled:
        return choose_again(state, finding, act=act, by=by)
    if act is not None and can_overrule(state, finding, act=act):
        overrule(state, finding, act=act, by=by)
        return None
    fault: Message | None = None
    if act is None:
        fault = hold_back(state, finding, by=by)
    elif not has_beaten(state, finding, act=act):
        fault = admit(state, finding, act=act, by=by)
    if fault is None:
        state.findings.decide(finding.id, status="adjudicated", by=by.event_id)
    return fault


def _chosen(event: FindingAdjudicated, *, record: RecordedEvent, state: State) -> Draft | None:
    """Of acts that follow the same one officers choose one."""
    if event.chosen is None or not can_choose(state, event.finding, act=event.chosen):
        return record.draft("not-in-state", subject=event.finding, sentence=message("decision.picks-none"))
    state.findings.decide(event.finding, status="adjudicated", by=record.event_id)
    choose(state, event.finding, act=event.chosen, by=record)
    return None


class Decide(Protocol[E_contra]):
    """Carries out one type of decision."""

    def __call__(self, event: E_contra, *, record: RecordedEvent, state: State) -> Draft | None:
        """Change the state; a draft where the decision cannot be carried out."""


def _deciding(model: type[E], decide: Decide[E]) -> tuple[str, Decide[Common]]:
    """One row of the table: the type of decision, and what carries out just that type."""

    def checked(event: Common, *, record: RecordedEvent, state: State) -> Draft | None:
        if not isinstance(event, model):
            raise TypeError(f"{record.type} is carried out as {model.__name__}")
        return decide(event, record=record, state=state)

    return model.__name__, checked


DECISIONS: Final[Mapping[str, Decide[Common]]] = MappingProxyType(
    dict(
        (
            _deciding(RulesSet, _rules_set),
            _deciding(KeyEnrolled, _key_enrolled),
            _deciding(KeyRevoked, _key_revoked),
            _deciding(KeyRotated, key_rotated),
            _deciding(RootChanged, root_changed),
            _deciding(WitnessPolicySet, policy_set),
            _deciding(MandateGranted, _mandate_granted),
            _deciding(MandateTransferred, _mandate_transferred),
            _deciding(MandateEnded, _mandate_ended),
            _deciding(DispensationGranted, _dispensation),
            _deciding(FindingAcknowledged, _acknowledged),
            _deciding(FindingAdjudicated, _adjudicated),
            _deciding(LogClosed, log_closed),
            _deciding(LogSucceeded, log_succeeded),
            _deciding(LogTimeSet, log_time_set),
            _deciding(CheckpointWitnessed, witnessed),
            _deciding(HeartbeatNoted, heartbeat_noted),
        )
    )
)
"""Decision type -> what it changes. One row to add a decision."""
