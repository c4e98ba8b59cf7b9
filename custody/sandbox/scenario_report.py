"""A scenario's story in plain words, what it came to, and how that differs from what was expected.

Text and JSON only; what is compared comes from the ledger's findings and from the books, as ``custody show`` reads them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from custody.core.state.finding_store import Finding
from custody.core.wording.numbers import plural
from custody.sandbox.scenario_player import Change, Chapter, Line, PlayedScenario
from projections import queries
from projections.stores.books import Books
from schemas.scenario import Expected, ExpectedFinding, Scenario

WIDTH: Final = 118
_INDENT: Final = " " * 22
_PLAIN: Final = {
    "applied": "",
    "recorded": "",
    "added": "",
    "kept": "",
    "waiting": "It waits for what it follows.",
    "disputed": "It is in dispute.",
    "duplicate": "It was recorded before and changes nothing.",
    "finding": "",
}
_WORD: Final = {"open": "FINDING", "acknowledged": "LOOKED AFTER", "settled": "SETTLED", "adjudicated": "DECIDED"}
Doc = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What a scenario came to: its findings, and every difference from what it expects, in sentences."""

    findings: Sequence[Finding]
    differences: Sequence[str]


def outcome_of(
    played: PlayedScenario, *, findings: Iterable[Finding], books: Books, expected: Expected
) -> ScenarioResult:
    """Compare what came of a scenario with what it says must come of it."""
    found = sorted(findings, key=lambda item: (item.raised, item.code, item.id))
    differences = [*played.surprises, *_finding_differences(played, found=found, expected=expected.findings)]
    for unit, wanted in expected.custody.items():
        name = played.resolve(unit)
        seen, want = _custody(books, name), (wanted.state, wanted.held_by, wanted.basis)
        if seen != want:
            differences.append(f"{name}: expected {_held(want)}; it is {_held(seen)}.")
        is_held = (row := queries.unit(books, name)) is not None and row["hold"]
        if wanted.on_hold is not None and is_held != wanted.on_hold:
            differences.append(f"{name}: expected {'on' if wanted.on_hold else 'not on'} hold; it is not so.")
    for code, figures in expected.accounts.items():
        account: Mapping[str, object] = queries.account_of_station(books, code) or {}
        for figure, number in figures.items():
            stands = account.get(figure.replace(" ", "_"))
            if stands != number:
                differences.append(f"{code}, {figure}: expected {number}; the account says {stands}.")
    return ScenarioResult(found, differences)


def story_lines(scenario: Scenario, *, played: PlayedScenario) -> Iterator[str]:
    """The title, what it shows, and the story step by step."""
    yield scenario.title
    yield "=" * len(scenario.title)
    yield from textwrap.wrap(" ".join(scenario.shows.split()), WIDTH)
    for chapter in played.chapters:
        yield from _chapter_lines(chapter)


def outcome_lines(outcome: ScenarioResult) -> Iterator[str]:
    """The findings at the end, and whether they are what was expected."""
    yield f"FINDINGS  {len(outcome.findings)}.  A finding says what disagrees with what, never who is at fault."
    for finding in outcome.findings:
        others = dict.fromkeys(row[1] for row in finding.beside)
        also = "".join(f" (with it: {sentence})" for sentence in others)
        head = f"{finding.severity:<10} {finding.status:<11} {finding.code:<19} "
        yield from _wrapped(finding.sentence + also, head=head)
    if not outcome.differences:
        yield "EXPECTED  Exactly this."
        return
    yield f"EXPECTED  Something else: {plural(len(outcome.differences), noun='difference')}."
    yield from (line for text in outcome.differences for line in _wrapped(text, head="          "))


def story_json(scenario: Scenario, *, played: PlayedScenario, outcome: ScenarioResult) -> Doc:
    """The same for programs."""
    lines = [(chapter, line) for chapter in played.chapters for line in chapter.lines]
    return {
        "title": scenario.title,
        "shows": " ".join(scenario.shows.split()),
        "story": [_line_json(line, chapter=chapter) for chapter, line in lines],
        "findings": [{**finding.doc(), "subject": finding.subject} for finding in outcome.findings],
        "differences": list(outcome.differences),
    }


def _chapter_lines(chapter: Chapter) -> Iterator[str]:
    if not chapter.title:
        for line in chapter.lines:
            yield from _line_lines(line)
        return
    times = [line.at for line in chapter.lines if line.at]
    yield ""
    yield from textwrap.wrap(f"{chapter.title} ({plural(len(times), noun='event')}, {_span(times)})", WIDTH)
    for line in chapter.lines:
        if line.changes or _PLAIN.get(line.became, line.became):
            yield from _line_lines(line)


