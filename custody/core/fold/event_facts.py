"""Facts behind an event's ids, as far as the log knew them: the courier of a mandate, the sides of a handover, a finding.

As of the position where the event was recorded first; what comes later does not change how it was told. Not here: the sentences.
"""

from __future__ import annotations

from typing import Any

from custody.core.state.state import RecordedEvent, State
from custody.core.wording.event_sentences import Facts
from custody.core.wording.messages import message
from schemas.rules import Rules


def facts_of(state: State, record: RecordedEvent, *, event: Any) -> Facts:
    """What is known of one event; a field about which the log knows nothing is empty."""
    releasing, receiving = _sides(state, event)
    before = state.rules_now().rules if event.type == "RulesSet" and state.rules else None
    return Facts(
        releasing=releasing,
        receiving=receiving,
        courier=_courier(state, event),
        finding=_finding(state, event),
        chosen=_act(state, getattr(event, "chosen", None)),
        changed=() if before is None else changed_rules(before, after=event.rules),
        codes=tuple(record.rules.says(code, language="en") or code for code in event.codes),
    )


def changed_rules(before: Rules, *, after: Rules) -> tuple[str, ...]:
    """Names of the rules that differ, in the order of the schema, in words."""
    names = (name for name in Rules.model_fields if getattr(before, name) != getattr(after, name))
    return tuple(name.replace("_", " ") for name in names)


def _sides(state: State, event: Any) -> tuple[str, str]:
    if event.type == "HandoverOffered":
        return _party(state, event, part="releasing"), _party_of(state, event.to)
    if event.type == "HandoverAnswered":
        offer = state.registers.offers.get(event.offer)
        return "" if offer is None else str(offer.releasing), _party(state, event, part="receiving")
    return "", ""


def _party(state: State, event: Any, *, part: str) -> str:
    return _party_of(state, [signer.key for signer in event.signers if signer.part == part])


def _party_of(state: State, keys: Any) -> str:
    records = (state.roster.get(key) for key in keys)
    parties = (record.party for record in records if record is not None)
    return next((str(party) for party in parties if party is not None), "")


def _courier(state: State, event: Any) -> str:
    if event.type == "MandateEnded":
        mandate = state.registers.mandates.get(event.mandate)
        return "" if mandate is None else state.roster.courier_badge(mandate.courier) or ""
    tag = event.courier if event.type in ("MandateGranted", "MandateTransferred") else ""
    return state.roster.courier_badge(tag) or ""


def _finding(state: State, event: Any) -> str:
    finding = state.findings.get(getattr(event, "finding", ""))
    return "" if finding is None else str(finding.sentence)


def _act(state: State, event_id: str | None) -> str:
    record = state.records.get(event_id or "")
    return "" if record is None else str(message("act.of", type=record.type, at=record.at))
