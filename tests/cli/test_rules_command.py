"""``custody rules``: what was in force where, in words that an official reads."""

from __future__ import annotations

from custody.cli.commands.rules import rule_lines
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.rules_stories import ruled


def test_the_rules_of_a_position_are_those_set_last_before_it() -> None:
    play = Play("AYT")
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    changed = {**rules, "reserve": {"numerator": 3, "denominator": 100, "rounding": "up"}, "offer_expiry_hours": 12}
    play.act({"type": "RulesSet", "rules": changed}, by=CEC)
    (first, before), (then, after) = play.ledger.state.rules
    old, new = rule_lines(before, since=first, at=5), rule_lines(after, since=then, at=len(play.log))
    assert old[0].startswith("Rules in force at position 5 (6 entries), set at position 0 (1 entry) by event ")
    assert "Reserve: 1 paper for every 100 voters on a station's list, rounded up for each station." in old
    assert "Reserve: 3 papers for every 100 voters on a station's list, rounded up for each station." in new
    assert "An offer without an answer becomes a finding after 12 h." in new


def test_who_must_sign_is_said_in_persons_and_roles() -> None:
    play = Play("AYT")
    lines = rule_lines(play.ledger.state.rules_now(), since=0, at=0)
    assert (
        "  The statement of the printing: 1 person (printer's representative); and 1 person (CEC representative or CEC officer)."
        in lines
    )
    assert "  The giving of papers to an issuing member for the receiving side: 1 person (issuing member)." in lines
    counted = next(line for line in lines if line.startswith("  The count of papers: "))
    assert (
        "3 persons (chair, deputy chair, secretary, member or issuing member) with chair or deputy chair among them"
        in (counted)
    )


def test_what_an_election_chooses_is_told_and_what_it_does_not_choose_is_not() -> None:
    play = Play("AYT")
    plain = rule_lines(play.ledger.state.rules_now(), since=0, at=0)
    ruled(
        play,
        storage_days=30,
        resupply="from-commission",
        list_signatures="style",
        allocation={"method": "estimate-with-cap", "cap": 5_000},
        retention=["invalid"],
        stand_ins=[{"role": "deputy-chair", "stands_in_for": ["secretary"]}],
        handovers=[{"releasing": "CEC", "receiving": ["courier"]}],
    )
    told = [line for line in rule_lines(play.ledger.state.rules_now(), since=0, at=0) if line not in plain]
    assert told[-7:] == [
        "Papers are kept for 30 days after their station has closed before they may be destroyed.",
        "Papers are allocated by an estimate: a station is given at most 5,000 papers, whatever its list says.",
        "Papers are sent on to a station that lacks them by the CEC alone.",
        "A voter signs in the list once for each style of papers.",
        "CEC may hand packages over to: courier.",
        "In sealed packages of their own go back: invalid papers.",
        "Who may stand in: deputy chair, in the place of secretary.",
    ]
