"""A finding as lines of text and as JSON, in each language."""

from __future__ import annotations

from typing import Any, cast

import pytest

from custody.cli.lines.findings import finding_line, finding_notes, in_all_languages
from custody.core.state.registers import duration
from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import message
from projections.kept_rows import KeptFinding

_COUNT = message(
    "counts",
    parts=(message("counts.of-unit", unit="AYT-K01-1", declared=50, counts=(message("counts.total-agrees"),)),),
)
_PAPERS = message("manifest.papers", consignment="AYT-C01-U", papers=21, packed=22)


def doc(**changes: Any) -> KeptFinding:
    """A settled finding as the view holds it."""
    told = {
        "id": "ab" * 32,
        "code": "quantity-mismatch",
        "severity": "serious",
        "status": "settled",
        "station": "AYT",
        "sentence": str(_PAPERS),
        "says": _PAPERS.doc(),
        "evidence": ["01" * 32],
        "raised_at": "2026-03-01T10:00:00+05:00",
        "settled_at": "2026-03-01T13:05:00+05:00",
        "settled_by": "02" * 32,
        "settled_type": "BallotsCounted",
        "settled_says": None,
        "settled_deadline": None,
        "count": 1,
        "decisions": [],
        "also": [{"code": "quantity-mismatch", "sentence": str(_COUNT), "says": _COUNT.doc(), "event": "01" * 32}],
    }
    return cast("KeptFinding", told | changes)


LINES = {
    "en": (
        "serious   settled  Antalya      quantity-mismatch  The manifest of AYT-C01-U says 21 papers; what was packed says 22. "
        "(with it: AYT-K01-1: 50 papers declared, the total agrees) Settled 3 h 05 min later by the count of papers."
    ),
    "ru": (
        "существенное, урегулировано; Antalya; число бюллетеней: Опись отправления AYT-C01-U: 21 бюллетень; "
        "по актам упаковки: 22. (вместе с этим: AYT-K01-1: заявлено бюллетеней: 50, итог сходится) "
        "Урегулировано через 3 ч 05 мин: подсчёт бюллетеней."
    ),
    "kk": (
        "елеулі, реттелді; Antalya; бюллетень саны: AYT-C01-U жөнелтілімінің тізімдемесі: 21 бюллетень; буып-түю актілері "
        "бойынша: 22. (сонымен бірге: AYT-K01-1: мәлімделгені 50 бюллетень, жалпы саны сәйкес келеді) 3 сағ 05 мин "
        "өткен соң реттелді: бюллетеньдерді санау."
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_is_one_line_in_each_language(language: Language) -> None:
    assert finding_line(doc(), city="Antalya", language=language) == LINES[language]


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({"settled_at": None}, "Урегулировано."),
        (
            {"code": "below-threshold", "settled_by": "01" * 32},
            "Урегулировано более поздней подписью под тем же событием: подсчёт бюллетеней.",
        ),
        (
            {"settled_at": "2026-03-01T09:00:00+05:00"},
            "Урегулировано событием, составленным раньше и записанным позже: подсчёт бюллетеней.",
        ),
        ({"status": "acknowledged"}, "итог сходится)"),
    ],
)
def test_what_settled_it_is_told_in_the_language_too(changes: dict[str, Any], end: str) -> None:
    assert finding_line(doc(**changes), language="ru").endswith(end)


def test_of_many_others_with_the_same_cause_the_line_tells_the_first_and_their_number() -> None:
    also = [
        doc()["also"][0],
        *({**doc()["also"][0], "says": message("waste.destroyed", waste=n, destroyed=1).doc()} for n in (2, 3)),
    ]
    assert "(with it: AYT-K01-1: 50 papers declared, the total agrees and 2 more)" in finding_line(doc(also=also))


def test_the_notes_name_the_cause_and_the_event_that_settled_it() -> None:
    assert finding_notes(doc(), language="kk") == [
        f"{'ab' * 32} сәйкессіздігі",
        "себебі сол: бюллетень саны: AYT-K01-1: мәлімделгені 50 бюллетень, жалпы саны сәйкес келеді.",
        f"реттелді, № {'02' * 32} оқиға",
    ]
    decisions = [
        {"event": "03" * 32, "status": "acknowledged"},
        {"event": "04" * 32, "status": "adjudicated"},
        {"event": "02" * 32, "status": "adjudicated"},
    ]
    assert finding_notes(doc(status="adjudicated", decisions=decisions, also=[]))[1:] == [
        f"acknowledged by {'03' * 32}",
        f"adjudicated by {'04' * 32}, superseded",
        f"adjudicated by {'02' * 32}",
    ]
    assert finding_notes(doc(status="open", settled_by=None, also=[])) == [f"finding {'ab' * 32}"]


def test_the_json_holds_the_words_of_all_languages() -> None:
    told = in_all_languages(doc())
    assert {language: words["title"] for language, words in told["words"].items()} == {
        "en": "number of papers",
        "ru": "число бюллетеней",
        "kk": "бюллетень саны",
    }
    assert told["words"]["en"]["sentence"] == told["sentence"]
    assert told["words"]["kk"]["settles"] == "әр бірлікті қайта санаудың мәлімделгенге тең болуы"


def test_a_code_of_a_later_version_is_its_own_title() -> None:
    assert in_all_languages(doc(code="of-later"))["words"]["ru"]["title"] == "of-later"


def test_what_a_finding_says_itself_and_says_twice_is_not_repeated_under_it() -> None:
    own = {"code": "quantity-mismatch", "sentence": str(_PAPERS), "says": _PAPERS.doc(), "event": "03" * 32}
    twice = doc()["also"] * 2
    notes = finding_notes(doc(also=[own, *twice]))
    assert notes[1:-1] == [f"same cause: quantity-mismatch: {_COUNT}"]


def test_what_settles_a_finding_at_the_moment_it_is_raised_is_not_said_to_be_earlier() -> None:
    same = doc(settled_at="2026-03-01T10:00:00+05:00")
    assert "Settled 0 min later by the count of papers." in finding_line(same)
    itself = doc(settled_at="2026-03-01T10:00:00+05:00", settled_by="01" * 32)
    assert "Settled by the same act: the count of papers." in finding_line(itself)


def test_a_silence_that_an_earlier_act_ended_says_when_that_claims_to_be_and_how_late_it_was_reported() -> None:
    says = message(
        "finding.settled-overdue", type="HandoverAnswered", at="2026-03-01T09:00:00+05:00", late=duration(785)
    )
    told = doc(code="overdue", settled_at="2026-03-01T09:00:00+05:00", settled_says=says.doc())
    assert finding_line(told).endswith(
        "Settled by the answer to an offered handover, which claims 1 March 2026, 09:00 (UTC+5); "
        "it was reported 13 h 05 min after the deadline."
    )
    assert finding_line(told, language="kk").endswith("ол туралы мерзімнен 13 сағ 05 мин өткен соң хабарланды.")
