"""``check_everything``: what must hold after every step of a simulation, whatever people and machines did.

    receipts   an entry with a receipt is in the log                                             (guarantees G1)
    tree       the log only grows, and what a checkpoint committed to stays as it was            (G4)
    views      what outcomes told last is what the fold says now, each once                      (G2)
    custody    a unit has one holder at most; what is inside is inside one thing that holds it   (G7)
    findings   what one names is on the log; nothing disappears but by a dispute that is told    (domain.md §6)
    papers     no quantity is lost or made: accounts agree, or a finding says so                 (G12)

The light part looks at what the last step changed; now and then, and at the end, everything is looked at, the log is folded
again, and its acts are folded in another order (G3, G7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from custody.core.entries.admission import Checked
from custody.core.evidence.conservation import check_accounts
from custody.core.fold.outcome_figures import shown_of, unit_figures
from custody.core.ledger import Ledger
from custody.core.state.state import CONFLICT, State
from custody.core.state.units import Unit
from custody.core.tlog.merkle import Tree
from custody.core.tlog.proofs import consistency_proof, verify_consistency
from custody.core.wording.outcomes import Outcome
from schemas.errors import Refused

_SEVERITIES: Final = ("information", "attention", "serious")
_SHOWN: Final = ("state", "inside", "hold")
_FIGURES: Final = ("papers", "counted")


@dataclass(frozen=True, slots=True)
class Violation:
    """A check that failed: its name, and a sentence that says what it saw."""

    check: str
    sentence: str


@dataclass(slots=True)
class InvariantWatch:
    """What the checks remember between steps: what outcomes told last, the findings ever raised, the last checkpoint."""

    told: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    raised: set[str] = field(default_factory=set)
    tree: Tree = field(default_factory=Tree)
    checkpoint: tuple[int, bytes] = (0, b"")

    def check_everything(self, ledger: Ledger, *, outcomes: Sequence[Outcome], leaf: bytes) -> Iterator[Violation]:
        """After one entry: everything that it changed."""
        self.tree.extend((leaf,))
        for outcome in outcomes:
            self.told[outcome.kind, outcome.subject] = outcome.doc
        state = ledger.state
        for name in dict.fromkeys(outcome.subject for outcome in outcomes if outcome.kind == "unit"):
            yield from _custody(state, name)
            yield from self._view(state, name)
        for name in dict.fromkeys(outcome.subject for outcome in outcomes if outcome.kind.startswith("finding")):
            yield from self._finding(state, name)

    def check_growth(self) -> Iterator[Violation]:
        """The log begins with what the last checkpoint committed to; then there is a new checkpoint."""
        size, root = self.checkpoint
        now = self.tree.root(self.tree.size)
        try:
            proof = consistency_proof(nodes=self.tree.node, old=size, new=self.tree.size)
            if size:
                verify_consistency(old=size, old_root=root, new=self.tree.size, new_root=now, proof=proof)
        except Refused as refused:
            yield Violation(
                "tree", f"The log of {self.tree.size} entries does not begin with those {size}: {refused.code}."
            )
        self.checkpoint = (self.tree.size, now)

    def check_all(self, ledger: Ledger) -> Iterator[Violation]:
        """Every unit, every finding, every figure."""
        state = ledger.state
        for name in state.paths.units():
            yield from _custody(state, name)
            yield from self._view(state, name)
        present = {finding.id for finding in state.findings}
        for identity in sorted(self.raised - present):
            yield Violation("findings", f"Finding {identity[:12]} disappeared, and no outcome says so.")
        for identity in sorted(present):
            yield from self._finding(state, identity)
        for sentence in check_accounts(state):
            yield Violation("papers", sentence)

    def _view(self, state: State, name: str) -> Iterator[Violation]:
        head, doc = state.paths.head(name), self.told.get(("unit", name))
        if head is None or doc is None:
            return
        wrong = [key for key in _SHOWN if doc[key] != getattr(head, key)]
        figures = unit_figures(head, shown=shown_of(state, name))
        wrong += [key for key in _FIGURES if doc[key] != figures[key]]
        holder = state.paths.outermost(head).custodian
        if doc["custodian"] != (None if holder is None else str(holder)):
            wrong.append("custodian")
        if wrong:
            yield Violation("views", f"{name} is shown with another {', '.join(wrong)} than the fold says.")

    def _finding(self, state: State, identity: str) -> Iterator[Violation]:
        finding, doc = state.findings.get(identity), self.told.get(("finding", identity))
        if finding is None:
            if ("finding-withdrawn", identity) not in self.told:
                yield Violation("findings", f"Finding {identity[:12]} is gone without an outcome.")
            self.raised.discard(identity)
            return
        self.raised.add(identity)
        if finding.severity not in _SEVERITIES or not finding.sentence.strip():
            yield Violation("findings", f"Finding {identity[:12]} ({finding.code}) has no severity or no sentence.")
        if doc is not None and doc["status"] != finding.status:
            yield Violation("views", f"Finding {identity[:12]} is shown as {doc['status']}, and is {finding.status}.")
        if finding.status == "settled" and finding.settled_by is None:
            yield Violation("findings", f"Finding {identity[:12]} ({finding.code}) is settled by nothing.")


def _custody(state: State, name: str) -> Iterator[Violation]:
    head = state.paths.head(name)
    if head is None:
        return
    record = state.records.get(head.act)
    if record is None or not record.in_force:
        yield Violation("custody", f"{name} stands as an act left it that is not in force.")
    if head.inside is not None:
        around = state.paths.head(head.inside)
        if around is None or name not in around.contains:
            yield Violation("custody", f"{name} is inside {head.inside}, which does not hold it.")
    yield from _contents(state, head)


def _contents(state: State, head: Unit) -> Iterator[Violation]:
    for name in head.contains:
        inner = state.paths.head(name)
        if inner is None or (inner.inside != head.unit and head.state != "opened"):
            yield Violation("custody", f"{head.unit} is said to hold {name}, which is not inside it.")


def fold_again(checked: Sequence[Checked]) -> Ledger:
    """A fresh ledger over checked entries, at positions in this order."""
    ledger = Ledger.empty()
    for position, item in enumerate(checked):
        ledger.apply(replace(item, position=position))
    return ledger


def check_repetition(ledger: Ledger, *, checked: Sequence[Checked]) -> Iterator[Violation]:
    """The same log gives the same state."""
    if fold_again(checked).state_digest() != ledger.state_digest():
        yield Violation("repetition", "The same entries, folded again, give another state.")


def check_order(checked: Sequence[Checked], *, random: Random) -> Iterator[Violation]:
    """With all decisions taken first, acts in any order of arrival give the same custody and the same disputes.

    But for acts of a device with two histories: they count or not by what was known when they arrived (rules.md 13).
    """
    decisions = [item for item in checked if item.event is None or item.event.KIND == "decision"]
    acts = [item for item in checked if item.event is not None and item.event.KIND != "decision"]
    shuffled = random.sample(acts, len(acts))
    one, two = fold_again([*decisions, *acts]), fold_again([*decisions, *shuffled])
    if one.state.devices.forked or two.state.devices.forked:
        return
    if _disputes(one) != _disputes(two):
        yield Violation("order", "The set of disputes depends on the order of arrival.")
    for name in sorted({*one.state.paths.units(), *two.state.paths.units()}):
        first, second = one.state.paths.head(name), two.state.paths.head(name)
        if (first and first.act) != (second and second.act):
            yield Violation("order", f"What {name} came to depends on the order of arrival.")
            return


def _disputes(ledger: Ledger) -> set[str]:
    return {finding.id for finding in ledger.state.findings if finding.code == CONFLICT}