def _line_lines(line: Line) -> Iterator[str]:
    if not line.at:
        yield ""
        yield from textwrap.wrap(line.sentence, WIDTH)
        return
    said = _PLAIN.get(line.became, f"{line.became}: {', '.join(line.codes)}.".capitalize())
    yield from _wrapped(f"{line.sentence} {said}".rstrip(), head=f"  {_clock(line.at)} {_offset(line.at):<7}")
    for change in line.changes:
        yield from (row for said in _changed(change) for row in _wrapped(said, head=f"{_INDENT}> "))


def _changed(change: Change) -> Iterator[str]:
    """What became of a finding: raised, settled, decided, said anew, or another disagreement listed under it."""
    finding, before = change.finding, change.before
    head = f"{finding.severity}, {finding.code}: {finding.sentence}"
    if before is None or before.status != finding.status:
        yield f"{_WORD[finding.status]}, {head}"
    elif (before.sentence, before.severity) != (finding.sentence, finding.severity):
        yield f"NOW, {head}"
    told = [] if before is None else before.beside
    yield from (
        f"With it, {code}: {sentence}"
        for code, sentence, _ in finding.beside
        if all(sentence != row[1] for row in told)
    )


def _wrapped(text: str, *, head: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _clock(at: str) -> str:
    moment = datetime.fromisoformat(at)
    return f"{moment.day:>2} {moment:%b %H:%M}"


def _offset(at: str) -> str:
    """The offset of a clock from UTC, as short as it can be said."""
    sign, hours, minutes = at[-6], int(at[-5:-3]), at[-2:]
    return f"{sign}{hours}" if minutes == "00" else f"{sign}{hours}:{minutes}"


def _span(times: Sequence[str]) -> str:
    first, last = _clock(times[0]).strip(), _clock(times[-1]).strip()
    if first[:6] == last[:6]:
        return first if first == last else f"{first} to {last[-5:]}"
    return f"{first} to {last}"


def _line_json(line: Line, *, chapter: Chapter) -> Doc:
    facts = {"step": line.name, "at": line.at, "event": line.event, "type": line.type, "became": line.became}
    items = [change.finding for change in line.changes]
    changed = [{"code": item.code, "status": item.status, "sentence": str(item.sentence)} for item in items]
    codes = {"codes": list(line.codes), "findings": changed}
    return {"stretch": chapter.title, "sentence": line.sentence, **facts, **codes}


Row = tuple[str, str, str, str, str, tuple[str, ...]]


def _finding_differences(
    played: PlayedScenario, *, found: Sequence[Finding], expected: Sequence[ExpectedFinding]
) -> Iterator[str]:
    names = {event: f"<{name}>" for name, event in played.events.items()}
    names |= {key: f"<key of {badge}>" for badge, key in played.keys.items()}
    left = [_row_of(finding) for finding in found]
    for wanted in expected:
        row: Row = (
            wanted.code,
            played.resolve(wanted.about),
            wanted.status,
            wanted.severity,
            " ".join(wanted.says.split()),
            tuple(sorted(wanted.with_it)),
        )
        if row in left:
            place = left.index(row)
            left.pop(place)
        else:
            yield f"expected and not there: {_told(row, names=names)}"
    for row in left:
        yield f"there and not expected: {_told(row, names=names)}"
    for wanted in (row for row in expected if row.settled_by is not None):
        by = played.resolve(wanted.settled_by or "")
        same = [
            finding
            for finding in found
            if (finding.code, finding.subject) == (wanted.code, played.resolve(wanted.about))
        ]
        if same and all(finding.settled_by != by for finding in same):
            told = names.get(same[0].settled_by or "", same[0].settled_by)
            yield f"{wanted.code} about {wanted.about}: expected to be settled by {wanted.settled_by}; it was by {told}."


def _row_of(finding: Finding) -> Row:
    also = tuple(sorted(dict.fromkeys(row[0] for row in finding.related)))
    return (finding.code, finding.subject, finding.status, finding.severity, finding.sentence, also)


def _told(row: Row, *, names: dict[str, str]) -> str:
    code, subject, status, severity, sentence, also = row
    with_it = f" (with it: {', '.join(also)})" if also else ""
    return f"{severity} {status} {code} about {names.get(subject, subject)}: {sentence}{with_it}"


def _custody(books: Books, unit: str) -> tuple[str, str, str]:
    """State, holder and basis of a unit; contents share the custody of what is around them."""
    doc = queries.unit(books, unit)
    if doc is None:
        return ("not on this log", "nobody", "-")
    around = queries.outermost(books, doc)
    return (str(doc["state"]), around["custodian"] or "nobody", str(around["basis"] or doc["basis"]))


def _held(row: tuple[str, str, str]) -> str:
    return f"{row[0]}, held by {row[1]} ({row[2]})"
