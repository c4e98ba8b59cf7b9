"""The catalogue of findings: every code, its default severity, its title, and what would settle it.

To add a code: a row in ``SEVERITY``, and among the sayings (``findings.json``) its ``title.CODE`` and, unless a
decision alone settles it, its ``settles.CODE``. A sentence says what disagrees with what, never who is at fault; it is made
where the disagreement is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custody.core.wording.messages import CATALOGUE, Message, message
from schemas.rules import Severity

SEVERITY: Final[Mapping[str, Severity]] = {
    "malformed": "attention",
    "unrepresentable": "attention",
    "unjudgeable": "serious",
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
    "destroyed-early": "serious",
    "box-unopened": "serious",
    "after-opening": "serious",
    "store-unsealed": "attention",
    "account-restated": "attention",
    "empty-package": "attention",
    "overdue": "attention",
    "clock-skew": "information",
    "custody-break": "serious",
    "disclosure-mismatch": "attention",
    "device-gap": "attention",
    "device-fork": "serious",
    "time-contradiction": "attention",
    "seen-regressed": "attention",
    "foreign-checkpoint": "serious",
    "after-close": "attention",
    "unknown-code": "attention",
}
"""Code -> default severity. RulesSet may change it. Codes of the rulebook that fold version 1 does not raise are absent."""

SETTLED_BY: Final[Mapping[str, Message]] = {
    code: Message(f"settles.{code}", {}) for code in SEVERITY if f"settles.{code}" in CATALOGUE
}
"""Code -> what would settle it without adjudication; a code without a row is settled by adjudication only."""

TITLES: Final[Mapping[str, Message]] = {code: Message(f"title.{code}", {}) for code in SEVERITY}
"""Code -> what it is called."""


def is_work(severity: str) -> bool:
    """Whether somebody has to do something about a finding that is open; what is told for information waits for nobody."""
    return severity != "information"


def title(code: str) -> Message:
    """What a finding of this code is called; the code itself where it is of a later version."""
    return TITLES.get(code) or message("title", code=code)


def settles(code: str) -> Message:
    """What would settle a finding of this code."""
    return SETTLED_BY.get(code, message("settles.adjudication"))
