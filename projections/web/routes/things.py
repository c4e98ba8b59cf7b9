"""A page for everything that has a name: seal, consignment, handover, event, entry, finding, badge, tour, the log, the rules.

Each has a permanent address, the same answer as ``.json`` beside it, and takes ``at``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from pydantic import BeforeValidator, Field

from projections.web.facts.consignments import consignment_page, handover_page
from projections.web.facts.entries import badge_answer, entry_answer, log_answer, position_of
from projections.web.facts.finding_pages import finding_page
from projections.web.facts.keys import key_answer
from projections.web.facts.paging import Paged
from projections.web.facts.rules import rules_answer
from projections.web.facts.seals import seal_answer
from projections.web.facts.tours import tours, tours_of
from projections.web.models.answers import Answer, ToursPage
from projections.web.models.languages import Spoken, Tongue
from projections.web.pages import page_of
from projections.web.serving.parameters import (
    LIMIT_DEFAULT,
    ConsignmentCode,
    FindingHash,
    OfferHash,
    Offset,
    Question,
    decimal,
)
from projections.web.snapshots.snapshot import Snapshot
from schemas.identifiers import BADGE_CHARACTERS_MAX, BADGE_PATTERN, SEAL_PATTERN

_POSITION_MAX: Final = 10**15
SealNumber = Annotated[str, Path(pattern=SEAL_PATTERN, description="Number of the seal.", examples=["CEC-000016-8"])]
Badge = Annotated[
    str, Path(pattern=BADGE_PATTERN, max_length=BADGE_CHARACTERS_MAX, description="Badge.", examples=["courier-del"])
]
EventHash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="Event id.", examples=["0" * 64])]
KeyHash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="Key id.", examples=["0" * 64])]
Position = Annotated[
    int, Field(ge=0, le=_POSITION_MAX), BeforeValidator(decimal), Path(description="Position on the log.", examples=[0])
]
_NOTHING: Final[Mapping[str, str | int]] = MappingProxyType({})

router: Final = APIRouter(include_in_schema=False)


def _page(
    ask: Question,
    make: Callable[[Snapshot], Answer],
    *,
    template: str,
    path: str,
    tongue: Tongue,
    kept: Mapping[str, str | int] = _NOTHING,
) -> Response:
    return ask.page(page_of(template, make, path=path, tongue=tongue, kept=kept), language=tongue.language)


def _kept(offset: int | None) -> Mapping[str, str | int]:
    return _NOTHING if offset is None else {"offset": offset}


@router.get("/seals/{seal}.json")
def seal_json(ask: Question, seal: SealNumber) -> Response:
    """A seal, as JSON."""
    return ask.json(lambda reading: seal_answer(reading, seal))


@router.get("/seals/{seal}")
def seal(ask: Question, seal: SealNumber, *, tongue: Spoken) -> Response:
    """The life of one seal."""
    return _page(
        ask, lambda reading: seal_answer(reading, seal), template="seal.html", path=f"/seals/{seal}", tongue=tongue
    )


@router.get("/consignments/{consignment}.json")
def consignment_json(ask: Question, consignment: ConsignmentCode) -> Response:
    """A consignment, as JSON."""
    return ask.json(lambda reading: consignment_page(reading, consignment))


@router.get("/consignments/{consignment}")
def consignment(ask: Question, consignment: ConsignmentCode, *, tongue: Spoken) -> Response:
    """One consignment: custody line, manifest, legs."""
    return _page(
        ask,
        lambda reading: consignment_page(reading, consignment),
        template="consignment.html",
        path=f"/consignments/{consignment}",
        tongue=tongue,
    )


@router.get("/handovers/{offer}.json")
def handover_json(ask: Question, offer: OfferHash) -> Response:
    """A handover, as JSON."""
    return ask.json(lambda reading: handover_page(reading, offer))


@router.get("/handovers/{offer}")
def handover(ask: Question, offer: OfferHash, *, tongue: Spoken) -> Response:
    """One handover: offer and answer side by side."""
    return _page(
        ask,
        lambda reading: handover_page(reading, offer),
        template="handover.html",
        path=f"/handovers/{offer}",
        tongue=tongue,
    )


@router.get("/findings/{finding}.json")
def finding_json(ask: Question, finding: FindingHash) -> Response:
    """A finding, as JSON."""
    return ask.json(lambda reading: finding_page(reading, finding))


@router.get("/findings/{finding}")
def finding(ask: Question, finding: FindingHash, *, tongue: Spoken) -> Response:
    """One finding: what disagrees with what, and what settles it."""
    return _page(
        ask,
        lambda reading: finding_page(reading, finding),
        template="finding.html",
        path=f"/findings/{finding}",
        tongue=tongue,
    )


@router.get("/events/{event}.json")
def event_json(ask: Question, event: EventHash) -> Response:
    """The entry in which an event was recorded first, as JSON."""
    return ask.json(lambda reading: entry_answer(reading, position_of(reading, event)))


@router.get("/events/{event}")
def event(ask: Question, event: EventHash, *, tongue: Spoken) -> Response:
    """The entry in which an event was recorded first."""

    def make(reading: Snapshot) -> Answer:
        return entry_answer(reading, position_of(reading, event))

    return _page(ask, make, template="entry.html", path=f"/events/{event}", tongue=tongue)


@router.get("/log.json")
def log_json(ask: Question, *, offset: Offset | None = None) -> Response:
    """The log, as JSON."""
    return ask.json(lambda reading: log_answer(reading, offset=offset))


@router.get("/log")
def log(ask: Question, *, tongue: Spoken, offset: Offset | None = None) -> Response:
    """The log: how far it goes, who cosigned, what was recorded last."""
    make = partial(log_answer, offset=offset)
    return _page(ask, make, template="log.html", path="/log", tongue=tongue, kept=_kept(offset))


@router.get("/log/{position}.json")
def entry_json(ask: Question, position: Position) -> Response:
    """An entry, as JSON."""
    return ask.json(lambda reading: entry_answer(reading, position))


@router.get("/log/{position}")
def entry(ask: Question, position: Position, *, tongue: Spoken) -> Response:
    """One entry: its sentence, who signed it, and what came of it."""
    return _page(
        ask,
        lambda reading: entry_answer(reading, position),
        template="entry.html",
        path=f"/log/{position}",
        tongue=tongue,
    )


@router.get("/badges/{badge}.json")
def badge_json(ask: Question, badge: Badge, *, offset: Offset | None = None) -> Response:
    """Somebody who signs, as JSON."""
    return ask.json(lambda reading: badge_answer(reading, badge, offset=offset))


@router.get("/badges/{badge}")
def badge(ask: Question, badge: Badge, *, tongue: Spoken, offset: Offset | None = None) -> Response:
    """Somebody who signs, by the badge of their key; a courier with what they hold."""
    make = partial(badge_answer, badge=badge, offset=offset)
    return _page(ask, make, template="badge.html", path=f"/badges/{badge}", tongue=tongue, kept=_kept(offset))


@router.get("/keys/{key}.json")
def key_json(ask: Question, key: KeyHash) -> Response:
    """A key of a person, a device or a service, as JSON."""
    return ask.json(lambda reading: key_answer(reading, key))


@router.get("/keys/{key}")
def key(ask: Question, key: KeyHash, *, tongue: Spoken) -> Response:
    """A key of a person, a device or a service: what it stands for, and whether it counts."""
    return _page(ask, lambda reading: key_answer(reading, key), template="key.html", path=f"/keys/{key}", tongue=tongue)


@router.get("/rules.json")
def rules_json(ask: Question) -> Response:
    """The acts that set rules, as JSON."""
    return ask.json(rules_answer)


@router.get("/rules")
def rules(ask: Question, *, tongue: Spoken) -> Response:
    """The rules in force, and the acts that set and changed them."""
    return _page(ask, rules_answer, template="rules.html", path="/rules", tongue=tongue)


@router.get("/tours.json")
def tours_json(ask: Question, *, offset: Offset = 0) -> Response:
    """Tours, as JSON."""
    return ask.json(Paged(ToursPage, tours, offset=offset, limit=LIMIT_DEFAULT))


@router.get("/tours")
def all_tours(ask: Question, *, tongue: Spoken, offset: Offset = 0) -> Response:
    """All tours."""
    make = Paged(ToursPage, tours, offset=offset, limit=LIMIT_DEFAULT)
    return _page(ask, make, template="tours.html", path="/tours", tongue=tongue, kept=_kept(offset or None))


@router.get("/tours/{badge}.json")
def tour_json(ask: Question, badge: Badge) -> Response:
    """The tours of a courier, as JSON."""
    return ask.json(lambda reading: tours_of(reading, badge))


@router.get("/tours/{badge}")
def tour(ask: Question, badge: Badge, *, tongue: Spoken) -> Response:
    """The tours of a courier: aboard = document less delivered, stop by stop."""
    return _page(
        ask, lambda reading: tours_of(reading, badge), template="tour.html", path=f"/tours/{badge}", tongue=tongue
    )
