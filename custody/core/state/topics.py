"""Topics of findings: what a finding is about, so that what settles it finds it again; one function for each family.

    topic = folder "/" what it is about

The folder says which family it is. Topics stand in outcomes: a changed text is another topic. Not here: topics of groups of one
cause (custody.core.checks.finding_causes), but for their form.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NewType

Topic = NewType("Topic", str)

COUNT: Final = "count/"
"""Topics of counts that differ from what was declared begin so."""
SEAL: Final = "seal/"
"""Topics of seals found not whole begin so."""
PAPERS: Final = "papers/"
"""Topics of papers that a receiving side counted otherwise than declared begin so."""
PACKAGES: Final = "packages/"
"""Topics of packages that were not shown begin so."""
BY_DAYS: Final = ("box-left-open", "destroyed-early", "mandate-ended")
"""Codes of findings that hold the day of an act against days on which it was allowed."""
_MANDATE: Final = "mandate"
"""Folder of what a courier did without a mandate."""


def after_opening_topic(station: str) -> Topic:
    """Papers issued after the ballot boxes were opened."""
    return Topic(f"after-opening/{station}")


def break_topic(unit: str) -> Topic:
    """A break in the custody of a unit."""
    return Topic(f"break/{unit}")


def cancelled_late_topic(station: str) -> Topic:
    """Papers cancelled after the ballot boxes were opened."""
    return Topic(f"cancelled-late/{station}")


def contents_topic(unit: str) -> Topic:
    """What was in a unit and was not found in it."""
    return Topic(f"contents/{unit}")


def count_topic(event: str) -> Topic:
    """What one count finds to differ."""
    return Topic(f"count/{event}")


def dates_topic(subject: str) -> Topic:
    """Dates that contradict each other."""
    return Topic(f"dates/{subject}")


def empty_topic(name: str) -> Topic:
    """A package without papers."""
    return Topic(f"empty/{name}")


def gap_topic(device: str) -> Topic:
    """A number missing in a device's chain."""
    return Topic(f"gap/{device}")


def items_topic(place: str, *, kind: str) -> Topic:
    """Items of a kind that go with a package, or come back from a station."""
    return Topic(f"items/{place}/{kind}")


def lacking_topic(station: str) -> Topic:
    """What a commission declares to lack."""
    return Topic(f"lacking/{station}")


def left_open_topic(boxes: str) -> Topic:
    """Ballot boxes that stood open over a night."""
    return Topic(f"left-open/{boxes}")


def kept_topic(event: str) -> Topic:
    """Papers that one act destroyed before their days of storage were over."""
    return Topic(f"kept/{event}")


def left_behind_topic(package: str) -> Topic:
    """A package that its tour left behind."""
    return Topic(f"left-behind/{package}")


def overdrawn_topic(event: str) -> Topic:
    """More papers taken than a batch has left."""
    return Topic(f"overdrawn/{event}")


def packages_topic(unit: str) -> Topic:
    """Packages of an act that were not shown, under the first of them."""
    return Topic(f"packages/{unit}")


def papers_topic(event: str) -> Topic:
    """Papers that the receiving side counted otherwise than declared, by its answer."""
    return Topic(f"papers/{event}")


def printed_topic(batch: str) -> Topic:
    """A printer's note whose figures disagree."""
    return Topic(f"printed/{batch}")


def recipient_topic(unit: str) -> Topic:
    """A unit that another station took over."""
    return Topic(f"recipient/{unit}")


def restated_topic(event: str) -> Topic:
    """An act that restates another without saying that the other was wrong; both follow it."""
    return Topic(f"restated/{event}")


def return_topic(consignment: str) -> Topic:
    """What came back of a consignment."""
    return Topic(f"return/{consignment}")


def seal_topic(unit: str) -> Topic:
    """Seals of a unit that were not whole."""
    return Topic(f"seal/{unit}")


def seal_unchecked_topic(number: str) -> Topic:
    """A seal that was on a unit and was not read."""
    return Topic(f"seal-unchecked/{number}")


