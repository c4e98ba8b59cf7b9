"""What holds a secret or is signed in part is its owner's alone, whatever the umask; what is public follows it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.adapters.durable import PRIVATE
from schemas.identifiers import unit_id
from tests.cli.conftest import Commands


@pytest.fixture(autouse=True)
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_written_with_out_is_its_owners(custody: Commands) -> None:
    order = {"type": "PrintOrdered", "batch": unit_id(office="CEC", kind="batch", number=2), "papers": 5}
    made = custody.act(order, "cec-1", out="order.event", more=("--awaiting", "cec-2"))
    assert made.code == 0, made.err
    assert custody("cosign", "order.event", "--as", "cec-2", "--out", "both.event").code == 0
    assert custody("sync", "--device", "phone-ayt").code == 0
    assert custody("invite", "--device", "phone-ayt", "--as", "courier-ayt", "--out", "invitation.json").code == 0
    written = {path.name: mode(path) for path in custody.folder.iterdir()}
    assert written == dict.fromkeys(["order.event", "both.event", "invitation.json"], PRIVATE)


def test_a_demonstrations_settings_hold_its_pin_and_its_root_is_public(custody: Commands) -> None:
    place = custody.place
    assert [mode(path) for path in (place.demo_file, place.keystore, place.log_key)] == [PRIVATE] * 3
    assert mode(place.root) & 0o044 == 0o044
    custody("act", "--as", "cec-1", "--out", "out.event", "-", given={"type": "PrintOrdered"})
    assert mode(place.demo_file) == PRIVATE
