"""A reader's own policy in the form of C2SP tlog-policy: what is read, what is refused, and what is never enough."""

from __future__ import annotations

import pytest

from custody.core.authority.policy_file import parse_policy
from custody.core.tlog.cosignatures import WitnessKey, format_witness_key
from schemas.errors import Refused
from tests.core.ledger.witnesses import witness

A, B, C, D = (format_witness_key(witness(name)[0]) for name in ("alpha", "beta", "gamma", "delta"))
OTHER_NAME = format_witness_key(WitnessKey("other.invalid", witness("alpha")[0].public))
LOG = "log custody.invalid/kz-2015/0123456789abcdef/0+166831c2+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
THREE = f"witness a {A}\nwitness b\t{B} https://b.example\nwitness c {C}\n"


def test_a_policy_is_read_with_groups_in_groups_and_what_is_not_said() -> None:
    text = f"# mine\n\n{LOG} https://log.example\n{THREE}witness d {D}\n" + (
        "group ours all a b\ngroup theirs 2 c d\ngroup g all ours theirs\nquorum g\n"
    )
    read = parse_policy(text)
    assert [key.name for key in read.logs] == ["custody.invalid/kz-2015/0123456789abcdef/0"]
    assert read.policy.is_met(["a", "b", "c", "d"])
    assert not read.policy.is_met(["a", "b", "c"])


def test_one_log_witness_may_be_the_quorum() -> None:
    read = parse_policy(f"{THREE}quorum b")
    assert read.policy.is_met(["b"])
    assert not read.policy.is_met(["a", "c"])


def test_names_are_taken_as_they_are_written() -> None:
    """Only spaces and tabs part words: a name may hold whatever else looks like a space."""
    read = parse_policy(
        f"# \u0085 \u2028 says nothing\n \t witness \u00a0k\u2003 {A}\t\n{THREE.replace(A, D)}\tquorum \u00a0k\u2003 \n"
    )
    assert read.policy.is_met(["\u00a0k\u2003"])


def test_a_quorum_of_nobody_proves_nothing() -> None:
    assert not parse_policy(f"{THREE}quorum none\n").policy.is_met(["a", "b", "c"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "policy-file"),
        (THREE, "policy-file"),
        (f"quorum a\n{THREE}", "policy-file"),
        (f"{THREE}quorum a\nquorum b\n", "policy-file"),
        (f"{THREE}quorum d\n", "policy-file"),
        (f"{THREE}witness d {A}\nquorum a\n", "policy-file"),
        (f"{THREE}witness none {D}\nquorum a\n", "policy-file"),
        (f"{THREE}group a all b c\nquorum a\n", "policy-file"),
        (f"{THREE}group g 4 a b c\nquorum g\n", "policy-file"),
        (f"{THREE}group g 0 a b c\nquorum g\n", "policy-file"),
        (f"{THREE}group g +2 a b c\nquorum g\n", "policy-file"),
        (f"{THREE}group g \u0662 a b c\nquorum g\n", "policy-file"),
        (f"{THREE}group g 2 a a b\nquorum g\n", "policy-file"),
        (f"{THREE}group g 2 a b d\nquorum g\n", "policy-file"),
        (f"{THREE}group g all a b\ngroup h all b c\nquorum g\n", "policy-file"),
        (f"{THREE}group g any\nquorum g\n", "policy-file"),
        (f"witness a {A[:-2]}AA\nquorum a\n", "policy-file"),
        ("log x\nquorum none\n", "policy-file"),
        (f"{LOG}\n{LOG}\nquorum none\n", "policy-file"),
        (f"{THREE}witness d {OTHER_NAME}\ngroup g all a d\nquorum g\n", "policy-file"),
        (f"{THREE}quorum a\r\n", "policy-file"),
        (f"{THREE}quorum\x0ba\n", "policy-file"),
        (f"{THREE}quorum\u00a0a\n", "policy-file"),
        (f"{THREE}# \x7f\nquorum a\n", "policy-file"),
        (f"{THREE}group g any a b c\nquorum g\n", "policy-split"),
    ],
)
def test_what_is_no_policy_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_policy(text)
    assert caught.value.code == code
