"""More broken folders: rules that are rules for nothing or contradict themselves, and what a rehearsal could not do."""

from __future__ import annotations

from typing import Final

from tests.election.broken import OUT, Broken, E, Edit, L, Line, R, S

WAITING: Final = '"waiting_hours": 72'
TROUBLE: Final = '[rehearsal]\ntroubles = {AAA = "missed-flight"}\n\n[name]'
RETURNED, KEPT = (f'{{"station": "AAA", "disposal": "{what}"}}' for what in ("return", "keep-and-destroy"))
TWICE: Final = f'"disposal_exceptions": [{RETURNED}, {KEPT}]'


def _case(name: str, edit: Edit, *told: Line) -> Broken:
    return Broken(name, (edit,), told)


CONTRADICTED: Final = (
    _case(
        "a rule about an event that there is not",
        (R, '"type": "AnswerAcknowledged"', '"type": "AnswerAcknowledge"'),
        (R, 55, "signatures.1.type", "rule-unknown"),
    ),
    _case(
        "a severity of no finding",
        (R, '"severities": []', '"severities": [{"code": "no-such", "severity": "serious"}]'),
        (R, 1604, "severities.0.code", "rule-unknown"),
    ),
    _case(
        "a station that returns its papers and keeps them",
        (R, '"disposal_exceptions": []', TWICE),
        (R, 1682, "disposal_exceptions", "rule-twice"),
    ),
    _case(
        "seals that are given out twice",
        (R, '"seal_series": [', '"seal_series": [{"issuer": "CEC", "first": 90000, "last": 99999},'),
        (R, 1592, "seal_series", "seals-twice"),
    ),
    _case(
        "an estimate of no papers",
        (R, WAITING, '"allocation": {"method": "estimate-with-cap", "cap": 0}, ' + WAITING),
        (R, 1605, "allocation", "papers-none"),
    ),
    _case(
        "fewer sheets than papers",
        (E, "[name]", "[rehearsal]\nsheets = 5\n\n[name]"),
        (E, 10, "rehearsal.sheets", "sheets-too-few"),
    ),
    Broken(
        "no flight after the missed one",
        ((E, "[name]", TROUBLE), (L, OUT, OUT.replace("2027-05-11 12:00", "2027-05-15 20:00"))),
        ((E, 10, "rehearsal.troubles.AAA", "trouble"),),
    ),
    _case("one name for two stations", (S, ",Station 2\n", ",Station 1\n"), (S, 3, "name_ro", "name-twice")),
)
