"""The usual stretches of a station's journey, so that a scenario tells only what is its own.

Each stretch is a few steps in the words of a scenario file; naming one tells all before it that were not told yet. Everybody is
honest, figures agree and seals are intact: what goes otherwise, a scenario tells itself.

Not here: signing and recording (``custody.sandbox.scenario_player``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from custody.adapters.reference import ReferenceStation
from custody.demo.preparation import Names
from custody.demo.world import stamp
from custody.election import dates
from custody.election.genesis import hours_of, moment
from custody.election.model import Election, PlannedConsignment
from custody.election.seals import nth_seal
from schemas.scenario import STEPS, ActStep, HandOverStep

Told = ActStep | HandOverStep
Steps = Iterator[Told]
PACK_PAPERS: Final = 250
_MANDATE_DAYS: Final = 14
"""A usual journey home has time: days from voting to the end of the mandate."""
_FIGURES: Final = {"spoiled": 1, "unused": 20, "defective": 0, "invalid": 3, "not returned": 0, "sent on": 0}


@dataclass(slots=True)
class SealNumbers:
    """The CEC's series: numbers from 1, in the order of their use."""

    election: Election
    used: int = 0

    def next(self) -> str:
        """A seal that nobody used yet."""
        self.used += 1
        return nth_seal(self.election.rules.seal_series, issuer="CEC", place=self.used)


