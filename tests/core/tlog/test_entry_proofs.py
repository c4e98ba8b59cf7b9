"""A .tlog-proof is one form, proves one entry, and proves nothing where anything in it is another's."""

from __future__ import annotations

from base64 import b64encode

import pytest

from custody.core.tlog.cosignatures import WitnessKey, cosign
from custody.core.tlog.entry_proofs import EntryProof, ProvenEntry, format_proof, make_proof, parse_proof, verify_proof
from custody.core.tlog.merkle import leaf_hashes
from custody.core.tlog.notes import Note, format_note, parse_note
from schemas.errors import Refused
from tests.core.ledger.witnesses import witness
from tests.witness.running import TestLog

SIZE = 37
ENTRIES = [f"entry {number}".encode() for number in range(SIZE)]
KEYS = [witness(name)[0] for name in ("alpha", "beta", "gamma")]


def log() -> TestLog:
    made = TestLog("custody.invalid/kz-2015/0123456789abcdef/0")
    made.tree.extend(leaf_hashes(ENTRIES))
    return made


def note(*names: str, of: TestLog | None = None, size: int = SIZE) -> bytes:
    """A checkpoint of a log, cosigned by these."""
    here = of or log()
    opened = parse_note(here.note(here.text(size)).encode())
    lines = [
        cosign(text=opened.text, at=1_429_000_000, key=witness(one)[0], sign=witness(one)[1].sign) for one in names
    ]
    return format_note(Note(opened.text, (*opened.signatures, *lines)))


def made(index: int, *names: str) -> bytes:
    return format_proof(make_proof(index=index, note=note(*names), nodes=log().tree.node))


def judged(data: bytes, *, entry: bytes, needed: int = 2, keys: list[WitnessKey] | None = None) -> ProvenEntry:
    return verify_proof(
        data, entry=entry, key=log().key, witnesses=keys or KEYS, is_met=lambda names: len(names) >= needed
    )


@pytest.mark.parametrize("index", range(SIZE))
def test_every_entry_is_proven_and_no_other_by_its_proof(index: int) -> None:
    data = made(index, "alpha", "gamma")
    found = judged(data, entry=ENTRIES[index])
    assert (found.index, found.checkpoint.size) == (index, SIZE)
    assert set(found.times.values()) == {1_429_000_000}
    assert format_proof(parse_proof(data)) == data
    with pytest.raises(Refused):
        judged(data, entry=ENTRIES[index - 1])


def test_too_few_witnesses_prove_nothing() -> None:
    with pytest.raises(Refused) as caught:
        judged(made(3, "alpha"), entry=ENTRIES[3])
    assert caught.value.code == "proof-quorum"


def test_witnesses_of_another_policy_count_for_nothing() -> None:
    with pytest.raises(Refused) as caught:
        judged(made(3, "alpha", "beta"), entry=ENTRIES[3], keys=[witness("gamma")[0]], needed=1)
    assert caught.value.code == "proof-quorum"


def test_another_log_s_checkpoint_proves_nothing() -> None:
    other = TestLog("custody.invalid/kz-2015/0123456789abcdef/1")
    other.tree.extend(leaf_hashes(ENTRIES))
    data = format_proof(make_proof(index=3, note=note("alpha", "beta", of=other), nodes=other.tree.node))
    with pytest.raises(Refused):
        judged(data, entry=ENTRIES[3])


def test_an_entry_beyond_the_checkpoint_has_no_proof() -> None:
    with pytest.raises(Refused):
        make_proof(index=SIZE, note=note("alpha"), nodes=log().tree.node)


def test_an_extra_line_says_nothing() -> None:
    data = made(5, "alpha", "beta")
    name, rest = data.split(b"\n", 1)
    assert judged(name + b"\nextra aGVsbG8=\n" + rest, entry=ENTRIES[5]).index == 5


def changed(**told: object) -> bytes:
    proof = parse_proof(made(5, "alpha", "beta"))
    fields = {"index": proof.index, "hashes": proof.hashes, "note": proof.note, **told}
    return format_proof(EntryProof(**fields))  # type: ignore[arg-type]


HASHES = parse_proof(made(5, "alpha", "beta")).hashes
GOOD = made(5, "alpha", "beta")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        GOOD.replace(b"@v1", b"@v2"),
        GOOD.replace(b"index 5", b"index 05"),
        GOOD.replace(b"index 5", b"index +5"),
        GOOD.replace(b"index 5", "index \u0665".encode()),
        GOOD.replace(b"index 5", b"index"),
        GOOD.replace(b"index 5\n", b""),
        GOOD.replace(b"index 5", b"extra A===\nindex 5"),
        GOOD.replace(b"index 5", b"extra AB==\nindex 5"),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD[:-1],
        GOOD + b"\n",
        changed(index=6),
        changed(index=SIZE),
        changed(index=2**53),
        changed(hashes=HASHES[:-1]),
        changed(hashes=(*HASHES, bytes(32))),
        changed(hashes=(HASHES[1], HASHES[0], *HASHES[2:])),
        changed(hashes=(HASHES[0][:31], *HASHES[1:])),
        changed(note=note("alpha", "beta", size=SIZE - 1)),
        GOOD.replace(b64encode(HASHES[0]), b64encode(HASHES[0]).replace(b"=", b"")),
    ],
)
def test_what_is_not_in_its_form_or_not_true_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        judged(data, entry=ENTRIES[5])


def test_any_flipped_bit_outside_unknown_signatures_is_refused() -> None:
    for place in range(0, len(GOOD), 3):
        data = bytearray(GOOD)
        data[place] ^= 1 << place % 8
        with pytest.raises(Refused):
            judged(bytes(data), entry=ENTRIES[5])
