"""The fold never raises, whatever well-signed nonsense the log holds: a crash there would stop the election."""

from __future__ import annotations

import json
from functools import lru_cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.admission import check_entry
from custody.core.ledger import Ledger
from tests.ledger.journeys import Journey
from tests.ledger.mutants import Mutator
from tests.ledger.playing import Play


@lru_cache(maxsize=1)
def whole_play() -> Play:
    """A play in which nearly every type of event occurs."""
    play = Play("AYT", "ROM")
    whole = Journey(play, "AYT")
    whole.closed()
    whole.home()
    other = Journey(play, "ROM").under_way()
    offer = other.offer((other.courier,), other.who("officer"))
    other.answer(offer, other.who("officer"), result="refused")
    play.act({"type": "SealsChecked", "units": [other.pouch], "seals": "intact"}, by=(other.courier,))
    stop = {"type": "StopRecorded", "units": [other.pouch], "purpose": "storage", "seals": "intact"}
    play.act(stop, by=(other.courier,))
    play.monitor_says(hours=1)
    play.act({"type": "HandoverWithdrawn", "offer": offer}, by=(other.courier,))
    mandate = other.mandate("courier-reserve")
    play.act({"type": "MandateTransferred", "mandate": mandate, "courier": other.courier}, by=("mfa-1",))
    play.act({"type": "MandateEnded", "mandate": mandate}, by=("mfa-1",))
    finding = play.findings[0].id
    play.act({"type": "FindingAcknowledged", "finding": finding}, by=("duty-1",))
    play.act({"type": "FindingAdjudicated", "finding": finding, "chosen": None}, by=("cec-1", "cec-2"))
    play.act({"type": "DispensationGranted", "station": "ROM"}, by=("cec-1", "cec-2"))
    revoked = {"type": "KeyRevoked", "key": play.key("duty-1"), "vouched_number": 0, "reason": "lost"}
    play.act(revoked, by=("registrar-1", "registrar-2"))
    return play


@settings(max_examples=40)
@given(st.integers(min_value=0, max_value=2**32))
def test_no_sequence_of_mutated_events_makes_the_fold_raise(seed: int) -> None:
    random, play = Random(seed), whole_play()
    mutator, ledger = Mutator(play, random), Ledger.empty()
    rest = play.log[random.randrange(60, len(play.log)) :]
    position = 0
    for entry in play.log[: len(play.log) - len(rest)]:
        ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
        position += 1
    for _ in range(60):
        entry = rest.pop(0) if rest and random.random() < 0.4 else mutator.entry(ledger)
        told = ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
        position += 1
        json.dumps([dict(outcome.doc) for outcome in told])
    assert len(ledger.state_digest()) == 64
    for finding in ledger.state.findings:
        assert finding.sentence.endswith("."), finding
        assert "None" not in finding.sentence, finding
        assert finding.evidence, finding


def test_the_play_has_nearly_all_types_of_events() -> None:
    types = {record.type for record in whole_play().ledger.state.records.values()}
    assert len(types) >= 38
