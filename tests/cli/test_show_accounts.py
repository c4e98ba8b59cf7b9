"""``custody show ACCOUNTS`` and ``custody show SEAL``: what follows from the log, as of any position."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from custody.cli.exits import run
from custody.cli.lines.accounts import account_lines, accounts_at, seal_at
from custody.cli.lines.consignment import consignment_lines
from custody.cli.program import make_app
from custody.core.evidence.postings import balances
from custody.embedded.derived_docs import accounts_doc
from custody.embedded.directory import Directory
from custody.embedded.folding import catch_up
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold
from tests.core.ledger.test_disputed_figures import contested, decide


@pytest.fixture
def shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A set-up election; nothing is packed yet."""
    assert run(make_app(), arguments=["demo", "--scenario", "empty", "--dir", str(tmp_path / "play")]) == 0
    capsys.readouterr()
    return tmp_path / "play"


def test_every_paper_is_in_an_account(shown: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(make_app(), arguments=["show", "accounts", "--dir", str(shown)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("21,200 papers printed, in 2 accounts after position ")
    assert lines[1:3] == ["     21,062  CEC: allocated", "        138  CEC: waste destroyed"]
    assert not any("WRONG" in line for line in lines)
    assert run(make_app(), arguments=["show", "ACCOUNTS", "--dir", str(shown), "--at", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["accounts"] == []
    assert run(make_app(), arguments=["show", "ACCOUNTS", "--dir", str(shown), "--at", "99999"]) == 64


def test_the_accounts_of_an_earlier_position_and_what_its_entry_moved() -> None:
    journey = Journey(Play("AYT"), "AYT")
    before = balances(fold(journey.play.log).state)
    note = {"type": "UnitPacked", "unit": journey.names.pack(1), "batch": journey.names.batch, "contents": []}
    journey.play.act({**note, "papers": 100}, by=CEC)
    doc = accounts_doc(journey.play.ledger.state, before=before)
    assert doc["postings"] == [{"from": "CEC: allocated", "to": "CEC: packed", "papers": 100}]
    assert "  moved here: 100 from CEC: allocated to CEC: packed" in list(account_lines(doc))
    assert doc["wrong"] == []


def test_a_seal_that_nobody_applied_and_a_number_copied_wrongly(
    shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_app(), arguments=["show", "CEC-000101-E", "--dir", str(shown)]) == 0
    assert capsys.readouterr().out == "CEC-000101-E  given out, applied by no act\n"
    assert run(make_app(), arguments=["show", "CEC-000101-F", "--dir", str(shown)]) == 65
    assert "copied wrongly" in capsys.readouterr().err


def test_a_unit_is_shown_by_its_identifier_without_the_check_character(
    shown: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(make_app(), arguments=["show", "ayt-b01", "--dir", str(shown)]) == 0
    assert capsys.readouterr().out.startswith("AYT-B01-1  allocated")


def test_what_is_kept_beside_the_books_is_what_the_log_folds_to_and_nothing_else_is_used(shown: Path) -> None:
    place = Directory(shown)
    kept = place.derived.read_bytes()
    before = (accounts_at(place, at=None), seal_at(place, seal="CEC-000101-E", at=None))
    place.derived.unlink()
    assert (accounts_at(place, at=None), seal_at(place, seal="CEC-000101-E", at=None)) == before
    forged = json.loads(kept)
    forged["accounts"]["printed"], forged["entries"] = 7, forged["entries"] - 1
    for wrong in (b"", b"{}", json.dumps(forged).encode(), json.dumps({**forged, "last": "0" * 64}).encode()):
        place.derived.write_bytes(wrong)
        assert accounts_at(place, at=None) == before[0]
    catch_up(place)
    assert place.derived.read_bytes() == kept


def test_the_accounts_of_a_whole_log_are_shown_without_folding_it(
    shown: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.cli.folded_facts.folded_accounts", None)
    monkeypatch.setattr("custody.cli.folded_facts.folded_seal", None)
    for what in ("ACCOUNTS", "CEC-000101-E"):
        assert run(make_app(), arguments=["show", what, "--dir", str(shown)]) == 0
    assert "21,200 papers printed" in capsys.readouterr().out


def test_units_in_dispute_are_marked_beneath_the_accounts() -> None:
    journey, _, _, rival = contested()
    doc = accounts_doc(journey.play.ledger.state, before=balances(journey.play.ledger.state))
    assert journey.pouch in doc["disputed"]
    assert f"  disputed  {journey.pouch}: its papers stand where nobody contests them" in list(account_lines(doc))
    decide(journey, chosen=rival)
    assert accounts_doc(journey.play.ledger.state, before={})["disputed"] == []
    assert "disputed" not in "".join(account_lines({**doc, "disputed": []}))


def test_a_consignment_whose_units_are_in_dispute_says_so() -> None:
    doc = {"consignment": "AYT-C01-U", "direction": "out", "city": "Antalya", "legs": []}
    assert list(consignment_lines({**doc, "disputed": []})) == ["AYT-C01-U  out, Antalya"]
    assert list(consignment_lines({**doc, "disputed": ["AYT-P01-T"]})) == [
        "AYT-C01-U  out, Antalya, disputed: AYT-P01-T"
    ]
