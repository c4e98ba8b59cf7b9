"""Authority: the election, its rules, stations, voter lists, keys, mandates, and what was decided about findings.

Sources: the election law's decisions of the CEC and of the stations, courier's documents (mandates), and the registrars'
enrolment sheets. Followed by custody.core.fold.decisions, which applies them in log order.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.base import Act, AtStation, Common, Decided, DecidedAct, Kind, Papers, Role, SerialRange, Strict
from schemas.earlier_log import CarriedOver, EarlierLog, Stated, whole_or_left_out
from schemas.identifiers import (
    BadgeCode,
    ConsignmentId,
    Day,
    Digest,
    OfficeCode,
    OfficialNumber,
    PostquantumKeyHex,
    PublicKeyHex,
    SignatureHex,
    Timestamp,
    UnitId,
)
from schemas.roots import Root, WitnessPolicy
from schemas.rules import Rules
from schemas.sessions import Sessions
from schemas.styles import ReplacementsOfStyles, StyleBooks, Styles, left_out
from schemas.zones import ZoneEdition, ZoneName, ZoneOffsets


class ElectionOpened(Common):
    """Genesis, position 0: pins root keys, log key, domain and slug, witnesses, rules and fold version.

    Its event id is the election id. Signed by the root threshold it names.
    """

    KIND: ClassVar[Kind] = "decision"

    type: Literal["ElectionOpened"]
    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)] = Field(
        description="short name of the election, part of the log's origin"
    )
    domain: Annotated[str, Field(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*\.[a-z]{2,20}$", max_length=100)] = Field(
        description="domain under which the log is run, part of its origin; demonstrations end in .invalid"
    )
    voting_day: Day = Field(description="day of voting, local at each station")
    timezone: ZoneName = Field(description="IANA name of the commission's time zone")
    tzdata: ZoneEdition = Field(description="edition of the IANA time zone database that the offsets were read from")
    offsets: ZoneOffsets = Field(description="what the commission's clocks show, earliest first; empty: not known")
    root: Root = Field(description="who may change the root")
    log_key: PublicKeyHex = Field(description="raw Ed25519 public key that signs checkpoints and nothing else")
    log_key_ml_dsa_44: PostquantumKeyHex = Field(
        default="",
        json_schema_extra=left_out,
        description="raw ML-DSA-44 public key of the second line under published checkpoints; left out: there is none",
    )
    witness_policy: WitnessPolicy = Field(description="who cosigns checkpoints")
    rules: Rules = Field(description="the rules in force from here on")
    fold_version: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        description="version of the rules of meaning by which the log is judged; fixes the closed set of event types"
    )
    styles: Styles = Field(
        default=(),
        json_schema_extra=left_out,
        description="styles of ballot papers, each code once; left out: all papers are of one style, which events do not name",
    )
    names: Digest = Field(
        default="",
        json_schema_extra=left_out,
        description="SHA-256 of names.json, the names by language that lie beside the log; left out: the election has none",
    )
    follows: Stated[EarlierLog] = Field(
        default=None,
        json_schema_extra=whole_or_left_out,
        description="the election that this one follows, as a run-off does; left out: none",
    )

    @model_validator(mode="after")
    def _each_style_once(self) -> Self:
        if len({style.code for style in self.styles}) != len(self.styles):
            raise ValueError("the code of a style is listed once")
        return self


class RulesSet(Decided):
    """A complete set of rules replaces the one in force, for acts first recorded after this position."""

    type: Literal["RulesSet"]
    rules: Rules = Field(description="the complete set that replaces the one in force")


class StationOpened(AtStation, DecidedAct):
    """A precinct commission at a mission abroad; creates its stock (the station's book of papers), empty.

    ``opens`` and ``closes`` bound the voting in local time with offset; ``timezone`` is an IANA name, whose ``offsets`` were
    written here out of the edition ``tzdata`` of the database.
    """

    type: Literal["StationOpened"]
    station: OfficeCode = Field(description="code of the station, from the CEC's decision that forms it")
    stock: UnitId = Field(description="unit that stands for the station's book of papers; created here, empty")
    city: Annotated[str, Field(min_length=1, max_length=40, description="the city's public name")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2")] = Field(
        description="country of the mission, ISO 3166-1 alpha-2"
    )
    timezone: ZoneName = Field(description="IANA name of the station's time zone")
    tzdata: ZoneEdition = Field(description="edition of the IANA time zone database that the offsets were read from")
    offsets: ZoneOffsets = Field(description="what the station's clocks show, earliest first; empty: not known")
    opens: Timestamp = Field(description="opening of the vote, local time with its offset")
    closes: Timestamp = Field(description="close of the vote, local time with its offset")
    books: StyleBooks = Field(
        default=(),
        json_schema_extra=left_out,
        description="a book for each style that the station is sent, the first of them being ``stock``; left out: one book, and "
        "genesis lists no styles",
    )
    number: OfficialNumber = Field(
        default="", json_schema_extra=left_out, description="official number of the station; left out: it has none"
    )
    mission: OfficeCode = Field(
        default="",
        json_schema_extra=left_out,
        description="code of the mission, where several stations share its officer, safe and device; left out: the station's own",
    )
    sessions: Sessions = Field(
        default=(),
        json_schema_extra=left_out,
        description="days of voting, in order, from ``opens`` to ``closes``; the boxes are closed for the nights between; "
        "left out: one day",
    )
    carried: Stated[CarriedOver] = Field(
        default=None,
        json_schema_extra=whole_or_left_out,
        description="what the station has from the election that this one follows; left out: nothing, it is new",
    )

    @model_validator(mode="after")
    def _the_first_book_is_the_stock(self) -> Self:
        rows = self.books
        if rows and rows[0].stock != self.stock:
            raise ValueError("the first book is the stock")
        if len({row.style for row in rows}) != len(rows) or len({row.stock for row in rows}) != len(rows):
            raise ValueError("each style has one book of its own")
        return self

    @model_validator(mode="after")
    def _from_the_opening_to_the_close(self) -> Self:
        if self.sessions and (self.sessions[0].opens, self.sessions[-1].closes) != (self.opens, self.closes):
            raise ValueError("the days of voting begin with the opening and end with the close")
        return self


class VoterListStated(AtStation, Act):
    """Voters on a station's list: at allocation, at opening, added on the day, and signatures in it at closing.

    ``voters`` is the number on the list (``added``: those added); ``signatures`` only at closing, and at the end of each day
    where a station votes on several: voters who signed so far.
    """

    type: Literal["VoterListStated"]
    station: OfficeCode = Field(description="code of the station")
    stage: Literal["allocation", "opening", "added", "day", "closing"] = Field(
        description="which statement this is: at allocation, at opening, added on the day, at the end of a day of several, at "
        "closing"
    )
    voters: Annotated[int, Field(ge=0, le=10_000_000, description="voters")] = Field(
        description="voters on the list; for stage added, those added by this act"
    )
    signatures: Annotated[int, Field(ge=0, le=10_000_000, description="signatures in the voters list")] | None = Field(
        description="signatures in the voters list since voting began, counted at closing or at the end of a day of several; "
        "null at every other stage"
    )


class Enrolment(Strict):
    """One key bound to one person and one role at one office.

    ``person`` is the HMAC tag of the person (null for devices and services); ``badge`` the public code shown to readers;
    ``proof`` the new key's signature over tag, election id, person tag, role and key id; ``next_key`` the key id that may
    replace this one (kept elsewhere), or null.
    """

    public: PublicKeyHex = Field(description="raw Ed25519 public key, 64 hex digits, from the enrolment sheet")
    role: Role = Field(description="the one role that the key has")
    person: Digest | None = Field(
        description="tag of the person, HMAC under the registrars' secret; null for devices and services"
    )
    badge: BadgeCode = Field(description="public code shown to readers, never a name")
    office: OfficeCode = Field(description="office or station that the holder serves")
    proof: SignatureHex = Field(
        description="proof of possession: the new key's signature over tag, election id, person tag, role and key id"
    )
    next_key: Digest | None = Field(
        description="key id that may replace this one, kept elsewhere; null: none was prepared"
    )


class KeyEnrolled(Decided):
    """Registrars, two together, enrol one key or a whole list."""

    type: Literal["KeyEnrolled"]
    keys: Annotated[tuple[Enrolment, ...], Field(min_length=1, max_length=64)] = Field(
        description="the keys, one enrolment each"
    )


class KeyRevoked(Decided):
    """A key counts no longer. Of one device's chain, the owner still vouches for what it signed up to ``vouched_number``."""

    type: Literal["KeyRevoked"]
    key: Digest = Field(description="key id of the revoked key")
    vouched_device: Digest | None = Field(
        description="key id of the device in whose chain vouched_number counts; null: nothing is vouched for"
    )
    vouched_number: Annotated[int, Field(ge=0, le=2**40)] = Field(
        description="last number of that device's chain that the owner vouches for; 0: none"
    )
    reason: Literal["lost", "stolen", "left-office", "misbound", "replaced"] = Field(
        description="why, from the report of loss"
    )


class KeyRotated(Decided):
    """The key prepared at enrolment takes the place of the old one; person, badge, role and office stay.

    Signed by the new key (part ``succeeding``), and by the old one too (part ``acting``) where it is still there. What the old
    key signed before stands; a rotated device begins a new chain, and ``vouched_number`` is the last number of the old one.
    """

    type: Literal["KeyRotated"]
    key: Digest = Field(description="key id of the key that is replaced")
    public: PublicKeyHex = Field(
        description="raw Ed25519 public key, 64 hex digits, whose key id was prepared as next_key of the old key"
    )
    proof: SignatureHex = Field(
        description="proof of possession: the new key's signature over tag, election id, person tag, role and key id"
    )
    next_key: Digest | None = Field(
        description="key id that may replace the new key in turn, kept elsewhere; null: none was prepared"
    )
    vouched_device: Digest | None = Field(
        description="key id of the device in whose chain vouched_number counts; null: nothing is vouched for"
    )
    vouched_number: Annotated[int, Field(ge=0, le=2**40)] = Field(
        description="last number of that device's chain made with the old key, which its owner vouches for; 0: none"
    )


class RootChanged(Decided):
    """Who may change the root from here on; signed by the root threshold in force and by the new one.

    Every key of the new root was enrolled before as an officer's, so possession is proven and the person is known.
    """

    type: Literal["RootChanged"]
    root: Root = Field(description="the complete root that replaces the one in force")


class WitnessPolicySet(Decided):
    """Who cosigns checkpoints from here on; signed by the root threshold. Any two quorums of it share a log witness."""

    type: Literal["WitnessPolicySet"]
    witness_policy: WitnessPolicy = Field(description="the complete policy that replaces the one in force")


class MandateGranted(Decided):
    """Entitles a courier to carry consignments on the days from ``first_day`` to ``last_day``, both included."""

    type: Literal["MandateGranted"]
    courier: Digest = Field(description="tag of the courier, from the courier's document")
    consignments: Annotated[tuple[ConsignmentId, ...], Field(min_length=1, max_length=64)] = Field(
        description="consignments that the courier may carry"
    )
    first_day: Day = Field(description="first day of the mandate, included")
    last_day: Day = Field(description="last day of the mandate, included")


class MandateTransferred(Decided):
    """By authority, never by the courier: the mandate's consignments pass to a substitute for the same days."""

    type: Literal["MandateTransferred"]
    mandate: Digest = Field(description="event id of the mandate that passes over")
    courier: Digest = Field(description="tag of the substitute courier")


class MandateEnded(Decided):
    """The mandate ends before its last day."""

    type: Literal["MandateEnded"]
    mandate: Digest = Field(description="event id of the mandate that ends")


class DispensationGranted(AtStation, Decided):
    """A tiny mission may let one person act on both sides; the head of mission then signs too."""

    type: Literal["DispensationGranted"]
    station: OfficeCode = Field(description="station whose sides need not be separate persons")


class ReplacementAuthorised(AtStation, DecidedAct):
    """Lost or spoiled packages are replaced by papers of another series; their seals and serial numbers are blocked.

    ``units`` are the replaced packages with all that is inside them, the station's stock, the printing batch and the new one.
    """

    type: Literal["ReplacementAuthorised"]
    station: OfficeCode = Field(description="code of the station")
    reason: Literal["lost", "spoiled"] = Field(description="why: declared lost, or unfit for use")
    replaced: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=100)] = Field(
        description="packages that are replaced, and all units inside them"
    )
    source: UnitId = Field(description="printing batch that the new papers come from")
    batch: UnitId = Field(description="batch created for the station")
    papers: Papers = Field(description="new papers, from the CEC's decision")
    serials: SerialRange | None = Field(
        description="serial numbers of the new papers; null: not numbered, or not stated"
    )
    others: ReplacementsOfStyles = Field(
        default=(),
        json_schema_extra=left_out,
        description="new papers of further styles; left out: none, what is replaced was of one style",
    )


