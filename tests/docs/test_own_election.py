"""docs/own-election.md: every command of its first part, as the page has it, from an empty folder to the verdict."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from custody.cli.exits import run
from custody.cli.program import make_app

PAGE = Path(__file__).parents[2] / "docs" / "own-election.md"
CEREMONY = PAGE.with_name("ceremony.md")
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"`(custody election [^`]+)`")


def words_of(line: str) -> list[str]:
    """The words of a line, with the one substitution that the page has."""
    for inner in re.findall(r"\$\(cat ([^)]+)\)", line):
        line = line.replace(f"$(cat {inner})", Path(inner).read_text(encoding="ascii").strip())
    return shlex.split(line)[1:]


def test_the_page_leads_from_nothing_to_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    for line in block.splitlines():
        capsys.readouterr()
        words = words_of(line)
        assert run(make_app(words), arguments=words) == 0, line
        told = capsys.readouterr().out
        assert ("VERIFIED" in told) == (words[0] == "audit" or words[1:2] == ["rehearse"]), line


def test_the_ceremony_names_commands_and_options_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    commands = [found for page in (PAGE, CEREMONY) for found in COMMAND.findall(page.read_text(encoding="utf-8"))]
    assert len(commands) >= 4
    for command in commands:
        words = shlex.split(command)[1:]
        capsys.readouterr()
        assert run(make_app(words[:1]), arguments=[*words[:2], "--help"]) == 0
        told = capsys.readouterr().out
        assert [word for word in words if word.startswith("--") and word not in told] == []


@pytest.mark.parametrize("page", ["own-election", "ceremony", "pilot", "data-protection", "day"])
def test_a_page_has_two_sides_of_paper_at_most(page: str) -> None:
    text = PAGE.with_name(f"{page}.md").read_text(encoding="utf-8")
    written = re.sub(r"<!-- generated: .*?<!-- end of [a-z-]+ -->", "", text, flags=re.DOTALL)
    assert len(written.split()) <= 1_000
