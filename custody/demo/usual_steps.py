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
from custody.demo.preparation import VOTING_DAY, Names, allocation
from custody.demo.world import local, stamp
from schemas.identifiers import seal_id
from schemas.scenario import STEPS, ActStep, HandOverStep

Told = ActStep | HandOverStep
Steps = Iterator[Told]
PACK_PAPERS: Final = 250
_CEC: Final = ["cec-1", "cec-2"]
_FIGURES: Final = {"spoiled": 1, "unused": 20, "defective": 0, "invalid": 3, "not returned": 0, "sent on": 0}


@dataclass(slots=True)
class SealNumbers:
    """The CEC's series: numbers from 1, in the order of their use."""

    used: int = 0

    def next(self) -> str:
        """A seal that nobody used yet."""
        self.used += 1
        return seal_id(issuer="CEC", number=self.used)


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
        return [self.who("chair"), self.who("secretary"), self.who("member")]

    def who(self, name: str) -> str:
        """The badge of one of the station's people."""
        return f"{self.station.code.lower()}-{name}"

    def carrier(self) -> str:
        """The courier's badge."""
        return self.courier or f"courier-{self.station.code.lower()}"

    @property
    def due(self) -> str:
        """When the courier has to be there: noon at the station, five days before voting."""
        return stamp(local("2015-04-21", hour=12, zone=self.station.timezone), zone=self.station.timezone)

    def packages(self) -> list[str]:
        """The pouches for the way out."""
        return [self.names.pouch(number) for number in range(1, self.pouches + 1)]

    def packs(self) -> list[list[tuple[str, int]]]:
        """For each pouch, its packs and the papers in each."""
        total, number = allocation(self.station), 0
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
            "received": lambda: allocation(self.station),
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
    yield from STRETCHES[name][0](course)


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
            yield _act(course, name=f"pack {pack[5:7]}", fact=fact, by=_CEC)
        contents = {"contents": [pack for pack, _ in packs], "papers": sum(papers for _, papers in packs)}
        yield _act(course, name=f"pouch {pouch[5:7]}", fact={"type": "UnitPacked", "unit": pouch, **contents}, by=_CEC)
        seals = [{"unit": pouch, "seal": course.seals.next()}]
        yield _act(course, name=f"seal {pouch[5:7]}", fact={"type": "SealsApplied", "seals": seals}, by=_CEC)
    yield _act(course, name="manifest", fact=_manifest_out(course), by=_CEC)
    yield _over(course, name="to the MFA", releasing=["cec-1"], receiving=["mfa-1"], after="1 h")


def _manifest_out(course: JourneyPlan) -> dict[str, Any]:
    hands = (("CEC", "MFA"), ("MFA", "courier"), ("courier", "mission"), ("mission", "commission"))
    legs: list[dict[str, Any]] = [{"releasing": releasing, "receiving": receiving} for releasing, receiving in hands]
    legs[2]["due"] = course.due
    fact = {"type": "ConsignmentManifested", "consignment": course.names.out, "station": course.station.code}
    sums = {"packages": course.pouches, "papers": allocation(course.station)}
    return {**fact, "direction": "out", "units": course.packages(), **sums, "legs": legs}


def _under_way(course: JourneyPlan) -> Steps:
    yield _over(course, name="to the courier", releasing=["mfa-1"], receiving=[course.carrier()], after="2 days")


def _received(course: JourneyPlan) -> Steps:
    officer = [course.who("officer")]
    yield _over(course, name="to the mission", releasing=[course.carrier()], receiving=officer, after="14 h")
    yield _over(course, name="to the commission", releasing=officer, receiving=course.commission, after="9 h")


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
    pair, issuer = course.commission[:2], course.who("issuer")
    opened = {"type": "StoreOpened", **code, "seals": "intact"}
    yield _act(course, name="safe opened", fact=opened, by=pair, at=f"{VOTING_DAY} 06:10")
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
    yield _act(course, name="returned by the issuer", fact=returned, by=[issuer, pair[1]], at=f"{VOTING_DAY} 20:05")


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
    hands = (("commission", "courier"), ("courier", "MFA"), ("MFA", "CEC"))
    legs = [{"releasing": releasing, "receiving": receiving} for releasing, receiving in hands]
    manifest = {"type": "ConsignmentManifested", "consignment": course.names.back, **code, "direction": "back"}
    sums = {"units": [pouch], "packages": 1, "papers": sum(parts.values()), "legs": legs}
    yield _act(course, name="return manifest", fact={**manifest, **sums}, by=course.commission[:2])


def _home(course: JourneyPlan) -> Steps:
    pouch = [course.names.pouch(9)]
    mandate = {"type": "MandateGranted", "courier": course.carrier(), "consignments": [course.names.back]}
    days = {"first_day": VOTING_DAY, "last_day": "2015-05-10"}
    yield _act(course, name="return mandate", fact={**mandate, **days}, by=["mfa-1"], after="2 h")
    hands = {"units": pouch}
    courier, pair = [course.carrier()], course.commission[:2]
    yield _over(course, name="return to the courier", releasing=pair, receiving=courier, after="1 day", **hands)
    yield _over(course, name="return to the MFA", releasing=courier, receiving=["mfa-2"], after="1 day 6 h", **hands)
    yield _over(course, name="return to the CEC", releasing=["mfa-2"], receiving=["cec-1"], after="1 day", **hands)
    papers = sum(course.packed().values())
    received = {"type": "ReturnReceived", "consignment": course.names.back, "packages": 1, "papers": papers}
    yield _act(course, name="return received", fact={**received, "seals": "intact"}, by=_CEC, after="1 h")
    yield _act(course, name="archived", fact={"type": "Archived", "units": pouch}, by=_CEC, after="1 h")


STRETCHES: Final[Mapping[str, tuple[Callable[[JourneyPlan], Steps], str]]] = {
    "at the MFA": (_at_mfa, "The papers for {city} are packed, sealed and manifested, and reach the ministry."),
    "under way": (_under_way, "The ministry hands them to the courier."),
    "received": (_received, "They arrive at the mission in {city} and pass to the commission in the morning."),
    "opened": (_opened, "The commission in {city} opens them."),
    "counted": (_counted, "It counts every pack and seals the safe."),
    "voted": (_voted, "Voting day in {city}: safe opened, boxes shown empty, papers issued and accounted for."),
    "closed": (_closed, "Unused papers are cancelled, the boxes opened, the account closed."),
    "packed": (_packed, "Everything is packed for the way back."),
    "home": (_home, "It travels back through courier and ministry into the archive of the CEC."),
}
"""Stretch -> its steps, and one sentence that tells it; in the order of a journey."""
