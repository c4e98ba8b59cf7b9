"""Sayings of an audit, what it found: the same words on a terminal, in a document and in a demonstration.

Not here: how they are shown (``custody.cli.lines``, ``custody.report``), and what of them goes into JSON (``verdict``).
"""

from __future__ import annotations

from typing import Final

from custody.audit.verdict import AuditReport, WitnessesHeard
from custody.core.state.moments import moment
from custody.core.wording.messages import Message, message

MEANING: Final = message("audit.meaning")


def is_pinned(report: AuditReport) -> bool:
    """Whether the election was compared with a root that the auditor brought along."""
    return all(gap.name != "--root" for gap in report.gaps)


def checked_said(report: AuditReport) -> Message:
    """What was checked, with the counts."""
    tally = report.tally
    return message(
        "audit.checked",
        entries=tally.entries,
        size=sum(log.size for log in report.logs),
        repeats=message("audit.aside", text=tally.repeats) if tally.repeats else "",
        signatures=tally.signatures,
        all=tally.signatures + tally.doubtful,
        replayed=message("audit.replayed") if tally.state_digest is not None else message("audit.not-replayed"),
        root=message("audit.root-compared") if is_pinned(report) else message("audit.no-root"),
    )


def verdict_said(report: AuditReport) -> Message:
    """The verdict and its reason."""
    verdict, bad = message("audit.verdict", verdict=report.verdict.value), report.first_bad
    if bad is not None:
        where = message("label.position", position=bad.position, entries=bad.position + 1)
        return message("audit.first-bad", verdict=verdict, log=bad.log, where=where, reason=bad.reason)
    if report.gaps:
        gap = report.gaps[0]
        return message("audit.gap", verdict=verdict, name=gap.name, sentence=gap.sentence)
    return message("audit.as-of", verdict=verdict, entries=report.tally.entries)


def heard_said(heard: WitnessesHeard) -> Message:
    """How many have cosigned, when, and whether that proves anything."""
    times = [moment(at) for at in sorted(heard.times.values())]
    met = message("audit.proven") if heard.is_met else message("audit.not-proven")
    cosigned, named, needs = len(heard.times), len(heard.named), heard.needs
    if not times:
        return message("audit.witnesses-silent", cosigned=cosigned, named=named, needs=needs, met=met)
    if times[0] == times[-1]:
        return message("audit.witnesses-at", cosigned=cosigned, named=named, needs=needs, met=met, at=times[0])
    first, last = times[0], times[-1]
    return message(
        "audit.witnesses-between", cosigned=cosigned, named=named, needs=needs, met=met, first=first, last=last
    )
