"""The fold never raises, whatever well-signed nonsense the log holds: a crash there would stop the election."""

from __future__ import annotations

import json
from functools import lru_cache
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.entries.admission import check_entry
from schemas.envelope import parse_envelope
from tests.core.ledger.fillers import places
from tests.core.ledger.journeys import Journey
from tests.core.ledger.mutants import Mutator
from tests.core.ledger.playing import Play, fold
from tests.core.ledger.test_paper import on_paper

BOUND_PAIRS: Final = 12
"""Pairs of numbers at their bounds that are tried for each type."""


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
    on_paper_and_in_error(whole, journey=other)
    on_the_way(other)
    revoked = {"type": "KeyRevoked", "key": play.key("duty-1"), "vouched_number": 0, "reason": "lost"}
    play.act(revoked, by=("registrar-1", "registrar-2"))
    return play


def on_paper_and_in_error(whole: Journey, *, journey: Journey) -> None:
    """A refusal on paper; a wrong entry, its correction, its declaration, and the correction declared in error as well."""
    play, officer = journey.play, journey.who("officer")
    refused = on_paper(journey, journey.courier, officer[0], form={"result": "refused"})
    play.act(refused, by=officer, late=(journey.courier,))
    added = {"type": "VoterListStated", "station": whole.code, "stage": "added", "signatures": None}
    wrong = play.act({**added, "voters": 3}, by=whole.commission)
    right = play.act({**added, "voters": 2, "corrects": wrong}, by=whole.commission)
    play.act({"type": "ErrorDeclared", "event": wrong, "corrective": right}, by=whole.commission)
    play.act({"type": "ErrorDeclared", "event": right}, by=whole.commission)


def on_the_way(journey: Journey) -> None:
    """A carrier, customs, a stated break, a loss, a find, a tour's document, and the route opened too early."""
    play, pouch, courier = journey.play, [journey.pouch], (journey.courier,)
    answer = next(name for name, record in play.ledger.state.records.items() if record.type == "HandoverAnswered")
    play.act({"type": "AnswerAcknowledged", "answer": answer}, by=("cec-1",))
    away = play.act({"type": "ReleasedToCarrier", "mode": "hold", "units": pouch, "seals": "intact"}, by=courier)
    play.act({"type": "CollectedFromCarrier", "units": pouch, "found": "intact"}, by=courier)
    examined = {"type": "PouchExamined", "units": pouch, "examination": "detained", "by": "customs", "seals": []}
    play.act(examined, by=courier)
    stated = {"type": "CustodyBroken", "units": pouch, "classification": "breach", "cause": "authority"}
    play.act({**stated, "since": play.at(-2), "until": None}, by=courier)
    play.act({"type": "LossDeclared", "units": pouch, "last_seen": None}, by=(*courier, "mfa-1"))
    play.act({"type": "UnitFound", "units": pouch, "seals": "intact"}, by=("ayt-officer", "courier-reserve"))
    play.act({"type": "QuarantineLifted", "units": pouch, "custodian": play.key(courier[0])}, by=("cec-1", "cec-2"))
    detail = {"field": "flight", "salt": "5a" * 32, "content": "XY 100"}
    play.act({"type": "DetailsDisclosed", "units": pouch, "event": away, "details": [detail]}, by=courier)
    names = [journey.names.out, play.names("AYT").back]
    document = {"type": "MandateGranted", "courier": courier[0], "consignments": names}
    play.act({**document, "first_day": "2015-04-15", "last_day": "2015-05-20"}, by=("mfa-1",))


@settings(max_examples=40)
@given(st.integers(min_value=0, max_value=2**32))
def test_no_sequence_of_mutated_events_makes_the_fold_raise(seed: int) -> None:
    random, play = Random(seed), whole_play()
    mutator, position = Mutator(play, random), random.randrange(60, len(play.log))
    ledger, rest = fold(play.log[:position]), play.log[position:]
    for _ in range(60):
        entry = rest.pop(0) if rest and random.random() < 0.4 else mutator.entry(ledger)
        told = ledger.apply(check_entry(entry, position=position, keys=ledger.public_key))
        position += 1
        json.dumps([dict(outcome.doc) for outcome in told])
    assert len(ledger.state_digest()) == 64
    # The net would hide what raised: here nothing may fall into it.
    assert not [finding for finding in ledger.state.findings if finding.code == "unjudgeable"]
    for finding in ledger.state.findings:
        assert finding.sentence.endswith("."), finding
        assert "None" not in finding.sentence, finding
        assert finding.evidence, finding


@lru_cache(maxsize=1)
def before_each() -> dict[str, tuple[int, dict[str, Any]]]:
    """Type -> (position of the last event of that type in the play, its payload)."""
    found = {}
    for position, entry in enumerate(whole_play().log):
        payload = json.loads(parse_envelope(entry).payload)
        found[payload["type"]] = (position, payload)
    return found


@pytest.mark.parametrize("type_name", sorted(set(before_each()) - {"ElectionOpened"}))
def test_numbers_at_their_bounds_alone_and_in_pairs_are_judged(type_name: str) -> None:
    play = whole_play()
    position, payload = before_each()[type_name]
    mutator, log = Mutator(play, Random(1)), play.log[:position]
    fields = [(at, place.bounds()) for at, place in enumerate(places(payload)) if isinstance(place.value, int)]
    names = [(at, bound) for at, bounds in fields for bound in bounds or ()]
    pairs = [(one, two) for one in names for two in names if one[0] < two[0]]
    chosen = Random(2).sample(pairs, min(len(pairs), BOUND_PAIRS))
    ledger = fold(log)
    for changes in (*((name,) for name in names), *chosen):
        mutant = json.loads(json.dumps(payload))
        rows = places(mutant)
        for at, bound in changes:
            rows[at].holder[rows[at].key] = bound
        entry = mutator.signed(mutant)
        checked = check_entry(entry, position=ledger.state.position + 1, keys=ledger.public_key)
        told = ledger.apply(checked)
        assert not [row for row in told if row.kind == "finding" and row.doc["code"] == "unjudgeable"], changes
        ledger = fold(log) if checked.fault is None else ledger
    assert len(ledger.state_digest()) == 64


def test_the_play_has_nearly_all_types_of_events() -> None:
    types = {record.type for record in whole_play().ledger.state.records.values()}
    assert len(types) >= 49
