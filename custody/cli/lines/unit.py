"""A unit as ``custody show`` tells it: where it is, its papers, seals and breaks, what is wrong with it, and its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from custody.cli.lines.ballot_account import disputed_marks
from custody.cli.lines.bounded import first_of, last_of
from custody.cli.lines.findings import finding_line
from custody.cli.lines.spoken import row
from custody.cli.lines.times import said as bounds
from custody.core.authority.parties import told_holder
from custody.core.state.brackets import Bracket
from custody.core.state.custody_breaks import is_broken
from custody.core.state.registers import duration
from custody.core.wording.event_sentences import said_with_codes
from custody.core.wording.finding_codes import title
from custody.core.wording.message_format import Language
from custody.core.wording.messages import Message, message, render
from custody.core.wording.time_words import time_in
from projections import queries
from projections.kept_rows import KeptFinding, TrailLine
from schemas.outcomes import BreakJson, UnitJson

JSON: Final = "--json"
_TIME_WIDTH: Final = 32


def unit_lines(
    doc: UnitJson,
    *,
    trail: Sequence[TrailLine],
    findings: Sequence[KeptFinding],
    times: Mapping[str, Bracket],
    language: Language,
) -> list[str]:
    """The unit in lines of text; ``times``: event -> between which moments it was made."""
    lines = [f"{doc['unit']}  {', '.join(render(part, language=language) for part in _where(doc, trail=trail))}"]
    if doc["papers"] is not None:
        lines.append(row(message("show.papers"), papers_words(doc, language=language), language=language))
    if "styles" in doc:
        parts = tuple(message("show.style", style=one["style"], papers=one["papers"]) for one in doc["styles"])
        lines.append(row(message("show.styles"), message("show.figures", figures=parts), language=language))
    for seal in doc["seals"]:
        told = message("show.seal", seal=seal["seal"], condition=message("seal.state", state=seal["condition"]))
        lines.append(row(message("show.seals"), told, language=language))
    lines += [row(message("show.break"), _break(broken), language=language) for broken in doc["breaks"]]
    more = doc["breaks_in_all"] - len(doc["breaks"])
    if more > 0:
        lines.append(row(message("show.break"), message("show.more-breaks", more=more), language=language))
    lines += finding_lines(findings, language=language)
    story = [_line(line, times=times, language=language) for line in trail]
    return [
        *lines,
        *last_of(story, what=render(message("show.story-lines"), language=language), where=JSON, language=language),
    ]


def papers_words(doc: UnitJson, *, language: Language = "en") -> str:
    """What is declared to be in a unit and what was counted; of one that was emptied, that nothing is left in it."""
    return render(_papers(doc), language=language)


def _papers(doc: UnitJson) -> Message:
    marked = disputed_marks(doc["disputed_figures"])
    declared = message("show.declared", papers=doc["papers"] or 0, mark=marked("papers"))
    if doc["counted"] is None:
        return message("show.none-left") if queries.is_emptied(doc) else message("show.not-counted", declared=declared)
    counted = message("show.counted", papers=doc["counted"], mark=marked("counted"))
    figures = (counted,) if queries.is_emptied(doc) else (declared, counted)
    if doc["state"] != "opened":
        return message("show.figures", figures=(declared, counted))
    return message("show.opened", figures=figures)


def finding_lines(findings: Sequence[KeptFinding], *, language: Language) -> list[str]:
    """The first findings, a line each."""
    lines = [row(message("show.finding"), finding_line(one, language=language), language=language) for one in findings]
    return first_of(lines, what=render(message("show.findings"), language=language), where=JSON, language=language)


def _where(doc: UnitJson, *, trail: Sequence[TrailLine]) -> list[Message]:
    """State, holder and basis of a unit, and what is true of it beside (domain.md, section 4)."""
    acts = [line for line in trail if line["source"] == "entry" and line["status"] == "applied"]
    beside = {
        "at a stop": bool(acts) and acts[-1]["type"] == "StopRecorded",
        "on hold": doc["hold"],
        "custody broken": is_broken(doc["breaks"]),
        "disputed": doc["disputed"],
    }
    state, basis = doc["state"] or "not in force", message("basis", basis=doc["basis"] or "none")
    held = message("show.held-on", holder=told_holder(doc["custodian"]), basis=basis)
    inside = [message("show.inside", around=doc["inside"])] if doc["inside"] else []
    marks = [message("mark", mark=mark) for mark, holds in beside.items() if holds]
    return [message("state", state=state), held, *inside, *marks]


def _break(broken: BreakJson) -> Message:
    """One break in custody in words."""
    kind = message("show.break-kind", classification=broken["classification"], cause=broken["cause"])
    if broken["minutes"] is None:
        return message("show.break-lasts", kind=kind, since=broken["since"])
    how_long, until = duration(broken["minutes"]), broken["until"] or ""
    return message("show.break-over", kind=kind, since=broken["since"], duration=how_long, until=until)


def _line(line: TrailLine, *, times: Mapping[str, Bracket], language: Language) -> str:
    """A line of the story: position, time, what was stated and what it means."""
    noted = line["noted"] if line["source"] == "entry" else []
    said = said_with_codes(line["says"], noted=noted, language=language)
    at = time_in(line["at"] or "", language=language)
    made = bounds(times, line["event"], lang=language) if line["source"] == "entry" else ""
    return f"  {line['position']:>6}  {at:<{_TIME_WIDTH}}  {said}{_standing(line, language=language)}{made}"


def _standing(line: TrailLine, *, language: Language) -> str:
    """What an entry means, where it is not simply in force."""
    if line["source"] != "entry" or line["status"] == "applied":
        return ""
    status = render(message("entry.status", status=line["status"]), language=language)
    codes = line["codes"] if language == "en" else [render(title(code), language=language) for code in line["codes"]]
    return f" [{', '.join([status, *codes])}]"
