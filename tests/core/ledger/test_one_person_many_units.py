"""One person who varies units, predecessors and kinds of acts: one finding a place, person and cause, and an heir for each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations, islice, permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.hostile_shapes import HostileElection
from custody.core.state.finding_index import KEPT
from custody.core.state.finding_store import Finding
from schemas.envelope import Envelope, format_envelope, parse_envelope
from schemas.identifiers import unit_id
from tests.worlds import OBSERVER, OFFICERS, id_of, stock

_PLACES = ("AAA", "AAB", "AAC")
_SUBSETS = tuple(row for size in (1, 2, 3) for row in combinations(_PLACES, size))


class Hostile(HostileElection):
    """Three stations, and what one person can write about them."""

    def __init__(self) -> None:
        super().__init__()
        self.acts = {office: self.opened(office) for office in _PLACES}
        report = self.remark("AAA", observed=self.acts["AAA"])
        self.put(report)
        self.report = id_of(report)

    def lacking(self, offices: Sequence[str], *, salt: int) -> bytes:
        """An act on what is there, signed by one of two."""
        return self.stated([(stock(office), self.acts[office]) for office in offices], salt=salt)

    def listed(self, offices: Sequence[str], *, salt: int) -> bytes:
        """The same, with a colleague listed who has not signed."""
        refs = [(stock(office), self.acts[office]) for office in offices]
        return half(self.stated(refs, salt=salt, by=OFFICERS), key=self.key(OFFICERS[1])[1])

    def astray(self, offices: Sequence[str], *, salt: int) -> bytes:
        """An act with one signature that follows what nobody ever saw."""
        return self.stated([(stock(office), absent(office, salt)) for office in offices], salt=salt)

    def invented(self, offices: Sequence[str], *, salt: int) -> bytes:
        """An act with one signature on units that nobody ever made."""
        refs = [(unit_id(office=office, kind="pouch", number=salt % 90 + 1), None) for office in offices]
        return self.stated(refs, salt=salt)

    def waits(self, offices: Sequence[str], *, salt: int) -> bytes:
        """A report on what never comes."""
        return self.seen([(stock(office), absent(office, salt)) for office in offices])

    def unfit(self, offices: Sequence[str], *, salt: int) -> bytes:
        """A report that observes what is no act; ``salt`` says what."""
        wrong = (self.report, self.election)[salt % 2]
        return self.seen([(stock(office), wrong) for office in offices])

    def pair(self, offices: Sequence[str], *, salt: int) -> bytes:
        """Two who sign an act that says what happened to one unit of several, or to one that does not exist."""
        refs = [(stock(office), self.acts[office]) for office in offices]
        nowhere = (unit_id(office="AAA", kind="pouch", number=salt % 90 + 1), self.acts["AAA"])
        return self.stated([*refs, nowhere], salt=salt, by=OFFICERS)

    def stated(self, refs: Sequence[tuple[str, str | None]], *, salt: int, by: Sequence[str] = OFFICERS[:1]) -> bytes:
        """What is said of the voters on these units."""
        units = [{"unit": unit, "previous": previous} for unit, previous in refs]
        fields: dict[str, Any] = {"station": "AAA", "stage": "added", "voters": salt, "signatures": None}
        return self.event("VoterListStated", by=by, units=units, **fields)

    def seen(self, refs: Sequence[tuple[str, str]]) -> bytes:
        """What somebody remarked on these units."""
        units = [{"unit": unit, "observed": observed} for unit, observed in refs]
        return self.event("ObserverRemarked", by=(OBSERVER,), units=units)


Shape = Callable[..., bytes]
SHAPES: tuple[Shape, ...] = (
    *(Hostile.lacking, Hostile.listed, Hostile.astray, Hostile.invented),
    *(Hostile.waits, Hostile.unfit, Hostile.pair),
)


def absent(office: str, salt: int) -> str:
    """The id of an event that never was."""
    return hashlib.sha256(f"{office}/{salt}".encode()).hexdigest()


def half(entry: bytes, *, key: str) -> bytes:
    """The entry without the signature of a key."""
    envelope = parse_envelope(entry)
    return format_envelope(Envelope(envelope.payload, tuple(item for item in envelope.signatures if item.keyid != key)))


def recorded(stage: HostileElection, entries: Sequence[bytes]) -> None:
    """The entries reach the log, and the monitor's clock goes on until all that waits is due."""
    for entry in entries:
        stage.put(entry)
    pass_days(stage)


def pass_days(stage: HostileElection) -> None:
    """The monitor's clock goes on until all that waits is due."""
    for minutes in (60, 46 * 60, *[120] * 14):
        stage.put(stage.clock("AAC", minutes=minutes))


def told(stage: HostileElection) -> list[Finding]:
    """What is open, by id, but for what is said of the monitor's own notes and of numbers that a device left out."""
    records = stage.ledger.state.records
    rows = [row for row in stage.ledger.state.findings if row.status == "open" and row.code != "device-gap"]
    return sorted((row for row in rows if records[row.raised_by].type != "OverdueNoted"), key=lambda row: row.id)


def heads(stage: HostileElection) -> list[tuple[Any, ...]]:
    """What does not depend on the order of arrival of what is open."""
    return [(row.id, row.code, row.severity, row.count, row.units, row.sentence, row.related) for row in told(stage)]


@lru_cache(maxsize=1)
def written() -> tuple[bytes, ...]:
    """Each shape on each set of units, thrice."""
    stage = Hostile()
    return tuple(shape(stage, row, salt=salt) for shape in SHAPES for row in _SUBSETS for salt in range(3))


