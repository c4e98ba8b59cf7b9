"""What can be recorded again and again of one act, one seal, one decision: more shapes (hostile_shapes).

Played as the shapes of hostile_journeys are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from bench.hostile_journeys import GIVER, Pouch
from bench.hostile_shapes import HostileElection, Shape
from tests.core.ledger.holds import counted_on_hold, opened_on_hold
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import CEC


def papers(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One hand-over form is typed in again and again."""
    pouch = Pouch(stage, until=Journey.under_way)
    officer, refs = pouch.journey.who("officer"), pouch.play.refs(pouch.journey.pouch)
    form_of_it = form(pouch.journey, releasing=pouch.journey.courier, receiving=officer[0], units=refs)
    while True:
        yield pouch.made(form_of_it, by=officer)


def papers_of_both(stage: HostileElection, _: int) -> Iterator[bytes]:
    """The same, each copy signed by both sides."""
    pouch = Pouch(stage, until=Journey.under_way)
    officer, refs = pouch.journey.who("officer"), pouch.play.refs(pouch.journey.pouch)
    form_of_it = form(pouch.journey, releasing=pouch.journey.courier, receiving=officer[0], units=refs)
    while True:
        yield pouch.made(form_of_it, by=(*officer, pouch.journey.courier))


def papers_in_dispute(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One form is typed in again and again, and so is another one of the same handover that says something else."""
    pouch = Pouch(stage, until=Journey.under_way)
    officer, refs = pouch.journey.who("officer"), pouch.play.refs(pouch.journey.pouch)
    first = form(pouch.journey, releasing=pouch.journey.courier, receiving=officer[0], units=refs)
    other = {**first, "stands_for": {**first["stands_for"], "result": "accepted with reservation"}}
    while True:
        yield pouch.made(first, by=officer)
        yield pouch.made(other, by=officer)


def declared(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One entry is declared in error again and again."""
    pouch = Pouch(stage, until=Journey.under_way)
    check = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": [pouch.journey.pouch]}
    event, entry = pouch.held(check, by=pouch.couriers[:1])
    stage.put(entry)
    while True:
        yield pouch.made({"type": "ErrorDeclared", "event": event}, by=pouch.couriers[:1])


def seal_in_turn(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One seal is found broken and intact in turn."""
    pouch = Pouch(stage, until=Journey.under_way)
    seal = pouch.play.unit(pouch.journey.pouch).seals[0].number
    for condition in ("broken", "intact") * 10**6:
        row = [{"unit": pouch.journey.pouch, "seal": seal, "condition": condition}]
        check = {"type": "SealsChecked", "units": [pouch.journey.pouch], "seals": row}
        yield pouch.made(check, by=pouch.couriers[:1])


def seal_handed_over(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Two couriers hand the pouch to each other; one finds its seal broken, the other intact."""
    pouch = Pouch(stage, until=Journey.under_way)
    seal = pouch.play.unit(pouch.journey.pouch).seals[0].number
    releasing, receiving = pouch.couriers
    for condition in ("broken", "intact") * 10**6:
        offer, entry = pouch.held(pouch.journey.offering((receiving,)), by=(releasing,))
        yield entry
        row = [{"unit": pouch.journey.pouch, "seal": seal, "condition": condition}]
        found = {"packages": 1, "seals": row, "papers": None}
        yield pouch.made({**pouch.journey.answering(offer), "found": found}, by=(receiving,))
        releasing, receiving = receiving, releasing


def seal_read_after(stage: HostileElection, _: int) -> Iterator[bytes]:
    """A seal was found broken, and that is settled; somebody reports it again and again."""
    pouch = Pouch(stage, until=_settled)
    commission = pouch.journey.commission
    check = _read_broken(pouch.journey)
    while True:
        yield pouch.made(check, by=commission[:1])


def _settled(journey: Journey) -> Journey:
    check = _read_broken(journey.received())
    journey.play.act(check, by=journey.commission[:1])
    opened_on_hold(journey)
    counted_on_hold(journey)
    return journey


def _read_broken(journey: Journey) -> dict[str, Any]:
    seal = journey.play.unit(journey.pouch).seals[0].number
    row = [{"unit": journey.pouch, "seal": seal, "condition": "broken"}]
    return {"type": "SealsChecked", "units": [journey.pouch], "seals": row}


def decided_in_turn(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Officers adjudicate one finding for the one branch and for the other in turn."""
    pouch, finding, acts, _released = _disputed(stage)
    while True:
        for act in acts:
            yield pouch.made({"type": "FindingAdjudicated", "finding": finding, "chosen": act}, by=CEC)


def acknowledged(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One finding is acknowledged again and again."""
    pouch, finding, _acts, _released = _disputed(stage)
    while True:
        yield pouch.made({"type": "FindingAcknowledged", "finding": finding}, by=("duty-1",))


def decided_rivals(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Officers have decided between two acts at one place; who made them makes more there."""
    pouch, finding, acts, released = _disputed(stage)
    stage.put(pouch.made({"type": "FindingAdjudicated", "finding": finding, "chosen": acts[0]}, by=CEC))
    while True:
        yield pouch.made(released, by=pouch.couriers[:1])


def answers(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One offer is accepted again and again, and who made it gives the pouch to a carrier each time."""
    pouch = Pouch(stage)
    refs = pouch.play.refs(pouch.journey.pouch)
    offer, entry = pouch.held(pouch.journey.offering(pouch.couriers[:1]), by=GIVER)
    stage.put(entry)
    while True:
        yield pouch.made({**pouch.journey.answering(offer), "units": refs}, by=pouch.couriers[:1])
        released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
        yield pouch.made(released, by=GIVER)


def withdrawn(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One offer is withdrawn again and again, and accepted each time."""
    pouch = Pouch(stage)
    refs = pouch.play.refs(pouch.journey.pouch)
    offer, entry = pouch.held(pouch.journey.offering(pouch.couriers[:1]), by=GIVER)
    stage.put(entry)
    while True:
        yield pouch.made({"type": "HandoverWithdrawn", "offer": offer, "units": refs}, by=GIVER)
        yield pouch.made({**pouch.journey.answering(offer), "units": refs}, by=pouch.couriers[:1])


def _disputed(stage: HostileElection) -> tuple[Pouch, str, tuple[str, str], dict[str, Any]]:
    """A pouch that its courier gave to a carrier twice, the finding about that, both acts, and what they say."""
    pouch = Pouch(stage, until=Journey.under_way)
    refs = pouch.play.refs(pouch.journey.pouch)
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
    first, second = (pouch.held(released, by=pouch.couriers[:1]) for _ in range(2))
    stage.put(first[1])
    stage.put(second[1])
    finding = next(row for row in stage.ledger.state.findings if row.code == "conflicting-acts")
    return pouch, finding.id, (first[0], second[0]), released


RECORDS: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "papers": papers,
        "papers-of-both": papers_of_both,
        "papers-in-dispute": papers_in_dispute,
        "declared": declared,
        "seal-in-turn": seal_in_turn,
        "seal-handed-over": seal_handed_over,
        "seal-read-after": seal_read_after,
        "decided-in-turn": decided_in_turn,
        "acknowledged": acknowledged,
        "decided-rivals": decided_rivals,
        "answers": answers,
        "withdrawn": withdrawn,
    }
)
"""Kind -> how it is played. One row to add a shape."""
