"""How papers are made unusable and kept, and where spare seals are used, held against rules and manifests."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.identifiers import seal_id
from schemas.station import ReturnPackage
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC, Play, fold

SPARE = tuple(seal_id(issuer="CEC", number=number) for number in (801, 802, 803))


def with_rules(play: Play, **other: Any) -> None:
    rules = play.ledger.state.rules_now().rules.model_dump(mode="json")
    play.act({"type": "RulesSet", "rules": {**rules, **other}}, by=CEC)


def codes(play: Play) -> list[tuple[str, str]]:
    return sorted((finding.code, finding.subject) for finding in play.findings)


def told(play: Play) -> str:
    """The one finding's sentence, the same whoever folds."""
    (finding,) = play.findings
    assert [row.id for row in fold(play.log).state.findings] == [finding.id]
    return finding.sentence


# --- the way of cancelling


def cancelled(journey: Journey, **other: Any) -> None:
    """The unused and spoiled papers of a station that has voted."""
    three = {"unused": 20, "spoiled": 2, "defective": 0}
    journey.play.act({"type": "UnusedCancelled", "station": journey.code, **three, **other}, by=journey.commission)


def voted(**rules: Any) -> Journey:
    """A station that has voted, and rules in force for what it does next."""
    journey = Journey(Play("AYT"), "AYT").voted()
    with_rules(journey.play, **rules)
    return journey


def test_papers_are_made_unusable_in_a_way_that_the_rules_name() -> None:
    honest, other = (voted(cancelling=["corner-cut", "perforated"]) for _ in range(2))
    cancelled(honest, method="corner-cut")
    assert honest.play.findings == []
    cancelled(other, method="crossed-out")
    assert "made unusable: crossed out; the rules say: a corner cut off, perforated" in told(other.play)


def test_where_rules_name_ways_one_is_stated_and_where_they_name_none_nobody_asks() -> None:
    honest, silent = voted(), voted(cancelling=["corner-cut"])
    cancelled(honest)
    assert honest.play.findings == []
    cancelled(silent)
    assert "how is not stated" in told(silent.play)


def test_a_way_that_nobody_published_is_no_code() -> None:
    journey = Journey(Play("AYT"), "AYT").voted()
    cancelled(journey, method="by-magic")
    assert [code for code, _ in codes(journey.play)] == ["unknown-code"]


# --- spoiled and invalid papers by themselves


def packed(journey: Journey, *rows: dict[str, Any]) -> None:
    fact = {"type": "PackedForReturn", "station": journey.code, "packages": list(rows)}
    journey.play.act(fact, by=journey.commission[:2])


def closed(**rules: Any) -> Journey:
    """A closed account under these rules: 2 spoiled, 3 invalid."""
    play = Play("AYT")
    with_rules(play, **rules)
    journey = Journey(play, "AYT")
    journey.closed()
    assert play.findings == []
    return journey


def whole(journey: Journey, *, apart: int, kind: str = "spoiled") -> list[dict[str, Any]]:
    """Rows of a return in which so many papers of a kind have a package of their own."""
    book, names = journey.play.book("AYT"), journey.play.names("AYT")
    own = {"from_boxes": 0, "cancelled": apart} if kind == "spoiled" else {"from_boxes": apart, "cancelled": 0}
    rest = {name: book[key] - own[name] for name, key in (("from_boxes", "in_boxes"), ("cancelled", "cancelled"))}
    return [{"unit": names.pouch(8), "content": kind, **own}, {"unit": names.pouch(9), **rest}]


@pytest.mark.parametrize(("kind", "papers"), [("spoiled", 2), ("invalid", 3)])
def test_papers_go_back_by_themselves_where_the_rules_say_so(kind: str, papers: int) -> None:
    journey = closed(retention=[kind])
    packed(journey, *whole(journey, apart=papers, kind=kind))
    assert journey.play.findings == []
    other = closed(retention=[kind])
    packed(other, *whole(other, apart=papers - 1, kind=kind))
    assert f"{papers} {kind} papers are to go back in packages of their own by the rules; {papers - 1} do" in told(
        other.play
    )


def test_a_package_with_others_in_it_holds_nothing_by_itself() -> None:
    journey = closed(retention=["spoiled"])
    own, rest = whole(journey, apart=2)
    packed(journey, {**rest, "cancelled": rest["cancelled"] + 2})
    assert "0 do" in told(journey.play)
    assert own["content"] == "spoiled"


@pytest.mark.parametrize(
    "row", [{"content": "spoiled", "from_boxes": 1}, {"content": "invalid", "cancelled": 1}, {"content": ""}]
)
def test_what_a_package_holds_alone_has_one_form(row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ReturnPackage.model_validate({"unit": "AYT-P07-H", "from_boxes": 0, "cancelled": 0, **row})


# --- spare seals


def sent(*codes: str) -> Play:
    """Spare seals go with the papers of the first station; each of these stations has counted."""
    play = Play("AYT", "ROM")
    spare = [{"kind": "spare-seal", "count": len(SPARE), "numbers": list(SPARE), "comes_back": True}]
    for code in codes:
        journey = Supplied(play, code)
        journey.items = spare if code == "AYT" else []
        journey.counted()
    assert play.findings == []
    return play


class Supplied(Journey):
    """A station whose consignment has items with it."""

    items: list[dict[str, Any]]

    def manifested(self, units: Any, *, papers: int, **other: Any) -> str:
        """The CEC's manifest, with the items where there are any."""
        return super().manifested(units, papers=papers, **{**({"items": self.items} if self.items else {}), **other})


def sealed_safe(play: Play, code: str, seal: str) -> None:
    journey = Journey(play, code)
    rows = [{"unit": journey.names.stock, "seal": seal}]
    play.act({"type": "StoreSealed", "station": code, "seals": rows}, by=journey.commission[:2])


def test_a_spare_seal_is_used_by_the_station_that_it_was_signed_out_to() -> None:
    play = sent("AYT", "ROM")
    sealed_safe(play, "AYT", SPARE[0])
    assert play.findings == []
    sealed_safe(play, "ROM", SPARE[1])
    assert (
        f"Seal {SPARE[1]} was applied to {Journey(play, 'ROM').names.stock}; it was signed out to station AYT."
        in told(play)
    )


def test_spare_seals_that_nobody_used_come_back() -> None:
    for back, expected in (((SPARE[1], SPARE[2]), []), ((SPARE[1],), ["item-count"])):
        journey = Supplied(Play("AYT"), "AYT")
        journey.items = [{"kind": "spare-seal", "count": 3, "numbers": list(SPARE), "comes_back": True}]
        journey.closed()
        packed(journey, {"unit": journey.back, "from_boxes": journey.play.book("AYT")["in_boxes"], "cancelled": 22})
        row = [{"unit": journey.back, "seal": SPARE[0]}]
        journey.play.act({"type": "SealsApplied", "seals": row}, by=journey.commission[:2])
        legs = [{"number": 1, "releasing": "commission", "receiving": "CEC", "due": None, "due_commitment": None}]
        manifest = {"type": "ConsignmentManifested", "consignment": journey.names.back, "station": "AYT"}
        items = [{"kind": "spare-seal", "count": len(back), "numbers": list(back)}]
        papers = journey.play.unit(journey.back).papers
        rest = {"direction": "back", "units": [journey.back], "packages": 1, "papers": papers, "legs": legs}
        journey.play.act({**manifest, **rest, "items": items}, by=journey.commission[:2])
        assert [finding.code for finding in journey.play.findings] == expected
