"""`custody demo-kafka`: the election through gateways, Kafka and PostgreSQL gives what the embedded run gives, and ends whole."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from custody.adapters.http import GatewayClient
from custody.cli.commands.demo_kafka import BATCH, submit
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.core.entries.receipts import SignedReply
from schemas.errors import Contradicted, LogUnavailable, OutcomeUnknown, Unavailable

ENDS_WITHIN_S = 400


def left_behind(folder: Path) -> list[str]:
    """Commands of processes that name this folder: brokers and the services that write files."""
    listed = subprocess.run(["ps", "axww", "-o", "command="], capture_output=True, text=True, timeout=30, check=True)
    return [line for line in listed.stdout.splitlines() if str(folder) in line]


def addresses_of(said: str) -> list[str]:
    """host:port of everything that was said to answer."""
    return re.findall(r"http://([\d.]+:\d+)/", said)


def answers(address: str) -> bool:
    """Whether anybody listens there."""
    host, port = address.split(":")
    with socket.socket() as trial:
        trial.settimeout(2)
        return trial.connect_ex((host, int(port))) == 0


def test_the_distributed_election_is_the_embedded_one_and_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    words = ["demo-kafka", "--dir", str(tmp_path / "demo"), "--brokers", "1", "--keep"]
    with (tmp_path / "out").open("w+b") as out, (tmp_path / "err").open("w+b") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "custody.cli", *words], stdout=out, stderr=err, start_new_session=True
        )
        try:
            said = _until_it_runs(process, out=tmp_path / "out", err=tmp_path / "err")
            assert "VERIFIED  65 stations  2,868 entries  5 findings  same state digest as the embedded run" in said
            assert "VERIFIED  the log in Kafka: 2,868 entries" in said
            assert "PAPERS    printed   21,200 = 21,062 good + 138 waste" in said
            _is_shown(said)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        finally:
            _end(process)
    assert (tmp_path / "err").read_text().splitlines()[-1] == "custody: Interrupted."
    assert left_behind(tmp_path) == []
    assert [address for address in addresses_of(said) if answers(address)] == []


def _end(process: subprocess.Popen[bytes]) -> None:
    """Asked first: only then does it end what it has started."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(60)
    if process.poll() is None:
        process.kill()
        process.wait(30)


def _until_it_runs(process: subprocess.Popen[bytes], *, out: Path, err: Path) -> str:
    deadline = time.monotonic() + ENDS_WITHIN_S
    while "until you press Ctrl-C" not in out.read_text():
        assert process.poll() is None, out.read_text() + err.read_text()
        assert time.monotonic() < deadline, out.read_text() + err.read_text()
        time.sleep(0.3)
    return out.read_text()


def _is_shown(said: str) -> None:
    """The addresses that were printed answer."""
    (web,) = re.findall(r"^web +(http\S+)$", said, re.MULTILINE)
    with urllib.request.urlopen(f"{web}board.json", timeout=20) as answer:
        assert json.load(answer)["standing"]["position"] == 2868
    for address in re.findall(r"^gateway-\d (http\S+)/v1/log$", said, re.MULTILINE):
        with GatewayClient(address) as client:
            assert client.end() == 2868


def test_a_folder_that_holds_other_things_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("mine")
    assert run(make_app(["demo-kafka"]), arguments=["demo-kafka", "--dir", str(tmp_path)]) == 64
    assert "nothing was changed" in capsys.readouterr().err
    assert (tmp_path / "mine").read_text() == "mine"


class Gateway:
    """A gateway that takes what it is told to take: all, the first so many, or none and an error."""

    def __init__(self, log: list[bytes], *, plan: Sequence[object] = ()) -> None:
        self.log = log
        self.plan = list(plan)

    def submit_batch(self, entries: Sequence[bytes]) -> list[SignedReply]:
        what = self.plan.pop(0) if self.plan else None
        if isinstance(what, Exception):
            raise what
        taken = len(entries) if what is None else int(str(what))
        replies = []
        for number, entry in enumerate(entries):
            if number < taken and entry not in self.log:
                self.log.append(entry)
            position = self.log.index(entry) if number < taken else None
            status = "applied" if number < taken else "not-taken"
            replies.append(SignedReply(entry="", position=position, status=status, codes=("x",), statement=b""))
        return replies


@pytest.mark.parametrize(
    "plan",
    [
        [],
        [3],
        [0, 1, BATCH - 1],
        [LogUnavailable("a", "A.")],
        [OutcomeUnknown("b", "B."), LogUnavailable("a", "A."), 5],
    ],
)
def test_whatever_gateways_do_the_entries_are_recorded_once_and_in_order(
    plan: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.cli.commands.demo_kafka.time.sleep", lambda _: None)
    entries = [b"%d" % number for number in range(3 * BATCH + 7)]
    log: list[bytes] = []
    gateways = [Gateway(log, plan=plan), Gateway(log)]
    submit(entries, gateways=gateways)  # type: ignore[arg-type]
    assert log == entries


def test_gateways_that_stay_silent_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custody.cli.commands.demo_kafka.time.sleep", lambda _: None)
    silent = Gateway([], plan=[LogUnavailable("a", "Nobody is there.")] * 99)
    with pytest.raises(Unavailable, match="Nobody is there"):
        submit([b"1"], gateways=[silent])  # type: ignore[list-item]


def test_a_refusal_ends_it() -> None:
    class Refusing(Gateway):
        def submit_batch(self, entries: Sequence[bytes]) -> list[SignedReply]:
            return [SignedReply(entry="", position=None, status="refused", codes=("x",), statement=b"", sentence="No.")]

    with pytest.raises(Contradicted, match="refuses"):
        submit([b"1"], gateways=[Refusing([])])  # type: ignore[list-item]
