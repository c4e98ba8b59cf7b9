"""An account of three styles on one screen: the page of a station, its answer, the table for a spreadsheet, ``custody show``."""

from __future__ import annotations

import asyncio
import csv
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from consumers.rebuild import keep_up
from custody.adapters.memory import MemoryLog
from custody.cli.lines.ballot_account import account_of_styles_lines
from custody.cli.lines.board import board_lines
from custody.cli.lines.station import station_facts_lines
from custody.embedded.folding import reading_of, sleep_ms
from projections import queries
from projections.kept_rows import KeptStation
from projections.stores.books import Books, create_books, open_books
from projections.views.view import Put
from projections.web.app import make_app
from projections.web.snapshots.books_pool import Shelf
from tests.core.ledger.styled import CODES, StyledJourney

LINES_MAX = 24
"""Lines of a screen."""
Get = Callable[[str], httpx.Response]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Books of an election of three styles, one figure of one style altered."""
    journey, log = StyledJourney.begun(), MemoryLog()
    journey.voted()
    journey.listed()
    journey.close_accounts(president_ru={"valid": 100})
    log.append(journey.play.log)
    place = tmp_path_factory.mktemp("styles") / "books"
    with create_books(place) as books:
        keep_up(reading_of(log)[0], books=books, pause=sleep_ms)
    return place


@pytest.fixture(scope="module")
def books(place: Path) -> Iterator[Books]:
    with open_books(place) as books:
        yield books


@pytest.fixture(scope="module")
def get(place: Path) -> Get:
    return asking(place)


def asking(place: Path) -> Get:
    """The pages over these books."""
    app = make_app(Shelf(lambda: open_books(place), mark=lambda: None))

    def ask(path: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://web") as client:
                return await client.get(path)

        return asyncio.run(asked())

    return ask


def test_the_page_of_a_station_has_a_column_for_each_style_and_one_for_all(get: Get) -> None:
    page = get("/en/stations/AYT").text
    assert page.count("By style: figures of one station") == 1
    assert all(f'<th scope="col" class="num">{style}</th>' in page for style in (*CODES, "in all"))


def test_the_answer_has_the_account_of_each_style_and_their_sum(get: Get) -> None:
    answer: dict[str, Any] = get("/api/v1/stations/AYT/account").json()
    styles = {row["style"]: row for row in answer["styles"]}
    assert sorted(styles) == sorted(CODES)
    assert answer["account"]["style"] is None
    assert answer["account"]["issued"] == sum(row["issued"] for row in styles.values())
    # Voters stand once on the list, and sign once, for all styles of a contest.
    assert answer["account"]["list"] == 2 * styles["council"]["list"]
    assert answer["account"]["signatures"] == answer["account"]["issued"]


def test_figures_from_the_boxes_are_public_once_every_style_has_stated_them(get: Get) -> None:
    assert get("/api/v1/stations/AYT/account").json()["account"]["withheld"] is False


def test_the_table_for_a_spreadsheet_has_a_line_for_each_style(get: Get) -> None:
    rows = list(csv.DictReader(io.StringIO(get("/api/v1/accounts.csv").text)))
    assert sorted(row["style"] for row in rows) == sorted(CODES)


def test_show_sets_three_styles_side_by_side_on_one_screen_and_says_which_differs(books: Books) -> None:
    rows = queries.accounts_of_station(books, "AYT")
    lines = account_of_styles_lines(rows, total=queries.account_of_station(books, "AYT"))
    assert len(lines) <= LINES_MAX
    assert all(len(line) <= 100 for line in lines)
    assert [line for line in lines if line.startswith("  differs")] == [
        "  differs   president-ru: In the boxes: in the boxes 207 against valid 100 + invalid 3: by 104",
        *[line for line in lines if line.startswith("  differs   in all")],
    ]


def test_a_station_of_one_style_is_told_as_ever() -> None:
    assert account_of_styles_lines([], total=None) == []


def test_the_sums_of_the_election_count_a_station_once(books: Books) -> None:
    totals = queries.election_totals(books)
    assert totals["issued"].stations == 1
    assert totals["allocated"].papers == 441 * 2


def test_what_not_every_station_has_is_shown_where_it_has_it() -> None:
    plain = {"station": "AYT"}
    assert station_facts_lines(cast("KeptStation", plain), language="en") == []
    days = [{"opens": "2015-04-26T07:00:00+03:00", "closes": "2015-04-26T20:00:00+03:00"}]
    told = station_facts_lines(
        cast("KeptStation", {**plain, "number": "8/451", "sessions": days, "closed": True}), language="en"
    )
    assert [line.split()[0] for line in told] == ["number", "day", "closed"]


def test_a_station_and_a_unit_say_what_not_every_one_has(get: Get) -> None:
    answer: dict[str, Any] = get("/api/v1/stations/AYT").json()
    station = answer["station"]
    assert (station["number"], station["mission"], station["sessions"], station["closed"]) == (None, None, [], False)
    assert {one["style"] for unit in answer["units"] for one in unit["styles"]} == set(CODES)


def test_the_page_of_a_unit_says_its_papers_by_style(get: Get) -> None:
    units = get("/api/v1/stations/AYT").json()["units"]
    unit = next(unit for unit in units if unit["styles"])
    page = get(f"/en/units/{unit['unit']}").text
    assert all(f"{one['style']}: {one['papers']}" in page for one in unit["styles"])


def test_the_page_of_a_station_says_its_number_its_mission_and_its_days_of_voting(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place, tmp_path / "books")
    days = [{"opens": f"2015-04-{day}T07:00:00+03:00", "closes": f"2015-04-{day}T20:00:00+03:00"} for day in (25, 26)]
    with create_books(tmp_path / "books") as books:
        head = books.views.head("stations")
        facts = {**(queries.station(books, "AYT") or {}), "number": "8/451", "mission": "ANK", "sessions": days}
        changes = [Put("station/AYT", "AYT", facts)]
        books.views.write("stations", expected=head, head=head, changes=changes)
    page = asking(tmp_path / "books")("/en/stations/AYT").text
    assert "Official number: <b>8/451</b>" in page
    assert "Mission: ANK" in page
    assert page.partition("Days of voting")[2].partition("</ul>")[0].count("<li>") == len(days)


def test_a_printing_says_of_which_style_it_is(books: Books) -> None:
    lines = [line for line in board_lines(books) if "printed " in line]
    assert [line.rpartition("(style ")[2] for line in lines] == [f"{style})" for style in CODES]