@dataclass(slots=True)
class JourneyPlan:
    """One station's journey: who travels, in how many pouches, how the papers end, and which stretches were told."""

    station: ReferenceStation
    seals: SealNumbers
    pouches: int = 1
    courier: str = ""
    figures: dict[str, int] = field(default_factory=dict)
    told: int = 0
    """how many stretches were told or left out"""
    now: int = 0
    """when the last of them ended, epoch seconds"""

    @property
    def names(self) -> Names:
        """Identifiers of the station."""
        return Names(self.station.code)

    @property
    def commission(self) -> list[str]:
        """Chair, secretary and member."""
        return list(self.election.commission(self.station.code)[:3])

    @property
    def election(self) -> Election:
        """The election that it is a journey of."""
        return self.seals.election

    @property
    def out(self) -> PlannedConsignment:
        """What is planned for the way out."""
        return self.election.consignment(self.station.code, direction="out")

    @property
    def back(self) -> PlannedConsignment:
        """What is planned for the way back."""
        return self.election.consignment(self.station.code, direction="back")

    @property
    def officers(self) -> list[str]:
        """Two officers of the commission."""
        return list(self.election.holders("cec-officer")[:2])

    def hands(self, kind: str, *, direction: str = "out") -> list[str]:
        """Who acts for a party; for the pouch office another one on the way back."""
        ministry = self.election.holders("pouch-office")
        return {
            "CEC": self.officers[:1],
            "MFA": list(ministry[:1] if direction == "out" else ministry[-1:]),
            "courier": [self.carrier()],
            "mission": list(self.election.holders("mission-officer", office=self.station.code)[:1]),
            "commission": self.commission[: 3 if direction == "out" else 2],
        }[kind]

    @property
    def issuer(self) -> str:
        """The member who issues papers."""
        return self.election.holders("issuing-member", office=self.station.code)[0]

    def carrier(self) -> str:
        """The courier's badge."""
        return self.courier or self.out.courier

    @property
    def mandating(self) -> list[str]:
        """Who grants mandates."""
        return list(self.election.holders("pouch-office")[:1]) or self.officers

    @property
    def due(self) -> str:
        """When the courier has to be there, by the station's clock."""
        return stamp(moment(self.out.due, zone=self.station.timezone), zone=self.station.timezone)

    def packages(self) -> list[str]:
        """The pouches for the way out."""
        return [self.names.pouch(number) for number in range(1, self.pouches + 1)]

    def packs(self) -> list[list[tuple[str, int]]]:
        """For each pouch, its packs and the papers in each."""
        total, number = self.election.allocation(self.station), 0
        shares = [total // self.pouches + (place < total % self.pouches) for place in range(self.pouches)]
        filled = []
        for share in shares:
            sizes = [min(PACK_PAPERS, share - start) for start in range(0, share, PACK_PAPERS)]
            filled.append([(self.names.pack(number + place), size) for place, size in enumerate(sizes, start=1)])
            number += len(sizes)
        return filled

    def figure(self, name: str) -> int:
        """A figure of the station's papers, as the scenario told it or as it follows from those."""
        if name in self.figures or name in _FIGURES:
            return self.figures.get(name, _FIGURES.get(name, 0))
        return {
            "received": lambda: self.election.allocation(self.station),
            "issued": lambda: self.at_hand() - self.over(),
            "signatures": lambda: self.figure("issued"),
        }[name]()

    def at_hand(self) -> int:
        """Papers that can be issued: received, less those sent on and the defective ones."""
        return self.figure("received") - self.figure("sent on") - self.figure("defective")

    def over(self) -> int:
        """Papers that a voter returned spoiled and papers never issued."""
        return self.figure("spoiled") + self.figure("unused")

    def packed(self) -> dict[str, int]:
        """What is packed for the return: papers from the boxes, and cancelled ones."""
        return {
            "from_boxes": self.figure("issued") - self.figure("not returned"),
            "cancelled": self.over() + self.figure("defective"),
        }


def stretch_steps(name: str, course: JourneyPlan) -> Steps:
    """The steps of one stretch."""
    yield from STRETCHES[name](course)


def pending(name: str, course: JourneyPlan, *, start: str | None) -> list[str]:
    """The stretches up to ``name`` that were not told yet, from ``start`` on where it is given; from here on they are told."""
    order = list(STRETCHES)
    first = course.told if start is None else order.index(start)
    course.told = max(order.index(name) + 1, course.told)
    return order[first : order.index(name) + 1]


def _step(kind: str, said: Mapping[str, Any]) -> Any:
    return STEPS[kind].model_validate(dict(said))


def _act(course: JourneyPlan, fact: Mapping[str, Any], *, name: str, by: Sequence[str], **when: str) -> Told:
    step: Told = _step("act", {"act": dict(fact), "as": list(by), "name": f"{course.station.code} {name}", **when})
    return step


def _over(course: JourneyPlan, *, name: str, releasing: Sequence[str], receiving: Sequence[str], **more: Any) -> Told:
    units = more.pop("units", course.packages())
    said = {"hand over": units, "from": list(releasing), "to": list(receiving), "name": f"{course.station.code} {name}"}
    step: Told = _step("hand over", {**said, **more})
    return step


def _at_mfa(course: JourneyPlan) -> Steps:
    for pouch, packs in zip(course.packages(), course.packs(), strict=True):
        for pack, papers in packs:
            fact = {"type": "UnitPacked", "unit": pack, "batch": course.names.batch, "papers": papers}
            yield _act(course, name=f"pack {pack[5:7]}", fact=fact, by=course.officers)
        contents = {"contents": [pack for pack, _ in packs], "papers": sum(papers for _, papers in packs)}
        yield _act(
            course,
            name=f"pouch {pouch[5:7]}",
            fact={"type": "UnitPacked", "unit": pouch, **contents},
            by=course.officers,
        )
        seals = [{"unit": pouch, "seal": course.seals.next()}]
        yield _act(course, name=f"seal {pouch[5:7]}", fact={"type": "SealsApplied", "seals": seals}, by=course.officers)
    yield _act(course, name="manifest", fact=_manifest_out(course), by=course.officers)
    if "MFA" in course.out.hands:
        giving, taking = course.hands("CEC"), course.hands("MFA")
        yield _over(course, name="to the MFA", releasing=giving, receiving=taking, after="1 h")


def _manifest_out(course: JourneyPlan) -> dict[str, Any]:
    legs: list[dict[str, Any]] = [
        {"releasing": releasing, "receiving": receiving, **({"due": course.due} if releasing == "courier" else {})}
        for releasing, receiving in course.out.legs
    ]
    fact = {"type": "ConsignmentManifested", "consignment": course.names.out, "station": course.station.code}
    sums = {"packages": course.pouches, "papers": course.election.allocation(course.station)}
    return {**fact, "direction": "out", "units": course.packages(), **sums, "legs": legs}


def _under_way(course: JourneyPlan) -> Steps:
    giver = course.hands("MFA" if "MFA" in course.out.hands else "CEC")
    yield _over(course, name="to the courier", releasing=giver, receiving=[course.carrier()], after="2 days")


def _received(course: JourneyPlan) -> Steps:
    for releasing, receiving in course.out.legs:
        if receiving in ("mission", "commission"):
            giving, taking = course.hands(releasing), course.hands(receiving)
            after = "14 h" if releasing == "courier" else "9 h"
            yield _over(course, name=f"to the {receiving}", releasing=giving, receiving=taking, after=after)


def _opened(course: JourneyPlan) -> Steps:
    for pouch in course.packages():
        fact = {"type": "ConsignmentOpened", "unit": pouch, "contents": "as-manifest", "seals": "intact"}
        yield _act(course, name=f"opened {pouch[5:7]}", fact=fact, by=course.commission)


def _counted(course: JourneyPlan) -> Steps:
    counts = [{"unit": pack, "papers": papers} for packs in course.packs() for pack, papers in packs]
    yield _act(
        course, name="counted", fact={"type": "BallotsCounted", "counts": counts}, by=course.commission, after="30 min"
    )
    safe = {"type": "StoreSealed", "station": course.station.code}
    seals = [{"unit": course.names.stock, "seal": course.seals.next()}]
    yield _act(course, name="safe sealed", fact={**safe, "seals": seals}, by=course.commission[:2])


def _voted(course: JourneyPlan) -> Steps:
    code = {"station": course.station.code}
    pair, issuer, (opens, closes) = course.commission[:2], course.issuer, _hours(course)
    opened = {"type": "StoreOpened", **code, "seals": "intact"}
    yield _act(course, name="safe opened", fact=opened, by=pair, at=opens)
    listed = {"type": "VoterListStated", **code, "stage": "opening", "voters": course.station.voters}
    yield _act(course, name="list at opening", fact=listed, by=pair)
    box = course.names.ballot_box
    shown = {"type": "BallotBoxesSealed", **code, "boxes": [box], "seals": [{"unit": box, "seal": course.seals.next()}]}
    yield _act(course, name="boxes sealed", fact=shown, by=course.commission)
    to_issuer = {**code, "issuer": issuer}
    handed = {"type": "BallotsGivenToIssuer", **to_issuer, "papers": course.at_hand()}
    yield _act(course, name="given to the issuer", fact=handed, by=[pair[1], issuer])
    if course.figure("spoiled"):
        spoiled = {"type": "BallotsSpoiled", **to_issuer, "papers": course.figure("spoiled")}
        yield _act(course, name="spoiled", fact=spoiled, by=[pair[1], issuer], after="7 h")
    back = {"issued": course.figure("issued"), "unused": course.figure("unused")}
    returned = {"type": "BallotsReturnedByIssuer", **to_issuer, **back}
    yield _act(course, name="returned by the issuer", fact=returned, by=[issuer, pair[1]], at=closes)


def _hours(course: JourneyPlan) -> tuple[str, str]:
    """When the safe is opened and when the issuer gives back: 50 minutes before and 5 after the vote, as scenarios write it."""
    zone = course.station.timezone
    opens, closes = hours_of(course.station, election=course.election)
    rows = (stamp(opens - 3_000, zone=zone), stamp(closes + 300, zone=zone))
    return rows[0][:16].replace("T", " "), rows[1][:16].replace("T", " ")


def _closed(course: JourneyPlan) -> Steps:
    code, figure = {"station": course.station.code}, course.figure
    listed = {"type": "VoterListStated", **code, "stage": "closing", "voters": course.station.voters}
    yield _act(
        course, name="list at closing", fact={**listed, "signatures": figure("signatures")}, by=course.commission[:2]
    )
    three = {name: figure(name) for name in ("unused", "spoiled", "defective")}
    yield _act(course, name="cancelled", fact={"type": "UnusedCancelled", **code, **three}, by=course.commission)
    boxes = {"type": "BallotBoxesOpened", **code, "boxes": [course.names.ballot_box], "seals": "intact"}
    yield _act(course, name="boxes opened", fact=boxes, by=course.commission)
    inside = figure("issued") - figure("not returned")
    account = {
        **{name: figure(name) for name in ("received", "issued", "signatures", "invalid")},
        **three,
        "cancelled": sum(three.values()),
        "in_boxes": inside,
        "valid": inside - figure("invalid"),
        "not_returned": figure("not returned"),
        "unaccounted": course.at_hand() - figure("issued") - course.over(),
    }
    fact = {"type": "BallotAccountClosed", **code, **account}
    yield _act(course, name="account", fact=fact, by=course.commission, after="90 min")


def _packed(course: JourneyPlan) -> Steps:
    code, pouch = {"station": course.station.code}, course.names.pouch(9)
    parts = course.packed()
    package = {"type": "PackedForReturn", **code, "packages": [{"unit": pouch, **parts}]}
    yield _act(course, name="packed for return", fact=package, by=course.commission[:2], after="30 min")
    seals = [{"unit": pouch, "seal": course.seals.next()}]
    yield _act(course, name="return sealed", fact={"type": "SealsApplied", "seals": seals}, by=course.commission[:2])
    legs = [{"releasing": releasing, "receiving": receiving} for releasing, receiving in course.back.legs]
    manifest = {"type": "ConsignmentManifested", "consignment": course.names.back, **code, "direction": "back"}
    sums = {"units": [pouch], "packages": 1, "papers": sum(parts.values()), "legs": legs}
    yield _act(course, name="return manifest", fact={**manifest, **sums}, by=course.commission[:2])


def _home(course: JourneyPlan) -> Steps:
    pouch = [course.names.pouch(9)]
    mandate = {"type": "MandateGranted", "courier": course.carrier(), "consignments": [course.names.back]}
    last = course.election.days[-1]
    days = {"first_day": course.back.days[0], "last_day": dates.day(last, days=_MANDATE_DAYS)}
    yield _act(course, name="return mandate", fact={**mandate, **days}, by=course.mandating, after="2 h")
    for releasing, receiving in course.back.legs:
        after = "1 day 6 h" if releasing == "courier" else "1 day"
        hands = {"releasing": course.hands(releasing, direction="back")}
        hands |= {"receiving": course.hands(receiving, direction="back")}
        yield _over(course, name=f"return to the {receiving}", **hands, after=after, units=pouch)
    papers = sum(course.packed().values())
    received = {"type": "ReturnReceived", "consignment": course.names.back, "packages": 1, "papers": papers}
    yield _act(course, name="return received", fact={**received, "seals": "intact"}, by=course.officers, after="1 h")
    yield _act(course, name="archived", fact={"type": "Archived", "units": pouch}, by=course.officers, after="1 h")


STRETCHES: Final[Mapping[str, Callable[[JourneyPlan], Steps]]] = {
    "at the MFA": _at_mfa,
    "under way": _under_way,
    "received": _received,
    "opened": _opened,
    "counted": _counted,
    "voted": _voted,
    "closed": _closed,
    "packed": _packed,
    "home": _home,
}
"""Stretch -> its steps, in the order of a journey; the catalogue tells each in one sentence (``story.stretch``)."""
