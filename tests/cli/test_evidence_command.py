"""``custody evidence``: what a device kept against a gateway leaves it as a file, and anybody compares it with a log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.adapters.evidence import Evidence
from custody.cli.directory import folded
from custody.cli.exits import run
from custody.cli.handset import handset
from custody.cli.keyring import Keyring
from custody.cli.play_commands import gateway_key
from custody.cli.program import make_app
from custody.core.receipts import sign_receipt
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
        box.keep_evidence(Evidence(statement, 1, "It holds something else.", AT))


def verified(custody: Commands, file: Path) -> tuple[int, str]:
    custody.capsys.readouterr()
    code = run(make_app(), arguments=["evidence", "verify", str(file), str(custody.place.path)])
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
    assert "is no evidence" in said
