"""An audit as a document: the verdict first, the terminal's words, three languages, and no word of another one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from custody.audit.verdict import AuditCounts, AuditReport, AuditVerdict, Bad, EvidenceGap, LogHead, WitnessesHeard
from custody.cli.exits import run
from custody.cli.lines.audit import audit_lines, verdict_line
from custody.cli.program import make_app
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import error_told, message, render
from custody.report.audit_document import audit_document
from custody.report.document_files import as_html, as_pdf, as_text
from schemas.errors import Refused
from tests.worlds import World

HEARD = WitnessesHeard(
    times={"w1": 1_430_000_000},
    named=("w1", "w2"),
    needs=message("audit.needs-group", name="cec", threshold=2, members=2),
    is_met=False,
)
GAPS = (
    EvidenceGap("--root", message("audit.gap-root")),
    EvidenceGap("keys.json", message("audit.gap-altered")),
    EvidenceGap("logs/0/checkpoint", error_told(Refused("note-form", "The note has 3 lines too many in logs/0/x."))),
)


def report(verdict: AuditVerdict) -> AuditReport:
    """An audit that ended with a verdict."""
    return AuditReport(
        verdict=verdict,
        election="ab" * 32,
        logs=(LogHead(origin="kz-2015.invalid/kz-2015/0", size=2_814, root=bytes(32)),),
        tally=AuditCounts(entries=2_814, events=2_813, signatures=7_845, doubtful=2, findings={"overdue": 1}),
        first_bad=Bad(0, 17, message("audit.bad-entry")) if verdict is AuditVerdict.TAMPERED else None,
        gaps=() if verdict is AuditVerdict.VERIFIED else GAPS,
        witnesses=HEARD,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", AuditVerdict)
def test_the_document_says_the_verdict_first_in_the_words_of_the_terminal(
    verdict: AuditVerdict, *, language: Language
) -> None:
    found = report(verdict)
    document = audit_document(found, command="custody audit archive", language=language)
    assert document.lead == " ".join(verdict_line(found, language=language).split())
    page = " ".join(re.sub(r"<[^>]+>", " ", as_html(document).decode()).replace("&#39;", "'").split())
    told = " ".join(as_text(document).split())
    for words in [" ".join(line.split()) for line in audit_lines(found, language=language)][:2]:
        assert words in page
        assert words in told
    for gap in found.gaps:
        assert render(gap.sentence, language=language) in page
    assert as_pdf(document) == as_pdf(document)


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("verdict", AuditVerdict)
def test_the_document_of_an_audit_has_no_english_word(verdict: AuditVerdict, *, language: Language) -> None:
    told = as_text(audit_document(report(verdict), command="custody audit archive", language=language))
    names = {
        "custody",
        "audit",
        "archive",
        "invalid",
        "overdue",
        "root",
        "logs",
        "checkpoint",
        "keys",
        "json",
        "UTC",
        "cec",
    }
    assert set(re.findall(r"[A-Za-z]{3,}", re.sub(r"(ab){9,}", "", told))) <= names


@pytest.mark.parametrize(("suffix", "begins"), [("html", b"<!doctype html>"), ("pdf", b"%PDF-"), ("json", b"{")])
def test_the_command_writes_the_document_beside_what_it_says(
    suffix: str, begins: bytes, *, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World()
    archive = world.archive(tmp_path / "archive", entries=world.some(14))
    to = tmp_path / f"audit.{suffix}"
    words = ["audit", str(archive), "--root", world.election, "--lang", "kk", "--report", str(to)]
    assert run(make_app(words), arguments=words) == 0
    assert capsys.readouterr().out.rstrip().endswith("ТЕКСЕРІЛДІ  жазба саны: 14")
    assert to.read_bytes().startswith(begins)
    if suffix == "json":
        assert json.loads(to.read_bytes())["verdict"] == "VERIFIED"


def test_a_document_of_no_known_form_is_refused_before_anything_is_audited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["audit", str(tmp_path / "nothing"), "--report", str(tmp_path / "audit.docx")]
    assert run(make_app(words), arguments=words) == 64
    assert "audit.docx names no form of a document" in capsys.readouterr().err
