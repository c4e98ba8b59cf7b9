"""Stories about a station's account: balances, ballot boxes, the safe, what comes back, packages of no papers."""

from __future__ import annotations

from schemas.identifiers import unit_id
from tests.core.ledger.journeys import Journey
from tests.core.ledger.playing import CEC
from tests.core.ledger.telling import tells

_BOX = unit_id(office="AYT", kind="ballot box", number=2)
_PAIR = ("ayt-secretary", "ayt-issuer")


@tells("opened", 118, 119, 122)
def more_is_given_and_spoiled_than_is_there_out_of_a_safe_that_was_never_sealed(journey: Journey) -> None:
    journey.count()
    play, station = journey.play, {"station": "AYT"}
    play.act({"type": "StoreOpened", **station, "seals": "intact"}, by=journey.commission)
    issuer = {**station, "issuer": "ayt-issuer"}
    play.act({"type": "BallotsGivenToIssuer", **issuer, "papers": 100}, by=_PAIR)
    play.act({"type": "BallotsSpoiled", **issuer, "papers": 150}, by=_PAIR)
    play.act({"type": "BallotsGivenToIssuer", **issuer, "papers": journey.papers}, by=_PAIR)


@tells("voted", 120, 123)
def a_box_stays_sealed_until_after_the_account_which_is_then_stated_anew(journey: Journey) -> None:
    play = journey.play
    sealed = {"type": "BallotBoxesSealed", "station": "AYT", "boxes": [_BOX], "seals": [play.stage.seal(_BOX)]}
    play.act(sealed, by=journey.commission)
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    play.act(journey.account(), by=journey.commission)
    late = {"type": "BallotBoxesOpened", "station": "AYT", "boxes": [_BOX], "seals": "intact"}
    play.act(late, by=journey.commission)
    play.act(journey.account(), by=journey.commission)


@tells("voted", 121)
def papers_are_given_spoiled_and_returned_after_the_boxes_were_opened(journey: Journey) -> None:
    journey.boxes_opened()
    issuer = {"station": "AYT", "issuer": "ayt-issuer"}
    journey.play.act({"type": "BallotsGivenToIssuer", **issuer, "papers": 5}, by=_PAIR)
    journey.play.act({"type": "BallotsSpoiled", **issuer, "papers": 1}, by=_PAIR)
    returned = {"type": "BallotsReturnedByIssuer", **issuer, "issued": 4, "unused": 0}
    journey.play.act(returned, by=_PAIR[::-1])


@tells("voted", 124, 125, 153)
def a_return_in_two_parts_and_a_recount_that_finds_fewer(journey: Journey) -> None:
    play, names = journey.play, _two_pouches_back(journey)
    for name, papers in zip(names, (journey.papers - 23, 22), strict=True):
        part = {"type": "ReturnReceived", "consignment": journey.names.back, "units": [name], "packages": 1}
        play.act({**part, "papers": papers, "seals": "intact"}, by=CEC)
    counts = [{"unit": names[0], "papers": journey.papers - 26}]
    again = {"type": "BallotsCounted", "occasion": "recount", "counts": counts, "units": names[:1], "seals": []}
    play.act(again, by=CEC)


def _two_pouches_back(journey: Journey) -> list[str]:
    """An honest account, closed; its papers with the CEC in two pouches that nobody has received yet."""
    journey.stated(signatures=journey.papers - 22)
    journey.cancelled(unused=20, spoiled=2)
    journey.boxes_opened()
    play, names = journey.play, [journey.names.pouch(21), journey.names.pouch(22)]
    play.act(journey.account(), by=journey.commission)
    rows = [{"unit": names[0], "from_boxes": journey.papers - 23, "cancelled": 0}]
    rows.append({"unit": names[1], "from_boxes": 0, "cancelled": 22})
    play.act({"type": "PackedForReturn", "station": "AYT", "packages": rows}, by=journey.commission)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(name) for name in names]}, by=journey.commission)
    leg = {"number": 1, "releasing": "commission", "receiving": "courier", "due": None, "due_commitment": None}
    legs = [leg, {**leg, "number": 2, "releasing": "courier", "receiving": "CEC"}]
    manifest = {"type": "ConsignmentManifested", "consignment": journey.names.back, "station": "AYT", "legs": legs}
    whole = {"direction": "back", "units": names, "packages": 2, "papers": journey.papers - 1}
    play.act({**manifest, **whole}, by=journey.commission)
    journey.mandate(journey.courier, consignment=journey.names.back)
    journey.over(journey.commission, (journey.courier,), units=names)
    journey.over((journey.courier,), ("cec-1",), units=names)
    return names


@tells("voted", 149, 186)
def the_papers_that_a_part_of_a_return_lacks_are_told_at_the_package_that_lacks_them(journey: Journey) -> None:
    play, names = journey.play, _two_pouches_back(journey)
    part = {"type": "ReturnReceived", "consignment": journey.names.back, "units": names, "packages": 2}
    play.act({**part, "papers": journey.papers - 4, "seals": "intact"}, by=CEC)
    for name, papers in zip(names[::-1], (19, journey.papers - 23), strict=True):
        counts = [{"unit": name, "papers": papers}]
        again = {"type": "BallotsCounted", "occasion": "recount", "counts": counts, "units": [name], "seals": []}
        play.act(again, by=CEC)


@tells("voted", 153, 188)
def two_parts_of_a_return_that_are_wrong_by_the_same_number_of_papers(journey: Journey) -> None:
    names = _two_pouches_back(journey)
    for name, papers in zip(names, (journey.papers - 27, 26), strict=True):
        part = {"type": "ReturnReceived", "consignment": journey.names.back, "units": [name], "packages": 1}
        journey.play.act({**part, "papers": papers, "seals": "intact"}, by=CEC)


@tells("prepared", 126)
def a_pack_its_pouch_and_its_manifest_hold_no_papers(journey: Journey) -> None:
    play, pack = journey.play, journey.names.pack(1)
    empty = {"type": "UnitPacked", "papers": 0}
    play.act({**empty, "unit": pack, "batch": journey.names.batch, "contents": []}, by=CEC)
    play.act({**empty, "unit": journey.pouch, "batch": None, "contents": [pack]}, by=CEC)
    play.act({"type": "SealsApplied", "seals": [play.stage.seal(journey.pouch)]}, by=CEC)
    journey.manifested([journey.pouch], papers=0)


@tells("under-way", 149, 193)
def papers_are_fewer_at_a_handover_in_a_pack_of_it_and_there_when_it_is_counted_again(journey: Journey) -> None:
    play = journey.play
    offer = journey.offer((journey.courier,), journey.commission)
    found = {"packages": 1, "seals": play.stage.seals_found(journey.pouch), "papers": journey.papers - 3}
    journey.answer(offer, journey.commission, result="accepted with reservation", found=found)
    play.act({"type": "ConsignmentOpened", "unit": journey.pouch, "seals": "intact"}, by=journey.commission)
    journey.count(wrong=-3)
    journey.count()
