"""One code between two devices: read as it was written, refused where it was edited, and never longer than a code may be."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest

from custody.paper.compact import CodeKnowledge, Compact, KnownKey, read_compact, write_compact
from custody.paper.compact_parts import NotCompact
from custody.paper.one_code import CHARS_MAX, parse_single, read_invitation, single_code
from schemas.envelope import event_id, parse_envelope
from schemas.errors import Refused
from schemas.invitation import Invitation
from tests.paper import compact_vectors
from tests.paper.compact_vectors import FOLDER

CASES = sorted(FOLDER.glob("*.json"))


def context_of(vector: dict[str, Any]) -> CodeKnowledge:
    """What the reader of a vector knows."""
    told = vector["context"]
    keys = [
        KnownKey(keyid=one["keyid"], public=bytes.fromhex(one["public"]), person=one["person"]) for one in told["keys"]
    ]
    invitations = [Invitation.model_validate_json(json.dumps(one)) for one in told["invitations"]]
    offers = {event_id(one.encode()): one.encode() for one in told["offers"]}
    return CodeKnowledge(
        keys=lambda named: [key for key in keys if key.keyid.startswith(named.hex())],
        invitations=lambda named: [one for one in invitations if one.nonce.startswith(named.hex())],
        offers=lambda named: [payload for name, payload in offers.items() if name.startswith(named.hex())],
    )


def outcome(vector: dict[str, Any]) -> dict[str, Any]:
    """What becomes of a code, as vectors say it."""
    try:
        if "content" in vector:
            kind, content = "C", bytes.fromhex(vector["content"])
        else:
            kind, content = parse_single(vector["code"])
        if kind == "N":
            shown = read_invitation(content)
            met = [[device.hex(), number] for device, number in shown.met]
            return {"invitation": {**shown.invitation.model_dump(mode="json"), "device": shown.device, "met": met}}
        read = read_compact(content, context=context_of(vector))
    except Refused as error:
        return {"refused": error.code}
    return {"entry": read.entry.decode("ascii"), "met": read.met}


def test_the_vectors_are_what_their_maker_makes() -> None:
    made = {name: json.loads(json.dumps(vector)) for name, vector in compact_vectors.cases().items()}
    assert {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in CASES} == made


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_vector_is_read_or_refused_as_it_says(path: Any) -> None:
    vector = json.loads(path.read_text(encoding="utf-8"))
    said = {name: vector[name] for name in ("entry", "met", "invitation", "refused") if name in vector}
    assert outcome(vector) == said


@pytest.mark.parametrize("name", ["offer", "answer", "invitation", "refusal"])
def test_a_plain_handover_fits_one_code_a_step(name: str) -> None:
    code = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["code"]
    assert len(code) <= CHARS_MAX


@pytest.mark.parametrize("name", ["offer", "answer"])
def test_no_edited_code_is_taken_for_another_act(name: str) -> None:
    vector = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    context, (_, content) = context_of(vector), parse_single(vector["code"])
    genuine, chance = vector["entry"].encode(), Random(name)
    for _ in range(150):
        edited = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 5))):
            edited[chance.randrange(len(edited))] = chance.randrange(256)
        cut = bytes(edited[: chance.choice((len(edited), len(edited), chance.randrange(len(edited))))])
        assert taken_for(cut, context=context) in (genuine, b"")  # what the giver says that it met may differ


def taken_for(content: bytes, *, context: CodeKnowledge) -> bytes:
    """The act that a content is taken for; nothing where it is refused."""
    try:
        return read_compact(content, context=context).entry
    except Refused:
        return b""


def test_what_has_no_room_travels_as_a_set() -> None:
    entry = compact_vectors.signed(compact_vectors.offered(), by=("courier",))
    with pytest.raises(NotCompact):
        write_compact(entry)
    with pytest.raises(NotCompact):
        write_compact(
            compact_vectors.signed(
                {**compact_vectors.offered(), "at": "2015-04-18T12:59:00+05:53"}, by=("courier", "courier's phone")
            )
        )
    assert single_code(bytes(500), kind="C") is None


def test_one_who_does_not_know_whether_he_wrote_it_reads_the_same_act() -> None:
    vector = json.loads((FOLDER / "offer.json").read_text(encoding="utf-8"))
    context = context_of(vector)
    doubled = CodeKnowledge(keys=lambda named: [*context.keys(named)] * 2, invitations=context.invitations)
    read = read_compact(parse_single(vector["code"])[1], context=doubled)
    assert read == Compact(entry=vector["entry"].encode(), met=7)
    assert parse_envelope(read.entry).signatures
