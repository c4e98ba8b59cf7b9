"""The distribution is what it says: four packages with their data files, one command, nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = frozenset({"custody", "projections", "consumers", "schemas"})
LEFT_BY_PYTHON = "__pycache__"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the locked backend in this environment: nothing is fetched."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, cwd=out, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def inside(wheel: Path) -> frozenset[str]:
    """The names of all files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


def files_of(package: str) -> set[str]:
    """Every file of a package in the source tree, as a path from the root."""
    found = (path for path in (ROOT / package).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in found if LEFT_BY_PYTHON not in path.parts}


def test_the_wheel_ships_exactly_the_four_packages(inside: frozenset[str]) -> None:
    tops = {PurePosixPath(name).parts[0] for name in inside}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_file_of_a_package_is_in_the_wheel(package: str, inside: frozenset[str]) -> None:
    found = {name for name in inside if name.startswith(f"{package}/")}
    # The pages run the second verifier in the reader's browser; in the repository it lies in a folder of its own.
    beside = {"projections/web/static/custody-verify.mjs"} if package == "projections" else set()
    assert files_of(package) | beside == found


@pytest.mark.parametrize(
    "data",
    [
        "custody/data/elections/kz-2015/stations.csv",
        "custody/data/elections/kz-2015/zones.csv",
        "custody/data/elections/kz-2015/README.md",
        "schemas/repertoire.json",
        "custody/data/scenarios/plain-journey.yaml",
    ],
)
def test_a_data_file_is_in_the_wheel(data: str, inside: frozenset[str]) -> None:
    assert data in inside


def test_the_published_schemas_are_in_the_wheel(inside: frozenset[str]) -> None:
    assert any(PurePosixPath(name).match("schemas/published/*.json") for name in inside)


def test_the_licence_is_in_the_wheel(inside: frozenset[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in inside)


def test_the_wheel_brings_one_command(wheel: Path, inside: frozenset[str]) -> None:
    (name,) = (name for name in inside if name.endswith(".dist-info/entry_points.txt"))
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(name).decode().split() == ["[console_scripts]", "custody", "=", "custody.cli:main"]
