"""Whole outputs in Russian and Kazakh: no word of another language stands in them, and no stamp.

What may stand there in Latin letters is reviewed: names that data give in Latin (cities, badges, the election, time zones), codes
of units, seals, stations and events, hashes, UTC, and what a reader types (commands, options).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app
from custody.embedded.directory import Directory
from custody.sandbox.keyring import Keyring
from projections import queries
from tests.web.demo import Web

WORD = re.compile(r"[A-Za-z]{2,}")
STAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:")
SAME = re.compile(
    r"\b[A-Z]{3}-[A-Z]?[0-9]{2,}-[0-9A-Z]\b"  # units, consignments, seals
    r"|\b[0-9a-f]{16,64}\b"  # events, findings
    r"|\bUTC\b"
    r"|\bXXX\b"  # the code of a station that is not there, as the reader asked for it
    r"|\b[A-Z][A-Za-z]+(/[A-Z][A-Za-z_]+)+"  # time zones
    r"|custody (findings|show STATION --json)|--json|2015-04-26T10:00:00Z"  # what a reader types
    r"|\((ru|kk)\)"  # codes of languages, where the names of a station stand side by side
)
LANGUAGES = ("ru", "kk")


@pytest.fixture(scope="module")
def names(demo: Path) -> re.Pattern[str]:
    """Names that the data of the demonstration give in Latin letters."""
    place = Directory(demo)
    with place.open_books() as books:
        rows, policy = queries.all_stations(books), queries.witnesses(books)
    data = {name for row in rows for name in (row["station"], row["city"], row["country"])}
    data |= {name.badge for name in Keyring(place).names()} | {"kz-2015", "CEC", "MFA"}
    data |= set() if policy is None else {group["name"] for group in policy["groups"]}
    longest = sorted(data, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])" for name in longest))


def strange(text: str, *, names: re.Pattern[str]) -> dict[str, str]:
    """Each word in Latin letters that may not stand in a text, with its line; and each line with a stamp."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        rest = names.sub("", SAME.sub("", line))
        found |= dict.fromkeys(WORD.findall(rest), line)
        if STAMP.search(rest):
            found["a stamp"] = line
    return found


@pytest.fixture(scope="module")
def asked(demo: Path) -> list[tuple[str, ...]]:
    """What is asked: stations with findings and without, units with a long story, a consignment, a seal, the accounts."""
    with Directory(demo).open_books() as books:
        odd = sorted({row["station"] for row in queries.findings(books) if row["station"]})
        stations = [*odd, "AYT"]
        units = sorted({unit for row in queries.findings(books) for unit in row["units"]})[:12]
        consignment = queries.legs_of_station(books, "AYT")[0].consignment
        seal = next(seal["seal"] for unit in queries.units_of_station(books, "AYT") for seal in unit["seals"])
    return [("show", name) for name in (*stations, *units, consignment, seal, "ACCOUNTS")] + [("board",), ("findings",)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_commands_tell_of_a_whole_election_is_in_one_language(
    demo: Path,
    asked: list[tuple[str, ...]],
    *,
    names: re.Pattern[str],
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found: dict[str, str] = {}
    for words in asked:
        assert run(make_app(), arguments=[*words, "--dir", str(demo), "--lang", language]) == 0
        found |= strange(capsys.readouterr().out, names=names)
    assert found == {}


TAGS = re.compile(r"<script.*?</script>|<style.*?</style>|<!--.*?-->|<code>.*?</code>|<[^>]*>", re.DOTALL)
SPOKEN = re.compile(r'(?:aria-label|data-label|title|placeholder)="([^"]*)"')
OWN = re.compile(r'<a[^>]* lang="(?:en|ru|kk)"[^>]*>[^<]*</a>|<(span|p)[^>]* lang="en"[^>]*>.*?</\1>', re.DOTALL)
"""Names of languages in themselves, and sentences of errors and alarms, which say of themselves that they are English."""
TYPED = {"JSON", "CSV", "custody", "audit", "ARCHIVE", "root"}


@pytest.fixture(scope="module")
def paths(demo: Path) -> list[str]:
    """The board, the findings, stations with findings and without, units with a story, the past, and what is not there."""
    with Directory(demo).open_books() as books:
        findings = queries.findings(books)
        handover = queries.all_handovers(books)[0]["offer"]
    stations = sorted({row["station"] for row in findings if row["station"]})
    units = sorted({unit for row in findings for unit in row["units"]})[:6]
    shown = [
        f"/findings/{findings[0]['id']}",
        f"/handovers/{handover}",
        "/seals/CEC-000016-8",
        "/consignments/AYT-C01-U",
    ]
    shown += ["/log", "/log/0", "/log/809", "/badges/courier-del", "/rules", "/tours", "/stations"]
    shown += [*(f"/stations/{code}" for code in stations), *(f"/units/{unit}" for unit in (*units, "AYT-P01-T"))]
    return ["/board", "/findings", *shown, "/units/AYT-P01-T?at=1242", "/stations/XXX", "/units/AYT-P01-9"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_in_the_language_that_they_say(
    web: Web, paths: list[str], *, names: re.Pattern[str], language: str
) -> None:
    found: dict[str, str] = {}
    for path in paths:
        page = web.get(f"{path}{'&' if '?' in path else '?'}lang={language}").text
        assert f'<html lang="{language}">' in page
        text = OWN.sub("", page)
        words = [*SPOKEN.findall(text), *TAGS.sub("\n", text).splitlines()]
        found |= {word: f"{path}: {line}" for word, line in strange("\n".join(words), names=names).items()}
    assert {word: line for word, line in found.items() if word not in TYPED} == {}
