"""Somebody else's script: every indicator out of the entries alone, by plain code that knows nothing of the program's.

It reads JSON and counts. It judges nothing, so it is right for an election in which nobody disputes and nothing is declared in
error. Findings are judgements and not counted here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

PARTIES = {
    "cec-officer": "CEC",
    "pouch-office": "MFA",
    "courier": "courier",
    "mission-officer": "mission",
    "chair": "commission",
    "secretary": "commission",
    "member": "commission",
}
Event = dict[str, Any]
Counted = tuple[int, int, int]


def events_in(entries: Sequence[bytes]) -> dict[str, Event]:
    """Event id -> what it says, each once, in the log's order."""
    found: dict[str, Event] = {}
    for entry in entries:
        envelope = json.loads(entry)
        kind, payload = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
        signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        found.setdefault(sha256(signed).hexdigest(), json.loads(payload))
    return found


def time(text: str) -> float:
    """A stated time in seconds."""
    return datetime.fromisoformat(text).timestamp()


def seals_in(value: object) -> Iterator[str]:
    """Conditions of all seals that were read."""
    if isinstance(value, dict):
        if {"seal", "unit", "condition"} <= set(value):
            yield value["condition"]
        for item in value.values():
            yield from seals_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from seals_in(item)


class Recount:
    """One election, counted by hand."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.by_id = events_in(entries)
        self.events = list(self.by_id.values())
        self.now = max(time(event["at"]) for event in self.events)
        self.roles = {
            sha256(bytes.fromhex(key["public"])).hexdigest(): key["role"]
            for event in self.of("KeyEnrolled")
            for key in event["keys"]
        }

    def of(self, *types: str) -> list[Event]:
        """The events of some types."""
        return [event for event in self.events if event["type"] in types]

    def party(self, event: Event) -> str:
        """For whom an event's persons act."""
        acting = (signer["key"] for signer in event["signers"] if signer["person"] is not None)
        return next((PARTIES[self.roles[key]] for key in acting if self.roles.get(key) in PARTIES), "CEC")

    def with_contents(self, units: Iterable[str]) -> frozenset[str]:
        """Units with all that was packed into them: who hands over a pouch hands over what is inside."""
        found = set(units)
        packed = [(row["unit"], set(row.get("contents") or ())) for row in self.of("UnitPacked")]
        while not (inside := set[str]().union(*(held for unit, held in packed if unit in found))) <= found:
            found |= inside
        return frozenset(found)

    def walked(self) -> list[tuple[str, frozenset[str], float]]:
        """Accepted handovers: from whom to whom, the units, when."""
        rows = []
        for answer in self.of("HandoverAnswered"):
            if answer["result"] != "refused":
                offer = self.by_id[answer["offer"]]
                units = self.with_contents(row["unit"] for row in offer["units"])
                rows.append((f"{self.party(offer)} {self.party(answer)}", units, time(answer["at"])))
        return rows

    def legs(self) -> list[tuple[float | None, float | None]]:
        """Of each planned leg its deadline and when it was walked."""
        rows, walked = [], self.walked()
        for manifest in self.of("ConsignmentManifested"):
            units = {row["unit"] for row in manifest["units"]}
            for leg in manifest["legs"]:
                way = f"{leg['releasing']} {leg['receiving']}"
                times = [at for walk, moved, at in walked if walk == way and moved & units]
                stated = None if leg["due"] is None else time(leg["due"])
                is_last = leg["number"] == len(manifest["legs"])
                due = self.by_rule(manifest) if stated is None and is_last else stated
                rows.append((due, max(times, default=None)))
        return rows

    def by_rule(self, manifest: Event) -> float:
        """When a consignment is to be there where its manifest states no time."""
        station = next(row for row in self.of("StationOpened") if row["station"] == manifest["station"])
        hours: dict[str, int] = self.events[0]["rules"]
        if manifest["direction"] == "out":
            return time(station["opens"]) - hours["arrival_hours"] * 3_600
        return time(station["closes"]) + hours["return_hours"] * 3_600

    def figures(self, event: Event) -> dict[str, int]:
        """The figures of a closed account, with what was declared and counted on arrival and what went back."""
        station = event["station"]
        out = [
            row for row in self.of("ConsignmentManifested") if row["station"] == station and row["direction"] == "out"
        ]
        counts = [row for row in self.of("BallotsCounted") if row["place"] == station and row["occasion"] == "receipt"]
        packed = [row for row in self.of("PackedForReturn") if row["station"] == station]
        back = [line for row in packed for line in row["packages"]]
        back = back or [row for row in self.of("Destroyed") if row["station"] == station]
        return {
            **{name: value for name, value in event.items() if isinstance(value, int)},
            "declared": sum(row["papers"] for row in out),
            "counted": sum(line["papers"] for row in counts for line in row["counts"]),
            "returned": sum(row["from_boxes"] + row["cancelled"] for row in back) if back else -1,
        }

    def indicators(self) -> dict[str, Counted]:
        """Numerator, denominator and what is left out, of each indicator that counts and does not judge."""
        legs, offers = self.legs(), self.of("HandoverOffered")
        come = [(due, at) for due, at in legs if at is not None or (due is not None and due <= self.now)]
        timed = [(due, at) for due, at in legs if due is not None and at is not None]
        results = [event["result"] for event in self.of("HandoverAnswered")]
        accepted = [result for result in results if result != "refused"]
        seals = list(seals_in(self.events))
        stations = [event["station"] for event in self.of("StationOpened")]
        accounts = [self.figures(event) for event in self.of("BallotAccountClosed")]
        lacking = len(stations) - len(accounts)
        home = [row for row in accounts if row["returned"] >= 0]
        counted, declared, issued = (sum(row[name] for row in accounts) for name in ("counted", "declared", "issued"))
        return {
            "legs_recorded": (sum(at is not None for _, at in come), len(come), len(legs) - len(come)),
            "legs_in_time": (sum(at <= due for due, at in timed), len(timed), len(legs) - len(timed)),
            "handovers_accepted": (len(accepted), len(offers), 0),
            "handovers_without_reservation": (accepted.count("accepted"), len(accepted), len(offers) - len(accepted)),
            "seals_intact": (seals.count("intact"), len(seals), 0),
            "papers_counted": (counted, declared, lacking),
            "papers_issued": (issued, counted, lacking),
            "accounts_closed": (len(accounts), len(stations), 0),
            "accounts_agree": (sum(map(agrees, accounts)), len(accounts), lacking),
            "papers_returned": (
                sum(row["returned"] for row in home),
                sum(row["in_boxes"] + row["cancelled"] for row in home),
                len(stations) - len(home),
            ),
        }


def agrees(row: dict[str, int]) -> bool:
    """Whether both sides of every rule of an account are the same."""
    return (
        row["declared"] == row["counted"]
        and row["issued"] == row["signatures"] == row["in_boxes"] + row["not_returned"]
        and row["in_boxes"] == row["valid"] + row["invalid"]
        and row["cancelled"] == row["unused"] + row["spoiled"] + row["defective"]
    )
