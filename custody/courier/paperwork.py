"""Drafting what was done on paper and what was recorded in error: shorthands, parts of the signers, units.

``paper`` as ``{"releasing": ["courier-ayt"], "receiving": ["ayt-officer"]}`` names the badges of those who signed it;
``stands_for`` takes the shorthands of the event that it stands for. ``corrects`` makes an act the correction of an entry. Not
here: any judgement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from custody.core.authority.required_signatures import DECLARED, HANDOVER, TRANSCRIBED
from custody.core.evidence.standpoint import Standpoint
from custody.core.fold.corrections import CODE
from custody.core.state.state import RecordedEvent, State
from custody.courier.signatories import Signatory
from schemas.base import Part
from schemas.errors import Misused

SHORTHAND: Final = "corrects"
"""The entry that an act corrects, by event id."""
_SIDES: Final = ("releasing", "receiving")


def correct(said: dict[str, Any], *, state: State) -> None:
    """An act that corrects an entry has the code for it and follows it on all of its units."""
    entry = _entry(said.pop(SHORTHAND), state=state)
    said["codes"] = [*said.get("codes", ()), CODE]
    said.setdefault("units", [{"unit": unit, "previous": entry.event_id} for unit, _ in entry.refs])


def declare(said: dict[str, Any], seen: Standpoint) -> None:
    """A declaration is about the units of its entry, and says what type the entry is of."""
    entry = _entry(said.get("event", ""), state=seen.state)
    said.setdefault("act", entry.stands_for)
    said.setdefault("corrective", None)
    said.setdefault("reason", "did not occur" if said["corrective"] is None else "incorrect data")
    names = dict(entry.refs)
    said.setdefault(
        "units",
        [
            {"unit": unit, "previous": names[unit] if entry.kind == "report" else entry.event_id}
            for unit, _ in entry.refs
        ],
    )


def on_paper(said: dict[str, Any], *, state: State) -> None:
    """Who signed the paper, from badges; fields of the paper whose value follows from the units."""
    paper = said.get("paper")
    if isinstance(paper, Mapping):
        rows = [(part, badge) for part, badges in paper.items() for badge in badges]
        said["paper"] = [_signer(badge, part=part, state=state) for part, badge in rows]


def part_on_paper(said: Mapping[str, Any], *, signatory: Signatory, state: State) -> Part | None:
    """The part of a signer of a transcription or a declaration of error; None for every other event."""
    if said["type"] == DECLARED and said.get("act") == HANDOVER:
        offer = _handover(str(said.get("event")), state=state)
        key = state.roster.get(signatory.key)
        return "releasing" if offer is not None and key is not None and key.party == offer.releasing else "receiving"
    if said["type"] != TRANSCRIBED:
        return None
    if said["stands_for"].get("act") != HANDOVER:
        return "acting"
    named = {part: {row.get("person") for row in said.get("paper", ()) if row.get("part") == part} for part in _SIDES}
    return "releasing" if signatory.person in named["releasing"] - named["receiving"] else "receiving"


def _handover(event: str, *, state: State) -> Any:
    record = state.records.get(event)
    return None if record is None else state.registers.offers.get(record.offer or record.event_id)


def _entry(event: str, *, state: State) -> RecordedEvent:
    record = state.records.get(event)
    if record is None:
        raise Misused("draft-entry", "The entry to correct is not known here; sync first, or state the units in full.")
    return record


def _signer(badge: str, *, part: str, state: State) -> dict[str, Any]:
    record = state.roster.with_badge(badge)
    if record is None:
        raise Misused(
            "draft-paper", f"{badge} is no badge known here; state part, role and office of who signed the paper."
        )
    return {"part": part, "role": record.role, "office": record.office, "person": record.person or None}
