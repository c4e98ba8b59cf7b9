"""Forms 10, 11, 12, 14 and 15: discrepancy, loss or find, destruction, an observer's remark, and the label of a package."""

from __future__ import annotations

from typing import Final

from custody.core.wording.finding_codes import settles, title
from custody.core.wording.messages import Message, message
from custody.paper.parts import blank_rows, kind_of, numbered, seals_found, signed, units_of
from custody.paper.sheet import Block, Code, Fields, Label, Sheet, SmallPrint, Table, Value
from custody.paper.source import Recorded, Source
from custody.paper.station_names import commission_line, lines_of_units, station_line, station_short
from schemas.errors import Misused
from schemas.station import Destroyed
from schemas.transfer import LossDeclared, ObserverRemarked, UnitFound

_BLANK_ROWS: Final = 4
_TWO: Final[tuple[Value, ...]] = (None, None)


def discrepancy(source: Source, subject: str) -> Sheet:
    """Form 10: what disagrees with what, since when, what would settle it."""
    found = [one for one in source.state.findings if subject in (one.id, one.station) or one.id.startswith(subject)]
    if len(found) != 1:
        told = (
            f"{len(found) or 'No'} findings are known by then under {subject}; name one by the first digits of its id."
        )
        raise Misused("print-subject", told)
    finding = found[0]
    evidence = tuple(source.about(event) for event in finding.evidence)
    rows: tuple[tuple[Message, Value], ...] = (
        (message("form.discrepancy.what"), title(finding.code)),
        (message("form.discrepancy.severity"), message("severity", severity=finding.severity)),
        (message("form.discrepancy.sentence"), finding.sentence),
        (message("form.discrepancy.units"), Code(", ".join(finding.units)) if finding.units else message("form.none")),
        (message("form.discrepancy.evidence"), message("form.list", items=evidence)),
        (message("form.discrepancy.settles"), settles(finding.code)),
    )
    line = message("form.discrepancy.line", finding=finding.id[:16], position=finding.raised)
    lines = (*([station_line(source, finding.station)] if finding.station else []), line)
    return _discrepancy(lines, rows=rows)


def discrepancy_blank() -> Sheet:
    """Form 10 without values."""
    labels = (
        message("form.discrepancy.what"),
        message("form.discrepancy.severity"),
        message("form.discrepancy.sentence"),
        message("form.discrepancy.units"),
        message("form.discrepancy.evidence"),
        message("form.discrepancy.settles"),
    )
    return _discrepancy((message("form.station.blank-line"),), rows=tuple((label, None) for label in labels))


def loss_find(source: Source, subject: str) -> Sheet:
    """Form 11: units declared lost, or found again, with their seals."""
    found: list[tuple[Recorded, LossDeclared | UnitFound]] = []
    for kind in (LossDeclared, UnitFound):
        try:
            found.append(source.latest(kind, subject=subject, about=units_of))
        except Misused:
            continue
    if not found:
        raise Misused("print-subject", f"No loss or find of {subject} is recorded by then.")
    row, event = max(found, key=lambda one: one[0].position)
    is_find = isinstance(event, UnitFound)
    seals = event.seals if isinstance(event, UnitFound) else ()
    rows = [
        (Code(unit), kind_of(source, unit), *read)
        for unit in units_of(event)
        for read in seals_found(unit, seals=seals)
    ]
    seen = event.last_seen if isinstance(event, LossDeclared) else None
    blocks = _loss_blocks(
        numbered(rows),
        seen=None if seen is None else source.moment(seen),
        signing=signed(event, source=source, title=message("form.signed-by")),
    )
    lines = (
        message("form.loss.which", what="found" if is_find else "lost"),
        *source.when(row),
        message("form.place", place=event.place),
        *lines_of_units(source, units_of(event)),
    )
    return _incident(
        11, "loss-find", title=message("form.loss.title"), lines=lines, blocks=blocks, source=source, row=row
    )


def loss_find_blank() -> Sheet:
    """Form 11 without values."""
    signing = signed(None, source=None, title=message("form.signed-by"), blank=_TWO)
    blocks = _loss_blocks(blank_rows(_BLANK_ROWS, columns=5), seen=None, signing=signing)
    return _incident(
        11, "loss-find", title=message("form.loss.title"), lines=(message("form.loss.blank-line"),), blocks=blocks
    )


def destruction(source: Source, subject: str) -> Sheet:
    """Form 12: what was destroyed, how, and how the seals were before."""
    row, event = source.latest(Destroyed, subject=subject, about=lambda event: (event.station, *units_of(event)))
    rows = [
        (Code(unit), kind_of(source, unit), *read)
        for unit in event.packages
        for read in seals_found(unit, seals=event.seals)
    ]
    blocks = _destruction_blocks(
        numbered(rows),
        figures=(event.from_boxes, event.cancelled, event.from_boxes + event.cancelled),
        method=message("form.destruction.how", method=event.method),
        signing=signed(event, source=source, title=message("form.signed-by")),
    )
    lines = (commission_line(source, event.station), *source.when(row))
    return _incident(
        12, "destruction", title=message("form.destruction.title"), lines=lines, blocks=blocks, source=source, row=row
    )


def destruction_blank() -> Sheet:
    """Form 12 without values."""
    signing = signed(None, source=None, title=message("form.signed-by"), blank=(None, None, None))
    blocks = _destruction_blocks(blank_rows(_BLANK_ROWS, columns=5), figures=(None,) * 3, method=None, signing=signing)
    lines = (message("form.station.blank-line"),)
    return _incident(12, "destruction", title=message("form.destruction.title"), lines=lines, blocks=blocks)


