"""Nobody stands in the root under the badge of another."""

from __future__ import annotations

from custody.core.entries.signing import keyid
from custody.core.fold.genesis import is_genesis
from schemas.authority import ElectionOpened
from tests.core.ledger.playing import CEC, Play


def test_genesis_in_which_two_officers_have_one_badge_opens_no_election() -> None:
    genesis: ElectionOpened = Play("AYT").ledger.state.opening()
    valid = {keyid(bytes.fromhex(key.public)) for key in genesis.root.keys}
    assert is_genesis(genesis, valid=valid)
    keys = [key.model_copy(update={"badge": "cec-1"}) for key in genesis.root.keys]
    twins = genesis.model_copy(update={"root": genesis.root.model_copy(update={"keys": tuple(keys)})})
    assert not is_genesis(twins, valid=valid)


def test_a_new_root_names_each_officer_by_the_badge_of_the_enrolment() -> None:
    play = Play("AYT")
    root = play.ledger.state.opening().root.model_dump(mode="json")
    root["keys"][0]["badge"] = "cec-9"
    play.act({"type": "RootChanged", "root": root}, by=CEC)
    assert "cec-9" in play.only("not-in-state").sentence
    root["keys"][0]["badge"] = "cec-1"
    play.act({"type": "RootChanged", "root": root}, by=CEC)
    play.only("not-in-state")
