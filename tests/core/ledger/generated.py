"""Small elections out of a seed: one station or two, honest or with troubles, recorded in an order that the seed disturbs."""

from __future__ import annotations

from random import Random

from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play

CODES = ("YOW", "ULN", "BSB", "DEL")


def generated(seed: int) -> list[bytes]:
    """The entries of the election of this seed, in the order of recording."""
    random = Random(f"generated/{seed}")
    play = Play(*random.sample(CODES, random.choice((1, 1, 2))), seed=seed % 3)
    start = len(play.log)
    for code in play.codes:
        _journey(play, code=code, random=random)
    return [*play.log[:start], *_disturbed(play.log[start:], random=random)]


def _journey(play: Play, *, code: str, random: Random) -> None:
    journey = Journey(play, code).at_mfa()
    if random.random() < 0.2:
        journey.answer(journey.offer(("mfa-1",), (journey.courier,)), (journey.courier,), result="refused")
    journey.over(("mfa-1",), (journey.courier,) if random.random() < 0.8 else ("courier-reserve",))
    carrier = play.holder(journey.pouch).removeprefix("courier ")
    if random.random() < 0.3:
        condition = random.choice(("intact", "broken"))
        seals = play.stage.seals_found(journey.pouch, condition=condition)
        play.act({"type": "SealsChecked", "units": [journey.pouch], "seals": seals}, by=(carrier,))
    if random.random() < 0.2:
        journey.offer((carrier,), (random.choice(("courier-reserve", "mfa-2")),))
    journey.over((carrier,), journey.commission)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    journey.count(wrong=random.choice((0, 0, 0, 1, -2)))
    if random.random() < 0.3:
        journey.count()
    issuer = f"{code.lower()}-issuer"
    given = {
        "type": "BallotsGivenToIssuer",
        "station": code,
        "issuer": issuer,
        "papers": journey.papers + random.choice((0, 0, 3)),
    }
    play.act(given, by=(journey.commission[1], issuer))


def _disturbed(entries: list[bytes], *, random: Random) -> list[bytes]:
    """Some entries come late, some come twice."""
    kept = list(entries)
    for _ in range(random.randrange(6)):
        kept.insert(random.randrange(len(kept)), kept.pop(random.randrange(len(kept))))
    for _ in range(random.randrange(4)):
        kept.insert(random.randrange(len(kept)), random.choice(kept))
    return kept
