"""Sixty folders with mistakes: what was altered in a complete folder, and every line that the check must then say.

The folder is that of ``custody election new``: three stations, one day. An edit is (file, what stands there, what stands there
instead); with nothing in its second place the file is written anew, with None in its third it is taken away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

Edit = tuple[str, str, str | None]
Line = tuple[str, int, str, str]
"""File, line, column, code."""


@dataclass(frozen=True)
class Broken:
    """One folder with its mistakes."""

    name: str
    edits: tuple[Edit, ...]
    told: tuple[Line, ...]


S, P, L, E, R = "stations.csv", "people.csv", "plan.csv", "election.toml", "rules.json"
AAA = "AAA,1,Station 1,MD,,Europe/Chisinau,2027-05-16 07:00,2027-05-16 20:00,300,,,Station 1"
OUT = "AAA,out,courier-aaa,1,2027-05-03,2027-05-20,2027-05-11 12:00,CEC > MFA > courier > mission > commission,"
BACK = "AAA,back,courier-aaa,1,2027-05-16,2027-05-24,2027-05-24 18:00,commission > courier > MFA > CEC,"
CHAIR = "aaa-chair,chair,AAA,aaa-device"


def _case(name: str, edit: Edit, *told: Line) -> Broken:
    return Broken(name, (edit,), told)


def _cell(
    name: str,
    line: str,
    *,
    old: str,
    new: str,
    file: str = S,
    at: int,
    column: str,
    code: str,
    more: tuple[Line, ...] = (),
) -> Broken:
    return Broken(name, ((file, line, line.replace(old, new, 1)),), ((file, at, column, code), *more))


FILES: Final = (
    _case("no stations", (S, "", None), (S, 0, "", "file-missing")),
    _case("no people", (P, "", None), (P, 0, "", "file-missing")),
    _case("no plan", (L, "", None), (L, 0, "", "file-missing")),
    _case("no election.toml", (E, "", None), (E, 0, "", "file-missing")),
    _case("a file of another kind", ("voters.csv", "", "a,b\n"), ("voters.csv", 0, "", "file-unknown")),
    _case("an empty table", (L, "", ""), (L, 0, "", "table-empty")),
    _case("a table with semicolons", (L, "", "station;direction\n"), (L, 1, "", "table-form")),
    _case("a table with a quotation mark left open", (L, "AAA,out", '"AAA,out'), (L, 2, "", "table-form")),
    _case(
        "no election, and no stations either",
        (E, "slug", "snail"),
        (E, 0, "slug", "key-missing"),
        (E, 1, "snail", "key-unknown"),
    ),
)
STRANGE: Final = (
    _case("TOML that is nested too deeply", (E, "[name]", "a = " + "[" * 9_000 + "\n[name]"), (E, 0, "", "toml-form")),
    _case("a cell over two lines", (S, "Station 1,MD", '"Station\n1",MD'), (S, 2, "", "table-form")),
    _case("a NUL in a name", (S, AAA, AAA[:-1] + "\0"), (S, 2, "ro", "name-invisible")),
    _case("a number of a thousand digits", (S, "300,,", "3" * 1_000 + ",,"), (S, 2, "voters", "cell-long")),
    _case(
        "rules that are nested too deeply",
        (R, '"reserve": {', '"reserve": ' + "[" * 9_000),
        (R, 1, "", "rules-json"),
    ),
    _case(
        "one style alone",
        ("styles.csv", "", "code,contest,kind,language\nmayor,mayor,ordinary,\n"),
        ("styles.csv", 2, "", "style-alone"),
    ),
)
COLUMNS: Final = (
    _case(
        "a column twice",
        (P, "badge,role,office,device", "badge,role,badge,device"),
        (P, 1, "badge", "column-twice"),
        (P, 1, "office", "column-missing"),
    ),
    _case("a column is missing", (L, ",tour\n", "\n"), (L, 1, "tour", "column-missing")),
    _case(
        "a column that no table has",
        (L, ",tour\n", ",tours\n"),
        (L, 1, "tour", "column-missing"),
        (L, 1, "tours", "column-unknown"),
    ),
    _case(
        "a name in a language that is none of the election's",
        (S, "name_ro", "name_fr"),
        (S, 1, "name_fr", "column-unknown"),
    ),
    _case("a line too short", (P, CHAIR, "aaa-chair,chair,AAA"), (P, 18, "", "row-width")),
    _case("a line too long", (P, CHAIR, CHAIR + ","), (P, 18, "", "row-width")),
)
STATIONS: Final = (
    _cell("a station in small letters", AAA, old="AAA", new="aaa", at=2, column="station", code="cell-form"),
    _case(
        "an office's code",
        (S, AAA, AAA.replace("AAA,1", "CEC,4") + "\n" + AAA),
        (S, 2, "station", "station-reserved"),
        (L, 0, "CEC", "plan-missing"),
        (P, 0, "CEC", "people-too-few"),
    ),
    _cell("voters in words", AAA, old="300", new="many", at=2, column="voters", code="cell-form"),
    _cell("voters left out", AAA, old="300", new="", at=2, column="voters", code="cell-empty"),
    _cell("no voters", AAA, old="300", new="0", at=2, column="voters", code="cell-form"),
    _cell("a space before a cell", AAA, old="MD", new=" MD", at=2, column="country", code="cell-space"),
    _cell("a country of three letters", AAA, old="MD", new="MDA", at=2, column="country", code="cell-form"),
    _cell(
        "a zone that there is not", AAA, old="Chisinau", new="Kishinev", at=2, column="timezone", code="zone-unknown"
    ),
    _cell("a zone in words", AAA, old="Europe/Chisinau", new="local time", at=2, column="timezone", code="cell-form"),
    _cell("closes first", AAA, old="20:00", new="06:00", at=2, column="closes", code="hours-order"),
    _cell("opens on another day", AAA, old="2027-05-16", new="2027-05-15", at=2, column="opens", code="hours-day"),
    _cell(
        "closes on another day", AAA, old="2027-05-16 20", new="2027-05-17 20", at=2, column="closes", code="hours-day"
    ),
    _cell("opens on no day", AAA, old="2027-05-16 07", new="2027-02-30 07", at=2, column="opens", code="day-form"),
    _cell("an hour that there is not", AAA, old="07:00", new="7:00", at=2, column="opens", code="cell-form"),
    _cell("beyond the pole", AAA, old="300,,", new="300,97.5,", at=2, column="lat", code="degrees"),
    _cell(
        "a name in another script on the log",
        AAA,
        old="Station 1",
        new="გორი",
        at=2,
        column="city",
        code="text-repertoire",
    ),
    _cell(
        "two scripts in one word", AAA, old="Station 1", new="Stаtion 1", at=2, column="city", code="text-repertoire"
    ),
    Broken(
        "a name with a character that nobody sees", ((S, AAA, AAA[:-1] + "\u202e1"),), ((S, 2, "ro", "name-invisible"),)
    ),
    Broken("a name that is not composed", ((S, AAA, AAA[:-1] + "e\u0301"),), ((S, 2, "ro", "name-form"),)),
    _case(
        "the same station twice",
        (S, AAA, AAA.replace("AAA,1", "AAA,4") + "\n" + AAA),
        (S, 3, "station", "station-twice"),
    ),
    _case("a consignment twice", (L, OUT, OUT + "\n" + OUT), (L, 3, "direction", "plan-twice")),
    _case("the same number twice", (S, "BBB,2", "BBB,1"), (S, 3, "number", "number-twice")),
)
PEOPLE: Final = (
    _case("a badge twice", (P, "aaa-secretary", "aaa-chair"), (P, 19, "badge", "badge-twice")),
    _case("a name in place of a badge", (P, "aaa-chair", "Ion Popescu"), (P, 18, "badge", "cell-form")),
    _case("a role that there is not", (P, "aaa-chair,chair", "aaa-chair,president"), (P, 18, "role", "cell-form")),
    _case("a chair of no station", (P, CHAIR, CHAIR.replace("AAA", "ZZZ")), (P, 18, "office", "office-unknown")),
    _case(
        "an officer of a station",
        (P, "cec-3,cec-officer,CEC", "cec-3,cec-officer,AAA"),
        (P, 4, "office", "office-of-role"),
    ),
    _case("nobody's device", (P, CHAIR, "aaa-chair,chair,AAA,"), (P, 18, "device", "device-missing")),
    _case(
        "a service with a device",
        (P, "monitor-1,monitor,CEC,", "monitor-1,monitor,CEC,box"),
        (P, 14, "device", "device-of"),
    ),
    _case(
        "a device called as a person is", (P, CHAIR, "aaa-chair,chair,AAA,aaa-head"), (P, 18, "device", "device-badge")
    ),
    _case("no monitor", (P, "monitor-1,monitor,CEC,\n", ""), (P, 0, "", "service-missing")),
    _case(
        "nobody issues papers", (P, "aaa-issuer,issuing-member", "aaa-issuer,observer"), (P, 0, "AAA", "people-too-few")
    ),
    Broken(
        "a commission of two",
        tuple(
            (P, f"aaa-{who},{role},", f"aaa-{who},observer,")
            for who, role in (("secretary", "secretary"), ("member", "member"), ("head", "head-of-mission"))
        ),
        ((P, 0, "AAA", "people-too-few"),),
    ),
)
ELECTION: Final = (
    _case("no TOML", (E, "threshold = 2", "threshold = two"), (E, 7, "", "toml-form")),
    _case("a threshold above the officers", (E, "threshold = 2", "threshold = 4"), (E, 7, "threshold", "threshold")),
    _case("an officer whom nobody knows", (E, '"cec-3"', '"cec-9"'), (E, 6, "root", "root-unknown")),
    _case("an officer who is none", (E, '"cec-3"', '"mfa-1"'), (E, 6, "root", "root-role")),
    _case("a day that there is not", (E, "2027-05-16", "2027-05-32"), (E, 4, "days.0", "key-form")),
    _case("days in another order", (E, '["2027-05-16"]', '["2027-05-16", "2027-05-15"]'), (E, 4, "days", "days-order")),
    _case("no name in a language", (E, '["ro"]', '["ro", "ru"]'), (E, 9, "name.ru", "name-missing")),
    _case(
        "a trouble nowhere",
        (E, "[name]", '[rehearsal]\ntroubles = {ZZZ = "offline"}\n\n[name]'),
        (E, 10, "rehearsal.troubles.ZZZ", "trouble"),
    ),
    _case(
        "a witness with half a key",
        (E, "[name]", '[[witnesses]]\nname = "a"\nvkey = "a+1"\n\n[name]'),
        (E, 9, "witnesses.0", "witness-key"),
    ),
)
PLAN: Final = (
    _cell(
        "a station that is not there",
        OUT,
        old="AAA",
        new="ZZZ",
        file=L,
        at=2,
        column="station",
        code="station-unknown",
        more=((L, 0, "AAA", "plan-missing"),),
    ),
    _cell(
        "a courier who is none",
        OUT,
        old="courier-aaa",
        new="aaa-head",
        file=L,
        at=2,
        column="courier",
        code="courier-unknown",
    ),
    _cell(
        "a mandate that ends first",
        OUT,
        old="2027-05-20",
        new="2027-05-01",
        file=L,
        at=2,
        column="last_day",
        code="days-order",
    ),
    _cell(
        "due without a mandate", OUT, old="2027-05-20", new="2027-05-10", file=L, at=2, column="due", code="due-mandate"
    ),
    _cell(
        "due after the opening", OUT, old="2027-05-11", new="2027-05-17", file=L, at=2, column="due", code="due-late"
    ),
    _cell(
        "due before the vote is over",
        BACK,
        old="2027-05-16,2027-05-24,2027-05-24",
        new="2027-05-10,2027-05-24,2027-05-12",
        file=L,
        at=3,
        column="due",
        code="due-early",
    ),
    _cell(
        "a leg that the rules do not know",
        OUT,
        old="mission",
        new="pilot",
        file=L,
        at=2,
        column="legs",
        code="legs-hand",
    ),
    _cell("legs that end elsewhere", OUT, old=" > commission", new="", file=L, at=2, column="legs", code="legs-ends"),
    _cell(
        "papers without a courier",
        OUT,
        old="MFA > courier > ",
        new="MFA > ",
        file=L,
        at=2,
        column="legs",
        code="legs-courier",
    ),
    _cell("nine pouches", OUT, old=",1,", new=",9,", file=L, at=2, column="packages", code="cell-form"),
    _case("no way back", (L, BACK + "\n", ""), (L, 0, "AAA", "plan-missing")),
    Broken(
        "a tour of two couriers",
        (
            (L, OUT, OUT + "north"),
            (
                L,
                OUT.replace("AAA", "BBB").replace("aaa", "bbb"),
                OUT.replace("AAA", "BBB").replace("aaa", "bbb") + "north",
            ),
        ),
        ((L, 4, "tour", "tour-couriers"),),
    ),
)
RULES: Final = (
    _case("rules that are no JSON", (R, '"reserve": {', '"reserve": {{'), (R, 1587, "", "rules-json")),
    _case(
        "a rule that is unknown",
        (R, '"waiting_hours"', '"patience_hours"'),
        (R, 1, "waiting_hours", "key-missing"),
        (R, 1605, "patience_hours", "key-unknown"),
    ),
    _case("fewer seals than are needed", (R, '"last": 99999', '"last": 5'), (R, 1592, "seal_series", "seals-too-few")),
    _case(
        "a code that is published",
        ("codes.csv", "", "code,text_ro\nweather,Vreme\n"),
        ("codes.csv", 2, "code", "code-known"),
    ),
    _case(
        "a party without a name",
        ("parties.csv", "", "party,name_ro\nCEC,\n"),
        ("parties.csv", 2, "ro", "words-missing"),
    ),
)
SUPPLIES: Final = "items.csv"
HEAD = "station,kind,count,comes_back\n"
ITEMS: Final = (
    _case("an item for nobody", (SUPPLIES, "", HEAD + "ZZZ,ink,1,no\n"), (SUPPLIES, 2, "station", "station-unknown")),
    _case("an item that nobody knows", (SUPPLIES, "", HEAD + ",magic,1,no\n"), (SUPPLIES, 2, "kind", "item-unknown")),
    _case("an item twice", (SUPPLIES, "", HEAD + ",ink,1,no\nAAA,ink,2,no\n"), (SUPPLIES, 3, "kind", "item-twice")),
    _case("no item at all", (SUPPLIES, "", HEAD + ",ink,0,no\n"), (SUPPLIES, 2, "count", "cell-form")),
    _case(
        "an item that comes back perhaps",
        (SUPPLIES, "", HEAD + ",ink,1,maybe\n"),
        (SUPPLIES, 2, "comes_back", "cell-form"),
    ),
    _case(
        "items without a column",
        (SUPPLIES, "", "station,kind,count\n,ink,1\n"),
        (SUPPLIES, 1, "comes_back", "column-missing"),
    ),
    Broken(
        "a way of cancelling that nobody published",
        ((R, '"waiting_hours": 72', '"cancelling": ["magic"], "waiting_hours": 72'),),
        ((R, 1605, "cancelling", "code-unknown"),),
    ),
    Broken(
        "who stands in for nobody",
        ((R, '"waiting_hours": 72', '"stand_ins": [{"role": "member", "stands_in_for": []}], "waiting_hours": 72'),),
        ((R, 1605, "stand_ins.0.stands_in_for", "key-form"),),
    ),
    Broken(
        "papers kept that there are not",
        ((R, '"waiting_hours": 72', '"retention": ["lost"], "waiting_hours": 72'),),
        ((R, 1605, "retention.0", "key-form"),),
    ),
)
BROKEN: Final = (*FILES, *STRANGE, *COLUMNS, *STATIONS, *PEOPLE, *ELECTION, *PLAN, *RULES, *ITEMS)
