"""Rules in force: quorums, reserve, severities, seal series; asked for as of the position of an act's first entry.

Not here: the rules themselves (they are on the log, `schemas.rules.Rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from custody.core.authority.parties import PARTY_OF_ROLE, Party
from custody.core.authority.roster import KeyRecord
from custody.core.wording.finding_codes import SEVERITY
from custody.core.wording.messages import Message, message
from schemas.base import Part, PartyKind
from schemas.codes import BASE_CODES
from schemas.identifiers import parse_seal_id
from schemas.rules import Disposal, Quorum, Reserve, Rules, SealSeries, Severity, SignatureRule, StandIn

STAND_IN: Final = "head-of-mission"
"""The role that may complete a commission of which fewer can act (domain.md §2)."""
_ACROSS: Final = frozenset({"LossDeclared", "UnitFound"})
"""Types that persons of different offices sign together: who happens to know of a loss, or to find."""

Index = Mapping[str, Mapping[Part, tuple[tuple[Quorum, ...], ...]]]


@dataclass(frozen=True, slots=True, eq=False)
class RulesInForce:
    """One set of rules and the event that brought it; ``index``: type -> part -> the quorums of each rule.

    Each is itself and equals no other, so that what it says of the same signers is worked out once (``_worth``).

    ``codes``: code of this election -> language -> what it says.
    """

    event: str
    rules: Rules
    index: Index
    codes: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, rules: Rules, *, event: str) -> RulesInForce:
        """The rules that ``event`` brought, indexed for judging."""
        index: dict[str, dict[Part, tuple[tuple[Quorum, ...], ...]]] = {}
        for rule in rules.signatures:
            parts = index.setdefault(rule.type, {})
            parts[rule.part] = (*parts.get(rule.part, ()), rule.quorums)
        codes = {row.code: {words.language: words.text for words in row.words} for row in rules.codes}
        return cls(event=event, rules=rules, index=index, codes=codes)

    def says(self, code: str, *, language: str) -> str | None:
        """What a code of the published list or of this election says, in English or as stated where a language lacks; or None."""
        words = self.codes.get(code) or BASE_CODES.get(code)
        return None if words is None else words.get(language) or words.get("en") or next(iter(words.values()), code)

    def required_parts(self, type_name: str) -> tuple[Part, ...]:
        """The parts that must sign an event of this type, each once."""
        return tuple(self.index.get(type_name, ()))

    def persons_needed(self, type_name: str) -> int:
        """How many persons at least sign an event of this type, over all of its parts."""
        parts = self.index.get(type_name, {}).values()
        return sum(min((row.persons for row in quorums), default=0) for rules in parts for quorums in rules)

    def is_met(self, type_name: str, *, part: Part, by: Sequence[KeyRecord]) -> bool:
        """Whether the distinct persons of one office in ``by`` meet every rule for this part (any quorum of each rule)."""
        return _worth(self, (type_name, part, tuple(by))).is_met

    def entitled(self, type_name: str, *, part: Part, by: Sequence[KeyRecord]) -> tuple[Party, ...]:
        """The parties for which the signers of a part act: those whose persons meet one of its quorums."""
        return _worth(self, (type_name, part, tuple(by))).entitled

    def lacking(
        self, type_name: str, *, part: Part, by: Sequence[KeyRecord], asked: Sequence[KeyRecord] = ()
    ) -> Message:
        """What a part still needs, in words: how many of how many persons signed, which role is missing, who does not count.

        Of several alternatives it is the one that those who signed and those ``asked`` to come closest to.
        """
        rules = self.index.get(type_name, {}).get(part, ())
        unmet = [
            row
            for row in rules
            if not any(self.is_enough(quorum, by=group) for quorum in row for group in _groups(by, type_name=type_name))
        ]
        if not unmet:
            return message("lacking.one-office", badges=_badges(by))
        everybody = {record.keyid: record for record in (*by, *asked)}
        options = [
            (quorum, group)
            for quorum in unmet[0]
            for group in (*_groups(tuple(everybody.values()), type_name=type_name), ())
        ]
        quorum, group = max(options, key=lambda option: _closeness(*option, by=by))
        counted = [record for record in by if record in group and record.role in quorum.roles]
        have, rest = _able(quorum, by=counted), [record for record in by if record not in counted]
        more = (message("lacking.not-counted", badges=_badges(rest)),) if rest else ()
        if have >= quorum.persons:
            roles = tuple(message("role", role=role) for role in quorum.including)
            return message("lacking.role", roles=roles, more=more)
        return message("lacking.persons", have=have, persons=quorum.persons, more=more)

    def outsiders(self, type_name: str, *, part: Part, by: Sequence[KeyRecord]) -> tuple[KeyRecord, ...]:
        """Signers of a part that is met by others of another office: their signatures count for nothing."""
        # rules.md 9
        return _worth(self, (type_name, part, tuple(by))).outsiders

    def standing_in(self, type_name: str, *, part: Part, by: Sequence[KeyRecord]) -> tuple[KeyRecord, ...]:
        """Those of a part who stand in for others, where it is met only because of them."""
        return _worth(self, (type_name, part, tuple(by))).standing_in

    def is_enough(self, quorum: Quorum, *, by: Sequence[KeyRecord]) -> bool:
        """Whether these signers are enough for a quorum, with one of them in another's place where the rules let one."""
        return _meets(quorum, by=by, rows=self.rules.stand_ins)

    def may_sign(self, type_name: str, *, part: Part, record: KeyRecord) -> bool:
        """Whether a key of this role can count towards any quorum for this part."""
        rules = self.index.get(type_name, {}).get(part, ())
        return any(
            record.role in quorum.roles or _may_stand_in(record.role, quorum=quorum, rows=self.rules.stand_ins)
            for quorums in rules
            for quorum in quorums
        )

    def severity(self, code: str) -> Severity:
        """Severity of a finding's code: the rule on the log, else the default table."""
        # rules.md 50
        for rule in self.rules.severities:
            if rule.code == code:
                return rule.severity
        return SEVERITY[code]

    def reserve(self, voters: int) -> int:
        """Reserve papers for one station's list of ``voters``."""
        reserve = self.rules.reserve
        scaled = voters * reserve.numerator
        return -(-scaled // reserve.denominator) if reserve.rounding == "up" else scaled // reserve.denominator

    @property
    def signs_each_style(self) -> bool:
        """Whether a voter signs in the list once for each style, and not once for all styles of a contest."""
        return self.rules.list_signatures == "style"

    def fixed_share(self, station: str, *, style: str) -> int | None:
        """Papers that a station is allocated by a table; None where rules have no table."""
        rule = self.rules.allocation
        if rule.method != "fixed":
            return None
        rows = (row.papers for row in rule.shares if (row.station, row.style) == (station, style))
        return next(rows, 0)

    @property
    def cap(self) -> int | None:
        """The most papers that a station is allocated by an estimate; None where rules have no such bound."""
        rule = self.rules.allocation
        return rule.cap if rule.method == "estimate-with-cap" else None

    @property
    def is_by_list(self) -> bool:
        """Whether a station is allocated papers by its list and the reserve."""
        return self.rules.allocation.method == "list-and-reserve"

    def may_receive(self, releasing: PartyKind, *, receiving: PartyKind) -> bool:
        """Whether one kind of party may hand over to another, where the rules say who may."""
        return any(row.releasing == releasing and receiving in row.receiving for row in self.rules.handovers)

    def disposal(self, station: str) -> Disposal:
        """What becomes of a station's papers after the count."""
        rows = (row.disposal for row in self.rules.disposal_exceptions if row.station == station)
        return next(rows, self.rules.disposal)

    def was_issued(self, seal: str) -> bool:
        """Whether a seal number lies in a series that was given out; with no series stated, every number does."""
        return is_given_out(seal, series=self.rules.seal_series)


class _Worth(NamedTuple):
    """What the signers of one part are worth by one set of rules."""

    is_met: bool
    entitled: tuple[Party, ...]
    outsiders: tuple[KeyRecord, ...]
    standing_in: tuple[KeyRecord, ...]


@lru_cache(maxsize=4_096)
def _worth(rules: RulesInForce, signers: tuple[str, Part, tuple[KeyRecord, ...]]) -> _Worth:
    """The same persons sign together again and again; a key's record never changes, it is succeeded by another."""
    type_name, part, by = signers
    asked, groups = rules.index.get(type_name, {}).get(part, ()), _groups(by, type_name=type_name)
    met = {group: [quorum for row in asked for quorum in row if rules.is_enough(quorum, by=group)] for group in groups}
    every = [quorum for row in asked for quorum in row]
    acting = (_acting(quorum, by=group) for quorum in every for group in groups if quorum in met[group])
    return _Worth(
        is_met=all(any(quorum in met[group] for quorum in row for group in groups) for row in asked),
        entitled=tuple(dict.fromkeys(party for party in acting if party is not None)),
        outsiders=tuple(record for group in groups if not met[group] for record in group) if asked else (),
        standing_in=_standing_in_for(asked, groups=groups, rules=rules),
    )


def _standing_in_for(
    asked: Sequence[Sequence[Quorum]], *, groups: Sequence[tuple[KeyRecord, ...]], rules: RulesInForce
) -> tuple[KeyRecord, ...]:
    for quorums in asked:
        own = [quorum for quorum in quorums if not _names_one(quorum)]
        if own and not any(_meets(quorum, by=group) for quorum in own for group in groups):
            met = ((quorum, group) for quorum in quorums for group in groups if rules.is_enough(quorum, by=group))
            for quorum, group in met:
                return _standing_in(quorum, by=group, rows=rules.rules.stand_ins)
    return ()


def is_given_out(seal: str, *, series: Sequence[SealSeries]) -> bool:
    """Whether a seal number lies in one of these series; with none stated, every number does."""
    if not series:
        return True
    name = parse_seal_id(seal)
    return any(row.issuer == name.issuer and row.first <= name.number <= row.last for row in series)


def _groups(by: Sequence[KeyRecord], *, type_name: str) -> tuple[tuple[KeyRecord, ...], ...]:
    """Signers by where they belong: one station's mission and commission together, every other party for itself."""
    if type_name in _ACROSS:
        return (tuple(by),) if by else ()
    groups: dict[tuple[str, str], list[KeyRecord]] = {}
    for record in by:
        party = record.party
        where = ("", "") if party is None else ("station", party.office) if party.office else (party.kind, party.person)
        # rules.md 179
        if record.serves and any(other.office == record.serves for other in by):
            where = ("station", record.serves)
        groups.setdefault(where, []).append(record)
    return tuple(tuple(group) for group in groups.values())


def _closeness(quorum: Quorum, group: Sequence[KeyRecord], *, by: Sequence[KeyRecord]) -> tuple[bool, int, int, int]:
    """How close a group comes to a quorum: whether it could meet it, how many it is short of, how many have signed."""
    have = _able(quorum, by=[record for record in by if record in group])
    could = _able(quorum, by=group)
    return _meets(quorum, by=group), min(0, could - quorum.persons), have - quorum.persons, have


def _badges(records: Iterable[KeyRecord]) -> tuple[Message, ...]:
    """Public badges in words, with the office of each."""
    return tuple(sorted(message("badge", badge=record.badge, office=record.office) for record in records))


def _acting(quorum: Quorum, *, by: Sequence[KeyRecord]) -> Party | None:
    """The party a group acts for: the commission where one of its members takes part, whoever stands in for others."""
    parties = [record.party for record in by if record.role in quorum.roles and record.party is not None]
    commission = [party for party in parties if party.kind == "commission"]
    return next(iter((*commission, *parties)), None)


def _meets(quorum: Quorum, *, by: Sequence[KeyRecord], rows: Sequence[StandIn] = ()) -> bool:
    """Whether these signers are enough, with one of them standing in for another where the rules let one."""
    if _is_met(quorum, by=by, extra=None):
        return True
    # rules.md 178
    return any(_is_met(quorum, by=by, extra=row) for row in rows if _has_one(quorum, by=by, row=row))


def _able(quorum: Quorum, *, by: Sequence[KeyRecord]) -> int:
    """Distinct persons who count, whatever keys they hold."""
    # rules.md 6
    return len({record.person for record in by if record.role in quorum.roles})


def _standing_in(quorum: Quorum, *, by: Sequence[KeyRecord], rows: Sequence[StandIn]) -> tuple[KeyRecord, ...]:
    """Of signers who meet a quorum, those who do so in another's place; none where it is met without them."""
    if _names_one(quorum):
        return tuple(record for record in by if record.role == STAND_IN)
    if _is_met(quorum, by=by, extra=None):
        return ()
    roles = {row.role for row in rows if _has_one(quorum, by=by, row=row) and _is_met(quorum, by=by, extra=row)}
    return tuple(record for record in by if record.role in roles)


def _names_one(quorum: Quorum) -> bool:
    """Whether a head of mission makes up for a missing member of the commission: not where the mission acts for itself."""
    return STAND_IN in quorum.including and any(PARTY_OF_ROLE.get(role) == "commission" for role in quorum.roles)


def _may_stand_in(role: str, *, quorum: Quorum, rows: Sequence[StandIn]) -> bool:
    """Whether a role may stand in for one of those of a quorum."""
    return any(row.role == role and not set(row.stands_in_for).isdisjoint(quorum.roles) for row in rows)


def _has_one(quorum: Quorum, *, by: Sequence[KeyRecord], row: StandIn) -> bool:
    is_apt = row.role not in quorum.roles and not set(row.stands_in_for).isdisjoint(quorum.roles)
    return is_apt and any(record.role == row.role for record in by) and _able(quorum, by=by) > 0


def _is_met(quorum: Quorum, *, by: Sequence[KeyRecord], extra: StandIn | None) -> bool:
    """Whether the number and the roles asked for are there, with one person more where ``extra`` lets one stand in."""
    own = {record.person for record in by if record.role in quorum.roles}
    others = {record.person for record in by if extra is not None and record.role == extra.role} - own
    named = any(record.role in quorum.including for record in by if record.role in quorum.roles)
    if extra is not None and others:
        named = named or not set(extra.stands_in_for).isdisjoint(quorum.including)
    return (not quorum.including or named) and len(own) + bool(others) >= quorum.persons


_NOBODY: Final = SignatureRule(
    type="ElectionOpened", part="acting", quorums=(Quorum(persons=16, roles=("cec-officer",), including=()),)
)
BEFORE_GENESIS: Final = RulesInForce.of(
    Rules(
        signatures=(_NOBODY,),
        reserve=Reserve(numerator=0, denominator=1, rounding="up"),
        seal_series=(),
        severities=(),
        waiting_hours=1,
        silence_reported_hours=1,
        silence_overdue_hours=1,
        silence_at_risk_hours=1,
        offer_expiry_hours=1,
        separations=(),
        recount_persons=1,
        codes=(),
        arrival_hours=1,
        return_hours=1,
        disposal="return",
        disposal_exceptions=(),
        weighed_per_mille=0,
        clock_skew_minutes=0,
        break_minutes=0,
    ),
    event="",
)
"""What entries before genesis are judged by: the default severities."""
