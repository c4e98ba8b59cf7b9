"""Forms 5, 8 and 9, the station's own acts: opening and count, cancelling, ballot account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from custody.core.wording.messages import Message, message
from custody.paper.account_by_style import StyleAccount, lines_of_styles, rules_of_styles
from custody.paper.parts import signed, units_of
from custody.paper.sheet import Block, Code, Fields, Heading, Sheet, SmallPrint, Table, Value
from custody.paper.source import Recorded, Source
from custody.paper.station_names import commission_line
from schemas.station import BallotAccountClosed, BallotsCounted, ConsignmentOpened, UnusedCancelled

_BLANK_ROWS: Final = 4
LINES: Final = (
    *("received", "issued", "spoiled", "unused", "defective", "cancelled"),
    *("signatures", "in_boxes", "valid", "invalid", "not_returned", "unaccounted"),
)
"""The lines of an account, in the order of the sheet."""


@dataclass(frozen=True, slots=True)
class ActAndOthers:
    """The act that a form is about, and the acts that stand on it too."""

    source: Source
    row: Recorded
    station: str
    others: tuple[Recorded, ...] = ()


def find_count(source: Source, subject: str) -> ActAndOthers:
    """The count of an event id, or the last one into a station's stock, with the openings it follows.  Misused."""
    row, count = source.latest(BallotsCounted, subject=subject, about=lambda event: (event.place, *units_of(event)))
    before = {ref.previous for ref in count.units}
    opened = tuple(one for one, _ in source.standing(ConsignmentOpened) if one.event_id in before)
    return ActAndOthers(source, row, count.place, opened)


def find_cancelling(source: Source, subject: str) -> ActAndOthers:
    """The cancelling of an event id, or the last one of a station.  Misused."""
    row, event = source.latest(UnusedCancelled, subject=subject, about=lambda event: (event.station, *units_of(event)))
    return ActAndOthers(source, row, event.station)


def find_account(source: Source, subject: str) -> ActAndOthers:
    """The account of an event id, or the last one that a station closed, with those of its other styles.  Misused."""
    row, account = source.latest(
        BallotAccountClosed, subject=subject, about=lambda event: (event.station, *units_of(event))
    )
    standing = source.standing(BallotAccountClosed)
    last = {units_of(event): one for one, event in standing if event.station == account.station}
    others = tuple(one for units, one in last.items() if units != units_of(account))
    return ActAndOthers(source, row, account.station, others)


def count_sheet(found: ActAndOthers | None) -> Sheet:
    """Form 5: packages opened, seals as read, papers counted."""
    blocks = (
        Heading(message("form.opening-count.opened")),
        _opened(found),
        Heading(message("form.opening-count.counted")),
        _counted(found),
        SmallPrint(message("form.opening-count.note")),
        *_signed(found),
    )
    return _sheet(5, "opening-count", found=found, title=message("form.opening-count.title"), blocks=blocks)


def cancelling_sheet(found: ActAndOthers | None) -> Sheet:
    """Form 8: which papers were made unusable, how many, in which way."""
    event = None if found is None else found.row.event
    a = event if isinstance(event, UnusedCancelled) else None
    stated = (None,) * 4 if a is None else (a.unused, a.spoiled, a.defective, a.unused + a.spoiled + a.defective)
    names = (
        message("form.line.unused"),
        message("form.line.spoiled"),
        message("form.line.defective"),
        message("form.line.cancelled-in-all"),
    )
    rows = tuple((number, *row) for number, row in enumerate(zip(names, stated, strict=True), start=1))
    head = (message("form.row"), message("form.cancelling.which"), message("form.papers"))
    blocks = (
        Table(head, rows, widths=(1, 9, 3), figures=(2,), strong=(3,)),
        Fields(((message("form.cancelling.method"), None), (message("form.cancelling.packed"), None))),
        SmallPrint(message("form.cancelling.note")),
        *_signed(found),
    )
    return _sheet(8, "cancelling", found=found, title=message("form.cancelling.title"), blocks=blocks)


