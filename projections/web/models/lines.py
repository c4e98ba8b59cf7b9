"""The parts of pages that are drawn: who held something when, the life of a seal, the flow of papers, and where a page stands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from projections.web.models.parts import Badges, Model, Position

Tone = Literal["", "unc", "warn", "pend", "todo"]
Kind = Literal["main", "boxes", "origin", "lost", "aside"]
Stage = Literal["cec", "mfa", "courier", "mission", "counted", "back"]


class NodeDoc(Model):
    """One holder on a custody line, from when to when; one that is only planned has no time."""

    holder: str | None
    by: Badges = Field(description="Badges under the act by which they got it.")
    at: str | None = Field(description="Claimed time of that act; null: planned, and not recorded yet.")
    position: int | None
    minutes: int | None = Field(description="How long they held it, by the claimed times; null while they do.")
    due: str | None
    tone: Tone = Field(description="unc: partly uncertain; warn: with reservation; pend: offered; todo: planned.")
    uncertain: int | None = Field(description="Minutes of that time in which something was uncertain.")


class SealMarkDoc(Model):
    """What was seen of a seal by one act."""

    position: Position
    at: str | None
    type: str
    what: str = Field(description="applied, or the condition in which it was seen.", examples=["intact"])


class SealLifeDoc(Model):
    """The life of one seal on one unit."""

    seal: str
    unit: str
    marks: tuple[SealMarkDoc, ...]


class StreamDoc(Model):
    """One stream from a column to the next: where it is drawn, and how many papers it is."""

    name: str
    papers: int
    kind: Kind
    x: int
    width: int
    top: int
    bottom: int
    height: int
    drawn_larger: bool


class FlowDoc(Model):
    """The flow of papers through one station."""

    declared: int
    counted: int
    issued: int
    in_boxes: int
    not_returned: int
    valid: int | None
    invalid: int | None
    spoiled: int
    unused: int
    defective: int
    without_origin: int
    unaccounted: int
    height: int
    streams: tuple[StreamDoc, ...] = Field(description="In the order in which they are drawn.")


class SeenWitnessDoc(Model):
    """A log witness under the newest checkpoint."""

    name: str
    at: str = Field(description="The time that its cosignature states, in UTC.")


class StandingBarDoc(Model):
    """Which moment of which log a page speaks of."""

    position: int = Field(ge=0, description="Position of the last entry that is in it.")
    at: str | None = Field(description="Claimed time of that entry.")
    root: str | None = Field(description="RFC 6962 root up to that entry; null where the books did not stand there.")
    signed: int = Field(ge=0, description="Number of entries under the newest checkpoint seen; 0: none seen.")
    witnesses: tuple[SeenWitnessDoc, ...]


class PlaceDoc(Model):
    """Papers that are at one stage of their journey."""

    stage: Stage
    papers: int
    stations: int


class TileDoc(Model):
    """A station as a tile: when it opens, how far its papers are, and whether a finding is open there."""

    station: str
    city: str
    opens: str = Field(description="By the clock of the commission that opened the election.")
    stage: Stage
    open_findings: int
    worst: str | None


class OpeningDoc(Model):
    """How long until the first station opens or the last one closes, at the claimed time of the last entry."""

    state: Literal["before", "voting", "closed"]
    minutes: int | None = Field(description="null once all have closed.")
    cities: tuple[str, ...] = Field(description="Those that open first, or close last.")
    at: str


class DayDoc(Model):
    """Entries of one day."""

    day: str
    entries: int
    position: Position = Field(description="The last of them.")
