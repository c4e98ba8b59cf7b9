"""Vectors of fork proofs: sound ones, and each with one fault, by name of the fault and code of the refusal.

``python -m tests.core.ledger.fork_vectors`` writes ``tests/vectors/forks``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from custody.core.entries.signing import public_bytes
from custody.core.evidence.fork_proofs import ForkProof, Placed, format_proof, make_proof
from custody.core.tlog.checkpoint import Checkpoint, sign_checkpoint
from custody.core.tlog.notes import VerifierKey
from schemas.envelope import Envelope, format_envelope, parse_envelope
from tests.core.ledger.authority_stories import delay
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import LOG_PRIVATE, Play, fold

FOLDER: Final = Path(__file__).parents[2] / "vectors" / "forks"


@lru_cache(maxsize=1)
def forked() -> Journey:
    """A courier's phone that was restored from a backup: number 2 twice; then a third event that follows only one of them."""
    journey = Journey(Play("AYT"), "AYT").under_way()
    play = journey.play
    other = play.forge(delay(journey, reason="illness"), by=(journey.courier,))
    play.act(delay(journey), by=(journey.courier,))
    play.put(other)
    play.act(delay(journey, reason="border"), by=(journey.courier,))
    return journey


def device() -> str:
    """The key id of that phone."""
    return forked().play.stage.cast.devices["phone-ayt"].key


def checkpoint(size: int) -> bytes:
    """A signed checkpoint of that log."""
    state = forked().play.ledger.state
    key = VerifierKey(state.origin, public_bytes(LOG_PRIVATE))
    content = Checkpoint(state.origin, size, state.tree.root(size))
    return sign_checkpoint(checkpoint=content, key=key, sign=LOG_PRIVATE.sign)


def sound(*, size: int = 0) -> ForkProof:
    """The proof, with a checkpoint over so many entries (0: none)."""
    play = forked().play
    note = checkpoint(size) if size else None
    return make_proof(play.log, ledger=fold(play.log), device=device(), checkpoint=note)


def linked() -> ForkProof:
    """The same fork by its contradictory link: number 3 does not follow the number 2 that is shown."""
    proof, play = sound(), forked().play
    two, three = proof.events[1], len(play.log) - 1
    kept = [item for item in proof.entries if item.position != proof.events[0]]
    return replace(proof, events=(two, three), entries=(*kept, Placed(three, play.log[three])))


def _entry(proof: ForkProof, place: int, change: Callable[[bytes], bytes]) -> ForkProof:
    rows = list(proof.entries)
    rows[place] = replace(rows[place], entry=change(rows[place].entry))
    return replace(proof, entries=tuple(rows))


def _unsigned(entry: bytes) -> bytes:
    envelope = parse_envelope(entry)
    left = tuple(item for item in envelope.signatures if item.keyid != device())
    return format_envelope(Envelope(envelope.payload, left))


def _alone(entry: bytes) -> bytes:
    """The entry with the device's signature only."""
    envelope = parse_envelope(entry)
    left = tuple(item for item in envelope.signatures if item.keyid == device())
    return format_envelope(Envelope(envelope.payload, left))


def _proof(proof: ForkProof, place: int, nodes: tuple[bytes, ...]) -> ForkProof:
    rows = list(proof.entries)
    rows[place] = replace(rows[place], proof=nodes)
    return replace(proof, entries=tuple(rows))


def cases() -> dict[str, tuple[bytes, str, str | None]]:
    """Name -> (file, root, code of the refusal or None)."""
    root = forked().play.ledger.election
    full = sound(size=len(forked().play.log))
    plain = sound()
    grounds = len(plain.entries) - 2
    made = {
        "sound": (full, None),
        "sound-without-a-checkpoint": (plain, None),
        "sound-under-a-checkpoint-that-covers-some": (sound(size=plain.events[1]), None),
        "sound-by-a-contradictory-link": (linked(), None),
        "one-event-twice": (replace(plain, events=(plain.events[0], plain.events[0])), "fork-proof-form"),
        "an-event-that-is-not-there": (replace(plain, events=(plain.events[0], 9_999)), "fork-proof-events"),
        "events-that-do-not-contradict-each-other": (
            replace(plain, events=(plain.entries[1].position, plain.events[1])),
            "fork-proof-events",
        ),
        "an-event-stripped-of-the-devices-signature": (_entry(plain, grounds, _unsigned), "fork-proof-events"),
        "an-event-signed-by-the-device-alone": (_entry(plain, grounds, _alone), "fork-proof-events"),
        "both-events-signed-by-the-device-alone": (
            _entry(_entry(plain, grounds, _alone), grounds + 1, _alone),
            "fork-proof-events",
        ),
        "another-device": (
            replace(plain, device=forked().play.stage.cast.devices["ayt-device"].key),
            "fork-proof-events",
        ),
        "a-persons-key": (replace(plain, device=forked().play.key("courier-ayt")), "fork-proof-device"),
        "without-the-enrolment": (replace(plain, entries=(plain.entries[0], *plain.entries[-2:])), "fork-proof-device"),
        "without-genesis": (replace(plain, entries=plain.entries[1:]), "fork-proof-root"),
        "an-inclusion-proof-too-short": (_proof(full, 1, (full.entries[1].proof or ())[:-1]), "fork-proof-recorded"),
        "an-inclusion-proof-of-another-entry": (_proof(full, 1, full.entries[2].proof or ()), "fork-proof-recorded"),
        "inclusion-proofs-without-a-checkpoint": (replace(full, checkpoint=None), "fork-proof-recorded"),
        "a-checkpoint-by-another-key": (
            replace(full, checkpoint=(full.checkpoint or "").replace("A", "B")),
            "fork-proof-recorded",
        ),
    }
    files: dict[str, tuple[bytes, str, str | None]] = {
        name: (format_proof(proof), root, code) for name, (proof, code) in made.items()
    }
    files["the-root-of-another-election"] = (format_proof(plain), "ab" * 32, "fork-proof-root")
    files["bytes-after-the-end"] = (format_proof(plain) + b"\n", root, "fork-proof-form")
    files["not-in-its-one-form"] = (format_proof(plain).replace(b'":', b'": ', 1), root, "fork-proof-form")
    return files


def vectors() -> dict[str, Any]:
    """File name -> content."""
    return {
        name: {"root": root, "refused": code, "proof": data.decode()} for name, (data, root, code) in cases().items()
    }


def main() -> None:
    """Write the vectors."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in vectors().items():
        (FOLDER / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
