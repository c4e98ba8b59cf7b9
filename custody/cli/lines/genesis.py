"""A genesis in words: what an officer reads before signing it, with its hash and the eight words to compare."""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.wording.numbers import counted
from custody.election.ceremony import genesis_words
from schemas.authority import ElectionOpened
from schemas.envelope import event_id
from schemas.union import parse_event


def genesis_lines(payload: bytes) -> Iterator[str]:
    """What it founds, who may change it, and how it is compared."""
    event = parse_event(payload)
    if not isinstance(event, ElectionOpened):
        return
    officers = ", ".join(f"{one.badge} (key {one.public[:16]}...)" for one in event.root.keys)
    rules = event.rules
    witnesses = event.witness_policy.witnesses
    yield f"ELECTION  {event.slug} under {event.domain}, voting from {event.voting_day}, stated at {event.at}"
    yield f"CLOCK     {event.timezone}, by the time zone database {event.tzdata}"
    yield f"ROOT      {event.root.threshold} of {counted(len(event.root.keys), one='officer')}: {officers}"
    yield f"LOG KEY   {event.log_key}"
    if event.log_key_ml_dsa_44:
        yield f"AND       {event.log_key_ml_dsa_44[:64]}... (ML-DSA-44, the first 32 of 1,312 bytes)"
    yield f"WITNESSES {', '.join(one.name for one in witnesses) or 'none: nothing can be called proven'}"
    yield (
        f"RULES     {len(rules.signatures)} on who signs what; reserve {rules.reserve.numerator} for "
        f"{rules.reserve.denominator} voters; papers: {rules.disposal}"
    )
    if event.follows is not None:
        yield f"FOLLOWS   {event.follows.election}, {event.follows.size:,} entries with root {event.follows.root}"
    yield f"NAMES     {event.names or 'none by language'}"
    yield f"HASH      {event_id(payload)}"
    yield f"WORDS     {' '.join(genesis_words(payload))}"
