"""Facts behind an event's ids, as far as the log knew them: the courier of a mandate, the sides of a handover, a finding.

As of the position where the event was recorded first; what comes later does not change how it was told. Not here: the sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from custody.core.authority.roster import KeyRecord
from custody.core.state.state import State
from custody.core.wording.finding_codes import title
from custody.core.wording.messages import phrase
from custody.core.wording.phrases import signer
from custody.core.wording.sentence_rows import NO_FACTS, SOMEBODY, Facts
from schemas.authority import (
    FindingAcknowledged,
    FindingAdjudicated,
    KeyRevoked,
    KeyRotated,
    MandateEnded,
    MandateGranted,
    MandateTransferred,
    RulesSet,
)
from schemas.base import Common
from schemas.everybody import ActTranscribed
from schemas.outcomes import MessageJson
from schemas.rules import Rules
from schemas.station import BallotsGivenToIssuer, BallotsReturnedByIssuer
from schemas.transfer import HandoverAnswered, HandoverOffered, QuarantineLifted


def facts_of(state: State, *, event: Common) -> Facts:
    """What is known of one event; a field about which the log knows nothing says so."""
    found = _FOUND.get(event.type)
    return NO_FACTS if found is None else found(state, event)


def person_of(key: KeyRecord) -> MessageJson:
    """The holder of a key by role and office, the badge beside it."""
    return signer(role=key.role, office=key.office, badge=key.badge)


def changed_rules(before: Rules, *, after: Rules) -> tuple[MessageJson, ...]:
    """The rules that differ, in the order of the schema: a number before and after, else what the rule is about."""
    names = (name for name in Rules.model_fields if getattr(before, name) != getattr(after, name))
    return tuple(_changed_rule(name, before=getattr(before, name), after=getattr(after, name)) for name in names)


def _changed_rule(name: str, *, before: object, after: object) -> MessageJson:
    rule = phrase("event.rule", rule=name)
    if isinstance(before, int) and isinstance(after, int):
        return phrase("event.rule-changed", rule=rule, before=before, after=after)
    return rule


def _rules(state: State, event: Common) -> Facts:
    if not isinstance(event, RulesSet) or not state.rules:
        return NO_FACTS
    return Facts(changed=changed_rules(state.rules_now().rules, after=event.rules))


def _sides(state: State, event: Common) -> Facts:
    """Who hands over and who takes over."""
    if isinstance(event, HandoverOffered):
        return Facts(releasing=_party(state, event, part="releasing"), receiving=_party_of(state, event.to))
    if isinstance(event, HandoverAnswered):
        offer = state.registers.offers.get(event.offer)
        giver = SOMEBODY if offer is None else offer.releasing.phrase
        return Facts(releasing=giver, receiving=_party(state, event, part="receiving"))
    if isinstance(event, ActTranscribed):
        return Facts(releasing=_written(event, part="releasing"), receiving=_written(event, part="receiving"))
    return Facts(receiving=_party_of(state, [event.custodian])) if isinstance(event, QuarantineLifted) else NO_FACTS


def _written(event: ActTranscribed, *, part: str) -> MessageJson:
    """A side of a handover as the paper names it: by role and office."""
    rows = [row for row in event.paper if row.part == part]
    if not rows:
        return SOMEBODY
    return phrase("event.on-paper", role=phrase("role", role=rows[0].role), office=rows[0].office, part=part)


def _party(state: State, event: Common, *, part: str) -> MessageJson:
    return _party_of(state, [signer.key for signer in event.signers if signer.part == part])


def _party_of(state: State, keys: Iterable[str]) -> MessageJson:
    records = (state.roster.get(key) for key in keys)
    parties = (record.party for record in records if record is not None)
    return next((party.phrase for party in parties if party is not None), SOMEBODY)


def _mandate(state: State, event: Common) -> Facts:
    """Whose mandate it is, for what, and to whom it passes over."""
    if isinstance(event, MandateGranted):
        return Facts(courier=_courier(state, event.courier))
    if not isinstance(event, MandateTransferred | MandateEnded):
        return NO_FACTS
    mandate = state.registers.mandates.get(event.mandate)
    substitute = _courier(state, event.courier) if isinstance(event, MandateTransferred) else SOMEBODY
    if mandate is None:
        return Facts(substitute=substitute)
    courier = _courier(state, mandate.courier)
    return Facts(courier=courier, substitute=substitute, consignments=mandate.consignments)


def _courier(state: State, person: str) -> MessageJson:
    badge = state.roster.courier_badge(person)
    return SOMEBODY if badge is None else phrase("party.courier", badge=badge)


def _person(state: State, event: Common) -> Facts:
    """Whose key it is, or which member had the papers."""
    record = None
    if isinstance(event, KeyRevoked | KeyRotated):
        record = state.roster.get(event.key)
    if isinstance(event, BallotsGivenToIssuer | BallotsReturnedByIssuer):
        record = state.roster.first_of(event.issuer)
    return NO_FACTS if record is None else Facts(person=person_of(record))


def _decision(state: State, event: Common) -> Facts:
    """The finding that is decided about, and the act that is chosen."""
    if not isinstance(event, FindingAcknowledged | FindingAdjudicated):
        return NO_FACTS
    finding = state.findings.get(event.finding)
    chosen = event.chosen if isinstance(event, FindingAdjudicated) else None
    return Facts(
        finding=None
        if finding is None
        else phrase("event.finding", title=title(finding.code).doc(), says=finding.sentence.doc()),
        chosen=_act(state, chosen),
    )


def _act(state: State, event_id: str | None) -> MessageJson | None:
    record = state.records.get(event_id or "")
    return None if record is None else phrase("act.of", type=record.type, at=record.at)


_FOUND: Final[Mapping[str, Callable[[State, Common], Facts]]] = MappingProxyType(
    {
        RulesSet.__name__: _rules,
        HandoverOffered.__name__: _sides,
        HandoverAnswered.__name__: _sides,
        ActTranscribed.__name__: _sides,
        QuarantineLifted.__name__: _sides,
        MandateGranted.__name__: _mandate,
        MandateTransferred.__name__: _mandate,
        MandateEnded.__name__: _mandate,
        KeyRevoked.__name__: _person,
        KeyRotated.__name__: _person,
        BallotsGivenToIssuer.__name__: _person,
        BallotsReturnedByIssuer.__name__: _person,
        FindingAcknowledged.__name__: _decision,
        FindingAdjudicated.__name__: _decision,
    }
)
"""Event type -> what is looked up for it; the others name nothing by an id alone."""
