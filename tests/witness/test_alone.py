"""A university runs a witness and nothing else: with the packages that docs/witness.md names, and as its files say."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from typer.main import get_command

from custody.cli.program import make_app
from custody.cli.settings.names import SETTINGS
from custody.witness.logs import parse_logs
from tests.witness.running import NAME, PIN, TestLog, home, start

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "witness.md").read_text(encoding="utf-8")
UNIT = ROOT / "deploy" / "witness" / "custody-witness.service"
CONTAINER = (ROOT / "deploy" / "witness" / "Dockerfile").read_text(encoding="utf-8")
OURS = ("consumers", "custody", "projections", "schemas")


def section(head: str) -> str:
    (text,) = re.findall(rf"^## {re.escape(head)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def named() -> set[str]:
    """The packages of the page's table."""
    return set(re.findall(r"^\| `([a-z]+)` \|", section("Install"), re.MULTILINE))


def needed(names: set[str]) -> set[str]:
    """These packages and all that they need on this machine."""
    found: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        wanted = [Requirement(line) for line in distribution(name).requires or ()]
        waiting += [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]
    return found


def locked() -> set[str]:
    text = (ROOT / "requirements" / "witness.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    pins = [Requirement(line.partition("--hash")[0]) for line in text.splitlines() if line.strip()]
    assert all("--hash=sha256:" in line for line in text.splitlines())
    assert "://" not in text
    return {canonicalize_name(pin.name) for pin in pins if pin.marker is None or pin.marker.evaluate()}


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python of an environment that holds those packages, and the project, and nothing else."""
    place = tmp_path_factory.mktemp("alone") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True, timeout=60)
    (packages,) = place.glob("lib/python3*/site-packages")
    for name in sorted(needed(named())):
        whole = distribution(name)
        for top in sorted({file.parts[0] for file in whole.files or () if file.parts[0] not in {"..", "__pycache__"}}):
            (packages / top).symlink_to(Path(str(whole.locate_file(top))).resolve())
    for top in OURS:
        (packages / top).symlink_to(ROOT / top)
    return str(place / "bin" / "python")


def test_the_page_the_project_and_the_lock_name_the_same_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    group = [Requirement(line) for line in project["dependency-groups"]["witness"]]
    assert {canonicalize_name(one.name) for one in group} == named()
    assert locked() == needed(named())
    assert {str(one) for one in group} <= {str(Requirement(line)) for line in project["project"]["dependencies"]}


def test_a_witness_cosigns_with_nothing_but_the_packages_that_its_page_names(python: str, tmp_path: Path) -> None:
    log = TestLog("log.invalid/one")
    home(tmp_path / "w", logs=[log])
    clean = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    witness = start(tmp_path / "w", python=python, environment=clean)
    try:
        assert witness.add(log.submission(0, new=3)).status == 200
        assert witness.ask("GET", "/").status == 200
    finally:
        witness.process.terminate()
        _, said = witness.process.communicate(timeout=30)
    assert (witness.process.returncode, said) == (0, "")


def test_its_keys_are_made_and_its_help_is_shown_there_too(python: str, tmp_path: Path) -> None:
    clean = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", "CUSTODY_WITNESS_PIN": PIN}
    words = [python, "-m", "custody.cli", "witness-init", "--name", NAME, "--dir", str(tmp_path / "w")]
    made = subprocess.run(words, env=clean, capture_output=True, text=True, timeout=60, check=False)
    assert (made.returncode, made.stderr) == (0, "")
    assert [line.split()[:2] for line in made.stdout.splitlines()] == [["witness", NAME]] * 2
    shown = subprocess.run(
        [python, "-m", "custody.cli", "witness", "--help"], env=clean, capture_output=True, timeout=60, check=False
    )
    assert (shown.returncode, shown.stderr) == (0, b"")


def test_that_environment_lacks_what_the_rest_of_the_program_needs(python: str) -> None:
    lacking = {"eventsourcing", "fastapi", "httpx", "kafka-python", "psycopg", "structlog"}
    assert not lacking & needed(named())
    for name in lacking:
        try:
            distribution(name)
        except PackageNotFoundError:  # pragma: no cover - the developers' environment has them all
            pytest.fail(f"{name} is not installed here, so that nothing is shown by its absence there")
    done = subprocess.run([python, "-c", "import kafka"], capture_output=True, timeout=60, check=False)
    assert done.returncode != 0


def test_the_lines_of_logs_on_the_page_are_in_their_form() -> None:
    lines = re.findall(r"^    ((?:log|origin) .*)$", section("Say which logs"), re.MULTILINE)
    found = parse_logs("\n".join(lines))
    assert list(found.keys) == ["custody.invalid/kz-2015/0123456789abcdef/0", "an origin that is not the key's name"]


def test_unit_and_container_name_settings_that_the_program_reads_and_the_page_too() -> None:
    read = {name for name in SETTINGS if name.startswith("CUSTODY_WITNESS_")}
    for text in (UNIT.read_text(encoding="utf-8"), CONTAINER):
        assert set(re.findall(r"CUSTODY_WITNESS_[A-Z_]+", text)) <= read
    assert set(re.findall(r"CUSTODY_WITNESS_[A-Z_]+", PAGE)) == read


def test_the_unit_starts_the_command_and_gives_the_pin_to_nobody_else() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # names of systemd keep their case
    unit.read_string(UNIT.read_text(encoding="utf-8"))
    assert set(unit.sections()) == {"Unit", "Service", "Install"}
    service = unit["Service"]
    assert service["ExecStart"].endswith("/bin/custody witness")
    assert service["LoadCredential"].split(":")[0] == "pin"
    assert service["User"] not in {"root", ""}
    assert service["NoNewPrivileges"] == "yes"


def test_the_container_copies_what_is_there_and_starts_the_command_as_a_user_of_its_own() -> None:
    copied = [word for line in re.findall(r"^COPY (?!--)(.*)$", CONTAINER, re.MULTILINE) for word in line.split()[:-1]]
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for name in copied:
        assert (ROOT / name).exists()
        assert any(line.lstrip("!").split("/")[0] == name for line in ignored if line.startswith("!"))
    assert re.search(r"^USER (?!0\b)\d+:\d+$", CONTAINER, re.MULTILINE)
    group = get_command(make_app())
    assert isinstance(group, typer.core.TyperGroup)
    assert CONTAINER.rstrip().endswith('CMD ["custody", "witness"]')
    assert "witness" in group.commands
