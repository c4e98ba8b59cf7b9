"""What commands of a device, a directory and an audit tell in each language."""

from __future__ import annotations

import pytest

from custody.audit.verdict import AuditCounts, AuditReport, AuditVerdict, LogHead
from custody.cli.exits import run
from custody.cli.lines.audit import audit_lines, verdict_line
from custody.cli.lines.spoken import ENVIRONMENT
from custody.cli.program import make_app
from tests.cli.conftest import Commands

TALLY = AuditCounts(entries=2_814, events=2_813, signatures=7_845, findings={"overdue": 1}, state_digest="00" * 32)
REPORT = AuditReport(
    verdict=AuditVerdict.VERIFIED,
    election="ab" * 32,
    logs=(LogHead(origin="kz-2015.invalid/kz-2015/0", size=2_814, root=bytes(32)),),
    tally=TALLY,
    first_bad=None,
    gaps=(),
)


def test_an_audit_is_told_in_russian() -> None:
    assert list(audit_lines(REPORT, language="ru")) == [
        "ПРОВЕРКА  пересчитано записей 2814 из 2814 (событий 2813; повторяют уже записанное, например ради поздней подписи: "
        "1), подписей 7845 из 7845, все правила применены заново; идентификатор выборов сверен",
        "НЕСООТВЕТСТВИЯ: 1 (просрочено: 1)",
    ]
    assert verdict_line(REPORT, language="ru") == "ПРОВЕРЕНО  записей: 2814"


def test_an_audit_is_told_in_english_as_ever() -> None:
    assert list(audit_lines(REPORT)) == [
        "AUDIT     2,814 of 2,814 entries re-hashed (2,813 events; 1 repeats one, as a later signature does), 7,845 of 7,845 "
        "signatures, all rules replayed; root compared",
        "FINDINGS  1: overdue 1",
    ]
    assert verdict_line(REPORT) == "VERIFIED  as of 2,814 entries"


@pytest.mark.parametrize("asked", [("people",), ("status",), ("outbox", "--device", "phone-ank")])
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_environment_chooses_the_language_of_every_command(
    custody: Commands,
    asked: tuple[str, ...],
    *,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = [*asked, "--dir", str(custody.place.path)]
    assert run(make_app(), arguments=[*words, "--lang", language]) == 0
    told = capsys.readouterr().out
    monkeypatch.setenv(ENVIRONMENT, language)
    assert run(make_app(), arguments=words) == 0
    assert capsys.readouterr().out == told
    monkeypatch.delenv(ENVIRONMENT)
    assert run(make_app(), arguments=words) == 0
    assert capsys.readouterr().out != told


def test_a_device_tells_what_it_learned_and_holds_in_the_language_that_is_asked_for(
    custody: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--device", "phone-ank", "--dir", str(custody.place.path), "--lang", "ru"]
    assert run(make_app(), arguments=["sync", *words]) == 0
    assert "ничего не доказано: у этого журнала нет свидетелей журнала" in capsys.readouterr().out
    assert run(make_app(), arguments=["holding", *words]) == 0
    told = capsys.readouterr().out
    assert "дипломатический курьер (courier-ank)" in told
    assert "ничего не хранит" in told
