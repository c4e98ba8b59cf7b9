"""Reading the codes on scanned pages: acts, byte for byte, and what can be said of their signatures.

From paper alone a signature either matches the key that is printed with it or it does not; whose key that is, only a roster or
the log says. Ink is not looked at.

Codes: paper-none, paper-incomplete, paper-signature, paper-other-act, and those of the transport.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from custody.core.entries.admission import KeyLookup
from custody.core.state.state import State
from custody.paper import form_handover, form_station
from custody.paper.packing import PackedAct, unpack
from custody.paper.sheet import Sheet
from custody.paper.source import Recorded, Source, recorded
from custody.paper.transport import Gathering
from schemas.errors import Contradicted, NotEstablished, Refused
from schemas.station import BallotAccountClosed, BallotsCounted, UnusedCancelled
from schemas.transfer import HandoverAnswered, HandoverOffered

_FOREIGN = "transport-prefix"


@dataclass(frozen=True, slots=True)
class Pages:
    """What pages carry: acts, the one that the others are named by first; how many codes are none of ours."""

    acts: tuple[PackedAct, ...]
    foreign: int


def read_pages(codes: Iterable[str], *, keys: KeyLookup = lambda _: None) -> Pages:
    """The acts that codes carry, each set whole; ``keys`` knows keys of signers that are not printed with them.

    Refused("transport-...", "packing-form"), NotEstablished("paper-none", "paper-incomplete"), Contradicted("paper-other-act",
    "paper-signature").
    """
    gathering, foreign, ids, acts = Gathering(), 0, set[str](), dict[str, PackedAct]()
    for code in codes:
        try:
            gathering.add(code)
        except Refused as error:
            if error.code != _FOREIGN:
                raise
            foreign += 1
    for set_id, known, count in gathering.sets():
        content = gathering.content(set_id)
        if content is None:
            raise NotEstablished(
                "paper-incomplete", f"Of one set of codes {count - known} of {count} are lacking: scan its pages again."
            )
        if content.kind == "I":
            ids.add(content.data.hex())
        elif content.kind == "A":
            acts |= {act.event_id: act.with_keys(keys) for act in unpack(content.data)}
    _check(acts, ids=ids)
    return Pages(tuple(_ordered(acts)), foreign)


def sheet_of(pages: Pages, *, source: Source | None) -> Sheet | None:
    """The sheet that acts stand on, with what ``source`` knows beside them; None where there is no form for them."""
    rows = [row for act in pages.acts if (row := recorded(act.entry, position=-1)) is not None]
    if not rows:
        return None
    known = source or Source(State(), {row.event_id: row for row in rows})
    first = known.recorded.get(rows[0].event_id, rows[0])
    return _sheet(first, others=tuple(rows[1:]), source=known)


def _sheet(row: Recorded, *, others: tuple[Recorded, ...], source: Source) -> Sheet | None:
    match row.event:
        case HandoverAnswered() | HandoverOffered():
            return form_handover.sheet(form_handover.find(source, row.event_id))
        case BallotsCounted():
            return form_station.count_sheet(form_station.ActAndOthers(source, row, row.event.place, others))
        case UnusedCancelled():
            return form_station.cancelling_sheet(form_station.ActAndOthers(source, row, row.event.station))
        case BallotAccountClosed():
            return form_station.account_sheet(form_station.ActAndOthers(source, row, row.event.station, others))
        case _:
            return None


def _check(acts: dict[str, PackedAct], *, ids: set[str]) -> None:
    if not acts:
        raise NotEstablished(
            "paper-none", "No code of a signed act was found on these pages: scan them at 150 dpi or more."
        )
    for event in sorted(ids - set(acts)):
        raise Contradicted(
            "paper-other-act", f"A sheet among these is about event {event[:16]}, which no code on these pages carries."
        )
    for event, act in sorted(acts.items()):
        if not all(act.matches().values()):
            raise Contradicted("paper-signature", f"A signature of event {event[:16]} does not match its key.")


def _ordered(acts: dict[str, PackedAct]) -> list[PackedAct]:
    """Acts in the order of a sheet: first those that no other names."""
    named = {event: sum(event.encode("ascii") in one.payload for one in acts.values()) for event in acts}
    return [acts[event] for event in sorted(acts, key=lambda event: (named[event], event))]
