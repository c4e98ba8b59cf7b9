"""Unsaid parts of an act: a device fills in what it knows, the rest has to be said; nothing else is signed.

Two lists that together hold every field of every event type. ``FILLED``: what follows from facts that a device has and its
signer is shown (election, chain, the act before, what is declared of known units), or what says nothing (null, an empty list
of codes). ``SAID``: what a device could make up and must not, as it says what somebody saw or decided: what an opening found,
a count's seals, that a break lasts on. Every other field is the signer's own, and its absence is the model's to refuse.

Not here: how a field is filled in (``completion``), and how a look is written down (``seen``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from custody.core.authority.required_signatures import TRANSCRIBED
from custody.core.checks.seals import on
from custody.core.evidence.standpoint import Standpoint
from custody.courier.knowledge import Knowledge
from schemas.base import Common, Event
from schemas.errors import Misused

AS_MANIFEST: Final = "as-manifest"
"""In place of the contents of a package: what was found inside is what the manifest says that was packed into it."""
_CONTENTS: Final = f'what was found inside: the units, or "contents": "{AS_MANIFEST}" for all that was packed into it'
_SEALS: Final = (
    "each seal as read, by one word for all, or [] where none was read (with a device: --seal, --intact or --unread)"
)
_CHOSEN: Final = "the act that takes effect (chosen), or null: none"
_CHOICES: Final = ("conflicting-acts", "late-by-revoked-key", "revoked-key")
"""Findings about which a decision picks an act, or none."""

COMMON: Final = frozenset(Event.model_fields) | {"type", "units"}
"""Filled in for every type: who signs on which device when and where, and the act before on each unit that the fields name.

