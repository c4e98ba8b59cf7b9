"""Withholding before the last station has closed: the one predicate for entries, bundles, sentences and figures.

Figures from inside the ballot boxes are public once every station has stated its own (domain.md §9). Until then nobody is given,
over HTTP, an entry that holds one, or a sentence that tells one: those of types that always do, and those of types that do when
what they are about goes back to where it came from, for what is in that came out of the boxes. A transcribed act is asked for
what it stands for. Checkpoints, hashes and proofs are always public: they hold no figure.

This keeps honest publication in order. It is no secrecy: whoever holds the log, or may read its topic, sees everything.

Not here: HTTP, and who may see all the same (``tokens``); which positions of a log are withheld (``gateway.publication``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from custody.core.authority.required_signatures import TRANSCRIBED
from schemas.identifiers import epoch_seconds

Doc = Mapping[str, object]
"""A station, or a ballot account, as outcomes tell it."""
FIGURES: Final = frozenset({"in_boxes", "valid", "invalid", "not_returned", "returned"})
"""Figures of a ballot account that come from inside the boxes."""
INSIDE: Final = frozenset({"BallotAccountClosed", "Destroyed", "PackedForReturn", "ReturnReceived"})
"""Types of events that hold such figures."""
ON_THE_WAY_BACK: Final = frozenset(
    {
        "BallotsCounted",
        "CollectedFromCarrier",
        "ConsignmentManifested",
        "HandoverAnswered",
        "HandoverOffered",
        "UnitPacked",
    }
)
"""Types that do where they are about what goes back."""
UNACCOUNTED: Final = "unaccounted"
"""What an account does not account for: once it is drawn up, the boxes can be reckoned from it and from what was issued."""
_PAPERS: Final = ("allocated", "declared", "counted", "resupplied", "issued")
"""Figures of an account that a station without papers does not have."""
FINDS: Final = frozenset({"box-issued", "box-unopened", "return-short"})
"""Codes of findings whose sentences tell such figures."""
FINDS_ON_THE_WAY_BACK: Final = frozenset({"quantity-mismatch"})
"""Codes whose sentences do where they are about what goes back."""


def tells(kind: str, *, stands_for: str | None = None, goes_back: bool) -> bool:
    """Whether an event of type ``kind`` holds figures from inside the boxes, in its entry and in its sentence.

    ``stands_for``: of a transcribed act, the type on the paper; where nobody knows it, it is taken for one that tells.
    ``goes_back``: whether it is about something that goes back to where it came from.
    """
    if kind == TRANSCRIBED:
        return goes_back if not stands_for or stands_for == TRANSCRIBED else tells(stands_for, goes_back=goes_back)
    return kind in INSIDE or (goes_back and kind in ON_THE_WAY_BACK)


def depends(kind: str, *, stands_for: str | None) -> bool:
    """Whether it depends on what an event is about whether it tells them."""
    told = {goes_back: tells(kind, stands_for=stands_for, goes_back=goes_back) for goes_back in (True, False)}
    return told[True] and not told[False]


def hidden_figures(account: Doc) -> frozenset[str]:
    """The figures of an account that tell what was inside the boxes, or let it be reckoned from what is public."""
    return FIGURES if account.get("in_boxes") is None else FIGURES | {UNACCOUNTED}


def finds(code: str, *, goes_back: bool) -> bool:
    """Whether a finding of this code tells them; ``goes_back`` as in :func:`tells`."""
    return code in FINDS or (goes_back and code in FINDS_ON_THE_WAY_BACK)


def until(stations: Mapping[str, Doc], *, accounts: Mapping[str, Doc], is_closed: bool = False) -> str | None:
    """Until when figures are withheld: the closing time of the last station by the log; None once they are not.

    ``stations``: code -> the station; ``accounts``: subject (code, or code/style) -> ballot account; both as outcomes tell them.
    They stay withheld past that time while a station has not stated what was in its boxes, unless the log is closed. Once one
    has, a station that never had papers is waited for no longer: it has no boxes. A closing time that cannot be true is not told
    while any other can.
    """
    rows: dict[str, list[Doc]] = {code: [] for code in stations}
    for subject, account in accounts.items():
        rows.setdefault(subject.partition("/")[0], []).append(account)
    silent = [rows[code] for code in stations if not rows[code] or not all(map(_has_stated, rows[code]))]
    if len(silent) < len(stations):
        silent = [own for own in silent if any(map(_has_papers, own))]
    if is_closed or not silent:
        return None
    true = [str(doc["closing"]) for doc in stations.values() if doc["closing"] is not None]
    return max(true or [str(doc["closes"]) for doc in stations.values()], key=lambda at: (epoch_seconds(at), at))


def _has_stated(account: Doc) -> bool:
    """Whether a station has stated what was in its boxes."""
    return account.get("in_boxes") is not None


def _has_papers(account: Doc) -> bool:
    """Whether a station was ever given papers, or that is disputed."""
    return bool(account.get("disputed")) or any(account.get(name) is not None for name in _PAPERS)
