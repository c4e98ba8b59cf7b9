"""Who stands behind the log and behind one entry: k of n log witnesses, their groups, and when each last cosigned."""

from __future__ import annotations

import pytest

from custody.cli.lines.witnesses import age, told_witnesses
from projections.kept_rows import KeptWitnesses
from projections.web.facts.witnesses import behind
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.web.demo import ENTRIES, Web

NOW = 1_800_000_000


def row(**sizes: int) -> KeptWitnesses:
    """Two camps of which each needs one of two, both needed."""
    camps = {"alpha": "party", "beta": "party", "gamma": "university", "delta": "university"}
    return {
        "policy": "p",
        "quorum": "both",
        "groups": [
            {"name": "both", "threshold": 2, "members": ["party", "university"]},
            {"name": "party", "threshold": 1, "members": ["alpha", "beta"]},
            {"name": "university", "threshold": 1, "members": ["gamma", "delta"]},
        ],
        "witnesses": [
            {
                "name": name,
                "group": group,
                "size": sizes.get(name, 0),
                "at": "2027-01-15T08:00:00+00:00" if name in sizes else None,
            }
            for name, group in camps.items()
        ],
        "position": 9,
    }


@pytest.mark.parametrize(
    ("position", "k", "groups", "proven"),
    [
        (4, 3, ("party", "university"), True),
        (5, 2, ("party",), False),
        (9, 1, ("party",), False),
        (10, 0, (), False),
    ],
)
def test_an_entry_is_proven_by_those_who_cosigned_over_it_and_only_from_enough_camps(
    position: int, k: int, groups: tuple[str, ...], *, proven: bool
) -> None:
    found = behind(row(alpha=9, beta=10, gamma=5), position)
    assert (found.k, found.n, found.groups, found.proven) == (k, 4, groups, proven)


def test_without_a_quorum_nothing_is_ever_proven() -> None:
    assert not behind({**row(alpha=9, gamma=9), "quorum": None}, 0).proven
    assert behind(None, 0).n == 0


def test_the_age_of_a_cosignature_is_told_and_of_an_old_one_or_of_one_to_come_its_date() -> None:
    said = [str(age(at, now=NOW)) for at in (NOW - 125, NOW - 49 * 3600, NOW + 60)]
    assert said == ["2 min ago", "of 13 January 2027, 07:00 (UTC)", "of 15 January 2027, 08:01 (UTC)"]


def test_one_line_says_how_many_from_which_groups_and_how_old() -> None:
    assert str(told_witnesses(row(alpha=9, gamma=5), now=NOW + 600)) == (
        "2 of 4 log witnesses have cosigned, of party, university; the newest cosignature 10 min ago, the oldest 10 min ago"
    )
    assert str(told_witnesses(row(), now=NOW)) == "none of 4 log witnesses has cosigned yet"
    assert str(told_witnesses(None, now=NOW)) == "nobody is asked to cosign"


def test_what_each_cosigned_last_is_told_with_each_note_and_under_a_new_policy_goes_on() -> None:
    play = Journey(Play("AYT"), "AYT").play
    play.act(witnesses.policy_set(), by=CEC)
    first, size = play.stage.now, len(play.log)
    witnesses.witnessed(play, {"alpha": first, "beta": first})
    play.wait(hours=1)
    witnesses.witnessed(play, {"beta": play.stage.now})
    play.act(witnesses.policy_set(("beta", "gamma"), threshold=2), by=CEC)
    docs = [one.doc for one in play.outcomes if one.kind == "witnesses"]
    told = [{item["name"]: item["size"] for item in doc["witnesses"]} for doc in docs[-4:]]
    assert told == [
        {"alpha": 0, "beta": 0, "gamma": 0},
        {"alpha": size, "beta": size, "gamma": 0},
        {"alpha": size, "beta": size + 1, "gamma": 0},
        {"beta": size + 1, "gamma": 0},
    ]


def test_the_api_tells_every_witness_and_who_stands_behind_an_entry(web: Web) -> None:
    told = web.json("/api/v1/witnesses")
    assert told["quorum"] is not None
    assert {group["name"] for group in told["groups"]} >= {witness["group"] for witness in told["witnesses"]}
    assert all(witness["size"] > ENTRIES - 20 and witness["at"] for witness in told["witnesses"])
    first = web.json("/api/v1/entries/0/witnesses")["behind"]
    assert (first["k"], first["n"], first["proven"]) == (3, 3, True)
    last = web.json(f"/api/v1/entries/{ENTRIES - 1}/witnesses")["behind"]
    assert (last["k"], last["proven"]) == (0, False)
    early = web.json("/api/v1/entries/3/witnesses?at=5")["behind"]
    assert early["k"] == 0
    assert web.get(f"/api/v1/entries/{ENTRIES}/witnesses").status_code == 404
