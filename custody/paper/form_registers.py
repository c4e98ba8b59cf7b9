"""Forms 4, 6 and 7, what is kept over time: seal log of a unit or an issuer, opening protocol, register of issuing members."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.state.units import Unit
from custody.core.wording.messages import Message, message
from custody.paper.parts import blank_rows, numbered, signed
from custody.paper.sheet import Block, Code, Fields, Heading, Sheet, SmallPrint, Table, Value
from custody.paper.source import Recorded, Source
from custody.paper.station_names import commission_line, lines_of_units
from schemas.authority import VoterListStated
from schemas.errors import Misused
from schemas.station import (
    BallotBoxesSealed,
    BallotsGivenToIssuer,
    BallotsReturnedByIssuer,
    BallotsSpoiled,
    StoreOpened,
)

_OfIssuer = BallotsGivenToIssuer | BallotsSpoiled | BallotsReturnedByIssuer
_BLANK_ROWS: Final = 12
_ISSUER_CHARACTERS: Final = 3
_ON: Final = frozenset({"intact", "broken", "missing", "altered"})
"""Conditions of a seal that is on its unit, or should be."""
_KEEPER: Final[tuple[Value, ...]] = (None,)


def seal_log(source: Source, subject: str) -> Sheet:
    """Form 4: every seal that a unit had, or that an issuer gave out, each time it was put on, read or taken off."""
    state = source.state
    units = list(state.paths.units()) if len(subject) == _ISSUER_CHARACTERS else [subject]
    rows = [row for unit in units for row in _seals_of(source, unit, issuer=subject)]
    if not rows:
        raise Misused("print-subject", f"No seal of {subject} is recorded by then.")
    lines = (message("form.seals.of", subject=subject), *lines_of_units(source, (subject,)), _as_of(source))
    return _seal_log(numbered(rows), lines=lines)


def seal_log_blank() -> Sheet:
    """Form 4 without values."""
    return _seal_log(blank_rows(_BLANK_ROWS, columns=6), lines=(message("form.seals.blank-line"),))


def opening_protocol(source: Source, subject: str) -> Sheet:
    """Form 6: the safe opened, the boxes shown empty and sealed, before voting begins."""
    row, event = source.latest(BallotBoxesSealed, subject=subject, about=lambda event: (event.station, *event.boxes))
    opened = [
        one
        for one in source.standing(StoreOpened)
        if one[1].station == event.station and one[0].position < row.position
    ]
    lists = [
        one for _, one in source.standing(VoterListStated) if one.station == event.station and one.stage == "opening"
    ]
    safe = [
        (Code(seal.seal), message("condition", condition=seal.condition))
        for _, one in opened[-1:]
        for seal in one.seals
    ]
    boxes = [(Code(seal.unit), Code(seal.seal)) for seal in event.seals]
    blocks = _opening_blocks(
        voters=lists[-1].voters if lists else None,
        safe=numbered(safe),
        boxes=numbered(boxes),
        signing=signed(event, source=source),
    )
    lines = (commission_line(source, event.station), *source.when(row))
    rows = (row, *(one for one, _ in opened[-1:]))
    return _station_sheet(
        6, "opening-protocol", title=message("form.opening.title"), lines=lines, blocks=blocks, source=source, rows=rows
    )


def opening_protocol_blank() -> Sheet:
    """Form 6 without values."""
    blocks = _opening_blocks(
        voters=None, safe=blank_rows(2, columns=3), boxes=blank_rows(4, columns=3), signing=signed(None, source=None)
    )
    lines = (message("form.station.blank-line"),)
    return _station_sheet(6, "opening-protocol", title=message("form.opening.title"), lines=lines, blocks=blocks)


def issuer_register(source: Source, subject: str) -> Sheet:
    """Form 7: papers given to each issuing member, and what each accounted for."""
    found: list[tuple[Recorded, _OfIssuer]] = [
        *source.standing(BallotsGivenToIssuer),
        *source.standing(BallotsSpoiled),
        *source.standing(BallotsReturnedByIssuer),
    ]
    found = sorted((one for one in found if one[1].station == subject), key=lambda one: one[0].position)
    if not found:
        raise Misused("print-subject", f"No papers given to issuing members of {subject} are recorded by then.")
    rows = [(source.moment(event.at), source.holder(event.issuer), *_issued(event), None) for _, event in found]
    sums = [sum(value for row in rows if isinstance(value := row[column], int)) for column in range(2, 6)]
    table = (*numbered(rows), (None, message("form.total"), None, *sums, None))
    chosen = tuple(row for row, _ in found)
    blocks = _register_blocks(table, signing=signed(None, source=None))
    lines = (commission_line(source, subject), _as_of(source))
    return _station_sheet(
        7,
        "issuer-register",
        title=message("form.issuers.title"),
        lines=lines,
        blocks=blocks,
        source=source,
        rows=chosen,
        has_about=False,
    )


def issuer_register_blank() -> Sheet:
    """Form 7 without values."""
    table = (*blank_rows(_BLANK_ROWS, columns=8), (None, message("form.total"), *(None,) * 6))
    blocks = _register_blocks(table, signing=signed(None, source=None))
    return _station_sheet(
        7,
        "issuer-register",
        title=message("form.issuers.title"),
        lines=(message("form.station.blank-line"),),
        blocks=blocks,
    )


def _as_of(source: Source) -> Message:
    return message("form.as-of", position=source.state.position)


def _seals_of(source: Source, unit: str, *, issuer: str) -> Iterator[tuple[Value, ...]]:
    """Each time an act says of a seal of a unit that it was put on, read or taken off, in the order of the acts."""
    before: dict[str, str] = {}
    for snapshot in source.state.paths.in_force(unit):
        now = {
            seal.number: seal.condition for seal in snapshot.seals if unit == issuer or seal.number.startswith(issuer)
        }
        for number in dict.fromkeys((*before, *now)):
            said = _step(number, before=before, now=now, snapshot=snapshot)
            if said is not None:
                yield source.moment(snapshot.at), Code(number), Code(unit), said, source.about(snapshot.act)
        before = now


def _step(number: str, *, before: dict[str, str], now: dict[str, str], snapshot: Unit) -> Message | None:
    if number not in before:
        return message("form.seals.step", step="put on")
    if number not in now:
        return message("form.seals.step", step="removed") if before[number] in _ON else None
    is_read = any(seal.number == number and seal.event == snapshot.act for seal in snapshot.seals)
    return message("form.seals.step", step=now[number]) if is_read else None


def _seal_log(rows: tuple[tuple[Value, ...], ...], *, lines: tuple[Value, ...]) -> Sheet:
    head = (
        message("form.row"),
        message("form.when"),
        message("form.seal"),
        message("form.unit"),
        message("form.found-as"),
        message("form.seals.by"),
    )
    blocks: tuple[Block, ...] = (
        Table(head, rows, widths=(2, 6, 5, 4, 4, 7)),
        SmallPrint(message("form.seals.note")),
        *signed(None, source=None, title=message("form.keeper"), blank=_KEEPER),
    )
    return Sheet(4, "seal-log", message("form.seals.title"), lines, blocks, (message("form.register.proves"),))


def _opening_blocks(
    *,
    voters: int | None,
    safe: tuple[tuple[Value, ...], ...],
    boxes: tuple[tuple[Value, ...], ...],
    signing: tuple[Block, ...],
) -> tuple[Block, ...]:
    return (
        Fields(((message("form.opening.voters"), voters), (message("form.opening.hour"), None))),
        Heading(message("form.opening.safe")),
        Table((message("form.row"), message("form.seal"), message("form.found-as")), safe, widths=(1, 6, 6)),
        Heading(message("form.opening.boxes")),
        Table(
            (message("form.row"), message("form.opening.box"), message("form.opening.sealed")), boxes, widths=(1, 6, 6)
        ),
        SmallPrint(message("form.opening.note")),
        *signing,
    )


def _issued(event: _OfIssuer) -> tuple[Value, ...]:
    """Given, issued, spoiled and given back, of what one act says."""
    match event:
        case BallotsGivenToIssuer():
            return event.papers, None, None, None
        case BallotsSpoiled():
            return None, None, event.papers, None
        case BallotsReturnedByIssuer():
            return None, event.issued, None, event.unused


def _register_blocks(rows: tuple[tuple[Value, ...], ...], *, signing: tuple[Block, ...]) -> tuple[Block, ...]:
    head = (
        message("form.row"),
        message("form.when"),
        message("form.issuers.member"),
        message("form.issuers.given"),
        message("form.issuers.issued"),
        message("form.issuers.spoiled"),
        message("form.issuers.returned"),
        message("form.signature"),
    )
    table = Table(head, rows, widths=(2, 5, 6, 5, 5, 5, 6, 4), figures=(3, 4, 5, 6), strong=(len(rows) - 1,))
    return (table, SmallPrint(message("form.issuers.note")), *signing)


def _station_sheet(
    number: int,
    slug: str,
    *,
    title: Message,
    lines: tuple[Value, ...],
    blocks: tuple[Block, ...],
    source: Source | None = None,
    rows: tuple[Recorded, ...] = (),
    has_about: bool = True,
) -> Sheet:
    acts = () if source is None else tuple(source.act(row) for row in rows)
    about = rows[0].event_id if rows and has_about else None
    at = rows[0].event.at if rows else None
    says = (message("form.station.proves"), message("form.copies.three"))
    return Sheet(number, slug, title, lines, blocks, says, acts, about=about, at=at)
