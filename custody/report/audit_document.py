"""An audit as a document: the verdict first, what was checked with its counts, what it means and what it does not.

The words are those of the terminal (``custody.audit.sayings``). Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.audit.sayings import MEANING, checked_said, heard_said, is_pinned, verdict_said
from custody.audit.verdict import AuditReport, AuditVerdict
from custody.core.wording.finding_codes import title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.paper.sheet import figure
from custody.report.document import Copied, Document, DocumentTable, Part, Said, Section

_GAPS_MAX: Final = 1_000
"""So many rows of what is missing; the rest is a number."""
_MEANS: Final = {
    AuditVerdict.VERIFIED: MEANING,
    AuditVerdict.TAMPERED: message("audit.doc-tampered"),
    AuditVerdict.NOT_ESTABLISHED: message("audit.doc-not-established"),
}


def audit_document(report: AuditReport, *, command: str, language: Language) -> Document:
    """The document of an audit in one language; ``command`` is what makes the same again."""

    def tell(text: Message) -> str:
        return render(text, language=language)

    sections = (
        (message("audit.doc-checked"), _checked(report, language=language)),
        (message("audit.doc-against"), _against(report, language=language)),
        (message("audit.doc-lacking"), _lacking(report, language=language)),
        (message("audit.doc-findings"), _findings(report, language=language)),
        (message("audit.doc-means"), _means(report, language=language)),
        (message("audit.doc-record"), _record(report, command=command, language=language)),
    )
    return Document(
        language=language,
        title=tell(message("audit.doc-title")),
        lead=" ".join(tell(verdict_said(report)).split()),
        lines=(),
        sections=tuple(Section(tell(heading), parts) for heading, parts in sections if parts),
        page_of=tell(message("report.page", x="⟦x⟧", y="⟦y⟧")),
    )


def _checked(report: AuditReport, *, language: Language) -> tuple[Part, ...]:
    rows = tuple((render(what, language=language), render(found, language=language)) for what, found in _checks(report))
    head = (message("audit.doc-what"), message("audit.doc-count"))
    table = DocumentTable("", tuple(render(text, language=language) for text in head), rows, (1, 1))
    return (Said(" ".join(render(checked_said(report), language=language).split())), table)


def _checks(report: AuditReport) -> Iterator[tuple[Message, Message]]:
    tally = report.tally
    size = sum(log.size for log in report.logs)
    yield message("audit.doc-entries"), message("audit.doc-of", part=tally.entries, whole=size)
    yield message("audit.doc-events"), message("audit.doc-of", part=tally.events, whole=tally.entries)
    yield (
        message("audit.doc-signatures"),
        message("audit.doc-of", part=tally.signatures, whole=tally.signatures + tally.doubtful),
    )
    is_replayed = tally.state_digest is not None
    yield message("audit.doc-rules"), message("audit.replayed") if is_replayed else message("audit.not-replayed")
    yield message("audit.doc-root"), message("audit.root-compared") if is_pinned(report) else message("audit.no-root")
    heard = report.witnesses
    yield message("audit.doc-witnesses"), message("audit.doc-no-witnesses") if heard is None else heard_said(heard)


def _against(report: AuditReport, *, language: Language) -> tuple[Part, ...]:
    bad = report.first_bad
    if bad is None:
        return ()
    where = message("label.position", position=bad.position, entries=bad.position + 1)
    return (_places([(where, bad.reason)], language=language),)


def _lacking(report: AuditReport, *, language: Language) -> tuple[Part, ...]:
    rows = [(gap.name, gap.sentence) for gap in report.gaps[:_GAPS_MAX]]
    if not rows:
        return ()
    left = len(report.gaps) - len(rows)
    more = (Said(render(message("audit.more", more=left), language=language)),) if left else ()
    return (_places(rows, language=language), *more)


def _places(rows: list[tuple[str, str]], *, language: Language) -> DocumentTable:
    head = (message("audit.doc-where"), message("audit.doc-sentence"))
    told = tuple(tuple(render(cell, language=language) for cell in row) for row in rows)
    return DocumentTable("", tuple(render(text, language=language) for text in head), told, (2, 5))


def _findings(report: AuditReport, *, language: Language) -> tuple[Part, ...]:
    if not report.tally.findings:
        return (Said(render(message("audit.doc-no-findings"), language=language)),)
    rows = tuple(
        (render(title(code), language=language), code, figure(number, language=language))
        for code, number in sorted(report.tally.findings.items())
    )
    head = (message("report.head.code"), message("report.head.kind"), message("report.unit.number"))
    table = DocumentTable("", tuple(render(text, language=language) for text in head), rows, (5, 3, 2), (2,))
    return (Said(render(message("audit.doc-findings-are"), language=language)), table)


def _means(report: AuditReport, *, language: Language) -> tuple[Part, ...]:
    said = (_MEANS[report.verdict], message("audit.doc-nothing-of"))
    return tuple(Said(render(text, language=language)) for text in said)


def _record(report: AuditReport, *, command: str, language: Language) -> tuple[Part, ...]:
    rows = [(message("audit.doc-root"), report.election or "")]
    for log in report.logs:
        rows += [
            (message("audit.doc-log"), log.origin),
            (message("audit.doc-size"), figure(log.size, language=language)),
            (message("audit.doc-tree"), log.root.hex()),
        ]
    rows.append((message("audit.doc-state"), report.tally.state_digest or ""))
    lines = "\n".join(f"{render(name, language=language)}: {value}" for name, value in rows)
    again = Said(render(message("audit.doc-again"), language=language))
    return (Copied(lines), again, Copied(command))
