"""A scenario: a story of an election that can be played, and what it must come to. The form of the files in plain words.

A file names stations, tells steps, and says what is expected at the end: exactly these findings, and the custody and figures
that it names. Files are YAML (docs/scenarios.md); these models are what is in them after the text was read, and their JSON Schema
is published. A step has one key that says what kind of step it is (:data:`STEPS`); a step that is only text is told as it
stands.

Not here: reading files with their line numbers (``custody.demo.scenario_file``) and playing them
(``custody.sandbox.scenario_player``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from schemas.base import Strict
from schemas.identifiers import TIMESTAMP_PATTERN, SealId
from schemas.rules import Severity
from schemas.sessions import SESSIONS_MAX
from schemas.styles import STYLES_MAX, Style

MOMENT_PATTERN: Final = r"^\d{4}-\d\d-\d\d \d\d:\d\d$"
DURATION_PATTERN: Final = r"^\d{1,4} (?:min|h|days?)(?: \d{1,4} (?:min|h))*$"
REFERENCE_PATTERN: Final = r"^<([^<>]+)>$"

Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Name = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{0,59}$", description="by which later steps and expectations refer to it"),
]
Badge = Annotated[
    str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", description="a person or device, see custody people")
]
Badges = Badge | Annotated[list[Badge], Field(min_length=1)]
Moment = Annotated[
    str,
    Field(
        pattern=f"(?:{MOMENT_PATTERN})|(?:{TIMESTAMP_PATTERN})",
        description="2027-05-16 06:10, by the clock where it happens, or with seconds and offset as RFC 3339 writes it",
    ),
]
Duration = Annotated[str, Field(pattern=DURATION_PATTERN, description="2 days 3 h, 9 h, 30 min")]
Station = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="a station of the election")]
Stretch = Literal["at the MFA", "under way", "received", "opened", "counted", "voted", "closed", "packed", "home"]
Figure = Literal[
    "received", "sent on", "issued", "spoiled", "unused", "defective", "signatures", "invalid", "not returned"
]
Becomes = Annotated[
    str,
    Field(
        pattern=r"^(?:applied|waiting|disputed|duplicate|recorded|added|(?:finding|refused) [a-z-]+)$",
        description="what becomes of the entry when it is recorded; the scenario fails where it is anything else",
    ),
]


class _Timed(Strict):
    """When: a moment, or so long after the step before; a minute after it where nothing is said."""

    at: Moment | None = Field(default=None, description="the claimed time")
    after: Duration | None = Field(default=None, description="so long after the step before")


class ActStep(_Timed):
    """One event, exactly as custody act takes it from a file; step names in angle brackets stand for event ids."""

    act: dict[str, Any] = Field(description="the event, as much of it as is to be stated; see docs/playing.md")
    as_: Badges = Field(alias="as", description="who signs; the first one's device makes it")
    awaiting: Badges | None = Field(default=None, description="listed as signers who sign later, see cosign")
    name: Name | None = None
    held: bool = Field(default=False, description="signed, and kept back until a step records it by its name")
    becomes: Becomes | None = None

    @model_validator(mode="after")
    def _held_has_a_name(self) -> Self:
        if self.held and self.name is None:
            raise ValueError("what is held needs a name, by which it is recorded")
        return self


class HandOverStep(_Timed):
    """An offer and its answer some minutes later; everything is found intact unless the answer says otherwise."""

    hand_over: Annotated[list[str], Field(min_length=1)] = Field(alias="hand over", description="the outermost units")
    from_: Badges = Field(alias="from", description="who offers")
    to: Badges = Field(description="who is invited and answers")
    offer: dict[str, Any] = Field(default_factory=dict, description="what the offer states beside this")
    answer: dict[str, Any] = Field(default_factory=dict, description="what the answer states beside this")
    awaiting: Badges | None = Field(default=None, description="listed on the answer and sign later")
    name: Name | None = Field(default=None, description="names the answer; the offer is called NAME offer")
    becomes: Becomes | None = Field(default=None, description="what becomes of the answer")


class JourneyStep(_Timed):
    """All that is usual up to a stretch of a station's journey, from the stretch that was told last."""

    journey: Stretch
    station: Station | None = Field(default=None, description="which one; not needed where there is only one")
    from_: Stretch | None = Field(
        default=None, alias="from", description="begin with this stretch, whatever was told before"
    )
    packages: Annotated[int, Field(ge=1, le=20)] = Field(default=1, description="pouches for the way out")
    courier: Badge | None = Field(default=None, description="who travels; the station's own courier otherwise")
    figures: Mapping[Figure, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict, description="how the papers end; the rest was issued and is in the boxes"
    )


