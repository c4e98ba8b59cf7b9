"""Phrases of which the sentences of events are made: units, seals as found, packages as shown, signers, persons present.

Everything here is a phrase: key and arguments, which a reader renders in his language; the fold renders nothing. Not here: the
sentences of the event types (one module for each family), and what the log knows beside an event (custody.core.fold.event_facts).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from custody.core.wording.messages import phrase
from schemas.base import Common, Decided, DecidedAct, NamesUnits, SealFound, SealOnUnit
from schemas.everybody import CountOnPaper, HandoverOnPaper, OpeningOnPaper
from schemas.outcomes import MessageJson
from schemas.stated_items import items_of
from schemas.station import BallotsCounted, ConsignmentOpened
from schemas.transfer import Found, HandoverAnswered

_NAMED_MAX: Final = 4
"""So many units of an event are named in its sentence; the rest is a number."""
Names = list[str] | MessageJson


def units_of(event: NamesUnits) -> Names:
    """The event's units."""
    return named([ref.unit for ref in event.units])


def named(units: Sequence[str]) -> Names:
    """Some units: the first by name, the rest as a number."""
    if len(units) <= _NAMED_MAX:
        return list(units)
    return phrase("event.units-more", units=list(units[:_NAMED_MAX]), more=len(units) - _NAMED_MAX)


def seals_found(seals: Sequence[SealFound]) -> MessageJson:
    """Seals as they were read: all intact, or each that is not."""
    if not seals:
        return phrase("event.seals-none")
    bad = [
        phrase("event.seal-found", seal=item.seal, condition=item.condition)
        for item in seals
        if item.condition != "intact"
    ]
    if not bad:
        return phrase("event.seals-intact", seals=len(seals))
    return phrase("event.seals-found", seals=bad, intact=len(seals) - len(bad))


def seals_put_on(seals: Sequence[SealOnUnit]) -> list[MessageJson]:
    """Seals and what each closes."""
    return [phrase("event.seal-on", seal=item.seal, unit=item.unit) for item in seals]


def shown(found: Found) -> MessageJson:
    """What the receiving side was shown, and whether it counted."""
    if found.papers is None:
        return phrase("event.shown-sealed", packages=found.packages, seals=seals_found(found.seals))
    return phrase("event.shown-counted", packages=found.packages, seals=seals_found(found.seals), papers=found.papers)


def handed(
    event: NamesUnits, *, answer: HandoverAnswered | HandoverOnPaper, giver: MessageJson, taker: MessageJson
) -> MessageJson:
    """Who handed what to whom, and what was found."""
    return phrase(
        "event.HandoverAnswered",
        giver=giver,
        taker=taker,
        result=answer.result,
        units=units_of(event),
        shown=shown(answer.found),
    )


def counted(event: BallotsCounted | CountOnPaper) -> MessageJson:
    """A count, pack by pack."""
    packs = [phrase("event.count", unit=row.unit, papers=row.papers) for row in event.counts]
    total = sum(row.papers for row in event.counts)
    return phrase("event.BallotsCounted", number=event.number, packs=packs, total=total)


def opened(event: ConsignmentOpened | OpeningOnPaper) -> MessageJson:
    """A package that was opened, and what was inside."""
    seals, inside = seals_found(event.seals), named(event.contents)
    if not event.contents:
        return phrase("event.opened-loose", unit=event.unit, seals=seals)
    return phrase("event.ConsignmentOpened", unit=event.unit, contents=inside, seals=seals)


def signer(*, role: str, office: str, badge: str) -> MessageJson:
    """A person by role and office, the badge beside it."""
    return phrase("event.signer", role=role, office=office, badge=badge)


def attendance(event: Common) -> list[MessageJson]:
    """Who was there: without signing, or having declined to."""
    there = [phrase("role", role=row.role) for row in event.present if row.note == "present"]
    declined = [phrase("role", role=row.role) for row in event.present if row.note == "declined"]
    told = [phrase("event.present", roles=there)] if there else []
    return [*told, phrase("event.declined", roles=declined)] if declined else told


def items_stated(event: Common) -> list[MessageJson]:
    """The items that an event states, by kind; nothing where it states none."""
    lines = [phrase("event.item", count=line.count, kind=phrase("item", kind=line.kind)) for line in items_of(event)]
    return [phrase("event.items", items=lines)] if lines else []


def by_paper(event: Common) -> list[MessageJson]:
    """The commission's decision on paper that stands behind an event, where it names one."""
    paper = event.decision if isinstance(event, Decided | DecidedAct) else None
    return [] if paper is None else [phrase("event.by-paper", number=paper.number, day=paper.day)]