def remark(source: Source, subject: str) -> Sheet:
    """Form 14: that an observer remarked, on which units; the text is kept beside the log and is written here by hand."""
    row, event = source.latest(ObserverRemarked, subject=subject, about=lambda event: (event.place, *units_of(event)))
    commitment = event.commitments.remark
    blocks = _remark_blocks(
        observer=source.people(event),
        units=Code(", ".join(units_of(event))),
        commitment=message("form.none") if commitment is None else Code(commitment),
    )
    lines = (_place(source, event), *source.when(row))
    return _incident(
        14, "remark", title=message("form.remark.title"), lines=lines, blocks=blocks, source=source, row=row
    )


def _place(source: Source, event: ObserverRemarked) -> Message:
    """The station that a remark was made at, or is about."""
    if source.station(event.place) is not None:
        return commission_line(source, event.place)
    heads = (source.state.paths.first(unit) for unit in units_of(event))
    station = next((head.station for head in heads if head is not None and head.station), "")
    return commission_line(source, station) if station else message("form.place", place=event.place)


def remark_blank() -> Sheet:
    """Form 14 without values."""
    blocks = _remark_blocks(observer=(None,), units=None, commitment=None)
    return _incident(
        14, "remark", title=message("form.remark.title"), lines=(message("form.station.blank-line"),), blocks=blocks
    )


def label(source: Source, subject: str) -> Sheet:
    """Form 15: a unit's identifier to be read from afar, and as a code."""
    head = source.state.paths.first(subject)
    if head is None:
        raise Misused("print-subject", f"{subject} is no unit that is recorded by then.")
    consignments = [one.consignment for one in source.state.paths.in_force(subject) if one.consignment is not None]
    consignment = Code(consignments[-1]) if consignments else None
    rows = (
        (message("form.kind"), kind_of(source, subject)),
        (message("form.label.station"), station_short(source, head.station) if head.station else None),
        (message("form.label.consignment"), consignment),
        (message("form.label.seals"), None),
    )
    return _label(subject, rows=rows)


def label_blank() -> Sheet:
    """Form 15 without values: a label has nothing to be filled in by hand but the seals."""
    raise Misused("print-blank", "A label is printed for a unit: name it.")


def _discrepancy(lines: tuple[Value, ...], *, rows: tuple[tuple[Message, Value], ...]) -> Sheet:
    blocks: tuple[Block, ...] = (
        Fields(rows),
        Fields(((message("form.discrepancy.explanation"), None), (None, None), (None, None))),
        SmallPrint(message("label.lead")),
        *signed(None, source=None, title=message("form.signed-by"), blank=_TWO),
    )
    says = (message("form.discrepancy.proves"), message("form.copies.two"))
    return Sheet(10, "discrepancy", message("form.discrepancy.title"), lines, blocks, says)


def _units_table(rows: tuple[tuple[Value, ...], ...]) -> Table:
    head = (
        message("form.row"),
        message("form.unit"),
        message("form.kind"),
        message("form.seal"),
        message("form.found-as"),
    )
    return Table(head, rows or ((None, message("form.none"), None, None, None),), widths=(1, 4, 3, 5, 4))


def _loss_blocks(rows: tuple[tuple[Value, ...], ...], *, seen: Value, signing: tuple[Block, ...]) -> tuple[Block, ...]:
    fields = ((message("form.loss.seen"), seen), (message("form.loss.circumstances"), None), (None, None))
    return (_units_table(rows), Fields(fields), SmallPrint(message("form.loss.note")), *signing)


def _destruction_blocks(
    rows: tuple[tuple[Value, ...], ...], *, figures: tuple[Value, ...], method: Value, signing: tuple[Block, ...]
) -> tuple[Block, ...]:
    head = (message("form.destruction.boxes"), message("form.destruction.cancelled"), message("form.total"))
    return (
        _units_table(rows),
        Table(head, (figures,), widths=(1, 1, 1), figures=(0, 1, 2)),
        Fields(((message("form.destruction.method"), method),)),
        *signing,
    )


def _remark_blocks(*, observer: tuple[Value, ...], units: Value, commitment: Value) -> tuple[Block, ...]:
    lines = ((message("form.remark.text"), None), *((None, None),) * 7)
    return (
        Fields(((message("form.remark.units"), units), (message("form.remark.commitment"), commitment))),
        Fields(lines),
        SmallPrint(message("form.remark.note")),
        *signed(None, source=None, title=message("form.remark.observer"), blank=observer),
    )


def _label(subject: str, *, rows: tuple[tuple[Message, Value], ...]) -> Sheet:
    blocks: tuple[Block, ...] = (Label(subject, rows), SmallPrint(message("form.label.note")))
    return Sheet(15, "label", message("form.label.title"), (), blocks, ())


def _incident(
    number: int,
    slug: str,
    *,
    title: Message,
    lines: tuple[Value, ...],
    blocks: tuple[Block, ...],
    source: Source | None = None,
    row: Recorded | None = None,
) -> Sheet:
    acts = () if source is None or row is None else (source.act(row),)
    about, at = (None, None) if row is None else (row.event_id, row.event.at)
    says = (message("form.station.proves"), message("form.copies.two"))
    return Sheet(number, slug, title, lines, blocks, says, acts, about=about, at=at)
