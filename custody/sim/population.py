"""The population of a simulated election, from the seed: how people behave, and what the world does to their devices.

Shares are probabilities between 0 and 1 for each occasion; hours are claimed time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

People = Literal["honest", "messy", "careless", "cheating", "mixed"]
PEOPLE: Final[tuple[People, ...]] = ("honest", "messy", "careless", "cheating", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What happens between a device and the log, whatever its owner does."""

    offline: float = 0.0
    """share of acts made on phones and station devices without network"""
    offline_hours: int = 48
    """longest time such a device stays without network; the shortest is one hour"""
    duplicates: float = 0.0
    """share of entries that are sent again later although they were acknowledged"""
    lost_acks: float = 0.0
    """share of appends that were done and whose acknowledgement was lost: the same bytes are sent again"""
    failures: float = 0.0
    """share of appends that fail before anything is written: the same bytes are sent again"""
    late_writes: float = 0.0
    """share of appends that are done only after the writer has given up on them"""
    crashes: float = 0.0
    """share of entries after which a device dies before it knows that they were taken: they are sent again"""
    truncations: int = 0
    """how often the log loses its last entries, acknowledged ones among them"""
    restarts: int = 0
    """how often the ledger starts again from nothing"""


CALM: Final = Weather()
ROUGH: Final = Weather(
    offline=0.3,
    duplicates=0.05,
    lost_acks=0.05,
    failures=0.03,
    late_writes=0.02,
    crashes=0.03,
    truncations=1,
    restarts=2,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How often people depart from the plain way. The first four are honest trouble, the others are carelessness."""

    missed_flight: float = 0.0
    substitute: float = 0.0
    late_signature: float = 0.0
    """somebody forgot the PIN: the third signature of a count comes later"""
    miscount: float = 0.0
    """a pack is counted off by one, and then counted again"""
    absent: float = 0.0
    """a station whose third member cannot act; the head of mission stands in"""
    paper: float = 0.0
    """a handover in a room without phones, recorded on paper and transcribed"""
    refused: float = 0.0
    """a handover refused at first"""
    unread: float = 0.0
    """a receiver who reads no seals"""
    twice: float = 0.0
    """an offer made twice"""
    withdrawn: float = 0.0
    """an offer withdrawn and made again"""
    own_pouch: float = 0.0
    """the pouch office packs the sealed boxes into its own pouch"""
    parts: float = 0.0
    """everything comes back in several packages, received one by one"""
    lost: float = 0.0
    """a pouch is reported lost on the way"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """One election: how many stations, whose habits, how many cheats, which weather. ``people`` is what they are called."""

    people: People
    stations: int
    habits: Habits
    weather: Weather
    cheats: int = 0
    """how many cheats are tried in all"""
    slips: int = 0
    """how many slips are made in all"""
    certain: tuple[str, ...] = ()
    """cheats and slips that are tried by name, beside those"""


PLAIN: Final = Habits()
MESSY: Final = Habits(
    missed_flight=0.03, substitute=0.03, late_signature=0.03, miscount=0.02, absent=0.015, paper=0.05, own_pouch=0.1
)
CARELESS: Final = replace(
    MESSY,
    miscount=0.1,
    late_signature=0.1,
    refused=0.05,
    unread=0.08,
    twice=0.05,
    withdrawn=0.05,
    lost=0.25,
    parts=0.25,
)


def mix_for(people: People, *, random: Random, stations: int | None) -> Mix:
    """The ingredients of one election; of ``mixed`` people the seed decides which kind they are."""
    kind = random.choice(PEOPLE[:-1]) if people == "mixed" else people
    count = random.choice((1, 1, 1, 2, 2, 3, 4)) if stations is None else stations
    weather = CALM if kind == "honest" else ROUGH
    habits = {"honest": PLAIN, "messy": MESSY, "careless": CARELESS, "cheating": MESSY}[kind]
    cheats = random.randint(1, 3) * max(1, count // 10) if kind == "cheating" else 0
    slips = {"careless": 1, "cheating": 1}.get(kind, 0) * max(1, count // 10)
    return Mix(people=kind, stations=count, habits=habits, weather=weather, cheats=cheats, slips=slips)
