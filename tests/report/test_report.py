"""The report of an election: each figure counted again by plain code, files that others open, a drawing that anybody repeats."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest

from custody.adapters.sqlite import SqliteLog
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import CATALOGUE
from custody.report.csv_files import as_csv, dictionary, encoded, indicator_sheet
from custody.report.document_files import as_html, as_pdf, as_svg, as_text
from custody.report.indicators import INDICATORS, Share
from custody.report.report import citation, report
from custody.report.reported_log import ReportedLog, gather
from custody.report.sample import checklist, drawing_of
from custody.report.tables import all_sheets
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import Play
from tests.paper.printing import printed_election
from tests.report.recount import Recount

JUDGED = {"custody_unbroken", "findings_settled"}
"""Indicators that count findings, which are judgements."""


@lru_cache(maxsize=1)
def whole_entries() -> tuple[bytes, ...]:
    """Antalya from the manifest until its papers are back, and nothing is withheld."""
    play = Play("AYT")
    antalya = Journey(play, "AYT")
    antalya.closed()
    antalya.home()
    return tuple(play.log)


@lru_cache(maxsize=1)
def whole() -> ReportedLog:
    return gather(whole_entries())


@lru_cache(maxsize=1)
def part_entries() -> tuple[bytes, ...]:
    return tuple(row.entry for row in printed_election().recorded.values())


@lru_cache(maxsize=1)
def part() -> ReportedLog:
    """Three stations, one of which has not voted: figures from inside the boxes are withheld."""
    return gather(part_entries())


def counted(gathered: ReportedLog) -> dict[str, tuple[int, int, int]]:
    shares = {one.name: one.count(gathered) for one in INDICATORS}
    return {name: (one.numerator, one.denominator, one.excluded) for name, one in shares.items()}


def test_every_indicator_is_what_plain_code_counts_in_the_entries() -> None:
    ours = counted(whole())
    again = Recount(whole_entries()).indicators()
    assert {name: ours[name] for name in again} == again
    assert set(ours) == set(again) | JUDGED
    assert all(row[1] for row in again.values()), "a share of nothing proves nothing"
    assert ours["custody_unbroken"] == (2, 2, 0)
    assert ours["findings_settled"] == (0, 0, 0)


def test_while_figures_are_withheld_the_others_are_still_what_plain_code_counts() -> None:
    ours, again = counted(part()), Recount(part_entries()).indicators()
    inside = {"accounts_agree", "papers_returned"}
    assert {name: ours[name] for name in again if name not in inside} == {
        name: row for name, row in again.items() if name not in inside
    }
    assert ours["accounts_agree"] == ours["papers_returned"] == (0, 0, 3)
    assert ours["custody_unbroken"] == (2, 3, 1)


@pytest.mark.parametrize("at", range(12, 60, 7))
def test_a_report_of_an_earlier_position_is_counted_over_what_was_there(at: int) -> None:
    entries = whole_entries()[: at + 1]
    ours, again = counted(gather(entries)), Recount(entries).indicators()
    names = ("legs_recorded", "legs_in_time", "handovers_without_reservation", "seals_intact")
    assert {name: ours[name] for name in names} == {name: again[name] for name in names}


def test_a_share_is_rounded_half_up_and_nothing_is_no_share() -> None:
    assert [Share(*row).per_cent for row in ((1, 3, 0), (2, 3, 0), (1, 2_000, 0), (0, 5, 1), (0, 0, 4))] == [
        "33.3",
        "66.7",
        "0.1",
        "0.0",
        "",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_every_table_is_in_the_dictionary(language: Language) -> None:
    sheets = [*all_sheets(part(), language=language), indicator_sheet(part(), language=language)]
    rows = list(csv.DictReader(io.StringIO(dictionary(sheets, language=language))))
    assert all(all(row.values()) for row in rows)
    for sheet in sheets:
        table = list(csv.DictReader(io.StringIO(as_csv(sheet))))
        described = [row["column"] for row in rows if row["file"] == f"{sheet.name}.csv"]
        assert list(table[0]) == described
        assert len(table) == len(sheet.rows)


def test_a_table_says_what_nobody_stated_by_an_empty_cell_and_keeps_its_signs() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(all_sheets(part(), language="en")[0]))))
    by_code = {row["station"]: row for row in rows}
    assert by_code["WAW"]["counted"] == ""
    assert by_code["AYT"]["counted"] == "441"
    assert {row["withheld"] for row in rows} == {"yes"}
    assert {row["in_boxes"] for row in rows} == {""}
    assert encoded("a", has_bom=True) == b"\xef\xbb\xbfa"
    assert encoded("a", has_bom=False) == b"a"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_the_same_bytes_again_and_names_its_entries(language: Language) -> None:
    sheets = all_sheets(part(), language=language)
    once, again = (report(part(), sheets=sheets, language=language) for _ in range(2))
    assert as_html(once) == as_html(again)
    assert as_pdf(once) == as_pdf(again)
    assert [as_svg(one) for one in once.charts()] == [as_svg(one) for one in again.charts()]
    page = as_html(once).decode()
    assert f'<html lang="{language}">' in page
    assert "<script" not in page
    assert "style=" not in page.replace("<style>", "")
    for words in (part().root, part().state_digest, "0–85" if language != "en" else "0 to 85"):
        assert words in page
    assert len(once.charts()) == 3
    assert all(one.alt in page for one in once.charts())


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_report_in_another_language_has_no_english_word(language: Language) -> None:
    sheets = [*all_sheets(part(), language=language), indicator_sheet(part(), language=language)]
    document = report(part(), sheets=sheets, language=language)
    told = as_text(document) + as_text(
        checklist(part(), drawing=drawing_of(part(), dice="31", number=3), language=language)
    )
    known = {
        "kz-2015",
        "invalid",
        "custody",
        "audit",
        "report",
        "csv",
        "Antalya",
        "Rome",
        "Warsaw",
        "SHA",
        "Python",
        "UTC",
    }
    program = set(re.findall(r"[A-Za-z]+", drawing_of(part(), dice="31", number=3).program()))
    names = {sheet.name for sheet in sheets} | {"dictionary"} | {row["code"] for row in part().findings}
    words = set(re.findall(r"[A-Za-z]{4,}", re.sub(r"[0-9a-f]{16,}|[A-Z]{3}-[A-Z0-9-]+", " ", told)))
    allowed = known | program | {word for name in names for word in re.findall("[A-Za-z]+", name)}
    assert words - allowed == set()


def test_a_stranger_draws_the_same_stations_with_the_printed_program() -> None:
    drawing = drawing_of(part(), dice="27182818284590452353", number=2)
    assert len(drawing.program().splitlines()) <= 10
    said = subprocess.run([sys.executable, "-c", drawing.program()], capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in said.splitlines()] == drawing.drawn()
    assert [line.split()[1] for line in said.splitlines()] == [drawing.value(code) for code in drawing.drawn()]
    others = {tuple(drawing_of(part(), dice=str(dice), number=1).drawn()) for dice in range(40)}
    assert others == {("AYT",), ("ROM",), ("WAW",)}


def test_more_stations_than_there_are_is_all_of_them() -> None:
    assert sorted(drawing_of(part(), dice="1", number=9).drawn()) == ["AYT", "ROM", "WAW"]


def test_a_checklist_sets_figures_and_seals_beside_room_for_the_paper() -> None:
    told = as_text(checklist(whole(), drawing=drawing_of(whole(), dice="3", number=1), language="en"))
    assert re.search(r"issued +\d+ +\[   \]", told)
    assert "Checked by:" in told
    assert str(citation(whole())) in told


def _run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(make_app(words), arguments=words)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "election"
    place.mkdir()
    with SqliteLog.create(place / "log.sqlite") as log:
        log.append(list(part_entries()))
    return place


FILES: Sequence[str] = (
    *("citation.txt", "dictionary.csv", "findings.csv", "findings.svg", "indicators.csv", "indicators.svg", "legs.csv"),
    *("papers.svg", "plan.csv", "report.html", "report.pdf", "stations.csv"),
)


def test_the_command_writes_every_file_and_says_what_they_are_of(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "out" / "report"
    code, out, err = _run(
        capsys, "report", "--from", str(folder), "--at", "84", "--to", str(to), "--lang", "ru", "--bom"
    )
    assert (code, err) == (0, "")
    assert sorted(path.name for path in to.iterdir()) == sorted(FILES)
    assert (to / "citation.txt").read_text(encoding="utf-8").strip() in out
    assert "№ 0–84" in out
    assert (to / "stations.csv").read_bytes().startswith(b"\xef\xbb\xbfstation,number")
    assert (to / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_the_command_refuses_what_it_cannot_report_on(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ("--to", str(tmp_path / "out"))
    assert _run(capsys, "report", "--from", str(folder), "--at", "9999", *to)[0] == 64
    assert _run(capsys, "sample", "--from", str(folder), "--stations", "1", "--seed", "six")[0] == 64
    words = ("sample", "--from", str(folder), "--stations", "1", "--seed", "66", "--to", str(tmp_path / "list.doc"))
    assert _run(capsys, *words)[0] == 64
    assert not (tmp_path / "out").exists()


def test_a_sample_is_shown_or_set_as_pdf(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("sample", "--from", str(folder), "--stations", "2", "--seed", "314159265358979323846", "--lang", "kk")
    code, out, _ = _run(capsys, *words)
    assert code == 0
    assert out.startswith(CATALOGUE["sample.title"]["kk"])
    assert _run(capsys, *words, "--to", str(tmp_path / "list.pdf")) == (0, "", "")
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF-")
