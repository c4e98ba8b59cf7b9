"""Forms 2, 3 and 13, what travels with a consignment: manifest, courier's letter and mandate, return manifest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.core.state.registers import Consignment
from custody.core.state.units import Unit
from custody.core.wording.messages import Message, message
from custody.paper.parts import blank_rows, numbered, signed
from custody.paper.sheet import Block, Code, Fields, Heading, Sheet, SmallPrint, Table, Value
from custody.paper.source import Recorded, Source, day_of
from custody.paper.station_names import commission_line, station_short
from schemas.authority import MandateGranted
from schemas.production import ConsignmentManifested, PlannedLeg
from schemas.station import PackedForReturn

_BLANK_ROWS: Final = 6
_OFFICERS: Final = (message("role", role="pouch-office"), None)


def manifest(source: Source, subject: str) -> Sheet:
    """Form 2: what goes out to a station, package by package, and the planned handovers."""
    row, event = _manifest_of(source, subject, direction="out")
    return _manifest_sheet(2, "manifest", title=message("form.manifest.title"), source=source, row=row, event=event)


def manifest_blank() -> Sheet:
    """Form 2 without values."""
    return _manifest_blank(2, "manifest", title=message("form.manifest.title"))


def return_manifest(source: Source, subject: str) -> Sheet:
    """Form 13: what comes back from a station, with papers from the boxes and cancelled ones apart."""
    row, event = _manifest_of(source, subject, direction="back")
    return _manifest_sheet(
        13, "return-manifest", title=message("form.return.title"), source=source, row=row, event=event
    )


def return_manifest_blank() -> Sheet:
    """Form 13 without values."""
    return _manifest_blank(13, "return-manifest", title=message("form.return.title"))


def courier_letter(source: Source, subject: str) -> Sheet:
    """Form 3: who carries which consignments on which days, and how many packages."""

    def about(event: MandateGranted) -> tuple[str, ...]:
        known = (source.state.registers.consignments.get(name) for name in event.consignments)
        units = (unit for one in known if one is not None for unit in one.units)
        return (*event.consignments, *(name[:3] for name in event.consignments), *units)

    row, event = source.latest(MandateGranted, subject=subject, about=about)
    consignments = [(name, source.state.registers.consignments.get(name)) for name in event.consignments]
    rows = [(Code(name), *_going(source, one)) for name, one in consignments]
    known = [one.packages for _, one in consignments if one is not None]
    blocks = _letter_blocks(
        rows=(*numbered(rows), (None, message("form.total"), None, sum(known) if len(known) == len(rows) else None)),
        courier=source.holder(event.courier),
        days=(day_of(event.first_day), day_of(event.last_day)),
        signing=signed(event, source=source, title=message("form.signed-by")),
    )
    return _letter(source.when(row), blocks=blocks, source=source, row=row)


def courier_letter_blank() -> Sheet:
    """Form 3 without values."""
    rows = (*blank_rows(_BLANK_ROWS, columns=4), (None, message("form.total"), None, None))
    signing = signed(None, source=None, title=message("form.signed-by"), blank=_OFFICERS)
    return _letter((), blocks=_letter_blocks(rows=rows, courier=None, days=(None, None), signing=signing))


def _manifest_of(source: Source, subject: str, *, direction: str) -> tuple[Recorded, ConsignmentManifested]:
    def about(event: ConsignmentManifested) -> tuple[str, ...]:
        units = tuple(ref.unit for ref in event.units)
        return (event.consignment, event.station, *units) if event.direction == direction else ()

    return source.latest(ConsignmentManifested, subject=subject, about=about)


def _manifest_sheet(
    number: int, slug: str, *, title: Message, source: Source, row: Recorded, event: ConsignmentManifested
) -> Sheet:
    packages = [
        unit for ref in event.units if (unit := source.state.paths.snapshot(ref.unit, row.event_id)) is not None
    ]
    packed = _packed(source) if event.direction == "back" else {}
    rows = [line for unit in packages for line in _package(source, unit, packed=packed)]
    total: tuple[Value, ...] = (None, message("form.total"), None, None, None, event.papers)
    blocks: tuple[Block, ...] = (
        Heading(message("form.manifest.packages")),
        _packages((*numbered(rows), total)),
        Heading(message("form.manifest.legs")),
        _legs([_leg(source, leg) for leg in event.legs]),
        SmallPrint(message("form.manifest.note")),
        *signed(event, source=source, title=message("form.signed-by")),
    )
    lines = (
        message("form.consignment", consignment=event.consignment),
        _where(source, event.station, direction=event.direction),
        commission_line(source, event.station),
        *source.when(row),
        message("form.manifest.count", packages=event.packages),
    )
    acts = (source.act(row),)
    says = (message("form.manifest.proves"), message("form.copies.two"))
    return Sheet(number, slug, title, lines, blocks, says, acts, about=row.event_id, at=event.at)


def _manifest_blank(number: int, slug: str, *, title: Message) -> Sheet:
    blocks: tuple[Block, ...] = (
        Heading(message("form.manifest.packages")),
        _packages((*blank_rows(_BLANK_ROWS, columns=6), (None, message("form.total"), None, None, None, None))),
        Heading(message("form.manifest.legs")),
        _legs([(number, None, None, None, None) for number in range(1, 5)]),
        SmallPrint(message("form.manifest.note")),
        *signed(None, source=None, title=message("form.signed-by"), blank=(None, None)),
    )
    says = (message("form.manifest.proves"), message("form.copies.two"))
    return Sheet(number, slug, title, (message("form.handover.blank-line"),), blocks, says)


def _packages(rows: tuple[tuple[Value, ...], ...]) -> Table:
    head = (
        message("form.row"),
        message("form.unit"),
        message("form.kind"),
        message("form.seal"),
        message("form.contents"),
        message("form.papers-declared"),
    )
    return Table(head, rows, widths=(2, 6, 4, 7, 8, 5), figures=(5,), strong=(len(rows) - 1,))


def _package(source: Source, unit: Unit, *, packed: dict[str, Message]) -> Iterator[tuple[Value, ...]]:
    """A package with its seals and what is in it, and below it each unit inside with its papers."""
    seals = Code(", ".join(seal.number for seal in unit.seals)) if unit.seals else message("form.none")
    inside = packed.get(unit.unit) or (Code(", ".join(unit.contains)) if unit.contains else message("form.loose"))
    yield (
        Code(unit.unit),
        message("form.kind-of-unit", kind=unit.kind),
        seals,
        inside,
        None if unit.contains else unit.papers,
    )
    for name in unit.contains:
        head = source.state.paths.first(name)
        if head is not None:
            kind = message("form.kind-of-unit", kind=head.kind)
            yield Code(name), kind, None, message("form.inside-of", unit=unit.unit), head.papers


def _packed(source: Source) -> dict[str, Message]:
    """Package -> what of two sorts is in it."""
    return {
        one.unit: message("form.return.inside", boxes=one.from_boxes, cancelled=one.cancelled)
        for _, event in source.standing(PackedForReturn)
        for one in event.packages
    }


def _legs(rows: list[tuple[Value, ...]]) -> Table:
    head = (message("form.row"), message("form.from"), message("form.to"), message("form.due"), message("form.done"))
    return Table(head, tuple(rows), widths=(2, 6, 6, 8, 8))


def _leg(source: Source, leg: PlannedLeg) -> tuple[Value, ...]:
    due = message("form.due-secret") if leg.due is None else source.moment(leg.due)
    return (
        leg.number,
        message("form.party-kind", kind=leg.releasing),
        message("form.party-kind", kind=leg.receiving),
        due,
        None,
    )


def _going(source: Source, consignment: Consignment | None) -> tuple[Value, Value]:
    """Where a consignment goes, and how many packages it is; nothing of one that has no manifest yet."""
    if consignment is None:
        return None, None
    return _where(source, consignment.station, direction=consignment.direction), consignment.packages


def _where(source: Source, station: str, *, direction: str) -> Message:
    return message("form.direction", station=station_short(source, station), direction=direction)


def _letter_blocks(
    *, rows: tuple[tuple[Value, ...], ...], courier: Value, days: tuple[Value, Value], signing: tuple[Block, ...]
) -> tuple[Block, ...]:
    head = (message("form.row"), message("form.consignment-name"), message("form.where"), message("form.packages"))
    return (
        Fields(
            (
                (message("form.letter.number"), None),
                (message("form.letter.bearer"), None),
                (message("form.letter.passport"), None),
                (message("form.letter.badge"), courier),
                (message("form.letter.from"), days[0]),
                (message("form.letter.until"), days[1]),
            )
        ),
        Table(head, rows, widths=(1, 4, 6, 3), figures=(3,), strong=(len(rows) - 1,)),
        SmallPrint(message("form.letter.convention")),
        *signing,
    )


def _letter(
    lines: tuple[Value, ...], *, blocks: tuple[Block, ...], source: Source | None = None, row: Recorded | None = None
) -> Sheet:
    acts = () if source is None or row is None else (source.act(row),)
    about, at = (None, None) if row is None else (row.event_id, row.event.at)
    says = (message("form.letter.proves"), message("form.copies.two"))
    return Sheet(3, "courier-letter", message("form.letter.title"), lines, blocks, says, acts, about=about, at=at)
