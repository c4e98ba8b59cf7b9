"""The rules of one election as data: they travel in genesis and in RulesSet, and are judged by position.

Not here: how they are applied (custody.core.authority.rules_in_force), and the default set (custody/data/rules.json).
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from schemas.base import Code, Papers, Part, PartyKind, Role, Strict
from schemas.conditions import NOTHING, absent, cases, one_of
from schemas.identifiers import OfficeCode
from schemas.styles import StyleCode, left_out

Severity = Literal["information", "attention", "serious"]
EventName = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{2,39}$")]
Hours = Annotated[int, Field(ge=1, le=24 * 60)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Disposal = Literal["return", "keep-and-destroy"]
"""What becomes of a station's papers after the count: they go back to the CEC, or are kept and destroyed at the mission."""


class Quorum(Strict):
    """Enough signatures: ``persons`` distinct persons holding one of ``roles``, at least one of them in ``including``."""

    persons: Annotated[int, Field(ge=1, le=16)] = Field(
        description="number of distinct persons, whatever keys they hold"
    )
    roles: Annotated[tuple[Role, ...], Field(min_length=1, max_length=16)] = Field(
        description="roles that count towards the number"
    )
    including: Annotated[tuple[Role, ...], Field(max_length=16)] = Field(
        description="roles of which at least one person must be among them; empty: none in particular"
    )


class SignatureRule(Strict):
    """Who must sign one part of one type of event: any of the quorums is enough."""

    type: EventName = Field(description="event type that the rule is about")
    part: Part = Field(description="part that must be signed")
    quorums: Annotated[tuple[Quorum, ...], Field(min_length=1, max_length=8)] = Field(
        description="alternatives: one met quorum is enough; several rules for one type and part must all be met"
    )


class Reserve(Strict):
    """Papers above the voters on the list: numerator / denominator of them, rounded per station."""

    numerator: Annotated[int, Field(ge=0, le=1_000)] = Field(
        description="reserve papers for each ``denominator`` voters on the list"
    )
    denominator: Annotated[int, Field(ge=1, le=100_000)] = Field(
        description="voters on the list for whom ``numerator`` papers are held in reserve"
    )
    rounding: Literal["up", "down"] = Field(description="how a part of a paper is rounded, for each station by itself")


class SealSeries(Strict):
    """Seal numbers an issuer was given out: only these were ever issued."""

    issuer: OfficeCode = Field(description="office that numbered the seals")
    first: Annotated[int, Field(ge=0, le=999_999)] = Field(description="first number given out, included")
    last: Annotated[int, Field(ge=0, le=999_999)] = Field(description="last number given out, included")


class Capacity(Strict):
    """A capacity in which a person takes part in an act: by signing a part of it, or by a role held at its station."""

    part: Part | None = Field(
        description="part that the person signs; null: none, it is enough to be enrolled at the station of the act"
    )
    roles: Annotated[tuple[Role, ...], Field(max_length=16)] = Field(
        description="roles of which the person has one; empty: any"
    )


class Separation(Strict):
    """Two capacities that one person must not have in the same act."""

    first: Capacity = Field(description="one capacity; it signs a part")
    second: Capacity = Field(description="the other capacity")
    dispensable: bool = Field(
        description="whether a dispensation for the station lifts it, if its head of mission signs too"
    )


class DisposalException(Strict):
    """A station whose papers are disposed of otherwise than the rule for all says."""

    station: OfficeCode = Field(description="code of the station")
    disposal: Disposal = Field(description="return: back to the CEC; keep-and-destroy: at the mission")


class SeverityRule(Strict):
    """The severity of a finding's code where it differs from the default table."""

    code: Code = Field(description="code of a finding")
    severity: Severity = Field(description="severity in place of the default one")


