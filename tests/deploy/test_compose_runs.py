"""What docker-compose.yml starts is really started, once, in its order, with its commands, environment and health checks."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from custody.adapters.http import GatewayClient
from custody.cli.ceremony import played
from tests.deploy.compose import Machine


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


def test_everything_starts_in_the_order_of_the_file_and_is_healthy(system: tuple[Machine, dict[str, str]]) -> None:
    machine, said = system
    assert "made gateway-1/keystore.json" in said["secrets"]
    assert "266 of 266 entries appended" in said["init"]
    for name in machine.processes:
        assert machine.is_healthy(name), machine.said(name)


def test_an_event_through_each_gateway_is_seen_on_web(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    entries = played(1, progress=lambda done, of: None)[266:]
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


def test_the_desk_finds_nothing_wrong(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    assert "are well" in machine.run("desk")


def test_every_service_ends_well_when_it_is_asked_to(system: tuple[Machine, dict[str, str]]) -> None:
    machine, _ = system
    codes = machine.stop()
    assert {name: code for name, code in codes.items() if code and not name.startswith("kafka-")} == {}
