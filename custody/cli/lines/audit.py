"""An audit as lines of text: what was checked, what is missing, what is bad, and the verdict.

What is missing or bad is told in the auditor's own words, which are English: it is for whoever looks into the archive's files.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.audit.verdict import AuditReport, WitnessesHeard
from custody.cli.lines.witnesses import age
from custody.core.state.moments import moment
from custody.core.wording.finding_codes import title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render

MEANING: Final = message("audit.meaning")
GAPS_SHOWN_MAX: Final = 20


def audit_lines(report: AuditReport, *, now: int | None = None, language: Language = "en") -> Iterator[str]:
    """What was checked, what is missing and what is bad, line by line, without the verdict; ``now``: cosignatures by age."""
    yield render(_checked(report), language=language)
    if report.witnesses is not None:
        yield render(_heard(report.witnesses), language=language)
        if now is not None and report.witnesses.times:
            yield render(_ages(report.witnesses, now=now), language=language)
    if report.tally.findings:
        counts = tuple(
            message("audit.count", code=_code(code, language=language), number=count)
            for code, count in sorted(report.tally.findings.items())
        )
        total = sum(report.tally.findings.values())
        yield render(message("audit.findings", findings=total, counts=counts), language=language)
    for gap in report.gaps[:GAPS_SHOWN_MAX]:
        yield f"{gap.name}: {gap.sentence}"
    if len(report.gaps) > GAPS_SHOWN_MAX:
        yield render(message("audit.more", more=len(report.gaps) - GAPS_SHOWN_MAX), language=language)


def shown_audited(report: AuditReport, *, language: Language = "en") -> list[str]:
    """What a demonstration says of its audit: what was checked, and who cosigned it."""
    heard = [] if report.witnesses is None else [render(_heard(report.witnesses), language=language)]
    return [render(_checked(report), language=language), *heard]


def verdict_line(report: AuditReport, *, language: Language = "en") -> str:
    """The last line: the verdict and its reason."""
    verdict, bad = message("audit.verdict", verdict=report.verdict.value), report.first_bad
    if bad is not None:
        where = message("label.position", position=bad.position, entries=bad.position + 1)
        said = message("audit.first-bad", verdict=verdict, log=bad.log, where=where, reason=bad.reason)
    elif report.gaps:
        said = message("audit.gap", verdict=verdict, name=report.gaps[0].name, sentence=report.gaps[0].sentence)
    else:
        said = message("audit.as-of", verdict=verdict, entries=report.tally.entries)
    return render(said, language=language)


def _code(code: str, *, language: Language) -> str:
    return code if language == "en" else render(title(code), language=language)


def _checked(report: AuditReport) -> Message:
    tally = report.tally
    is_pinned = all(gap.name != "--root" for gap in report.gaps)
    return message(
        "audit.checked",
        entries=tally.entries,
        size=sum(log.size for log in report.logs),
        repeats=message("audit.aside", text=tally.repeats) if tally.repeats else "",
        signatures=tally.signatures,
        all=tally.signatures + tally.doubtful,
        replayed=message("audit.replayed") if tally.state_digest is not None else message("audit.not-replayed"),
        root=message("audit.root-compared") if is_pinned else message("audit.no-root"),
    )


def _ages(heard: WitnessesHeard, *, now: int) -> Message:
    """From which groups they come who cosigned, and how old the cosignature of each is."""
    each = tuple(
        message("audit.cosignature", name=name, group=heard.groups.get(name, "-"), age=age(at, now=now))
        for name, at in sorted(heard.times.items())
    )
    return message("audit.cosignatures", groups=len(heard.camps), each=each)


def _heard(heard: WitnessesHeard) -> Message:
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
