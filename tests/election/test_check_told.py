"""What a checked folder comes to is told in the reader's language: no English word, no stamp, every figure that JSON has."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from custody.cli.lines.election import election_lines, uncovered
from custody.core.wording.message_format import Language
from custody.election.reading import read_election
from tests.election.conftest import Command

STAMP = re.compile(r"\d{4}-\d{2}-\d{2}")
NAMES = re.compile(
    r"Alegeri|md-2027|cec\.invalid|Europe/\w+|\d{4}[a-z]\b|\b(UTC|CEC|MFA|PRN|AAA|BBB|CCC)\b|\b[a-z]+(-[a-z]+)*-[a-z0-9]+\b"
)
"""The election's own names, codes of offices and stations, zones, an edition, badges."""


@pytest.mark.parametrize(
    ("language", "opens"),
    [
        ("en", "Sunday 16 May 2027, 07:00 (UTC+3)"),
        ("ru", "воскресенье, 16.05.2027, 07:00 (UTC+3)"),
        ("kk", "2027 ж. 16 мамыр, жексенбі, 07:00 (UTC+3)"),
    ],
)
def test_the_election_is_told_in_one_language(custody: Command, folder: Path, *, language: str, opens: str) -> None:
    ended = custody("election", "check", str(folder), "--lang", language)
    row = re.search(r"^AAA +300 +303 .*$", ended.out, re.MULTILINE)
    assert (ended.code, ended.err, STAMP.search(ended.out)) == (0, "", None)
    assert row is not None
    assert row[0].count(opens) == 2
    if language != "en":
        assert sorted(set(re.findall(r"[A-Za-z]{2,}", NAMES.sub("", ended.out)))) == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "NOT COVERED by the rules: who signs the archiving."),
        ("ru", "НЕ ОПРЕДЕЛЕНО правилами, кто подписывает: сдача в архив."),
        ("kk", "Ережелерде кім қол қоятыны БЕЛГІЛЕНБЕГЕН: мұрағатқа тапсыру."),
    ],
)
def test_what_the_rules_leave_open_is_told_by_its_name(folder: Path, *, language: Language, told: str) -> None:
    election = read_election(folder)
    left = tuple(row for row in election.rules.signatures if row.type != "Archived")
    short = replace(election, rules=election.rules.model_copy(update={"signatures": left}))
    assert uncovered(short) == ["Archived"]
    assert list(election_lines(short, language=language))[-1] == told


@pytest.mark.parametrize(("language", "told"), [("en", "1 mistake"), ("ru", "1 ошибка"), ("kk", "1 қате")])
def test_mistakes_are_counted_in_the_language(custody: Command, folder: Path, *, language: str, told: str) -> None:
    (folder / "plan.csv").unlink()
    ended = custody("election", "check", str(folder), "--lang", language)
    assert (ended.code, ended.err) == (65, f"{told}\n")
