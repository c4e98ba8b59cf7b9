"""The parts of answers: frozen models of units, handovers, findings, stations; OpenAPI is made from them.

A figure that nobody stated is null, never 0.  The words are those of domain.md.  Not here: the figures of accounts
(``accounts``), the board (``board``), the answers (``answers``), and how they are found (``web.facts``).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SerializationInfo, SerializerFunctionWrapHandler, model_serializer

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, 64 lower-case hex digits.")]
Position = Annotated[int, Field(ge=0, description="Position in the log, from 0.")]
Badges = tuple[str, ...]
OFFERED = "offered"
"""In the context of writing an answer down: the languages that its election speaks."""


class Model(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StandingDoc(Model):
    """Which election and log an answer is about, and how many of the log's entries it has taken in."""

    election: Hash = Field(description="Election id: the event id of the log's first entry.")
    origin: str = Field(
        description="The log's name in its checkpoints.", examples=["elections.example/our-election/0123456789abcdef/0"]
    )
    log: int = Field(ge=0, description="Number of the log within the election.", examples=[0])
    position: int = Field(ge=0, description="Number of entries taken in: the next position to read.", examples=[2807])
    root: Hash = Field(description="RFC 6962 root over these entries.")
    state_digest: Hash | None = Field(
        description="Digest of the ledger's state after these entries; null where the ledger has not told it."
    )


class AlarmDoc(Model):
    """Something that keeps this program from vouching for what it shows."""

    code: str = Field(examples=["log-shorter"])
    sentence: str


class SealDoc(Model):
    """A seal on a unit, and its condition when it was last read."""

    seal: str = Field(examples=["CEC-000006-C"])
    condition: str = Field(examples=["intact"])


class StylePapersDoc(Model):
    """Papers of one style in a unit."""

    style: str = Field(examples=["mayor"])
    papers: int


class UnitDoc(Model):
    """A unit: a batch, pack, box, pouch, ballot box, or a station's stock."""

    unit: str = Field(examples=["AAA-P01-2"])
    kind: str = Field(examples=["pouch"])
    station: str | None
    consignment: str | None
    direction: str | None
    state: str | None = Field(description="null while what made the unit is disputed.", examples=["opened"])
    custodian: str | None = Field(description="Who holds it, or what it is inside of.", examples=["commission AAA"])
    basis: str | None = Field(description="confirmed, claimed, uncertain or adjudicated.", examples=["confirmed"])
    inside: str | None = Field(description="The unit around it.")
    contains: tuple[str, ...]
    declared: int | None = Field(description="Papers that are declared to be in it; null where they were taken out.")
    emptied: bool = Field(description="Whether its papers were taken out of it.")
    counted: int | None = Field(description="Papers that somebody counted in it; null: not counted.")
    styles: tuple[StylePapersDoc, ...] = Field(
        default=(), description="Declared papers by style, where the unit holds several styles or one of several."
    )
    seals: tuple[SealDoc, ...]
    hold: bool
    broken: bool = Field(description="Custody is broken: a break that no act explains lasts.")
    disputed: bool
    disputed_figures: tuple[str, ...] = Field(
        description="Which of declared and counted a dispute keeps out of force.", examples=[["counted"]]
    )
    position: Position = Field(description="Log position since which it reads so.")
    at: str | None = Field(description="Claimed time of the act in force.")


class InEachLanguage(Model):
    """What is said in each language. An answer leaves out the languages that its election does not speak (``OFFERED``)."""

    @model_serializer(mode="wrap")
    def _offered(self, made: SerializerFunctionWrapHandler, info: SerializationInfo) -> Any:
        said: Any = made(self)
        offered = (info.context or {}).get(OFFERED)
        return said if offered is None else {language: said[language] for language in offered}


class Sentences(InEachLanguage):
    """One sentence in each language."""

    en: str
    ru: str = Field(default="", description="Left out where the election does not speak it.")
    kk: str = Field(default="", description="Left out where the election does not speak it.")


class NotedDoc(Model):
    """A code of an event: a reservation, a refusal, a remark, a reason."""

    code: str = Field(examples=["package-missing"])
    words: Sentences