def account_sheet(found: ActAndOthers | None) -> Sheet:
    """Form 9: all lines of the account, and both sides of each rule."""
    event = None if found is None else found.row.event
    account = event if isinstance(event, BallotAccountClosed) else None
    by_style = () if found is None else _by_style(found)
    lines: tuple[Table, ...] = (_lines(account),)
    rules = _rules(account)
    if by_style:
        told = [both_sides({name: getattr(one.event, name) for name in LINES}) for one in by_style]
        table = lines_of_styles(by_style, lines=LINES, names=_line_names())
        lines, rules = (table,), rules_of_styles(by_style, names=[lines for _, lines in _rule_names()], told=told)
    blocks = (
        Heading(message("form.account.figures")),
        *lines,
        Heading(message("form.account.both-sides")),
        rules,
        SmallPrint(message("form.account.note")),
        *_signed(found),
    )
    return _sheet(9, "account", found=found, title=message("form.account.title"), blocks=blocks)


def _by_style(found: ActAndOthers) -> tuple[StyleAccount, ...]:
    """The accounts of a station in the order of their styles; none where papers have no style."""
    told = []
    for row in (found.row, *found.others):
        if isinstance(row.event, BallotAccountClosed):
            unit = units_of(row.event)[0]
            head = found.source.state.paths.head(unit)
            # Off the log a sheet knows a book by its number alone.
            style = unit if head is None else head.style
            told.append(StyleAccount(style, unit, row.event, _is_signed_alone(found.source, row, style=style)))
    is_one = all(not one.style for one in told) or (len(told) == 1 and told[0].style == told[0].unit)
    return () if is_one else tuple(sorted(told, key=lambda one: one.unit))


def _is_signed_alone(source: Source, row: Recorded, *, style: str) -> bool:
    """Whether voters sign in the list for papers of this style by themselves; unknown off the log."""
    record = source.state.records.get(row.event_id)
    return record is not None and (not source.state.styles.is_part(style) or record.rules.signs_each_style)


def _sheet(number: int, slug: str, *, found: ActAndOthers | None, title: Message, blocks: tuple[Block, ...]) -> Sheet:
    says = (message("form.station.proves"), message("form.copies.three"))
    if found is None:
        return Sheet(number, slug, title, (message("form.station.blank-line"),), blocks, says)
    acts = tuple(found.source.act(row) for row in (found.row, *found.others))
    lines = (commission_line(found.source, found.station), *found.source.when(found.row))
    about, at = found.row.event_id, found.row.event.at
    return Sheet(number, slug, title, lines, blocks, says, acts, has_twin=True, about=about, at=at)


def _signed(found: ActAndOthers | None) -> tuple[Block, ...]:
    return signed(None, source=None) if found is None else signed(found.row.event, source=found.source)


def _opened(found: ActAndOthers | None) -> Table:
    head = (message("form.unit"), message("form.seal"), message("form.found-as"), message("form.contents"))
    rows: list[tuple[Value, ...]] = [(None, None, None, None)] * 3
    if found is not None:
        events = [row.event for row in found.others]
        rows = [line for event in events if isinstance(event, ConsignmentOpened) for line in _seals(event)]
    return Table(head, tuple(rows), widths=(4, 5, 4, 5))


def _seals(event: ConsignmentOpened) -> list[tuple[Value, ...]]:
    contents = Code(", ".join(event.contents)) if event.contents else message("form.loose")
    read = [(Code(seal.unit), Code(seal.seal), message("condition", condition=seal.condition)) for seal in event.seals]
    return [(*row, contents if row[0] == Code(event.unit) else message("form.inside")) for row in read] or [
        (Code(event.unit), message("form.none"), message("form.none"), contents)
    ]


