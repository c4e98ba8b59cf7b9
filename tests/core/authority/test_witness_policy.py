"""Witness policies: forms that are refused, and whether two quorums share a witness, against all pairs of witness sets."""

from __future__ import annotations

import json
from itertools import combinations
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody.core.authority.witness_policy import NO_POLICY, Policy
from custody.core.entries.signing import public_bytes
from custody.core.tlog.cosignatures import WitnessKey, format_witness_key
from schemas.errors import Refused
from schemas.roots import WitnessGroup, WitnessPolicy

NAMES = ("a", "b", "c", "d", "e", "f")


def vkey(name: str) -> str:
    private = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"\0"))
    return format_witness_key(WitnessKey(f"{name}.invalid", public_bytes(private)))


def policy(names: str, groups: list[tuple[str, int, str]], *, quorum: str | None) -> Policy:
    """A policy of one-letter witnesses and groups (name, threshold, members)."""
    rows = [{"name": name, "threshold": threshold, "members": members.split()} for name, threshold, members in groups]
    told = {"witnesses": [{"name": name, "vkey": vkey(name)} for name in names], "groups": rows, "quorum": quorum}
    return Policy.of(WitnessPolicy.model_validate_json(_json(told)), event="")


def _json(value: Any) -> str:
    return json.dumps(value)


def shares(made: Policy, names: str) -> bool:
    """The oracle: every two sets of witnesses that meet the policy have somebody in common."""
    sets = [set(chosen) for size in range(len(names) + 1) for chosen in combinations(names, size)]
    meeting = [chosen for chosen in sets if made.is_met(chosen)]
    return all(one & other for one in meeting for other in meeting)


@pytest.mark.parametrize(
    ("threshold", "names", "is_sound"),
    [(1, "a", True), (1, "ab", False), (2, "ab", True), (2, "abc", True), (2, "abcd", False), (3, "abcd", True)],
)
def test_more_than_half_of_a_flat_group_share_a_witness(threshold: int, names: str, *, is_sound: bool) -> None:
    groups = [("q", threshold, " ".join(names))]
    if is_sound:
        assert shares(policy(names, groups, quorum="q"), names)
    else:
        with pytest.raises(Refused, match="share no log witness"):
            policy(names, groups, quorum="q")


def test_nested_policies_are_refused_exactly_where_two_quorums_share_nobody() -> None:
    random, told = Random(5), set()
    for _ in range(400):
        names = "".join(NAMES[: random.randint(2, 6)])
        cut = random.randint(1, len(names) - 1)
        inner, outer = names[:cut], names[cut:]
        first = ("g", random.randint(1, len(inner)), " ".join(inner))
        last = ("q", random.randint(1, len(outer) + 1), " ".join(("g", *outer)))
        unchecked = Policy("", {}, {row[0]: _group(row) for row in (first, last)}, "q")
        is_sound = shares(unchecked, names)
        told.add(is_sound)
        if is_sound:
            policy(names, [first, last], quorum="q")
        else:
            with pytest.raises(Refused) as refused:
                policy(names, [first, last], quorum="q")
            assert refused.value.code == "policy-split"
    assert told == {True, False}


def _group(row: tuple[str, int, str]) -> Any:
    return WitnessGroup(name=row[0], threshold=row[1], members=tuple(row[2].split()))


@pytest.mark.parametrize(
    ("names", "groups", "quorum", "code"),
    [
        ("ab", [("q", 3, "a b")], "q", "policy-form"),
        ("ab", [("q", 2, "a a")], "q", "policy-form"),
        ("ab", [("q", 2, "a z")], "q", "policy-form"),
        ("ab", [("g", 2, "a b"), ("q", 1, "a g")], "q", "policy-form"),
        ("ab", [("q", 1, "g a"), ("g", 1, "b")], "q", "policy-form"),
        ("ab", [("a", 2, "a b")], "a", "policy-form"),
        ("ab", [("q", 2, "a b")], "a", "policy-form"),
        ("ab", [("q", 2, "a b")], "none", "policy-form"),
        ("aab", [("q", 2, "a b")], "q", "policy-form"),
    ],
)
def test_a_policy_that_says_two_things_or_nothing_is_refused(
    names: str, groups: list[tuple[str, int, str]], quorum: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        policy(names, groups, quorum=quorum)
    assert refused.value.code == code


def test_one_key_under_two_names_is_no_second_witness() -> None:
    told = {
        "witnesses": [{"name": "a", "vkey": vkey("a")}, {"name": "b", "vkey": vkey("a")}],
        "groups": [{"name": "q", "threshold": 2, "members": ["a", "b"]}],
        "quorum": "q",
    }
    with pytest.raises(Refused) as refused:
        Policy.of(WitnessPolicy.model_validate_json(_json(told)), event="")
    assert refused.value.code == "policy-key"


def test_without_a_quorum_nobody_is_enough() -> None:
    assert not NO_POLICY.is_met({"a", "b"})
    assert not policy("ab", [], quorum=None).is_met({"a", "b"})
