"""Reports: what was seen on units. They change none of them; what they say can raise, settle or narrow findings.

A report is judged against the units as they were after the acts it observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Never, Protocol, TypeVar, cast

from custody.core.checks.case import Case, Stated, check_holder, heard_of
from custody.core.checks.interested_parties import last_responsible
from custody.core.checks.log_time_limits import is_too_far
from custody.core.checks.seals import check_seals
from custody.core.checks.silence import unheard
from custody.core.judges.custody_reports import judge_acknowledged, judge_broken, judge_disclosed
from custody.core.state.finding_store import Draft
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import overdue_topic
from custody.core.state.verdict import Verdict, blocked
from custody.core.wording.messages import Message, message
from schemas.identifiers import epoch_seconds
from schemas.transfer import (
    AnswerAcknowledged,
    CustodyBroken,
    DelayReported,
    DetailsDisclosed,
    ObserverRemarked,
    OverdueNoted,
    SealsChecked,
    StopRecorded,
)

E = TypeVar("E", bound=Stated)
E_contra = TypeVar("E_contra", bound=Stated, contravariant=True)


def judge_report(state: State, case: Case[Stated], *, record: RecordedEvent) -> Verdict:
    """What one report means; it is applied whatever it says, unless its signer could not have seen it."""
    return REPORTS[record.type](cast("Case[Never]", case), state=state)


def _seen_by_holder(case: Case[SealsChecked | StopRecorded | DelayReported], *, state: State) -> Verdict:
    """Stops, delays and checked seals are the holder's to report."""
    units = tuple(state.paths.outermost(unit) for unit in case.existing())
    told = () if isinstance(case.event, DelayReported) else case.event.seals
    wrong = check_holder(case, part="acting", units=units if told else [last_responsible(unit) for unit in units])
    if wrong:
        return blocked(*wrong)
    heard = heard_of(units)
    if not told:
        return Verdict(heard=heard)
    check = check_seals(case, units=case.existing(), found=told)
    read = {item.seal for item in told}
    at = epoch_seconds(case.event.at)
    intact = [
        seal for seals in check.seals.values() for seal in seals if seal.number in read and seal.condition == "intact"
    ]
    return Verdict(
        findings=tuple(draft for draft in check.findings if draft.code != "seal-unchecked"),
        settles=check.settles,
        heard=heard,
        sightings=tuple((seal.number, at) for seal in intact),
        breaks=check.breaks,
    )


def _overdue(case: Case[OverdueNoted], *, state: State) -> Verdict:
    """The monitor's note, once for each leg and deadline; a leg that is recorded by now raises nothing."""
    event = case.event
    consignment = state.registers.consignments.get(event.consignment)
    legs = () if consignment is None else consignment.legs
    planned = next((leg for leg in legs if leg.number == event.leg), None)
    if consignment is None or planned is None:
        return blocked(_never_was(case, why=message("due.no-leg", leg=event.leg, consignment=event.consignment)))
    late_s = epoch_seconds(event.at) - epoch_seconds(event.due)
    if planned.due is not None and epoch_seconds(planned.due) != epoch_seconds(event.due):
        return blocked(_never_was(case, why=message("due.other", due=planned.due)))
    if late_s < 0:
        return blocked(_never_was(case, why=message("due.before", at=event.at)))
    silent = unheard(state, state.legs(event.consignment), number=event.leg)
    # rules.md 108
    if not silent or is_too_far(state, at=event.at):
        return Verdict()
    topic = overdue_topic(event.consignment, leg=event.leg, due=event.due)
    if state.findings.on_topic(topic) and state.findings.unsettled(topic) is None:
        return Verdict()
    some = (message("overdue.of", units=silent),) if len(silent) < len(consignment.units) else ()
    sentence = message(
        "overdue",
        consignment=event.consignment,
        leg=event.leg,
        due=event.due,
        some=some,
        late=message("duration.hours", hours=late_s // 3600, minutes=f"{late_s // 60 % 60:02d}"),
        step=event.step,
    )
    draft = case.draft(
        "overdue",
        subject=f"{event.consignment}/{event.leg}",
        sentence=sentence,
        evidence=(consignment.act, case.event_id),
        topic=topic,
        station=consignment.station,
        units=silent,
    )
    noted = ((event.consignment, topic, silent),)
    return Verdict(findings=(draft,), overdue=noted, raises={topic: sentence})


def _never_was(case: Case[OverdueNoted], *, why: Message) -> Draft:
    event = case.event
    leg, due, of = event.leg, event.due, event.consignment
    sentence = message("due.never-was", type=case.type, leg=leg, consignment=of, due=due, why=why)
    return case.draft("not-in-state", subject=f"{event.consignment}/{event.leg}", sentence=sentence)


def _remark(case: Case[Stated], *, state: State) -> Verdict:  # noqa: ARG001 - one row of a table like any other
    """An observer's remark is kept; it raises nothing."""
    return Verdict()


class Reporter(Protocol[E_contra]):
    """What one type of report means."""

    def __call__(self, case: Case[E_contra], *, state: State) -> Verdict:
        """Judge a report; pure but for what it asks of the state."""


def _reporting(model: type[E], reporter: Reporter[E]) -> tuple[str, Reporter[Never]]:
    """One row of the table: the type of report, and the judge of just that type."""
    return model.__name__, reporter


REPORTS: Final[Mapping[str, Reporter[Never]]] = MappingProxyType(
    dict(
        (
            _reporting(SealsChecked, _seen_by_holder),
            _reporting(StopRecorded, _seen_by_holder),
            _reporting(DelayReported, _seen_by_holder),
            _reporting(OverdueNoted, _overdue),
            _reporting(ObserverRemarked, _remark),
            _reporting(AnswerAcknowledged, judge_acknowledged),
            _reporting(CustodyBroken, judge_broken),
            _reporting(DetailsDisclosed, judge_disclosed),
        )
    )
)
"""Report type -> what it says. One row to add a report."""
