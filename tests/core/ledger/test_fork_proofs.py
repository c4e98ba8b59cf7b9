"""Fork proofs: they hold with nothing but themselves and a root, and every change to one is refused."""

from __future__ import annotations

import json
from random import Random

import pytest

from custody.core.evidence.fork_proofs import format_proof, make_proof, parse_proof, verify_proof
from custody.courier.completion import countersign
from schemas.envelope import parse_envelope
from schemas.errors import Refused
from tests.core.ledger.authority_stories import delay
from tests.core.ledger.branch_stories import with_the_device_alone
from tests.core.ledger.fork_vectors import FOLDER, device, forked, linked, sound, vectors
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, fold

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_is_proven_or_refused_with_its_code(name: str) -> None:
    vector = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if vector["refused"] is None:
        assert verify_proof(parse_proof(vector["proof"].encode()), root=vector["root"]).device == device()
        return
    with pytest.raises(Refused) as refused:
        verify_proof(parse_proof(vector["proof"].encode()), root=vector["root"])
    assert refused.value.code == vector["refused"]


def test_the_vectors_are_what_the_play_makes() -> None:
    made = vectors()
    assert sorted(made) == NAMES, "run python -m tests.core.ledger.rule_stories"
    assert all(made[name] == json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")) for name in NAMES)


def test_it_says_what_the_two_events_are() -> None:
    proven = verify_proof(sound(), root=forked().play.ledger.election)
    assert proven.sentence().startswith(
        "Device phone-ayt signed two events with number 2: DelayReported of 2015-04-15T"
    )
    assert "with numbers 2 and 3, whose link differs" in verify_proof(linked(), root=proven.election).sentence()


def test_under_a_checkpoint_every_entry_is_shown_to_be_recorded() -> None:
    proven = verify_proof(sound(size=len(forked().play.log)), root=forked().play.ledger.election)
    assert proven.recorded == proven.entries == len(sound().entries)


def test_it_holds_few_entries_of_a_long_log() -> None:
    assert len(sound().entries) < len(forked().play.log) // 3


def test_an_honest_device_has_no_proof() -> None:
    journey = Journey(Play("AYT"), "AYT").under_way()
    key = journey.play.stage.cast.devices["phone-ayt"].key
    with pytest.raises(Refused) as refused:
        make_proof(journey.play.log, ledger=fold(journey.play.log), device=key, checkpoint=None)
    assert refused.value.code == "fork-proof-absent"


def test_any_flipped_bit_is_refused_or_changes_nothing_that_is_said() -> None:
    proof, root = sound(size=len(forked().play.log)), forked().play.ledger.election
    data, random = format_proof(proof), Random(4)
    said = verify_proof(proof, root=root).sentence()
    refused = 0
    for _ in range(150):
        changed = bytearray(data)
        changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
        try:
            assert verify_proof(parse_proof(bytes(changed)), root=root).sentence() == said
        except Refused:
            refused += 1
    assert refused >= 149


@pytest.mark.parametrize("signed_late", [True, False])
def test_a_proof_holds_the_entries_that_somebody_signed_with_the_device(*, signed_late: bool) -> None:
    """What the device had signed alone before its person did is no part of the proof; without the person there is none."""
    journey = Journey(Play("AYT"), "AYT").under_way()
    play, alone = journey.play, with_the_device_alone(journey)
    play.put(alone)
    play.act(delay(journey), by=(journey.courier,))
    if signed_late:
        person = play.stage.cast.people[journey.courier]
        play.put(countersign(parse_envelope(alone), signatories=[person], device=None))
    key = play.stage.cast.devices["phone-ayt"].key
    if not signed_late:
        with pytest.raises(Refused) as refused:
            make_proof(play.log, ledger=fold(play.log), device=key, checkpoint=None)
        assert refused.value.code == "fork-proof-absent"
        return
    proof = make_proof(play.log, ledger=fold(play.log), device=key, checkpoint=None)
    assert proof.events == (len(play.log) - 2, len(play.log) - 1)
    assert verify_proof(proof, root=play.ledger.election).device == key