def stand_in_topic(office: str) -> Topic:
    """Acts for which a head of mission stood in."""
    return Topic(f"stand-in/{office}")


def supply_topic(station: str) -> Topic:
    """What a station lacks by its own figures."""
    return Topic(f"supply/{station}")


def time_topic(clock: str) -> Topic:
    """Claimed times of one clock that cannot be."""
    return Topic(f"time/{clock}")


def unjudgeable_topic(entry: str) -> Topic:
    """An entry that could not be judged."""
    return Topic(f"unjudgeable/{entry}")


def unknown_code_topic(maker: str) -> Topic:
    """Codes that nobody published, of one device or person."""
    return Topic(f"unknown-code/{maker}")


def unopened_topic(station: str) -> Topic:
    """Ballot boxes that nobody opened."""
    return Topic(f"unopened/{station}")


def waiting_topic(event: str) -> Topic:
    """What waits for a loss of which it says so at once."""
    return Topic(f"waiting/{event}")


def waste_topic(batch: str) -> Topic:
    """Waste destroyed otherwise than printed."""
    return Topic(f"waste/{batch}")


def without_effect_topic(answer: str) -> Topic:
    """What hangs on an answer without effect."""
    return Topic(f"without-effect/{answer}")


def account_topic(station: str, *, number: str) -> Topic:
    """One identity of a station's account."""
    return Topic(f"account/{station}/{number}")


def contest_topic(station: str, *, contest: str, name: str) -> Topic:
    """A sum over the styles of a contest at a station."""
    return Topic(f"contest/{station}/{contest}/{name}")


def shortage_topic_of_allocation(station: str) -> Topic:
    """Fewer papers allocated to a station than its voters."""
    return Topic(f"allocation/{station}/shortage")


def over_allocation_topic(station: str) -> Topic:
    """More papers allocated to a station than its voters and reserve."""
    return Topic(f"allocation/{station}/over-allocation")


def overdue_topic(consignment: str, *, leg: int, due: str) -> Topic:
    """A leg of which nothing was recorded by a deadline."""
    return Topic(f"overdue/{consignment}/{leg}/{due}")


def offers_topic(unit: str, *, previous: str | None) -> Topic:
    """Offers at a place in a unit's history."""
    return Topic(f"offers/{unit}/{previous}")


def beaten_topic(unit: str, *, previous: str | None, person: str) -> Topic:
    """What one person did at a place where a handover of both sides stands."""
    return Topic(f"beaten/{unit}/{previous}/{person}")


def clock_topic(devices: Iterable[str]) -> Topic:
    """Clocks of devices that disagree, whichever was heard first."""
    return Topic(f"clock/{'/'.join(sorted(devices))}")


def mandate_topic(courier: str, *, consignment: str, day: str) -> Topic:
    """What a courier did with a consignment on a day."""
    return Topic(f"{mandate_folder(courier, consignment=consignment)}/{day}")


def mandate_folder(courier: str, *, consignment: str) -> str:
    """The folder of what a courier did with a consignment."""
    return f"{_MANDATE}/{courier}/{consignment}"


def parse_mandate_topic(topic: str) -> tuple[str, str, str] | None:
    """Courier, consignment and day of what was done without a mandate; None of any other topic."""
    folder, _, rest = topic.partition("/")
    if folder != _MANDATE:
        return None
    courier, consignment, day = rest.split("/")
    return courier, consignment, day


def group_topic(folder: str, *, cause: str) -> Topic:
    """Members of one cause, in a folder; ``cause`` has no slash, the folder may."""
    return Topic(f"{folder}/{cause}")


def split_topic(topic: str) -> tuple[str, str]:
    """Folder and last part of a topic: (folder, cause) of a group; ("", topic) where there is no folder."""
    folder, _, last = topic.rpartition("/")
    return folder, last


def consignment_of_topic(topic: str) -> str:
    """The consignment of what is said of a return."""
    return topic.partition("/")[2]
