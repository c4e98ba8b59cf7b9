"""Forms: filled from the log or blank, in three languages, the same bytes each time, and read back byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from custody.core.wording.message_format import LANGUAGES, Language
from custody.core.wording.messages import render
from custody.paper.codes import read_codes
from custody.paper.eight import eight_words, word_list
from custody.paper.forms import FORMS
from custody.paper.packing import PackedAct, pack
from custody.paper.plain import plain_lines
from custody.paper.reading import read_pages, sheet_of
from custody.paper.sheet import Sheet, block_doc, figure, told
from custody.paper.source import Source, day_of, moment
from custody.paper.station_names import commission_line
from custody.paper.transport import Carried, printed, set_of
from custody.paper.typeset import carried, typeset
from schemas.authority import StationOpened
from schemas.errors import Contradicted, Misused, NotEstablished, Refused
from schemas.transfer import HandoverAnswered
from tests.paper.printing import UNIT, filled, printed_election, scanned

TWINS = ("handover", "opening-count", "cancelling", "account")
WITH_BLANK = tuple(form for form in FORMS if form != "label")
LATIN_IN_KAZAKH_AND_RUSSIAN = re.compile(
    r"UTC|QR|SHA|kz|AYT|ROM|WAW|Antalya|Rome|Warsaw|[0-9a-f]{4,}|(courier|ayt|rom|waw|cec|mfa|observer)-[a-z0-9]+|[A-Z]{3}-[A-Z0-9]+-[A-Z0-9]"
)
"""Units, identifiers, badges and names as the log has them."""


@pytest.fixture(scope="module")
def source() -> Source:
    return printed_election()


def pdf(sheet: Sheet, *languages: Language) -> bytes:
    """The sheet as a file."""
    return typeset(sheet, languages=languages, election=("kz-2015", day_of("2015-04-26")), domain="kz-2015.invalid")


def text_of(data: bytes) -> str:
    """All words of a PDF."""
    document = pypdfium2.PdfDocument(data)
    return " ".join(page.get_textpage().get_text_bounded() for page in document)


def entries(source: Source, sheet: Sheet) -> list[bytes]:
    """The entries on the log of the acts that a sheet carries."""
    return [source.recorded[act.event_id].entry for act in sheet.acts]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_the_same_bytes_each_time_and_says_which_standards_it_keeps(source: Source, form: str) -> None:
    sheet = filled(source, form)
    data = pdf(sheet, "kk", "ru")
    assert data == pdf(sheet, "kk", "ru")
    assert b"<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data


@pytest.mark.parametrize("form", TWINS)
def test_a_printed_act_is_read_back_byte_for_byte_from_a_poor_scan(source: Source, form: str, tmp_path: Path) -> None:
    sheet = filled(source, form)
    codes = [code for page in scanned(pdf(sheet, "ru"), folder=tmp_path) for code in read_codes(page)]
    assert [act.entry for act in read_pages(codes).acts] == entries(source, sheet)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_english_word_stands_on_a_form_in_another_language(source: Source, form: str, language: Language) -> None:
    sheets = [filled(source, form)] + ([FORMS[form].blank()] if form in WITH_BLANK else [])
    for sheet in sheets:
        said = LATIN_IN_KAZAKH_AND_RUSSIAN.sub("", text_of(pdf(sheet, language)))
        assert re.findall(r"[A-Za-z]{2,}", said) == []


@pytest.mark.parametrize("form", WITH_BLANK)
def test_a_blank_form_carries_nothing_and_has_the_lines_of_a_filled_one(source: Source, form: str) -> None:
    blank = FORMS[form].blank()
    assert (blank.acts, blank.about, carried(blank)) == ((), None, [])
    assert [type(block) for block in blank.blocks] == [type(block) for block in filled(source, form).blocks]


@pytest.mark.parametrize("form", TWINS)
def test_the_codes_of_a_form_stand_on_one_further_page(source: Source, form: str) -> None:
    assert len(pypdfium2.PdfDocument(pdf(filled(source, form), "ru"))) == 2


def test_every_form_of_the_trade_is_there_in_the_order_of_their_numbers(source: Source) -> None:
    assert [filled(source, form).number for form in FORMS] == list(range(1, 16))
    assert [filled(source, form).slug for form in FORMS] == list(FORMS)
    assert [form for form in FORMS if filled(source, form).has_twin] == list(TWINS)


def test_a_manifest_lists_packages_with_their_contents_and_their_sum(source: Source) -> None:
    out = list(plain_lines(filled(source, "manifest"), language="en"))
    assert any("AYT-K01-W" in line and "Inside: inside AYT-P01-T" in line for line in out)
    assert any("Unit: In all; Papers declared: 441" in line for line in out)
    back = list(plain_lines(filled(source, "return-manifest"), language="en"))
    assert any("papers from the ballot boxes 418, cancelled 22" in line for line in back)


def test_a_seal_log_says_when_each_seal_was_put_on_read_and_taken_off(source: Source) -> None:
    said = [
        line.split("; Found: ")[1].split(";")[0]
        for line in plain_lines(filled(source, "seal-log"), language="en")
        if "Found" in line
    ]
    assert (said[0], said[-1]) == ("put on", "taken off")
    assert set(said[1:-1]) == {"intact"}
    issuer = FORMS["seal-log"].filled(source, "CEC")
    assert len(list(plain_lines(issuer, language="en"))) > len(said)


def test_the_register_of_issuing_members_adds_up(source: Source) -> None:
    total = list(plain_lines(filled(source, "issuer-register"), language="en"))[-1]
    assert total.strip() == "Day, hour: In all; Given: 441; Issued: 419; Spoiled: 2; Given back: 20"


def test_the_figures_of_an_account_are_those_of_the_act_in_the_order_of_the_sheet(source: Source) -> None:
    lines = list(plain_lines(filled(source, "account"), language="en"))
    numbers = [int(found[1]) for line in lines if (found := re.match(r"  No\.: (\d+);", line))]
    assert numbers == list(range(1, 13))
    assert any("Unaccounted" in line and line.endswith("Papers: 0") for line in lines)


def test_what_a_paper_says_without_a_log_has_the_same_figures(source: Source) -> None:
    sheet = filled(source, "account")
    pages = read_pages(carried(sheet))
    alone = sheet_of(pages, source=None)
    assert alone is not None
    assert list(plain_lines(alone, language="kk"))[2:] == list(plain_lines(sheet, language="kk"))[2:]


@pytest.mark.parametrize("form", TWINS)
def test_any_row_of_codes_may_be_torn_off_and_more_is_told(source: Source, form: str) -> None:
    codes = carried(filled(source, form))
    assert len(codes) == 12
    for row in range(0, 12, 3):
        left = codes[:row] + codes[row + 3 :]
        assert [act.entry for act in read_pages(left).acts] == entries(source, filled(source, form))
    with pytest.raises(NotEstablished, match="paper-incomplete"):
        read_pages(codes[9:])


def test_a_sheet_about_another_act_is_told(source: Source) -> None:
    codes = carried(filled(source, "account"))
    other = printed(set_of(Carried("I", bytes(32))))
    with pytest.raises(Contradicted, match="paper-other-act"):
        read_pages([*codes, other[0]])


def test_a_code_of_something_else_is_counted_and_carries_nothing(source: Source) -> None:
    codes = carried(filled(source, "account"))
    assert read_pages(["AYT-P01-T", *codes]).foreign == 1
    with pytest.raises(NotEstablished, match="paper-none"):
        read_pages(["AYT-P01-T"])


def test_an_altered_code_is_refused(source: Source) -> None:
    codes = carried(filled(source, "account"))
    codes[0] = codes[0][:-1] + ("0" if codes[0][-1] != "0" else "1")
    with pytest.raises(Refused, match="transport-altered"):
        read_pages(codes)


def test_an_act_that_was_altered_before_it_was_printed_is_contradicted(source: Source) -> None:
    act = filled(source, "account").acts[0]
    packed = PackedAct(act.entry, dict(act.keys))
    altered = pack([packed]).replace(b'"issued":', b'"Issued":')
    with pytest.raises(Contradicted, match="paper-signature"):
        read_pages(printed(set_of(Carried("A", altered))))


def test_a_handover_is_found_by_unit_by_answer_and_by_offer(source: Source) -> None:
    (row, answer) = [one for one in source.standing(HandoverAnswered) if UNIT in {ref.unit for ref in one[1].units}][-1]
    sheets = [FORMS["handover"].filled(source, subject) for subject in (row.event_id, answer.offer, row.event_id[:8])]
    assert all(sheet == sheets[0] for sheet in sheets)
    assert filled(source, "handover") == sheets[0]


@pytest.mark.parametrize(
    ("form", "subject"),
    [
        ("handover", "AYT-P02-Q"),
        ("handover", "AYT"),
        ("account", "WAW"),
        ("account", "00000000"),
        ("cancelling", "handover"),
    ],
)
def test_what_is_not_recorded_is_not_printed(source: Source, form: str, subject: str) -> None:
    if subject == "handover":
        subject = FORMS["handover"].filled(source, "AYT-P01-T").acts[0].event_id
    with pytest.raises(Misused, match="print-subject"):
        FORMS[form].filled(source, subject)


def test_times_and_figures_stand_in_the_readers_manner() -> None:
    said = moment("2015-04-08T14:59:00+02:00")
    assert said == "Wednesday 8 April 2015, 14:59 (UTC+2)"
    assert [render(said, language=name) for name in ("ru", "kk")] == [
        "среда, 08.04.2015, 14:59 (UTC+2)",
        "2015 ж. 8 сәуір, сәрсенбі, 14:59 (UTC+2)",
    ]
    assert moment("2015-04-18T14:59:00-03:30") == "Saturday 18 April 2015, 14:59 (UTC−3:30)"
    assert day_of("2015-04-26") == "26 April 2015"
    assert [figure(21_062, language=name) for name in LANGUAGES] == ["21,062", "21\u00a0062", "21\u00a0062"]
    assert [figure(-1_247, language=name) for name in LANGUAGES] == ["−1,247", "−1247", "−1247"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_list_has_256_words_that_ears_tell_apart(language: Language) -> None:
    words = word_list(language)
    assert len(set(words)) == 256
    assert all(word.isalpha() and word.islower() and 3 <= len(word) <= 9 for word in words)
    assert all(near(words, word) == [] for word in words)


def near(words: Sequence[str], word: str) -> list[str]:
    """Words that one letter changed, added or left out makes of a word."""
    shorter = {word[:at] + word[at + 1 :] for at in range(len(word))}
    others = (other for other in words if other != word and abs(len(other) - len(word)) <= 1)
    return [
        other
        for other in others
        if other in shorter
        or word in {other[:at] + other[at + 1 :] for at in range(len(other))}
        or (len(other) == len(word) and sum(a != b for a, b in zip(other, word, strict=True)) == 1)
    ]


def test_the_eight_words_have_the_same_numbers_in_each_language() -> None:
    event = bytes(range(250, 256)).hex() + "0001" + "77" * 24
    numbers = {tuple(number for number, _ in eight_words(event, language=language)) for language in LANGUAGES}
    assert numbers == {(250, 251, 252, 253, 254, 255, 0, 1)}


def test_a_sheet_of_no_known_form_is_none(source: Source) -> None:
    sheet = filled(source, "opening-count")
    opening = replace(sheet, acts=sheet.acts[1:])
    assert sheet_of(read_pages(carried(opening)), source=source) is None


def test_keys_that_are_not_printed_come_from_the_log_or_stay_unchecked(source: Source) -> None:
    act = filled(source, "account").acts[0]
    codes = printed(set_of(Carried("A", pack([PackedAct(act.entry)]))))
    (alone,) = read_pages(codes).acts
    assert (alone.matches(), alone.unchecked) == ({}, 4)
    (known,) = read_pages(codes, keys=source.state.roster.public_key).acts
    assert (set(known.matches().values()), known.unchecked) == ({True}, 0)


def test_every_form_has_the_official_number_of_the_station_or_the_place_for_it(source: Source) -> None:
    numbered = {
        name: replace(row, event=row.event.model_copy(update={"number": "251"}))
        if isinstance(row.event, StationOpened)
        else row
        for name, row in source.recorded.items()
    }
    of_number = replace(source, recorded=numbered)
    without = [form for form in FORMS if "251" not in _said(filled(of_number, form))]
    assert without == []
    made_blank = [form for form in FORMS if form not in {"label", "courier-letter"}]
    assert [form for form in made_blank if "________" not in str(FORMS[form].blank().lines)] == []


def _said(sheet: Sheet) -> str:
    blocks = [block_doc(block, languages=("ru",)) for block in sheet.blocks]
    return json.dumps([[told(line, languages=("ru",)) for line in sheet.lines], blocks], ensure_ascii=False)


def test_the_commissions_clock_stands_beside_a_time_of_another_one(source: Source) -> None:
    assert str(source.moment("2015-04-16T08:00:00+03:00")) == "Thursday 16 April 2015, 08:00 (UTC+3), CEC 11:00"
    assert str(source.moment("2015-04-16T21:00:00+00:00")).endswith("21:00 (UTC+0), CEC 17 April 2015, 03:00")
    assert str(source.moment("2015-04-16T08:00:00+06:00")) == "Thursday 16 April 2015, 08:00 (UTC+6)"
    said = source.moment("2015-04-16T08:00:00+03:00")
    assert render(said, language="ru") == "четверг, 16.04.2015, 08:00 (UTC+3), в ЦИК 11:00"
    assert render(said, language="kk") == "2015 ж. 16 сәуір, бейсенбі, 08:00 (UTC+3), ОСК-да 11:00"


@pytest.mark.parametrize("form", ["seal-log", "discrepancy"])
def test_an_act_is_named_by_its_day_without_a_weekday_which_russian_would_have_to_bend(
    source: Source, form: str
) -> None:
    said = "\n".join(plain_lines(filled(source, form), language="ru"))
    assert re.search(r" от \d\d\.\d\d\.\d{4}, \d\d:\d\d \(UTC", said)
    assert re.search(r" от (понедельник|вторник|сред|четверг|пятниц|суббот|воскресень)", said) is None


def test_a_number_stays_on_the_line_of_its_sign(source: Source) -> None:
    lines = [told(line, languages=("ru", "kk")) for form in FORMS for line in filled(source, form).lines]
    said = [text for line in lines if line is not None for text in line.get("text", [])]
    assert any("№\u00a0" in text for text in said)
    assert [text for text in said if "№ " in text] == []


def test_a_station_is_called_by_language_where_the_election_names_it_so(source: Source) -> None:
    named = replace(source, names={"AYT": {"en": "Antalya", "ru": "Анталья", "kk": "Анталия"}})
    said = commission_line(named, "AYT")
    assert [render(said, language=language)[-13:] for language in ("ru", "kk")] == ["Анталья (AYT)", "Анталия (AYT)"]
    assert str(commission_line(named, "ROM")).endswith("Rome (ROM)")
    assert str(commission_line(source, "AYT")) == str(said)
