"""Voting day and the way back: safe opened, papers issued, account closed, everything returned, received and archived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from custody.demo.journey import Way, Where
from custody.demo.outward import day_of
from custody.demo.turnout import Turnout, counted_together, signed, turnout
from custody.demo.voting_days import days_of_voting
from custody.demo.world import DAY, HOUR, MINUTE, local, stamp
from custody.election import dates
from custody.election.genesis import moment

_KEPT = 24 * DAY
_WAIT_MINUTES = 600
_TRAVEL_S = 60 * HOUR
"""How long a courier usually waits on the day of leaving at most, and is then on the way."""
_AT_STATION = ("mission", "commission")


def voting(way: Way) -> Iterator[int]:
    """From the opening of the safe to the closed account and the packed return."""
    stage, station, figures = way.stage, way.station.code, [turnout(way, style=style) for style in way.styles]
    chair, secretary = way.commission[:2]
    issuer, (opens, closes) = way.who("issuer"), way.hours
    yield opens - 50 * MINUTE
    opened = {"type": "StoreOpened", "station": station, "seals": stage.seals_found(way.names.stock)}
    way.act(opened, by=(chair, secretary))
    yield stage.now + 5 * MINUTE
    listed = {"type": "VoterListStated", "station": station, "voters": way.station.voters}
    way.act({**listed, "stage": "opening", "signatures": None}, by=(chair, secretary))
    yield stage.now + 10 * MINUTE
    box = way.names.ballot_box
    sealed = {"type": "BallotBoxesSealed", "station": station, "boxes": [box], "seals": [stage.seal(box)]}
    way.act({**sealed, "present": [{"role": "observer", "note": "present"}]}, by=way.commission)
    yield stage.now + 15 * MINUTE
    for row in figures:
        given = {"type": "BallotsGivenToIssuer", "station": station, "issuer": issuer, "papers": row.received}
        way.act({**given, **row.named}, by=(secretary, issuer))
    for row in figures:
        if row.spoiled:
            at = min(opens + 7 * HOUR, (opens + closes) // 2 + 30 * MINUTE)
            yield max(stage.now, at + way.random.randint(0, 59) * MINUTE)
            spoiled = {"type": "BallotsSpoiled", "station": station, "issuer": issuer, "papers": row.spoiled}
            way.act({**spoiled, **row.named}, by=(secretary, issuer))
    yield from days_of_voting(way, figures=figures)
    yield stage.now + 10 * MINUTE
    for units, signatures in signed(way, figures=figures):
        way.act({**listed, "stage": "closing", "signatures": signatures, **units}, by=(chair, secretary))
    yield stage.now + 10 * MINUTE
    ways = stage.election.rules.cancelling
    method = {"method": ways[0]} if ways else {}
    for row in figures:
        cancelled = {"type": "UnusedCancelled", "station": station, "unused": row.unused, "spoiled": row.spoiled}
        way.act({**cancelled, **method, "defective": 0, **row.named}, by=way.commission)
    yield stage.now + 10 * MINUTE
    boxes = {"type": "BallotBoxesOpened", "station": station, "boxes": [box], "seals": stage.seals_found(box)}
    way.act(boxes, by=way.commission)
    yield from _account(way, figures=figures)


def _account(way: Way, *, figures: Sequence[Turnout]) -> Iterator[int]:
    yield way.stage.now + 90 * MINUTE
    for row in figures:
        together = counted_together(way, style=row.style)
        account = {
            "type": "BallotAccountClosed",
            "station": way.station.code,
            "received": row.received,
            "issued": row.issued,
            "spoiled": row.spoiled,
            "unused": row.unused,
            "defective": 0,
            "cancelled": row.cancelled,
            "signatures": sum(other.signatures for other in figures if other.style in together),
            "in_boxes": row.in_boxes,
            "valid": row.in_boxes - row.invalid,
            "invalid": row.invalid,
            "not_returned": row.not_returned,
            "unaccounted": row.received - row.issued - row.spoiled - row.unused,
        }
        way.act({**account, **row.named}, by=way.commission)
    if not way.returns:
        return
    yield way.stage.now + 30 * MINUTE
    packages = _packages(way, figures=figures)
    pouches = list(dict.fromkeys(str(row["unit"]) for row in packages))
    way.act({"type": "PackedForReturn", "station": way.station.code, "packages": packages}, by=way.commission[:2])
    yield way.stage.now + 5 * MINUTE
    seals = [way.stage.seal(pouch) for pouch in pouches]
    way.act({"type": "SealsApplied", "seals": seals}, by=way.commission[:2])
    yield way.stage.now + 5 * MINUTE
    _manifest_back(way, pouches=pouches, papers=sum(row.in_boxes + row.cancelled for row in figures))


def _packages(way: Way, *, figures: Sequence[Turnout]) -> list[dict[str, object]]:
    """All in the first pouch but one paper from the boxes for each further one."""
    names = [way.names.pouch(9 + number) for number in range(way.conduct.packages_back(way))]
    rows: list[dict[str, object]] = []
    for place, row in enumerate(figures):
        more = (
            [{"unit": name, "from_boxes": 1, "cancelled": 0, **row.named} for name in names[1:]] if place == 0 else []
        )
        apart = _apart(way, row=row, first=9 + len(names) + 2 * place)
        boxes, cancelled = (sum(int(str(one[name])) for one in (*more, *apart)) for name in ("from_boxes", "cancelled"))
        first = {"from_boxes": row.in_boxes - boxes, "cancelled": row.cancelled - cancelled, **row.named}
        rows += [{"unit": names[0], **first}, *more, *apart]
    return rows


def _apart(way: Way, *, row: Turnout, first: int) -> list[dict[str, object]]:
    """Spoiled and invalid papers in pouches of their own, where the rules keep them so."""
    papers = {"spoiled": (0, row.spoiled), "invalid": (row.invalid, 0)}
    kinds = [kind for kind in way.stage.election.rules.retention if any(papers[kind])]
    return [
        {
            "unit": way.names.pouch(first + place),
            "content": kind,
            "from_boxes": boxes,
            "cancelled": cancelled,
            **row.named,
        }
        for place, kind in enumerate(kinds)
        for boxes, cancelled in (papers[kind],)
    ]


def _manifest_back(way: Way, *, pouches: list[str], papers: int) -> None:
    plan = way.back
    due = stamp(moment(plan.due, zone=way.stage.election.timezone), zone=way.stage.election.timezone)
    carried = next(number for number, (releasing, _) in enumerate(plan.legs, start=1) if releasing == "courier")
    legs = [
        {
            "number": number,
            "releasing": releasing,
            "receiving": receiving,
            "due": due if number == carried else None,
            "due_commitment": None,
        }
        for number, (releasing, receiving) in enumerate(plan.legs, start=1)
    ]
    manifest = {"type": "ConsignmentManifested", "consignment": way.names.back, "station": way.station.code}
    rest = {"direction": "back", "units": pouches, "packages": len(pouches), "papers": papers, "legs": legs}
    rows = way.stage.election.items_of(way.station.code, back=True)
    way.act({**manifest, **rest, **({"items": rows} if rows else {})}, by=way.commission[:2])


def homeward(way: Way) -> Iterator[int]:
    """From the commission back over the legs of the plan into the CEC's archive; or kept, and destroyed where they are."""
    if not way.returns:
        yield from _destroyed(way)
        return
    stage, plan, pouches = way.stage, way.back, list(way.stage.state.registers.consignments[way.names.back].units)
    yield stage.now + HOUR
    mandate = {"type": "MandateGranted", "courier": plan.courier, "consignments": [way.names.back]}
    stage.act({**mandate, "first_day": plan.days[0], "last_day": plan.days[1]}, by=stage.mandating)
    last, carried = stage.election.days[-1], False
    for releasing, receiving in plan.legs:
        if receiving == "courier":
            minutes = way.random.randint(0, _WAIT_MINUTES)
            usual = day_of(way, dates.day(last, days=dates.LEAVES), hour=9) + minutes * MINUTE
            share = minutes / _WAIT_MINUTES
            yield max(stage.now, way.time_back.sets_out(usual, longest=_TRAVEL_S, share=share, now=stage.now))
            carried = True
        elif releasing == "courier":
            part = way.time_back.part(stage.now, longest=_TRAVEL_S)
            yield stage.now + int(part * way.random.randint(20, 60) * HOUR)
        elif not carried:
            yield stage.now + HOUR
        else:
            opens = local(dates.day(last, days=dates.HOME), hour=9, zone=stage.election.timezone)
            yield max(stage.now, opens) + way.random.randint(0, 360) * MINUTE
        giving, taking = _hands(way, releasing), _hands(way, receiving)
        where: Where = "station" if receiving in _AT_STATION or releasing in _AT_STATION else "capital"
        yield from way.hand_over(pouches, releasing=giving, receiving=taking, where=where)
    yield stage.now + HOUR
    # Packages that people made for no rule come back one by one; what the rules have packed apart comes back together.
    together = bool(stage.election.rules.retention)
    for group in [pouches] if together else [[pouch] for pouch in pouches]:
        received = {"type": "ReturnReceived", "consignment": way.names.back, "packages": len(group), "units": group}
        papers = sum(stage.unit(pouch).papers or 0 for pouch in group)
        seals = [row for pouch in group for row in stage.seals_found(pouch)]
        way.act({**received, "papers": papers, "seals": seals}, by=stage.officers, where="capital")
        yield stage.now + HOUR
    way.act({"type": "Archived", "units": pouches}, by=stage.officers, where="capital")


def _destroyed(way: Way) -> Iterator[int]:
    """By rule the papers do not travel back: the commission keeps them as long as it must, and destroys them by act."""
    yield way.hours[1] + max(_KEPT, (way.stage.election.rules.storage_days + 1) * DAY)
    for style in way.styles:
        book = way.stage.unit(way.names_of(style).stock).book
        figures = {name: 0 if book is None else book.value(f"stated.{name}") or 0 for name in ("in_boxes", "cancelled")}
        gone = {"type": "Destroyed", "station": way.station.code, "packages": [], "method": "shredded", "seals": []}
        counted = {"from_boxes": figures["in_boxes"], "cancelled": figures["cancelled"]}
        named = {"style": style} if style else {}
        present = {"present": [{"role": "observer", "note": "present"}]}
        way.act({**gone, **counted, **named, **present}, by=way.commission)


def _hands(way: Way, kind: str) -> tuple[str, ...]:
    """Who acts for a party on the way back: of the pouch office the second, who did not hand out."""
    return {
        "commission": way.commission[:2],
        "mission": (way.who("officer"),),
        "courier": (way.back.courier,),
        "MFA": way.stage.ministry[-1:],
        "CEC": way.stage.officers[:1],
    }[kind]
