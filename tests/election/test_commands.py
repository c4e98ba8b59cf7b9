"""The commands of ``custody election`` one by one, and a rehearsal by the rules of its own folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.adapters.reference import reference_stations, shipped
from custody.demo.election import play, stage_of
from custody.election.reading import read_election
from custody.election.reference import reference_election
from custody.election.usual import usual_people, usual_plan
from tests.election.conftest import Command
from tests.election.shipped_run_off import derived, follows_of

LOG_KEY = "ab" * 32


def findings(folder: Path) -> list[str]:
    """What is raised where the whole journey of a folder is played, before anything is written."""
    election = read_election(folder)
    stage = stage_of(election, seed=1)
    assert list(play(stage, stations=election.stations, log_key=LOG_KEY))[-1:] == [len(election.stations)]
    return sorted(f"{finding.status} {finding.code}" for finding in stage.state.findings)


def rules(folder: Path, **other: object) -> None:
    path = folder / "rules.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **other}))


def test_the_reference_election_has_the_usual_people_and_plan() -> None:
    election, stations = reference_election(), reference_stations()
    assert election.people == tuple(usual_people(stations))
    other = {"WAW"}  # two packages, of which one is missing at first
    usual = [row for row in usual_plan(stations, days=election.days) if row.station not in other]
    assert [row for row in election.plan if row.station not in other] == usual


def test_as_many_sign_as_the_rules_ask_for(folder: Path) -> None:
    stated = json.loads((folder / "rules.json").read_text())["signatures"]
    for row in stated:
        if row["type"] in ("UnitPacked", "PrintOrdered", "MandateGranted", "HandoverAnswered"):
            for quorum in row["quorums"]:
                most = 1 if set(quorum["roles"]) & {"courier", "mission-officer", "printer"} else 2
                quorum["persons"] = 3 if "cec-officer" in quorum["roles"] else max(quorum["persons"], most)
    rules(folder, signatures=stated)
    assert findings(folder) == []


def test_papers_that_stay_are_destroyed_when_the_rules_let_them(folder: Path) -> None:
    rules(folder, disposal="keep-and-destroy", storage_days=40)
    plan = folder / "plan.csv"
    plan.write_text("".join(line for line in plan.read_text().splitlines(keepends=True) if ",back," not in line))
    assert findings(folder) == []


@pytest.mark.parametrize(
    "allocation",
    [
        {"method": "estimate-with-cap", "cap": 5_000},
        {"method": "fixed", "shares": [{"station": code, "papers": 500} for code in ("AAA", "BBB", "CCC")]},
    ],
)
def test_papers_are_allocated_as_the_rules_say(folder: Path, allocation: dict[str, object]) -> None:
    rules(folder, allocation=allocation)
    assert findings(folder) == []


def test_papers_are_cancelled_and_kept_as_the_rules_say(folder: Path) -> None:
    rules(folder, cancelling=["corner-cut"], retention=["spoiled", "invalid"])
    assert findings(folder) == []


def test_the_municipal_election_ends_as_its_readme_says_and_its_run_off_names_that_rehearsal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m tests.election.shipped_run_off`` writes the shipped folder anew."""
    folder = derived(tmp_path)
    assert follows_of(shipped("municipal-2027-run-off")) == follows_of(folder)
    told = capsys.readouterr().out
    assert "VERIFIED  4 stations  253 entries  2 findings" in told
    assert all("settled  Gori" in told and code in told for code in ("below-threshold", "package-count"))


def test_the_run_off_of_the_municipal_election_follows_it_at_the_same_stations() -> None:
    folder = shipped("municipal-2027-run-off")
    assert findings(folder) == ["settled below-threshold"]
    election = read_election(folder)
    assert election.follows is not None
    assert [*election.carried] == [one.code for one in read_election(shipped("municipal-2027")).stations]


def test_a_folder_is_not_written_over_and_what_has_no_form_is_told(custody: Command, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    told = custody("election", "new", str(folder), *MORE[""])
    assert (told.code, "exists already; nothing was changed." in told.err) == (64, True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    for option, value in (("--day", "2027-02-30"), ("--country", "Moldova"), ("--slug", "A b"), ("--timezone", "x y")):
        told = custody("election", "new", "other", option, value, *MORE[option])
        assert (told.code, Path("other").exists()) == (64, False), option


MORE = {
    option: [word for name, value in USUAL.items() if name != option for word in (name, value)]
    for USUAL in (
        {
            "--slug": "a",
            "--name": "A",
            "--language": "en",
            "--domain": "a.example",
            "--day": "2027-05-16",
            "--timezone": "Europe/Berlin",
            "--country": "DE",
        },
    )
    for option in ("", *USUAL)
}


def test_what_is_checked_is_told_for_programs_too(custody: Command, folder: Path) -> None:
    told = json.loads(custody("election", "check", str(folder), "--json").out)
    assert (told["mistakes"], told["voters"], told["papers"], told["not_covered"]) == ([], 870, 880, [])
    assert told["stations"][0]["opens"] == {
        "station": "2027-05-16T07:00+03:00",
        "commission": "2027-05-16T07:00+03:00",
        "utc": "2027-05-16T04:00+00:00",
    }
    (folder / "plan.csv").unlink()
    ended = custody("election", "check", str(folder), "--json")
    assert (ended.code, [one["code"] for one in json.loads(ended.out)["mistakes"]]) == (65, ["file-missing"])


def test_a_plan_is_taken_only_if_everything_fits(custody: Command, folder: Path, tmp_path: Path) -> None:
    plan, before = tmp_path / "plan.csv", (folder / "plan.csv").read_text()
    plan.write_text(before.replace("AAA,out,courier-aaa,1", "AAA,out,courier-aaa,2"))
    assert custody("election", "import-plan", str(folder), str(plan)).code == 0
    assert read_election(folder).consignment("AAA", direction="out").packages == 2
    kept = (folder / "plan.csv").read_bytes()
    plan.write_text(before.replace("courier-aaa", "nobody"))
    told = custody("election", "import-plan", str(folder), str(plan))
    assert (told.code, "plan.csv:2:courier: nobody is no courier" in told.err) == (65, True)
    assert (folder / "plan.csv").read_bytes() == kept


@pytest.mark.parametrize("stated", ["AAA", "AAA=flood", "ZZZ=offline", "AAA=one-package-missing"])
def test_a_trouble_that_cannot_be_had_is_told(custody: Command, folder: Path, stated: str) -> None:
    told = custody("election", "rehearse", str(folder), "--dir", "d", "--troubles", stated)
    assert (told.code, Path("d").exists()) == (64, False)


def test_a_scenario_is_played_on_the_stations_of_a_folder(custody: Command, folder: Path) -> None:
    Path("own.yaml").write_text(
        "title: Out and back\nshows: The usual journey.\nstations: [BBB]\nsteps:\n  - journey: home\nexpect:\n  findings: []\n"
        "  custody:\n    BBB-P09: {state: archived, held by: CEC}\n"
    )
    told = custody("election", "rehearse", str(folder), "--dir", "d", "--scenario", "own.yaml")
    assert told.code == 0, told.out + told.err
    assert "VERIFIED  1 station" in told.out
