"""Before a device and keys are made for somebody: badge, person tag and office must fit, and nobody gets another's badge."""

from __future__ import annotations

from typing import get_args

import pytest

from custody.cli.newcomers import PERSONS, SERVICES, check_badge, check_newcomer
from schemas.base import Role
from schemas.errors import Misused, Refused
from schemas.identifiers import BADGE_CHARACTERS_MAX
from tests.core.ledger.playing import Play

STATIONS = ("AYT", "ROM")
ROOM = BADGE_CHARACTERS_MAX - len("-device")


@pytest.fixture(scope="module")
def play() -> Play:
    return Play(*STATIONS)


def test_every_role_is_a_person_s_or_a_service_s() -> None:
    assert set(PERSONS) | SERVICES == set(get_args(Role))
    assert not set(PERSONS) & SERVICES


@pytest.mark.parametrize("badge", ["courier-ayt", "a", "a1", "x" * ROOM])
def test_a_badge_that_leaves_room_for_its_device_is_taken(badge: str) -> None:
    check_badge(badge, person="")
    check_badge(badge, person="0" * 64)


@pytest.mark.parametrize("badge", ["", "Courier", "courier ayt", "курьер", "a\n", "-", "x" * (ROOM + 1)])
def test_what_can_be_no_badge_is_refused(badge: str) -> None:
    with pytest.raises(Refused) as caught:
        check_badge(badge, person="")
    assert caught.value.code == "badge-form"


@pytest.mark.parametrize("person", ["0" * 63, "0" * 65, "G" * 64, "A" * 64, "ada"])
def test_what_can_be_no_person_tag_is_refused(person: str) -> None:
    with pytest.raises(Refused) as caught:
        check_badge("courier-ayt", person=person)
    assert caught.value.code == "person-form"


def test_nobody_gets_a_badge_that_somebody_has(play: Play) -> None:
    with pytest.raises(Misused) as caught:
        check_newcomer("cec-1", office="AYT", roster=play.ledger.state.roster, stations=STATIONS)
    assert caught.value.code == "badge-taken"


@pytest.mark.parametrize("office", ["AYT", "ROM", "CEC", "MFA"])
def test_an_office_that_the_log_knows_will_do(play: Play, office: str) -> None:
    check_newcomer("somebody-new", office=office, roster=play.ledger.state.roster, stations=STATIONS)


def test_an_office_that_nobody_has_is_told_with_what_is_like_it(play: Play) -> None:
    with pytest.raises(Misused) as caught:
        check_newcomer("somebody-new", office="AYTT", roster=play.ledger.state.roster, stations=STATIONS)
    assert caught.value.code == "office-unknown"
    assert "AYT?" in caught.value.sentence