def after(entries: Sequence[bytes]) -> Hostile:
    """A log on which these are."""
    stage = Hostile()
    recorded(stage, entries)
    return stage


WRITTEN = st.lists(st.sampled_from(written()), min_size=1, max_size=40, unique=True)


@settings(max_examples=8, deadline=None)
@given(entries=WRITTEN)
def test_whatever_one_person_writes_on_whatever_units_few_findings_are_open_and_count_all(entries: list[bytes]) -> None:
    stage = after(entries)
    rows = told(stage)
    assert sum(row.count for row in rows) == len(entries)
    causes = {
        (row.code, row.severity, row.sentence.key, stage.ledger.state.records[row.raised_by].type) for row in rows
    }
    assert len(rows) <= len(causes) * len(_PLACES)
    assert all(len(row.related) == min(row.count - 1, KEPT) and len(row.units) <= KEPT for row in rows)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_open_in_the_end_does_not_depend_on_the_order_of_arrival(seed: int) -> None:
    entries = list(written())
    Random(seed).shuffle(entries)
    assert heads(after(entries)) == heads(after(written()))


def test_every_event_of_the_same_person_place_and_cause_is_counted_once() -> None:
    rows = told(after(written()))
    counts = {code: sorted(row.count for row in rows if row.code == code) for code in {row.code for row in rows}}
    assert counts.pop("below-threshold") == [12, 24, 48]
    assert counts.pop("not-in-state") == [3, 6, 12, 21]
    missing = counts.pop("predecessor-missing")
    assert (sum(missing), len(missing), counts) == (21, len(_PLACES), {})


def in_parts() -> tuple[Hostile, list[tuple[bytes, bytes]]]:
    """Three acts at one place, each as one of two signed it, and as both did."""
    stage = Hostile()
    key = stage.key(OFFICERS[1])[1]
    refs = [(stock("AAA"), stage.acts["AAA"])]
    whole = [stage.stated(refs, salt=salt, by=OFFICERS) for salt in range(3)]
    return stage, [(half(entry, key=key), entry) for entry in whole]


def lacking(stage: HostileElection, status: str = "open") -> list[tuple[int, str]]:
    """(count, who raised it) of findings about signatures that lack."""
    rows = (row for row in stage.ledger.state.findings if row.code == "below-threshold" and row.status == status)
    return [(row.count, row.raised_by) for row in rows]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_group_goes_on_without_the_one_that_is_settled_and_ends_with_the_last(order: tuple[int, ...]) -> None:
    stage, acts = in_parts()
    for one_signed, _ in acts:
        stage.put(one_signed)
    remaining = {id_of(entry) for entry, _ in acts}
    assert [count for count, _ in lacking(stage)] == [3]
    for place in order:
        stage.put(acts[place][1])
        remaining.discard(id_of(acts[place][1]))
        assert [(count, by in remaining) for count, by in lacking(stage)] == [(len(remaining), True)][: len(remaining)]
        listed = {event for row in told(stage) if row.code == "below-threshold" for _, _, event in row.related}
        assert listed <= remaining
    settled = [row for row in stage.ledger.state.findings if row.code == "below-threshold"]
    assert {row.settled_by == row.raised_by for row in settled} == {True}
    assert id_of(acts[order[-1]][1]) in {row.raised_by for row in settled}


def test_signatures_in_any_order_leave_open_what_still_lacks_one() -> None:
    found = set()
    for order in islice(permutations(range(5)), 0, None, 9):
        stage, acts = in_parts()
        parts = [acts[0][0], acts[0][1], acts[1][0], acts[1][1], acts[2][0]]
        for place in order:
            stage.put(parts[place])
        found.add((*lacking(stage), id_of(acts[2][0])))
    ((open_one, last),) = found
    assert open_one == (1, last)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_what_waited_for_several_events_is_told_until_the_last_of_them_has_come(order: tuple[int, ...]) -> None:
    stage = Hostile()
    refs = [(stock("AAA"), stage.acts["AAA"])]
    acts = [stage.stated(refs, salt=salt, by=OFFICERS) for salt in range(3)]
    seen = [stage.seen([(stock("AAA"), id_of(act))]) for act in acts]
    recorded(stage, seen)
    waiting = {id_of(entry) for entry in seen}
    assert [(row.code, row.count) for row in told(stage)] == [("predecessor-missing", 3)]
    for place in order:
        stage.put(acts[place])
        waiting.discard(id_of(seen[place]))
        rows = [row for row in told(stage) if row.code == "predecessor-missing"]
        assert [(row.count, row.raised_by in waiting) for row in rows] == [(len(waiting), True)][: len(waiting)]


def test_the_json_of_such_a_finding_has_what_a_program_needs() -> None:
    row = next(row for row in told(after(written())) if row.count == 48)
    doc = row.doc()
    assert {
        "id",
        "code",
        "severity",
        "status",
        "station",
        "count",
        "units",
        "evidence",
        "sentence",
        "settled_by",
    } <= set(doc)
    assert (doc["status"], doc["settled_by"], doc["count"], doc["evidence"]) == ("open", None, 48, [row.raised_by])
    assert doc["units"] == sorted(set(doc["units"]), key=doc["units"].index)
    assert doc["station"] == "AAA"


def test_an_honest_half_signed_act_of_another_person_or_place_is_a_finding_of_its_own() -> None:
    stage = Hostile()
    refs = [(stock(office), stage.acts[office]) for office in _PLACES[:2]]
    for by, ref in (OFFICERS[:1], refs[0]), (OFFICERS[1:], refs[0]), (OFFICERS[:1], refs[1]):
        stage.put(stage.stated([ref], salt=0, by=by))
    assert [count for count, _ in lacking(stage)] == [1, 1, 1]
