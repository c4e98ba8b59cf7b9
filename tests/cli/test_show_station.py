"""``custody show``: what was ticked at a handover is said in words, and what was emptied declares nothing."""

from __future__ import annotations

from typing import Any, cast

import pytest

from custody.cli.lines.ballot_account import ballot_account_lines
from custody.cli.lines.station import handover_lines
from custody.cli.lines.unit import papers_words
from custody.core.wording.message_format import Language
from projections.kept_rows import KeptHandover
from schemas.codes import BASE_CODES
from schemas.outcomes import UnitJson


def offer(state: str, *codes: str) -> KeptHandover:
    """A handover as its view holds it."""
    ticked = [{"code": code, "words": dict(BASE_CODES[code])} for code in codes]
    sides = {"from": "courier courier-ayt", "to": "mission AYT", "offered_at": "2015-04-18T03:23:00+03:00"}
    return cast("KeptHandover", {"units": ["AYT-P01-T"], "state": state, "noted": ticked, **sides})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "  handover  AYT-P01-T, courier courier-ayt to mission AYT: accepted with reservation: a package is damaged, "
            "18 April 2015, 03:23 (UTC+3)",
        ),
        (
            "kk",
            "  тапсыру       AYT-P01-T; тапсырушы курьер courier-ayt, қабылдаушы шетелдегі мекеме AYT: "
            "ескертпемен қабылданды: орын бүлінген, 2015 ж. 18 сәуір, 03:23 (UTC+3)",
        ),
    ],
)
def test_what_was_ticked_is_told_in_words(language: Language, said: str) -> None:
    assert handover_lines([offer("accepted with reservation", "package-damaged")], lang=language) == [said]


def test_a_refused_offer_is_told_and_an_accepted_one_stands_with_its_leg() -> None:
    lines = handover_lines([offer("accepted"), offer("refused")], lang="en")
    assert [line.split(": ")[1].split(",")[0] for line in lines] == ["refused"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "441 declared, not counted"),
        ({"state": "opened", "papers": 0}, "none left in it"),
        ({"state": "allocated", "kind": "batch", "papers": 0}, "none left in it"),
        (
            {"state": "opened", "kind": "pack", "counted": 440},
            "none left in it; 441 declared, 440 counted when it was opened",
        ),
        ({"counted": 440, "disputed_figures": ["counted"]}, "441 declared, 440 counted (disputed)"),
        ({"state": "sealed", "papers": 0}, "0 declared, not counted"),
    ],
)
def test_what_was_emptied_declares_nothing(changes: dict[str, Any], said: str) -> None:
    unit = {"kind": "pouch", "state": "in store", "papers": 441, "counted": None, "disputed_figures": []}
    assert papers_words(cast("UnitJson", unit | changes)) == said


ACCOUNT = {
    "cancelled": 61,
    "counted": 441,
    "declared": 441,
    "defective": 0,
    "disputed_figures": ["issued"],
    "in_boxes": 380,
    "issued": 380,
    "list": 436,
    "not_returned": None,
    "position": 12,
    "returned": 441,
    "signatures": 380,
    "spoiled": 1,
    "unused": 60,
}


def test_the_account_stands_in_the_order_of_a_ballot_account_and_not_of_the_alphabet() -> None:
    lines = ballot_account_lines(ACCOUNT)
    assert [line[12:36].strip() for line in lines] == [
        "voters on the list",
        "declared on arrival",
        "counted on arrival",
        "issued",
        "signatures in the list",
        "spoiled",
        "unused",
        "defective",
        "cancelled",
        "in the boxes",
        "returned or kept",
    ]
    assert lines[3] == "  account   issued                            380 (disputed)"


def test_a_line_of_the_double_entry_that_differs_is_told_beneath_the_account() -> None:
    assert ballot_account_lines({**ACCOUNT, "issued": 385, "signatures": 380})[-2:] == [
        "  differs   Used: counted on arrival 441 against issued 385 + spoiled 1 + unused 60 + defective 0: by 5",
        "  differs   Issued against signatures in the list: issued 385 against signatures in the list 380: by 5",
    ]
    assert not [line for line in ballot_account_lines({**ACCOUNT, "signatures": None}) if "differs" in line]
