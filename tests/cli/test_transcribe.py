"""``custody paper transcribe``: what was written by hand is typed in as it stands, added up, and signed by those who say so."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from custody.core.entries.commitments import commitment
from custody.paper.transcribing import TRANSCRIPTS
from schemas.envelope import parse_envelope
from tests.cli.conftest import Commands, Ended

CEC = ("cec-1", "cec-2")
SCAN = b"what the scanner made of the sheet"
HANDOVER: dict[str, Any] = {
    "done_at": "2015-04-15T09:00:00+06:00",
    "releasing": ["cec-1"],
    "receiving": ["mfa-1"],
    "units": ["AYT-P01-T"],
    "seals": [{"unit": "AYT-P01-T", "seal": "CEC-000001-M", "condition": "intact"}],
    "packages_declared": 1,
    "packages_shown": 1,
    "papers_declared": 441,
    "papers_counted": None,
    "result": "accepted",
    "codes": [],
}
ACCOUNT: dict[str, Any] = {
    "station": "AYT",
    "done_at": "2015-04-26T23:40:00+03:00",
    "received": 441,
    "issued": 380,
    "spoiled": 1,
    "unused": 60,
    "defective": 0,
    "cancelled": 61,
    "signatures": 380,
    "in_boxes": 380,
    "valid": 376,
    "invalid": 3,
    "not_returned": 0,
    "unaccounted": 0,
    "codes": [],
}
TYPED = """\
2015-04-15T09:00:00+06:00
cec-1
mfa-1
AYT-P01-T
AYT-P01-T
CEC-000001-M
1

one
1
1
441

1

"""


@pytest.fixture
def paper(custody: Commands) -> Commands:
    """A pouch that is packed, sealed and on its manifest, and the scan of a sheet."""
    pack: dict[str, Any] = {"type": "UnitPacked", "unit": "AYT-K01-W", "batch": "AYT-B01-1", "papers": 441}
    pouch: dict[str, Any] = {"type": "UnitPacked", "unit": "AYT-P01-T", "contents": ["AYT-K01-W"], "papers": 441}
    seal: dict[str, Any] = {"type": "SealsApplied", "seals": [{"unit": "AYT-P01-T", "seal": "CEC-000001-M"}]}
    legs = [{"releasing": one, "receiving": other} for one, other in pairwise(("CEC", "MFA", "courier", "mission"))]
    legs.append({"releasing": "mission", "receiving": "commission"})
    manifest = {"type": "ConsignmentManifested", "consignment": "AYT-C01-U", "station": "AYT", "direction": "out"}
    sent = {**manifest, "units": ["AYT-P01-T"], "packages": 1, "papers": 441, "legs": legs}
    files = [f"{number}.event" for number in range(4)]
    at = ("--at", "2015-04-15T08:00:00+06:00")
    for name, act in zip(files, (pack, pouch, seal, sent), strict=True):
        assert custody.act(act, *CEC, out=name, more=at).code == 0
    assert [line.split()[-1] for line in custody.append(*files)] == ["applied"] * 4
    Path("sheet.png").write_bytes(SCAN)
    return custody


def payload(path: str) -> dict[str, Any]:
    said = json.loads(parse_envelope(Path(path).read_bytes()).payload)
    assert isinstance(said, dict)
    return said


def transcribed(paper: Commands, form: str, *words: str, answers: dict[str, Any]) -> Ended:
    Path("answers.json").write_text(json.dumps(answers), encoding="utf-8")
    more = ("--scan", "sheet.png", "--out", "act.event", "--answers", "answers.json", *words)
    return paper("paper", "transcribe", form, *more)


def test_a_handover_on_paper_moves_custody_as_it_was_written(paper: Commands) -> None:
    ended = transcribed(paper, "handover", "--as", "mfa-1", answers=HANDOVER)
    assert (ended.code, ended.err) == (0, "")
    assert "packages declared 1, packages shown 1: the same" in ended.out.lower()
    said = payload("act.event")
    assert (said["type"], said["done_at"]) == ("ActTranscribed", HANDOVER["done_at"])
    assert said["stands_for"]["found"] == {"packages": 1, "papers": None, "seals": HANDOVER["seals"]}
    opening = json.loads(Path("act.scan.json").read_text(encoding="utf-8"))
    assert opening["content"] == sha256(SCAN).hexdigest()
    assert commitment(**opening) == said["scan"]
    assert paper.append("act.event")[0].endswith(" applied")
    assert "claimed" in paper("show", "AYT-P01-T").out


def test_the_questions_come_in_the_order_of_the_sheet_and_a_wrong_answer_is_asked_again(
    paper: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("paper", "transcribe", "handover", "--as", "mfa-1", "--scan", "sheet.png", "--out", "typed.event")
    told = _typing(paper, TYPED, *words, monkeypatch=monkeypatch)
    assert told.code == 0, told.err
    asked = [told.err.index(str(question.asked)) for question in TRANSCRIPTS["handover"].questions]
    assert asked == sorted(asked)
    assert told.err.count("look at the sheet") == 1
    assert transcribed(paper, "handover", "--as", "mfa-1", answers=HANDOVER).code == 0
    for name in ("done_at", "paper", "stands_for", "codes"):
        assert payload("typed.event")[name] == payload("act.event")[name]


def _typing(paper: Commands, text: str, *words: str, monkeypatch: pytest.MonkeyPatch) -> Ended:
    run = paper.__class__(paper.place, paper.folder, paper.capsys, _Typed(monkeypatch, text))  # type: ignore[arg-type]
    return run(*words)


class _Typed:
    """Puts what is typed where the commands read it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
        self.monkeypatch = monkeypatch
        self.text = text

    def setattr(self, name: str, _: object) -> None:
        self.monkeypatch.setattr(name, io.StringIO(self.text))


