"""The rules of one election as data: they travel in genesis and in RulesSet, and are judged by position.

Not here: how they are applied (custody.core.rules), and the default set (custody/data/rules.json).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.base import Code, Part, Role, Strict
from schemas.identifiers import OfficeCode

Severity = Literal["information", "attention", "serious"]
EventName = Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{2,39}$")]
Hours = Annotated[int, Field(ge=1, le=24 * 60)]


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


class SeverityRule(Strict):
    """The severity of a finding's code where it differs from the default table."""

    code: Code = Field(description="code of a finding")
    severity: Severity = Field(description="severity in place of the default one")


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
