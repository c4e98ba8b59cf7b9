"""What can be disputed, lost and decided again and again: more shapes (hostile_shapes).

Played as the shapes of hostile_journeys are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count as itertools_count
from types import MappingProxyType
from typing import Any, Final

from bench.hostile_journeys import GIVER, Pouch
from bench.hostile_shapes import HostileElection, Shape
from custody.core.state.finding import Finding
from tests.core.ledger.journeys import Journey
from tests.core.ledger.paper_stories import form
from tests.core.ledger.playing import CEC
from tests.worlds import id_of

_STRANGER: Final = "courier-reserve"


def lost_sets(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Two persons declare units lost again and again, each time others of them."""
    pouch = Pouch(stage, until=_eight_packs)
    refs = pouch.play.refs(*pouch.journey.packs)
    for number in itertools_count(1):
        chosen = [ref for place, ref in enumerate(refs) if place == 0 or number >> (place - 1) & 1]
        yield pouch.made({"type": "LossDeclared", "units": chosen, "last_seen": None}, by=CEC)


def fresh_units(stage: HostileElection, _: int) -> Iterator[bytes]:
    """One pack is packed into pouch after pouch, each of which nobody has named before."""
    pouch = Pouch(stage, until=_one_pack)
    refs = pouch.play.refs(pouch.journey.packs[0])
    for number in itertools_count(1):
        name = pouch.journey.names.pouch(number)
        packed = {"type": "UnitPacked", "unit": name, "batch": None, "contents": pouch.journey.packs, "papers": 50}
        yield pouch.made({**packed, "units": [*refs, {"unit": name, "previous": None}]}, by=CEC)


def _one_pack(journey: Journey) -> Journey:
    return journey.wrapped(1)


def _eight_packs(journey: Journey) -> Journey:
    return journey.wrapped(8)


def ids_before(stage: HostileElection, count: int) -> Iterator[bytes]:
    """One hand-over form is typed in again and again, and the id of each record comes before those of all others."""
    pouch, form_of_it = _form(stage)
    rows = [pouch.made(form_of_it, by=pouch.journey.who("officer")) for _ in range(count + 240)]
    yield from sorted(rows, key=id_of, reverse=True)


def both_before(stage: HostileElection, count: int) -> Iterator[bytes]:
    """The same, each record signed by both sides."""
    pouch, form_of_it = _form(stage)
    signers = (pouch.journey.who("officer")[0], pouch.journey.courier)
    rows = [pouch.made(form_of_it, by=signers) for _ in range(count + 240)]
    yield from sorted(rows, key=id_of, reverse=True)


def disputed_before(stage: HostileElection, count: int) -> Iterator[bytes]:
    """The same, and another form of the same handover says something else each time."""
    pouch, form_of_it = _form(stage)
    officer = pouch.journey.who("officer")
    other = {**form_of_it, "stands_for": {**form_of_it["stands_for"], "result": "accepted with reservation"}}
    rows = [pouch.made(said, by=officer) for _ in range(count // 2 + 120) for said in (form_of_it, other)]
    yield from sorted(rows, key=id_of, reverse=True)


def beside_lost(stage: HostileElection, count: int) -> Iterator[bytes]:
    """One hand-over form is typed in again and again; a rival of it is made and declared in error in turn."""
    pouch, form_of_it = _form(stage)
    for _ in range(count):
        stage.put(pouch.made(form_of_it, by=pouch.journey.who("officer")))
    refs, by = form_of_it["units"], pouch.couriers[:1]
    released = {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}
    while True:
        event, entry = pouch.held(released, by=by)
        yield entry
        yield pouch.made({"type": "ErrorDeclared", "event": event}, by=by)


def _form(stage: HostileElection) -> tuple[Pouch, dict[str, Any]]:
    """A pouch under way, and the form of its handover to the commission."""
    pouch = Pouch(stage, until=Journey.under_way)
    officer, refs = pouch.journey.who("officer"), pouch.play.refs(pouch.journey.pouch)
    return pouch, form(pouch.journey, releasing=pouch.journey.courier, receiving=officer[0], units=refs)


def losses_before(stage: HostileElection, count: int) -> Iterator[bytes]:
    """Two persons declare a pouch lost again and again, and the id of each declaration comes before those of all others."""
    pouch = Pouch(stage, until=Journey.under_way)
    lost = {"type": "LossDeclared", "units": pouch.play.refs(pouch.journey.pouch), "last_seen": None}
    rows = [pouch.made(lost, by=CEC) for _ in range(count + 240)]
    yield from sorted(rows, key=id_of, reverse=True)


def decided_crowd(stage: HostileElection, count: int) -> Iterator[bytes]:
    """Officers decide about many rivals for the one and for the other in turn."""
    pouch = Pouch(stage, until=Journey.under_way)
    released = _released(pouch)
    acts = []
    for _ in range(max(count, 2)):
        event, entry = pouch.held(released, by=pouch.couriers[:1])
        stage.put(entry)
        acts.append(event)
    while True:
        for act in acts[:2]:
            finding = _conflict(stage)
            yield pouch.made({"type": "FindingAdjudicated", "finding": finding.id, "chosen": act}, by=CEC)


def _released(pouch: Pouch) -> dict[str, Any]:
    refs = pouch.play.refs(pouch.journey.pouch)
    return {"type": "ReleasedToCarrier", "mode": "hold", "seals": "intact", "units": refs}


def claimed(stage: HostileElection, _: int) -> Iterator[bytes]:
    """Somebody who was never there types in that a pouch was handed over to him, on the act before an answered handover."""
    pouch = Pouch(stage)
    refs = pouch.play.refs(pouch.journey.pouch)
    pouch.taken()
    said = form(pouch.journey, releasing="mfa-1", receiving=_STRANGER, units=refs)
    while True:
        yield pouch.made(said, by=(_STRANGER,))


def overruled(stage: HostileElection, count: int) -> Iterator[bytes]:
    """An answered handover beats many releases of its giver; officers choose one of them, and the answer, in turn."""
    pouch = Pouch(stage)
    released = _released(pouch)
    pouch.taken()
    answer = stage.ledger.state.paths.head(pouch.journey.pouch)
    for _ in range(max(count, 2)):
        stage.put(pouch.made(released, by=GIVER))
    (finding,) = (row for row in stage.ledger.state.findings if row.code == "not-custodian")
    while answer is not None:
        for chosen in (*(name for name in finding.evidence if name != answer.act), answer.act):
            yield pouch.made({"type": "FindingAdjudicated", "finding": finding.id, "chosen": chosen}, by=CEC)


def _conflict(stage: HostileElection) -> Finding:
    return next(row for row in stage.ledger.state.findings if row.code == "conflicting-acts")


DISPUTES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        "lost-sets": lost_sets,
        "fresh-units": fresh_units,
        "ids-before": ids_before,
        "both-before": both_before,
        "disputed-before": disputed_before,
        "beside-lost": beside_lost,
        "losses-before": losses_before,
        "decided-crowd": decided_crowd,
        "claimed": claimed,
        "overruled": overruled,
    }
)
"""Kind -> how it is played. One row to add a shape."""
