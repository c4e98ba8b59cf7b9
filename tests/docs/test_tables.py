"""Every event type has its row in every table that needs one: what docs/architecture.md promises to whoever adds a type."""

from __future__ import annotations

from typing import get_args

import pytest

from custody.adapters.reference import default_rules
from custody.core.authority.required_signatures import ABOUT_OTHERS, DECLARED
from custody.core.fold.decisions import DECISIONS
from custody.core.judges.reports import REPORTS
from custody.core.judges.table import JUDGES
from custody.core.state.transitions import TABLE
from custody.core.wording.event_sentences import SENTENCES
from custody.core.wording.finding_codes import SETTLED_BY, SEVERITY
from schemas.base import Common
from schemas.everybody import PAPERS
from schemas.union import FOLD_1, PLANNED

GENESIS = "ElectionOpened"
JUDGED_WITH_THEIR_OFFER = {"HandoverAnswered", "HandoverWithdrawn"}


def of_kind(kind: str) -> set[str]:
    """The names of all types of one kind."""
    return {model.__name__ for model in FOLD_1 if kind == model.KIND}


@pytest.mark.parametrize("model", FOLD_1, ids=lambda model: model.__name__)
def test_every_type_has_a_sentence(model: type[Common]) -> None:
    assert model.__name__ in SENTENCES


def test_every_act_has_a_row_of_states() -> None:
    assert of_kind("act") == set(TABLE) | set(ABOUT_OTHERS)


def test_every_act_has_a_judge() -> None:
    assert of_kind("act") == set(JUDGES) | JUDGED_WITH_THEIR_OFFER | set(ABOUT_OTHERS)


def test_what_may_stand_on_paper_is_an_act_of_its_own() -> None:
    on_paper = {get_args(model.model_fields["act"].annotation)[0] for model in PAPERS}
    assert on_paper <= of_kind("act")


def test_every_report_has_a_row_of_what_it_means() -> None:
    assert of_kind("report") == set(REPORTS)


def test_every_decision_but_genesis_has_a_row_of_what_it_changes() -> None:
    assert of_kind("decision") - {GENESIS} == set(DECISIONS)


def test_the_default_rules_say_who_signs_each_type_but_genesis() -> None:
    ruled = {rule.type for rule in default_rules().signatures}
    assert ruled == {model.__name__ for model in FOLD_1} - {GENESIS} - {DECLARED}


def test_a_type_is_judged_or_planned_but_not_both() -> None:
    planned = {name for names in PLANNED.values() for name in names}
    assert planned.isdisjoint(model.__name__ for model in FOLD_1)


def test_what_settles_a_finding_is_told_of_known_codes_only() -> None:
    assert set(SETTLED_BY) <= set(SEVERITY)