Attendance, codes and commitments that nobody states are empty, which says nothing.
"""
FILLED: Final[Mapping[str, Mapping[str, str]]] = {
    "ElectionOpened": {
        "tzdata": "the zone's name",
        "offsets": "the zone's name",
        "follows": "null: it follows no other election",
    },
    "StationOpened": {
        "tzdata": "the zone's name",
        "offsets": "the zone's name",
        "carried": "null: nothing is carried over from an earlier election",
    },
    "StationChanged": {
        "city": "null: the same city",
        "opens": "null: the hours do not change",
        "closes": "null: the hours do not change",
    },
    "KeyRevoked": {
        "vouched_device": "the device that the key was used on",
        "vouched_number": "the end of its chain as it is known",
    },
    "KeyRotated": {
        "public": "the prepared key",
        "proof": "the prepared key",
        "next_key": "null: none was prepared",
        "vouched_device": "the device that the key was used on",
        "vouched_number": "the end of its chain as it is known",
    },
    "LogSucceeded": {"size": "the log as it is known", "root": "the log as it is known"},
    "ReplacementAuthorised": {"serials": "null: not stated"},
    "ResupplySent": {"serials": "null: not stated"},
    "UnitPacked": {
        "batch": "null: the contents are stated",
        "contents": "none: the papers come out of a batch",
        "serials": "null: not stated",
    },
    "VoterListStated": {"signatures": "null: counted at closing only, where it has to be said"},
    "FindingAdjudicated": {"chosen": "null: a finding about which there is nothing to pick"},
    "HandoverOffered": {
        "nonce": "the invitation",
        "mode": "hand: the usual one, shown back",
        "declared": "what the device knows of the units, shown back",
    },
    "HandoverAnswered": {"nonce": "the offer"},
    "ReleasedToCarrier": {"packages": "the number of units that are named"},
    "BallotsCounted": {
        "occasion": "whether the units are on hold",
        "number": "the counts that are known",
        "seals": "none: no seal is known on what is counted",
    },
    "OverdueNoted": {"due": "the manifest"},
    "ErrorDeclared": {
        "act": "the entry",
        "corrective": "null: the reason says that it did not occur",
        "reason": "incorrect data: an act with the right data is named",
    },
}
"""Event type -> field -> the fact that it follows from, or what it says where it says nothing."""
SAID: Final[Mapping[str, Mapping[str, str]]] = {
    "ConsignmentOpened": {"contents": _CONTENTS},
    "UnitUnpacked": {"contents": _CONTENTS},
    "BallotsPrinted": {"serials": "the serial numbers printed, or null: the papers are not numbered"},
    "CustodyBroken": {"until": "when they were in custody again, or null: they are not yet"},
    "LossDeclared": {"last_seen": "when a signer last had them in hand or in sight, or null: unknown"},
}
"""Event type -> field that a device could fill in and never does -> what to say."""


def check_said(said: Mapping[str, Any], *, knowledge: Knowledge) -> None:
    """Misused("draft-unsaid") where something is left out that only somebody who was there can say."""
    inner = said.get("stands_for")
    papers = [{**inner, "type": inner.get("act")}] if isinstance(inner, Mapping) else []
    for one in [said, *(papers if said.get("type") == TRANSCRIBED else [])]:
        kind = str(one.get("type"))
        asked = {**SAID.get(kind, {}), **_asked(one, kind=kind, knowledge=knowledge)}
        for field, told in asked.items():
            if field not in one:
                raise Misused("draft-unsaid", f"{kind}: nobody said {field.replace('_', ' ')}. State {told}.")


def check_filled(event: Common, *, stated: Collection[str]) -> None:
    """Misused("draft-unsaid") where a field was filled in that is in no list: a device signs nothing of its own making."""
    kind = type(event).__name__
    own = FILLED.get(kind, {})
    for field in type(event).model_fields:
        is_filled = field in event.model_fields_set and field not in stated
        if is_filled and field not in COMMON and field not in own:
            raise Misused("draft-unsaid", f"{kind}: nobody said {field.replace('_', ' ')}: state it.")


def _asked(said: Mapping[str, Any], *, kind: str, knowledge: Knowledge) -> dict[str, str]:
    """What has to be said in this case, and not in every one."""
    if kind == "BallotsCounted":
        return _of_count(said, knowledge=knowledge)
    if kind == "VoterListStated" and said.get("stage") in ("closing", "day"):
        return {"signatures": "the signatures counted in the voters list"}
    if kind == "UnitPacked" and not {"batch", "contents"} & said.keys():
        return {"contents": "the batch that the papers come from (batch), or the units put inside (contents)"}
    if kind == "ErrorDeclared" and said.get("corrective") is None:
        return {"reason": 'the act with the right data (corrective), or "reason": "did not occur"'}
    if kind == "FindingAdjudicated":
        found = [one for one in knowledge.state.findings if one.id == said.get("finding")]
        return {"chosen": _CHOSEN} if found and found[0].code in _CHOICES else {}
    return {}


def _of_count(said: Mapping[str, Any], *, knowledge: Knowledge) -> dict[str, str]:
    """A count of units that the device knows and knows no seal on follows from them; any other has its look stated."""
    rows = said.get("counts", ())
    names = [row.get("unit") for row in rows if isinstance(row, Mapping)] if isinstance(rows, Sequence) else []
    seen = Standpoint.of((), state=knowledge.state)
    heads = [seen.unit(name) if isinstance(name, str) else None for name in names]
    strange = ", ".join(str(name) for name, head in zip(names, heads, strict=False) if head is None)
    if strange:
        why = f"{strange} is not known here"
        return {
            "seals": f"how its seals were found ({why}): {_SEALS}",
            "number": f"which count of these units it is, 1 for the first ({why})",
            "occasion": f"what is counted, receipt, hold or recount ({why})",
        }
    return {} if _are_bare(heads) else {"seals": f"how the seals on what is counted were found: {_SEALS}"}


def _are_bare(heads: Sequence[Any]) -> bool:
    return all(head is not None and not tuple(on(head)) for head in heads)
