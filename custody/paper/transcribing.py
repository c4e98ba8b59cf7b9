"""A form that was filled by hand, typed in: what is asked in the order of the sheet, what the figures add up to, and the acts.

Nothing is guessed: each question has an answer that somebody read from the paper, and what was left empty there is said to be
empty. A handover, an opening and a count become transcribed acts; a cancelling and an account are recorded by the same signers as
the events that they are, with the time on the paper (``schemas.everybody``). Not here: how questions are put, and who signs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from custody.core.wording.messages import Message, message
from custody.paper.form_station import both_sides
from schemas.errors import Misused

Answers = Mapping[str, Any]
Kind = Literal["text", "time", "names", "number", "number or nothing", "choice", "rows"]
RESULTS: Final = ("accepted", "accepted with reservation", "refused")
CONDITIONS: Final = ("intact", "broken", "missing", "altered")


@dataclass(frozen=True, slots=True)
class Question:
    """One field of a sheet: its name in a file of answers, what is asked, and what an answer is.

    ``choices`` are the words of a choice; ``fields`` the cells of a row, of which there may be any number.
    """

    name: str
    asked: Message
    kind: Kind
    choices: tuple[str, ...] = ()
    fields: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """How one form is typed in: its questions, its acts, and what its figures add up to."""

    questions: tuple[Question, ...]
    acts: Callable[[Answers, str], list[dict[str, Any]]]
    sums: Callable[[Answers], list[Message]]


_DONE: Final = Question("done_at", message("transcribe.done-at"), "time")
_ACTING: Final = Question("signed_by", message("transcribe.signed-by"), "names")
_CODES: Final = Question("codes", message("form.codes"), "names")
_UNIT: Final = Question("unit", message("form.unit"), "text")
_SEALS: Final = Question(
    "seals",
    message("transcribe.seals"),
    "rows",
    fields=(
        _UNIT,
        Question("seal", message("form.seal"), "text"),
        Question("condition", message("form.found-as"), "choice", choices=CONDITIONS),
    ),
)
_STATION: Final = Question("station", message("transcribe.station"), "text")
_FIGURES: Final = (
    Question("received", message("form.line.received"), "number"),
    Question("issued", message("form.line.issued"), "number"),
    Question("spoiled", message("form.line.spoiled"), "number"),
    Question("unused", message("form.line.unused"), "number"),
    Question("defective", message("form.line.defective"), "number"),
    Question("cancelled", message("form.line.cancelled"), "number"),
    Question("signatures", message("form.line.signatures"), "number"),
    Question("in_boxes", message("form.line.in-boxes"), "number"),
    Question("valid", message("form.line.valid"), "number"),
    Question("invalid", message("form.line.invalid"), "number"),
    Question("not_returned", message("form.line.not-returned"), "number"),
    Question("unaccounted", message("form.line.unaccounted"), "number"),
)
_CANCELLED: Final = ("unused", "spoiled", "defective")


def _on_paper(
    answers: Answers, scan: str, *, parts: Sequence[str], units: list[str], act: dict[str, Any]
) -> dict[str, Any]:
    named = {"releasing": "releasing", "receiving": "receiving", "acting": "signed_by"}
    return {
        "type": "ActTranscribed",
        "scan": scan,
        "done_at": answers["done_at"],
        "paper": {part: list(answers[named[part]]) for part in parts},
        "units": units,
        "codes": list(answers["codes"]),
        "stands_for": act,
    }


def _handover(answers: Answers, scan: str) -> list[dict[str, Any]]:
    seals = [dict(row) for row in answers["seals"]]
    act = {
        "act": "HandoverAnswered",
        "declared": {
            "packages": answers["packages_declared"],
            "papers": answers["papers_declared"],
            "seals": [row["seal"] for row in seals],
        },
        "result": answers["result"],
        "found": {"packages": answers["packages_shown"], "papers": answers["papers_counted"], "seals": seals},
    }
    units = list(answers["units"])
    return [_on_paper(answers, scan, parts=("releasing", "receiving"), units=units, act=act)]


def _counted(answers: Answers, scan: str) -> list[dict[str, Any]]:
    """An act for each package that was opened, then the count."""
    acts = []
    for row in answers["opened"]:
        inside = {row["unit"], *row["contents"]}
        opened = {
            "act": "ConsignmentOpened",
            "unit": row["unit"],
            "contents": list(row["contents"]),
            "seals": [dict(seal) for seal in answers["seals"] if seal["unit"] in inside],
        }
        units = [row["unit"], *row["contents"]]
        acts.append(_on_paper(answers, scan, parts=("acting",), units=units, act=opened))
    rows = [{"unit": row["unit"], "papers": row["papers"]} for row in answers["counted"]]
    count = {"act": "BallotsCounted", "occasion": "receipt", "number": answers["number"], "counts": rows, "seals": []}
    acts.append(_on_paper(answers, scan, parts=("acting",), units=[row["unit"] for row in rows], act=count))
    return acts


def _cancelling(answers: Answers, scan: str) -> list[dict[str, Any]]:
    total = sum(answers[name] for name in _CANCELLED)
    if total != answers["cancelled"]:
        said = (
            f"The sheet says {answers['cancelled']} cancelled in all, its lines add up to {total}: ask who signed it."
        )
        raise Misused("transcribe-sum", said)
    return [_own("UnusedCancelled", answers, scan=scan, names=_CANCELLED)]


def _account(answers: Answers, scan: str) -> list[dict[str, Any]]:
    return [_own("BallotAccountClosed", answers, scan=scan, names=[one.name for one in _FIGURES])]


def _own(kind: str, answers: Answers, *, scan: str, names: Sequence[str]) -> dict[str, Any]:
    """An act of the commission itself: the scan stands among its documents."""
    figures = {name: answers[name] for name in names}
    commitments = {"documents": scan}
    base = {"type": kind, "station": answers["station"], "codes": list(answers["codes"]), "commitments": commitments}
    return {**base, **figures}


def _sums_of_handover(answers: Answers) -> list[Message]:
    declared, shown = answers["packages_declared"], answers["packages_shown"]
    said = [_agree(message("form.packages-declared"), message("form.packages-shown"), left=declared, right=shown)]
    papers = (answers["papers_declared"], answers["papers_counted"])
    if papers[0] is not None and papers[1] is not None:
        said.append(
            _agree(message("form.papers-declared"), message("form.papers-counted"), left=papers[0], right=papers[1])
        )
    return said


def _sums_of_count(answers: Answers) -> list[Message]:
    return [message("transcribe.total", papers=sum(row["papers"] for row in answers["counted"]))]


def _sums_of_cancelling(answers: Answers) -> list[Message]:
    total = sum(answers[name] for name in _CANCELLED)
    left, right = message("form.line.cancelled-in-all"), message("transcribe.lines")
    return [_agree(left, right, left=answers["cancelled"], right=total)]


def _sums_of_account(answers: Answers) -> list[Message]:
    names = (
        message("form.rule.received"),
        message("form.rule.signatures"),
        message("form.rule.boxes"),
        message("form.rule.valid"),
        message("form.rule.cancelled"),
    )
    return [
        _holds(rule, left=left, right=right) for rule, (left, right) in zip(names, both_sides(answers), strict=True)
    ]


def _agree(one: Message, other: Message, *, left: int, right: int) -> Message:
    if left == right:
        return message("transcribe.same", one=one, other=other, left=left, right=right)
    return message("transcribe.differ", one=one, other=other, left=left, right=right, difference=right - left)


def _holds(rule: Message, *, left: int, right: int) -> Message:
    if left == right:
        return message("transcribe.rule-holds", rule=rule, left=left, right=right)
    return message("transcribe.rule-differs", rule=rule, left=left, right=right, difference=right - left)


TRANSCRIPTS: Final[Mapping[str, Transcript]] = {
    "handover": Transcript(
        (
            _DONE,
            Question("releasing", message("form.side.releasing"), "names"),
            Question("receiving", message("form.side.receiving"), "names"),
            Question("units", message("form.unit"), "names"),
            _SEALS,
            Question("packages_declared", message("form.packages-declared"), "number"),
            Question("packages_shown", message("form.packages-shown"), "number"),
            Question("papers_declared", message("form.papers-declared"), "number or nothing"),
            Question("papers_counted", message("form.papers-counted"), "number or nothing"),
            Question("result", message("form.result"), "choice", choices=RESULTS),
            _CODES,
        ),
        _handover,
        _sums_of_handover,
    ),
    "opening-count": Transcript(
        (
            _DONE,
            Question(
                "opened",
                message("form.opening-count.opened"),
                "rows",
                fields=(_UNIT, Question("contents", message("form.contents"), "names")),
            ),
            _SEALS,
            Question("number", message("transcribe.number"), "number"),
            Question(
                "counted",
                message("form.opening-count.counted"),
                "rows",
                fields=(_UNIT, Question("papers", message("form.papers"), "number")),
            ),
            _CODES,
            _ACTING,
        ),
        _counted,
        _sums_of_count,
    ),
    "cancelling": Transcript(
        (
            _STATION,
            _DONE,
            Question("unused", message("form.line.unused"), "number"),
            Question("spoiled", message("form.line.spoiled"), "number"),
            Question("defective", message("form.line.defective"), "number"),
            Question("cancelled", message("form.line.cancelled-in-all"), "number"),
            _CODES,
        ),
        _cancelling,
        _sums_of_cancelling,
    ),
    "account": Transcript((_STATION, _DONE, *_FIGURES, _CODES), _account, _sums_of_account),
}
"""Slug of a form that may come back from paper filled by hand -> how it is typed in."""
