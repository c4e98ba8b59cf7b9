"""Each outcome has the form of its kind, key by key; and what an entry packs is a field of it, not a sentence to be searched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NotRequired, get_origin, get_type_hints

import pytest

from custody.core.wording import outcomes
from custody.core.wording.outcomes import ENTRY, KINDS, UNIT, Outcome
from schemas.authority_outcomes import KeyJson, RulesJson
from schemas.outcomes import (
    AccountJson,
    BreakJson,
    ConsignmentJson,
    ElectionJson,
    EntryJson,
    EntryStatusJson,
    FindingJson,
    HandoverJson,
    LegJson,
    PrintJson,
    StationJson,
    TourJson,
    UnitJson,
    WalkJson,
    WithdrawalJson,
)
from schemas.proof_outcomes import TimesJson, WitnessesJson
from tests.core.ledger import witnesses
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play
from tests.core.ledger.styled import StyledJourney
from tests.core.ledger.test_honest_flows import boxed

FORMS: Final[Mapping[str, Any]] = {
    "entry": EntryJson,
    "entry-status": EntryStatusJson,
    "unit": UnitJson,
    "handover": HandoverJson,
    "consignment": ConsignmentJson,
    "tour": TourJson,
    "account": AccountJson,
    "print": PrintJson,
    "finding": FindingJson,
    "finding-withdrawn": WithdrawalJson,
    "times": TimesJson,
    "witnesses": WitnessesJson,
    "station": StationJson,
    "election": ElectionJson,
    "key": KeyJson,
    "rules": RulesJson,
}
STYLES: Final = {"style", "styles", "contest"}
OF_SOME: Final = {"number", "mission", "sessions", "closed", "signs_each_style"}
ROOT: Final = Path(__file__).parents[3]


def keys(form: Any, *, is_styled: bool = False) -> set[str]:
    """The keys that a form has: those that not every election or station has are left out, where it does not."""
    hints = get_type_hints(form, include_extras=True)
    rare = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
    assert rare <= STYLES | OF_SOME
    return set(hints) - (rare - STYLES if is_styled else rare)


def test_every_kind_has_its_form() -> None:
    assert set(FORMS) == set(KINDS)


def test_what_the_ledger_tells_has_the_keys_of_its_form_and_no_other() -> None:
    journey = Journey(Play(), "AYT").opened()
    journey.count(wrong=1)
    journey.play.put(b"no event")
    journey.play.act(witnesses.policy_set(), by=CEC)
    witnesses.witnessed(journey.play, dict.fromkeys(witnesses.NAMES, journey.play.stage.now))
    told = journey.play.outcomes
    assert {"times", "entry", "unit", "handover", "consignment", "account", "print", "finding"} <= {
        one.kind for one in told
    }
    for one in told:
        assert (one.kind, set(one.doc)) == (one.kind, keys(FORMS[one.kind]))
        for leg in one.doc.get("legs", ()):
            assert set(leg) == keys(LegJson)
            assert all(set(walk) == keys(WalkJson) for walk in leg["walks"])
        assert all(set(row) == keys(BreakJson) for row in one.doc.get("breaks", ()))


def test_where_there_are_styles_accounts_prints_and_the_election_name_them() -> None:
    journey = StyledJourney.begun().packed()
    told = {one.kind: one.doc for one in journey.play.outcomes}
    for kind in ("account", "print", "election"):
        assert set(told[kind]) == keys(FORMS[kind], is_styled=True)
    pouch = next(one.doc for one in reversed(journey.play.outcomes) if one.subject == journey.pouch)
    assert set(pouch) == keys(UnitJson, is_styled=True)


def test_an_outcome_is_not_read_in_the_form_of_another_kind() -> None:
    outcome = Outcome(0, 0, *ENTRY.change("0", {}))  # type: ignore[typeddict-item] # what is in it does not matter here
    with pytest.raises(ValueError, match="entry"):
        UNIT.doc_of(outcome)


def test_an_entry_names_the_unit_that_it_fills_and_any_other_entry_none() -> None:
    play = Play()
    journey = Journey(play, "AYT")
    box, packs = boxed(play, journey)
    play.put(b"no event")
    entries = [ENTRY.doc_of(one) for one in play.outcomes if one.kind == ENTRY.name]
    filled = [doc["packed_into"] for doc in entries if doc["type"] == "UnitPacked"]
    assert filled == [*packs, box, journey.pouch]
    assert {doc["packed_into"] for doc in entries if doc["type"] != "UnitPacked"} == {None}
    assert all(doc["packed_into"] in doc["units"] for doc in entries if doc["packed_into"])


def test_no_reader_searches_the_words_of_a_sentence() -> None:
    searched = re.compile(
        r"""["'] in [\w.\[\]"']*\bsentence\b|sentence["'\])]*\.(?:find|index|split|startswith|endswith)\("""
    )
    readers = [*ROOT.glob("projections/**/*.py"), *ROOT.glob("custody/cli/**/*.py"), *ROOT.glob("custody/sandbox/*.py")]
    lines = ((path, line) for path in readers for line in path.read_text(encoding="utf-8").splitlines())
    found = [f"{path.relative_to(ROOT)}: {line.strip()}" for path, line in lines if searched.search(line)]
    # One sentence that a scenario's author wrote has its line breaks taken out before it is shown.
    assert [one for one in found if '" ".join(' not in one and "' '.join(" not in one] == []


def test_no_program_reads_an_outcome_but_in_the_form_of_its_kind() -> None:
    programs = [path for part in ("custody", "projections", "consumers") for path in (ROOT / part).rglob("*.py")]
    read = re.compile(r"\boutcome\.doc(?:\[|\.get\()")
    own = Path(outcomes.__file__)
    assert [path for path in programs if path != own and read.search(path.read_text(encoding="utf-8"))] == []
