"""Three stations of another country, their names in another script: rehearsed to the verdict, and nothing of kz-2015 anywhere."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import anyio
import httpx
import pytest

from custody.election.reading import read_election
from custody.election.starting import NewElection, start
from custody.embedded.directory import Directory
from custody.embedded.election_names import names_at
from projections.stores.books import open_books
from projections.web.app import make_app
from projections.web.snapshots.books_pool import Shelf
from schemas.election_names import NO_NAMES
from tests.election.conftest import Command

STATED = NewElection("ge-2027", "საქართველოს არჩევნები", "ka", "cec.example", "2027-10-30", 2, "Asia/Tbilisi", "GE")
NAMES = {
    "AAA": ("Gori", "გორი", "Asia/Tbilisi"),
    "BBB": ("Warszawa", "ვარშავა", "Europe/Warsaw"),
    "CCC": ("Chicago", "ჩიკაგო", "America/Chicago"),
}
OF_THE_REFERENCE = re.compile(
    r"kz-2015|kazakh|казах|қазақ|қаз|astana|астана|almaty|алматы|2015-0|\bAYT\b|Antalya|Қазақша|МИД",
    re.IGNORECASE,
)
LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "folder"
    list(start(path, stated=STATED))
    table = path / "stations.csv"
    text = table.read_text(encoding="utf-8")
    for place, (code, (city, name, zone)) in enumerate(NAMES.items(), start=1):
        old = f"{code},{place},Station {place},GE,,Asia/Tbilisi"
        assert old in text
        text = text.replace(old, f"{code},{place},{city},GE,,{zone}").replace(f",,Station {place}\n", f",,{name}\n")
    table.write_text(text, encoding="utf-8")
    (path / "parties.csv").write_text(
        "party,name_ka,name_ru\nMFA,საგარეო სამინისტრო,внешнее ведомство\nCEC,ცესკო,центральный комитет\n",
        encoding="utf-8",
    )
    toml = path / "election.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8")
        .replace('languages = ["ka"]', 'languages = ["ka", "ru"]')
        .replace("[name]\n", '[name]\nru = "Выборы"\n'),
        encoding="utf-8",
    )
    return path


def test_it_is_rehearsed_to_the_verdict_and_speaks_of_itself_alone(folder: Path, custody: Command) -> None:
    checked = custody("election", "check", str(folder))
    assert (checked.code, "Saturday 30 October 2027, 07:00 (UTC−5)" in checked.out) == (0, True)
    ended = custody("election", "rehearse", str(folder), "--dir", "d", "--troubles", "AAA=half-signed,BBB=own-pouch")
    assert ended.code == 0, ended.err
    assert re.search(r"^VERIFIED  3 stations  \d+ entries  1 finding$", ended.out, re.MULTILINE)
    told = [checked.out, ended.out]
    place = Directory(Path("d"))
    root = place.root.read_text(encoding="ascii").strip()
    told.append(custody("audit", "d/archive", "--root", root).out)
    assert "VERIFIED" in told[-1]
    for words in (
        ["board"],
        ["findings"],
        ["findings", "--lang", "ru"],
        ["people"],
        ["rules"],
        *(["show", code] for code in NAMES),
    ):
        ended = custody(*words, "--dir", "d")
        assert ended.code == 0, (words, ended.err)
        told.append(ended.out)
    told += pages(place)
    told += [path.read_bytes().decode("utf-8", "ignore") for path in place.path.rglob("*.json")]
    assert any("внешнее ведомство" in text for text in told)
    for text in told:
        assert OF_THE_REFERENCE.search(text) is None, near(text)
        assert '"kk":"' not in text, "an answer for programs has the languages of the election"
    kept = json.loads((place.path / "names.json").read_bytes())
    assert kept["stations"]["BBB"] == {"ka": "ვარშავა"}
    assert "ვარშავა (ka)" in told[told.index(custody("show", "BBB", "--dir", "d").out)]
    names_are_pinned(place, root=root, custody=custody)


def names_are_pinned(place: Directory, *, root: str, custody: Command) -> None:
    """The names are in the archive and pinned by genesis: another file is told, and the log is what it was."""
    names, sums = place.archive / "names.json", place.archive / "SHA256SUMS"
    assert names.read_bytes() == (place.path / "names.json").read_bytes()
    right, listed = names.read_bytes(), sums.read_bytes()
    false = right.replace("ვარშავა".encode(), "ვარშა".encode())
    names.write_bytes(false)
    sums.write_bytes(listed.replace(sha256(right).hexdigest().encode(), sha256(false).hexdigest().encode()))
    ended = custody("audit", "d/archive", "--root", root)
    assert (ended.code, "names.json: These are not the names that genesis states" in ended.out) == (2, True)
    names.unlink()
    sums.write_bytes(b"".join(line for line in listed.splitlines(keepends=True) if b"names.json" not in line))
    assert custody("audit", "d/archive", "--root", root).code == 0, "the log needs no names"
    names.write_bytes(right)
    sums.write_bytes(listed)
    assert custody("audit", "d/archive", "--root", root).code == 0
    beside = place.path / "names.json"
    beside.write_bytes(false)
    assert names_at(place) == NO_NAMES, "names that genesis does not state are not shown"
    assert "ვარშა" not in custody("show", "BBB", "--dir", "d").out
    beside.write_bytes(right)


def near(text: str) -> list[str]:
    """What stands around each word of the reference election."""
    return [text[max(0, found.start() - 80) : found.end() + 40] for found in OF_THE_REFERENCE.finditer(text)][:9]


def pages(place: Directory) -> list[str]:
    """Every page that is reached from the board, in the languages that they offer."""
    shelf = Shelf(lambda: open_books(place.books), mark=lambda: None)
    seen: dict[str, str] = {}

    async def read() -> None:
        transport = httpx.ASGITransport(app=make_app(shelf, names=names_at(place)))
        async with httpx.AsyncClient(transport=transport, base_url="http://pages.invalid") as client:
            left = [
                "/en/",
                "/openapi.json",
                "/en/docs",
                "/index.json",
                "/findings.json",
                "/stations/AAA.json",
                "/log/9.json",
            ]
            led = await client.get("/kk/stations/AAA", follow_redirects=False)
            assert (led.status_code, led.headers["location"]) == (307, "/ru/stations/AAA"), "nobody speaks it there"
            while left:
                await one(left.pop(), client=client, left=left)

    async def one(path: str, *, client: httpx.AsyncClient, left: list[str]) -> None:
        if path not in seen:
            answer = await client.get(path)
            assert answer.status_code == 200, path
            seen[path] = answer.text
            if answer.headers["content-type"].startswith("text/html"):
                found = [link.replace("&amp;", "&") for link in LINK.findall(answer.text)]
                left += [link for link in found if link.startswith(("/en/", "/ru/", "/kk/"))]

    anyio.run(read)
    shelf.close()
    assert any(path.startswith("/ru/") for path in seen)
    return list(seen.values())


def test_the_folder_is_read_with_its_names(folder: Path) -> None:
    election = read_election(folder)
    assert election.stations[0].names == {"ka": "გორი"}
    assert election.days == ("2027-10-30", "2027-10-31")
