"""Stories behind the rulebook's vectors: each tells, act by act, what rules of docs/spec/rules.md say.

``python -m tests.core.ledger.rule_stories`` writes ``tests/vectors/rules``: a prelude and the entries of each story with the
outcome that they must have, for programs in any language; with names of vectors, those alone. A test fails while they are stale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from custody.core.entries.admission import check_entry
from custody.core.fold.outcome_figures import books_of, shown_of, unit_figures
from custody.core.fold.same_act import as_shown
from custody.core.ledger import Ledger
from tests.core.ledger import fork_vectors
from tests.core.ledger.itemised import Itemised
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play, fold
from tests.core.ledger.run_offs import following
from tests.core.ledger.styled import StyledJourney
from tests.core.ledger.telling import STORIES
from tests.core.ledger.voting_days import Days

FOLDER: Final = Path(__file__).parents[2] / "vectors" / "rules"
MODULES: Final = (
    "tests.core.ledger.stories_of_recording",
    "tests.core.ledger.stories_of_custody",
    "tests.core.ledger.account_stories",
    "tests.core.ledger.authority_stories",
    "tests.core.ledger.branch_stories",
    "tests.core.ledger.paper_stories",
    "tests.core.ledger.stories_of_authority",
    "tests.core.ledger.rules_stories",
    "tests.core.ledger.stories_of_carriers",
    "tests.core.ledger.stories_of_figures",
    "tests.core.ledger.stories_of_groups",
    "tests.core.ledger.stories_of_changes",
    "tests.core.ledger.stories_of_days",
    "tests.core.ledger.stories_of_items",
    "tests.core.ledger.stories_of_keeping",
    "tests.core.ledger.stories_of_order",
    "tests.core.ledger.stories_of_rules",
    "tests.core.ledger.stories_of_run_offs",
    "tests.core.ledger.stories_of_stand_ins",
    "tests.core.ledger.stories_of_styles",
    "tests.core.ledger.supply_stories",
    "tests.core.ledger.time_stories",
)
"""Where stories are told: each module registers its own."""
PRELUDES: Final[dict[str, Callable[[Any], object]]] = {
    "prepared": lambda journey: journey,
    "at-mfa": Journey.at_mfa,
    "under-way": Journey.under_way,
    "received": Journey.received,
    "opened": Journey.opened,
    "voted": Journey.voted,
    "follows-prepared": lambda journey: journey,
    "days-begun": lambda journey: journey.begun(),
    "items-sent": lambda journey: journey.packed(),
    "items-closed": lambda journey: journey.closed(),
    "styles-prepared": lambda journey: journey,
    "styles-opened": lambda journey: journey.opened(),
    "styles-voted": lambda journey: journey.voted(),
}
"""Name of a prelude -> what was done by its end; those that begin with ``styles`` are of an election of three styles,
those with ``days`` of one that votes on three days, those with ``items`` of one that sends items with its papers."""


@lru_cache(maxsize=1)
def vectors(*names: str) -> dict[str, Any]:
    """File name -> content of every vector, or of the named ones; and of the preludes that they begin with."""
    made: dict[str, Any] = {}
    for module in MODULES:
        import_module(module)
    for name, (prelude, rules, story) in STORIES.items():
        if names and name not in names:
            continue
        journey = _beginning(prelude)
        PRELUDES[prelude](journey)
        start = len(journey.play.log)
        made.setdefault(f"prelude-{prelude}", [entry.decode() for entry in journey.play.log[:start]])
        assert made[f"prelude-{prelude}"] == [entry.decode() for entry in journey.play.log[:start]]
        story(journey)
        steps = list(told(journey.play.log, start=start))
        made[name] = {"rules": list(rules), "prelude": prelude, "steps": steps}
    if names:
        return made
    first = [entry.decode() for entry in Play("AYT", "ROM").log[:2]]
    steps = list(told([first[1].encode(), first[0].encode()], start=0))
    made["a-log-begins-with-genesis"] = {"rules": [1], "prelude": None, "steps": steps}
    return made


def _beginning(prelude: str) -> Journey:
    """The election of a prelude, prepared."""
    if prelude.startswith("styles"):
        return StyledJourney.begun()
    if prelude.startswith("follows"):
        return Journey(following(), "AYT")
    if prelude.startswith("days"):
        return Days(Play("AYT", days=3), "AYT")
    if prelude.startswith("items"):
        return Itemised(Play("AYT", "ROM"), "AYT")
    return Journey(Play("AYT", "ROM"), "AYT")


def told(entries: list[bytes], *, start: int) -> Iterator[dict[str, Any]]:
    """Each entry after the prelude with what it must come to."""
    first = max(start - 1, 0)
    ledger = fold(entries[:first])
    before: dict[str, Any] = {}
    marked: dict[str, Any] = {}
    for position, entry in enumerate(entries[first:], start=first):
        checked = check_entry(entry, position=position, keys=ledger.public_key)
        ledger.apply(checked)
        record = ledger.state.records.get(checked.event_id or "")
        custody = custody_of(ledger)
        changed = {unit: row for unit, row in custody.items() if before.get(unit) != row}
        before = custody
        if position >= start:
            status = None if record is None else record.status
            step = {"entry": entry.decode(), "status": status, "custody": changed, "findings": findings_of(ledger)}
            shown = disputed_of(ledger)
            yield step if shown == marked else {**step, "disputed_figures": shown}
            marked = shown


def custody_of(ledger: Ledger) -> dict[str, Any]:
    """Unit -> state, custodian and basis of its custody; None where a dispute took out what made it."""
    heads = {unit: ledger.state.paths.head(unit) for unit in ledger.state.paths.units()}
    return {
        unit: None if head is None else [head.state, str(head.custodian), as_shown(ledger.state, head).basis]
        for unit, head in heads.items()
    }


def disputed_of(ledger: Ledger) -> dict[str, Any]:
    """Unit -> the figures shown of it, or of the account that it is, that a dispute keeps out of force."""
    state, found = ledger.state, {}
    for unit in state.paths.units():
        head, shown = state.paths.head(unit), shown_of(state, unit)
        books = books_of(state, unit, head=head, shown=shown)
        docs: list[Mapping[str, Any]] = [unit_figures(head, shown=shown), *(doc for _, _, doc in books)]
        figures = {name: doc[name] for doc in docs for name in doc["disputed_figures"]}
        if figures:
            found[unit] = figures
    return found


def findings_of(ledger: Ledger) -> list[list[Any]]:
    """Id, code, severity, status of every finding, and the codes listed under it; in order of id."""
    rows = sorted(ledger.state.findings, key=lambda item: item.id)
    return [
        [item.id, item.code, item.severity, item.status, sorted({code for code, _, _ in item.related})] for item in rows
    ]


def main(*names: str) -> None:
    """Write the vectors, and those of fork proofs, which hold a genesis too; or the named ones alone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in vectors(*names).items():
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    if not names:
        fork_vectors.main()


if __name__ == "__main__":
    main(*sys.argv[1:])
