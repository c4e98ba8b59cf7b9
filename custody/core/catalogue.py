"""The catalogue of findings: every code, its default severity, and what would settle it.

One place to add a finding's code. A sentence says what disagrees with what, never who is at fault; the sentences themselves
are made where the disagreement is seen. ``SETTLED_BY`` completes them for a reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from schemas.rules import Severity

SEVERITY: Final[Mapping[str, Severity]] = {
    "malformed": "attention",
    "unrepresentable": "attention",
    "wrong-election": "attention",
    "predecessor-missing": "attention",
    "not-authorised": "attention",
    "unknown-key": "attention",
    "revoked-key": "serious",
    "late-by-revoked-key": "attention",
    "suspect-after-loss": "attention",
    "extra-signature": "attention",
    "below-threshold": "attention",
    "separation": "serious",
    "own-handover": "serious",
    "not-custodian": "serious",
    "conflicting-acts": "serious",
    "double-offer": "attention",
    "offer-unanswered": "attention",
    "not-in-state": "attention",
    "mandate-missing": "serious",
    "mandate-ended": "attention",
    "wrong-recipient": "serious",
    "seal-not-issued": "serious",
    "seal-reused": "serious",
    "seal-unchecked": "attention",
    "seal-condition": "serious",
    "package-count": "attention",
    "quantity-mismatch": "attention",
    "serial-overlap": "serious",
    "serial-gap": "attention",
    "over-allocation": "serious",
    "shortage": "attention",
    "station-account": "serious",
    "issued-signatures": "serious",
    "box-issued": "serious",
    "cancelled-unused": "serious",
    "return-short": "serious",
    "overdue": "attention",
    "clock-skew": "information",
    "device-gap": "attention",
    "device-fork": "serious",
}
"""Code -> default severity. RulesSet may change it. Codes of the rulebook that fold version 1 does not raise are absent."""

SETTLED_BY: Final[Mapping[str, str]] = {
    "predecessor-missing": "the act it follows is recorded",
    "below-threshold": "the missing signatures are recorded",
    "conflicting-acts": "adjudication picks a branch",
    "double-offer": "one of the offers is answered or withdrawn",
    "offer-unanswered": "the offer is answered or withdrawn",
    "mandate-missing": "a mandate for this courier, consignment and day is recorded",
    "mandate-ended": "a mandate for this courier, consignment and day is recorded",
    "seal-unchecked": "the seal is checked and recorded",
    "seal-condition": "a count by three that equals what was declared, with a linked seal or of the opened contents",
    "package-count": "all packages are received",
    "quantity-mismatch": "a count of each of its units that equals what was declared",
    "shortage": "papers are allocated, or counted, up to the list (and its reserve)",
    "overdue": "whoever holds the units records an act or a report",
    "device-gap": "the missing events of the device are recorded",
    "station-account": "a corrected account",
    "issued-signatures": "a corrected account",
    "box-issued": "a corrected account",
    "cancelled-unused": "a corrected account",
    "return-short": "the missing papers are returned or accounted for",
}
"""Code -> what would settle it without adjudication; a code without a row is settled by adjudication only."""