class CodeWords(Strict):
    """What a code says in one language."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = Field(description="ISO 639 code of the language")
    text: Annotated[str, Field(min_length=1, max_length=80)] = Field(
        description="what people read in place of the code"
    )


class CodeRule(Strict):
    """A code of this election, beside those of the published list ``schemas/codes.csv``."""

    code: Code = Field(description="the code, as events name it")
    words: Annotated[tuple[CodeWords, ...], Field(min_length=1, max_length=16)] = Field(
        description="what it says, in each language of the election"
    )


class FixedShare(Strict):
    """Papers of one style that a station is allocated, whatever its list says."""

    station: OfficeCode = Field(description="code of the station")
    papers: Papers = Field(description="papers allocated to the station, no more and no fewer")
    style: StyleCode = Field(
        default="", json_schema_extra=left_out, description="style of the papers; left out: genesis lists none"
    )


class Allocation(Strict):
    """How many papers a station is allocated: by its list, as a table says, or by an estimate up to a bound."""

    model_config = cases(
        absent("cap", shares=NOTHING, method=one_of("list-and-reserve")),
        absent("cap", "shares", method=one_of("fixed")),
        absent("shares", "cap", method=one_of("estimate-with-cap")),
    )

    method: Literal["list-and-reserve", "fixed", "estimate-with-cap"] = Field(
        description="list-and-reserve: voters on the list and the reserve; fixed: as ``shares`` says; estimate-with-cap: any "
        "number up to ``cap``, for there is no list"
    )
    cap: Papers = Field(
        default=0,
        json_schema_extra=left_out,
        description="most papers for a station, of all styles of a contest together; only with estimate-with-cap",
    )
    shares: Annotated[tuple[FixedShare, ...], Field(min_length=1, max_length=1_000)] = Field(
        default=(), json_schema_extra=left_out, description="papers of each station; only with fixed"
    )

    @model_validator(mode="after")
    def _what_the_method_needs(self) -> Self:
        if ("cap" in self.model_fields_set) != (self.method == "estimate-with-cap"):
            raise ValueError("a cap is stated with the method estimate-with-cap, and with no other")
        if ("shares" in self.model_fields_set) != (self.method == "fixed"):
            raise ValueError("shares are stated with the method fixed, and with no other")
        return self


BY_LIST: Final = Allocation(method="list-and-reserve")


class Hands(Strict):
    """To whom a kind of party may hand packages over."""

    releasing: PartyKind = Field(description="kind of party that hands over")
    receiving: Annotated[tuple[PartyKind, ...], Field(min_length=1, max_length=6)] = Field(
        description="kinds of party that may receive from it"
    )


class StandIn(Strict):
    """Who may sign in the place of one person who is absent."""

    role: Role = Field(description="role of who stands in")
    stands_in_for: Annotated[tuple[Role, ...], Field(min_length=1, max_length=16)] = Field(
        description="roles in whose place one person of it may sign, beside at least one person for whom the rule asks"
    )


class Rules(Strict):
    """All rules in force. Hours count in the time of the log, never in a device's clock."""

    signatures: Annotated[tuple[SignatureRule, ...], Field(min_length=1, max_length=120)] = Field(
        description="who must sign what"
    )
    reserve: Reserve = Field(description="papers above the voters on the list")
    seal_series: Annotated[tuple[SealSeries, ...], Field(max_length=200)] = Field(
        description="seal numbers that were given out; empty: any number counts as given out"
    )
    severities: Annotated[tuple[SeverityRule, ...], Field(max_length=100)] = Field(
        description="severities that differ from the default table"
    )
    waiting_hours: Hours = Field(
        description="hours after which an act or a device still waiting for something becomes a finding"
    )
    silence_reported_hours: Hours = Field(description="hours after a deadline until silence is 'not yet reported'")
    silence_overdue_hours: Hours = Field(description="hours after a deadline until silence is 'overdue'")
    silence_at_risk_hours: Hours = Field(
        description="hours before the station opens from which silence is 'station at risk'"
    )
    offer_expiry_hours: Hours = Field(description="hours after which an offer without answer becomes a finding")
    separations: Annotated[tuple[Separation, ...], Field(max_length=20)] = Field(
        description="pairs of capacities that one person must not have in the same act"
    )
    recount_persons: Annotated[int, Field(ge=1, le=16)] = Field(
        description="persons who must count a unit on hold, or what lay behind a broken seal"
    )
    arrival_hours: Hours = Field(
        description="hours before a station opens by which its papers are there, where the manifest states no deadline"
    )
    return_hours: Hours = Field(
        description="hours after a station closes by which its papers are back, where the manifest states no deadline"
    )
    disposal: Disposal = Field(
        description="what becomes of the papers of every station after the count, but for the exceptions"
    )
    disposal_exceptions: Annotated[tuple[DisposalException, ...], Field(max_length=300)] = Field(
        description="stations whose papers are disposed of otherwise"
    )
    weighed_per_mille: Annotated[int, Field(ge=0, le=100)] = Field(
        description="papers in each 1,000 printed by which a weighed printing may differ from good and waste together"
    )
    clock_skew_minutes: Minutes = Field(
        description="minutes by which a claimed time may contradict that of an act it follows, made on another device, or "
        "what log witnesses prove"
    )
    break_minutes: Minutes = Field(description="minutes without a signed custodian that are no break in custody")
    codes: Annotated[tuple[CodeRule, ...], Field(max_length=200)] = Field(
        description="codes for reasons, differences and remarks beside those of the published list"
    )
    list_signatures: Literal["contest", "style"] = Field(
        default="contest",
        json_schema_extra=left_out,
        description="contest: a voter signs in the list once for all styles of a contest; style: once for each style; left out: "
        "contest",
    )

    allocation: Allocation = Field(
        default=BY_LIST,
        json_schema_extra=left_out,
        description="how many papers a station is allocated; left out: by its list and the reserve",
    )
    resupply: Literal["none", "from-commission", "between-stations"] = Field(
        default="between-stations",
        json_schema_extra=left_out,
        description="who may send papers on to a station that lacks them: nobody, the CEC alone, or other stations "
        "too; left out: between-stations",
    )
    storage_days: Annotated[int, Field(ge=0, le=3_660)] = Field(
        default=0,
        json_schema_extra=left_out,
        description="days after the closing of its station for which papers are kept before they may be destroyed; "
        "left out: none",
    )
    handovers: Annotated[tuple[Hands, ...], Field(min_length=1, max_length=6)] = Field(
        default=(),
        json_schema_extra=left_out,
        description="who may hand packages over to whom, a row for each kind of party that may; left out: the table of "
        "docs/spec/transitions.md",
    )

    retention: Annotated[tuple[Literal["spoiled", "invalid"], ...], Field(min_length=1, max_length=2)] = Field(
        default=(),
        json_schema_extra=left_out,
        description="papers that go back in sealed packages of their own; left out: none",
    )
    cancelling: Annotated[tuple[Code, ...], Field(min_length=1, max_length=8)] = Field(
        default=(),
        json_schema_extra=left_out,
        description="how papers may be made unusable, codes of the published list or of these rules; left out: nothing is said",
    )
    stand_ins: Annotated[tuple[StandIn, ...], Field(min_length=1, max_length=8)] = Field(
        default=(),
        json_schema_extra=left_out,
        description="who may stand in for whom, whatever the quorums; left out: only those whom quorums name",
    )

    @model_serializer(mode="wrap")
    def _as_stated(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A rule that may be left out is written where it differs from what leaving it out means."""
        fields = type(self).model_fields
        doc: dict[str, Any] = handler(self)
        return {
            name: value
            for name, value in doc.items()
            if fields[name].is_required() or getattr(self, name) != fields[name].default
        }
