"""Random plays about one pouch: whatever people can do there, in a random order, knowing the newest act or an older one.

Deterministic by seed. A play stands on a log in the order in which it was made; ``orders`` gives others in which it could arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from typing import Final

from schemas.errors import CustodyError
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import CEC, Partial, Play

_STEPS: Final = 24
_RECORDED: Final = 0.85
"""How much of what is done reaches the log."""
By = tuple[str, ...]


@dataclass(slots=True)
class RandomPlay:
    """One play: the journey, what was made so far, and the places on the pouch that were ever known."""

    seed: int
    random: Random = field(init=False)
    journey: Journey = field(init=False)
    start: int = field(init=False)
    made: list[tuple[str, By]] = field(default_factory=list)
    places: list[list[Partial]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        journey = Journey(Play("AYT", "ROM"), "AYT")
        stages = (journey.at_mfa, journey.under_way, journey.received, journey.under_way)
        self.journey = self.random.choice(stages)()
        self.start = len(self.play.log)
        self._look()
        for _ in range(_STEPS):
            try:
                _KINDS[self.random.choice(tuple(_KINDS))](self)
            except (CustodyError, LookupError, StopIteration, AssertionError):
                # People cannot do everything at all times: nothing is made then.
                continue
            self._look()

    @property
    def play(self) -> Play:
        """The election."""
        return self.journey.play

    @property
    def before(self) -> list[bytes]:
        """The entries before the play."""
        return self.play.log[: self.start]

    @property
    def entries(self) -> list[bytes]:
        """The entries of the play, as they were made."""
        return self.play.log[self.start :]

    def orders(self, count: int) -> Iterator[list[bytes]]:
        """So many other orders in which its entries could arrive."""
        for number in range(count):
            order = self.entries
            Random(f"{self.seed}/{number}").shuffle(order)
            yield order

    # --- doing

    @property
    def people(self) -> tuple[By, ...]:
        """Who may do something, those who are on the way first."""
        journey = self.journey
        return (
            (journey.courier,),
            journey.who("officer"),
            ("mfa-1",),
            ("courier-rom",),
            journey.commission,
            ("courier-reserve",),
        )

    def refs(self) -> list[Partial]:
        """A place on the pouch that somebody knows, mostly a new one."""
        return self.random.choice(self.places if self.random.random() < 0.5 else self.places[-2:])

    def do(self, act: Partial, *, by: By) -> str:
        """Somebody acts, and mostly it is recorded."""
        event = self.play.hold(act, by=by)
        if self.random.random() < _RECORDED:
            self.play.record(event)
        self.made.append((event, by))
        return event

    def offer(self) -> str:
        """An offer that was made."""
        return self.random.choice([name for name, _ in self.made if name in self.play.ledger.state.registers.offers])

    def _look(self) -> None:
        refs = self.play.refs(self.journey.pouch)
        if refs not in self.places:
            self.places.append(refs)


def _released(play: RandomPlay) -> None:
    act = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": play.refs()}
    play.do(act, by=play.random.choice(play.people[:4]))


def _collected(play: RandomPlay) -> None:
    found = play.random.choice(("intact", "intact", "not found"))
    act = {"type": "CollectedFromCarrier", "units": play.refs(), "found": found}
    play.do(act, by=play.random.choice(play.people[:4]))


def _paper(play: RandomPlay) -> str:
    journey, random = play.journey, play.random
    officer = journey.who("officer")[0]
    releasing, receiving = random.choice((journey.courier, "mfa-1")), random.choice((officer, journey.courier))
    act = form(journey, releasing=releasing, receiving=receiving, units=play.refs())
    if random.random() < 0.3:
        result = random.choice(("accepted with reservation", "refused"))
        act = {**act, "stands_for": {**act["stands_for"], "result": result}}
    return play.do(act, by=random.choice(((officer,), (journey.courier,), (officer, journey.courier))))


def _paper_signed_late(play: RandomPlay) -> None:
    event = _paper(play)
    play.play.sign_late(event, by=play.random.choice((play.journey.courier, play.journey.who("officer")[0])))


def _error(play: RandomPlay) -> None:
    event, by = play.random.choice(play.made)
    both = (play.journey.who("officer")[0], play.journey.courier)
    play.do({"type": "ErrorDeclared", "event": event}, by=play.random.choice((by, by, by, both, CEC)))


def _lost(play: RandomPlay) -> None:
    by = play.random.choice((CEC, ("mfa-1", "cec-1"), (play.journey.courier, "mfa-1")))
    play.do({"type": "LossDeclared", "units": play.refs(), "last_seen": None}, by=by)


def _half_lost(play: RandomPlay) -> None:
    by = play.random.choice(((play.journey.courier,), ("mfa-1",), ("rom-officer",)))
    play.do({"type": "LossDeclared", "units": play.refs(), "last_seen": None}, by=by)


def _found(play: RandomPlay) -> None:
    play.do({"type": "UnitFound", "units": play.refs(), "seals": "intact"}, by=("ayt-officer", "courier-reserve"))


def _lifted(play: RandomPlay) -> None:
    custodian = play.play.key(play.journey.courier)
    play.do({"type": "QuarantineLifted", "units": play.refs(), "custodian": custodian}, by=CEC)


def _checked(play: RandomPlay) -> None:
    pouch = play.journey.pouch
    condition = play.random.choice(("intact", "broken"))
    row = {"unit": pouch, "seal": play.play.unit(pouch).seals[0].number, "condition": condition}
    act = {"type": "SealsChecked", "units": [pouch], "seals": [row]}
    play.do(act, by=play.random.choice(play.people[:2]))


def _broken(play: RandomPlay) -> None:
    stated = {"type": "CustodyBroken", "units": [play.journey.pouch], "cause": "carrier", "since": play.play.at(-3)}
    what = {
        "classification": play.random.choice(("incident", "explained")),
        "until": play.random.choice((None, play.play.at(-1))),
    }
    play.do({**stated, **what}, by=play.random.choice(play.people))


def _examined(play: RandomPlay) -> None:
    act = {"type": "PouchExamined", "units": [play.journey.pouch], "examination": "detained", "by": "customs"}
    play.do({**act, "seals": []}, by=(play.journey.courier,))


def _offered(play: RandomPlay) -> None:
    act = play.journey.offering(play.random.choice(play.people), units=play.refs())
    play.do(act, by=play.random.choice(play.people[:4]))


def _answered(play: RandomPlay) -> None:
    result = play.random.choice(("accepted", "accepted", "refused"))
    play.do(play.journey.answering(play.offer(), result=result), by=play.random.choice(play.people))


def _withdrawn(play: RandomPlay) -> None:
    act = {"type": "HandoverWithdrawn", "offer": play.offer(), "units": play.refs()}
    play.do(act, by=play.random.choice(play.people[:3]))


_KINDS: Final = MappingProxyType[str, Callable[[RandomPlay], object]](
    {
        "released": _released,
        "released again": _released,
        "collected": _collected,
        "on paper": _paper,
        "on paper again": _paper,
        "on paper, signed late": _paper_signed_late,
        "in error": _error,
        "in error again": _error,
        "lost": _lost,
        "lost by one": _half_lost,
        "found": _found,
        "lifted": _lifted,
        "seals": _checked,
        "break": _broken,
        "examined": _examined,
        "offered": _offered,
        "answered": _answered,
        "withdrawn": _withdrawn,
    }
)
