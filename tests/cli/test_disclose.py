"""``custody disclose``: a device opens what its clock showed on the way, and only once the units have arrived."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from schemas.envelope import parse_envelope
from tests.cli.conftest import Commands

CEC = ("cec-1", "cec-2")
HANDS = ("CEC", "MFA", "courier", "commission")
POUCH = "AYT-P01-T"


def under_way(custody: Commands) -> None:
    """A pouch of Antalya with its courier, whose phone shows the time of another zone."""
    legs = [{"releasing": one, "receiving": other} for one, other in pairwise(HANDS)]
    manifest = {"type": "ConsignmentManifested", "consignment": "AYT-C01-U", "station": "AYT", "direction": "out"}
    steps: list[dict[str, Any]] = [
        {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441},
        {"type": "UnitPacked", "unit": POUCH, "contents": ["AYT-K01-W"], "papers": 441},
        {"type": "SealsApplied", "seals": [{"unit": POUCH, "seal": "CEC-000101-E"}]},
        {**manifest, "units": [POUCH], "packages": 1, "papers": 441, "legs": legs},
    ]
    for number, said in enumerate(steps):
        assert custody.act(said, *CEC, out=f"set-{number}").code == 0
    handed(custody, releasing="cec-1", receiving="mfa-1", at="2015-04-15T08:00:00+06:00", name="one")
    handed(custody, releasing="mfa-1", receiving="courier-ayt", at="2015-04-16T08:00:00+06:00", name="two")
    delayed = {"type": "DelayReported", "units": [POUCH], "reason": "weather"}
    made = custody.act(delayed, "courier-ayt", out="delayed", more=("--at", "2015-04-16T12:00:00-03:30"))
    assert made.code == 0, made.err
    custody.append(*(f"set-{number}" for number in range(4)), "one-o", "one-a", "two-o", "two-a", "delayed")


def handed(custody: Commands, *, releasing: str, receiving: str, at: str, name: str) -> None:
    offer = {"type": "HandoverOffered", "units": [POUCH], "to": [receiving]}
    assert custody.act(offer, releasing, out=f"{name}-o", more=("--at", at)).code == 0
    answer = {"type": "HandoverAnswered", "offer": f"{name}-o", "result": "accepted", "found": "intact"}
    assert custody.act(answer, receiving, out=f"{name}-a").code == 0


def test_what_the_clock_showed_is_opened_once_the_units_have_arrived(custody: Commands) -> None:
    under_way(custody)
    custody("sync", "--device", "phone-ayt")
    words = ("disclose", "--device", "phone-ayt", "--as", "courier-ayt")
    early = custody(*words)
    assert (early.code, "on the way yet" in early.err) == (64, True), early
    offer = {"type": "HandoverOffered", "units": [POUCH], "to": ["ayt-chair", "ayt-secretary"]}
    custody.act(offer, "courier-ayt", out="three-o", more=("--at", "2015-04-17T09:00:00+03:00"))
    answer = {"type": "HandoverAnswered", "offer": "three-o", "result": "accepted", "found": "intact"}
    custody.act(answer, "ayt-chair", "ayt-secretary", out="three-a")
    custody.append("three-o", "three-a")
    custody("sync", "--device", "phone-ayt")
    opened = custody(*words)
    assert (opened.code, opened.err) == (0, ""), opened
    assert "2015-04-16T12:00:00-03:30" in opened.out
    custody("sync", "--device", "phone-ayt")
    assert custody("findings").out == "No findings.\n"
    again = custody(*words)
    assert (again.code, "no local time that is not open yet" in again.err) == (64, True), again
    assert json.loads(parse_envelope(Path("delayed").read_bytes()).payload)["commitments"]["local_time"]
