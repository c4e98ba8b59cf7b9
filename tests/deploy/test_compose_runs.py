"""What docker-compose.yml starts is really started, once, in its order, with its commands, environment and health checks."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.adapters.http import GatewayClient
from tests.deploy.compose import ROOT, Machine
from tests.deploy.unwitnessed_play import unwitnessed_entries

PAGE = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def system() -> Iterator[tuple[Machine, dict[str, str]]]:
    """The whole system, running, and what its jobs printed."""
    folder = Path(tempfile.mkdtemp(prefix="custody-compose-"))
    machine = Machine(folder)
    try:
        yield machine, machine.up()
    finally:
        machine.stop()
        shutil.rmtree(folder, ignore_errors=True)


def web(machine: Machine, path: str) -> dict[str, Any]:
    """An answer of web."""
    with urllib.request.urlopen(f"http://{machine.address('web')}:8080{path}", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def one_off(line: str) -> tuple[dict[str, str], str, list[str]]:
    """What follows ``docker compose run``: the environment that it adds, the service, its command."""
    words = shlex.split(line)
    environment = {}
    while words[0].startswith("-"):
        option = words.pop(0)
        value = words.pop(0) if option in {"--user", "-e"} else ""
        if option == "-e":
            name, _, told = value.partition("=")
            environment[name] = told
    return environment, words[0], words[1:]


def test_everything_starts_in_the_order_of_the_file_and_is_healthy(system: tuple[Machine, dict[str, str]]) -> None:
    machine, said = system
    assert "made gateway-1/keystore.json" in said["secrets"]
    assert "266 of 266 entries appended" in said["init"]
    for name in machine.processes:
        assert machine.is_healthy(name), machine.said(name)


def test_an_event_through_each_gateway_is_seen_on_web(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    entries = unwitnessed_entries()[266:]
    for number, name in enumerate(("gateway-1", "gateway-2")):
        with GatewayClient(f"http://{machine.address(name)}:8000") as client:
            reply = client.submit(entries[number], at="")
            assert reply.position == 266 + number
    deadline = time.monotonic() + 30
    while (shown := web(machine, "/api/v1/standing")["standing"]["position"]) != 268:
        assert time.monotonic() < deadline, shown
        time.sleep(0.2)


def test_both_jobs_may_run_again_and_change_nothing(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    assert "nothing was changed" in machine.run("secrets")
    assert "0 of 266 entries appended" in machine.run("init")


def test_what_the_checkpointer_keeps_may_be_read_by_monitor_and_desk_and_its_state_by_nobody_else(
    system: tuple[Machine, dict[str, str]],
) -> None:
    machine, _ = system
    tiles = [path for path in machine.volume("tiles").rglob("*") if not path.name.startswith(".")]
    assert any(path.name == "checkpoint" for path in tiles)
    unreadable = [path for path in tiles if (path.stat().st_mode & (0o005 if path.is_dir() else 0o004)) == 0]
    assert unreadable == []


def test_the_desk_finds_nothing_wrong(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    assert "are well" in machine.run("desk")


def test_an_auditor_who_may_only_read_audits_the_live_log_as_the_page_shows_it(
    system: tuple[Machine, dict[str, str]],
) -> None:
    machine, _ = system
    root = web(machine, "/api/v1/standing")["standing"]["election"]
    machine.run("desk", ["custody", "export", "--tiles", "/srv/custody/tiles", "--to", "desk/archive"])
    (line,) = re.findall(r"^    (custody audit kafka://.*)$", PAGE, re.MULTILINE)
    words = shlex.split(line.replace("$ROOT", root).replace("/backup/archive", "desk/archive"))
    assert "VERIFIED  as of 268 entries" in machine.run("desk", words)


def test_the_commands_of_the_recovery_work_as_the_page_shows_them(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    root = web(machine, "/api/v1/standing")["standing"]["election"]
    ledger = machine.processes.pop("ledger")
    ledger.terminate()
    assert ledger.wait(30) == 0
    said = []
    for line in re.findall(r"^    docker compose run (.*)$", PAGE.replace('"$ROOT"', root), re.MULTILINE):
        environment, service, words = one_off(line)
        said.append(machine.run(service, words, extra=environment))
    assert "VERIFIED  as of 268 entries" in "".join(said)
    assert len(said) == 6
    machine.start("ledger")
    machine.wait_healthy("ledger")


def test_every_service_ends_well_when_it_is_asked_to(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    codes = machine.stop()
    assert {name: code for name, code in codes.items() if code and not name.startswith("kafka-")} == {}
