"""Stories of who may stand in for whom: by a row of the rules, and the head of a mission that two stations share."""

from __future__ import annotations

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.telling import tells


@tells("prepared", 178)
def by_a_row_of_the_rules_one_person_stands_in_for_one(journey: Journey) -> None:
    play = journey.received().play
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    officer, chair, secretary = journey.who("officer")[0], *journey.commission[:2]
    contents, seals = list(journey.packs), play.stage.seals_found(journey.pouch)
    opened = {"type": "ConsignmentOpened", "unit": journey.pouch, "contents": contents, "seals": seals}
    play.act(opened, by=(chair, secretary, officer))
    rows = [{"role": "mission-officer", "stands_in_for": ["member"]}]
    play.act({"type": "RulesSet", "rules": {**rules, "stand_ins": rows}}, by=CEC)
    play.act(opened, by=(chair, secretary, officer))


@tells("prepared", 179)
def the_head_of_a_mission_that_two_stations_share_stands_in_at_both(journey: Journey) -> None:
    play, stock = journey.play, unit_id(office="WAW", kind="stock", number=1)
    opening = play.ledger.state.registers.openings["ROM"].model_dump(mode="json", exclude_unset=True)
    names = ("type", "country", "timezone", "tzdata", "offsets", "opens", "closes", "city")
    fact = {name: value for name, value in opening.items() if name in names}
    play.act({**fact, "station": "WAW", "stock": stock, "mission": "ROM"}, by=CEC)
    for role in ("chair", "secretary"):
        play.enrol(play.stage.cast.signatory(f"waw-{role}", role=role, office="WAW"))
        play.stage.cast.device_of[f"waw-{role}"] = play.stage.cast.device_of["rom-chair"]
    box = unit_id(office="WAW", kind="ballot box", number=1)
    sealed = {"type": "BallotBoxesSealed", "station": "WAW", "boxes": [box], "seals": [play.stage.seal(box)]}
    for head in ("ayt-head", "rom-head"):
        play.act(sealed, by=("waw-chair", "waw-secretary", head))
