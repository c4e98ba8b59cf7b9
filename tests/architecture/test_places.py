"""Each thing has one place, and nothing is half added: an event type, a finding's code, a view, a command module.

A failure names the place where the missing half belongs.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custody.adapters.reference import default_rules
from custody.core.authority.required_signatures import ABOUT_OTHERS, DECLARED
from custody.core.fold.decisions import DECISIONS
from custody.core.judges.reports import REPORTS
from custody.core.judges.table import JUDGES
from custody.core.state.transitions import TABLE
from custody.core.wording.event_sentences import SENTENCES
from custody.core.wording.finding_codes import SETTLED_BY, SEVERITY
from schemas.union import PLANNED, TYPES_BY_FOLD

CORE = Path(__file__).parents[2] / "custody" / "core"
TYPES = TYPES_BY_FOLD[1]
ACTS = sorted(name for name, model in TYPES.items() if model.KIND == "act")
WITH_AN_OFFER = {"HandoverAnswered", "HandoverWithdrawn"}


@pytest.mark.parametrize("name", sorted(set(ACTS) - set(ABOUT_OTHERS)))
def test_every_act_has_its_row_in_the_transition_table(name: str) -> None:
    assert name in TABLE, f"{name}: add a row to custody/core/state/transitions.py"


@pytest.mark.parametrize("name", sorted(set(ACTS) - WITH_AN_OFFER - set(ABOUT_OTHERS)))
def test_every_act_has_its_judge(name: str) -> None:
    assert name in JUDGES, f"{name}: add a judge to the module of its family, custody/core/judges/"


def test_every_report_and_decision_says_what_it_does() -> None:
    reports = {name for name, model in TYPES.items() if model.KIND == "report"}
    decisions = {name for name, model in TYPES.items() if model.KIND == "decision"} - {"ElectionOpened"}
    assert (reports, decisions) == (set(REPORTS), set(DECISIONS))


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_has_a_sentence(name: str) -> None:
    assert name in SENTENCES, f"{name}: add a sentence to its family, custody/core/wording/*_sentences.py"


def test_every_type_but_genesis_says_who_must_sign() -> None:
    ruled = {rule.type for rule in default_rules().signatures}
    assert ruled == set(TYPES) - {"ElectionOpened", DECLARED}


def test_planned_types_are_not_judged_yet() -> None:
    planned = {name for names in PLANNED.values() for name in names}
    assert not planned & set(TYPES)


def test_every_code_that_the_core_raises_is_in_the_catalogue_and_the_other_way_round() -> None:
    catalogue = CORE / "wording" / "finding_codes.py"
    modules = (path for path in CORE.rglob("*.py") if path != catalogue)
    text = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    said = set(
        re.findall(r'"([a-z]+(?:-[a-z]+)+|overdue|malformed|shortage|separation|unjudgeable|unrepresentable)"', text)
    )
    assert set(SEVERITY) <= said
    assert set(SETTLED_BY) <= set(SEVERITY)
