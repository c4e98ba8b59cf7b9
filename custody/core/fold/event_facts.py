"""Facts behind an event's ids, as far as the log knew them: the courier of a mandate, the sides of a handover, a finding.

As of the position where the event was recorded first; what comes later does not change how it was told. Not here: the sentences.
"""

from __future__ import annotations

from collections.abc import Iterable

from custody.core.state.state import RecordedEvent, State
from custody.core.wording.messages import message
from custody.core.wording.sentence_rows import Facts
from schemas.authority import (
    FindingAcknowledged,
    FindingAdjudicated,
    MandateEnded,
    MandateGranted,
    MandateTransferred,
    RulesSet,
)
from schemas.base import Common
from schemas.rules import Rules
from schemas.transfer import HandoverAnswered, HandoverOffered


def facts_of(state: State, record: RecordedEvent, *, event: Common) -> Facts:
    """What is known of one event; a field about which the log knows nothing is empty."""
    releasing, receiving = _sides(state, event)
    return Facts(
        releasing=releasing,
        receiving=receiving,
        courier=_courier(state, event),
        finding=_finding(state, event),
        chosen=_act(state, event.chosen if isinstance(event, FindingAdjudicated) else None),
        changed=_changed(state, event),
        codes=tuple(record.rules.says(code, language="en") or code for code in event.codes),
    )


def _changed(state: State, event: Common) -> tuple[str, ...]:
    if not isinstance(event, RulesSet) or not state.rules:
        return ()
    return changed_rules(state.rules_now().rules, after=event.rules)


def changed_rules(before: Rules, *, after: Rules) -> tuple[str, ...]:
    """Names of the rules that differ, in the order of the schema, in words."""
    names = (name for name in Rules.model_fields if getattr(before, name) != getattr(after, name))
    return tuple(name.replace("_", " ") for name in names)


def _sides(state: State, event: Common) -> tuple[str, str]:
    if isinstance(event, HandoverOffered):
        return _party(state, event, part="releasing"), _party_of(state, event.to)
    if isinstance(event, HandoverAnswered):
        offer = state.registers.offers.get(event.offer)
        return "" if offer is None else str(offer.releasing), _party(state, event, part="receiving")
    return "", ""


def _party(state: State, event: Common, *, part: str) -> str:
    return _party_of(state, [signer.key for signer in event.signers if signer.part == part])


def _party_of(state: State, keys: Iterable[str]) -> str:
    records = (state.roster.get(key) for key in keys)
    parties = (record.party for record in records if record is not None)
    return next((str(party) for party in parties if party is not None), "")


def _courier(state: State, event: Common) -> str:
    if isinstance(event, MandateEnded):
        mandate = state.registers.mandates.get(event.mandate)
        return "" if mandate is None else state.roster.courier_badge(mandate.courier) or ""
    tag = event.courier if isinstance(event, MandateGranted | MandateTransferred) else ""
    return state.roster.courier_badge(tag) or ""


def _finding(state: State, event: Common) -> str:
    finding = state.findings.get(event.finding if isinstance(event, FindingAcknowledged | FindingAdjudicated) else "")
    return "" if finding is None else str(finding.sentence)


def _act(state: State, event_id: str | None) -> str:
    record = state.records.get(event_id or "")
    return "" if record is None else str(message("act.of", type=record.type, at=record.at))
