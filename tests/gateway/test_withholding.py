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

from consumers.checkpointer import run_once
from custody.adapters.http import GatewayClient
from custody.adapters.sqlite import SqliteLog
from custody.adapters.token_file import TokenFile
from custody.core.tlog.checkpoint import origin_of
from custody.core.tlog.entry_proofs import verify_proof
from custody.core.tlog.merkle import Tree
from custody.core.tlog.notes import VerifierKey
from custody.core.tlog.tiles import ENTRIES, format_bundle, parse_bundle, tile_path, tiles_of
from custody.embedded.folding import folded
from custody.sandbox.create import log_key_of
from custody.sandbox.play_witnesses import ComputedWitnesses
from schemas.envelope import entry_hash, event_id, parse_envelope
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
        _sign(folder, log=own)
    with gateway_process(folder, settings={}, arguments=["--dir", str(folder)]) as gateway:
        gateway.wait_listening()
        yield Cut(folder, gateway, entries)


def _sign(folder: Path, *, log: SqliteLog) -> None:
    """The checkpointer's folder of this election, cosigned by its log witnesses."""
    ledger = folded(log, until=1)
    run_once(
        log=log,
        folder=folder / "tiles",
        state=folder / "signed",
        origin=origin_of(genesis=ledger.state.opening(), election=ledger.election),
        key=log_key_of(1),
        cosigned=lambda note: ComputedWitnesses(1).cosign(note, tree=Tree(), at=1_430_000_000),
    )


# --- the log as everybody may read it, in the form of C2SP


def test_checkpoint_and_hash_tiles_are_public_with_their_types(cut: Cut) -> None:
    note = cut.get("/logs/0/checkpoint")
    assert (note.status_code, note.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert note.headers["cache-control"] == "no-cache"
    assert note.content == (cut.folder / "tiles" / "checkpoint").read_bytes()
    for tile in tiles_of(CUT):
        if tile.level != ENTRIES:
            answer = cut.get(f"/logs/0/{tile_path(tile)}")
            assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
            assert "immutable" in answer.headers["cache-control"]
            assert answer.content == (cut.folder / "tiles" / tile_path(tile)).read_bytes()


def test_bundles_are_public_but_those_with_a_withheld_entry_until_a_token_opens_them(cut: Cut) -> None:
    _, token = cut.issue()
    seen = set()
    for tile in tiles_of(CUT):
        if tile.level != ENTRIES:
            continue
        path, first = f"/logs/0/{tile_path(tile)}", tile.index * 256
        answer, opened = cut.get(path), cut.get(path, token=token)
        whole = format_bundle(cut.entries[first : first + tile.width])
        assert (opened.status_code, opened.content) == (200, whole)
        assert opened.headers["content-type"] == "application/octet-stream"
        seen.add(answer.status_code)
        if answer.status_code == 200:
            assert answer.content == whole
            continue
        said = WithheldProblem.model_validate_json(answer.content)
        assert (answer.status_code, said.code) == (403, "withheld")
        rows = [row for row in said.withheld if first <= row.position < first + tile.width]
        assert [*rows] == [*said.withheld]
        assert all(row.leaf_hash == entry_hash(cut.entries[row.position]) for row in rows)
    assert seen == {200, 403}


@pytest.mark.parametrize(
    "path",
    [
        "/logs/1/checkpoint",
        "/logs/0/tile/0/999",
        "/logs/0/tile/0/x000/000",
        "/logs/0/tile/0/0",
        "/logs/0/tile/0/000.p/256",
        "/logs/0/tile/0/000.p/0",
        "/logs/0/tile/0/008.p/183",
        "/logs/0/tile/9/000",
        "/logs/0/tile/entries/999",
        "/logs/0/tile/0/000/",
        "/logs/0/tile/0/%2e%2e/checkpoint",
        "/logs/0/signed",
        f"/logs/0/proof/{'0' * 64}.tlog-proof",
        f"/logs/0/proof/{'0' * 64}",
    ],
)
def test_what_is_not_there_is_404(cut: Cut, path: str) -> None:
    assert cut.get(path).status_code == 404


def test_a_partial_tile_that_the_full_one_replaced_is_cut_from_it(cut: Cut) -> None:
    whole = (cut.folder / "tiles" / "tile/0/000").read_bytes()
    answer = cut.get("/logs/0/tile/0/000.p/7")
    assert (answer.status_code, answer.content) == (200, whole[: 7 * 32])


def test_every_entry_has_a_proof_by_its_hash_and_by_its_event_withheld_or_not(cut: Cut) -> None:
    with SqliteLog.open(cut.folder / "log.sqlite") as log:
        state = folded(log).state
    key = VerifierKey(state.origin, bytes.fromhex(state.opening().log_key))
    keys = state.policies[-1][1].keys.values()
    with GatewayClient(cut.gateway.url) as client:
        for position in (0, 255, 256, CUT - 400, CUT - 3, CUT - 1):
            entry = cut.entries[position]
            for name in (entry_hash(entry), event_id(parse_envelope(entry).payload)):
                data = client.proof(name)
                assert data is not None
                found = verify_proof(data, entry=entry, key=key, witnesses=keys, is_met=lambda names: len(names) == 3)
                assert (found.index, found.checkpoint.size) == (position, CUT)
        assert client.proof("f" * 64) is None


# --- entries, as devices read them


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
    assert "withheld until 26 April 2015, 20:00 (UTC-4); give --token-file" in closed.stdout
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
