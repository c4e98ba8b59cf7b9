"""A table may be a workbook of the same columns; what a spreadsheet can hide in one is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from custody.election.reading import look
from custody.election.starting import start
from custody.election.workbook import UNPACKED_MAX
from tests.election.test_broken_folders import STATED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    list(start(tmp_path / "folder", stated=STATED))
    return tmp_path / "folder"


def to_workbook(folder: Path, *, table: str, change: Callable[[Any], None] = lambda sheet: None) -> Path:
    """The table as a workbook in place of its CSV file; whole numbers as numbers, as spreadsheets have them."""
    plain = folder / f"{table}.csv"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader(plain.read_text(encoding="utf-8").splitlines()):
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    change(sheet)
    plain.unlink()
    book.save(folder / f"{table}.xlsx")
    return folder / f"{table}.xlsx"


def codes(folder: Path) -> list[tuple[str, int, str]]:
    return [(item.file, item.line, item.code) for item in look(folder).mistakes]


@pytest.mark.parametrize("table", ["stations", "people", "plan"])
def test_a_workbook_says_what_the_table_said(folder: Path, table: str) -> None:
    plain = look(folder).election
    to_workbook(folder, table=table)
    assert look(folder).election == plain


def test_a_formula_is_refused(folder: Path) -> None:
    to_workbook(folder, table="stations", change=lambda sheet: sheet.__setitem__("I2", "=150+150"))
    assert ("stations.xlsx", 2, "cell-formula") in codes(folder)


def test_a_second_sheet_is_refused(folder: Path) -> None:
    def more(sheet: Any) -> None:
        sheet.parent.create_sheet("more").append(["a", "b"])

    to_workbook(folder, table="plan", change=more)
    assert codes(folder) == [("plan.xlsx", 0, "workbook-sheets")]


def test_a_table_twice_is_refused(folder: Path) -> None:
    kept = (folder / "plan.csv").read_bytes()
    to_workbook(folder, table="plan")
    (folder / "plan.csv").write_bytes(kept)
    assert codes(folder) == [("plan.xlsx", 0, "file-twice")]


def test_what_unpacks_to_more_than_a_table_is_refused_unread(folder: Path) -> None:
    path = to_workbook(folder, table="plan")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/zeros.bin", b"\0" * (UNPACKED_MAX + 1))
    assert path.stat().st_size < UNPACKED_MAX // 100
    assert codes(folder) == [("plan.xlsx", 0, "workbook-large")]


def test_entities_are_refused(folder: Path) -> None:
    path = to_workbook(folder, table="plan")
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("xl/more.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert codes(folder) == [("plan.xlsx", 0, "workbook-entities")]


def test_what_is_no_workbook_is_refused(folder: Path) -> None:
    (folder / "plan.csv").rename(folder / "plan.xlsx")
    assert codes(folder) == [("plan.xlsx", 0, "workbook-form")]
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as parts:
        parts.writestr("a.txt", "nothing")
    (folder / "plan.xlsx").write_bytes(empty.getvalue())
    assert codes(folder) == [("plan.xlsx", 0, "workbook-form")]


def test_a_cell_beyond_the_header_is_told(folder: Path) -> None:
    to_workbook(folder, table="stations", change=lambda sheet: sheet.__setitem__("Z3", "by the river"))
    assert codes(folder) == [("stations.xlsx", 3, "row-width")]


def test_an_encrypted_workbook_and_one_with_a_chart_sheet_are_told(folder: Path) -> None:
    path = to_workbook(folder, table="stations")
    whole = path.read_bytes()
    place = whole.find(b"PK\x01\x02")
    path.write_bytes(whole[: place + 8] + bytes([whole[place + 8] | 1]) + whole[place + 9 :])
    assert codes(folder) == [("stations.xlsx", 0, "workbook-form")]
    book = openpyxl.load_workbook(io.BytesIO(whole))
    book.create_chartsheet("chart")
    book.save(path)
    assert [code for _, _, code in codes(folder)] == ["workbook-form"]