class BoundsDoc(Model):
    """Between which moments an event was made, as log witnesses prove; null: nothing bounds it on that side."""

    not_before: str | None = Field(description="It was certainly not made before this moment, in UTC.")
    not_after: str | None = Field(description="It was certainly not made after this moment, in UTC.")
    words: Sentences


class HandoverDoc(Model):
    """One offer and what came of it: the two signatures that make a handover."""

    offer: Hash
    offered_at: str
    offer_position: int | None
    released_by: Badges = Field(description="Badges under the offer.", examples=[["mfa-1"]])
    answer: Hash | None
    answered_at: str | None
    answer_position: int | None
    offer_made: BoundsDoc | None = Field(description="When the offer was certainly made; null where nothing bounds it.")
    answer_made: BoundsDoc | None
    received_by: Badges = Field(description="Badges under the answer.", examples=[["courier-aaa"]])
    state: str = Field(
        description="offered, accepted, accepted with reservation, refused, withdrawn, disputed or superseded."
    )
    words: str = Field(description="The state of both signatures, in words.")
    noted: tuple[NotedDoc, ...] = Field(description="What was ticked on the offer and on the answer, in words.")
    releasing: str
    receiving: str | None
    units: tuple[str, ...]
    consignments: tuple[str, ...]
    station: str | None
    direction: str | None
    position: Position


class LegDoc(Model):
    """A planned leg beside what was recorded of it; number null: not planned."""

    number: int | None
    releasing: str | None
    receiving: str | None
    due: str | None
    at: str | None
    handover: HandoverDoc | None = Field(description="null while nothing was recorded.")
    deadline: str | None = Field(
        description="broken, met or undetermined, by what is proven of the handover; null without deadline or handover."
    )


class ConsignmentDoc(Model):
    """All that one station is sent on one journey."""

    consignment: str = Field(examples=["AAA-C01-W"])
    station: str
    direction: str = Field(examples=["out"])
    units: tuple[str, ...]
    papers: int | None
    packages: int | None
    delivered: bool
    legs: tuple[LegDoc, ...]
    legs_total: int = Field(ge=0, description="Number of its legs; a station's page has the first of them.")
    position: Position


class TourDoc(Model):
    """One courier's journey with several consignments. document = delivered + aboard + waiting + elsewhere, in packages."""

    tour: Hash = Field(description="Event id of the mandate that is the courier's document.")
    courier: str
    consignments: tuple[str, ...]
    state: str = Field(examples=["under way"])
    document: int = Field(description="Packages that the courier's document names.")
    waiting: tuple[str, ...] = Field(description="Packages not taken over yet.")
    aboard: tuple[str, ...]
    delivered: tuple[str, ...]
    elsewhere: tuple[str, ...] = Field(description="Packages that others hold, or that are lost.")
    left_behind: tuple[str, ...] = Field(description="Packages that were not aboard at the first delivery.")
    position: Position


class EvidenceDoc(Model):
    """An event that a finding names, and where it is on the log."""

    event: Hash
    position: int | None = Field(
        description="null where it is in no story of these units, and not where the finding was raised or settled."
    )
    unit: str | None = Field(description="A unit in whose story the event is.")
    type: str | None
    at: str | None
    sentence: str | None
    sentences: Sentences | None = Field(description="The sentence in each language.")
    made: BoundsDoc | None = Field(description="When it was certainly made; null where nothing bounds it.")


class Words(Model):
    """A finding in one language."""

    title: str
    severity: str
    status: str
    sentence: str
    settles: str = Field(description="What would settle it.")
    settled: str = Field(
        description="Of a silence that an earlier act ended: when that claims to be, and how late it was."
    )


class AllWords(InEachLanguage):
    """A finding in each language."""

    en: Words
    ru: Words | None = Field(default=None, description="Left out where the election does not speak it.")
    kk: Words | None = Field(default=None, description="Left out where the election does not speak it.")


class DecisionDoc(Model):
    """A decision about a finding."""

    event: Hash
    status: str = Field(description="acknowledged or adjudicated.")


