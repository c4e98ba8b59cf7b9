"""Brackets: bounds from cosignatures against an oracle that tries every moment, and bounds that pass along hash links."""

from __future__ import annotations

from random import Random

import pytest

from custody.core.authority.witness_policy import Policy
from custody.core.state.brackets import Bracket, Cosigned, Linked, brackets, covered_until, proven_since, proven_until
from schemas.roots import WitnessGroup

NAMES = ("a", "b", "c", "d")


def policy(threshold: int, *, event: str = "policy") -> Policy:
    return Policy(event, {}, {"q": WitnessGroup(name="q", threshold=threshold, members=NAMES)}, "q")


def test_the_latest_moment_at_which_enough_had_not_yet_cosigned_is_the_bound() -> None:
    random = Random(3)
    for _ in range(300):
        rule = policy(random.randint(1, 4))
        times = {name: random.randint(1, 9) for name in random.sample(NAMES, random.randint(0, 4))}
        since = [at for at in range(11) if rule.is_met({name for name, when in times.items() if when >= at})]
        until = [at for at in range(11) if rule.is_met({name for name, when in times.items() if when <= at})]
        assert proven_since(rule, times) == (since[-1] if since else None)
        assert proven_until(rule, times) == (until[0] if until else None)


def test_one_witness_with_a_wrong_clock_moves_no_bound_of_two() -> None:
    year = 365 * 86_400
    assert proven_since(policy(2), {"a": 100, "b": 110, "c": 120 + year}) == 110
    assert proven_until(policy(2), {"a": 100, "b": 110, "c": 120 - year}) == 100


def test_cosignatures_over_several_notes_that_cover_an_entry_count_together() -> None:
    rule = policy(2)
    notes = [Cosigned(5, {"a": 100}, rule), Cosigned(9, {"b": 130, "a": 125}, rule)]
    assert covered_until(4, notes=notes) == 130
    assert covered_until(7, notes=notes) == 130
    assert covered_until(9, notes=notes) is None
    assert covered_until(4, notes=notes[:1]) is None


def test_cosignatures_under_two_policies_are_not_added_up() -> None:
    notes = [Cosigned(5, {"a": 100}, policy(2, event="old")), Cosigned(9, {"b": 130}, policy(2, event="new"))]
    assert covered_until(4, notes=notes) is None


def test_bounds_pass_along_hash_links() -> None:
    rule = policy(1)
    seen = Cosigned(2, {"a": 50}, rule)
    events = [
        Linked("last", 1, links=("middle",)),
        Linked("middle", 7, links=("first",)),
        Linked("first", 9, seen=seen),
        Linked("alone", 8),
    ]
    told = brackets(events, notes=[Cosigned(2, {"a": 90}, rule)])
    assert told["last"] == Bracket(50, 90)
    assert told["middle"] == Bracket(50, 90)
    assert told["first"] == Bracket(50, 90)
    assert told["alone"] == Bracket(None, None)


def test_links_to_what_is_not_there_or_in_a_circle_end() -> None:
    events = [Linked("one", 0, links=("two", "gone")), Linked("two", 1, links=("one",))]
    assert set(brackets(events, notes=[])) == {"one", "two"}


@pytest.mark.parametrize(
    ("bracket", "told"),
    [
        (Bracket(101, 200), "broken"),
        (Bracket(100, 200), "undetermined"),
        (Bracket(None, 100), "met"),
        (Bracket(None, 101), "undetermined"),
        (Bracket(None, None), "undetermined"),
    ],
)
def test_a_deadline_is_broken_or_met_only_where_the_bracket_proves_it(bracket: Bracket, told: str) -> None:
    assert bracket.deadline(100) == told
