"""What a finding lists lifts its severity as long as it is listed, and `also` never says what the finding says already."""

from __future__ import annotations

from itertools import permutations

import pytest

from custody.core.state.finding_draft import Draft
from custody.core.state.finding_store import Finding, FindingStore
from custody.core.wording.messages import message
from schemas.rules import Severity

_ROOT = "root"
_GRADES: dict[str, Severity] = {"b": "serious", "c": "attention", "d": "serious"}


def draft(
    code: str, *, event: str, why: str = "", topic: str = "", causes: tuple[str, ...] = (), is_grouped: bool = False
) -> Draft:
    """A disagreement about one unit; what it says follows from ``why``."""
    sentence = message("title", code=why or code)
    evidence = (event,)
    return Draft(
        code=code, subject="U", evidence=evidence, sentence=sentence, topic=topic, causes=causes, is_grouped=is_grouped
    )


def raised(store: FindingStore, event: str, *, severity: Severity, under: str = "", topic: str = "") -> Finding:
    """One more, each with a code and a sentence of its own."""
    one = draft(
        f"code-{event}", event=event, why=event, causes=(under,) if under else (), topic=topic, is_grouped=bool(topic)
    )
    return store.raise_(one, position=1, by=event, severity=severity, act=event)


def only(store: FindingStore) -> Finding:
    """The one finding that is there."""
    (finding,) = store
    return finding


@pytest.mark.parametrize("topic", ["", "unfit/x"])
@pytest.mark.parametrize("order", list(permutations(_GRADES)))
def test_what_is_listed_lifts_it_in_every_order_until_the_last_grave_one_leaves(
    order: tuple[str, ...], topic: str
) -> None:
    store = FindingStore()
    raised(store, _ROOT, severity="attention", topic=topic)
    for event in order:
        raised(store, event, severity=_GRADES[event], under=_ROOT)
    assert (only(store).severity, only(store).doc()["severity"], only(store).count) == ("serious", "serious", 4)
    gone = store.withdraw_of("b")
    assert only(store).severity == "serious"
    store.withdraw_of("d")
    assert only(store).severity == "attention"
    store.restore(gone, by="b")
    assert only(store).severity == "serious"


@pytest.mark.parametrize("topic", ["", "unfit/x"])
def test_what_is_less_grave_than_the_finding_changes_nothing(topic: str) -> None:
    store = FindingStore()
    raised(store, _ROOT, severity="attention", topic=topic)
    raised(store, "b", severity="information", under=_ROOT)
    raised(store, "c", severity="attention", under=_ROOT)
    assert only(store).severity == "attention"


def test_a_finding_that_is_taken_out_and_comes_back_is_as_grave_as_it_was() -> None:
    store = FindingStore()
    raised(store, _ROOT, severity="attention")
    raised(store, "b", severity="serious", under=_ROOT)
    gone = store.withdraw_of(_ROOT)
    assert list(store) == []
    store.restore(gone, by=_ROOT)
    assert only(store).severity == "serious"


def test_a_finding_said_anew_keeps_its_own_severity_below_what_lifts_it() -> None:
    store = FindingStore()
    finding = raised(store, _ROOT, severity="attention")
    raised(store, "b", severity="serious", under=_ROOT)
    store.amend(finding.id, sentence=message("title", code="newer figures"), by="e")
    store.withdraw_of("b")
    assert only(store).severity == "attention"


def test_beside_a_finding_stands_nothing_that_it_says_itself_and_nothing_twice() -> None:
    store = FindingStore()
    store.raise_(draft("x", event=_ROOT), position=1, by=_ROOT, severity="attention")
    for event, code, why in (("a", "x", "x"), ("b", "x", "y"), ("c", "x", "y"), ("d", "z", "y"), ("e", "z", "x")):
        listed = draft(code, event=event, why=why, causes=(_ROOT,))
        store.raise_(listed, position=2, by=event, severity="attention")
    doc = only(store).doc()
    assert [(row["code"], row["event"]) for row in doc["also"]] == [("x", "b"), ("z", "d"), ("z", "e")]
    assert doc["count"] == 6, "what is said in the same words is counted all the same"
