"""The rules in plain words: one sentence for each, for the command line and the pages.

Not here: which rules are in force (``rules_in_force``), and how they are set (``schemas.rules``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from custody.core.authority.roots import ROOT_DECISIONS
from custody.core.wording.finding_codes import SEVERITY
from custody.core.wording.messages import Message, message
from schemas.rules import Capacity, Quorum, Rules


def told_root() -> Message:
    """Which decisions the root threshold takes beside."""
    return message("rules.root-too", types=tuple(message("type", type=name) for name in ROOT_DECISIONS))


def told_figures(told: Rules) -> Iterable[Message]:
    """Reserve, seals, hours, tolerances, what is kept apart: one sentence for each."""
    reserve = told.reserve
    yield message("rules.reserve", papers=reserve.numerator, voters=reserve.denominator, rounding=reserve.rounding)
    series = tuple(
        message("rules.series", issuer=row.issuer, first=f"{row.first:06d}", last=f"{row.last:06d}")
        for row in told.seal_series
    )
    yield message("rules.seals", series=series) if series else message("rules.any-seal")
    yield message("rules.waiting", hours=told.waiting_hours)
    yield message("rules.offers", hours=told.offer_expiry_hours)
    yield message(
        "rules.silence",
        reported=told.silence_reported_hours,
        overdue=told.silence_overdue_hours,
        at_risk=told.silence_at_risk_hours,
    )
    yield from _separations(told)
    yield message("rules.recount", persons=told.recount_persons)
    yield message("rules.deadlines", arrival=told.arrival_hours, back=told.return_hours)
    yield from _disposal(told)
    yield from _chosen(told)
    yield message(
        "rules.tolerances", papers=told.weighed_per_mille, clock=told.clock_skew_minutes, minutes=told.break_minutes
    )
    changed = tuple(
        message("rules.severity", code=row.code, severity=message("severity", severity=row.severity))
        for row in told.severities
        if SEVERITY.get(row.code) != row.severity
    )
    own = tuple(row.code for row in told.codes)
    yield message("rules.codes", codes=own) if own else message("rules.only-published-codes")
    yield message("rules.severities", changed=changed) if changed else message("rules.default-severities")


def _separations(told: Rules) -> Iterable[Message]:
    for pair in told.separations:
        first, second = _capacity(pair.first), _capacity(pair.second)
        kept_apart = message("rules.separation", first=first, second=second)
        lifted = message("rules.separation-lifted", first=first, second=second)
        yield lifted if pair.dispensable else kept_apart
    if not told.separations:
        yield message("rules.no-separation")


def _capacity(capacity: Capacity) -> Message:
    if capacity.part is None:
        return (
            message("rules.at-station", roles=_any_of(capacity.roles)) if capacity.roles else message("rules.enrolled")
        )
    if capacity.roles:
        return message("rules.part-as", part=capacity.part, roles=_any_of(capacity.roles))
    return message("rules.part", part=capacity.part)


def _disposal(told: Rules) -> Iterable[Message]:
    yield message("rules.disposal", disposal=told.disposal)
    for disposal in ("return", "keep-and-destroy"):
        stations = tuple(sorted(row.station for row in told.disposal_exceptions if row.disposal == disposal))
        if stations and disposal != told.disposal:
            yield message("rules.disposal-except", stations=stations, disposal=disposal)


def _chosen(told: Rules) -> Iterable[Message]:
    """What an election states of its own where most state nothing."""
    if told.storage_days:
        yield message("rules.storage", days=told.storage_days)
    if told.allocation.method == "fixed":
        yield message("rules.allocated-by-table")
    if told.allocation.method == "estimate-with-cap":
        yield message("rules.allocated-by-cap", papers=told.allocation.cap)
    if told.resupply != "between-stations":
        yield message("rules.resupply", resupply=told.resupply)
    if told.list_signatures == "style":
        yield message("rules.signs-each-style")
    for row in told.handovers:
        receiving = tuple(message("party", kind=kind) for kind in row.receiving)
        yield message("rules.hands", releasing=message("party", kind=row.releasing), receiving=receiving)
    if told.retention:
        yield message(
            "rules.retention", kinds=tuple(message("rules.retention-kind", kind=kind) for kind in told.retention)
        )
    if told.cancelling:
        yield message("rules.cancelling", ways=told.cancelling)
    for stand in told.stand_ins:
        yield message("rules.stand-in", role=message("role", role=stand.role), roles=_any_of(stand.stands_in_for))


def told_signatures(told: Rules) -> Iterable[Message]:
    """Who must sign what, in the order of the types of events."""
    rows = told.signatures
    names = sorted({(row.type, row.part) for row in rows})
    for type_name, part in names:
        own = [row for row in rows if (row.type, row.part) == (type_name, part)]
        quorums = tuple(
            message("rules.one-of", quorums=tuple(_quorum(quorum) for quorum in row.quorums)) for row in own
        )
        yield message("rules.signers", type=type_name, part=part, quorums=quorums)


def _quorum(quorum: Quorum) -> Message:
    who = _any_of(quorum.roles)
    if not quorum.including:
        return message("rules.quorum", persons=quorum.persons, who=who)
    return message("rules.quorum-with", persons=quorum.persons, who=who, including=_any_of(quorum.including))


def _any_of(roles: Sequence[str]) -> Message:
    names = tuple(message("role", role=role) for role in roles)
    return (
        message("any-of", names=names) if len(names) < 3 else message("any-of.more", names=names[:-1], last=names[-1])
    )
