"""Days of voting: papers come back from the issuing member each evening, and between two days the boxes are closed by a seal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from custody.demo.journey import Way
from custody.demo.turnout import Turnout, signed
from custody.demo.world import MINUTE
from custody.election.genesis import sessions_of
from custody.election.model import part_of_papers


def days_of_voting(way: Way, *, figures: Sequence[Turnout]) -> Iterator[int]:
    """From the papers given to the issuing member first to those given back last; between two days there is a night."""
    sessions = sessions_of(way.station, election=way.stage.election)
    days = len(sessions)
    for place, (_, closes) in enumerate(sessions):
        yield closes + 5 * MINUTE
        issued = [part_of_papers(row.issued, place=place, of=days) for row in figures]
        left = [row.unused + sum(_parts(row, days=days)[place + 1 :]) for row in figures]
        _given_back(way, figures=figures, issued=issued, unused=left)
        if place + 1 < days:
            yield from _night(way, figures=figures, day=place, days=days)
            yield max(way.stage.now, sessions[place + 1][0] - 30 * MINUTE)
            _opened(way)
            yield way.stage.now + 15 * MINUTE
            _given_again(way, figures=figures, papers=left)


def _parts(row: Turnout, *, days: int) -> list[int]:
    return [part_of_papers(row.issued, place=place, of=days) for place in range(days)]


def _given_back(way: Way, *, figures: Sequence[Turnout], issued: Sequence[int], unused: Sequence[int]) -> None:
    issuer, secretary = way.who("issuer"), way.commission[1]
    returned = {"type": "BallotsReturnedByIssuer", "station": way.station.code, "issuer": issuer}
    for row, out, rest in zip(figures, issued, unused, strict=True):
        way.act({**returned, "issued": out, "unused": rest, **row.named}, by=(issuer, secretary))


def _given_again(way: Way, *, figures: Sequence[Turnout], papers: Sequence[int]) -> None:
    issuer, secretary = way.who("issuer"), way.commission[1]
    given = {"type": "BallotsGivenToIssuer", "station": way.station.code, "issuer": issuer}
    for row, rest in zip(figures, papers, strict=True):
        way.act({**given, "papers": rest, **row.named}, by=(secretary, issuer))


def _night(way: Way, *, figures: Sequence[Turnout], day: int, days: int) -> Iterator[int]:
    """Signatures of the day so far are stated, and the slot of the box is closed by a seal."""
    chair, secretary = way.commission[:2]
    listed = {"type": "VoterListStated", "station": way.station.code, "stage": "day", "voters": way.station.voters}
    yield way.stage.now + 10 * MINUTE
    so_far = [replace(row, signatures=sum(_parts(row, days=days)[: day + 1])) for row in figures]
    for units, signatures in signed(way, figures=so_far):
        way.act({**listed, "signatures": signatures, **units}, by=(chair, secretary))
    yield way.stage.now + 5 * MINUTE
    box = way.names.ballot_box
    closed = {"type": "BallotBoxesSealed", "station": way.station.code, "purpose": "night", "boxes": [box]}
    way.act({**closed, "seals": [way.stage.seal(box)]}, by=way.commission)


def _opened(way: Way) -> None:
    box = way.names.ballot_box
    opened = {"type": "BallotBoxesOpened", "station": way.station.code, "purpose": "voting", "boxes": [box]}
    way.act({**opened, "seals": way.stage.seals_found(box)}, by=way.commission)
