"""``custody gateway --dir`` and ``custody sync --gateway`` as real processes on a directory of the demonstration's kind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from custody.adapters.sqlite import SqliteLog
from custody.cli.commands.gateway import _rate
from schemas.errors import Misused
from tests.gateway import plain_http
from tests.gateway.process_gateway import GATEWAYS, GatewayWorld, Running, gateway_process, key_settings

WORLD = GatewayWorld()
ENTRIES = tuple(WORLD.some(20))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    folder = tmp_path / "election"
    folder.mkdir()
    with SqliteLog.create(folder / "log.sqlite") as log:
        log.append(ENTRIES[:12])
    return folder


@pytest.fixture
def running(directory: Path, tmp_path: Path) -> Iterator[Running]:
    settings = key_settings(WORLD.keystore(tmp_path), badge=GATEWAYS[0])
    with gateway_process(tmp_path, settings=settings, arguments=("--dir", str(directory))) as gateway:
        gateway.wait_listening()
        yield gateway


def custody(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")}
    command: Sequence[str] = [sys.executable, "-m", "custody.cli", *words]
    return subprocess.run(
        command, env=environment | {"CUSTODY_PIN": "123456"}, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_embedded_log_is_served_and_the_journal_names_neither_keys_nor_contents(
    running: Running, directory: Path
) -> None:
    answer = plain_http.post(
        f"{running.url}/v1/events?secret=hunter2", content=ENTRIES[12], headers={"content-type": "application/json"}
    )
    assert answer.json()["position"] == 12
    plain_http.get(f"{running.url}/hunter2/{WORLD.key('device-1')[1]}")
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    said = running.lines.read_text()
    assert [line["event"] for line in running.said()][:2] == ["reading", "listening"]
    assert [(line["route"], line["status"]) for line in running.said() if line["event"] == "request"] == [
        ("/v1/events", 200),
        ("-", 404),
    ]
    for hidden in ("hunter2", WORLD.key("device-1")[1], answer.json()["entry"], "127.0.0.1:1"):
        assert hidden not in said.replace(running.address, "")
    with SqliteLog.open(directory / "log.sqlite") as log:
        assert log.end() == 13


def test_a_device_made_by_enrol_learns_the_log_through_a_gateway(
    running: Running, directory: Path, tmp_path: Path
) -> None:
    phone, request = tmp_path / "phone", tmp_path / "request.json"
    words = ("--badge", "courier-1", "--role", "courier", "--office", "CEC", "--person", "a" * 64)
    made = custody("enrol", "--device", str(phone), *words, "--out", str(request), "--dir", str(directory))
    assert made.returncode == 0, made.stderr
    synced = custody("sync", "--device", str(phone), "--gateway", running.url, "--dir", str(tmp_path / "nowhere"))
    assert (synced.returncode, synced.stderr) == (0, "")
    assert "12 entries learned" in synced.stdout
    running.process.kill()
    running.process.wait(30)
    away = custody("sync", "--device", str(phone), "--gateway", running.url, "--dir", str(tmp_path / "nowhere"))
    assert away.returncode == 69
    assert away.stderr.startswith("custody: ")
    elsewhere = custody("sync", "--device", str(phone), "--gateway", "http://gateway.example", "--dir", str(tmp_path))
    assert (elsewhere.returncode, "https" in elsewhere.stderr) == (64, True)


@pytest.mark.parametrize("text", ["", "5", "0:1", "1:0", "-1:5", "1.5:2", "1:2:3", "x:y", "9999999999:1"])
def test_a_rate_has_one_form(text: str) -> None:
    with pytest.raises(Misused, match="rate"):
        _rate(text)
