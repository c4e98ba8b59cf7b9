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
from custody.core.wording.finding_codes import title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import message, render
from custody.core.wording.time_words import day_in
from custody.sandbox.scenario_player import Change, Chapter, Line, PlayedScenario
from custody.sandbox.story_sentences import told
from projections import queries
from projections.stores.books import Books
from schemas.scenario import Expected, ExpectedFinding, Scenario

WIDTH: Final = 118
_INDENT: Final = " " * 22
_QUIET: Final = frozenset({"applied", "recorded", "added", "kept", "finding", ""})
"""What becomes of most entries: nothing is said of it."""
_SAID: Final = frozenset({"waiting", "disputed", "duplicate"})
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


def story_lines(scenario: Scenario, *, played: PlayedScenario, language: Language = "en") -> Iterator[str]:
    """The title, what it shows, and the story step by step."""
    heading = told(scenario.title, language=language)
    yield heading
    yield "=" * len(heading)
    yield from textwrap.wrap(told(scenario.shows, language=language), WIDTH)
    for chapter in played.chapters:
        yield from _chapter_lines(chapter, language=language)


def outcome_lines(outcome: ScenarioResult, *, language: Language = "en") -> Iterator[str]:
    """The findings at the end, and whether they are what was expected."""
    yield render(message("story.findings", number=len(outcome.findings)), language=language)
    for finding in outcome.findings:
        others = dict.fromkeys(row[1] for row in finding.beside)
        also = [render(message("story.with-it", sentence=sentence), language=language) for sentence in others]
        said = " ".join((told(finding.sentence, language=language), *also))
        if language == "en":
            yield from _wrapped(said, head=f"{finding.severity:<10} {finding.status:<11} {finding.code:<19} ")
        else:
            yield from textwrap.wrap(f"{_head(finding, language=language)}{said}", WIDTH, subsequent_indent=" " * 10)
    if not outcome.differences:
        yield render(message("story.expected"), language=language)
        return
    yield render(message("story.expected-other", differences=len(outcome.differences)), language=language)
    yield from (line for text in outcome.differences for line in _wrapped(text, head="          "))


def _head(finding: Finding, *, language: Language) -> str:
    """What stands before a finding's sentence: its severity, its state, and what its code is called."""
    severity, status = message("severity", severity=finding.severity), message("status", status=finding.status)
    words = [render(word, language=language) for word in (severity, status, title(finding.code))]
    return f"{words[0]}, {words[1]}; {words[2]}: "


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


def _chapter_lines(chapter: Chapter, *, language: Language) -> Iterator[str]:
    if not chapter.title:
        for line in chapter.lines:
            yield from _line_lines(line, language=language)
        return
    times = [line.at for line in chapter.lines if line.at]
    span = _span(times, language=language)
    yield ""
    head = message("story.stretch-times", title=chapter.title, events=len(times), times=span)
    yield from textwrap.wrap(render(head, language=language), WIDTH)
    for line in chapter.lines:
        if line.changes or line.became not in _QUIET:
            yield from _line_lines(line, language=language)


def _line_lines(line: Line, *, language: Language) -> Iterator[str]:
    sentence = told(line.sentence, language=language)
    if not line.at:
        yield ""
        yield from textwrap.wrap(sentence, WIDTH)
        return
    head = f"  {_clock(line.at, language=language)} {_offset(line.at):<7}"
    yield from _wrapped(f"{sentence} {_became(line, language=language)}".rstrip(), head=head)
    for change in line.changes:
        yield from (row for said in _changed(change, language=language) for row in _wrapped(said, head=f"{_INDENT}> "))


def _became(line: Line, *, language: Language) -> str:
    """What became of an entry, where that has to be said."""
    if line.became in _QUIET:
        return ""
    if line.became in _SAID:
        return render(message("story.status", status=line.became), language=language)
    return render(message("story.not-taken", status=line.became, codes=line.codes), language=language)


def _changed(change: Change, *, language: Language) -> Iterator[str]:
    """What became of a finding: raised, settled, decided, said anew, or another disagreement listed under it."""
    finding, before = change.finding, change.before
    is_anew = before is not None and before.status == finding.status
    if not is_anew or before is None or (before.sentence, before.severity) != (finding.sentence, finding.severity):
        word = message("story.change-word", word="" if is_anew else finding.status)
        severity = message("severity", severity=finding.severity)
        code = _code(finding.code, language=language)
        said = message("story.change", word=word, severity=severity, code=code, sentence=finding.sentence)
        yield render(said, language=language)
    known = [] if before is None else before.beside
    for code, sentence, _ in finding.beside:
        if all(sentence != row[1] for row in known):
            listed = message("story.change-with", code=_code(code, language=language), sentence=sentence)
            yield render(listed, language=language)


def _code(code: str, *, language: Language) -> str:
    """A code as English readers know it, in another language what it is called."""
    return code if language == "en" else title(code)


def _wrapped(text: str, *, head: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
        break_long_words=False,
    )


def _clock(at: str, *, language: Language) -> str:
    moment = datetime.fromisoformat(at)
    day = f"{moment.day:>2} {moment:%b}" if language == "en" else day_in(at[:10], language=language)[:5]
    return f"{day} {moment:%H:%M}"


def _offset(at: str) -> str:
    """The offset of a clock from UTC, as short as it can be said."""
    sign, hours, minutes = at[-6], int(at[-5:-3]), at[-2:]
    return f"{sign}{hours}" if minutes == "00" else f"{sign}{hours}:{minutes}"


def _span(times: Sequence[str], *, language: Language) -> str:
    first, last = (_clock(at, language=language).strip() for at in (times[0], times[-1]))
    if first == last:
        return first
    between = " to " if language == "en" else " \u2013 "
    return f"{first}{between}{last[-5:] if first[:5] == last[:5] else last}"


def _line_json(line: Line, *, chapter: Chapter) -> Doc:
    facts = {"step": line.name, "at": line.at, "event": line.event, "type": line.type, "became": line.became}
    items = [change.finding for change in line.changes]
    changed = [{"code": item.code, "status": item.status, "sentence": str(item.sentence)} for item in items]
    codes = {"codes": list(line.codes), "findings": changed}
    return {"stretch": str(chapter.title), "sentence": str(line.sentence), **facts, **codes}


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
