"""Rules in force: quorums, reserve, severities, seal series; asked for as of the position of an act's first entry.

Not here: the rules themselves (they are on the log, `schemas.rules.Rules`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from custody.core.catalogue import SEVERITY
from custody.core.roster import KeyRecord
from schemas.base import Part
from schemas.identifiers import parse_seal_id
from schemas.rules import Quorum, Rules, Severity


Index = Mapping[str, Mapping[Part, tuple[tuple[Quorum, ...], ...]]]


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """One set of rules and the event that brought it; ``index``: type -> part -> the quorums of each rule."""

    event: str
    rules: Rules
    index: Index

    @classmethod
    def of(cls, rules: Rules, *, event: str) -> RulesInForce:
        """The rules that ``event`` brought, indexed for judging."""
        index: dict[str, dict[Part, tuple[tuple[Quorum, ...], ...]]] = {}
        for rule in rules.signatures:
            parts = index.setdefault(rule.type, {})
            parts[rule.part] = (*parts.get(rule.part, ()), rule.quorums)
        return cls(event=event, rules=rules, index=index)

    def required_parts(self, type_name: str) -> tuple[Part, ...]:
        """The parts that must sign an event of this type, each once."""
        return tuple(self.index.get(type_name, ()))

    def is_met(self, type_name: str, *, part: Part, by: Sequence[KeyRecord]) -> bool:
        """Whether the distinct persons of ``by`` meet every rule for this part (any quorum of each rule)."""
        rules = self.index.get(type_name, {}).get(part, ())
        return all(any(_meets(quorum, by=by) for quorum in quorums) for quorums in rules)

    def may_sign(self, type_name: str, *, part: Part, record: KeyRecord) -> bool:
        """Whether a key of this role can count towards any quorum for this part."""
        rules = self.index.get(type_name, {}).get(part, ())
        return any(record.role in quorum.roles for quorums in rules for quorum in quorums)

    def severity(self, code: str) -> Severity:
        """Severity of a finding's code: the rule on the log, else the default table."""
        for rule in self.rules.severities:
            if rule.code == code:
                return rule.severity
        return SEVERITY[code]

    def reserve(self, voters: int) -> int:
        """Reserve papers for one station's list of ``voters``."""
        reserve = self.rules.reserve
        scaled = voters * reserve.numerator
        return -(-scaled // reserve.denominator) if reserve.rounding == "up" else scaled // reserve.denominator

    def was_issued(self, seal: str) -> bool:
        """Whether a seal number lies in a series that was given out; with no series stated, every number does."""
        if not self.rules.seal_series:
            return True
        name = parse_seal_id(seal)
        return any(
            series.issuer == name.issuer and series.first <= name.number <= series.last for series in self.rules.seal_series
        )


def _meets(quorum: Quorum, *, by: Sequence[KeyRecord]) -> bool:
    able = [record for record in by if record.role in quorum.roles]
    if quorum.including and not any(record.role in quorum.including for record in able):
        return False
    return len({record.person for record in able}) >= quorum.persons
