"""Indicators: what part of something was as it should be, with its numerator, its denominator, and what was left out and why.

Each is counted over what is on the log and in force; none is estimated, and none says why. Whoever has the archive can count the
same by hand: ``indicators.csv`` says what is counted in each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from custody.core.wording.finding_codes import is_work
from custody.core.wording.messages import Message, message
from custody.core.wording.outcomes import ACCOUNT
from custody.report.account_sums import by_contest
from custody.report.reported_log import ReportedLog
from custody.report.tables import late_minutes
from schemas.base import SealFound
from schemas.identifiers import epoch_seconds
from schemas.outcomes import AccountJson, ConsignmentJson, LegJson

_NEVER_ANSWERED: Final = frozenset({"withdrawn", "superseded", "in error", "disputed"})
"""States of offers that are not counted: nobody was to answer them any more, or what stands is open."""
_ACCEPTED: Final = frozenset({"accepted", "accepted with reservation"})
_BOTH_SIDES: Final = (
    (("declared",), ("counted",)),
    (("issued",), ("signatures",)),
    (("issued",), ("in_boxes", "not_returned")),
    (("in_boxes",), ("valid", "invalid")),
    (("cancelled",), ("unused", "spoiled", "defective")),
)
"""Figures of an account whose sums agree, one side and the other."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many (``numerator``) of so many (``denominator``), and how many were left out."""

    numerator: int
    denominator: int
    excluded: int

    @property
    def per_cent(self) -> str:
        """The share in per cent with one digit after the point, rounded half up; empty where nothing was counted."""
        if not self.denominator:
            return ""
        tenths = (self.numerator * 2_000 + self.denominator) // (2 * self.denominator)
        return f"{tenths // 10}.{tenths % 10}"


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is counted, by name, in words: the part, the whole, and what is left out."""

    name: str
    title: Message
    part: Message
    whole: Message
    left_out: Message
    count: Callable[[ReportedLog], Share]


def _shared(items: Sequence[Any], *, counts: Callable[[Any], bool], is_so: Callable[[Any], bool]) -> Share:
    """Of the items that count, those that are so."""
    whole = [item for item in items if counts(item)]
    return Share(sum(map(is_so, whole)), len(whole), len(items) - len(whole))


def _planned(gathered: ReportedLog) -> list[LegJson]:
    return [leg for doc in gathered.consignments for leg in doc["legs"] if leg["number"] is not None]


def _recorded(gathered: ReportedLog) -> Share:
    now = epoch_seconds(gathered.now)

    def has_come(leg: LegJson) -> bool:
        return leg["at"] is not None or (leg["due"] is not None and epoch_seconds(leg["due"]) <= now)

    return _shared(_planned(gathered), counts=has_come, is_so=lambda leg: leg["at"] is not None)


def _in_time(gathered: ReportedLog) -> Share:
    return _shared(
        _planned(gathered),
        counts=lambda leg: late_minutes(leg) is not None,
        is_so=lambda leg: epoch_seconds(leg["at"]) <= epoch_seconds(leg["due"]),
    )


def _accepted(gathered: ReportedLog) -> Share:
    return _shared(
        gathered.handovers,
        counts=lambda doc: doc["state"] not in _NEVER_ANSWERED,
        is_so=lambda doc: doc["state"] in _ACCEPTED,
    )


def _without_reservation(gathered: ReportedLog) -> Share:
    return _shared(
        gathered.handovers,
        counts=lambda doc: doc["state"] in _ACCEPTED,
        is_so=lambda doc: doc["state"] == "accepted",
    )


def _seals_intact(gathered: ReportedLog) -> Share:
    in_force = {row.event_id for row in gathered.in_force()}
    readings = [
        (event_id in in_force, seal.condition == "intact")
        for event_id, row in gathered.source.recorded.items()
        for seal in _seals_in(row.event)
    ]
    return _shared(readings, counts=lambda one: one[0], is_so=lambda one: one[1])


def _seals_in(value: object) -> Iterator[SealFound]:
    """Every reading of a seal that an event states, wherever in it."""
    if isinstance(value, SealFound):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _seals_in(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _seals_in(item)


def _unbroken(gathered: ReportedLog) -> Share:
    broken = {unit for row in gathered.findings if row["code"] == "custody-break" for unit in row["units"]}

    def has_left(doc: ConsignmentJson) -> bool:
        return any(leg["at"] is not None for leg in doc["legs"])

    return _shared(gathered.consignments, counts=has_left, is_so=lambda doc: broken.isdisjoint(doc["units"]))


def _counted(gathered: ReportedLog) -> Share:
    return _papers(gathered, part=("counted",), whole=("declared",))


def _returned(gathered: ReportedLog) -> Share:
    return _papers(gathered, part=("returned",), whole=("in_boxes", "cancelled"))


def _issued(gathered: ReportedLog) -> Share:
    return _papers(gathered, part=("issued",), whole=("counted",))


def _papers(gathered: ReportedLog, *, part: Sequence[str], whole: Sequence[str]) -> Share:
    """Papers over the accounts that have all these figures; the others are left out."""
    known = [row for row in gathered.accounts if all(_figure(row, name) is not None for name in (*part, *whole))]
    sums = [sum(_figure(row, name) or 0 for row in known for name in names) for names in (part, whole)]
    return Share(sums[0], sums[1], len(gathered.accounts) - len(known))


def _closed(gathered: ReportedLog) -> Share:
    """An account is closed once it says how many papers count; that it does is no secret, also while the figure is."""
    rows: dict[str, list[bool]] = {}
    for doc in gathered.docs.get(ACCOUNT.name, {}).values():
        rows.setdefault(doc["station"], []).append(doc["valid"] is not None)
    return _shared(
        gathered.stations,
        counts=lambda station: not station.get("closed"),
        is_so=lambda station: all(rows.get(station["station"], [False])),
    )


def _agreeing(gathered: ReportedLog) -> Share:
    """A voter signs once for all styles of a contest: what agrees, or does not, is the account of a contest."""
    names = {name for sides in _BOTH_SIDES for side in sides for name in side}
    return _shared(
        by_contest(gathered.accounts),
        counts=lambda row: all(row[name] is not None for name in names),
        is_so=lambda row: all(_sum(row, left) == _sum(row, right) for left, right in _BOTH_SIDES),
    )


def _sum(row: AccountJson, names: Sequence[str]) -> int:
    return sum(_figure(row, name) or 0 for name in names)


def _figure(row: AccountJson, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) else None


def _settled(gathered: ReportedLog) -> Share:
    return _shared(
        gathered.findings,
        counts=lambda row: is_work(row["severity"]),
        is_so=lambda row: row["status"] in {"settled", "adjudicated"},
    )


INDICATORS: Final = (
    Indicator(
        "legs_recorded",
        message("report.legs-recorded.title"),
        message("report.legs-recorded.part"),
        message("report.legs-recorded.whole"),
        message("report.legs-recorded.left-out"),
        _recorded,
    ),
    Indicator(
        "legs_in_time",
        message("report.legs-in-time.title"),
        message("report.legs-in-time.part"),
        message("report.legs-in-time.whole"),
        message("report.legs-in-time.left-out"),
        _in_time,
    ),
    Indicator(
        "handovers_accepted",
        message("report.accepted.title"),
        message("report.accepted.part"),
        message("report.accepted.whole"),
        message("report.accepted.left-out"),
        _accepted,
    ),
    Indicator(
        "handovers_without_reservation",
        message("report.unreserved.title"),
        message("report.unreserved.part"),
        message("report.unreserved.whole"),
        message("report.unreserved.left-out"),
        _without_reservation,
    ),
    Indicator(
        "seals_intact",
        message("report.seals.title"),
        message("report.seals.part"),
        message("report.seals.whole"),
        message("report.seals.left-out"),
        _seals_intact,
    ),
    Indicator(
        "custody_unbroken",
        message("report.unbroken.title"),
        message("report.unbroken.part"),
        message("report.unbroken.whole"),
        message("report.unbroken.left-out"),
        _unbroken,
    ),
    Indicator(
        "papers_counted",
        message("report.counted.title"),
        message("report.counted.part"),
        message("report.counted.whole"),
        message("report.counted.left-out"),
        _counted,
    ),
    Indicator(
        "papers_issued",
        message("report.issued.title"),
        message("report.issued.part"),
        message("report.issued.whole"),
        message("report.issued.left-out"),
        _issued,
    ),
    Indicator(
        "accounts_closed",
        message("report.closed.title"),
        message("report.closed.part"),
        message("report.closed.whole"),
        message("report.closed.left-out"),
        _closed,
    ),
    Indicator(
        "accounts_agree",
        message("report.agreeing.title"),
        message("report.agreeing.part"),
        message("report.agreeing.whole"),
        message("report.agreeing.left-out"),
        _agreeing,
    ),
    Indicator(
        "papers_returned",
        message("report.returned.title"),
        message("report.returned.part"),
        message("report.returned.whole"),
        message("report.returned.left-out"),
        _returned,
    ),
    Indicator(
        "findings_settled",
        message("report.settled.title"),
        message("report.settled.part"),
        message("report.settled.whole"),
        message("report.settled.left-out"),
        _settled,
    ),
)
