"""An audit as lines of text: what was checked, what is missing, what is bad, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.audit.sayings import checked_said, heard_said, verdict_said
from custody.audit.verdict import AuditReport, EvidenceGap, WitnessesHeard
from custody.cli.lines.witnesses import age
from custody.core.wording.finding_codes import title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render

GAPS_SHOWN_MAX: Final = 20


def audit_lines(report: AuditReport, *, now: int | None = None, language: Language = "en") -> Iterator[str]:
    """What was checked, what is missing and what is bad, line by line, without the verdict; ``now``: cosignatures by age."""
    yield render(checked_said(report), language=language)
    if report.witnesses is not None:
        yield render(heard_said(report.witnesses), language=language)
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
        yield gap_line(gap, language=language)
    if len(report.gaps) > GAPS_SHOWN_MAX:
        yield render(message("audit.more", more=len(report.gaps) - GAPS_SHOWN_MAX), language=language)


def gap_line(gap: EvidenceGap, *, language: Language = "en") -> str:
    """Where something is missing, and what."""
    return f"{render(gap.name, language=language)}: {render(gap.sentence, language=language)}"


def shown_audited(report: AuditReport, *, language: Language = "en") -> list[str]:
    """What a demonstration says of its audit: what was checked, and who cosigned it."""
    heard = [] if report.witnesses is None else [render(heard_said(report.witnesses), language=language)]
    return [render(checked_said(report), language=language), *heard]


def verdict_line(report: AuditReport, *, language: Language = "en") -> str:
    """The last line: the verdict and its reason."""
    return render(verdict_said(report), language=language)


def _code(code: str, *, language: Language) -> str:
    return code if language == "en" else render(title(code), language=language)


def _ages(heard: WitnessesHeard, *, now: int) -> Message:
    """From which groups they come who cosigned, and how old the cosignature of each is."""
    each = tuple(
        message("audit.cosignature", name=name, group=heard.groups.get(name, "-"), age=age(at, now=now))
        for name, at in sorted(heard.times.items())
    )
    return message("audit.cosignatures", groups=len(heard.camps), each=each)
