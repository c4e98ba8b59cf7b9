"""Each thing has one place, and nothing is half added: an event type, a finding's code, a view, a command module.

A failure names the place where the missing half belongs: what docs/architecture.md promises to whoever adds something.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from custody.adapters.reference import default_rules
from custody.core.authority.required_signatures import ABOUT_OTHERS, DECLARED, LIKE
from custody.core.fold.decisions import DECISIONS
from custody.core.judges.reports import REPORTS
from custody.core.judges.table import JUDGES
from custody.core.state.transitions import TABLE
from custody.core.wording.event_sentences import SENTENCES
from custody.core.wording.finding_codes import SETTLED_BY, SEVERITY
from schemas.everybody import PAPERS
from schemas.union import PLANNED, TYPES_BY_FOLD

CORE = Path(__file__).parents[2] / "custody" / "core"
TYPES = TYPES_BY_FOLD[1]
GENESIS = "ElectionOpened"
WITH_AN_OFFER = {"HandoverAnswered", "HandoverWithdrawn"}


def of_kind(kind: str) -> set[str]:
    """The names of all types of one kind."""
    return {name for name, model in TYPES.items() if kind == model.KIND}


def ruled() -> set[str]:
    """The types of which the default rules say who signs."""
    return {rule.type for rule in default_rules().signatures}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_has_all_its_places(name: str) -> None:
    wanted = {
        "a sentence in the module of its family, custody/core/wording/*_sentences.py": name in SENTENCES,
        "who signs in custody/data/rules.json": name in ruled() | {GENESIS, DECLARED, *LIKE},
    }
    if name in of_kind("act") - set(ABOUT_OTHERS):
        wanted |= {
            "a row in custody/core/state/transitions.py": name in TABLE,
            "a judge in the module of its family, custody/core/judges/": name in {*JUDGES, *WITH_AN_OFFER},
        }
    assert [place for place, has in wanted.items() if not has] == []


def test_no_table_has_a_row_that_is_no_type() -> None:
    acts = of_kind("act")
    assert set(TABLE) | set(ABOUT_OTHERS) == acts
    assert set(JUDGES) | WITH_AN_OFFER | set(ABOUT_OTHERS) == acts
    assert ruled() == set(TYPES) - {GENESIS, DECLARED, *LIKE}
    assert set(LIKE.values()) <= ruled()


def test_every_report_and_decision_says_what_it_does() -> None:
    assert (of_kind("report"), of_kind("decision") - {GENESIS}) == (set(REPORTS), set(DECISIONS))


def test_what_may_stand_on_paper_is_an_act_of_its_own() -> None:
    on_paper = {get_args(model.model_fields["act"].annotation)[0] for model in PAPERS}
    assert on_paper <= of_kind("act")


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
