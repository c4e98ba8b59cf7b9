"""Form 1, act of handover: who gave what to whom, as it was found, and with which result."""

from __future__ import annotations

from dataclasses import dataclass

from custody.core.authority.parties import Party
from custody.core.state.registers import Offer
from custody.core.wording.messages import Message, message
from custody.paper.parts import blank_rows, kind_of, numbered, present, seals_found
from custody.paper.sheet import (
    Block,
    CarriedAct,
    Code,
    Fields,
    Marks,
    Sheet,
    Side,
    Sides,
    Signatures,
    Signing,
    Table,
    Value,
)
from custody.paper.source import ID, Recorded, Source
from custody.paper.station_names import lines_of_units
from schemas.errors import Misused
from schemas.transfer import HandoverAnswered, HandoverOffered

NUMBER, SLUG = 1, "handover"
_BLANK_ROWS = 6
RESULTS = ("accepted", "accepted with reservation", "refused")


@dataclass(frozen=True, slots=True)
class Handover:
    """An offer and the answer to it, where there is one."""

    source: Source
    offered: Recorded
    offer: HandoverOffered
    answered: Recorded | None
    answer: HandoverAnswered | None

    @property
    def register(self) -> Offer | None:
        """What became of the offer."""
        return self.source.state.registers.offers.get(self.offered.event_id)


def find(source: Source, subject: str) -> Handover:
    """The handover that an event belongs to, or the last one of a unit that was accepted.  Misused("print-subject")."""
    if ID.fullmatch(subject):
        return _of(source, source.named(subject))
    answers = [
        row
        for row, answer in source.standing(HandoverAnswered)
        if answer.result != "refused" and subject in {ref.unit for ref in answer.units}
    ]
    if not answers:
        raise Misused("print-subject", f"No handover of {subject} is recorded by then.")
    return _of(source, answers[-1])


def sheet(found: Handover | None) -> Sheet:
    """The sheet of a handover, or a blank one."""
    if found is None:
        return _sheet(lines=(message("form.handover.blank-line"),), blocks=_blocks(None))
    at = (found.answer or found.offer).at
    acts = tuple(found.source.act(row) for row in (found.answered, found.offered) if row is not None)
    about = (found.answered or found.offered).event_id
    consignments = () if found.register is None else found.register.consignments
    units = tuple(ref.unit for ref in found.offer.units)
    when = found.source.when(found.answered or found.offered)
    where = (*when, message("form.place", place=found.offer.place))
    lines: tuple[Value, ...] = (*lines_of_units(found.source, units), *where)
    if consignments:
        lines = (message("form.consignment", consignment=", ".join(consignments)), *lines)
    return _sheet(lines=lines, blocks=_blocks(found), acts=acts, about=about, at=at)


def _of(source: Source, row: Recorded) -> Handover:
    if isinstance(row.event, HandoverAnswered):
        offered = source.recorded.get(row.event.offer)
        if offered is not None and isinstance(offered.event, HandoverOffered):
            return Handover(source, offered, offered.event, row, row.event)
    if isinstance(row.event, HandoverOffered):
        register = source.state.registers.offers.get(row.event_id)
        answer = None if register is None or register.answer is None else source.recorded.get(register.answer)
        if answer is not None and isinstance(answer.event, HandoverAnswered):
            return Handover(source, row, row.event, answer, answer.event)
        return Handover(source, row, row.event, None, None)
    raise Misused("print-subject", "This event is neither an offer nor an answer to one.")


def _sheet(
    *,
    lines: tuple[Value, ...],
    blocks: tuple[Block, ...],
    acts: tuple[CarriedAct, ...] = (),
    about: str | None = None,
    at: str | None = None,
) -> Sheet:
    return Sheet(
        number=NUMBER,
        slug=SLUG,
        title=message("form.handover.title"),
        lines=lines,
        blocks=blocks,
        says=(message("form.handover.proves"), message("form.copies.two")),
        acts=acts,
        has_twin=bool(acts),
        about=about,
        at=at,
    )


def _blocks(found: Handover | None) -> tuple[Block, ...]:
    givers = () if found is None else found.source.people(found.offer)
    takers = () if found is None or found.answer is None else found.source.people(found.answer)
    register = None if found is None else found.register
    giver, taker = (None, None) if register is None else (register.releasing, register.receiving)
    return (
        Sides(
            _side(message("form.side.releasing"), giver, people=givers or (None,)),
            _side(message("form.side.receiving"), taker, people=takers or (None,)),
        ),
        _units(found),
        _figures(found),
        _result(found),
        Fields(((message("form.present"), present(None if found is None else found.answer)),)),
        Signatures(
            (
                Signing(message("form.side.releasing"), givers or (None, None)),
                Signing(message("form.side.receiving"), takers or (None, None)),
            )
        ),
    )


def _side(title: Message, party: Party | None, *, people: tuple[Value, ...]) -> Side:
    """A side with what is particular to it: a courier's letter; that a mission takes over what is sealed."""
    lines: tuple[tuple[Message, Value], ...] = ()
    if party is None or party.kind == "courier":
        lines = ((message("form.courier-letter-number"), None),)
    elif party.kind == "mission":
        lines = ((message("form.sealed-only"), Code("")),)
    return Side(title, None if party is None else message("form.party", party=party.said), people, lines)


def _units(found: Handover | None) -> Table:
    head = (
        message("form.row"),
        message("form.unit"),
        message("form.kind"),
        message("form.seal-visible"),
        message("form.found-as"),
    )
    rows = blank_rows(_BLANK_ROWS, columns=len(head))
    if found is not None:
        rows = numbered(row for ref in found.offer.units for row in _unit_rows(found, ref.unit))
    return Table(head, rows, widths=(1, 4, 3, 5, 4))


def _unit_rows(found: Handover, unit: str) -> list[tuple[Value, ...]]:
    """A unit with each seal on it as it was found."""
    seals = () if found.answer is None else found.answer.found.seals
    return [(Code(unit), kind_of(found.source, unit), *read) for read in seals_found(unit, seals=seals)]


def _figures(found: Handover | None) -> Table:
    head = (
        message("form.packages-declared"),
        message("form.packages-shown"),
        message("form.papers-declared"),
        message("form.papers-counted"),
    )
    row: tuple[Value, ...] = (None, None, None, None)
    if found is not None:
        declared = found.offer.declared
        row = (declared.packages, *_shown(found.answer, papers=declared.papers))
    return Table(head, (row,), widths=(1, 1, 1, 1), figures=(0, 1, 2, 3))


def _shown(answer: HandoverAnswered | None, *, papers: int | None) -> tuple[Value, Value, Value]:
    """Packages shown, papers declared, papers counted."""
    if answer is None:
        return None, papers, None
    counted = answer.found.papers
    return answer.found.packages, papers, message("form.not-counted") if counted is None else counted


def _result(found: Handover | None) -> Marks:
    result = None if found is None or found.answer is None else found.answer.result
    choices = tuple((message("result", result=name), name == result) for name in RESULTS)
    codes = None if found is None or found.answered is None else found.source.ticked(found.answered)
    return Marks(message("form.result"), choices, ((message("form.codes"), codes),))
