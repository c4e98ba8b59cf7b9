"""Outcomes of the fold, as JSON: one typed form for each kind of outcome, shared by who makes outcomes and who reads them.

The forms are plain dicts at run time: they cost nothing and change no byte. Nothing here is signed or published. A view's row
is such a form with ``position``, since which it reads so. Times are claims with an offset; parties are text ("courier cr-ayt").

Not here: the closed list of kinds (``custody.core.wording.outcomes``), and what the pages answer (``projections.web.models``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

from schemas.authority_outcomes import AuthorityJson
from schemas.identifiers import UnitKind
from schemas.outcome_parts import SessionJson, StyleJson, StylePapersJson
from schemas.proof_outcomes import BoundsJson, Deadline, TimesJson, WitnessesJson
from schemas.rules import Severity

Direction = Literal["out", "back"]


class MessageJson(TypedDict):
    """Something said: its key in the catalogue and its arguments by name; a message within it is an object of the same form."""

    key: str
    args: Mapping[str, Any]


class NotedJson(TypedDict):
    """A code that was ticked on a form, and what it says in each language."""

    code: str
    words: dict[str, str]


class EntryStatusJson(TypedDict):
    """What an earlier entry means from here on; ``position`` is that entry's own."""

    position: int
    event: str | None
    status: str
    codes: list[str]
    units: list[str]
    station: str | None


class EntryJson(EntryStatusJson, BoundsJson):
    """What one entry says and what became of it. ``event`` is None where the bytes are no event."""

    entry: str
    type: str | None
    stands_for: str | None
    at: str | None
    place: str | None
    by: list[str]
    """public badges, devices left out"""
    noted: list[NotedJson]
    says: MessageJson
    packed_into: str | None
    """the new unit that the entry says was filled; None where it packs nothing"""


class SealJson(TypedDict):
    """A seal on a unit, as it was last read."""

    seal: str
    condition: str


class BreakJson(TypedDict):
    """A break in custody; ``until``, ``minutes`` and ``closed_by`` are None while it lasts."""

    cause: str
    classification: str
    since: str
    until: str | None
    minutes: int | None
    opened_by: str
    closed_by: str | None


class BreaksJson(TypedDict):
    """The breaks in a unit's custody: the first by rank, and all of them as a count and minutes by classification."""

    breaks: list[BreakJson]
    breaks_in_all: int
    minutes: dict[str, int]


class HoldingJson(TypedDict):
    """Who holds a unit, since when and by what; of a unit inside another, as of the outermost one."""

    custodian: str | None
    last_holder: str | None
    basis: str | None
    type: str | None
    at: str | None
    says: MessageJson


class DirectionJson(TypedDict):
    """Which way a unit goes, told alone."""

    unit: str
    direction: Direction | None


class UnitFiguresJson(TypedDict):
    """A unit's papers, as declared and as counted here."""

    papers: int | None
    counted: int | None


class ShownFiguresJson(UnitFiguresJson):
    """The same as they are shown; ``disputed_figures`` names those of them that are not in force."""

    disputed_figures: list[str]


class SnapshotJson(HoldingJson, UnitFiguresJson):
    """A unit after one act. What an act gives is None where what made the unit is disputed."""

    unit: str
    kind: UnitKind
    station: str
    consignment: str | None
    state: str | None
    inside: str | None
    contains: list[str]
    seals: list[SealJson]
    hold: bool
    disputed: bool
    direction: Direction | None
    head: str | None
    version: int
    breaks: list[BreakJson]


class UnitJson(SnapshotJson, BreaksJson, ShownFiguresJson):
    """The state of one unit from here on, with all that lasts of what befell it.

    ``styles`` are its papers by style, as declared; left out where the election has one style.
    """

    styles: NotRequired[list[StylePapersJson]]


HandoverJson = TypedDict(
    "HandoverJson",
    {
        "offer": str,
        "answer": str | None,
        "state": str,
        "units": list[str],
        "consignments": list[str],
        "from": str,
        "to": str | None,
        "station": str,
        "direction": Direction,
        "offered_at": str,
        "answered_at": str | None,
        "acknowledged": str | None,
        "noted": list[NotedJson],
    },
)
"""One offer and what came of it."""


class WalkJson(TypedDict):
    """Units that changed hands on a leg; ``handover`` is the offer, or the act that collected them from a carrier."""

    handover: str
    at: str
    carrier: bool
    units: list[str]


LegJson = TypedDict(
    "LegJson",
    {
        "number": int | None,
        "from": str | None,
        "to": str | None,
        "due": str | None,
        "handover": str | None,
        "at": str | None,
        "carrier": bool,
        "walks": list[WalkJson],
        "outstanding": list[str],
    },
)
"""A planned leg beside what was recorded of it; ``number`` is None where no plan names it."""


