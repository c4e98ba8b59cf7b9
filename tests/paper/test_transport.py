"""One transport for codes: any order, lost codes, altered and foreign ones, and nothing longer than an act."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core.entries.signing import keyid, public_bytes, sign
from custody.paper import base45
from custody.paper.packing import PackedAct, pack, unpack
from custody.paper.transport import (
    CONTENT_BYTES_MAX,
    INDEX_MAX,
    PAPER_CHARS_MAX,
    SETS_MAX,
    Carried,
    FrameSet,
    Gathering,
    _set_id,
    format_frame,
    parse_frame,
    printed,
    set_of,
    shown,
)
from schemas.envelope import Signature, format_envelope, make_envelope, pae
from schemas.errors import Refused

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors" / "transport"
CASES = sorted(VECTORS.glob("*.json"))


def read(codes: list[str]) -> Carried | None:
    """What codes carry that are all of one set."""
    gathering = Gathering()
    (set_id,) = {gathering.add(code) for code in codes}
    return gathering.content(set_id)


def outcome(codes: list[str]) -> dict[str, object]:
    """What becomes of codes, as vectors say it."""
    gathering = Gathering()
    try:
        contents = {name: gathering.content(name) for name in dict.fromkeys(gathering.add(code) for code in codes)}
    except Refused as error:
        return {"refused": error.code}
    return {"content": {name.hex(): None if one is None else one.data.hex() for name, one in contents.items()}}


def act(random: Random, *, length: int) -> Carried:
    """As much as an act has, and as hard to compress as its signatures are."""
    return Carried("B", random.randbytes(length))


def set_of_streams(*bodies: bytes) -> list[str]:
    """The codes of a set whose bodies are these, whatever they carry."""
    frames = FrameSet(kind="B", set_id=_set_id("B", bodies=bodies), bodies=bodies)
    return [format_frame(frames.frame(index)) for index in range(len(bodies))]


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_vector_comes_out_as_it_says(case: Path) -> None:
    vector = json.loads(case.read_text(encoding="utf-8"))
    assert outcome(vector["codes"]) == {name: vector[name] for name in ("content", "refused") if name in vector}


@given(data=st.binary(max_size=400), chars_max=st.integers(30, PAPER_CHARS_MAX), seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_a_set_is_read_in_any_order_and_each_code_is_its_frame(data: bytes, chars_max: int, seed: int) -> None:
    codes = printed(set_of(Carried("B", data), chars_max=chars_max))
    Random(seed).shuffle(codes)
    assert all(len(code) <= chars_max and format_frame(parse_frame(code)) == code for code in codes)
    assert read(codes) == Carried("B", data)


@pytest.mark.parametrize("length", [1, 200, 900, 3_000])
def test_any_one_code_of_a_printed_set_may_be_lost(length: int) -> None:
    content = act(Random(length), length=length)
    codes = printed(set_of(content))
    for lost in range(len(codes)):
        assert read(codes[:lost] + codes[lost + 1 :]) == content


@pytest.mark.parametrize("length", [20, 600, 1_400, 4_000, 20_000])
def test_with_three_frames_of_ten_lost_a_screen_is_read_within_two_cycles(length: int) -> None:
    for seed in range(30 if length < 20_000 else 4):
        random = Random(seed)
        content = act(random, length=length)
        frames = set_of(content)
        seen = [code for cycle in (0, 1) for code in shown(frames, cycle=cycle) if random.random() >= 0.3]
        assert read(seen) == content, seed


def test_cycles_go_on_for_ever() -> None:
    frames = set_of(act(Random(1), length=900))
    assert all(parse_frame(code).index <= INDEX_MAX for cycle in (80, 5_000) for code in shown(frames, cycle=cycle))


def test_codes_of_several_sets_are_kept_apart() -> None:
    random = Random(7)
    contents = [act(random, length=700) for _ in range(3)]
    codes = [code for content in contents for code in printed(set_of(content))]
    random.shuffle(codes)
    gathering = Gathering()
    for code in codes:
        gathering.add(code)
    assert {gathering.content(set_id) for set_id, _, _ in gathering.sets()} == set(contents)


def test_while_codes_are_lacking_it_is_known_how_many() -> None:
    codes = printed(set_of(act(Random(3), length=1_000)))
    gathering = Gathering()
    set_id = gathering.add(codes[1])
    assert gathering.content(set_id) is None
    assert list(gathering.sets()) == [(set_id, 1, 4)]


@pytest.mark.parametrize("altered", [0, 2, 4])
def test_an_altered_code_is_refused_wherever_it_stands(altered: int) -> None:
    codes = printed(set_of(act(Random(5), length=1_000)))
    frame = parse_frame(codes[altered])
    codes[altered] = format_frame(replace(frame, body=bytes([frame.body[0] ^ 1]) + frame.body[1:]))
    with pytest.raises(Refused, match="transport-altered"):
        read(codes)
    with pytest.raises(Refused, match="transport-altered"):
        read([code for place, code in enumerate(codes) if place != (altered + 1) % len(codes)])


def test_a_code_that_states_another_count_is_refused() -> None:
    codes = printed(set_of(act(Random(5), length=1_000)))
    with pytest.raises(Refused, match="transport-altered"):
        read([codes[0], format_frame(replace(parse_frame(codes[1]), count=3))])


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("AYT-P01-T", "transport-prefix"),
        ("", "transport-prefix"),
        ("BC2A" + "0" * 22, "transport-version"),
        ("BC1X" + "0" * 22, "transport-form"),
        ("BC1A00000000000000000000ABC", "transport-form"),
        ("BC1A0000000000000000ZZ00ABC", "transport-form"),
        ("BC1A00000000000000000100", "transport-form"),
        ("BC1A00000000000000000100A", "base45-length"),
        ("BC1A00000000000000000100aa", "base45-character"),
        ("BC1A00000000000000000100:::", "base45-value"),
    ],
)
def test_what_is_no_frame_is_refused(code: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        Gathering().add(code)


@pytest.mark.parametrize(
    "stream",
    [
        zlib.compress(bytes(CONTENT_BYTES_MAX + 1)),
        zlib.compress(bytes(50_000_000)),
        zlib.compress(b"broken off")[:-3],
        zlib.compress(b"with more") + b"\0\0",
        zlib.compress(b"with more") + b"x",
        b"no stream",
    ],
    ids=["a byte too long", "a bomb", "broken off", "padded too much", "with more behind", "no stream"],
)
def test_what_cannot_be_an_act_is_not_inflated(stream: bytes) -> None:
    cut = min(len(stream), 30_000)
    bodies = [stream[at : at + cut].ljust(cut, b"\0") for at in range(0, len(stream), cut)]
    with pytest.raises(Refused, match="transport-inflate"):
        read(set_of_streams(*bodies))


def test_more_sets_than_anybody_prints_are_refused() -> None:
    gathering = Gathering()
    codes = [printed(set_of(Carried("B", bytes([number]))))[0] for number in range(SETS_MAX + 1)]
    for code in codes[:-1]:
        gathering.add(code)
    with pytest.raises(Refused, match="transport-oversize"):
        gathering.add(codes[-1])


@pytest.mark.parametrize("too_much", [Carried("B", bytes(CONTENT_BYTES_MAX + 1)), act(Random(0), length=100_000)])
def test_too_much_for_one_set_is_refused(too_much: Carried) -> None:
    with pytest.raises(Refused, match="transport-oversize"):
        set_of(too_much)


@given(st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_base45_comes_back(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


def test_base45_is_that_of_the_standard() -> None:
    assert base45.encode(b"Hello!!") == "%69 VD92EX0"
    assert base45.decode("QED8WEX0") == b"ietf!"


@pytest.fixture(scope="module")
def signed() -> list[PackedAct]:
    """Two acts of two signers, with the public keys of one of them."""
    keys = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2)]
    acts = []
    for payload in (b'{"a":1}', b'{"b":2}'):
        signatures = [Signature(keyid(public_bytes(key)), sign(key, pae(payload))) for key in keys]
        entry = format_envelope(make_envelope(payload=payload, signatures=signatures))
        acts.append(PackedAct(entry, {keyid(public_bytes(keys[0])): public_bytes(keys[0])}))
    return acts


def test_packed_acts_come_back_byte_for_byte_with_the_keys_they_came_with(signed: list[PackedAct]) -> None:
    content = read(printed(set_of(Carried("A", pack(signed)))))
    assert content is not None
    assert list(unpack(content.data)) == signed
    assert [sorted(one.matches().values()) for one in signed] == [[True]] * 2


@pytest.mark.parametrize(
    "alter",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:2] + data[3:],
        lambda data: data.replace(b'{"a":1}\x02\x00', b'{"a":1}\x02\x02').replace(
            b'{"a":1}\x02\x01', b'{"a":1}\x02\x03'
        ),
        lambda data: data * 20,
    ],
    ids=["nothing", "a byte less", "a byte more", "payload cut", "a third way to name a key", "too many acts"],
)
def test_what_is_no_packed_act_is_refused(signed: list[PackedAct], alter: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Refused):
        unpack(alter(pack(signed)))


def test_a_key_that_is_not_the_signers_is_not_packed(signed: list[PackedAct]) -> None:
    (name,) = signed[0].keys
    with pytest.raises(Refused, match="packing-form"):
        pack([PackedAct(signed[0].entry, {name: bytes(32)})])


def test_the_acts_of_a_vector_are_unpacked() -> None:
    vector = json.loads((VECTORS / "acts-packed.json").read_text(encoding="utf-8"))
    (data,) = vector["content"].values()
    assert [act.entry.decode("ascii") for act in unpack(bytes.fromhex(data))] == vector["acts"]


def test_every_rule_of_the_transport_is_cited_where_it_is_kept() -> None:
    page = (ROOT / "docs" / "spec" / "transport.md").read_text(encoding="utf-8")
    rules = re.findall(r"^(T\d+)\. (.*?)(?=^T\d+\.|^$|^#)", page, re.MULTILINE | re.DOTALL)
    cited = {
        name
        for path in (ROOT / "custody" / "paper").glob("*.py")
        for name in re.findall(r"# transport\.md (T\d+)", path.read_text(encoding="utf-8"))
    }
    assert [name for name, _ in rules] == [f"T{number}" for number in range(1, len(rules) + 1)]
    assert [name for name, text in rules if "MUST" not in text] == []
    assert cited == {name for name, _ in rules}