def test_an_account_is_recorded_with_the_time_on_the_paper_and_its_sums_are_shown(paper: Commands) -> None:
    signing = [word for name in ("chair", "secretary", "member") for word in ("--as", f"ayt-{name}")]
    ended = transcribed(paper, "account", *signing, "--lang", "ru", answers=ACCOUNT)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("совпадает") == 4
    assert "380 и 379, расхождение −1" in ended.out
    said = payload("act.event")
    assert (said["type"], said["at"]) == ("BallotAccountClosed", ACCOUNT["done_at"])
    assert {name: said[name] for name in ACCOUNT if name not in {"done_at", "codes"}} == {
        name: value for name, value in ACCOUNT.items() if name not in {"done_at", "codes"}
    }
    opening = json.loads(Path("act.scan.json").read_text(encoding="utf-8"))
    assert said["commitments"]["documents"] == commitment(**opening)


def test_openings_and_the_count_of_one_sheet_are_acts_that_follow_each_other(paper: Commands) -> None:
    answers: dict[str, Any] = {
        "done_at": "2015-04-20T10:00:00+03:00",
        "opened": [{"unit": "AYT-P01-T", "contents": ["AYT-K01-W"]}],
        "seals": HANDOVER["seals"],
        "number": 1,
        "counted": [{"unit": "AYT-K01-W", "papers": 440}],
        "codes": [],
        "signed_by": ["ayt-chair", "ayt-secretary", "ayt-member"],
    }
    signing = [word for name in answers["signed_by"] for word in ("--as", name)]
    ended = transcribed(paper, "opening-count", *signing, answers=answers)
    assert (ended.code, ended.err) == (0, "")
    opened, counted = payload("act.event"), payload("act-2.event")
    assert (opened["stands_for"]["act"], counted["stands_for"]["act"]) == ("ConsignmentOpened", "BallotsCounted")
    assert counted["stands_for"]["counts"] == answers["counted"]
    assert "counted in all: 440" in ended.out


@pytest.mark.parametrize("gone", list(HANDOVER))
def test_nothing_is_signed_that_nobody_said(paper: Commands, gone: str) -> None:
    before = paper.contents()
    answers = {name: value for name, value in HANDOVER.items() if name != gone}
    ended = transcribed(paper, "handover", "--as", "mfa-1", answers=answers)
    assert (ended.code, f"do not say {gone}" in ended.err, Path("act.event").exists()) == (64, True, False)
    assert paper.contents() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": "taken"},
        {"packages_shown": "1"},
        {"packages_shown": True},
        {"done_at": "yesterday"},
        {"units": "AYT-P01-T"},
        {"seals": [{"unit": "AYT-P01-T", "seal": "CEC-000001-M"}]},
        {"weather": "fine"},
    ],
)
def test_an_answer_of_another_kind_is_refused(paper: Commands, wrong: dict[str, Any]) -> None:
    assert transcribed(paper, "handover", "--as", "mfa-1", answers={**HANDOVER, **wrong}).code == 64
    assert not Path("act.event").exists()


def test_a_total_that_no_act_would_keep_is_not_lost_silently(paper: Commands) -> None:
    answers = {"station": "AYT", "done_at": ACCOUNT["done_at"], "unused": 60, "spoiled": 1, "defective": 0, "codes": []}
    ended = transcribed(paper, "cancelling", "--as", "ayt-chair", answers={**answers, "cancelled": 60})
    assert (ended.code, "add up to 61" in ended.err) == (64, True)
    assert "differ by 1" in ended.out
    words = ("--as", "ayt-chair", "--awaiting", "ayt-secretary", "--awaiting", "ayt-member")
    assert transcribed(paper, "cancelling", *words, answers={**answers, "cancelled": 61}).code == 0


def test_a_scan_that_is_none_is_refused(paper: Commands) -> None:
    Path("sheet.png").write_bytes(b"")
    assert transcribed(paper, "handover", "--as", "mfa-1", answers=HANDOVER).code == 64
    assert transcribed(paper, "remark", "--as", "mfa-1", answers={}).code == 64