class AlsoDoc(Model):
    """What broke for the same cause."""

    code: str
    sentence: str
    sentences: Sentences
    evidence: EvidenceDoc | None


class FindingDoc(Model):
    """What disagrees with what; never who is at fault."""

    id: Hash
    code: str = Field(examples=["station-account"])
    severity: str = Field(examples=["serious"])
    status: str = Field(examples=["open"])
    count: int = Field(ge=1, description="How many times the same was found; evidence names the first of them.")
    station: str | None
    stations: tuple[str, ...] = Field(description="Where it stands: its station, and the one that sent on the papers.")
    city: str | None
    units: tuple[str, ...]
    sentence: str
    also: tuple[AlsoDoc, ...]
    evidence: tuple[EvidenceDoc, ...]
    raised: Position
    raised_at: str | None
    settled_by: EvidenceDoc | None
    settled_at: str | None
    settled_type: str | None
    settled_deadline: str | None = Field(
        description="Of a silence: whether what ended it was made in time: broken, met or undetermined; else null."
    )
    settles: str = Field(description="What would settle it.", examples=["a corrected account"])
    decisions: tuple[DecisionDoc, ...] = Field(
        description="The newest, oldest first; the last adjudication is in force, those before it are superseded."
    )
    decisions_in_all: int = Field(description="How many decisions there were about it.")
    words: AllWords = Field(description="The finding in each language.")
    uncertain_minutes: int | None
    position: Position


class LineDoc(Model):
    """One line of a unit's story: an entry that names it, with what the unit became by it."""

    position: Position
    at: str | None = Field(description="Claimed time, by the clock of those who signed.")
    made: BoundsDoc | None = Field(description="When it was certainly made; null where nothing bounds it.")
    place: str | None
    type: str = Field(examples=["HandoverAnswered"])
    type_words: str = Field(examples=["Handover answered"])
    sentence: str
    sentences: Sentences = Field(description="The sentence in each language.")
    by: Badges
    status: str | None = Field(description="applied, waiting, disputed, finding, recorded, duplicate or added.")
    codes: tuple[str, ...]
    noted: tuple[NotedDoc, ...] = Field(description="Codes of the event itself, in words.")
    since: Position = Field(description="Position since which the line reads so.")
    event: Hash | None
    entry: Hash | None
    handover: Hash | None = Field(description="The offer of the handover that it offers or answers.")
    became: str | None = Field(description="What the unit became; null where the entry changed nothing.")
    state: str | None
    custodian: str | None
    basis: str | None


class CustodyDoc(Model):
    """Who holds a unit, and on what basis."""

    custodian: str | None
    basis: str | None
    sentence: str = Field(description="Both in words.")
    sentences: Sentences = Field(description="The same in each language.")
    within: str | None = Field(description="The outermost unit around it, whose custody it shares.")
    came_in: str | None = Field(description="The unit inside which it travelled before.")
    handover: HandoverDoc | None = Field(description="The handover by which the custodian got it.")
    since: int | None = Field(description="Log position since which the custodian has it.")
    since_at: str | None


class MoveDoc(Model):
    """Units into which a unit's papers were packed."""

    position: Position
    unit: str
    custodian: str | None
    declared: int | None


class SessionDoc(Model):
    """One day of voting."""

    opens: str
    closes: str


class StationDoc(Model):
    """The facts of a station."""

    station: str = Field(examples=["AAA"])
    city: str = Field(examples=["Gori"])
    country: str = Field(examples=["TR"])
    timezone: str
    opens: str
    closes: str
    number: str | None = Field(default=None, description="Official number; null: it has none.", examples=["101"])
    mission: str | None = Field(default=None, description="The mission that it shares with others; null: its own.")
    sessions: tuple[SessionDoc, ...] = Field(default=(), description="Days of voting, where there are several.")
    closed: bool = Field(default=False, description="Whether it was closed before it voted.")
    position: Position


class ElectionDoc(Model):
    """The election."""

    slug: str = Field(examples=["our-election"])
    domain: str
    voting_day: str = Field(examples=["2027-05-16"])
