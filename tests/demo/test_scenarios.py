"""Every scenario that ships comes to exactly what it says, and is written so that an official can read it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from custody.adapters.sqlite import SqliteLog
from custody.cli.commands.scenario import play_file
from custody.demo.scenario_file import BYTES_MAX, load, names, parse
from custody.demo.usual_steps import STRETCHES
from custody.embedded.directory import Directory
from schemas.errors import Misused, Refused
from schemas.scenario import STEPS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "custody" / "data" / "scenarios"
HEAD = "title: T\nshows: S\nstations: [AYT]\n"
TAIL = "expect: {findings: []}\n"


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def played(path: Path, text: str) -> list[str]:
    """The differences of a scenario given as text."""
    file = parse(text.encode(), name="own.yaml")
    return list(play_file(file, place=Directory(path), seed=1)[1].differences)


@pytest.mark.parametrize("name", names())
def test_a_scenario_comes_to_exactly_what_it_says(name: str, tmp_path: Path) -> None:
    _, outcome = play_file(load(name), place=Directory(tmp_path), seed=1)
    assert list(outcome.differences) == []


@pytest.mark.parametrize("name", names())
def test_a_scenario_fits_the_published_schema(name: str) -> None:
    schema = json.loads((ROOT / "schemas" / "published" / "Scenario.v1.json").read_bytes())
    said: Any = yaml.load((FOLDER / f"{name}.yaml").read_bytes(), Loader=yaml.BaseLoader)
    assert {key for key in said if key not in schema["properties"]} == set()
    plain = json.loads(load(name).scenario.model_dump_json(by_alias=True))
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(plain)] == []


def test_the_same_seed_makes_the_same_log_and_another_seed_another(tmp_path: Path) -> None:
    logs = []
    for place, seed in (("a", 1), ("b", 1), ("c", 2)):
        play_file(load("plain-journey"), place=Directory(tmp_path / place), seed=seed)
        with SqliteLog.open(tmp_path / place / "log.sqlite") as log:
            logs.append([record.entry for record in log.read(start=0, limit=500)])
    assert logs[0] == logs[1]
    assert not set(logs[0]) & set(logs[2])


# --- mistakes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: T\ntitle: U\n", "line 2: 'title' is said twice"),
        ("title: &a T\nshows: *a\n", "line 2: aliases are not allowed"),
        ("title: !x T\n", "line 1: the tag !x is not allowed"),
        ("? [a]\n: b\n", "line 1: a key must be plain text"),
        ("title: [\n", "line 2"),
        ("a: " + "[" * 40 + "]" * 40, "line 1: this is nested too deeply"),
        ("[" * 100_000, "own.yaml"),
        ("", "own.yaml is empty"),
        ("- x\n--- \n- y\n", "line 2"),
        ("x" * (BYTES_MAX + 1), "is longer than"),
        (HEAD + "steps: []\n" + TAIL, "line 4: steps"),
        (HEAD + "steps:\n  - wait: 3 h\n" + TAIL, "line 5: a step is text, or has exactly one of these keys"),
        (HEAD + "steps:\n  - act: {}\n    record: [a]\n    as: x\n" + TAIL, "line 5: a step is text"),
        (HEAD + "steps:\n  - act: {type: X}\n" + TAIL, "line 5: as: This field is missing: state it."),
        (HEAD + "steps:\n  - act: {type: X}\n    as: cec-1\n    after: soon\n" + TAIL, "line 7: after"),
        (HEAD + "steps:\n  - act: {type: X}\n    as: cec-1\n    signed: yes\n" + TAIL, "line 7: signed"),
        (HEAD + "steps:\n  - act: {type: X}\n    as: cec-1\n    held: true\n" + TAIL, "needs a name"),
        (HEAD + "steps: [go]\nexpect:\n  findings:\n    - code: x\n", "line 7: expect > findings"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(Refused) as error:
        parse(text.encode(), name="own.yaml")
    assert told in error.value.sentence


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Refused, match="not UTF-8"):
        parse(b"title: \xff\n", name="own.yaml")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("act: {type: Nothing}\n    as: cec-1", "line 6: Nothing is no type of event; docs/playing.md lists them all"),
        ("act: {type: PrintOrdered}\n    as: nobody", "line 6: There is nobody called nobody"),
        (
            "act: {type: HandoverAnswered, offer: <none>}\n    as: mfa-1",
            "line 6: no step before this one is called 'none'",
        ),
        ("record: [none]", "line 6: no step before this one is called 'none'"),
        ("cosign: none\n    as: cec-1", "line 6: no step before this one is called 'none'"),
        ("sync: [phone-ayt]", "line 6: phone-ayt is not offline"),
        ("offline: [cec-1]", "line 6: There is no device called cec-1"),
        ("restore: phone-ayt", "line 6: no copy of phone-ayt was set aside"),
        ("journey: opened\n    station: ROM", "line 6: say which station: AYT"),
        ("act: {type: PrintOrdered}\n    as: cec-1\n    at: 2015-02-30 25:00", "line 6: 2015-02-30 25:00 is no moment"),
    ],
)
def test_a_step_that_cannot_be_played_is_told_with_its_line(step: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(Refused) as error:
        played(tmp_path, f"{HEAD}steps:\n  - All begins.\n  - {step}\n{TAIL}")
    assert f"own.yaml, {told}" in error.value.sentence


def test_a_name_is_given_once(tmp_path: Path) -> None:
    act = "  - act: {type: DispensationGranted, station: AYT}\n    as: [cec-1, cec-2]\n    name: a\n"
    with pytest.raises(Refused, match="line 8: another step is called 'a' already"):
        played(tmp_path, f"{HEAD}steps:\n{act}{act}{TAIL}")


def test_an_unknown_station_or_scenario_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misused, match="There is no station XXX"):
        played(tmp_path, HEAD.replace("AYT", "XXX") + "steps: [go]\n" + TAIL)
    with pytest.raises(Misused, match="There is no scenario 'none'"):
        load("none")
    with pytest.raises(Misused, match="cannot be read"):
        load(str(tmp_path / "none.yaml"))


# --- what is compared

ALONE = "  - act: {type: DispensationGranted, station: AYT}\n    as: cec-1\n    name: grant\n"
FINDING = {
    "code": "below-threshold",
    "about": "<grant>",
    "status": "open",
    "severity": "attention",
    "says": "The grant of a dispensation: 1 of 2 signed.",
}


def expecting(**told: str) -> str:
    rows = {**FINDING, **told}
    listed = "\n      ".join(f'{name}: "{value}"' for name, value in rows.items())
    return f"{HEAD}steps:\n{ALONE}expect:\n  findings:\n    - {listed}\n"


def test_a_finding_that_reads_as_expected_is_no_difference(tmp_path: Path) -> None:
    assert played(tmp_path, expecting()) == []


@pytest.mark.parametrize(
    "told",
    [
        {"code": "separation"},
        {"about": "AYT"},
        {"status": "settled"},
        {"severity": "serious"},
        {"says": "Something else."},
    ],
)
def test_a_finding_that_reads_otherwise_is_both_missed_and_unexpected(told: dict[str, str], tmp_path: Path) -> None:
    differences = played(tmp_path, expecting(**told))
    assert [line.partition(":")[0] for line in differences] == ["expected and not there", "there and not expected"]


def test_a_finding_too_few_and_one_too_many_are_differences(tmp_path: Path) -> None:
    assert "there and not expected: attention open below-threshold about <grant>" in str(
        played(tmp_path / "a", HEAD + "steps:\n" + ALONE + TAIL)
    )
    assert "expected and not there" in str(
        played(tmp_path / "b", expecting().replace("as: cec-1", "as: [cec-1, cec-2]"))
    )


def test_custody_and_figures_that_differ_are_told(tmp_path: Path) -> None:
    expect = (
        "expect:\n  findings: []\n  custody:\n    AYT-P01: {state: opened, held by: CEC}\n"
        "  accounts:\n    AYT: {declared: 441, counted: 5}\n"
    )
    differences = played(tmp_path, HEAD + "steps:\n  - journey: at the MFA\n" + expect)
    assert len(differences) == 2 + ("declared" in str(differences))
    assert "AYT-P01-T: expected opened, held by CEC (confirmed); it is" in differences[0]
    assert "AYT, counted: expected 5; the account says None." in differences


def test_a_step_that_becomes_something_else_is_told_with_its_line(tmp_path: Path) -> None:
    text = HEAD + "steps:\n" + ALONE + "    becomes: applied\n" + expecting().partition(ALONE)[2]
    assert played(tmp_path, text) == ["line 5: the step should become 'applied' and became 'finding below-threshold'."]


# --- the page and the words


def test_the_page_shows_how_to_write_one_and_its_example_plays(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    example = page.partition("```yaml\n")[2].partition("```")[0]
    assert played(tmp_path, example) == []


def test_the_page_names_every_kind_of_step_and_every_stretch() -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert [name for name in (*STEPS, *STRETCHES) if f"`{name}" not in page] == []


# --- the flows that must work

FLOWS = {
    "the plain journey out and back": ("plain-journey",),
    "a tour of five stations": ("tour-of-five-stations",),
    "night arrival: mission officer, commission opens in the morning": ("night-arrival",),
    "a courier handing to another, overnight stop": ("courier-to-courier",),
    "pouch with boxes, unpacked": ("pouch-with-boxes",),
    "refused handover": ("refused-handover",),
    "reservation": ("reservation",),
    "broken seal: hold, recount by three with observers, resealed with a link": ("broken-seal",),
    "lost pouch, declared by two, replacement with its own series, old serials blocked, found later: quarantine": (
        "lost-pouch",
    ),
    "missed flight": ("missed-flight",),
    "substitute courier": ("substitute-courier",),
    "nobody at the airport": ("nobody-at-the-airport",),
    "captain; mission staff collecting": ("captain", "mission-staff-collect"),
    "resupply between stations": ("resupply-between-stations",),
    "shortage on the day": ("shortage-on-the-day",),
    "observer remark, signature declined": ("observer-remark",),
    "both phones offline two days, synced in the wrong order": ("both-phones-offline",),
    "half-signed act completed later": ("half-signed-act",),
    "phone restored from backup": ("phone-restored-from-backup",),
    "stolen phone, late events": ("stolen-phone",),
    "phone-free room, paper transcribed": ("phone-free-room",),
    "wrong entry corrected": ("wrong-entry-corrected",),
    "two couriers claim one leg": ("two-couriers-claim-one-leg",),
    "station issues more than it received": ("station-issues-too-many",),
    "rules changed half way": ("rules-changed-half-way",),
    "tiny mission with a dispensation": ("tiny-mission",),
    "kept and destroyed at the mission": ("kept-and-destroyed",),
    "log closed": ("log-closed",),
}
"""Flow of docs/domain.md section 7 -> the scenarios that play it."""


def test_every_flow_that_must_work_is_a_scenario() -> None:
    page = (ROOT / "docs" / "domain.md").read_text(encoding="utf-8")
    told = page.partition("## 7. Flows that must work")[2].splitlines()[1]
    assert told.rstrip(".").split(" · ") == list(FLOWS)
    assert {name for played_by in FLOWS.values() for name in played_by} <= set(names())


FOUND = """\
steps:
  - journey: under way
  - hand over: [AYT-P01]
    from: courier-ayt
    to: ayt-officer
    answer: {result: accepted with reservation, found: WORD}
"""


def test_a_word_for_what_was_found_is_a_condition_of_seals(tmp_path: Path) -> None:
    assert [line for line in played(tmp_path / "a", HEAD + FOUND.replace("WORD", "broken") + TAIL) if "broken" in line]
    with pytest.raises(Refused) as caught:
        played(tmp_path / "b", HEAD + FOUND.replace("WORD", "whole") + TAIL)
    assert caught.value.code == "draft-found"
