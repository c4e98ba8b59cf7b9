"""Real ``custody ledger`` processes on a real PostgreSQL: killed, doubled, and left without their database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from custody.adapters.sqlite import SqliteLog
from custody.sandbox.native_postgres import start_postgres
from projections.stores.postgres_books import open_postgres_books
from tests.faults.ledger_processes import ROOT, Service, check_books, election, eventually

KILLS: Final = 300 if os.environ.get("CUSTODY_SOAK") else 12
LEDGER: Final = 'custody_position{follower="ledger"}'


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with SqliteLog.create(tmp_path / "log.sqlite") as log:
        log.append(election()[:100])
    return tmp_path


def append_the_rest(directory: Path) -> None:
    with SqliteLog.open(directory / "log.sqlite") as log:
        log.append(election()[log.end() :])


def wait_for(service: Service, *, entries: int) -> None:
    eventually(lambda: service.metric(LEDGER) == entries, what=f"{entries} entries: {service.text}")


def codes(service: Service) -> tuple[int, list[str]]:
    status, said = service.ready()
    return status, [alarm["code"] for alarm in said["reasons"]]


def ledger(directory: Path, *, url: str) -> Service:
    return Service("ledger", "--dir", str(directory), settings={"CUSTODY_POSTGRES": url})


def test_of_two_ledgers_one_works_and_the_other_says_why_not_and_takes_over_when_the_first_is_killed(
    directory: Path, postgres_url: str
) -> None:
    with ledger(directory, url=postgres_url) as first:
        first.wait_state("following")
        with ledger(directory, url=postgres_url) as second:
            second.wait_state("standby")
            status, said = second.ready()
            (alarm,) = said["reasons"]
            assert (status, said["ready"], alarm["code"]) == (503, False, "runner-active")
            assert f"process {first.process.pid}" in alarm["sentence"]
            assert first.ready()[0] == 200
            first.kill()
            append_the_rest(directory)
            second.wait_state("following")
            wait_for(second, entries=len(election()))
            assert second.end() == 0
    with open_postgres_books(postgres_url) as books:
        check_books(books, entries=election())


def test_a_ledger_that_is_asked_to_end_ends_well_and_its_lines_are_json_without_secrets(
    directory: Path, postgres_url: str
) -> None:
    with ledger(directory, url=postgres_url) as service:
        service.wait_state("following")
        assert service.end() == 0
    assert [line["event"] for line in service.lines] == ["started", "following", "stopped"]
    assert postgres_url.split(":")[2].split("@", maxsplit=1)[0] not in service.text


def test_the_books_are_whole_although_ledgers_are_killed_at_random_points(tmp_path: Path, postgres_url: str) -> None:
    command = [sys.executable, "-m", "tests.faults.ledger_victims", str(tmp_path), postgres_url, str(KILLS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with open_postgres_books(postgres_url) as books:
        check_books(books, entries=election())


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_a_ledger_waits_for_its_database_and_goes_on_when_it_is_back(directory: Path, how: str) -> None:
    with start_postgres() as server, ledger(directory, url=server.url) as service:
        wait_for(service, entries=100)
        server.stop() if how == "stopped" else server.kill()
        eventually(lambda: codes(service) == (503, ["books-unreachable"]), what=service.text)
        append_the_rest(directory)
        server.start()
        service.wait_state("following")
        wait_for(service, entries=len(election()))
        assert service.end() == 0
        with open_postgres_books(server.url) as books:
            check_books(books, entries=election())
        assert server.password not in service.text
