"""The custody line: who held something one after the other, for how long, and what was planned.

Of a unit from its own story, of a consignment from its legs. Times are those that the signers claimed; where one is missing, no
duration is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from projections.kept_rows import EntryLine, KeptUnit, StateLine, TrailLine
from projections.web.models.lines import NodeDoc, Tone
from projections.web.models.parts import ConsignmentDoc, LegDoc
from schemas.outcomes import BreakJson

NODES_MAX: Final = 24
"""So many holders stand on a line, the last of them; the story has all."""
_RESERVED: Final = "accepted with reservation"


def minutes_between(first: str | None, then: str | None) -> int | None:
    """From one claimed time to another, in whole minutes; None where one is missing or it would be less than nothing."""
    if first is None or then is None:
        return None
    minutes = int((datetime.fromisoformat(then) - datetime.fromisoformat(first)).total_seconds() // 60)
    return minutes if minutes >= 0 else None


def line_of_unit(doc: KeptUnit, *, trail: Sequence[TrailLine], planned: ConsignmentDoc | None) -> tuple[NodeDoc, ...]:
    """The line of a unit; ``planned`` is its consignment, whose legs that nobody walked stand at the end."""
    nodes = [_node(state, by=_by(trail, state=state)) for state in _changes(trail)]
    ended = [_until(node, then=then) for node, then in pairwise(nodes)] + nodes[-1:]
    told = [_with_breaks(node, breaks=doc["breaks"]) for node in ended]
    return (*told[-NODES_MAX:], *_not_walked(planned))


def line_of_consignment(doc: ConsignmentDoc) -> tuple[NodeDoc, ...]:
    """The line of a consignment: from who gave it first, leg by leg."""
    if not doc.legs:
        return ()
    first = doc.legs[0]
    begun = NodeDoc(
        holder=first.releasing,
        by=() if first.handover is None else first.handover.released_by,
        at=None if first.handover is None else first.handover.offered_at,
        position=None if first.handover is None else first.handover.offer_position,
        minutes=None,
        due=None,
        tone="" if first.handover is not None else "todo",
        uncertain=None,
    )
    nodes = [begun, *(_of_leg(leg) for leg in doc.legs)]
    return tuple([_until(node, then=then) for node, then in pairwise(nodes)] + nodes[-1:])


def _changes(trail: Iterable[TrailLine]) -> list[StateLine]:
    """The states by which a unit came to another holder, or to the first."""
    found: list[StateLine] = []
    for line in trail:
        if line["source"] == "state" and (not found or found[-1]["custodian"] != line["custodian"]):
            found.append(line)
    return found


def _by(trail: Iterable[TrailLine], *, state: StateLine) -> EntryLine | None:
    """The entry that led to a state."""
    entries = (line for line in trail if line["source"] == "entry" and line["position"] == state["position"])
    return next(entries, None)


def _node(state: StateLine, *, by: EntryLine | None) -> NodeDoc:
    is_reserved = by is not None and bool(by["noted"] or by["codes"])
    return NodeDoc(
        holder=state["custodian"],
        by=() if by is None else tuple(by["by"]),
        at=state["at"],
        position=state["position"],
        minutes=None,
        due=None,
        tone="warn" if is_reserved else "",
        uncertain=None,
    )


def _until(node: NodeDoc, *, then: NodeDoc) -> NodeDoc:
    return node.model_copy(update={"minutes": minutes_between(node.at, then.at)})


def _with_breaks(node: NodeDoc, *, breaks: Sequence[BreakJson]) -> NodeDoc:
    """A holder with the time in which something was uncertain while it was theirs."""
    if node.at is None or node.minutes is None:
        return node
    own = [one for one in breaks if one["minutes"] and _within(one, node=node)]
    if not own:
        return node
    tone: Tone = "warn" if node.tone == "warn" else "unc"
    return node.model_copy(update={"uncertain": sum(one["minutes"] or 0 for one in own), "tone": tone})


def _within(one: BreakJson, *, node: NodeDoc) -> bool:
    since = minutes_between(node.at, one["since"])
    return since is not None and node.minutes is not None and since < node.minutes


def _not_walked(planned: ConsignmentDoc | None) -> list[NodeDoc]:
    legs: Sequence[LegDoc] = () if planned is None else planned.legs
    return [_of_leg(leg) for leg in legs if leg.at is None]


_TONES: Final[Mapping[str, Tone]] = {"offered": "pend", _RESERVED: "warn"}


def _of_leg(leg: LegDoc) -> NodeDoc:
    walked = leg.handover
    state = "" if walked is None else walked.state
    return NodeDoc(
        holder=leg.receiving if walked is None or walked.receiving is None else walked.receiving,
        by=() if walked is None else walked.received_by,
        at=leg.at,
        position=None if walked is None else walked.answer_position,
        minutes=None,
        due=leg.due,
        tone=_TONES.get(state, "") if leg.at is not None or state == "offered" else "todo",
        uncertain=None,
    )