class FindingAcknowledged(Decided):
    """The duty officer has seen the finding and looks after it; it stays unsettled."""

    type: Literal["FindingAcknowledged"]
    finding: Digest = Field(description="finding id")


class FindingAdjudicated(Decided):
    """Decides a finding: of conflicting acts one takes effect; an act held back because of a revoked key may do so after all."""

    type: Literal["FindingAdjudicated"]
    finding: Digest = Field(description="finding id")
    chosen: Digest | None = Field(
        description="event id of the act that takes effect, of conflicting acts or signed with a revoked key; else null"
    )


class LogClosed(Decided):
    """The election is over for this log: what still waits becomes a finding, and what comes later moves nothing.

    Decisions about findings, and what the log was waiting for when it was closed, are judged all the same.
    """

    type: Literal["LogClosed"]
    reason: Literal["completed", "annulled"] = Field(
        description="why, from the CEC's decision: the election is completed, or annulled"
    )


class LogSucceeded(Decided):
    """The election goes on in another log, whose genesis names it; signed by the root threshold. Closes this log.

    ``size`` and ``root`` are the last of this log that the successor takes over: everything recorded from that position on has
    to be recorded there again.
    """

    type: Literal["LogSucceeded"]
    successor: Digest = Field(description="election id of the log that follows: the event id of its genesis")
    successor_log: Annotated[int, Field(ge=0, le=65_535)] = Field(description="number of the log that follows")
    size: Annotated[int, Field(ge=1, le=2**53 - 1)] = Field(description="entries of this log that are taken over")
    root: Digest = Field(description="Merkle root over them, hex SHA-256")


class LogTimeSet(Decided):
    """Two officers set the time of the log, back or on; what waits is timed anew from there."""

    type: Literal["LogTimeSet"]
    log_time: Timestamp = Field(description="the time of the log from here on, from the officers' own clocks")


EVENTS: Final[tuple[type[Common], ...]] = (
    ElectionOpened,
    RulesSet,
    StationOpened,
    VoterListStated,
    KeyEnrolled,
    KeyRevoked,
    KeyRotated,
    RootChanged,
    WitnessPolicySet,
    MandateGranted,
    MandateTransferred,
    MandateEnded,
    DispensationGranted,
    ReplacementAuthorised,
    FindingAcknowledged,
    FindingAdjudicated,
    LogClosed,
    LogSucceeded,
    LogTimeSet,
)
"""The event types of this family: what is named here is judged."""
