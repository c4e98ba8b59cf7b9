"""The rules in force are read on their page, and what each change brought; every key and device has a page of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.rebuild import keep_up
from custody.adapters.memory import MemoryLog
from custody.cli.commands.rules import rule_lines
from custody.embedded.folding import reading_of, sleep_ms
from projections.stores.books import Books, create_books
from projections.web.facts.entries import badge_answer
from projections.web.facts.keys import key_answer
from projections.web.facts.rules import rules_answer
from projections.web.models.problems import Absent
from projections.web.serving.search import Search
from projections.web.snapshots.past_views import Past
from projections.web.snapshots.snapshot import Snapshot, standing_of
from schemas.rules import Rules
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.witnesses import rotated

COURIER = "courier-ayt"


@pytest.fixture(scope="module")
def play() -> Play:
    """A courier's key is replaced, a member's revoked, and then offers may wait for one hour less."""
    play = Journey(Play("AYT", "ROM"), "AYT").under_way().play
    rotated(play, COURIER)
    revoked = {"type": "KeyRevoked", "key": play.key("ayt-member"), "reason": "lost"}
    play.act({**revoked, "vouched_device": None, "vouched_number": 0}, by=("registrar-1", "registrar-2"))
    _, told = play.ledger.state.rules[-1]
    rules = told.rules.model_dump(mode="json")
    play.act({"type": "RulesSet", "rules": {**rules, "offer_expiry_hours": told.rules.offer_expiry_hours - 1}}, by=CEC)
    return play


@pytest.fixture(scope="module")
def books(play: Play, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    log = MemoryLog()
    log.append(play.log)
    with create_books(Path(tmp_path_factory.mktemp("rules")) / "books") as books:
        keep_up(reading_of(log)[0], books=books, pause=sleep_ms)
        yield books


def reading(books: Books, *, at: int | None = None) -> Snapshot:
    standing, election = standing_of(books)
    return Snapshot(live=books, standing=standing, election=election, at=at, past=Past())


def test_the_page_says_of_the_rules_in_force_what_the_command_line_says(play: Play, books: Books) -> None:
    answer = rules_answer(reading(books))
    since, in_force = play.ledger.state.rules[-1]
    assert answer.in_force is not None
    assert (answer.in_force.since, answer.in_force.event) == (since, in_force.event)
    assert Rules.model_validate_json(json.dumps(answer.in_force.rules)) == in_force.rules
    for language in ("en", "ru", "kk"):
        lines = {line.strip() for line in rule_lines(in_force, since=since, at=since, language=language)}
        told = [getattr(line, language) for line in (*answer.in_force.figures, *answer.in_force.signatures)]
        assert len(told) > 20
        assert set(told) <= lines


def test_a_change_of_rules_tells_what_was_said_before_and_what_is_said_since(play: Play, books: Books) -> None:
    (change,) = rules_answer(reading(books)).changes
    assert change.position == play.ledger.state.rules[-1][0]
    assert [line.en for line in change.before] == ["An offer without an answer becomes a finding after 72 h."]
    assert [line.en for line in change.after] == ["An offer without an answer becomes a finding after 71 h."]


def test_before_the_change_the_rules_of_the_opening_were_in_force(play: Play, books: Books) -> None:
    answer = rules_answer(reading(books, at=play.ledger.state.rules[-1][0] - 1))
    assert answer.in_force is not None
    assert (answer.in_force.since, answer.changes) == (0, ())
    assert answer.in_force.rules["offer_expiry_hours"] == 72


def test_a_key_and_the_one_that_took_its_place_lead_to_each_other(books: Books) -> None:
    first, second = badge_answer(reading(books), COURIER).keys
    old, new = key_answer(reading(books), first.key), key_answer(reading(books), second.key)
    assert old.key.revoked is not None
    assert (old.key.revoked.reason, old.key.revoked.position) == ("rotated", second.enrolled)
    assert (old.replaced_by, new.key.earlier, new.key.revoked) == (second.key, (first.key,), None)
    assert old.signed_total > 0
    assert (old.signed_last or 0) <= old.key.revoked.position


def test_a_key_counts_until_it_is_revoked(play: Play, books: Books) -> None:
    (key,) = badge_answer(reading(books), "ayt-member").keys
    assert key.revoked is not None
    assert key.revoked.reason == "lost"
    (before,) = badge_answer(reading(books, at=key.revoked.position - 1), "ayt-member").keys
    assert before.revoked is None


def test_every_enrolled_key_has_a_page_devices_and_officers_too(play: Play, books: Books) -> None:
    now = reading(books)
    roles = {key_answer(now, record.keyid).key.role for record in play.ledger.state.roster}
    assert {"device", "cec-officer", "registrar", "courier"} <= roles
    with pytest.raises(Absent):
        key_answer(now, "0" * 64)


def test_a_key_is_found_by_the_beginning_of_its_id(play: Play, books: Books) -> None:
    key = play.key("ayt-chair")
    (hit,) = Search(books, reading(books).found).of(key[:12]).hits
    assert (hit.kind, hit.path) == ("key", f"/keys/{key}")
