"""The secrets of a deployment are made once, each for one owner's eyes, and what is there is never changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from custody.adapters.keystore import Keystore
from custody.cli.exits import run
from custody.cli.program import make_app
from custody.sandbox.secret_files import OWNERS, PEOPLE, Secrets, files_of, make_secrets
from schemas.demo_domain import is_demo_domain
from schemas.errors import Misused


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    list(make_secrets(folder, seed=1))
    return folder


def test_every_owner_has_exactly_its_files(made: Path) -> None:
    assert set(contents(made)) == {f"{owner.folder}/{name}" for owner in OWNERS for name in files_of(owner)}


def test_nobody_but_its_owner_may_read_a_file_or_look_into_a_folder(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o711
    for owner in OWNERS:
        place = made / owner.folder
        assert place.stat().st_mode & 0o777 == 0o700
        expected = owner.user if os.geteuid() == 0 else os.geteuid()
        for path in (place, *(place / name for name in files_of(owner))):
            assert path.stat().st_uid == expected
            assert path.is_dir() or path.stat().st_mode & 0o777 == 0o600


def test_no_two_secrets_are_the_same_and_no_two_deployments_share_one(made: Path, tmp_path: Path) -> None:
    list(make_secrets(tmp_path / "other", seed=1))
    random = [
        data
        for folder in (made, tmp_path / "other")
        for name, data in contents(folder).items()
        if not name.endswith(".json")
    ]
    assert len(set(random)) == len(random)
    assert all(len(data.strip()) >= 32 for data in random)


def test_a_second_run_changes_nothing(made: Path) -> None:
    before = contents(made)
    assert list(make_secrets(made, seed=1)) == []
    assert contents(made) == before


def test_a_run_after_a_crash_adds_what_is_missing_and_leaves_the_rest(made: Path) -> None:
    before = contents(made)
    (made / "ledger" / "kafka-password").unlink()
    (made / "gateway-1" / "keystore.json").unlink()
    (made / "gateway-1" / "keystore.new").write_bytes(b"half")
    assert list(make_secrets(made, seed=1)) == ["gateway-1/keystore.json", "ledger/kafka-password"]
    after = contents(made)
    assert before.keys() == after.keys()
    changed = {"ledger/kafka-password", "gateway-1/keystore.json"}
    assert {name for name in before if before[name] != after[name]} == changed


def test_another_seed_is_refused_and_nothing_is_changed(made: Path) -> None:
    (made / "web" / "postgres-password").unlink()
    before = contents(made)
    with pytest.raises(Misused, match="another seed"):
        list(make_secrets(made, seed=2))
    assert contents(made) == before


@pytest.mark.parametrize("owner", [owner for owner in OWNERS if owner.badge], ids=lambda owner: owner.folder)
def test_a_service_opens_its_own_key_with_its_own_pin(owner: object, made: Path) -> None:
    (one,) = [one for one in OWNERS if one is owner]
    store = Keystore(made / one.folder / "keystore.json")
    (name,) = store.names()
    assert (name.badge, name.role) == (one.badge, one.role)
    store.unlock(keyid=name.keyid, pin=Secrets(made).read(one.folder, "pin"))


def test_the_people_are_invented_and_under_a_domain_that_nobody_can_have(made: Path) -> None:
    said = json.loads((made / PEOPLE / "demo.json").read_bytes())
    assert is_demo_domain(said["domain"])
    assert len(Keystore(made / PEOPLE / "keystore.json").names()) > 600


def test_the_command_names_the_files_and_shows_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(make_app(["init"]), arguments=["init", "secrets", "--dir", str(tmp_path / "run")]) == 0
    said = capsys.readouterr()
    for name, data in contents(tmp_path / "run").items():
        if not name.endswith(".json"):
            assert data.decode().strip() not in said.out + said.err
