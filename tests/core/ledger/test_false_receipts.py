"""What a false receipt proves against a gateway, whose key may have been stolen."""

from __future__ import annotations

from custody.core.entries.receipts import sign_receipt
from custody.core.evidence.falsified_receipts import verify_false_receipt
from schemas.receipts import Receipt
from tests.core.ledger.playing import Play


def said(play: Play) -> str:
    """What is told of a receipt by the first gateway for genesis's position and another entry."""
    state = play.ledger.state
    receipt = Receipt(
        version=1,
        election=state.election,
        origin=state.origin,
        position=0,
        entry="e" * 64,
        event="f" * 64,
        received_at="2015-04-15T09:00:00+00:00",
        proof_promised_by=None,
    )
    statement = sign_receipt(receipt, private=play.stage.cast.people["gateway-1"].private)
    return verify_false_receipt(statement, state=state, entry_at=lambda position: play.log[position]).sentence()


def test_a_false_receipt_by_a_revoked_key_names_the_key_and_not_the_gateway() -> None:
    play = Play("AYT")
    assert said(play).startswith("gateway-1 signed that entry eeeeeeeeeeeeeeee stands at position 0 (1 entry); ")
    revoked = {"type": "KeyRevoked", "key": play.key("gateway-1"), "vouched_number": 0, "reason": "stolen"}
    play.act(revoked, by=("registrar-1", "registrar-2"))
    at = len(play.log) - 1
    assert said(play).startswith(
        f"The key of gateway-1, revoked at position {at} ({at + 1} entries), signed that entry "
    )
    assert said(play).endswith(" Whoever had the key may have signed it.")
