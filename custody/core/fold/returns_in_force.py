"""Returns of a consignment, in one part or in several, against its manifest (identity 10).

The theory. Parts of a return may reach the log in any order, and a dispute or a declaration of error may take one out again. So
what is said follows from all parts in force: packages that the manifest names and no part has brought are missing, and whichever
part completes the return settles it. The finding's id is that of the manifest; the parts join its evidence.

Not here: what one part means for its packages (``judges.returns``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.state.finding_draft import DraftFields
from custody.core.state.finding_store import KEPT, Draft, finding_id
from custody.core.state.registers import Returned
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import consignment_of_topic, return_topic
from custody.core.state.units import Unit, packed_by
from custody.core.wording.messages import Message, message

_SHORT: Final = "return-short"


def refresh_return(state: State, record: RecordedEvent) -> None:
    """A part of a return came into force, or left it: say what has come back so far."""
    if record.returned is None:
        return
    consignment = record.returned.consignment
    parts, topic = state.registers.returns.get(consignment, {}), return_topic(consignment)
    units = tuple(_units(state, parts))
    # rules.md 48, 124, 188
    if units and (_apart(state, parts) or _expected(state, consignment, units=units, parts=parts) != _came(parts)):
        _tell(state, record, units=units, topic=topic)
    elif units:
        state.findings.settle_topic(
            topic, by=record.event_id if record.in_force else record.voided_by or record.event_id
        )
    else:
        for finding in state.findings.on_topic(topic):
            state.findings.supersede(finding.id)


def _tell(state: State, record: RecordedEvent, *, units: tuple[Unit, ...], topic: str) -> None:
    consignment = consignment_of_topic(topic)
    parts = state.registers.returns[consignment]
    sent = state.registers.consignments.get(consignment)
    root = (units[0].packed_by or units[0].act) if sent is None else sent.act
    due, came = _expected(state, consignment, units=units, parts=parts), _came(parts)
    station = units[0].station
    apart = () if len({unit.unit for unit in units}) == due[1] and len(parts) == 1 else _apart(state, parts)
    sentence = _sentence(station, due=due, came=came, apart=apart)
    identity = finding_id(code=_SHORT, subject=station, evidence=(root,))
    known = state.findings.get(identity)
    if known is None:
        more: DraftFields = {
            "evidence": (root,),
            "topic": topic,
            "station": station,
            "units": tuple(unit.unit for unit in units),
        }
        if came[0] != due[0]:
            more |= {"off": came[0] - due[0], "causes": packed_by(units)}
        draft = Draft(code=_SHORT, subject=station, sentence=sentence, **more)
        state.raise_all((draft,), record=record)
    elif known.settled_by is not None and known.status == "settled":
        state.findings.reopen(topic, settled_by=known.settled_by)
    if state.findings.get(identity) is not None:
        # rules.md 153
        evidence, names = (root, *sorted(parts)[:KEPT]), tuple(dict.fromkeys(unit.unit for unit in units))
        state.findings.retell(identity, sentence=sentence, evidence=evidence, units=names)


def _apart(state: State, parts: dict[str, Returned]) -> tuple[Message, ...]:
    """The parts that brought other figures than their own packages declare, the first of them."""
    found = []
    for act, part in sorted(parts.items()):
        first = state.paths.snapshot(part.units[0], act)
        if first is not None and first.found_off is not None:
            papers = part.papers - first.found_off.papers
            found.append(message("return.apart", units=part.units[:KEPT], papers=papers, received=part.papers))
    return tuple(found[:KEPT])


def _units(state: State, parts: dict[str, Returned]) -> Iterator[Unit]:
    for act, part in sorted(parts.items()):
        for name in part.units:
            unit = state.paths.snapshot(name, act)
            if unit is not None:
                yield unit


def _expected(
    state: State, consignment: str, *, units: tuple[Unit, ...], parts: dict[str, Returned]
) -> tuple[int, int]:
    """Papers and packages that the manifest sent; of packages that are all there, what they are declared to hold."""
    sent = state.registers.consignments.get(consignment)
    if sent is None:
        return sum(unit.papers or 0 for unit in units), len(units)
    names = {name for part in parts.values() for name in part.units}
    declared = dict(zip(sent.units, sent.sizes, strict=True))
    whole = names >= set(sent.units)
    return (sum(declared.get(name, 0) for name in names) if whole else sent.papers), len(sent.units)


def _came(parts: dict[str, Returned]) -> tuple[int, int]:
    return sum(part.papers for part in parts.values()), sum(part.packages for part in parts.values())


def _sentence(station: str, *, due: tuple[int, int], came: tuple[int, int], apart: tuple[Message, ...]) -> Message:
    return message(
        "return.short",
        station=station,
        papers=due[0],
        packages=due[1],
        received=came[0],
        in_packages=came[1],
        apart=apart,
    )
