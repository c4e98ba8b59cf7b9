"""What a gateway gives before the last station has closed: over real HTTP, of a real election cut while stations count."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from custody.adapters.http import GatewayClient
from custody.adapters.sqlite import SqliteLog
from custody.adapters.token_file import TokenFile
from custody.core.tlog.tiles import parse_bundle
from schemas.envelope import entry_hash, parse_envelope
from schemas.errors import NotAdmitted, Withheld
from schemas.gateway import WithheldProblem
from schemas.union import parse_event
from tests.gateway import plain_http
from tests.gateway.process_gateway import Running, gateway_process
from tests.web.demo import shared_demo

CUT = 2_230
NOW = "2015-04-27T00:00:00+00:00"
LATER = "2015-05-27T00:00:00+00:00"
INSIDE = {"BallotAccountClosed", "Destroyed", "PackedForReturn", "ReturnReceived"}


@dataclass(frozen=True)
class Cut:
    """A gateway over the first entries of an election, its directory, and those entries."""

    folder: Path
    gateway: Running
    entries: list[bytes]

    def get(self, path: str, *, token: str | None = None) -> httpx.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return plain_http.get(self.gateway.url + path, headers=headers, timeout=30)

    def issue(self, *, expires: str = "2099-01-01T00:00:00+00:00") -> tuple[str, str]:
        made, text = tokens(self.folder).issue("test", expires=expires, draw=os.urandom)
        return made.id, text


def tokens(folder: Path) -> TokenFile:
    return TokenFile(folder / "tokens.json", clock=lambda: NOW)


def audited(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "custody.cli", "audit", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def type_of(entry: bytes) -> str:
    return parse_event(parse_envelope(entry).payload).type


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cut]:
    demo, folder = shared_demo(tmp_path_factory), tmp_path_factory.mktemp("cut")
    for name in ("demo.json", "keystore.json"):
        (folder / name).write_bytes((demo / name).read_bytes())
    with SqliteLog.open(demo / "log.sqlite") as log, SqliteLog.create(folder / "log.sqlite") as own:
        entries: list[bytes] = []
        while len(entries) < CUT:
            entries += [record.entry for record in log.read(start=len(entries), limit=CUT - len(entries))]
        own.append(entries)
    with gateway_process(folder, settings={}, arguments=["--dir", str(folder)]) as gateway:
        gateway.wait_listening()
        yield Cut(folder, gateway, entries)


def test_each_entry_is_public_or_withheld_with_leaf_hash_and_until_when(cut: Cut) -> None:
    given, withheld = set(), set()
    for position in range(CUT - 400, CUT):
        answer = cut.get(f"/v1/entries?start={position}&limit=1")
        entry = cut.entries[position]
        if answer.status_code == 200:
            assert parse_bundle(data=answer.content, width=1) == [entry]
            given.add(type_of(entry))
            continue
        said = WithheldProblem.model_validate_json(answer.content)
        assert (answer.status_code, said.code) == (403, "withheld")
        assert [(row.position, row.leaf_hash) for row in said.withheld] == [(position, entry_hash(entry))]
        assert said.until == "2015-04-26T20:00:00-04:00"
        assert entry not in answer.content
        withheld.add(type_of(entry))
    assert not given & INSIDE
    assert {"BallotAccountClosed", "PackedForReturn"} <= withheld
    assert {"UnusedCancelled", "BallotBoxesOpened"} <= given


def test_a_bundle_that_holds_a_withheld_entry_names_each_and_gives_none(cut: Cut) -> None:
    answer = cut.get(f"/v1/entries?start={CUT - 256}&limit=256")
    said = WithheldProblem.model_validate_json(answer.content)
    assert answer.status_code == 403
    assert len(said.withheld) > 1
    assert all(entry_hash(cut.entries[row.position]) == row.leaf_hash for row in said.withheld)


def test_a_token_opens_all_until_it_is_revoked_without_a_restart(cut: Cut) -> None:
    path = f"/v1/entries?start={CUT - 256}&limit=256"
    identity, token = cut.issue()
    assert token not in (cut.folder / "tokens.json").read_text()
    assert stat.S_IMODE((cut.folder / "tokens.json").stat().st_mode) == 0o600
    answer = cut.get(path, token=token)
    assert answer.status_code == 200
    assert parse_bundle(data=answer.content, width=256) == cut.entries[CUT - 256 :]
    tokens(cut.folder).revoke(identity)
    assert cut.get(path, token=token).status_code == 401


def test_a_wrong_or_expired_token_opens_nothing_and_is_said_plainly(cut: Cut) -> None:
    _, expired = cut.issue(expires=LATER)
    for token in (expired, "0" * 64, "x"):
        answer = cut.get("/v1/entries?start=0&limit=1", token=token)
        assert (answer.status_code, answer.json()["code"]) == (401, "token-not-valid")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    basic = plain_http.get(f"{cut.gateway.url}/v1/entries?start=0&limit=1", headers={"Authorization": "Basic eDp5"})
    assert (basic.status_code, basic.json()["code"]) == (401, "token-form")


def test_the_client_hears_what_is_withheld_and_what_a_token_does_not_open(cut: Cut) -> None:
    with GatewayClient(cut.gateway.url) as client, pytest.raises(Withheld) as error:
        client.read(start=CUT - 256, limit=256)
    assert all(entry_hash(cut.entries[place]) == leaf for place, leaf in error.value.leaves)
    with GatewayClient(cut.gateway.url, token="0" * 64) as client, pytest.raises(NotAdmitted):
        client.read(start=0, limit=1)


def test_the_audit_of_a_gateway_says_what_is_withheld_and_a_token_opens_it(cut: Cut) -> None:
    closed = audited(cut.gateway.url)
    assert closed.returncode == 2, closed.stderr
    assert "withheld until 2015-04-26T20:00:00-04:00; give --token" in closed.stdout
    assert closed.stdout.splitlines()[-1].startswith("NOT ESTABLISHED  ")
    _, token = cut.issue()
    (cut.folder / "token").write_text(token + "\n")
    opened = audited(cut.gateway.url, "--token-file", str(cut.folder / "token"))
    assert f"{CUT:,} of {CUT:,} entries re-hashed" in opened.stdout
    assert "withheld" not in opened.stdout


@pytest.mark.parametrize("query", ["start=0&limit=1&limit=2", "start=0&limit=1&st%61rt=1", "x&start=0&limit=1&x"])
def test_a_repeated_parameter_is_refused(cut: Cut, query: str) -> None:
    answer = cut.get(f"/v1/entries?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "repeated-parameter")


def test_readiness_has_its_one_shape(cut: Cut) -> None:
    said = cut.get("/readyz").json()
    assert said == {"service": "gateway", "ready": True, "state": "taking", "position": CUT, "reasons": []}
