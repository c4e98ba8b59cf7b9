"""A genesis in words: what an officer reads before signing it, with its hash and the eight words to compare."""

from __future__ import annotations

from collections.abc import Iterator

from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message
from custody.election.ceremony import genesis_words
from custody.paper.eight import words_in
from schemas.authority import ElectionOpened
from schemas.envelope import event_id
from schemas.union import parse_event


def genesis_lines(payload: bytes, *, language: Language = "en") -> Iterator[Message]:
    """What it founds, who may change it, and how it is compared."""
    event = parse_event(payload)
    if not isinstance(event, ElectionOpened):
        return
    rules, follows = event.rules, event.follows
    witnesses = tuple(one.name for one in event.witness_policy.witnesses)
    yield message("genesis.election", slug=event.slug, domain=event.domain, day=str(event.voting_day), at=str(event.at))
    yield message("genesis.clock", zone=event.timezone, edition=event.tzdata)
    officers = tuple(message("genesis.officer", badge=one.badge, key=one.public[:16]) for one in event.root.keys)
    yield message("genesis.root", threshold=event.root.threshold, count=len(officers), officers=officers)
    yield message("genesis.log-key", key=event.log_key)
    if event.log_key_ml_dsa_44:
        yield message("genesis.second-key", key=event.log_key_ml_dsa_44[:64])
    yield message("genesis.witnesses", names=witnesses) if witnesses else message("genesis.no-witnesses")
    yield message(
        "genesis.rules",
        rules=len(rules.signatures),
        numerator=rules.reserve.numerator,
        denominator=rules.reserve.denominator,
        disposal=str(rules.disposal),
    )
    if follows is not None:
        yield message("genesis.follows", election=follows.election, entries=follows.size, root=follows.root)
    yield message("genesis.names", names=event.names or message("genesis.no-names"))
    yield message("genesis.hash", digest=event_id(payload))
    words = words_in(genesis_words(payload), language=language)
    yield message("genesis.words", words=" ".join(words))
