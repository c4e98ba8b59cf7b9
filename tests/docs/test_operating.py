"""docs/operating.md says what the program does: every setting, alarm, metric, topic setting and right, and only those."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from custody.adapters.kafka_rights import GROUP, READERS, WRITERS
from custody.adapters.kafka_topic import SETTINGS as TOPIC_SETTINGS
from custody.cli.program import make_app
from custody.cli.settings.names import SETTINGS
from tests.deploy.compose import services

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
SERVICES = ("gateway", "ledger", "checkpointer", "monitor", "web")
SOURCES = [path for package in ("custody", "consumers", "projections") for path in (ROOT / package).rglob("*.py")]


def section(head: str) -> str:
    """A section of the page, its subsections included."""
    (text,) = re.findall(rf"^## {re.escape(head)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def rows(text: str) -> list[list[str]]:
    """The rows of a section's tables, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def codes_of(cell: str) -> list[str]:
    """The codes named in a cell."""
    return re.findall(r"`([a-z0-9_-]+)", cell)


def test_the_settings_are_those_that_the_program_reads() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in SOURCES if path.parts[-2:] != ("settings", "names.py")
    )
    read = set(re.findall(r'"(CUSTODY_[A-Z_]+)"', text))
    read |= {f"{name}_FILE" for name in re.findall(r'secret\(\s*"(CUSTODY_[A-Z_]+)"', text)}
    assert set(SETTINGS) == read


def test_every_service_of_the_page_is_a_command() -> None:
    group = get_command(make_app())
    assert isinstance(group, typer.core.TyperGroup)
    named = set(re.findall(r"`custody ([a-z]+)`", section("What runs")))
    assert named == set(SERVICES) <= set(group.commands)


def test_the_topic_s_settings_are_those_that_are_created_and_checked() -> None:
    table = {row[0].strip("`"): row[1].strip("`") for row in rows(section("Kafka")) if len(row) == 3}
    for name, value in TOPIC_SETTINGS.items():
        found = table.get(name) or next(value for key, value in table.items() if name in key)
        assert found == value, name


def test_the_rights_are_those_that_are_given() -> None:
    table = [row for row in rows(section("Kafka")) if len(row) == 5]
    writers = {name for row in table if row[2].startswith("yes") and row[4] == "-" for name in codes_of(row[0])}
    readers = {name for row in table if row[2] == "-" for name in codes_of(row[0])}
    assert (writers, readers) == (set(WRITERS), set(READERS))
    assert all(f"`{GROUP}`" in row[3] for row in table if row[2] == "-")


def test_every_alarm_that_a_service_can_raise_has_its_row_and_every_row_an_alarm() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    raised = set(re.findall(r'Alarm\(\s*"([a-z-]+)"', text))
    told = {code for row in rows(section("Alarms")) for code in codes_of(row[0])}
    assert raised <= told
    known = set(re.findall(r'"([a-z]+(?:-[a-z]+)+|fenced)"', text))
    assert {code for code in told if not code.startswith("custody_")} <= known


def test_every_metric_of_the_page_is_one_that_a_service_has() -> None:
    text = (ROOT / "consumers" / "metrics.py").read_text(encoding="utf-8")
    has = set(re.findall(r"^(custody_[a-z_]+)", text, re.MULTILINE))
    told = {code for row in rows(section("Alarms")) for cell in row[:1] for code in codes_of(cell)}
    assert {code for code in told if code.startswith("custody_")} == has


@pytest.mark.parametrize("line", [line for line in PAGE.splitlines() if "docker compose" in line])
def test_the_services_that_a_command_names_are_in_the_compose_file(line: str) -> None:
    words = re.search(r"docker compose (?:start|stop) ([a-z0-9 -]+)", line)
    named = set(words[1].split()) if words else set()
    assert named <= set(services())


def test_the_recovery_is_the_one_that_is_drilled() -> None:
    drill = (ROOT / "tests" / "faults" / "test_recovery_drill.py").read_text(encoding="utf-8")
    shown = re.findall(r"^\s+custody ([a-z]+)", section("Recovery"), re.MULTILINE)
    assert {"topics", "restore", "rebuild", "refeed"} <= set(shown)
    for name in ("topics", "restore", "rebuild", "refeed"):
        assert name in drill