class CosignStep(_Timed):
    """A listed person adds a signature to a step's event, which is recorded again."""

    cosign: Name
    as_: Badge = Field(alias="as", description="who signs")
    becomes: Becomes | None = None


class RecordStep(_Timed):
    """Events that were kept back, or were recorded before, reach the log in this order."""

    record: Annotated[list[Name], Field(min_length=1)]
    becomes: Becomes | None = Field(default=None, description="what becomes of the last one")


class OfflineStep(_Timed):
    """From here on these devices have no network: they learn nothing, and what is made on them is kept there."""

    offline: Annotated[list[Badge], Field(min_length=1)]


class SyncStep(_Timed):
    """These devices have a network again; one after the other hands in all that it keeps."""

    sync: Annotated[list[Badge], Field(min_length=1)]


class BackUpStep(_Timed):
    """A copy of a device is set aside."""

    back_up: Badge = Field(alias="back up", description="the device")


class RestoreStep(_Timed):
    """A device is what its copy was; what was made on it since is forgotten there."""

    restore: Badge


Step = (
    Text
    | ActStep
    | HandOverStep
    | JourneyStep
    | CosignStep
    | RecordStep
    | OfflineStep
    | SyncStep
    | BackUpStep
    | RestoreStep
)

STEPS: Final[Mapping[str, type[_Timed]]] = {
    "act": ActStep,
    "hand over": HandOverStep,
    "journey": JourneyStep,
    "cosign": CosignStep,
    "record": RecordStep,
    "offline": OfflineStep,
    "sync": SyncStep,
    "back up": BackUpStep,
    "restore": RestoreStep,
}
"""The key that says what kind of step it is -> the step."""


class ExpectedFinding(Strict):
    """One finding as it must read at the end."""

    code: str
    about: str = Field(
        description="its subject: a unit, seal, leg, station, device, or a step's event in angle brackets"
    )
    status: Literal["open", "acknowledged", "settled", "adjudicated"]
    severity: Severity
    says: Text = Field(description="its sentence, word for word")
    with_it: list[str] = Field(alias="with it", default_factory=list, description="codes of what is listed under it")
    settled_by: str | None = Field(
        default=None, alias="settled by", description="the step whose event settled it, in angle brackets"
    )


class ExpectedCustody(Strict):
    """Who holds a unit at the end, and on what that rests."""

    state: str
    held_by: str = Field(alias="held by", description="a custodian as custody show prints it")
    basis: str = "confirmed"
    on_hold: bool | None = Field(default=None, alias="on hold", description="not compared where it is left out")


class Expected(Strict):
    """What the scenario must come to. The findings are all there are; of custody and figures only those named are compared."""

    findings: list[ExpectedFinding]
    custody: dict[str, ExpectedCustody] = Field(default_factory=dict, description="by unit")
    accounts: dict[Station, dict[str, int | None]] = Field(
        default_factory=dict, description="by station: figures of its ballot account, with spaces in their names"
    )


class Scenario(Strict):
    """A story that can be played, and what it must come to."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    shows: Text = Field(description="one paragraph: what happens and what it shows")
    stations: Annotated[list[Station], Field(min_length=1, max_length=65)]
    start: Moment | None = Field(
        default=None, description="when it begins; where it is left out, 11:00 thirteen days before the vote"
    )
    styles: Annotated[list[Style], Field(max_length=STYLES_MAX)] = Field(
        default_factory=list,
        description="styles of ballot papers; every station is allocated papers of each for its list and reserve, and a "
        "journey is told act by act where there are any",
    )
    voting_days: Annotated[int, Field(ge=1, le=SESSIONS_MAX)] = Field(
        default=1,
        alias="voting days",
        description="days on which every station votes, the voting day the first of them",
    )
    carried_over: Mapping[Station, list[SealId]] = Field(
        default_factory=dict,
        alias="carried over",
        description="seals that stations carry over, unbroken, from an earlier election, which this one then follows",
    )
    steps: Annotated[list[Step], Field(min_length=1, max_length=500)]
    expect: Expected
