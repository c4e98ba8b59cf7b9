"""Items that go with a consignment, as they are stated on the way, against what its manifest says (by kind, by number or count).

The theory. A manifest says which items go with its packages; they stay with the first of these. Whoever states the items of a
package (at a handover, the opening, the return, the destruction) is held against that, kind by kind: what differs is one finding
for a kind, which later acts join, and which an act with everything there settles. Who states no items has not looked.

Not here: packages and papers (handovers, counts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from custody.core.checks.case import Case, Stated
from custody.core.state.finding_store import Draft
from custody.core.state.signed_out_seals import SPARE
from custody.core.state.topics import items_topic
from custody.core.state.units import Item, Unit
from custody.core.wording.messages import Message, message
from schemas.items import ItemLine, SentItem
from schemas.production import ConsignmentManifested
from schemas.station import ReturnReceived

_CODE = "item-count"


@dataclass(frozen=True, slots=True)
class ItemCheck:
    """Drafts for each kind that differs, and the topics of the kinds that do not."""

    findings: tuple[Draft, ...] = ()
    settles: tuple[str, ...] = ()


NOTHING: Final = ItemCheck()
"""What there is to say where nobody states any items."""


def sent(lines: Sequence[SentItem]) -> tuple[Item, ...]:
    """The items of a manifest, as they go with its first package."""
    return tuple(Item(line.kind, line.count, line.numbers, line.comes_back) for line in lines)


def check_items(case: Case[Stated], *, units: Sequence[Unit], stated: Sequence[ItemLine]) -> ItemCheck:
    """What is stated of items against what goes with these packages."""
    if not stated:
        return NOTHING
    first = min(unit.unit for unit in units)
    due = _together([item for unit in units for item in unit.items])
    acts = tuple(dict.fromkeys(unit.items_by for unit in units if unit.items_by))
    there = {line.kind: Item(line.kind, line.count, line.numbers) for line in stated}
    # rules.md 169
    return _compared(case, place=first, due=due, there=there, evidence=(*acts, case.event_id))


def check_items_back(case: Case[ConsignmentManifested]) -> ItemCheck:
    """The items of a return against those that were sent to the station and are to come back, all returns together."""
    event = case.event
    if event.direction != "back":
        return NOTHING
    rows = [row for row in case.registers.consignments.values() if row.station == event.station]
    due, before = _both_ways(case, station=event.station)
    there = _together([*before.values(), *sent(event.items)])
    kinds = {kind: there.get(kind, Item(kind, 0)) for kind in due}
    acts = tuple(sorted(row.act for row in rows if row.direction == "out" and row.items))
    # rules.md 170
    return _compared(case, place=event.station, due=due, there=kinds, evidence=(*acts[:1], case.event_id))


def check_items_received(case: Case[ReturnReceived], *, units: Sequence[Unit], stated: Sequence[ItemLine]) -> ItemCheck:
    """What is stated of items at the receipt of a return; what came although the return's manifest leaves it out is back."""
    check, row = check_items(case, units=units, stated=stated), case.registers.consignments.get(case.event.consignment)
    if row is None or not row.station or not stated:
        return check
    station = row.station
    sent_out, manifested = _both_ways(case, station=station)
    with_these, found = _together([item for unit in units for item in unit.items]), {line.kind: line for line in stated}
    late = {
        kind
        for kind, due in sent_out.items()
        if kind in found
        and found[kind].count > (here := with_these.get(kind, Item(kind, 0)).count)
        and manifested.get(kind, Item(kind, 0)).count - here + found[kind].count == due.count
        and not _other_numbers(due, Item(kind, found[kind].count, found[kind].numbers))
    }
    first = min(unit.unit for unit in units)
    back = [items_topic(place, kind=kind) for kind in sorted(late) for place in (first, station)]
    rest = tuple(draft for draft in check.findings if draft.topic not in back)
    # rules.md 170
    return ItemCheck(rest, (*check.settles, *back))


def _both_ways(case: Case[Stated], *, station: str) -> tuple[dict[str, Item], dict[str, Item]]:
    """Items of a station that are to come back, and those on the manifests of its returns."""
    rows = [row for row in case.registers.consignments.values() if row.station == station]
    sent_out = [item for row in rows if row.direction == "out" for item in row.items if item.comes_back]
    back = [item for row in rows if row.direction == "back" for item in row.items]
    return _together([_unused(item, case=case) for item in sent_out]), _together(back)


def _unused(item: Item, *, case: Case[Stated]) -> Item:
    """An item that is to come back: of numbered spare seals those that nobody applied."""
    if item.kind != SPARE or not item.numbers:
        return item
    left = tuple(number for number in item.numbers if number not in case.registers.seals)
    return Item(item.kind, len(left), left, item.comes_back)


def _compared(
    case: Case[Stated],
    *,
    place: str,
    due: Mapping[str, Item],
    there: Mapping[str, Item],
    evidence: tuple[str, ...],
) -> ItemCheck:
    findings, settles = [], []
    for kind in sorted({*due, *there}):
        one, other = due.get(kind, Item(kind, 0)), there.get(kind, Item(kind, 0))
        topic = items_topic(place, kind=kind)
        if one.count == other.count and not _other_numbers(one, other):
            settles.append(topic)
            continue
        sentence = _sentence(case, place=place, due=one, there=other)
        subject = f"{place}/{kind}"
        findings.append(case.draft(_CODE, subject=subject, sentence=sentence, evidence=evidence, topic=topic))
    return ItemCheck(tuple(findings), tuple(settles))


def _sentence(case: Case[Stated], *, place: str, due: Item, there: Item) -> Message:
    missing = tuple(sorted(set(due.numbers) - set(there.numbers))) if there.numbers or not there.count else ()
    more = (message("items.missing", numbers=missing[:8], count=len(missing)),) if missing else ()
    return message(
        "items.differ",
        place=place,
        kind=message("item", kind=due.kind),
        due=due.count,
        there=there.count,
        type=case.type,
        more=more,
    )


def _other_numbers(one: Item, other: Item) -> bool:
    """Whether both sides state numbers, and not the same ones."""
    return bool(one.numbers) and bool(other.numbers) and set(one.numbers) != set(other.numbers)


def _together(items: Sequence[Item]) -> dict[str, Item]:
    rows: dict[str, Item] = {}
    for item in items:
        known = rows.get(item.kind, Item(item.kind, 0))
        rows[item.kind] = Item(item.kind, known.count + item.count, (*known.numbers, *item.numbers), item.comes_back)
    return rows
