"""Who signs by the rules of a folder: as many of the party that acts as are asked for, or the check says who is missing."""

from __future__ import annotations

import json
from pathlib import Path

from custody.election.reading import look, read_election
from custody.election.signers import ByTheRules


def asking(folder: Path, *, role: str, persons: int) -> Path:
    """The folder whose rules ask for so many people where one with this role hands over."""
    path = folder / "rules.json"
    rules = json.loads(path.read_text(encoding="utf-8"))
    for rule in rules["signatures"]:
        if rule["type"] == "HandoverOffered":
            for quorum in rule["quorums"]:
                quorum["persons"] = persons if role in quorum["roles"] else quorum["persons"]
    path.write_text(json.dumps(rules, indent=1), encoding="utf-8")
    return folder


def test_whoever_is_added_acts_for_the_same_party(folder: Path) -> None:
    election = read_election(asking(folder, role="chair", persons=3))
    signing = ByTheRules(election).complete("HandoverOffered", by=("aaa-secretary", "aaa-chair"))
    assert signing == ("aaa-secretary", "aaa-chair", "aaa-member")
    assert ByTheRules(election).complete("HandoverOffered", by=("aaa-officer",)) == ("aaa-officer",)


def test_each_side_of_a_leg_has_who_must_sign_for_it(folder: Path) -> None:
    looked = look(asking(folder, role="chair", persons=4))
    assert {(one.column, one.code) for one in looked.mistakes} == {
        (code, "people-too-few") for code in ("AAA", "BBB", "CCC")
    }
    asked = "HandoverOffered: the rules ask for 4 of chair, deputy-chair, secretary, member."
    assert all(asked in one.sentence for one in looked.mistakes)


def test_a_courier_has_nobody_beside_him(folder: Path) -> None:
    looked = look(asking(folder, role="courier", persons=2))
    assert {(one.column, one.code) for one in looked.mistakes} == {("MFA", "people-too-few")}
    assert look(asking(folder, role="courier", persons=1)).mistakes == ()