class ConsignmentJson(TypedDict):
    """What one station is sent on one journey, or sends back."""

    consignment: str
    station: str
    direction: Direction
    units: list[str]
    papers: int
    packages: int
    legs: list[LegJson]
    unplanned: int
    delivered: bool
    state: str


class TourJson(TypedDict):
    """One courier's journey: document = delivered + aboard + waiting + elsewhere, in packages."""

    tour: str
    courier: str
    consignments: list[str]
    state: str
    document: int
    waiting: list[str]
    aboard: list[str]
    delivered: list[str]
    elsewhere: list[str]
    left_behind: list[str]


class AccountFiguresJson(TypedDict):
    """The figures of a ballot account: None where nobody stated one."""

    list: int | None
    allocated: int | None
    declared: int | None
    counted: int | None
    signatures: int | None
    defective: int | None
    issued: int | None
    spoiled: int | None
    unused: int | None
    cancelled: int | None
    in_boxes: int | None
    valid: int | None
    invalid: int | None
    not_returned: int | None
    returned: int | None
    resupplied: int | None
    sent_on: int | None
    destroyed: int | None
    unaccounted: int | None
    counted_at: str | None
    reserve: int | None
    state: str | None
    store: int | None
    with_issuers: int | None


class AccountJson(AccountFiguresJson):
    """The ballot account of a station, or of one style there and its contest; ``signs_each_style``: voters sign once for each."""

    station: str
    style: NotRequired[str]
    contest: NotRequired[str]
    signs_each_style: NotRequired[bool]
    disputed: bool
    disputed_figures: list[str]


class PrintFiguresJson(TypedDict):
    """The figures of a printing batch."""

    ordered: int | None
    printed: int | None
    good: int | None
    waste: int | None
    waste_destroyed: int | None
    allocated: int | None
    printed_by: str | None
    tolerated: int | None
    serials: Sequence[int] | None


class PrintJson(PrintFiguresJson):
    """One printing batch; ``style`` is left out where the election has one."""

    batch: str
    style: NotRequired[str]
    disputed: bool
    disputed_figures: list[str]


class DecisionJson(TypedDict):
    """A decision about a finding, and the status that it gave it."""

    event: str
    status: str


class RelatedJson(TypedDict):
    """What is listed under a finding, having the same cause."""

    code: str
    sentence: str
    says: MessageJson
    event: str | None


class FindingStateJson(TypedDict):
    """A finding as it stands, by itself."""

    id: str
    code: str
    severity: Severity
    status: str
    station: str | None
    stations: list[str]
    count: int
    units: list[str]
    evidence: list[str]
    sentence: str
    says: MessageJson
    settled_by: str | None
    decisions: list[DecisionJson]
    decisions_in_all: int
    raised: int
    uncertain_minutes: int | None
    also: list[RelatedJson]


class SettlementJson(TypedDict):
    """By the claims of those who signed, when a finding was raised and settled; ``settled_says``: how late it was reported."""

    raised_at: str | None
    settled_at: str | None
    settled_type: str | None
    settled_says: MessageJson | None
    settled_deadline: Deadline | None
    """of a silence: whether what ended it was made in time, as far as that is proven"""


class FindingJson(FindingStateJson, SettlementJson):
    """What disagrees with what."""


class WithdrawalJson(TypedDict):
    """The end of a finding whose act left force; ``position`` is that of the entry by which it did."""

    id: str
    position: int


class StationJson(TypedDict):
    """The facts of a station; ``closing`` is its closing time, None where that cannot be true.

    What not every station has is left out: an official number, a mission shared with others, several days of voting, and that it
    was closed before it voted.
    """

    station: str
    city: str
    country: str
    timezone: str
    opens: str
    closes: str
    closing: str | None
    number: NotRequired[str]
    mission: NotRequired[str]
    sessions: NotRequired[list[SessionJson]]
    closed: NotRequired[bool]


class ElectionJson(TypedDict):
    """Which election this is, and whether its log is closed."""

    election: str
    slug: str
    domain: str
    voting_day: str
    closed: bool
    styles: NotRequired[list[StyleJson]]
    """left out where the election has one style"""


OutcomeJson = (
    EntryJson
    | EntryStatusJson
    | UnitJson
    | DirectionJson
    | HandoverJson
    | ConsignmentJson
    | TourJson
    | AccountJson
    | PrintJson
    | FindingJson
    | WithdrawalJson
    | TimesJson
    | WitnessesJson
    | AuthorityJson
    | StationJson
    | ElectionJson
)
"""The document of an outcome, of whichever kind."""
