"""Double offers: units offered to others while an offer of them stands; one finding for each place, with a count.

The theory. Offers that stand at a place are kept by whom they invite; two invitations that share no key are two offers, and
every offer of both is one of them. So a new offer looks at the invitations that there are and not at the offers, and each offer
is counted once. Nobody has reason for many different invitations at one place: beyond ``INVITATIONS_MAX`` all offers there are
double, whoever they are to.

The finding names the offers whose ids come first, and counts all; which these are does not depend on the order of arrival.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from typing import Final

from custody.core.state.finding_store import KEPT, Draft, finding_id
from custody.core.state.registers import Double, Invitations, Offer, OffersToKeys, Place
from custody.core.state.state import RecordedEvent, State
from custody.core.state.topics import offers_topic
from custody.core.wording.messages import message

INVITATIONS_MAX: Final = 64
"""How many different invitations at one place are held against each other."""
_CODE: Final = "double-offer"
_GONE: Final = ("expired", "refused", "withdrawn")


def topic_of(unit: str, *, previous: str | None) -> str:
    """The topic of what is said about the offers at a place."""
    return offers_topic(unit, previous=previous)


def follow(state: State, offer: Offer) -> None:
    """Keep an offer with those of the same invitation at its places, as long as it was neither refused nor withdrawn."""
    for ref in offer.units:
        places = state.registers.invitations
        rows = places.setdefault(state.place(ref), Invitations()).rows
        known = rows.get(_invited(offer))
        if offer.state in _GONE:
            if known is not None:
                _drop(rows, known, offer=offer)
            continue
        row = rows.setdefault(_invited(offer), OffersToKeys()) if known is None else known
        if offer.event not in row.live:
            row.live[offer.event] = row.fresh[offer.event] = None
        if offer.replies.first is not None:
            row.first = offer.replies.first if row.first is None else min(row.first, offer.replies.first)


def note_double(state: State, record: RecordedEvent) -> None:
    """An offer that stands beside another one, of the same units to other keys, that was neither refused nor withdrawn."""
    offer = state.registers.offers[record.event_id]
    # rules.md 29
    rivals = [row for ref in record.refs for row in _rivals(state, ref, offer=offer)]
    if not rivals:
        return
    unit, previous = record.refs[0]
    topic = topic_of(unit, previous=previous)
    double = state.registers.doubles.setdefault(topic, Double())
    _count(state, double, offers=(record.event_id, *(name for row in rivals for name in row.fresh)))
    for row in rivals:
        row.fresh.clear()
    _tell(state, double, record=record, topic=topic)
    replied = [row.first for row in rivals if row.first is not None]
    if offer.replies or replied:
        first = min((offer.replies.first, *replied) if offer.replies.first is not None else replied)
        state.findings.settle_topic(topic, by=first[1])


def _rivals(state: State, ref: Place, *, offer: Offer) -> Iterable[OffersToKeys]:
    """Invitations at a place that stand beside that of an offer; all that are there where nobody has reason for so many."""
    here = state.registers.invitations[state.place(ref)]
    own = here.rows[_invited(offer)]
    was_crowded = here.is_crowded
    # rules.md 29
    here.is_crowded = len(here.rows) > INVITATIONS_MAX
    if here.is_crowded:
        return (own,) if was_crowded else tuple(here.rows.values())
    return tuple(row for to, row in here.rows.items() if row is not own and not set(to) & set(offer.to))


def _invited(offer: Offer) -> tuple[str, ...]:
    return tuple(sorted(set(offer.to)))


def _drop(rows: dict[tuple[str, ...], OffersToKeys], row: OffersToKeys, *, offer: Offer) -> None:
    row.live.pop(offer.event, None)
    row.fresh.pop(offer.event, None)
    if not row.live:
        rows.pop(_invited(offer), None)


def _count(state: State, double: Double, *, offers: Sequence[str]) -> None:
    """Offers that are double from now on, each once."""
    for name in offers:
        if name in double.offers:
            continue
        double.offers[name] = None
        offer = state.registers.offers[name]
        double.receiving_signers[message("party.somebody") if offer.receiving is None else offer.receiving.said] = None
        if len(double.named) < KEPT or name < double.named[-1]:
            insort(double.named, name)
            del double.named[KEPT:]
        state.add_code(state.records[name], code=_CODE)


def _tell(state: State, double: Double, *, record: RecordedEvent, topic: str) -> None:
    """One finding for a place, and another one only where its evidence is."""
    unit, units = record.refs[0][0], tuple(name for name, _ in record.refs)
    sentence, count = (
        message("offers.two", unit=unit, takers=tuple(sorted(double.receiving_signers)[:KEPT])),
        len(double.offers),
    )
    identity = finding_id(code=_CODE, subject=unit, evidence=double.named)
    known = state.findings.unsettled(topic)
    if known is not None and known.id == identity:
        state.findings.recount(identity, count=count, sentence=sentence)
        return
    for finding in state.findings.on_topic(topic):
        state.findings.supersede(finding.id)
    draft = Draft(
        code=_CODE,
        subject=unit,
        evidence=tuple(double.named),
        sentence=sentence,
        topic=topic,
        station=state.registers.offers[record.event_id].station,
        units=units,
        count=count,
    )
    state.raise_judged((draft,), record=record)