def _counted(found: ActAndOthers | None) -> Table:
    head = (
        message("form.unit"),
        message("form.papers-declared"),
        message("form.papers-counted"),
        message("form.difference"),
    )
    event = None if found is None else found.row.event
    if found is None or not isinstance(event, BallotsCounted):
        blank: tuple[Value, ...] = (None, None, None, None)
        total: tuple[Value, ...] = (message("form.total"), None, None, None)
        return Table(head, (*[blank] * _BLANK_ROWS, total), (6, 4, 4, 4), (1, 2, 3), (_BLANK_ROWS,))
    figures = [(one.unit, _declared(found, one.unit), one.papers) for one in event.counts]
    rows: list[tuple[Value, ...]] = [
        (Code(unit), declared, counted, None if declared is None else counted - declared)
        for unit, declared, counted in figures
    ]
    declared_all = [declared for _, declared, _ in figures if declared is not None]
    known = sum(declared_all) if len(declared_all) == len(figures) else None
    counted_all = sum(counted for _, _, counted in figures)
    rows.append((message("form.total"), known, counted_all, None if known is None else counted_all - known))
    return Table(head, tuple(rows), (6, 4, 4, 4), (1, 2, 3), (len(rows) - 1,))


def _declared(found: ActAndOthers, unit: str) -> int | None:
    """What was declared to be in a unit when it was counted."""
    after = found.source.state.paths.snapshot(unit, found.row.event_id)
    return None if after is None else after.papers


def _line_names() -> tuple[Message, ...]:
    return (
        message("form.line.received"),
        message("form.line.issued"),
        message("form.line.spoiled"),
        message("form.line.unused"),
        message("form.line.defective"),
        message("form.line.cancelled"),
        message("form.line.signatures"),
        message("form.line.in-boxes"),
        message("form.line.valid"),
        message("form.line.invalid"),
        message("form.line.not-returned"),
        message("form.line.unaccounted"),
    )


def _lines(account: BallotAccountClosed | None) -> Table:
    said = _line_names()
    values: list[int | None] = [None if account is None else getattr(account, name) for name in LINES]
    rows = [(number, text, value) for number, (text, value) in enumerate(zip(said, values, strict=True), start=1)]
    half = len(rows) // 2
    halves = tuple((*left, *right) for left, right in zip(rows[:half], rows[half:], strict=True))
    head = (
        message("form.row"),
        message("form.line"),
        message("form.papers"),
        message("form.row"),
        message("form.line"),
        message("form.papers"),
    )
    return Table(head, halves, widths=(1, 5, 2, 1, 5, 2), figures=(2, 5))


def _rule_names() -> tuple[tuple[Message, str], ...]:
    return (
        (message("form.rule.received"), "1 = 2+3+4+5"),
        (message("form.rule.signatures"), "2 = 7"),
        (message("form.rule.boxes"), "2 = 8+11"),
        (message("form.rule.valid"), "8 = 9+10"),
        (message("form.rule.cancelled"), "6 = 3+4+5"),
    )


def _rules(account: BallotAccountClosed | None) -> Table:
    """Each rule of the account with both its sides; one that does not hold stands out."""
    rows: list[tuple[Value, ...]] = []
    for (text, lines), both in zip(_rule_names(), _both_sides(account), strict=True):
        stated: tuple[Value, ...] = (None, None, None) if both is None else (*both, both[1] - both[0])
        rows.append((text, Code(lines), *stated))
    head = (
        message("form.rule"),
        message("form.made-of"),
        message("form.one-side"),
        message("form.other-side"),
        message("form.difference"),
    )
    strong = tuple(number for number, both in enumerate(_both_sides(account)) if both and both[0] != both[1])
    return Table(head, tuple(rows), widths=(7, 3, 2, 2, 3), figures=(2, 3, 4), strong=strong)


def _both_sides(account: BallotAccountClosed | None) -> tuple[tuple[int, int] | None, ...]:
    """Both sides of each rule, in the order of the sheet."""
    return (None,) * 5 if account is None else both_sides({name: getattr(account, name) for name in LINES})


def both_sides(lines: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Both sides of each rule of an account out of its lines by name, in the order of the sheet."""
    return (
        (lines["received"], lines["issued"] + lines["spoiled"] + lines["unused"] + lines["defective"]),
        (lines["issued"], lines["signatures"]),
        (lines["issued"], lines["in_boxes"] + lines["not_returned"]),
        (lines["in_boxes"], lines["valid"] + lines["invalid"]),
        (lines["cancelled"], lines["unused"] + lines["spoiled"] + lines["defective"]),
    )
