"""``custody evidence``: what a device kept against a gateway leaves it as a file, and anybody compares it with a log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.adapters.evidence import BrokenPromise
from custody.cli.commands.play import gateway_key
from custody.cli.device_session import handset
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.core.entries.receipts import sign_receipt
from custody.core.entries.signing import public_bytes
from custody.core.evidence.falsified_receipts import format_evidence, parse_evidence
from custody.embedded.folding import folded
from custody.sandbox.keyring import Keyring
from schemas.envelope import entry_hash
from schemas.receipts import Receipt
from tests.cli.conftest import Commands

AT = "2026-11-23T09:00:00+00:00"


def keep(custody: Commands, *, is_true: bool) -> None:
    """The device keeps a receipt for position 1, for what stands there or for something else."""
    with custody.place.open_log() as log:
        state, entry = folded(log).state, log.read(start=1, limit=1)[0].entry
    receipt = Receipt(
        version=1,
        election=state.election,
        origin=state.origin,
        position=1,
        entry=entry_hash(entry) if is_true else "e" * 64,
        event="f" * 64,
        received_at=AT,
        proof_promised_by=None,
    )
    statement = sign_receipt(receipt, private=gateway_key(Keyring(custody.place)))
    with handset("cec-device", place=custody.place, pin_file=None).outbox() as box:
        box.keep_evidence(BrokenPromise(statement, 1, "It holds something else.", AT))


def verified(custody: Commands, file: Path, *more: str) -> tuple[int, str]:
    custody.capsys.readouterr()
    code = run(
        make_app(["evidence"]), arguments=["evidence", "verify", str(file), *(more or (str(custody.place.path),))]
    )
    told = custody.capsys.readouterr()
    return code, told.out + told.err


def test_evidence_is_shown_exported_and_proven(custody: Commands, tmp_path: Path) -> None:
    keep(custody, is_true=False)
    assert "EVIDENCE  It holds something else." in custody("outbox", "--device", "cec-device").out
    told = json.loads(custody("outbox", "--device", "cec-device", "--json").out)
    assert told["evidence"] == [{"position": 1, "sentence": "It holds something else.", "kept_at": AT}]
    file = tmp_path / "evidence.json"
    assert custody("evidence", "export", "--device", "cec-device", "--to", str(file)).code == 0
    code, said = verified(custody, file)
    assert code == 0
    assert "position 1 (2 entries)" in said
    assert said.splitlines()[-1] == "PROVEN  1 false receipt"


def test_a_receipt_that_the_log_keeps_proves_nothing(custody: Commands, tmp_path: Path) -> None:
    keep(custody, is_true=True)
    file = tmp_path / "evidence.json"
    custody("evidence", "export", "--device", "cec-device", "--to", str(file))
    code, said = verified(custody, file)
    assert code != 0
    assert "nothing is proven" in said


def test_a_device_without_evidence_says_so_and_writes_nothing(custody: Commands, tmp_path: Path) -> None:
    out = tmp_path / "evidence.json"
    ended = custody("evidence", "export", "--device", "cec-device", "--to", str(out))
    assert ended.code != 0
    assert "has kept no receipt" in ended.err
    assert not out.exists()


@pytest.mark.parametrize("data", [b"", b"{}", b'{"format":"custody/evidence/v1","receipts":[]}\n', b"[" * 5_000])
def test_a_file_that_is_no_evidence_is_refused(custody: Commands, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "evidence.json"
    file.write_bytes(data)
    code, said = verified(custody, file)
    assert code != 0
    assert ("is no evidence" if data else "is empty, and not evidence of receipts") in said


def pair(custody: Commands, to: Path, *, entries: tuple[str, str] = ("e" * 64, "")) -> str:
    """Two receipts for position 1 in a file, "" standing for what the log holds there; returns the gateway's public key."""
    private = gateway_key(Keyring(custody.place))
    with custody.place.open_log() as log:
        state, held = folded(log).state, entry_hash(log.read(start=1, limit=1)[0].entry)
    statements = [
        sign_receipt(
            Receipt(
                version=1,
                election=state.election,
                origin=state.origin,
                position=1,
                entry=entry or held,
                event="f" * 64,
                received_at=AT,
                proof_promised_by=None,
            ),
            private=private,
        )
        for entry in entries
    ]
    to.write_bytes(format_evidence(statements))
    return public_bytes(private).hex()


def test_two_receipts_that_contradict_each_other_are_proven_without_a_log(custody: Commands, tmp_path: Path) -> None:
    public = pair(custody, tmp_path / "pair.json")
    code, said = verified(custody, tmp_path / "pair.json", str(tmp_path / "no such log"), "--gateway", public)
    assert (code, said.splitlines()[-1]) == (0, "PROVEN  1 contradiction, without a log")
    assert "both stand at position 1 (2 entries) of " in said


@pytest.mark.parametrize("order", [1, -1])
def test_what_proves_nothing_takes_no_other_receipts_proof_away_and_none_counts_twice(
    custody: Commands, tmp_path: Path, order: int
) -> None:
    file = tmp_path / "evidence.json"
    pair(custody, file, entries=("e" * 64, "e" * 64))
    (false, again) = parse_evidence(file.read_bytes())
    file.write_bytes(format_evidence([false, b"no receipt", again][::order]))
    code, said = verified(custody, file)
    assert code == 0
    assert "PROVEN  1 false receipt" in said
    assert "custody: " in said


def test_beside_a_log_the_true_one_of_two_receipts_accuses_nobody(custody: Commands, tmp_path: Path) -> None:
    pair(custody, tmp_path / "pair.json")
    code, said = verified(custody, tmp_path / "pair.json")
    assert (code, said.splitlines()[-1]) == (0, "PROVEN  1 false receipt")


@pytest.mark.parametrize("key", ["own", "00" * 32])
def test_receipts_that_agree_or_are_by_another_key_prove_nothing_without_a_log(
    custody: Commands, tmp_path: Path, key: str
) -> None:
    entries = ("e" * 64, "e" * 64) if key == "own" else ("e" * 64, "")
    public = pair(custody, tmp_path / "pair.json", entries=entries)
    code, said = verified(custody, tmp_path / "pair.json", "--gateway", public if key == "own" else key)
    assert code == 65
    assert "nothing is proven" in said


def test_what_is_no_public_key_is_refused(custody: Commands, tmp_path: Path) -> None:
    pair(custody, tmp_path / "pair.json")
    code, said = verified(custody, tmp_path / "pair.json", "--gateway", "key")
    assert code != 0
    assert "64 lower-case hex digits" in said


def test_the_export_brings_the_true_receipt_that_contradicts_a_false_one(custody: Commands, tmp_path: Path) -> None:
    keep(custody, is_true=False)
    pair(custody, tmp_path / "pair.json")
    _, true = parse_evidence((tmp_path / "pair.json").read_bytes())
    with custody.place.open_log() as log:
        entry = log.read(start=1, limit=1)[0].entry
    with handset("cec-device", place=custody.place, pin_file=None).outbox() as box:
        box.keep((entry,), source="cosigned")
        box.mark(entry_hash(entry), "sent", position=1, statement=true)
    file = tmp_path / "evidence.json"
    assert custody("evidence", "export", "--device", "cec-device", "--to", str(file)).code == 0
    assert parse_evidence(file.read_bytes())[1:] == (true,)
    public = public_bytes(gateway_key(Keyring(custody.place))).hex()
    assert verified(custody, file, "--gateway", public)[0] == 0
