"""What the types of the core promise: a judge names its event, nothing asks an event for a field that it may lack."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from custody.core.fold.decisions import DECISIONS
from custody.core.judges import reports, table
from custody.core.state import topics
from custody.core.wording.event_sentences import SENTENCES
from schemas.base import AboutEvent, AtStation, NamesUnits, OnOffer
from schemas.union import TYPES_BY_FOLD

CORE = Path(__file__).parents[2] / "custody" / "core"
UNTYPED = {
    # where documents go out, to readers who name their form (doc_of)
    "wording/outcomes.py": 1,
}
"""Module of the core -> how often it says that a value may be anything; all others never do."""
ASKED_BY_NAME = {
    "undo.py": "attributes of any object of the state, by its slots",
    "entries/receipts.py": "fields of a receipt against what was asked, one by one",
    "fold/event_facts.py": "the rules before and after, name by name",
    "fold/outcome_figures.py": "figures of a unit, by the names that are published",
}
"""Module of the core -> what it asks for by name; never a field of an event."""
MARKS: dict[str, type] = {"station": AtStation, "offer": OnOffer, "event": AboutEvent, "units": NamesUnits}
"""Field of a model -> the base that tells the core of it."""
_TOPIC = re.compile(r'topic\w*\s*=\s*f"|Topic\(')


def trees() -> dict[str, ast.Module]:
    """Every module of the core, parsed."""
    return {str(path.relative_to(CORE)): ast.parse(path.read_text(encoding="utf-8")) for path in CORE.rglob("*.py")}


def test_only_documents_and_the_front_door_take_anything() -> None:
    found = {
        name: sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))
        for name, tree in trees().items()
    }
    assert {name: count for name, count in found.items() if count} == UNTYPED


def test_nothing_asks_an_event_for_a_field_that_it_may_lack() -> None:
    asks = ("getattr", "hasattr", "SimpleNamespace")
    found = {
        name
        for name, tree in trees().items()
        if any(isinstance(node, ast.Name) and node.id in asks for node in ast.walk(tree))
    }
    assert found <= set(ASKED_BY_NAME)


def test_each_row_of_a_table_stands_under_the_name_of_its_type() -> None:
    known = set(TYPES_BY_FOLD[1])
    rows = (*table.JUDGES, *reports.REPORTS, *DECISIONS, *SENTENCES)
    assert set(rows) <= known


@pytest.mark.parametrize("name", sorted(TYPES_BY_FOLD[1]))
def test_a_model_is_marked_as_what_its_fields_make_it(name: str) -> None:
    model = TYPES_BY_FOLD[1][name]
    assert {field: field in model.model_fields for field in MARKS} == {
        field: issubclass(model, mark) for field, mark in MARKS.items()
    }


def test_a_topic_is_made_by_its_family_alone() -> None:
    home = Path(topics.__file__)
    found = [
        str(path.relative_to(CORE))
        for path in sorted(CORE.rglob("*.py"))
        if path != home and _TOPIC.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []
