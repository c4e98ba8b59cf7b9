"""Genesis: what position 0 founds (design D13).

Not here: what becomes of a log without genesis (ledger).
"""

from __future__ import annotations

from custody.core.authority.roots import RootInForce
from custody.core.authority.roster import KeyRecord
from custody.core.authority.rules_in_force import RulesInForce
from custody.core.authority.witness_policy import NO_POLICY, Policy, fault_of
from custody.core.checks.election_dates import check_genesis
from custody.core.checks.finding_causes import find_office
from custody.core.entries.signing import keyid
from custody.core.fold.authority_told import tell_key, tell_rules
from custody.core.state.state import RecordedEvent, State
from custody.core.state.styles import ElectionStyles
from custody.core.state.zones import zone_of
from custody.core.tlog.checkpoint import origin_of
from custody.core.wording.messages import message
from custody.core.wording.outcomes import ELECTION
from schemas.authority import ElectionOpened
from schemas.errors import Refused
from schemas.outcomes import ElectionJson


def is_genesis(event: ElectionOpened, *, valid: set[str]) -> bool:
    """Signed by the root threshold it names, counted by distinct person; the threshold can be met at all."""
    person_of = {keyid(bytes.fromhex(key.public)): key.person for key in event.root.keys}
    persons = {person_of[key] for key in valid if key in person_of}
    # rules.md 102
    if event.log_key in {key.public for key in event.root.keys}:
        return False
    # rules.md 103
    if len({key.badge for key in event.root.keys}) != len({key.person for key in event.root.keys}):
        return False
    return len(person_of) == len(event.root.keys) and len(persons) >= event.root.threshold


def found(state: State, event: ElectionOpened, *, election: str) -> None:
    """The election with its name, rules, root and officers."""
    state.election = election
    state.genesis = event
    state.zone = zone_of(event.offsets)
    state.styles = ElectionStyles.of(event.styles)
    state.rules.append((0, RulesInForce.of(event.rules, event=election)))
    tell_rules(state, event.rules, by=election)
    state.roots.append((0, RootInForce.of(event.root, event=election)))
    try:
        state.origin = origin_of(genesis=event, election=election)
    except Refused:
        state.origin = ""
    for key in event.root.keys:
        raw = bytes.fromhex(key.public)
        state.roster.enrol(KeyRecord(keyid(raw), raw, "cec-officer", key.person, key.badge, "CEC", enrolled=-1))
        tell_key(state, keyid(raw))
    find_office(state, "CEC", by=election)


def examine(state: State, record: RecordedEvent) -> None:
    """What genesis says beside its founding: whose cosignatures count, and dates that are held against each other."""
    _ask_witnesses(state, record)
    state.raise_all(check_genesis(state.opening(), event_id=record.event_id), record=record)


def _ask_witnesses(state: State, record: RecordedEvent) -> None:
    """The witness policy of genesis; an unsound one is none, and nothing can be called proven."""
    try:
        policy = Policy.of(state.opening().witness_policy, event=record.event_id)
    except Refused as refused:
        sentence = message("policy.of-genesis", why=fault_of(refused))
        draft = record.draft("not-in-state", subject=record.event_id, sentence=sentence)
        state.raise_all((draft,), record=record)
        policy = NO_POLICY
    taken = sorted(name for name, key in policy.keys.items() if _is_taken(state.opening(), public=key.public))
    if taken:
        sentence = message("policy.key-of-another", names=tuple(taken))
        state.raise_all((record.draft("not-authorised", subject=record.event_id, sentence=sentence),), record=record)
        policy = NO_POLICY
    state.ask_witnesses(policy, since=0)


def _is_taken(event: ElectionOpened, *, public: bytes) -> bool:
    """Whether a log witness's key is the log's or an officer's."""
    return public.hex() in (event.log_key, *(key.public for key in event.root.keys))


def tell_election(state: State) -> None:
    """Which election this is, and whether its log is closed, as it is from this entry on."""
    state.entry_outcomes.append(ELECTION.change(state.election, _election_doc(state)))


def _election_doc(state: State) -> ElectionJson:
    """Which election this is, and whether its log is closed."""
    genesis = state.opening()
    doc: ElectionJson = {
        "election": state.election,
        "slug": genesis.slug,
        "domain": genesis.domain,
        "voting_day": genesis.voting_day,
        "closed": state.closed is not None,
    }
    if genesis.styles:
        doc["styles"] = [
            {"code": row.code, "contest": row.contest, "kind": row.kind, "language": row.language}
            for row in genesis.styles
        ]
    return doc
