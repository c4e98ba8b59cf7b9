"""Stories about styles: papers of several styles in one election, each with its own order, book and account."""

from __future__ import annotations

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.styled import StyledJourney
from tests.core.ledger.telling import tells


@tells("styles-prepared", 158)
def an_order_names_a_style_that_genesis_lists(journey: Journey) -> None:
    order = {"type": "PrintOrdered", "batch": unit_id(office="CEC", kind="batch", number=9), "papers": 5}
    journey.play.act(order, by=CEC)
    journey.play.act({**order, "style": "mayor"}, by=CEC)
    journey.play.act({**order, "style": "council"}, by=CEC)


@tells("styles-prepared", 160)
def a_manifest_states_one_style_otherwise(journey: Journey) -> None:
    styled(journey).packed(president_ru=2)


@tells("styles-opened", 159, 43)
def papers_are_counted_into_the_book_of_their_style(journey: Journey) -> None:
    play, own = journey.play, styled(journey)
    pack = own.packs_of["council"][0]
    counts = [{"unit": pack, "papers": play.unit(pack).papers}]
    counted = {"type": "BallotsCounted", "occasion": "receipt", "counts": counts}
    play.act({**counted, "units": play.refs(pack, own.stock("president-kk"))}, by=journey.commission)
    own.count_styles(president_kk=-1)


@tells("styles-voted", 161, 46)
def signatures_are_held_against_all_styles_of_a_contest(journey: Journey) -> None:
    styled(journey).listed(off=2)
    styled(journey).listed()
    styled(journey).close_accounts(council={"valid": 400})


def styled(journey: Journey) -> StyledJourney:
    """A journey whose prelude is one of several styles."""
    assert isinstance(journey, StyledJourney)
    return journey
