"""The account of a station with papers of several styles: one sheet with a line for each."""

from __future__ import annotations

import pypdfium2
import pytest

from custody.core.wording.message_format import Language
from custody.paper.form_station import account_sheet, find_account
from custody.paper.plain import plain_lines
from custody.paper.sheet import Sheet
from custody.paper.source import Source, day_of, filled_from
from custody.paper.typeset import typeset
from schemas.station import BallotAccountClosed
from tests.core.ledger.styled import CODES, StyledJourney


@pytest.fixture(scope="module")
def journey() -> StyledJourney:
    """Three accounts, of which the council's states five papers more in the boxes than were issued."""
    begun = StyledJourney.begun()
    boxes = begun.share("council") - 12 + 5
    return begun.drawn_up(council={"in_boxes": boxes, "valid": boxes - 3})


@pytest.fixture(scope="module")
def sheet(journey: StyledJourney) -> Sheet:
    """The form about the station."""
    return account_sheet(find_account(source_of(journey), journey.code))


def source_of(journey: StyledJourney) -> Source:
    return filled_from(journey.play.ledger.state, entries=journey.play.log)


def test_every_style_has_a_line_with_its_figures_in_both_tables(journey: StyledJourney, sheet: Sheet) -> None:
    lines = [line.replace(",", "") for line in plain_lines(sheet, language="en")]
    (issued,) = (line for line in lines if "Issued to voters" in line)
    assert all(f"{style}: {journey.issued(style)}" in issued for style in CODES)
    (boxes,) = (line for line in lines if "2 = 8+11" in line)
    assert boxes.endswith("council: 429 ≠ 435")
    assert sum("≠" in line for line in lines) == 1, "signatures are of a contest, not of each of its styles"


def test_an_account_named_by_its_event_brings_the_other_styles_with_it(journey: StyledJourney, sheet: Sheet) -> None:
    source = source_of(journey)
    first = next(row.event_id for row, _ in source.standing(BallotAccountClosed))
    other = account_sheet(find_account(source, first))
    assert other.about == first
    assert {act.event_id for act in other.acts} == {act.event_id for act in sheet.acts}
    assert other.blocks[:4] == sheet.blocks[:4]


@pytest.mark.parametrize("languages", [("en",), ("ru", "kk")])
def test_three_styles_stand_on_one_page_before_the_codes(sheet: Sheet, languages: tuple[Language, ...]) -> None:
    data = typeset(sheet, languages=languages, election=("kz-2015", day_of("2015-04-26")), domain="kz-2015.invalid")

    document = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    assert all(style in pages[0] for style in CODES)
    assert {"en": "signature", "ru": "подпись"}[languages[0]] in pages[0], "and the lines for ink too"
