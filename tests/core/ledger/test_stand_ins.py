"""Who may stand in for whom: by a row of the rules, and the head of a mission that several stations share."""

from __future__ import annotations

from typing import Any

import pytest

from custody.core.entries.demo_keys import derive_demo_key
from custody.courier.signatories import Device
from custody.demo.preparation import device_enrolment
from schemas.base import Role
from schemas.identifiers import unit_id
from tests.core.ledger.playing import CEC, Play, fold

MISSION, STATION = "MSA", "WAW"
CHAIR, SECRETARY, HEAD = "waw-chair", "waw-secretary", "msa-head"


def shared(*, mission: str = MISSION) -> Play:
    """A third station, of the mission that is named, with two of its commission there; the head is enrolled at MSA."""
    play = Play("AYT", "ROM")
    fact = play.ledger.state.registers.openings["ROM"].model_dump(mode="json", exclude_unset=True)
    names = ("type", "country", "timezone", "tzdata", "offsets", "opens", "closes", "city")
    stock = unit_id(office=STATION, kind="stock", number=1)
    opened = {name: fact[name] for name in names}
    play.act({**opened, "station": STATION, "stock": stock, "mission": mission}, by=CEC)
    people: tuple[tuple[str, Role, str], ...] = (
        (CHAIR, "chair", STATION),
        (SECRETARY, "secretary", STATION),
        (HEAD, "head-of-mission", MISSION),
    )
    whole: tuple[tuple[str, Role, str], ...] = (*people, ("rom-head-2", "head-of-mission", "ROM"))
    for badge, role, office in whole:
        joined(play, badge, role=role, office=office)
    assert play.findings == []
    return play


def joined(play: Play, badge: str, *, role: Role, office: str = STATION) -> None:
    """Another person is enrolled, with a device that whoever joins there shares."""
    cast, device = play.stage.cast, "waw-device"
    play.enrol(cast.signatory(badge, role=role, office=office))
    cast.device_of[badge] = device
    if device not in cast.devices:
        cast.devices[device] = Device(device, derive_demo_key(seed=7, name=device, domain=cast.domain))
        row = device_enrolment(cast.devices[device], election=play.ledger.election, office=STATION)
        play.act({"type": "KeyEnrolled", "keys": [row]}, by=CEC)


def sealed(play: Play, *by: str) -> None:
    """The ballot box is shown empty and sealed by these persons."""
    box = unit_id(office=STATION, kind="ballot box", number=1)
    row = {"unit": box, "seal": play.stage.seal(box)["seal"]}
    play.act({"type": "BallotBoxesSealed", "station": STATION, "boxes": [box], "seals": [row]}, by=by)


def codes(play: Play) -> list[str]:
    return sorted(finding.code for finding in play.findings if finding.code != "not-in-state")


def is_enough(play: Play) -> bool:
    """Whether the signatures were: the act was judged, and no box is sealed where no papers were received."""
    return any("which is empty" in finding.sentence for finding in play.findings)


def test_the_head_of_a_shared_mission_stands_in_at_its_stations_and_that_is_told() -> None:
    play = shared()
    sealed(play, CHAIR, SECRETARY, HEAD)
    assert is_enough(play)
    (finding,) = (row for row in play.findings if row.code == "below-threshold")
    assert "head of mission" in finding.sentence
    assert [row.id for row in fold(play.log).state.findings] == [row.id for row in play.findings]


def test_the_head_of_another_mission_does_not() -> None:
    for play in (shared(mission="MSB"), shared()):
        who = HEAD if "MSB" in play.ledger.state.registers.missions else "rom-head-2"
        sealed(play, CHAIR, SECRETARY, who)
        assert not is_enough(play)


def with_rules(play: Play, **other: Any) -> None:
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    play.act({"type": "RulesSet", "rules": {**rules, **other}}, by=CEC)


ROWS = [{"role": "mission-officer", "stands_in_for": ["member", "secretary"]}]


@pytest.mark.parametrize(
    ("by", "stands"),
    [
        ((CHAIR, SECRETARY, "waw-officer"), True),
        ((CHAIR, "waw-officer", "waw-officer-2"), False),
        ((SECRETARY, "waw-officer", "waw-officer-2"), False),
    ],
)
def test_one_person_stands_in_for_one_by_a_row_of_the_rules(by: tuple[str, ...], *, stands: bool) -> None:
    play = shared()
    for badge in ("waw-officer", "waw-officer-2"):
        joined(play, badge, role="mission-officer")
    with_rules(play, stand_ins=ROWS)
    sealed(play, *by)
    assert is_enough(play) == stands
    assert codes(play) == ["below-threshold"]


def test_without_such_a_row_nobody_stands_in_but_the_head_of_mission() -> None:
    play = shared()
    joined(play, "waw-officer", role="mission-officer")
    sealed(play, CHAIR, SECRETARY, "waw-officer")
    assert codes(play) == ["not-authorised"]


def test_a_full_commission_with_a_stand_in_beside_it_raises_nothing() -> None:
    play = shared()
    with_rules(play, stand_ins=ROWS)
    joined(play, "waw-member", role="member")
    sealed(play, CHAIR, SECRETARY, "waw-member")
    assert codes(play) == []
