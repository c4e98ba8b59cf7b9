"""A run-off: its folder out of the earlier folder and archive, rehearsed, and held against the earlier log."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from custody.demo.election import play_empty, stage_of
from custody.election.reading import look, read_election
from custody.election.run_off import series_left
from custody.embedded.earlier_election import EarlierElection, differences_from
from schemas.earlier_log import CarriedOver, EarlierLog
from schemas.identifiers import seal_id
from schemas.rules import SealSeries
from tests.election.conftest import Command, Ended

LOG_KEY = "ab" * 32


def run_off(custody: Command, *, root: str, after: str = "folder", day: str = "2027-05-30") -> Ended:
    words = ("--after", after, "--earlier", "first/archive", "--root", root)
    return custody("election", "run-off", "second", *words, "--slug", "md-2027-2", "--day", day)


def test_from_the_first_vote_to_a_run_off_that_is_as_its_log_says(folder: Path, custody: Command) -> None:
    assert custody("election", "rehearse", str(folder), "--dir", "first").code == 0
    root = Path("first/root.txt").read_text().strip()
    written = run_off(custody, root=root)
    assert (written.code, written.err) == (0, "")
    assert "3 stations and " in written.out
    election = read_election(Path("second"))
    assert (election.days, election.slug, set(election.carried)) == (
        ("2027-05-30",),
        "md-2027-2",
        {"AAA", "BBB", "CCC"},
    )
    assert [row.due[:10] for row in election.plan][:1] == ["2027-05-25"]
    assert custody("election", "check", "second").code == 0
    ended = custody("election", "rehearse", "second", "--dir", "again")
    assert (ended.code, ended.err) == (0, "")
    assert re.search(r"^VERIFIED  3 stations  \d+ entries  0 findings$", ended.out, re.MULTILINE)
    assert Path("again/root.txt").read_text().strip() != root
    told = custody("election", "follows", "again/archive", "--earlier", "first/archive")
    assert (told.code, "AS THE EARLIER LOG SAYS: 3 stations" in told.out) == (0, True)
    refused = custody("election", "follows", "first/archive", "--earlier", "again/archive")
    assert (refused.code, "follows no other" in refused.err) == (64, True)
    other = run_off(custody, root="ab" * 32)
    assert other.code != 0
    early = custody(
        *("election", "run-off", "third", "--after", "folder", "--earlier", "first/archive", "--root", root),
        *("--slug", "x", "--day", "2027-05-01"),
    )
    assert (early.code, "is not after" in early.err, Path("third").exists()) == (64, True, False)


@pytest.fixture
def earlier(folder: Path) -> EarlierElection:
    """The preparation of an election, as an earlier one."""
    stage = stage_of(read_election(folder), seed=1)
    play_empty(stage, stations=stage.election.stations, log_key=LOG_KEY)
    follows = EarlierLog(election=stage.ledger.election, size=len(stage.entries()), root="0f" * 32)
    return EarlierElection(follows, stage.state)


def later(folder: Path, *, earlier: EarlierElection, **other: object) -> list[str]:
    """What the preparation of an election that follows it says, held against it."""
    election = read_election(folder)
    election = replace(election, follows=earlier.follows, carried=earlier.carried())
    stage = stage_of(replace(election, **other), seed=2)  # type: ignore[arg-type]
    play_empty(stage, stations=stage.election.stations, log_key=LOG_KEY)
    assert list(stage.state.findings) == []
    return differences_from(stage.state, earlier=earlier)


def test_what_is_carried_as_it_was_is_told_of_nobody(folder: Path, earlier: EarlierElection) -> None:
    assert later(folder, earlier=earlier) == []


def test_a_station_that_names_another_opening_a_number_or_a_seal_that_never_was(
    folder: Path, earlier: EarlierElection
) -> None:
    carried, seal = earlier.carried(), seal_id(issuer="CEC", number=77)
    stations = read_election(folder).stations
    assert later(folder, earlier=earlier, carried={**carried, "AAA": carried["BBB"]}) == [
        "AAA: What it names is not its opening on the earlier log."
    ]
    renumbered = (replace(stations[0], number="99"), *stations[1:])
    assert later(folder, earlier=earlier, stations=renumbered) == ["AAA: Its number is 99; on the earlier log it is 1."]
    invented = CarriedOver(opened=carried["CCC"].opened, seals=(seal,))
    assert later(folder, earlier=earlier, carried={**carried, "CCC": invented}) == [
        f"CCC: Seal {seal} does not close anything there, unbroken, on the earlier log."
    ]
    other = EarlierLog(election=earlier.follows.election, size=earlier.follows.size, root="00" * 32)
    assert ["Genesis follows root" in line for line in later(folder, earlier=earlier, follows=other)] == [True]


def test_seals_that_are_left_are_those_after_the_last_that_was_applied() -> None:
    used = [seal_id(issuer="CEC", number=number) for number in (2_001, 2_007, 5_060)]
    rows = (SealSeries(issuer="CEC", first=2_001, last=2_060), SealSeries(issuer="CEC", first=5_061, last=5_070))
    assert list(series_left(rows, used=used[:2])) == [left(2_008, 2_060), left(5_061, 5_070)]
    assert list(series_left(rows, used=used)) == [left(5_061, 5_070)]
    assert list(series_left((), used=used)) == [left(5_061, 999_999)]


def left(first: int, last: int) -> SealSeries:
    return SealSeries(issuer="CEC", first=first, last=last)


@pytest.mark.parametrize(
    ("follows", "table", "told"),
    [
        ("", "AAA,{opened},", "follows.csv:2: The election follows none: election.toml has no [follows]."),
        ("yes", "ZZZ,{opened},", "follows.csv:2:station: ZZZ is no station of stations.csv."),
        ("yes", "AAA,{opened},\nAAA,{opened},", "follows.csv:3:station: AAA is there twice."),
        ("yes", "AAA,{opened},CEC-000101-A", "follows.csv:2:seals: CEC-000101-A was copied wrongly"),
        ("yes", "AAA,{opened},{seal}\nBBB,{opened},{seal}", "follows.csv:3:seals: Seal {seal} is carried over by AAA"),
        ("yes", "AAA,abc,", "follows.csv:2:opened: 'abc'"),
        ("bad", "AAA,{opened},", "election.toml:"),
    ],
)
def test_mistakes_in_what_is_followed_each_have_their_line(folder: Path, follows: str, table: str, told: str) -> None:
    said = {"opened": "0e" * 32, "seal": seal_id(issuer="CEC", number=101)}
    (folder / "follows.csv").write_text("station,opened,seals\n" + table.format(**said) + "\n")
    toml = folder / "election.toml"
    size = {"yes": "5", "bad": "0"}.get(follows)
    if size is not None:
        part = f'[follows]\nelection = "{"e1" * 32}"\nsize = {size}\nroot = "{"f0" * 32}"\n'
        toml.write_text(f"{toml.read_text()}\n{part}")
    found = [mistake.told for mistake in look(folder).mistakes]
    assert any(line.startswith(told.format(**said)) for line in found), found
