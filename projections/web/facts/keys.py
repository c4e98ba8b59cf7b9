"""The facts of keys and devices: what a key stands for, since when, whether it still counts, and what took its place."""

from __future__ import annotations

from projections import signers
from projections.kept_rows import KeptKey
from projections.web.models.keys import KeyAnswer, KeyDoc, RevokedDoc
from projections.web.models.problems import Absent
from projections.web.snapshots.snapshot import Snapshot


def keys_of(reading: Snapshot, badge: str) -> tuple[KeyDoc, ...]:
    """The keys that a badge stands for; none of a past that is too far from the start to be made again."""
    return () if reading.is_far else tuple(_key(kept) for kept in signers.keys_of(reading.books, badge))


def key_answer(reading: Snapshot, keyid: str) -> KeyAnswer:
    """One key by its id; Absent."""
    kept = signers.key(reading.books, keyid)
    if kept is None:
        raise Absent("unknown-key", "There is no key with this id on this log.")
    later = [one["key"] for one in signers.keys_of(reading.books, kept["badge"]) if keyid in one["earlier"][-1:]]
    signed = reading.found.signed.get(kept["badge"], ())
    end = reading.stop if kept["revoked"] is None else kept["revoked"]["position"] + 1
    under = [place for place in signed if kept["enrolled"] <= place < min(end, reading.stop)]
    return KeyAnswer(
        **reading.common(),
        key=_key(kept),
        replaced_by=later[0] if later else None,
        signed_total=len(under),
        signed_first=under[0] if under else None,
        signed_last=under[-1] if under else None,
    )


def _key(kept: KeptKey) -> KeyDoc:
    gone = kept["revoked"]
    return KeyDoc(
        key=kept["key"],
        badge=kept["badge"],
        role=kept["role"],
        office=kept["office"],
        enrolled=kept["enrolled"],
        earlier=tuple(kept["earlier"]),
        revoked=None if gone is None else RevokedDoc(**gone),
    )
